"""Leave columns out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting
from mlworkbench.data.repairs.work import Work, plural


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    work.drop(given["columns"])
    count = len(given["columns"])
    return Done(count, f"{plural(count, 'column')} dropped: {', '.join(given['columns'])}")


REPAIRS.register(
    RepairSpec(
        "drop_columns",
        "Drop columns",
        "Leave out columns that say nothing, say another one again, or must not be used.",
        (Setting("columns", "columns", label="Columns", required=True),),
        "cells",
        _apply,
    )
)
