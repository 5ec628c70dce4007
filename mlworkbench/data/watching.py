"""Columns that are typed while they are read, one kind of column each: what is stored, what keys are made of, and what
has to be known of all cells to say at the end what the column is.

Every cell is held against the guess that the first ones gave; a cell that does not fit ends the attempt.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from mlworkbench.data.arrays import Counter, as_numpy, to_text
from mlworkbench.data.dates import plain_times
from mlworkbench.data.distinct import Distinct, Waiting
from mlworkbench.data.keys import MISSING, text_keys, value_keys, word_hashes
from mlworkbench.data.numeric import SHOWN, NumberFacts, decimal_numbers, first_values, plan_of_numbers, whole_numbers
from mlworkbench.data.pieces import Counted
from mlworkbench.data.plan import WORDS, Plan, convert, filled, storage, stored
from mlworkbench.data.texts import LongTexts

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

MOST = 100_000  # different texts of a column that are held
_EXACT = 2.0**53


@dataclass(frozen=True)
class Seen:
    """Cells of a piece: as they are stored, their keys, and what `add` takes note of."""

    stored: pa.Array
    keys: np.ndarray
    note: Any


class Watch(ABC):
    """A column of texts. `look` may run in several threads at once, `add` is called in the order of the pieces."""

    @abstractmethod
    def look(self, texts: pa.Array) -> Seen | None:
        """A piece of the column; None when a cell does not fit the guess."""

    @abstractmethod
    def add(self, note: Any) -> bool:
        """Take note of a piece; False when it does not fit the guess."""

    @abstractmethod
    def plan(self, rows: int) -> Plan | None:
        """What the column is; None when that is not known."""


@dataclass(frozen=True)
class _Noted:
    """Of a piece: words for missing, numbers, from where to where, a few of them, and those that differ or all."""

    gone: int
    filled: int
    low: Any
    high: Any
    first: pa.Array
    values: np.ndarray


class Numbers(Watch):
    """Numbers that are all written plainly, and the words that stand for missing ones among the first cells."""

    def __init__(self, guess: Plan, waiting: Waiting) -> None:
        self._guess = guess
        self._few = not guess.whole and 2 * guess.distinct <= guess.rows - guess.missing
        self._distinct = Distinct(waiting, few=self._few)
        self._filled, self._gone, self._low, self._high = 0, 0, math.inf, -math.inf
        self._first: pa.Array | None = None

    def look(self, texts: pa.Array) -> Seen | None:
        """Their values; None when a text is no plain number, or a decimal one is too large for a double."""
        guess, gone = self._guess, 0
        if guess.null_words:
            texts, gone = _without(texts, guess.null_words)
        numbers = whole_numbers(texts) if guess.whole else decimal_numbers(texts)
        if numbers is None:
            return None
        noted = self._noted(as_numpy(numbers.drop_null()), gone)
        if not guess.whole and max(abs(noted.low), abs(noted.high)) >= _EXACT:
            return None
        if guess.type not in WORDS:
            cells = numbers.cast(storage(guess.type))
        else:
            cells = filled(texts) if guess.whole else convert(texts, guess)
        return Seen(cells, value_keys(numbers), noted)

    def add(self, note: _Noted) -> bool:
        """Count them."""
        import pyarrow as pa

        self._gone += note.gone
        if note.filled:
            self._filled += note.filled
            self._low, self._high = min(self._low, note.low), max(self._high, note.high)
            if self._first is None or len(self._first) < SHOWN:
                known = note.first if self._first is None else pa.concat_arrays([self._first, note.first])
                self._first = first_values(known)
            self._distinct.add(note.values)
        return True

    def plan(self, rows: int) -> Plan | None:
        """As `numeric.study_numbers`."""
        if self._first is None:
            return None
        facts = (self._guess.whole, self._filled, self._distinct.count(), self._low, self._high, self._first)
        plan = plan_of_numbers(self._guess.name, self._guess.source, rows, NumberFacts(*facts))
        words = self._guess.null_words
        return replace(plan, null_words=words, null_cells=self._gone, plain=False) if plan and words else plan

    def _noted(self, numbers: np.ndarray, gone: int) -> _Noted:
        import pandas as pd
        import pyarrow as pa

        if not len(numbers):
            return _Noted(gone, 0, 0, 0, pa.array([]), numbers)
        values = pd.unique(numbers) if self._few else numbers
        low, high = values.min().item(), values.max().item()
        return _Noted(gone, len(numbers), low, high, first_values(pa.array(values)), values)


def _without(texts: pa.Array, words: Sequence[str]) -> tuple[pa.Array, int]:
    """Texts with "" in place of those words, and how many there were."""
    import pyarrow as pa
    import pyarrow.compute as pc

    gone = pc.is_in(texts, pa.array(list(words), pa.string()))
    count = pc.sum(gone).as_py() or 0
    return pc.if_else(gone, "", texts) if count else texts, count


class Times(Watch):
    """Dates and times that mostly differ, all written plainly."""

    def __init__(self, guess: Plan, waiting: Waiting) -> None:
        import pyarrow as pa

        self._guess = guess
        self._distinct = Distinct(waiting, few=False)
        self._filled = 0
        self._first = pa.nulls(0, storage("datetime"))

    def look(self, texts: pa.Array) -> Seen | None:
        """Their values; None when a text is written otherwise."""
        cells = filled(texts)
        times = plain_times(cells) if cells.null_count < len(cells) else cells.cast(storage("datetime"))
        if times is None:
            return None
        return Seen(times, value_keys(times), times.drop_null())

    def add(self, note: pa.Array) -> bool:
        """Count them."""
        import pyarrow as pa

        self._filled += len(note)
        if len(self._first) < SHOWN:
            self._first = first_values(pa.concat_arrays([self._first, first_values(note)]))
        self._distinct.add(as_numpy(note.cast(pa.int64())))
        return True

    def plan(self, rows: int) -> Plan:
        """As `inference.study`."""
        shown = tuple(to_text(self._first).to_pylist())
        return replace(
            self._guess, rows=rows, missing=rows - self._filled, distinct=self._distinct.count(), examples=shown
        )


class Words(Watch):
    """Texts with few different values, whatever they are; each is worked on when it is first seen."""

    def __init__(self, guess: Plan, study: Callable[[Any], Plan]) -> None:
        import numpy as np
        import pyarrow as pa

        self._guess, self._study, self._counter = guess, study, Counter()
        self._lock, self._places = Lock(), dict[str, int]()
        self._stored, self._keys = pa.nulls(0, storage(guess.type)), np.empty(0, dtype=np.uint64)

    def look(self, texts: pa.Array) -> Seen:
        """A dictionary of them."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        words = texts.dictionary_encode()
        codes = as_numpy(words.indices)
        counts = np.bincount(codes, minlength=len(words.dictionary))
        solid = pc.not_equal(words.dictionary, "")
        note = words.dictionary.filter(solid), counts[as_numpy(solid)]
        values, keys = self._known(words.dictionary)
        if self._guess.type in WORDS:
            values = values.dictionary_encode()
            cells = pa.DictionaryArray.from_arrays(values.indices.take(words.indices), values.dictionary)
        else:
            cells = values.take(words.indices)
        return Seen(cells, keys[codes], note)

    def add(self, note: tuple[pa.Array, np.ndarray]) -> bool:
        """Count them."""
        return self._counter.add(*note) <= MOST

    def plan(self, rows: int) -> Plan:
        """As `inference.study`."""
        return self._study(Counted(rows, *self._counter.counted()))

    def _known(self, words: pa.Array) -> tuple[pa.Array, np.ndarray]:
        """Different texts as they are stored, and their keys."""
        import numpy as np
        import pyarrow as pa

        with self._lock:
            texts, places = words.to_pylist(), self._places
            new = [text for text in texts if text not in places]
            if new:
                fresh = pa.array(new, pa.string())
                self._stored = pa.concat_arrays([self._stored, stored(fresh, self._guess)])  # may raise
                self._keys = np.concatenate([self._keys, text_keys(fresh)])
                places.update(zip(new, range(len(places), len(places) + len(new)), strict=True))
            where = np.fromiter((places[text] for text in texts), dtype=np.int64, count=len(texts))
            return self._stored.take(pa.array(where)), self._keys[where]


class Texts(Watch):
    """Texts that mostly differ."""

    def __init__(self, guess: LongTexts) -> None:
        self._long = guess

    def look(self, texts: pa.Array) -> Seen | None:
        """Their hashes, of which their keys are made, too."""
        import numpy as np

        cells = filled(texts)
        there = cells.drop_null()
        found = self._long.look(there)
        if found is None:
            return None
        hashes = word_hashes(there)
        keys = text_keys(there, hashes)
        if cells.null_count:
            every = np.full(len(cells), MISSING, dtype=np.uint64)
            every[as_numpy(cells.is_valid())] = keys
            keys = every
        return Seen(cells, keys, (hashes, found))

    def add(self, note: tuple[np.ndarray, tuple[int, int]]) -> bool:
        """Keep the hashes."""
        self._long.add(*note)
        return True

    def plan(self, rows: int) -> Plan | None:
        """As `texts.study_texts`."""
        return self._long.plan(rows)
