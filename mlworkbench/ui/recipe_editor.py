"""A recipe as an ordered, editable list. The draft is the session's own; only saving touches the project."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import streamlit as st

from mlworkbench.catalog import Param
from mlworkbench.data import Dataset
from mlworkbench.features import STEPS, Step
from mlworkbench.ui.forms import param_input
from mlworkbench.ui.text import count, safe

Entry = dict[str, Any]  # a step as JSON, with "uid" (its widgets' key) and "why"


class Draft:
    """The steps being edited for one dataset; lives in the session under the dataset's id."""

    def __init__(self, dataset: Dataset, first: Callable[[], list[tuple[Step, str]]]) -> None:
        self._key = f"recipe-draft-{dataset.id}"
        if self._key not in st.session_state:
            st.session_state[self._key] = {"next": 0, "entries": []}
            self.replace(first())

    @property
    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = st.session_state[self._key]
        return state

    @property
    def entries(self) -> list[Entry]:
        """The entries in order."""
        entries: list[Entry] = self._state["entries"]
        return entries

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps as JSON-able data, without what only the editor needs."""
        return [{name: entry[name] for name in ("step", "columns", "params")} for entry in self.entries]

    def same_as(self, steps: tuple[Step, ...]) -> bool:
        """Whether the draft says the same as these steps, defaults filled in."""
        return _complete(self.steps) == _complete([step.to_json() for step in steps])

    def replace(self, steps: list[tuple[Step, str]]) -> None:
        """Start over from these steps, each with the reason for it."""
        self._state["entries"] = []
        for step, why in steps:
            self._append(step.to_json(), why)

    def add(self, name: str, columns: list[str]) -> None:
        """Put a new step where its order asks for it: before the first step that must come later."""
        order = STEPS.get(name).order
        place = next((at for at, entry in enumerate(self.entries) if STEPS.get(entry["step"]).order > order), None)
        self._append({"step": name, "columns": columns, "params": {}}, "")
        if place is not None:
            self.entries.insert(place, self.entries.pop())

    def move(self, uid: int, by: int) -> None:
        """Move a step up (-1) or down (+1)."""
        at = self._at(uid)
        to = min(max(at + by, 0), len(self.entries) - 1)
        self.entries.insert(to, self.entries.pop(at))

    def remove(self, uid: int) -> None:
        """Take a step out."""
        self.entries.pop(self._at(uid))

    def _at(self, uid: int) -> int:
        return next(at for at, entry in enumerate(self.entries) if entry["uid"] == uid)

    def _append(self, body: dict[str, Any], why: str) -> None:
        self.entries.append({**body, "uid": self._state["next"], "why": why})
        self._state["next"] += 1


def edit(draft: Draft, dataset: Dataset) -> None:
    """Draw the list: order, columns and settings of each step, and a row that adds one."""
    for place, entry in enumerate(list(draft.entries), start=1):
        _entry(draft, entry, place, dataset)
    if not draft.entries:
        st.caption("No step: numbers go to the model as they are.")
    with st.container(horizontal=True, vertical_alignment="bottom", key="add-step-row"):
        name = st.selectbox(
            "Add a step", STEPS.names(), format_func=lambda known: STEPS.get(known).label, key="add-step-kind"
        )
        if st.button("Add", key="add-step", icon=":material/add:"):
            taken = STEPS.get(name).types
            draft.add(name, [column for column in dataset.features if dataset.column(column).type in taken])
            st.rerun()


def _entry(draft: Draft, entry: Entry, place: int, dataset: Dataset) -> None:
    spec, uid = STEPS.get(entry["step"]), entry["uid"]
    base = f"step-{dataset.id[:8]}-{uid}"
    with st.container(border=True, gap=None, key=base):
        st.markdown(f"**{place}. {spec.label}**", help=spec.help)
        names = entry["columns"]
        more = f" and {len(names) - 4} more" if len(names) > 4 else ""
        st.markdown(safe(", ".join(names[:4])) + more if names else ":orange[no columns yet]")
        settings = _settings(spec.params, entry["params"])
        st.caption(" · ".join(part for part in (settings, safe(entry["why"])) if part))
        box = st.expander(
            f"Change: {len(names)} columns, settings, order", key=f"{base}-edit", type="compact", on_change="rerun"
        )
        if box.open:
            with box:
                _order(draft, uid, base, first=place == 1, last=place == len(draft.entries))
                entry["columns"] = st.multiselect("Columns", dataset.features, names, key=f"{base}-columns")
                known = {**{param.name: param.default for param in spec.params}, **entry["params"]}
                entry["params"] = {
                    param.name: param_input(param, known[param.name], f"{base}-{param.name}") for param in spec.params
                }


def _order(draft: Draft, uid: int, base: str, *, first: bool, last: bool) -> None:
    with st.container(horizontal=True, gap="small"):
        quiet: Any = {"type": "tertiary"}
        st.button("Up", key=f"{base}-up", icon=":material/arrow_upward:", disabled=first,
                  on_click=draft.move, args=(uid, -1), **quiet)  # fmt: skip
        st.button("Down", key=f"{base}-down", icon=":material/arrow_downward:", disabled=last,
                  on_click=draft.move, args=(uid, 1), **quiet)  # fmt: skip
        st.button("Remove", key=f"{base}-remove", icon=":material/delete:", on_click=draft.remove,
                  args=(uid,), **quiet)  # fmt: skip


def _settings(params: tuple[Param, ...], values: dict[str, Any]) -> str:
    """The settings that differ from their defaults, in words."""
    said = []
    for param in params:
        value = values.get(param.name, param.default)
        if value != param.default:
            label = param.label or param.name
            said.append(label if value is True else f"{label}: {value}")
    return safe(", ".join(said))


def _complete(steps: list[dict[str, Any]]) -> str:
    full = []
    for step in steps:
        defaults = {param.name: param.default for param in STEPS.get(step["step"]).params}
        full.append({**step, "columns": list(step["columns"]), "params": {**defaults, **step["params"]}})
    return json.dumps(full, sort_keys=True)


def summary(draft: Draft) -> str:
    """ "6 steps"."""
    return count(len(draft.entries), "step")
