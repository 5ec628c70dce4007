"""Columns that only rise or only fall from the first row to the last."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality.catalog import CHECKS, NUMBERS, CheckSpec, Suspect, per_column

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

FEWEST_ROWS, FEWEST_VALUES = 30, 10


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    import numpy as np

    numbers = scan.numbers(column.name)
    there = numbers[~np.isnan(numbers)]
    way = direction(there)
    if way and column.distinct >= FEWEST_VALUES:
        words = "rises" if way > 0 else "falls"
        yield Suspect(
            (column.name,),
            len(there),
            f"{column.name} only {words} from the first row to the last: the rows are in its order.",
            len(there) / scan.rows,
            rows=tuple(range(min(3, scan.rows))),
        )


def direction(numbers: np.ndarray) -> int:
    """1 when the numbers only rise, -1 when they only fall, else 0."""
    import numpy as np

    if len(numbers) < FEWEST_ROWS:
        return 0
    steps = np.diff(numbers)
    return 1 if bool((steps >= 0).all()) else -1 if bool((steps <= 0).all()) else 0


CHECKS.register(
    CheckSpec(
        "monotone",
        "info",
        "A time or a running number: test on the last rows, not on random ones, and do not learn from the column.",
        per_column(_look, *NUMBERS, "datetime"),
    )
)
