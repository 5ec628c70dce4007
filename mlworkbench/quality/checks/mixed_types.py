"""Numbers, dates and words in one column, none of them a mere slip."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, per_column
from mlworkbench.quality.shapes import DATE, MOSTLY, NAMES, NOTHING, NUMBER, kinds

if TYPE_CHECKING:
    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

LEAST = 0.05  # of the cells are of the rarer kind


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    values, counts = scan.values(column.name)
    found = kinds(values)
    sizes = {kind: int(counts[found.kind == kind].sum()) for kind in NAMES if kind != NOTHING}
    filled = sum(sizes.values())
    (first, most), (second, rarer) = sorted(sizes.items(), key=lambda pair: -pair[1])[:2]
    if {first, second}.isdisjoint((NUMBER, DATE)) or rarer < max(LEAST * filled, 3) or found.codes.any():
        return
    if first == NUMBER and most >= MOSTLY * filled:
        return
    examples = [values.filter(found.kind == kind)[0].as_py() for kind in (first, second)]
    yield Suspect(
        (column.name,),
        rarer,
        f"{column.name} mixes {NAMES[first]} ({most:,} cells) with {NAMES[second]} ({rarer:,} cells), "
        f"for example {examples[0]!r} and {examples[1]!r}.",
        rarer / scan.rows,
        rows=tuple(sorted({*scan.where(column.name, examples[:1])[:2], *scan.where(column.name, examples[1:])[:3]})),
        score=rarer / filled,
    )


CHECKS.register(
    CheckSpec(
        "mixed_types",
        "warning",
        "Two things under one name: whatever is done to the column is wrong for one of them.",
        per_column(_look, "text", "category"),
    )
)
