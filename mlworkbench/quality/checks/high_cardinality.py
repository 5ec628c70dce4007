"""Categories so many that most have only a few rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, per_column
from mlworkbench.quality.shapes import MOSTLY, NUMBER, kinds

if TYPE_CHECKING:
    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

FEWEST = 50  # different values
ROWS_EACH = 20
LONGEST = 40  # characters on average; longer values are prose


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    import pyarrow.compute as pc

    values, counts = scan.values(column.name)
    filled = int(counts.sum())
    if len(values) < FEWEST or filled >= ROWS_EACH * len(values) or column.name == scan.dataset.target:
        return
    if int(counts[kinds(values).kind == NUMBER].sum()) >= MOSTLY * filled:
        return  # numbers_as_text
    if pc.mean(pc.utf8_length(values)).as_py() > LONGEST:
        return
    once = int((counts == 1).sum())
    yield Suspect(
        (column.name,),
        len(values),
        f"{column.name} has {len(values):,} different values in {filled:,} cells; {once:,} of them occur once.",
        None,
        rows=scan.where(column.name, values[:3].to_pylist()),
        score=len(values) / filled,
    )


CHECKS.register(
    CheckSpec(
        "high_cardinality",
        "info",
        "A column for each value is too many, and a value seen once teaches nothing: group or encode them.",
        per_column(_look, "category", "text"),
    )
)
