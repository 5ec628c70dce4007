"""Columns in which nearly all cells say the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, per_column
from mlworkbench.quality.scan import shown

if TYPE_CHECKING:
    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

MOSTLY = 0.99
FEWEST = 50  # rows


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    values, counts = scan.values(column.name)
    if scan.rows < FEWEST or not len(values) or column.name == scan.dataset.target:
        return
    if len(values) == 1:
        if not column.missing or column.missing == scan.rows:
            return  # said by `constant`, or by reading
        message = f"{column.name} says {shown(values[0].as_py())!r} or nothing ({column.missing:,} cells are missing)."
        cells = int(counts[0])
    elif counts[0] >= MOSTLY * counts.sum():
        cells, others = int(counts[0]), int(counts[1:].sum())
        message = (
            f"{cells / counts.sum():.2%} of the cells of {column.name} say {shown(values[0].as_py())!r}; "
            f"{others:,} say something else."
        )
    else:
        return
    rows = (
        scan.where(column.name, values[1:51].to_pylist())
        if len(values) > 1
        else scan.where(column.name, values.to_pylist())
    )
    yield Suspect((column.name,), cells, message, cells / scan.rows, rows=rows, repair=steps.drop_columns(column.name))


CHECKS.register(
    CheckSpec(
        "near_constant",
        "info",
        "Few rows say anything, and a fold may have none of them; yet what is rare may be what matters.",
        per_column(_look),
    )
)
