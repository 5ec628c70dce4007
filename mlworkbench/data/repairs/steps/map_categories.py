"""Write categories one way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.data.arrays import on_distinct
from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting
from mlworkbench.data.repairs.work import Work, plural


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    import pyarrow as pa

    name, mapping, others = given["column"], given["mapping"], given["others"]
    cells = work.words(name, "Mapping categories")

    def mapped(values: pa.Array) -> pa.Array:
        return pa.array([mapping.get(one, others or one) for one in values.to_pylist()], pa.string())

    count = work.put(name, on_distinct(cells, mapped))
    known = set(cells.unique().to_pylist())
    unseen = [old for old in mapping if old not in known]
    absent = f"; not in the column: {', '.join(map(repr, unseen[:5]))}" if unseen and not work.elsewhere else ""
    pairs = ", ".join(f"{old!r} → {'missing' if new is None else repr(new)}" for old, new in list(mapping.items())[:5])
    more = f" and {len(mapping) - 5} more" if len(mapping) > 5 else ""
    return Done(count, f"{name}: {pairs}{more}, {plural(count, 'cell')}{absent}")


REPAIRS.register(
    RepairSpec(
        "map_categories",
        "Map categories",
        'Write what means the same in one way ("ny " and "New York" as "NY"), or join rare categories.',
        (
            Setting("column", "column", label="Column", required=True),
            Setting("mapping", "mapping", {}, "Old → new", "Null makes the cells missing.", required=True),
            Setting("others", "text", "", "All others become", "Empty: they stay as they are."),
        ),
        "cells",
        _apply,
    )
)
