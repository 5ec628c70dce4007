"""Numbers stored as text: a few odd cells make a column of numbers a column of words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, listed, of, per_column
from mlworkbench.quality.shapes import MOSTLY, NUMBER, kinds

if TYPE_CHECKING:
    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    if column.overridden or column.name == scan.dataset.target:
        return
    values, counts = scan.values(column.name)
    found = kinds(values)
    if found.codes.any():  # digits after a leading zero are codes
        return
    number, filled = found.kind == NUMBER, int(counts.sum())
    cells = int(counts[~number].sum())
    if not filled or filled - cells < MOSTLY * filled or filled - cells < 2:
        return
    odd = values.filter(~number).to_pylist()
    shown = f": {listed(repr(one) for one in odd)}" if odd else ""
    yield Suspect(
        (column.name,),
        filled - cells,
        f"{column.name} is kept as {column.type}, and {filled - cells:,} of its {filled:,} cells are numbers; "
        f"{of(cells, 'is none', 'are none') if cells else 'all are'}{shown}.",
        (filled - cells) / scan.rows,
        rows=scan.where(column.name, odd[:50]) if odd else tuple(range(min(3, scan.rows))),
        repair=steps.retype(column.name, "number"),
    )


CHECKS.register(
    CheckSpec(
        "numbers_as_text",
        "warning",
        "As words, numbers lose their order and distance: a model sees each as a category of its own.",
        per_column(_look, "text", "category"),
    )
)
