"""Columns that are typed while they are read, one kind of column each: what is stored, what keys are made of, and what
has to be known of all cells to say at the end what the column is.

Every cell is held against the guess that the first ones gave; a cell that does not fit ends the attempt.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench.data.arrays import Counter, as_numpy
from mlworkbench.data.numeric import decimal_numbers, plan_of_numbers, whole_numbers
from mlworkbench.data.pieces import Counted
from mlworkbench.data.plan import WORDS, Plan, coded, convert, filled, storage
from mlworkbench.data.texts import LongTexts

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

MOST = 200_000  # different texts of a column that are counted
_EXACT = 2.0**53


@dataclass(frozen=True)
class Seen:
    """Cells of a piece: as they are stored, as their keys are made of, and what `add` takes note of."""

    stored: pa.Array
    said: pa.Array
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


class Numbers(Watch):
    """Numbers that are all written plainly."""

    def __init__(self, guess: Plan) -> None:
        self._guess = guess
        self._numbers: list[np.ndarray] = []

    def look(self, texts: pa.Array) -> Seen | None:
        """Their values; None when a text is no plain number, or a decimal one is too large for a double."""
        import pyarrow.compute as pc

        guess = self._guess
        numbers = whole_numbers(texts) if guess.whole else decimal_numbers(texts)
        if numbers is None or (not guess.whole and (pc.max(pc.abs(numbers)).as_py() or 0) >= _EXACT):
            return None
        if guess.type not in WORDS:
            stored = numbers.cast(storage(guess.type))
        else:
            stored = filled(texts) if guess.whole else convert(texts, guess)
        return Seen(stored, numbers, as_numpy(numbers.drop_null()))

    def add(self, note: np.ndarray) -> bool:
        """Keep the values."""
        self._numbers.append(note)
        return True

    def plan(self, rows: int) -> Plan | None:
        """As `numeric.study_numbers`."""
        import numpy as np

        numbers, self._numbers = np.concatenate(self._numbers), []
        return plan_of_numbers(self._guess.name, self._guess.source, rows, numbers)


class Words(Watch):
    """Texts with few different values, whatever they are."""

    def __init__(self, guess: Plan, study: Callable[[Any], Plan]) -> None:
        self._guess, self._study, self._counter = guess, study, Counter()

    def look(self, texts: pa.Array) -> Seen:
        """A dictionary of them."""
        import numpy as np
        import pyarrow.compute as pc

        words = texts.dictionary_encode()
        counts = np.bincount(as_numpy(words.indices), minlength=len(words.dictionary))
        solid = pc.not_equal(words.dictionary, "")
        note = words.dictionary.filter(solid), counts[as_numpy(solid)]
        return Seen(coded(words, self._guess), words, note)

    def add(self, note: tuple[pa.Array, np.ndarray]) -> bool:
        """Count them."""
        return self._counter.add(*note) <= 2 * MOST

    def plan(self, rows: int) -> Plan:
        """As `inference.study`."""
        return self._study(Counted(rows, *self._counter.counted()))


class Texts(Watch):
    """Texts that mostly differ."""

    def __init__(self, guess: LongTexts) -> None:
        self._long = guess

    def look(self, texts: pa.Array) -> Seen | None:
        """Their hashes."""
        found = self._long.look(texts)
        return None if found is None else Seen(filled(texts), texts, found)

    def add(self, note: tuple[np.ndarray, int, int]) -> bool:
        """Keep the hashes."""
        self._long.add(note)
        return True

    def plan(self, rows: int) -> Plan | None:
        """As `texts.study_texts`."""
        return self._long.plan(rows)
