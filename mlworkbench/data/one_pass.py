"""A large text file typed while it is read, by what its first rows show: one pass over it instead of three.

The outcome is that of the long way (all cells read, then each column studied, then all cells converted), or none: every
cell is held against the guess, at the end each column is judged by all of its cells, and where anything differs from
what was guessed the file is read the long way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.data.dates import PLAIN
from mlworkbench.data.distinct import Waiting
from mlworkbench.data.inference import looks_first, study
from mlworkbench.data.keys import joined_keys
from mlworkbench.data.meanings import may_be_postcode
from mlworkbench.data.parallel import THREADS, in_order
from mlworkbench.data.plan import WORDS, Plan
from mlworkbench.data.rawcells import ROWS
from mlworkbench.data.readers import Flow, Raw
from mlworkbench.data.texts import LongTexts
from mlworkbench.data.typed_table import TypedTable
from mlworkbench.data.watching import Numbers, Seen, Texts, Times, Watch, Words
from mlworkbench.errors import InvalidInput

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_WIDE = 256  # columns
Settle = Callable[[tuple[Plan, ...]], tuple[tuple[Plan, ...], str | None]]


@dataclass(frozen=True)
class Typed:
    """A file's rows, typed: what the reader says, the columns, the task of the target, the key of each row."""

    raw: Raw
    plans: tuple[Plan, ...]
    task: str | None
    keys: np.ndarray


class _Doubt(Exception):
    """The guess does not hold."""


def in_one_pass(
    flow: Flow,
    names: Sequence[str],
    types: Mapping[str, str],
    reading: Mapping[str, Any],
    settle: Settle,
    target: Path,
    *,
    raw_wanted: bool = False,
) -> Typed | None:
    """Type a file's rows into `target`; None where the long way has to be gone.

    Parameters
    ----------
    names : sequence of str
        What the columns are to be called.
    types, reading : mapping
        As `versions.ingest` takes them.
    settle : callable
        Plans → (plans with the target's type made fit for its task, the task).
    raw_wanted : bool
        Whether cells that cannot be read as their type are asked for afterwards; they are not kept.
    """
    import pyarrow as pa

    if len(names) > _WIDE:
        return None
    try:
        typed = _typed(flow, _Columns(flow, names, types, reading, target.parent), settle, target)
        if raw_wanted and any(plan.unreadable for plan in typed.plans):
            raise _Doubt
        return typed
    except (_Doubt, InvalidInput, pa.ArrowInvalid, UnicodeDecodeError):
        target.unlink(missing_ok=True)
        return None


def _typed(flow: Flow, columns: _Columns, settle: Settle, target: Path) -> Typed:
    import pyarrow as pa

    groups = _groups(flow.batches())
    first = _sure(next(groups, None))
    guesses, task = settle(columns.guess(pa.concat_batches(first)))
    watches, order = columns.watches(guesses), columns.order()

    def look(some: list[pa.RecordBatch]) -> tuple[np.ndarray, list[Seen]]:
        cells = pa.concat_batches(some).columns
        seen = [_sure(watch.look(texts)) for watch, texts in zip(watches, cells, strict=True)]
        return joined_keys(len(cells[0]), [seen[place].keys for place in order]), seen

    with TypedTable(target, guesses) as table:
        for keys, seen in in_order(look, chain([first], groups)):
            if not all(watch.add(one.note) for watch, one in zip(watches, seen, strict=True)):
                raise _Doubt
            table.write(keys, [one.stored for one in seen])
    pa.default_memory_pool().release_unused()
    raw = flow.raw(target)
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda watch: watch.plan(raw.rows), watches))
    plans, task = settle(tuple(map(_sure, found)))
    if any(_way(one) != _way(other) for one, other in zip(guesses, plans, strict=True)):
        raise _Doubt
    return Typed(raw, plans, task, table.keys())


class _Columns:
    """The columns of a file and what its first rows show of them."""

    def __init__(
        self, flow: Flow, names: Sequence[str], types: Mapping[str, str], reading: Mapping[str, Any], folder: Path
    ) -> None:
        self._names, self._types, self._reading, self._waiting = names, types, reading, Waiting(folder)
        self._said = {key: reading.get(key) for key in ("decimal", "thousands")} | {"hint": flow.decimal}

    def guess(self, head: pa.RecordBatch) -> tuple[Plan, ...]:
        """What each column is, as far as its first rows go."""
        self._head = head
        return tuple(in_order(lambda place: self._study(place, head.column(place)), range(len(self._names))))

    def order(self) -> list[int]:
        """Their places, in sorted order of their names."""
        return sorted(range(len(self._names)), key=lambda place: self._names[place])

    def watches(self, guesses: Sequence[Plan]) -> list[Watch]:
        """How each column is watched, whose type the target may have changed."""
        return [_sure(self._watch(place, guess)) for place, guess in enumerate(guesses)]

    def _study(self, place: int, column: Any) -> Plan:
        name = self._names[place]
        return study(
            name,
            column,
            source=f"c{place}",
            type=self._types.get(name),
            null_words=self._reading.get("null_words"),
            day_first=self._reading.get("day_first"),
            said=self._said,
        )

    def _watch(self, place: int, guess: Plan) -> Watch | None:
        quick = looks_first(self._types.get(guess.name), self._reading.get("null_words"), self._said)
        if quick and (guess.plain or self._plain_with_words(place, guess)):
            return Numbers(guess, self._waiting)
        if guess.distinct * 4 < guess.rows:
            return Words(guess, lambda column: self._study(place, column))
        if quick and guess.type == "datetime" and guess.date is not None and guess.date.form == PLAIN:
            return Times(guess, self._waiting)
        if not quick or guess.type not in WORDS:
            return None
        long = LongTexts.of(self._head.column(place), lambda cells: self._study(place, cells), self._waiting)
        return Texts(long) if long is not None else None

    def _plain_with_words(self, place: int, guess: Plan) -> bool:
        """Whether the first cells are plain numbers but for words that stand for missing."""
        if not (guess.null_words and guess.numeric) or guess.marks is not None or may_be_postcode(guess.name):
            return False
        return Numbers(guess, self._waiting).look(self._head.column(place)) is not None


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Batches in lists of so many rows as are typed at once, whatever way a file is read."""
    some: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        while len(batch):
            some.append(batch[: ROWS - rows])
            rows += len(some[-1])
            batch = batch[len(some[-1]) :]
            if rows == ROWS:
                yield some
                some, rows = [], 0
    if some:
        yield some


def _sure(found: Any) -> Any:
    if found is None:
        raise _Doubt
    return found


def _way(plan: Plan) -> tuple[object, ...]:
    """What of a plan makes cells what they become."""
    if plan.type in WORDS:
        written = (plan.numeric, plan.numeric and plan.whole, plan.marks if plan.numeric else None)
        return ("words", frozenset(plan.null_words), *written)
    return plan.type, plan.marks, plan.date if plan.type == "datetime" else None
