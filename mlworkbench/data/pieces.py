"""A column in pieces: what can be found without holding it whole is found so, and what cannot takes it whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_BUCKETS = 16
_MANY = 4_000_000
_SOME = 100_000
_LONG = Lock()


@dataclass(frozen=True)
class Pieces:
    """A column of a file or of memory.

    Parameters
    ----------
    rows : int
        Its length.
    text : bool
        Whether its cells are strings.
    each : callable
        Its pieces (pyarrow.Array) in order; may be asked for more than once.
    whole : callable
        All of it (pyarrow.Array or ChunkedArray).
    """

    rows: int
    text: bool
    each: Callable[[], Iterator[pa.Array]]
    whole: Callable[[], Any]

    @classmethod
    def of(cls, column: Any) -> Pieces:
        """A column in memory."""
        import pyarrow as pa

        chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
        return cls(len(column), pa.types.is_string(column.type), lambda: iter(chunks), lambda: column)


@dataclass(frozen=True)
class Counted:
    """A text column by its different cells in order of appearance, without "", and how often each occurs."""

    rows: int
    values: pa.Array
    counts: np.ndarray


def one_at_a_time(rows: int) -> AbstractContextManager[object]:
    """Held while the numbers or hashes of a long column are: no two threads hold one."""
    return _LONG if rows >= _MANY else nullcontext()


def different(values: np.ndarray, *, spare: bool = False) -> int:
    """How many different values there are, none of them NaN; spare ones may be sorted where they are.

    Few different ones are hashed; else sorting is several times faster, a part at a time, so that no second copy of
    many values is held.
    """
    import numpy as np
    import pandas as pd

    some = values[:: len(values) // _SOME + 1]
    if len(values) > 2 * _SOME and 2 * len(pd.unique(some)) <= len(some):
        return len(pd.unique(values))
    if spare:
        values.sort()
        return _different(values)
    if len(values) < _MANY:
        return _different(np.sort(values))
    some = np.sort(values[:: len(values) // 10_000])
    edges = np.unique(some[len(some) // _BUCKETS :: len(some) // _BUCKETS])
    between = zip((None, *edges), (*edges, None), strict=True)
    return sum(_different(np.sort(values[_inside(values, low, high)])) for low, high in between)


def _inside(values: np.ndarray, low: Any, high: Any) -> np.ndarray:
    found: np.ndarray = values < high if low is None else values >= low
    return found if low is None or high is None else found & (values < high)


def _different(ordered: np.ndarray) -> int:
    return int((ordered[1:] != ordered[:-1]).sum()) + 1 if len(ordered) else 0
