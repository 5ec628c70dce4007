"""Read a column as another type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.data.inference import study
from mlworkbench.data.marks import Marks
from mlworkbench.data.plan import convert
from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting
from mlworkbench.data.repairs.work import Work, plural
from mlworkbench.data.results import TYPES

_AS_READ = "inferred"


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    name, learnt = given["column"], given["learnt"]
    cells, before = work.cells(name), work.columns[name].type
    marks = Marks(*learnt["marks"]) if learnt.get("marks") else None
    plan = study(
        name,
        cells,
        type=learnt.get("type") or (None if given["type"] == _AS_READ else given["type"]),
        null_words=given["null_words"] or None,
        day_first=learnt.get("day_first", given["day_first"]),
        marks=marks,
        said={"decimal": given["decimal"] or None, "thousands": given["thousands"] or None, "hint": ""},
        lenient=work.elsewhere,
    )
    work.put(name, convert(cells, plan), type=plan.type, evidence=f"retyped from {before}: {plan.evidence}")
    lost = plural(
        plan.unreadable, "cell that cannot be read as it is missing", "cells that cannot be read as it are missing"
    )
    text = f"{name}: {before} → {plan.type}" + (f"; {lost} now" if plan.unreadable else "")
    kept: dict[str, Any] = {"type": plan.type}
    if plan.date is not None:
        kept["day_first"] = plan.date.day_first
    if plan.marks is not None:
        kept["marks"] = [plan.marks.decimal, plan.marks.thousands, plan.marks.unit]
    return Done(plan.unreadable, text, kept)


REPAIRS.register(
    RepairSpec(
        "retype",
        "Change the type",
        "Read a column as another type, as a file is read: what cannot be read so becomes missing and is counted.",
        (
            Setting("column", "column", label="Column", required=True),
            Setting("type", "choice", _AS_READ, "To the type", choices=(_AS_READ, *TYPES)),
            Setting("decimal", "choice", "", "Decimal mark", "Empty: seen in the cells.", choices=("", ".", ",")),
            Setting("thousands", "choice", "", "Thousands mark", choices=("", ".", ",", " ", "'")),
            Setting("day_first", "bool", None, "In dates, the day stands before the month"),
            Setting("null_words", "values", [], "Words for missing", "Empty: the usual ones."),
        ),
        "cells",
        _apply,
    )
)
