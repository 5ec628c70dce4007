"""Dates written in more than one way in one column."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, per_column
from mlworkbench.quality.shapes import DATE, FORMS, NOTHING, kinds

if TYPE_CHECKING:
    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

MOSTLY = 0.8  # of the cells are dates
LEAST = 0.01  # of the dates are written in the rarer way
_SLASHED = r"^(?P<a>\d{1,2})[/.-](?P<b>\d{1,2})[/.-]\d{2,4}"


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    values, counts = scan.values(column.name)
    found = kinds(values)
    dates = found.kind == DATE
    cells = int(counts[dates].sum())
    if not cells or cells < MOSTLY * int(counts[found.kind != NOTHING].sum()):
        return
    ways: dict[str, tuple[int, str]] = {}
    for place, name in enumerate(FORMS):
        here = found.form == place
        if int(counts[here].sum()) >= max(LEAST * cells, 2):
            ways[name] = int(counts[here].sum()), values.filter(here)[0].as_py()
    if len(ways) < 2:
        ways = _orders(values.filter(dates), counts[dates], cells)
    if len(ways) < 2:
        return
    shown = "; ".join(f"{name} ({size:,}, such as {example!r})" for name, (size, example) in ways.items())
    main = max(size for size, _ in ways.values())
    yield Suspect(
        (column.name,),
        cells - main,
        f"The dates of {column.name} are written in {len(ways)} ways: {shown}.",
        (cells - main) / scan.rows,
        rows=tuple(sorted(scan.where(column.name, [example])[0] for _, example in ways.values())),
        repair=steps.retype(column.name, "datetime"),
    )


def _orders(values: object, counts: object, cells: int) -> dict[str, tuple[int, str]]:
    """Dates whose first number is above 12, and those whose second is: day first and month first in one column."""
    import numpy as np
    import pyarrow.compute as pc

    parts = pc.extract_regex(values, _SLASHED)
    known = np.asarray(parts.is_valid().to_numpy(zero_copy_only=False))
    if not known.any():
        return {}
    ways = {}
    for name, group in (("day first", "a"), ("month first", "b")):
        number = pc.struct_field(parts, group).cast("int64").fill_null(0).to_numpy(zero_copy_only=False)
        size = int(np.asarray(counts)[number > 12].sum())
        if size >= max(LEAST * cells, 2):
            ways[name] = size, values.filter(number > 12)[0].as_py()  # type: ignore[attr-defined]
    return ways


CHECKS.register(
    CheckSpec(
        "mixed_dates",
        "warning",
        "Read in one way, the dates written in another are lost or wrong.",
        per_column(_look, "text", "category"),
    )
)
