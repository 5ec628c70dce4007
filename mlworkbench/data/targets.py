"""The target: what kind of task it sets, whether it can be learnt at all, and its classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mlworkbench.data.plan import Plan
from mlworkbench.data.results import TASKS
from mlworkbench.errors import InvalidInput, listing

FEW_NUMBERS = 10
MOST_CLASSES = 100


@dataclass(frozen=True)
class TargetFacts:
    """A target that can be learnt; `counts` are (label, rows) of a classification, sorted, the positive one last."""

    name: str
    task: str
    missing: int
    counts: tuple[tuple[str, int], ...] = ()


def check_target(target: str, names: Sequence[str]) -> None:
    """InvalidInput(field="target") unless the target is one of the table's columns."""
    if target not in names:
        raise InvalidInput(
            f"The target must be a column of the table. Got {target!r}. Columns: {listing(names)}.", field="target"
        )


def check_task(task: str | None) -> None:
    """InvalidInput(field="task") unless it is a task, or left to the target."""
    if task is not None and task not in TASKS:
        raise InvalidInput(f"A task is one of {listing(TASKS)}. Got {task!r}.", field="task")


def settle(plans: Sequence[Plan], target: str, task: str | None) -> tuple[tuple[Plan, ...], str]:
    """The plans with the target's type made fit for its task, and the task.

    A classification's target is stored as labels (text), a regression's as a number, so that nobody
    after this has to ask again.

    Raises
    ------
    InvalidInput
        field="target" when the column is none, empty, constant or different in every row;
        field="task" when the task does not fit it.
    """
    by_name = {plan.name: plan for plan in plans}
    check_target(target, tuple(by_name))
    check_task(task)
    plan = by_name[target]
    if plan.distinct == 0:
        raise InvalidInput(f"The target {target!r} has no value in any row. Choose another column.", field="target")
    if plan.distinct == 1:
        only = plan.examples[0]
        raise InvalidInput(
            f"The target {target!r} is constant: every row says {only!r}. There is nothing to learn; "
            "choose another column.",
            field="target",
        )
    task = task or _detected(plan)
    settled = _as_number(plan) if task == "regression" else _as_labels(plan, task)
    return tuple(settled if one is plan else one for one in plans), task


def _detected(plan: Plan) -> str:
    if plan.type == "datetime":
        raise InvalidInput(
            f"The target {plan.name!r} holds dates. Choose a column of classes or numbers.", field="target"
        )
    if plan.distinct == 2:
        return "binary"
    filled = plan.rows - plan.missing
    if plan.type in ("number", "integer"):
        few = plan.whole and plan.distinct <= FEW_NUMBERS and plan.distinct * 5 <= filled
        return "multiclass" if few else "regression"
    if plan.numeric and plan.distinct > FEW_NUMBERS:
        return "regression"
    return "multiclass"


def _as_number(plan: Plan) -> Plan:
    if plan.type in ("number", "integer"):
        return plan
    if plan.numeric and not plan.overridden:
        kind = "integer" if plan.whole else "number"
        return replace(plan, type=kind, overridden=True, evidence=f"{plan.evidence}; the target of a regression")
    raise InvalidInput(
        f"A regression needs a numeric target. {plan.name!r} is {plan.type} ({plan.evidence}). "
        "Set its type to number, or choose a classification.",
        field="task",
    )


def _as_labels(plan: Plan, task: str) -> Plan:
    if plan.type == "datetime" or plan.distinct > MOST_CLASSES:
        raise InvalidInput(
            f"The target {plan.name!r} has {plan.distinct:,} different values; a classification takes up to "
            f"{MOST_CLASSES}. Choose a column of classes, or a regression if these are numbers.",
            field="target",
        )
    if task == "binary" and plan.distinct != 2:
        raise InvalidInput(
            f"A binary task needs 2 classes. {plan.name!r} has {plan.distinct:,}. Choose multiclass.", field="task"
        )
    if task == "multiclass" and plan.distinct == 2:
        raise InvalidInput(
            f"A multiclass task needs 3 classes or more. {plan.name!r} has 2. Choose binary.", field="task"
        )
    kind = "binary" if task == "binary" else "category"
    if plan.type == kind:
        return plan
    evidence = f"{plan.evidence}; the target of a classification"
    return replace(plan, type=kind, overridden=True, evidence=evidence)


def describe(target: str, task: str, typed: Path, positive: str | None = None) -> TargetFacts:
    """Count the labels of the target in the typed table.

    Parameters
    ----------
    positive : str, optional
        The class of a binary target to put last; by default the last one in sorted order is.

    Raises
    ------
    InvalidInput
        field="target": a class with a single row, which no split can both teach and test;
        field="positive": no class of a binary target.
    """
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    if positive is not None and task != "binary":
        raise InvalidInput(
            f"A positive class is one of two. {target!r} is a {task} target: leave the positive class out.",
            field="positive",
        )
    column = pq.ParquetFile(typed).read([target])[0]
    if task == "regression":
        return TargetFacts(target, task, column.null_count)
    counted = pc.value_counts(column.drop_null())
    counts = tuple(sorted((str(pair["values"].as_py()), int(pair["counts"].as_py())) for pair in counted))
    single = [label for label, rows in counts if rows < 2]
    if single:
        raise InvalidInput(
            f"Every class of the target needs at least 2 rows. {target!r} has 1 row of: "
            f"{listing(repr(label) for label in single)}. Join it with another class, remove the row, or get more.",
            field="target",
        )
    if positive is not None:
        if positive not in dict(counts):
            raise InvalidInput(
                f"The positive class must be one of the two of {target!r}: {listing(repr(one) for one, _ in counts)}. "
                f"Got {positive!r}.",
                field="positive",
            )
        counts = tuple(sorted(counts, key=lambda pair: pair[0] == positive))
    return TargetFacts(target, task, column.null_count, counts)
