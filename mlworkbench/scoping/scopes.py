"""Scopes as artifacts: each save is a revision, with who and why; a save that was based on an older one is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.errors import Conflict, InvalidInput, listing
from mlworkbench.projects import audit
from mlworkbench.scoping.canvas import BY_NAME, CANVAS, check_canvas
from mlworkbench.scoping.contract import FIELDS, LABELS, Contract, check_contract
from mlworkbench.scoping.spec import TEMPLATES

if TYPE_CHECKING:
    from mlworkbench.artifacts import Artifact
    from mlworkbench.projects import Project

KIND, ALIAS = "contract", "contract"
LONGEST_WHY = 500


@dataclass(frozen=True)
class Scope:
    """A revision: canvas texts by box, the contract, who saved it and why; `id` is "" while none was saved."""

    id: str = ""
    number: int = 0
    canvas: dict[str, str] = field(default_factory=dict)
    contract: Contract = field(default_factory=Contract)
    who: str = ""
    why: str = ""
    template: str | None = None
    created_at: str = ""


@dataclass(frozen=True)
class Change:
    """What differs between two revisions: a box or a field, and its text before and after ("" is nothing)."""

    field: str
    label: str
    before: str
    after: str


def save_scope(
    project: Project,
    *,
    canvas: Mapping[str, str] | None = None,
    contract: Contract | Mapping[str, Any] | None = None,
    why: str = "",
    based_on: str | None = None,
    template: str | None = None,
) -> Scope:
    """Keep a new revision: what is given replaces what stands, the rest stays; it becomes the current one.

    Parameters
    ----------
    canvas : Mapping, optional
        Texts by box name; "" empties a box.
    contract : Contract or Mapping, optional
        A whole contract, or the fields to change; None takes a promise back.
    based_on : str, optional
        The id of the revision that was edited, "" for none: when another was saved since, nothing is.
    template : str, optional
        A template whose canvas and contract are taken where nothing else is given.

    Raises
    ------
    InvalidInput
        field is the box or contract field that is wrong; nothing is written then.
    Conflict
        Somebody saved another revision meanwhile; the message says what changed in it.
    NotFound
        There is no such template.
    """
    if not isinstance(why, str) or len(why) > LONGEST_WHY:
        raise InvalidInput(f"The reason is a text of up to {LONGEST_WHY} characters.", field="why")
    with project.workspace.lock(f"scope-{project.id}"):
        current = get_scope(project)
        if based_on is not None and based_on != current.id:
            raise Conflict(_what_changed(project, based_on, current), field="based_on")
        chosen = TEMPLATES.get(template) if template is not None else None
        texts, promised = dict(current.canvas), current.contract
        if chosen is not None:
            texts |= check_canvas(chosen.canvas)
            promised = check_contract(chosen.contract)
        texts = {name: text for name, text in (texts | check_canvas(canvas or {})).items() if text}
        changes = contract.to_json() if isinstance(contract, Contract) else dict(contract or {})
        promised = check_contract(changes, promised)
        body = {
            "canvas": {box.name: texts[box.name] for box in CANVAS if box.name in texts},
            "contract": promised.to_json(),
            "why": why.strip(),
            "template": template or current.template,
        }
        if current.id and (texts, promised) == (current.canvas, current.contract):
            return current
        parents = (current.id,) if current.id else ()
        kept = artifacts.put_json(project, KIND, body, parents=parents, meta=_meta(promised, texts))
        artifacts.set_alias(project, ALIAS, kept.id)
        audit(project, "scope saved", {"scope": kept.id, "revision": kept.number, "why": body["why"]})
    return _scope(kept, body)


def get_scope(project: Project, ref: str | None = None) -> Scope:
    """A revision by id, unique prefix or its number as text ("3"); the current one by default, empty when none is."""
    if ref is None:
        known = artifacts.get_alias(project, ALIAS)
        return Scope() if known is None else _scope(known, artifacts.read_json(project, known.id))
    if ref.isdecimal() and len(ref) < 6:
        for one in artifacts.list_artifacts(project, KIND):
            if one.number == int(ref):
                return _scope(one, artifacts.read_json(project, one.id))
    found = artifacts.find(project, ref, kind=KIND)
    return _scope(found, artifacts.read_json(project, found.id))


def get_contract(project: Project) -> Contract:
    """The current contract; an empty one when nothing was promised."""
    return get_scope(project).contract


def list_scopes(project: Project) -> tuple[Scope, ...]:
    """All revisions, newest first."""
    found = artifacts.list_artifacts(project, KIND)
    return tuple(_scope(one, artifacts.read_json(project, one.id)) for one in found)


def compare_scopes(project: Project, old: str, new: str) -> tuple[Change, ...]:
    """What differs from one revision to another, in the order of the canvas, then of the contract."""
    return changes_between(get_scope(project, old), get_scope(project, new))


def changes_between(old: Scope, new: Scope) -> tuple[Change, ...]:
    """As `compare_scopes`, of two scopes at hand."""
    found = [
        Change(name, box.label, old.canvas.get(name, ""), new.canvas.get(name, "")) for name, box in BY_NAME.items()
    ]
    for name in FIELDS:
        before, after = (in_words(getattr(scope.contract, name)) for scope in (old, new))
        found.append(Change(name, LABELS[name], before, after))
    return tuple(one for one in found if one.before != one.after)


def in_words(value: Any) -> str:
    """A contract's value as text, nothing as ""."""
    if value is None or value == ():
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{key} {in_words(one)}" for key, one in value.items())
    if isinstance(value, float | int) and not isinstance(value, bool):
        return f"{value:,.10g}"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _what_changed(project: Project, based_on: str, current: Scope) -> str:
    base = get_scope(project, based_on) if based_on else Scope()
    changed = listing(one.label for one in changes_between(base, current)) if current.id else "none"
    said = f" ({current.why})" if current.why else ""
    return (
        f"Nothing was saved: {current.who or 'somebody'} saved revision {current.number} meanwhile{said}, which "
        f"changed: {changed}. Look at it, and save your changes on top of it."
    )


def _meta(contract: Contract, canvas: Mapping[str, str]) -> dict[str, str]:
    from mlworkbench.scoping.words import goal_in_words

    made = sum(value not in (None, ()) for value in contract.__dict__.values())
    remark = f"{len(canvas)} of {len(CANVAS)} texts filled in, {made} of {len(FIELDS)} terms of the contract"
    return {"figure": goal_in_words(contract) or "no goal yet", "remark": remark}


def _scope(artifact: Artifact, body: Mapping[str, Any]) -> Scope:
    stored = dict(body["contract"])
    contract = Contract(**stored | {"fairness_columns": tuple(stored["fairness_columns"])})
    return Scope(
        artifact.id, artifact.number, dict(body["canvas"]), contract, artifact.created_by, body["why"],
        body["template"], artifact.created_at,
    )  # fmt: skip
