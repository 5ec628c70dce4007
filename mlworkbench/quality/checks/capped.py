"""A pile of equal values at the end of a column: larger ones were cut, or could not be entered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality.catalog import CHECKS, NUMBERS, CheckSpec, Suspect, per_column

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

FEWEST_VALUES = 20
FEWEST, LEAST = 5, 0.005  # cells, and share of the cells
TIMES = 5.0  # more frequent than the values beside it
BESIDE = 20  # values


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    import numpy as np

    numbers = scan.numbers(column.name)
    values, counts = np.unique(numbers[~np.isnan(numbers)], return_counts=True)
    if len(values) < FEWEST_VALUES:
        return
    for name, place, beside in (("largest", -1, counts[-BESIDE - 1 : -1]), ("smallest", 0, counts[1 : BESIDE + 1])):
        if values[place] == 0:  # zeros have checks of their own
            continue
        if _piled(int(counts[place]), beside, int(counts.sum())):
            value, cells = values[place], int(counts[place])
            yield Suspect(
                (column.name,),
                cells,
                f"{cells:,} cells of {column.name} say exactly {value:.10g}, its {name} value; the values beside it "
                f"occur {np.median(beside):g} times each. It seems cut off there.",
                cells / scan.rows,
                rows=scan.at(numbers == value),
            )


def _piled(cells: int, beside: np.ndarray, total: int) -> bool:
    import numpy as np

    return bool(cells >= max(FEWEST, LEAST * total) and cells >= TIMES * np.median(beside) and cells > 2 * beside.max())


CHECKS.register(
    CheckSpec(
        "capped",
        "warning",
        "What lies beyond is not known: a model learns the cap, and errors there are not what they seem.",
        per_column(_look, *NUMBERS),
    )
)
