"""Leave out rows with missing cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.data.arrays import as_numpy
from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting
from mlworkbench.data.repairs.work import Work, plural


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    import numpy as np

    names = given["columns"] or list(work.names)
    there = np.ones(len(work), dtype=bool)
    for name in names:
        there &= as_numpy(work.cells(name).is_valid())
    gone = work.keep(there)
    where = ", ".join(given["columns"]) if given["columns"] else "any column"
    return Done(gone, f"{plural(gone, 'row')} with missing cells in {where} dropped")


REPAIRS.register(
    RepairSpec(
        "drop_missing",
        "Drop rows with missing cells",
        "Leave out rows that lack a value which cannot be filled. Rows to predict are never dropped.",
        (Setting("columns", "columns", [], "In these columns", "Empty: in any column."),),
        "rows",
        _apply,
    )
)
