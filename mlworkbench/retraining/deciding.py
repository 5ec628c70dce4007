"""Promote the challenger or keep the champion, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from mlworkbench import records
from mlworkbench.errors import Conflict, GateNotMet, InvalidInput, NotApplicable
from mlworkbench.modeling import ModelVersion, get_model_version, point_alias
from mlworkbench.projects import audit
from mlworkbench.retraining.results import ChampionChange
from mlworkbench.retraining.retraining import get_retraining
from mlworkbench.scoping import get_contract

if TYPE_CHECKING:
    from mlworkbench.projects import Project

CHOICES = ("promote", "keep")
PROMOTED, KEPT, BACK = "challenger promoted", "champion kept", "champion rolled back"


def decide(
    project: Project, ref: str | None = None, *, choice: str, reason: str, despite_contract: bool = False
) -> ModelVersion:
    """Make the challenger of a retraining the champion, or keep the champion; audited with the reason.

    Parameters
    ----------
    ref : str, optional
        The retraining; the newest by default.
    choice : {"promote", "keep"}
    reason : str
        Why; needed.
    despite_contract : bool
        Promote although the contract's goal is not reached.

    Returns
    -------
    ModelVersion
        The champion after the decision.

    Raises
    ------
    Conflict
        The champion has changed since; compare again.
    GateNotMet
        The contract's goal is not reached by the challenger's score over its folds.
    InvalidInput
        No such choice, or no reason.
    """
    if choice not in CHOICES:
        raise InvalidInput(f"Choose promote or keep. Got {choice!r}.", field="choice")
    if not reason.strip():
        raise InvalidInput("Say why: the reason is kept with the decision.", field="reason")
    made = get_retraining(project, ref)
    champion = get_model_version(project)
    if champion.id != made.champion:
        raise Conflict(
            f"The champion has changed since retraining {made.number} (it is version {champion.number} now). "
            "Retrain and compare with the present one.",
            field="retraining",
        )
    detail: dict[str, object] = {"retraining": made.id, "reason": reason, "from": champion.id}
    if choice == "keep":
        audit(project, KEPT, detail | {"model_version": champion.id})
        return champion
    challenger = get_model_version(project, made.challenger)
    contract = get_contract(project)
    same = contract.metric in (None, challenger.scoring)
    if contract.goal is not None and same and challenger.cv_score < contract.goal and not despite_contract:
        raise GateNotMet(
            f"The contract asks for {contract.metric or challenger.scoring} of {contract.goal:g}; the challenger has "
            f"{challenger.cv_score:.4g}. Keep the champion, revise the contract, or promote it despite the contract.",
            field="choice",
        )
    point_alias(project, challenger, "champion")
    audit(project, PROMOTED, detail | {"model_version": challenger.id})
    return challenger


def roll_back(project: Project, *, reason: str) -> ModelVersion:
    """Return to the champion before this one; again, to the one before that.

    Raises
    ------
    NotApplicable
        There was no other champion.
    InvalidInput
        No reason.
    """
    if not reason.strip():
        raise InvalidInput("Say why: the reason is kept with the decision.", field="reason")
    present = get_model_version(project)
    past = _past(project)
    while past and past[-1] == present.id:
        past.pop()
    if not past:
        raise NotApplicable("There is no earlier champion to return to.", field="champion")
    before = get_model_version(project, past[-1])
    point_alias(project, before, "champion")
    audit(project, BACK, {"model_version": before.id, "from": present.id, "reason": reason})
    return before


def champion_history(project: Project) -> tuple[ChampionChange, ...]:
    """Who became champion, stayed it or came back, when and why; newest first."""
    return tuple(
        ChampionChange(
            row.at, row.who, row.action, str(row.detail["model_version"]), str(row.detail.get("reason") or "")
        )
        for row in reversed(_trail(project))
    )


def can_roll_back(project: Project) -> bool:
    """Whether there is an earlier champion."""
    past = _past(project)
    present = get_model_version(project).id
    return any(one != present for one in past)


def _past(project: Project) -> list[str]:
    """The champions that one can return to, the present one last: promotions add, rolling back takes away."""
    stack: list[str] = []
    for row in _trail(project):
        version = str(row.detail["model_version"])
        if row.action == BACK:
            while stack and stack[-1] != version:
                stack.pop()
        elif row.action != KEPT and (not stack or stack[-1] != version):
            stack.append(version)
    return stack


def _trail(project: Project) -> list[Any]:
    table = records.audit
    query = select(table).where(table.c.project_id == project.id).order_by(table.c.seq)
    query = query.where(table.c.action.in_(("model promoted", PROMOTED, KEPT, BACK)))
    with project.workspace.read() as connection:
        rows = list(connection.execute(query).all())
    return [row for row in rows if row.action != "model promoted" or row.detail.get("alias") == "champion"]
