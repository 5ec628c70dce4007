"""Dates before 1678 or after 2262, which many programs cannot hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, of, per_column

if TYPE_CHECKING:
    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

FIRST, LAST = -9214560000.0, 9214646400.0  # 1678-01-01 and 2262-01-01 in seconds
NOTHING = 253402214400.0  # 9999-12-31, which disguised_missing names


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    seconds = scan.numbers(column.name) / 1e6
    far = ((seconds < FIRST) | (seconds > LAST)) & (seconds != NOTHING)
    cells = int(far.sum())
    if cells:
        rows = scan.at(far)
        first = scan.texts((column.name,), rows[:1])[0][0]
        yield Suspect(
            (column.name,),
            cells,
            f"{of(cells, 'date', 'dates')} of {column.name} {'lies' if cells == 1 else 'lie'} before 1678 or after "
            f"2262, such as {first}.",
            cells / scan.rows,
            rows=rows,
        )


CHECKS.register(
    CheckSpec(
        "far_dates",
        "warning",
        "Often a mistyped year; programs that count nanoseconds in 64 bits cannot hold them.",
        per_column(_look, "datetime"),
    )
)
