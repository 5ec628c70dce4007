"""A new column from an expression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.data.arrays import to_text
from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting, wrong
from mlworkbench.data.repairs.work import Work, plural
from mlworkbench.expressions import parse


def _check(given: Mapping[str, Any]) -> None:
    parse(given["expression"])


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    name = given["name"].strip()
    if not name or name in work.names:
        raise wrong(f"A new column needs a name that is not taken. Got {name!r}. Columns stay as they are: "
                    "drop the old one afterwards, and rename.")  # fmt: skip
    rule = parse(given["expression"], work.names)
    frame = work.frame(rule.columns)
    found = rule.evaluate(frame)
    if found.dtype == bool:
        cells = to_text(pa.array(found.to_numpy()))
    elif found.dtype == np.float64:
        numbers = pa.array(found, from_pandas=True)
        cells = pc.if_else(pc.is_finite(numbers), numbers, None)
    else:
        cells = pa.array([one or None for one in found], pa.string())
    kind = "number" if pa.types.is_floating(cells.type) else ""
    work.put(name, cells, type=kind, evidence=f"computed: {given['expression']}")
    lacking = int(frame.isna().any(axis=1).sum()) if len(rule.columns) else 0
    gaps = f"; {plural(lacking, 'row has', 'rows have')} no value in {', '.join(rule.columns)}" if lacking else ""
    empty = f"; {plural(cells.null_count, 'cell is', 'cells are')} missing" if cells.null_count else ""
    return Done(len(cells), f"{name} = {given['expression']}{gaps}{empty}")


REPAIRS.register(
    RepairSpec(
        "compute",
        "Compute a column",
        "A new column from others: a sum, a ratio, a threshold (True or False), one of two words.",
        (
            Setting("name", "text", "", "Name of the new column", required=True),
            Setting("expression", "expression", "", "Is", "amount / max(persons, 1)", required=True),
        ),
        "cells",
        _apply,
        check=_check,
    )
)
