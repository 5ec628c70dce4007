"""Work on pieces in two threads (Arrow computes without Python's lock), the results in the order of the pieces."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_Piece = TypeVar("_Piece")
_Result = TypeVar("_Result")
THREADS = 2


def in_order(work: Callable[[_Piece], _Result], pieces: Iterable[_Piece], threads: int = THREADS) -> Iterator[_Result]:
    """`map` with two threads; never more than four pieces in memory. An error in a piece is raised at its turn.

    With one thread the work on a piece is done while the next is made, never on two at once.
    """
    waiting: deque[Future[_Result]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for piece in pieces:
                waiting.append(pool.submit(work, piece))
                if len(waiting) > threads + 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
