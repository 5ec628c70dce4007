"""Keep the first of repeated rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.data.keys import row_keys
from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting
from mlworkbench.data.repairs.work import Work, plural


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    import numpy as np

    work.need(given["columns"])
    keys = row_keys(work.table, given["columns"] or None)
    first = np.unique(keys, return_index=True)[1]
    gone = work.keep(np.sort(first))
    where = f"in {', '.join(given['columns'])}" if given["columns"] else "in every cell"
    return Done(gone, f"{plural(gone, 'row')} that repeat an earlier one {where} dropped")


REPAIRS.register(
    RepairSpec(
        "deduplicate",
        "Drop repeated rows",
        "Keep the first of rows that say the same, in every cell or in some columns.",
        (Setting("columns", "columns", [], "The same in", "Empty: in every column."),),
        "rows",
        _apply,
        again="refuse",
    )
)
