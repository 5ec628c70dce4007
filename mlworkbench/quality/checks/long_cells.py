"""Cells of many thousand characters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, of, per_column

if TYPE_CHECKING:
    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

LONG = 50_000


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    import pyarrow.compute as pc

    lengths = pc.utf8_length(scan.cells(column.name))
    long = pc.greater(lengths, LONG)
    cells = int(pc.sum(long).as_py() or 0)
    if cells:
        yield Suspect(
            (column.name,),
            cells,
            f"{of(cells, 'cell', 'cells')} of {column.name} {'has' if cells == 1 else 'have'} more than {LONG:,} "
            f"characters; the longest has {pc.max(lengths).as_py():,}.",
            cells / scan.rows,
            rows=scan.at(long),
        )


CHECKS.register(
    CheckSpec(
        "long_cells",
        "info",
        "A whole document, or a quote that was never closed, so that other cells are in it.",
        per_column(_look, "category", "text", "binary", "identifier", "constant"),
    )
)
