"""Long columns of mostly different words, looked at piece by piece: nothing of their size is held but a hash per cell.

What is found is what `inference.study` would find. It holds because a column that is not all numbers, dates or marked
numbers in its first cells is not so as a whole; cells that could change anything else (a number among the words, a word
for missing) leave the column to `study`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlworkbench.data.arrays import NULL_WORDS, bytes_of, may_be_number
from mlworkbench.data.dates import FORMS
from mlworkbench.data.distinct import Held, Waiting
from mlworkbench.data.meanings import meaning_of
from mlworkbench.data.numeric import named_as_id
from mlworkbench.data.pieces import Pieces, different, one_at_a_time
from mlworkbench.data.plan import NUMBER, Plan, filled

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

LONG = 400_000  # cells: shorter columns are held whole without harm
_HEAD, _PIECE, _WORDS = 20_000, 131_072, 8
_LONGEST_WORD = max(len(word.encode()) for word in NULL_WORDS)
_SPACES = list(b" \t\n\v\f\r\x1c\x1d\x1e\x1f")  # all that is trimmed, among single bytes


def study_texts(column: Pieces, look: Callable[[Any], Plan]) -> Plan | None:
    """The plan of a long column of mostly different words; None where `study` has to look at all its texts.

    Parameters
    ----------
    column : Pieces
        Cells as they were read, strings.
    look : callable
        `study` of a part of the column.
    """
    long = LongTexts.of(_head(column), look) if column.rows >= LONG else None
    if long is None:
        return None
    for piece in _pieces(column):
        texts = filled(piece).drop_null()
        found = long.look(texts)
        if found is None:
            return None
        long.add(text_hashes(texts), found)
    return long.plan(column.rows)


class LongTexts:
    """What is found of a column's texts, piece by piece.

    Parameters
    ----------
    guess : Plan
        Of its first cells.
    waiting : Waiting, optional
        Where hashes wait that are too many for the memory.
    """

    def __init__(self, guess: Plan, waiting: Waiting | None = None) -> None:
        self.guess = guess
        self._hashes = Held(waiting)
        self._known = self._spaced = self._longest = 0

    @classmethod
    def of(cls, head: Any, look: Callable[[Any], Plan], waiting: Waiting | None = None) -> LongTexts | None:
        """For a column with these first cells; None where `study` has to look at all its texts."""
        guess = look(head[:_HEAD])
        sure = not (guess.null_cells or guess.kept_null_words or guess.either or guess.marks or guess.odd_cells)
        words = guess.type in ("text", "identifier") and not guess.numeric and 2 * guess.distinct >= _HEAD
        return cls(guess, waiting) if words and sure and _never_a_date(guess) else None

    def look(self, texts: pa.Array) -> tuple[int, int] | None:
        """Of cells with a value: how many have a space, the most characters; None where `study` has to look."""
        return _looks(texts, self.guess) if len(texts) else (0, 0)

    def add(self, hashes: np.ndarray, found: tuple[int, int]) -> None:
        """Take note of a piece: a hash of each of its texts, always by the same function, and what `look` found."""
        self._known += len(hashes)
        self._hashes.add(hashes)
        self._spaced, self._longest = self._spaced + found[0], max(self._longest, found[1])

    def plan(self, rows: int) -> Plan | None:
        """The plan of the column; None where `study` has to look at all its texts."""
        with one_at_a_time(rows):
            known, several = self._known, different(self._hashes.take(), spare=True)
        compact = self._spaced * 10 < known and self._longest <= 64
        names = several == known and (named_as_id(self.guess.name) or compact)
        if several <= 1000:
            return None
        return replace(
            self.guess,
            type="identifier" if names else "text",
            evidence=f"{several:,} different values in {known:,} cells",
            rows=rows,
            missing=rows - known,
            distinct=several,
        )


def _never_a_date(guess: Plan) -> bool:
    """Whether an example has no form of a date: then the column is none, whatever comes."""
    patterns = [re.sub(r"\?P<\w+>", "?:", form.pattern) for form in FORMS]
    return any(not any(re.match(pattern, cell.strip()) for pattern in patterns) for cell in guess.examples)


def _head(column: Pieces) -> pa.ChunkedArray:
    import pyarrow as pa

    some, rows = [], 0
    for piece in column.each():
        some.append(piece[: _HEAD - rows])
        rows += len(some[-1])
        if rows == _HEAD:
            break
    return pa.chunked_array(some, pa.string())


def _pieces(column: Pieces) -> Iterator[pa.Array]:
    for chunk in column.each():
        for begin in range(0, len(chunk), _PIECE):
            yield chunk[begin : begin + _PIECE]


def _looks(texts: pa.Array, guess: Plan) -> tuple[int, int] | None:
    import numpy as np
    import pyarrow.compute as pc

    sizes, _, data = bytes_of(texts)
    blank = data[:-8].min() <= ord(" ") and np.isin(data[:-8], _SPACES).any()
    bare = data.max() < 128 and not blank  # nothing to trim, a character is a byte
    trimmed = texts if bare else pc.utf8_trim_whitespace(texts)
    number = may_be_number(trimmed).any() and pc.any(pc.match_substring_regex(trimmed, NUMBER)).as_py()
    if number or _may_be_missing(sizes, trimmed, bare=bare):
        return None
    if bare and (not guess.meaning or meaning_of(guess, trimmed) == guess.meaning):
        return 0, int(sizes.max())
    if pc.any(pc.match_substring(texts, "\ufffd")).as_py():
        return None
    if guess.meaning and meaning_of(guess, trimmed) != guess.meaning:
        return None
    spaced = pc.sum(pc.match_substring_regex(texts, r"\s")).as_py()
    return int(spaced), int(pc.max(pc.utf8_length(texts)).as_py())


def _may_be_missing(sizes: np.ndarray, trimmed: pa.Array, *, bare: bool) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    if bare and sizes.min() > _LONGEST_WORD:
        return False
    return bool(pc.any(pc.is_in(trimmed, pa.array(["", *NULL_WORDS], pa.string()))).as_py())


def text_hashes(texts: pa.Array) -> np.ndarray:
    """A 64-bit hash per text, for counting different ones: equal texts have equal hashes, in this process only.

    The bytes are taken eight at a time and mixed (splitmix64's finaliser); beyond 64 bytes Python's own hash speaks.
    Among 100 million texts a clash has a chance of 0.03 %.
    """
    import numpy as np

    from mlworkbench.data.keys import mix

    sizes, starts, data = bytes_of(texts)
    hashes = mix(sizes.astype(np.uint64))
    every: np.ndarray = np.ndarray(len(data) - 7, dtype="<u8", buffer=data, strides=(1,))  # a word from each byte on
    inside = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)
    for begin in range(0, min(int(sizes.max(initial=0)), 8 * _WORDS), 8):
        there = np.flatnonzero(sizes > begin)
        word = every[starts[there] + begin] & inside[np.minimum(sizes[there] - begin, 8)]
        hashes[there] = mix(hashes[there] ^ word)
    long = np.flatnonzero(sizes > 8 * _WORDS)
    if len(long):
        hashes[long] = [hash(texts[int(place)].as_py()) & 0xFFFFFFFFFFFFFFFF for place in long]
    return hashes
