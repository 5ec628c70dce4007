"""How many different values a long column has, found while it comes in pieces; what has to be held may wait on disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.data.pieces import different, one_at_a_time

if TYPE_CHECKING:
    import numpy as np

_MEMORY = 48 << 20  # bytes that the columns of a table hold together
_SOME = 200_000  # values, before those that are alike are joined
_FEW = 500_000  # different values; beyond them all are held
_DENSE = 4  # whole numbers are marked while so many places are enough for each of them


class Waiting:
    """The memory that columns share, and the folder where they write what is beyond it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._left, self._files = folder, _MEMORY, 0

    def room(self, size: int) -> bool:
        """Whether so many bytes more may be held; once they may not, none may."""
        self._left -= size
        return self._left >= 0

    def file(self) -> Path:
        """A place for one column's values."""
        self._files += 1
        return self._folder / f"waiting-{self._files}"


class Held:
    """Numbers in their order, in memory or beyond it."""

    def __init__(self, waiting: Waiting | None = None) -> None:
        self._waiting, self._file = waiting, waiting.file() if waiting is not None else None
        self._parts: list[np.ndarray] = []
        self._kind: Any = None

    def add(self, values: np.ndarray) -> None:
        """Hold some more."""
        self._kind = values.dtype
        self._parts.append(values)
        if self._waiting is not None and self._file is not None and not self._waiting.room(values.nbytes):
            with self._file.open("ab") as file:
                for part in self._parts:
                    part.tofile(file)
            self._parts = []

    def take(self) -> np.ndarray:
        """All of them, which are held no longer."""
        import numpy as np

        parts, self._parts = self._parts, []
        if self._file is None or not self._file.exists():
            return np.concatenate(parts)
        found = np.fromfile(self._file, dtype=self._kind)
        self._file.unlink()
        return found


class Distinct:
    """Counts different numbers, none of them NaN: few are joined, whole ones of a small range marked, others held.

    Parameters
    ----------
    few : bool
        Whether there seem to be few; the pieces then come without repeats.
    """

    def __init__(self, waiting: Waiting, *, few: bool) -> None:
        self._few, self._held = few, Held(waiting)
        self._known: list[np.ndarray] = []
        self._marks: _Marks | None = None
        self._rows = 0

    def add(self, values: np.ndarray) -> None:
        """Take note of some more."""
        if not len(values):
            return
        if self._few:
            self._known.append(values)
            if len(self._known) > 1 and sum(map(len, self._known)) > max(_SOME, 2 * len(self._known[0])):
                self._known = [_joined(self._known)]
            if len(self._known[0]) <= _FEW:
                return
            values, self._known, self._few = _joined(self._known), [], False
            self._rows = len(values)
            self._held.add(values)
            return
        if not self._rows and values.dtype.kind == "i":
            self._marks = _Marks(values)
        self._rows += len(values)
        if self._marks is not None:
            if self._marks.add(values, most=_DENSE * self._rows):
                return
            self._held.add(self._marks.values())
            self._marks = None
        self._held.add(values)

    def count(self) -> int:
        """How many different ones came."""
        if self._few:
            return len(_joined(self._known)) if self._known else 0
        if self._marks is not None:
            return self._marks.count()
        if not self._rows:
            return 0
        with one_at_a_time(self._rows):
            return different(self._held.take(), spare=True)


class _Marks:
    """A place for each whole number of a range."""

    def __init__(self, values: np.ndarray) -> None:
        import numpy as np

        self._low = int(values.min())
        self._there = np.zeros(0, dtype=bool)

    def add(self, values: np.ndarray, *, most: int) -> bool:
        """Mark some more; False, and none of them is marked, where the range would need more places than that."""
        import numpy as np

        low, high = min(int(values.min()), self._low), max(int(values.max()), self._low + len(self._there) - 1)
        if high - low >= most:
            return False
        if low < self._low or high - low >= len(self._there):
            there = np.zeros(2 * (high - low + 1), dtype=bool)
            there[self._low - low : self._low - low + len(self._there)] = self._there
            self._low, self._there = low, there
        self._there[values - self._low] = True
        return True

    def count(self) -> int:
        """How many are marked."""
        return int(self._there.sum())

    def values(self) -> np.ndarray:
        """The marked numbers, each once."""
        import numpy as np

        found: np.ndarray = np.flatnonzero(self._there) + self._low
        return found


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    import numpy as np
    import pandas as pd

    return pd.unique(np.concatenate(parts)) if len(parts) > 1 else parts[0]
