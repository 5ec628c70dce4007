"""Values that lie farther out than the tail of their own column goes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, NUMBERS, CheckSpec, Suspect, of, per_column
from mlworkbench.quality.tails import bounds

if TYPE_CHECKING:
    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

FEW = 20  # different values up to which they are made missing one by one


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    import numpy as np

    numbers = scan.numbers(column.name)
    there = numbers[~np.isnan(numbers)]
    edges = bounds(there)
    if edges is None:
        return
    low, high = edges
    out = (numbers < low) | (numbers > high)
    cells = int(out.sum())
    if not cells:
        return
    far = np.unique(numbers[out])
    name = steps.quoted(column.name)
    whole = column.type == "integer"
    repair = steps.make_missing(column.name, [int(one) if whole else float(one) for one in far])
    if len(far) > FEW:
        repair = steps.keep_rows(f"missing({name}) or {_edge(low):g} <= {name} <= {_edge(high):g}")
    yield Suspect(
        (column.name,),
        cells,
        f"{of(cells, 'cell', 'cells')} of {column.name} {'lies' if cells == 1 else 'lie'} far outside of where its "
        f"distribution ends ({max(low, there.min()):.6g} to {min(high, there.max()):.6g}): from {far[0]:.6g} to "
        f"{far[-1]:.6g}, median {np.median(there):.6g}.",
        cells / scan.rows,
        rows=scan.at(out),
        repair=None if column.name == scan.dataset.target else repair,
    )


def _edge(bound: float) -> float:
    return max(-1e300, min(1e300, bound))


CHECKS.register(
    CheckSpec(
        "outliers",
        "warning",
        "A slip of the keyboard or another unit pulls means, scales and linear models; a true one deserves a look.",
        per_column(_look, *NUMBERS),
    )
)
