"""What a repaired table is to predict: its target, task and classes settled again, its holdout kept or cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mlworkbench.artifacts import read_json
from mlworkbench.data.holdout import Division, check_policy, differs, divide, everything_to_learn, sides
from mlworkbench.data.plan import Plan, convert, storage
from mlworkbench.data.promised import settle_by_contract
from mlworkbench.data.promises.results import CheckReport
from mlworkbench.data.repairs.chain import studied
from mlworkbench.data.repairs.tables import check_whole, write_table
from mlworkbench.data.repairs.work import Work
from mlworkbench.data.results import Dataset
from mlworkbench.data.targets import TargetFacts, describe, settle
from mlworkbench.data.uploads import room_for
from mlworkbench.errors import Conflict, InvalidInput
from mlworkbench.projects import Project


@dataclass(frozen=True)
class Aim:
    """What the repaired table is to predict; `other` is whether that is another column than before."""

    target: str | None
    task: str | None
    positive: str | None
    holdout: Mapping[str, Any] | None
    other: bool

    def said(self) -> dict[str, Any]:
        """What was asked for, to be stored."""
        asked = {"target": self.target if self.other else None, "task": self.task, "positive": self.positive,
                 "holdout": dict(self.holdout) if self.holdout is not None else None}  # fmt: skip
        return {name: value for name, value in asked.items() if value is not None}


@dataclass(frozen=True)
class Made:
    """A repaired table, written and ready to be stored."""

    typed: Path
    plans: tuple[Plan, ...]
    target: TargetFacts | None
    division: Division
    notes: tuple[str, ...]
    promises: CheckReport | None


def settled(project: Project, base: Dataset, work: Work, plans: tuple[Plan, ...], aim: Aim, typed: Path) -> Made:
    """Target, task, classes and holdout of the repaired table; its file is written."""
    if aim.target is None:
        if aim.task or aim.positive or aim.holdout:
            raise InvalidInput("A task, a positive class or a holdout needs a target. Name the column.", field="target")
        write_table(work.table, typed)
        room_for(typed.parent, len(work))
        report = check_whole(project, typed)
        return Made(typed, plans, None, Division(None, everything_to_learn(len(work)), 0), (), report)
    if aim.target in work.names and aim.other:
        plans = tuple(studied(work, plan) if plan.name == aim.target else plan for plan in plans)
    plans, task = settle(plans, aim.target, _task(base, plans, aim))
    plan = next(plan for plan in plans if plan.name == aim.target)
    cells = work.cells(aim.target)
    if cells.type != storage(plan.type):
        work.table = work.table.set_column(work.names.index(aim.target), aim.target, convert(cells, plan))
    write_table(work.table, typed)
    room_for(typed.parent, len(work))
    report = check_whole(project, typed)
    target = describe(aim.target, task, typed, aim.positive)
    if aim.positive is None and not aim.other and base.positive in dict(target.counts) and task == "binary":
        target = replace(target, counts=tuple(sorted(target.counts, key=lambda pair: pair[0] == base.positive)))
    schema = {one.name: one.type for one in plans}
    division = _divided(project, base, work, aim, target, schema, typed)
    wanted = settle_by_contract(
        _contract(project), work.names, target=aim.target, task=task, holdout=division.policy,
        positive=target.counts[-1][0] if task == "binary" else None,
    )  # fmt: skip
    return Made(
        typed, plans, target, division, wanted.contradicted(schema, task, [one for one, _ in target.counts]), report
    )


def _contract(project: Project) -> Any:
    from mlworkbench.scoping import get_contract

    return get_contract(project)


def _task(base: Dataset, plans: Sequence[Plan], aim: Aim) -> str | None:
    """What was asked for, else as it was, else (for classes) by how many there are now."""
    if aim.task is not None or aim.other:
        return aim.task
    if base.task == "regression" or base.settings.get("task"):
        return base.task
    distinct = next((plan.distinct for plan in plans if plan.name == aim.target), 0)
    return "binary" if distinct == 2 else "multiclass"


def _divided(
    project: Project, base: Dataset, work: Work, aim: Aim, target: TargetFacts, schema: Mapping[str, str], typed: Path
) -> Division:
    """The version's own holdout, by the keys of its rows; for another target or new rows another one."""
    if not aim.other and not work.remade and (base.holdout or not aim.holdout):
        policy = read_json(project, base.holdout)["policy"] if base.holdout else None
        if policy is not None and differs(policy, aim.holdout):
            raise Conflict(
                "The holdout of this target was cut already, and is cut only once. Leave it out.", field="holdout"
            )
        return Division(base.holdout, sides(project, base.holdout, typed, work.keys), base.holdout_rows, policy)
    kept = base.settings.get("holdout")
    if kept and (aim.other or kept.get("column", target.name) not in schema):
        kept = None
    policy = check_policy(aim.holdout or kept, target.task, schema, base.settings.get("seed", 0))
    return divide(project, typed, work.keys, target, policy, aim.holdout, tuple(schema))
