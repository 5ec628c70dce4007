"""Semantic types: what each column is, why, and what becomes of its cells.

A column is studied on its different values, each with its count; the outcome is a Plan, which says how
`convert` turns cells into stored ones, so that inference and conversion can never disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlworkbench.data import dates
from mlworkbench.data.arrays import NULL_WORDS, as_numpy, count_texts, count_values, normalise, to_text
from mlworkbench.data.marks import Ambiguous, Marks, plain
from mlworkbench.data.marks import detect as detect_marks
from mlworkbench.data.meanings import MEANINGS, meaning_of
from mlworkbench.data.numeric import SHOWN, TOO_MANY_DIGITS, first_values, kind_of_numbers, named_as_id, study_numbers
from mlworkbench.data.pieces import Counted, Pieces, one_at_a_time
from mlworkbench.data.plan import NUMBER, WORDS, Plan, as_numbers, fits, match, read, stored
from mlworkbench.data.results import TYPES
from mlworkbench.data.texts import study_texts
from mlworkbench.errors import InvalidInput, listing

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

WHOLE = r"^[+-]?\d+$"
LEADING_ZERO = r"^[+-]?0\d"
_LONGEST = 80


def check_type(name: str, kind: str) -> None:
    """InvalidInput(field="types") unless `kind` is a type that a column can have, with or without ":" and a meaning."""
    stored, colon, meaning = kind.partition(":")
    if stored not in TYPES and not (colon and not stored):
        raise InvalidInput(
            f"{stored!r} is not a type. The types are: {listing(TYPES)}. Set {name!r} to one.", field="types"
        )
    if colon and meaning not in MEANINGS:
        raise InvalidInput(
            f"{meaning!r} is no meaning that a column can have. They are: {listing(MEANINGS)}. Set {name!r} to one, "
            "such as number:percent, or :e-mail to leave its type as it is.",
            field="types",
        )


def study(
    name: str,
    column: Any,
    *,
    source: str | None = None,
    type: str | None = None,  # noqa: A002
    null_words: Sequence[str] | None = None,
    day_first: bool | None = None,
    marks: Marks | None = None,
    said: Mapping[str, Any] | None = None,
    lenient: bool = False,
) -> Plan:
    """Decide what a column is.

    Parameters
    ----------
    column : pyarrow Array or ChunkedArray, Pieces or Counted
        Cells as they were read; text columns are judged by what their cells say.
    type : str, optional
        A person's choice; None infers. "number:percent" says what the values mean, too, ":percent" that alone.
    null_words : sequence of str, optional
        Words that mean "missing" in every column. None: the usual ones, in columns that are otherwise
        numbers or dates only.
    marks : Marks, optional
        How the numbers of a known table's column are written; None looks for it.
    said : mapping, optional
        `decimal` and `thousands` as a person said them, `hint` as the file shows the decimal mark elsewhere.
    lenient : bool
        Whether a chosen type stands even if no cell can be read as it; they are all missing then.

    Raises
    ------
    InvalidInput
        field="types": an unknown type, or one that no cell of the column can be read as.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if type is not None:
        check_type(name, type)
        if ":" in type:
            kind, _, meaning = type.partition(":")
            rest: dict[str, Any] = {"source": source, "null_words": null_words, "day_first": day_first, "marks": marks}
            plan = study(name, column, type=kind or None, said=said, lenient=lenient, **rest)
            return replace(plan, meaning="" if meaning == "none" else meaning, overridden=True)
    pieces = column if isinstance(column, Pieces | Counted) else Pieces.of(normalise(column))
    if isinstance(pieces, Counted):
        values, counts = pieces.values, pieces.counts
    elif pieces.text and looks_first(type, null_words, said) and marks is None:
        with one_at_a_time(pieces.rows):
            quick = study_numbers(name, source or name, pieces) or study_texts(
                pieces, lambda part: study(name, part, source=source, day_first=day_first, said=said)
            )
        if quick is not None:
            return quick
    if isinstance(pieces, Pieces):
        values, counts = count_texts(pieces) if pieces.text else count_values(normalise(pieces.whole()))
    text = to_text(values)
    trimmed = pc.utf8_trim_whitespace(text)
    words = pa.array(list(NULL_WORDS if null_words is None else null_words), pa.string())
    gone = as_numpy(pc.is_in(trimmed, words))
    if pc.sum(pc.binary_length(trimmed)).as_py() != pc.sum(pc.binary_length(text)).as_py():
        gone = gone | as_numpy(pc.is_in(text, words))  # a word for missing may have spaces of its own
    native = not pa.types.is_string(values.type)
    facts = _Facts(
        name, source or name, pieces.rows, text, trimmed, counts, gone, native, null_words is not None, day_first
    )
    facts.read(values)
    if not native and facts.unmark(marks, said or {}, forced=type in ("number", "integer")):
        facts.read(values)
    plan = facts.inferred() if type is None else facts.chosen(type, lenient)
    return _finished(plan, facts, values)


def looks_first(type: str | None, null_words: Sequence[str] | None, said: Mapping[str, Any] | None) -> bool:  # noqa: A002
    """Whether plain numbers and different words may be told by their looks: nothing was said that changes them."""
    return type is None and null_words is None and (not said or (said.get("hint") != "," and not said.get("decimal")))


class _Facts:
    """The different values of one column and what they look like."""

    def __init__(
        self,
        name: str,
        source: str,
        rows: int,
        text: pa.Array,
        trimmed: pa.Array,
        counts: np.ndarray,
        said: np.ndarray,
        native: bool,
        deliberate: bool,
        day_first: bool | None,
    ) -> None:
        self.name, self.source, self.rows, self.text, self.trimmed = name, source, rows, text, trimmed
        self.counts, self.said, self.native = counts, said & (not native), native
        self.deliberate, self.day_first = deliberate, day_first
        self.marks: Marks | None = None
        self.either = ""

    def unmark(self, known: Marks | None, said: Mapping[str, Any], *, forced: bool) -> bool:
        """Take decimal commas, thousands marks and units out of the values, where all of them are numbers with such."""
        import pyarrow as pa

        if known is None and said.get("hint") != "," and not said.get("decimal") and self.number[self.solid].all():
            return False
        solid = self.trimmed.filter(pa.array(~self.said))
        found: Marks | Ambiguous | None = known
        if known is None:
            found = detect_marks(solid, said.get("decimal"), said.get("thousands"), said.get("hint", ""))
        if found is None and forced:
            found = _mostly(solid, said)
        if isinstance(found, Ambiguous):
            self.either = found.example
        elif found is not None:
            self.marks, self.trimmed = found, plain(self.trimmed, found)
        return self.marks is not None

    def read(self, values: pa.Array) -> None:
        """Which values are numbers, whole numbers, and written with leading zeros."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        if pa.types.is_string(values.type):
            self.number, self.whole, self.zeros = _shapes(self.trimmed)
        else:
            self.number = np.full(len(values), pa.types.is_integer(values.type) or pa.types.is_floating(values.type))
            self.whole = np.full(len(values), pa.types.is_integer(values.type))
            self.zeros = np.zeros(len(values), dtype=bool)
            if pa.types.is_floating(values.type):
                self.number &= as_numpy(pc.is_finite(values))
        self.time = pa.types.is_timestamp(values.type)
        self.solid = self.number if pa.types.is_floating(values.type) else ~self.said

    def base(self, **changes: Any) -> Plan:
        words = tuple(self.text.filter(self.said).to_pylist())
        plan = Plan(
            self.name, self.source, "text", "", False, self.rows, 0, 0, (), marks=self.marks, either=self.either
        )
        return replace(plan, null_words=words, **changes)

    def inferred(self) -> Plan:
        solid = self.solid
        if not solid.any():
            if self.said.any() and not self.deliberate:
                return replace(self._words(), null_words=())
            return self.base(type="constant", evidence="no cell has a value")
        if self.time:
            return self.base(type="datetime", evidence="dates in the file")
        if self.number[solid].all() and not self.zeros[solid].any():
            return self._numbers()
        date = None if self.number[solid].any() else self._date()
        if date is not None:
            return self.base(type="datetime", evidence=f"dates like {self._first()} ({date.words})", date=date)
        plan = self._words()
        return plan if self.deliberate else replace(plan, null_words=())

    def _date(self, everything: bool = True) -> dates.DateReading | None:
        import pyarrow as pa

        return dates.detect(self.trimmed.filter(pa.array(self.solid)), self.day_first, all_of_them=everything)

    def _first(self) -> str:
        return _short(self.trimmed.filter(self.solid)[0].as_py())

    def _numbers(self) -> Plan:
        solid, whole = self.solid, bool(self.whole[self.solid].all())
        exact = not _rounded(self)  # words that are numbers are written one way, unless that would cut digits
        plan = self.base(numeric=exact, whole=whole)
        if whole and not fits(self.trimmed.filter(solid)):
            return replace(plan, type="identifier", evidence="whole numbers beyond 64 bits, kept exactly as text")
        numbers, filled = as_numbers(self.trimmed.filter(solid)), int(self.counts[solid].sum())
        low, high, words = numbers.min(), numbers.max(), self.marks.words if self.marks else ""
        kind, evidence = kind_of_numbers(self.name, self.rows, filled, len(numbers), low, high, whole, words)
        return replace(plan, type=kind, evidence=evidence)

    def _words(self) -> Plan:
        kept = self.solid if self.deliberate else self.said | self.solid
        values, counts = self.text.filter(kept), self.counts[kept]
        different, filled = len(values), int(counts.sum())
        shown = ", ".join(_short(value) for value in values[:2].to_pylist())
        odd, odd_examples = self._odd()
        plan = self.base(odd_cells=odd, odd_examples=odd_examples)
        if odd:
            numbers = int(self.counts[self.number].sum())
            plan = replace(plan, evidence=f"numbers in {numbers:,} of {filled:,} cells, other text in {odd:,}; ")
        elif self.zeros.any() and self.number[self.solid].all():
            plan = replace(plan, evidence=f"numbers with leading zeros ({self._zero_example()}), kept as text; ")
        if different == 1 and filled == self.rows:
            return replace(plan, type="constant", evidence=f"every cell is {shown}")
        if different == 2:
            return replace(plan, type="binary", evidence=f"2 values: {shown}")
        summary = f"{different:,} different values in {filled:,} cells"
        if different == filled and filled >= 10 and (named_as_id(self.name) or self._compact(values)):
            return replace(plan, type="identifier", evidence=plan.evidence + summary)
        few = (different <= 50 and different * 2 <= filled) or (different <= 1000 and different * 20 <= filled)
        return replace(plan, type="category" if few and not odd else "text", evidence=plan.evidence + summary)

    def _odd(self) -> tuple[int, tuple[str, ...]]:
        """Cells that are no numbers, when at least four of five cells are."""
        numbers = int(self.counts[self.number].sum())
        odd = self.solid & ~self.number
        count = int(self.counts[odd].sum())
        if self.zeros.any() or not count or numbers < 4 * count:
            return 0, ()
        return count, _examples(self.text, odd)

    def _zero_example(self) -> str:
        return _short(self.trimmed.filter(self.zeros)[0].as_py())

    def _compact(self, values: pa.Array) -> bool:
        import pyarrow.compute as pc

        spaced = pc.sum(pc.match_substring_regex(values, r"\s")).as_py()
        return bool(spaced * 10 < len(values)) and bool(pc.max(pc.utf8_length(values)).as_py() <= 64)

    def chosen(self, type: str, lenient: bool) -> Plan:  # noqa: A002
        """The plan for a type that a person chose."""
        guess = self.inferred()
        plan = replace(
            guess, type=type, overridden=True, evidence=f"chosen; inferred was {guess.type}: {guess.evidence}"
        )
        if type in ("number", "integer", "datetime"):
            plan = replace(plan, null_words=self.base().null_words, date=self._date(False) if not self.time else None)
            good = as_numpy(read(self.trimmed, plan).is_valid()) if not self.time else self.solid & (type == "datetime")
            if self.solid.any() and not (good & self.solid).any() and not lenient:
                raise self._wrong(type, f"none of its cells can be read as one, for example {_quoted(self)}")
            bad = self.solid & ~good
            return replace(plan, unreadable=int(self.counts[bad].sum()), unreadable_examples=_examples(self.text, bad))
        most = {"binary": 2, "constant": 1}.get(type)
        kept = int(self.solid.sum()) if plan.null_words else len(self.text)
        if most and kept > most and not lenient:
            raise self._wrong(type, f"it has {kept:,} different values and {type} allows {most}")
        return plan

    def _wrong(self, type: str, why: str) -> InvalidInput:  # noqa: A002
        return InvalidInput(
            f"{self.name!r} cannot be {type}: {why}. Choose another type, or leave it to be inferred.", field="types"
        )


def _mostly(values: pa.Array, said: Mapping[str, Any]) -> Marks | None:
    """The marks of those values that look like marked numbers, where a person wants numbers and some cells are none."""
    import pyarrow.compute as pc

    marked = values.filter(pc.match_substring_regex(values, r"^\D{0,3}\d[\d.,' \x{00a0}\x{202f}]*\D{0,3}$"))
    found = detect_marks(marked, said.get("decimal"), said.get("thousands"), said.get("hint", ""))
    return found if isinstance(found, Marks) else None


def _finished(plan: Plan, facts: _Facts, values: pa.Array) -> Plan:
    """The plan with the counts that follow from it."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    kept = stored(values, plan)
    there = as_numpy(kept.is_valid())
    gone = facts.said if plan.null_words else np.zeros(len(values), dtype=bool)
    infinite = ~there & (facts.native and not facts.time)
    as_they_are = plan.type in WORDS and not plan.numeric  # different before, different after
    same_zero = pc.add(kept, 0.0) if pa.types.is_floating(kept.type) else kept  # −0.0 is 0.0
    distinct = int(there.sum()) if as_they_are else pc.count_distinct(same_zero, mode="only_valid").as_py()
    return replace(
        plan,
        missing=facts.rows - int(facts.counts[there].sum()),
        distinct=distinct,
        examples=tuple(_short(cell) for cell in to_text(first_values(kept)).to_pylist()),
        null_cells=int(facts.counts[gone].sum()),
        kept_null_words=() if plan.null_words else _tally(facts),
        unreadable=plan.unreadable or int(facts.counts[infinite].sum()),
        unreadable_examples=plan.unreadable_examples or _examples(facts.text, infinite),
        rounded=_rounded(facts) if plan.type == "number" and not facts.native else 0,
        zeros=int(facts.counts[facts.zeros & facts.solid].sum()) if not facts.native else 0,
        damaged=_damaged(facts) if not facts.native and not facts.number.all() else 0,
        meaning=meaning_of(plan, facts.trimmed.filter(facts.solid)),
    )


def _shapes(text: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which texts are numbers, whole numbers, and digits after a leading zero; by casts where all are numbers."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    every = np.ones(len(text), dtype=bool)
    if _casts(text, pa.int64()):
        number, whole = every, every
    elif _casts(text, pa.float64()):
        number, whole = every, match(text, WHOLE)
    else:
        number = match(text, NUMBER)
        number[number] = np.isfinite(as_numbers(text.filter(pa.array(number))))  # 1e400 is none that can be kept
        whole = match(text, WHOLE) & number
    zeros = np.zeros(len(text), dtype=bool)
    if number.any():
        first, second, third = (as_numpy(pc.starts_with(text, begin)) for begin in ("0", "-0", "+0"))
        may = first | second | third
        zeros[may] = match(text.filter(pa.array(may)), LEADING_ZERO)
    return number, whole, zeros


def _casts(text: pa.Array, kind: pa.DataType) -> bool:
    """Whether Arrow takes all texts for finite numbers, seen in the first few mostly; 0x1F is a number to it only."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        return len(text) > 0 and all(
            pc.all(pc.is_finite(some.cast(kind))).as_py()
            and not pc.any(pc.match_substring(some, "x", ignore_case=True)).as_py()
            for some in (text[:200], text)
        )
    except pa.ArrowInvalid:
        return False


def _tally(facts: _Facts) -> tuple[tuple[str, int], ...]:
    words = facts.text.filter(facts.said).to_pylist()
    return tuple(zip(words, (int(count) for count in facts.counts[facts.said]), strict=True))


def _rounded(facts: _Facts) -> int:
    """Cells with more than 17 significant digits, which a double cannot keep."""
    import pyarrow.compute as pc

    if (pc.max(pc.binary_length(facts.trimmed)).as_py() or 0) <= 17:
        return 0
    return int(facts.counts[match(facts.trimmed, TOO_MANY_DIGITS) & facts.number].sum())


def _damaged(facts: _Facts) -> int:
    import pyarrow.compute as pc

    return int(facts.counts[as_numpy(pc.match_substring(facts.text, "\ufffd"))].sum())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _examples(text: pa.Array, mask: np.ndarray) -> tuple[str, ...]:
    return tuple(_short(cell) for cell in text.filter(mask)[:SHOWN].to_pylist())


def _quoted(facts: _Facts) -> str:
    return ", ".join(repr(cell) for cell in _examples(facts.text, facts.solid)[:3])
