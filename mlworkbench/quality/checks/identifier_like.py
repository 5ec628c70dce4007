"""Columns that number or name the rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, per_column

if TYPE_CHECKING:
    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

FEWEST = 10  # rows


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    import numpy as np

    filled = scan.rows - column.missing
    if column.name == scan.dataset.target or filled < FEWEST:
        return
    if column.type == "integer":
        numbers = scan.numbers(column.name)
        span = float(np.nanmax(numbers) - np.nanmin(numbers))
        if column.distinct < filled or span != filled - 1:
            return
    yield Suspect(
        (column.name,),
        column.distinct,
        f"{column.name} looks like an identifier: {column.distinct:,} different values in {filled:,} cells.",
        None,
        rows=tuple(range(min(3, scan.rows))),
        repair=steps.drop_columns(column.name),
    )


CHECKS.register(
    CheckSpec(
        "identifier_like",
        "info",
        "A model learns such a column by heart, and nothing from it.",
        per_column(_look, "identifier", "integer"),
    )
)
