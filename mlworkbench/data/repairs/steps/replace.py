"""Put one value in place of another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting, wrong
from mlworkbench.data.repairs.work import Work, cell, plural


def _check(given: Mapping[str, Any]) -> None:
    if None in given["old"]:
        raise wrong("Missing cells are filled with the step fill; old is a value that is there.")
    if not given["whole"] and (not all(isinstance(one, str) and one for one in given["old"])):
        raise wrong("A part of a cell is text: with whole = false, old is text that is not empty.")
    if not given["whole"] and given["new"] is not None and not isinstance(given["new"], str):
        raise wrong(
            "A part of a cell is replaced by text: with whole = false, new is text, or null for a missing cell."
        )


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    import pyarrow as pa
    import pyarrow.compute as pc

    total, told = 0, []
    for name in given["columns"]:
        cells = work.cells(name) if given["whole"] else work.words(name, "Replacing a part of a cell")
        new = cell(given["new"], cells.type, name)
        fresh = cells
        if given["whole"]:
            old = [cell(one, cells.type, name) for one in given["old"]]
            olds = pa.array([one.as_py() if isinstance(one, pa.Scalar) else one for one in old], cells.type)
            fresh = pc.if_else(pc.is_in(cells, olds), pa.scalar(None, cells.type) if new is None else new, cells)
        else:
            for part in given["old"]:
                if new is None:
                    fresh = pc.if_else(pc.fill_null(pc.match_substring(fresh, part), False), None, fresh)
                else:
                    fresh = pc.replace_substring(fresh, part, new)
            fresh = pc.if_else(pc.equal(fresh, ""), None, fresh)
        count = work.put(name, fresh)
        total += count
        told.append(f"{name} ({count:,})")
    olds = ", ".join(repr(one) for one in given["old"][:5])
    new = "missing" if given["new"] is None else repr(given["new"])
    return Done(total, f"{olds} → {new} in {plural(total, 'cell')}: {', '.join(told)}")


REPAIRS.register(
    RepairSpec(
        "replace",
        "Replace a value",
        "Put a value, or missing, in place of one that stands for nothing (-999, ?) or is written otherwise.",
        (
            Setting("columns", "columns", label="Columns", required=True),
            Setting("old", "values", label="Old value", help="One, or a list of them.", required=True),
            Setting("new", "value", None, "New value", "Nothing: the cells become missing."),
            Setting("whole", "bool", True, "The whole cell", "Else any part of a text."),
        ),
        "cells",
        _apply,
        check=_check,
    )
)
