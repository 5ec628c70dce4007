"""The scope being edited: it lives in the session and survives a change of page; only saving touches the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.errors import InvalidInput
from mlworkbench.scoping import (
    CANVAS,
    TEMPLATES,
    Change,
    Contract,
    Scope,
    against,
    changes_between,
    check_contract,
    get_scope,
)

if TYPE_CHECKING:
    from mlworkbench.data import Dataset
    from mlworkbench.projects import Project

POLICY = ("method", "size", "column", "gap", "seed")
_BOXES = tuple(box.name for box in CANVAS)


class Draft:
    """Values by name: the boxes of the canvas, the fields of the contract, `holdout_…` for each part of the holdout."""

    def __init__(self, project: Project, saved: Scope) -> None:
        self._key = f"scope-draft-{project.id}"
        self.project, self.saved = project, saved
        state = st.session_state.get(self._key)
        if state is None:
            self._load(saved, begun=bool(saved.id))
        self._read_widgets()
        if self.based_on != saved.id and not self.changes(self.base):
            self._load(saved, begun=True)

    # -- state ----------------------------------------------------------------------------------------
    @property
    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = st.session_state[self._key]
        return state

    @property
    def begun(self) -> bool:
        """Whether there is something to edit: a saved scope, or somebody began one."""
        return bool(self._state["begun"])

    @property
    def based_on(self) -> str:
        """The id of the revision that was taken up, "" for none."""
        return str(self._state["based_on"])

    @property
    def base(self) -> Scope:
        """The revision that was taken up."""
        return self.saved if self.based_on == self.saved.id else _revision(self.project, self.based_on)

    @property
    def overtaken(self) -> bool:
        """Whether somebody saved another revision while this one was edited."""
        return self.based_on != self.saved.id

    def key(self, name: str) -> str:
        """The key of a value's widget; another one after each loading, so that widgets start over."""
        return f"scope-{self.project.id[:8]}-{self._state['turn']}-{name}"

    def widget(self, name: str) -> str:
        """As `key`, with the draft's value waiting in it for a widget that is drawn anew."""
        key = self.key(name)
        st.session_state.setdefault(key, self._state["values"].get(name))
        return key

    def __getitem__(self, name: str) -> Any:
        return self._state["values"].get(name)

    def _read_widgets(self) -> None:
        values = self._state["values"]
        for name in values:
            key = self.key(name)
            if key in st.session_state:
                values[name] = st.session_state[key]

    # -- what is said ---------------------------------------------------------------------------------
    @property
    def canvas(self) -> dict[str, str]:
        """All boxes, empty ones too."""
        return {name: (self[name] or "").strip() for name in _BOXES}

    @property
    def terms(self) -> dict[str, Any]:
        """All fields of the contract as they are typed, not checked."""
        found = {name: self[name] for name in Contract().to_json() if name != "holdout"}
        policy = {name: self[f"holdout_{name}"] for name in POLICY}
        useful = {"none": (), "random": ("size", "seed"), "stratified": ("size", "seed"),
                  "group": ("size", "column", "seed"), "time": ("size", "column", "gap", "seed")}  # fmt: skip
        method = policy["method"]
        kept = {name: policy[name] for name in useful.get(str(method), ()) if policy[name] is not None}
        return found | {"holdout": {"method": method, **kept} if method else None}

    def judge(self, dataset: Dataset | None) -> tuple[Contract | None, dict[str, list[str]]]:
        """The contract, None when it cannot be; and what is wrong with it or contradicted by the data, by field."""
        try:
            contract = check_contract(self.terms)
        except InvalidInput as error:
            return None, {str(error.field): [error.message]}
        problems: dict[str, list[str]] = {}
        for one in against(contract, dataset) if dataset is not None else ():
            problems.setdefault(one.field, []).append(one.message)
        return contract, problems

    def changes(self, base: Scope) -> tuple[Change, ...]:
        """What differs from a revision; a contract that cannot be is a change too."""
        try:
            contract = check_contract(self.terms)
        except InvalidInput as error:
            return (Change(str(error.field), str(error.field), "", error.message),)
        texts = {name: text for name, text in self.canvas.items() if text}
        return changes_between(base, Scope(canvas=texts, contract=contract))

    # -- acts -----------------------------------------------------------------------------------------
    def begin(self, template: str | None = None) -> None:
        """Start from a template, or from nothing; nothing is saved by it."""
        if template is None:
            self._state["begun"] = True
            return
        chosen = TEMPLATES.get(template)
        filled = Scope(self.based_on, canvas=dict(chosen.canvas), contract=check_contract(chosen.contract))
        self._load(filled, begun=True, template=template)

    def discard(self) -> None:
        """Go back to what is saved."""
        self._load(self.saved, begun=bool(self.saved.id))

    def rebase(self) -> None:
        """Put one's own changes on top of what somebody else saved meanwhile."""
        base, values = _values(self.base), self._state["values"]
        mine = {name: value for name, value in values.items() if value != base.get(name)}
        self._load(self.saved, begun=True, template=self._state["template"])
        self._state["values"] |= mine

    @property
    def settings(self) -> dict[str, Any]:
        """What `save_scope` needs to save all of it."""
        return {"canvas": self.canvas, "contract": self.terms, "why": (self["why"] or "").strip(),
                "based_on": self.based_on, "template": self._state["template"]}  # fmt: skip

    def saved_as(self, scope: Scope) -> None:
        """It was saved: go on from there."""
        self._load(scope, begun=True)

    def _load(self, scope: Scope, *, begun: bool, template: str | None = None) -> None:
        turn = st.session_state.get(self._key, {"turn": 0})["turn"] + 1
        st.session_state[self._key] = {
            "begun": begun, "based_on": scope.id, "turn": turn, "template": template, "values": _values(scope),
        }  # fmt: skip


def _values(scope: Scope) -> dict[str, Any]:
    terms = scope.contract.to_json()
    policy = terms.pop("holdout") or {}
    if terms["goal"] is not None and (terms["metric"] or "neg_").startswith("neg_"):
        terms["goal"] = abs(terms["goal"])  # people say an error of at most 5
    return (
        {name: scope.canvas.get(name, "") for name in _BOXES}
        | terms
        | {f"holdout_{name}": policy.get(name) for name in POLICY}
        | {"why": ""}
    )


def _revision(project: Project, ref: str) -> Scope:
    return get_scope(project, ref) if ref else Scope()
