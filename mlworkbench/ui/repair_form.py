"""The form of a repair, drawn from the settings of its spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.data import FIGURES, list_versions, values_of
from mlworkbench.ui.forms import param_input

if TYPE_CHECKING:
    from mlworkbench.data import Dataset, RepairSpec, Setting
    from mlworkbench.projects import Project

_SEEN = {None: "as the cells show", True: "yes", False: "no"}


def step_form(project: Project, dataset: Dataset, spec: RepairSpec, key: str) -> dict[str, Any]:
    """The widgets of a repair's settings; what they say, to be checked by the core."""
    found: dict[str, Any] = {}
    for setting in spec.params:
        found[setting.name] = _widget(project, dataset, setting, f"{key}-{setting.name}", found)
    return found


def _widget(project: Project, dataset: Dataset, one: Setting, key: str, found: dict[str, Any]) -> Any:
    hint = one.help or None
    match one.kind:
        case "column":
            return st.selectbox(one.label, dataset.names, None, key=key, placeholder="choose", help=hint)
        case "columns":
            empty = "choose" if one.required else "all"
            return st.multiselect(one.label, dataset.names, key=key, help=hint, placeholder=empty)
        case "values":
            place = "type a value, then Enter"
            return st.multiselect(one.label, [], key=key, accept_new_options=True, placeholder=place, help=hint)
        case "value":
            return st.text_input(one.label, key=key, help=hint) or None
        case "expression":
            return st.text_input(one.label, key=key, placeholder=one.help)
        case "dataset":
            labels = {other.id: f"v{other.number} · {other.name}" for other in list_versions(project)}
            labels.pop(dataset.id, None)
            return st.selectbox(one.label, list(labels), None, key=key, format_func=labels.__getitem__, help=hint,
                                placeholder="choose" if labels else "there is no other version")  # fmt: skip
        case "mapping" | "cells" | "figures":
            return _table(project, dataset, one, key, found)
        case "bool" if one.default is None:
            return st.selectbox(one.label, list(_SEEN), key=key, format_func=_SEEN.__getitem__, help=hint)
    known: Any = one
    return param_input(known, one.default, key)


def _table(project: Project, dataset: Dataset, one: Setting, key: str, found: dict[str, Any]) -> Any:
    """Settings of several lines: what is written in a small table."""
    st.caption(f"{one.label}. {one.help}" if one.help else one.label)
    if one.kind == "figures":
        columns: Any = {
            "name": st.column_config.TextColumn("New column"),
            "column": st.column_config.SelectboxColumn("Of", options=list(dataset.names)),
            "function": st.column_config.SelectboxColumn("Figure", options=list(FIGURES)),
        }
        lines = _edited([{"name": "", "column": None, "function": None}], columns, key)
        return {row["name"]: [row["column"], row["function"]] for row in lines if row["name"]}
    if one.kind == "cells":
        columns = {"row": st.column_config.NumberColumn("Row (the first is 1)", min_value=1, step=1),
                   "value": st.column_config.TextColumn("Value (empty: missing)")}  # fmt: skip
        lines = _edited([{"row": None, "value": None}], columns, key)
        return [[int(row["row"]) - 1, row["value"] or None] for row in lines if row["row"] is not None]
    start: list[dict[str, Any]] = [{"old": None, "new": None}]
    if found.get("column"):
        start = [{"old": old, "new": old, "cells": cells}
                 for old, cells in values_of(project, found["column"], dataset=dataset.id)]  # fmt: skip
        key = f"{key}-{dataset.names.index(found['column'])}"
    columns = {"old": st.column_config.TextColumn("Old"), "new": st.column_config.TextColumn("New (empty: missing)"),
               "cells": st.column_config.NumberColumn("Cells", disabled=True)}  # fmt: skip
    if "column" not in found:
        columns["old"] = st.column_config.SelectboxColumn("Column", options=list(dataset.names))
        columns["new"] = st.column_config.TextColumn("New name")
    lines = _edited(start, columns, key)
    return {row["old"]: row["new"] or None for row in lines if row["old"] and row["new"] != row["old"]}


def _edited(start: list[dict[str, Any]], columns: Any, key: str) -> list[dict[str, Any]]:
    """The lines as they were edited; a cell without anything is None."""
    import pandas as pd

    frame = pd.DataFrame(start)
    edited = st.data_editor(
        frame.astype({name: object for name in frame if name != "cells"}), num_rows="dynamic", hide_index=True,
        key=key, column_config=columns, height=220 if len(frame) > 4 else "content",
    )  # fmt: skip
    return [
        {str(name): None if pd.isna(cell) else cell for name, cell in row.items()} for row in edited.to_dict("records")
    ]
