"""What the contract promises of a model: the score and its goal, what errors cost, how long an answer may take."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench.data import promised_of
from mlworkbench.errors import GateNotMet, InvalidInput
from mlworkbench.modeling.scoring import DEFAULT, check_scoring
from mlworkbench.modeling.statistics import figure

if TYPE_CHECKING:
    from mlworkbench.data import Dataset
    from mlworkbench.modeling.results import Comparison, LeaderboardRow, ModelVersion
    from mlworkbench.projects import Project
    from mlworkbench.scoping import Contract


def metric_of(contract: Contract, task: Any) -> str | None:
    """The contract's metric when it fits the task, None otherwise."""
    try:
        return check_scoring(contract.metric, task) if contract.metric else None
    except InvalidInput:
        return None


def default_scoring(project: Project, dataset: Dataset) -> str:
    """The score that a comparison uses when none is chosen: the contract's if it fits the task, else the usual one."""
    task: Any = dataset.task
    return metric_of(promised_of(project, dataset.target), task) or DEFAULT[task]


def goal_of(contract: Contract, scoring: str, task: Any) -> float | None:
    """The score to reach, in the unit of `scoring` (greater is better); None when the contract has none in this score.

    An error that people state as a positive number ("RMSE of 50 000") is meant as at most that: for a score that
    scikit-learn negates the goal is negative.
    """
    if contract.goal is None or scoring != (metric_of(contract, task) or DEFAULT[task]):
        return None
    return -abs(contract.goal) if scoring.startswith("neg_") else float(contract.goal)


def met(row: LeaderboardRow, goal: float | None) -> bool | None:
    """Whether the whole 95% interval of the mean score is at or above the goal, below it, or neither (None)."""
    if goal is None or row.low is None or row.high is None:
        return None
    return True if row.low >= goal else False if row.high < goal else None


def goal_sentence(row: LeaderboardRow, scoring: str, goal: float) -> str:
    """What the interval says of the goal, in words."""
    reached = met(row, goal)
    interval = f"95% interval is {figure(row.low or 0.0)} to {figure(row.high or 0.0)}"
    if reached is None:
        return f"Whether the contract's goal, {scoring} {figure(goal)}, is reached cannot be told: its {interval}."
    return f"The contract's goal, {scoring} {figure(goal)}, is {'' if reached else 'not '}reached: its {interval}."


def unmet_goal(project: Project, comparison: Comparison, row: LeaderboardRow) -> str | None:
    """Why a compared model may not become the champion under the contract as it stands; None when it may.

    The mean of the fold scores is held against the goal. A goal in another score than the comparison's is held against
    that score's mean where the folds have it; where they have not, nobody knows whether it is reached.
    """
    contract = promised_of(project, comparison.target)
    if contract.goal is None:
        return None
    scoring = metric_of(contract, comparison.task) or DEFAULT[comparison.task]
    goal = goal_of(contract, scoring, comparison.task)
    assert goal is not None
    same = scoring == comparison.scoring
    mean = row.score_mean if same else row.metrics.get(scoring)
    wanted = f"The contract promises {scoring} of at least {figure(goal)}"
    if mean is None:
        return f"{wanted}, and this comparison was scored by {comparison.scoring}. Compare again with {scoring}."
    if mean >= goal:
        return None
    interval = f" (95% interval {figure(row.low or 0.0)} to {figure(row.high or 0.0)})" if same else ""
    return f"{wanted}; {row.label} reaches {figure(mean)}{interval} in the folds."


def check_gate(project: Project, comparison: Comparison, row: LeaderboardRow, *, despite: bool, reason: str) -> str:
    """What of the contract is overruled by making this model the champion; "" when nothing is.

    Raises
    ------
    GateNotMet
        The goal is not reached and nobody said to go on nevertheless.
    InvalidInput
        field="reason": it is overruled without a reason.
    """
    unmet = unmet_goal(project, comparison, row)
    if unmet is None:
        return ""
    if not despite:
        raise GateNotMet(
            f"{unmet} Nothing was registered. Find a better model, revise the goal, or register it nevertheless with "
            "a reason (despite_contract=True; on the command line --despite-contract --reason TEXT).",
            field="run",
        )
    if not reason.strip():
        raise InvalidInput(f"{unmet} To register it nevertheless, give the reason.", field="reason")
    return unmet


@dataclass(frozen=True)
class Decision:
    """What the costs of errors say of one answer.

    Parameters
    ----------
    act_from : float
        Probability of the positive class from which acting costs less than not acting, 0 to 1.
    act : bool
        Whether this answer's probability reaches it.
    """

    act_from: float
    act: bool


def act_from(cost_false_positive: float, cost_false_negative: float) -> float:
    """The probability from which acting is the cheaper choice: p* = c_fp / (c_fp + c_fn).

    C. Elkan, "The Foundations of Cost-Sensitive Learning", IJCAI 2001, equation 2, with right decisions costing
    nothing. It holds for probabilities that are calibrated.

    Parameters
    ----------
    cost_false_positive, cost_false_negative : float
        What acting in vain and not acting when it was needed cost, in the same unit; 0 or more, not both 0.
    """
    for name, cost in (("cost_false_positive", cost_false_positive), ("cost_false_negative", cost_false_negative)):
        if not math.isfinite(cost) or cost < 0:
            raise InvalidInput(f"A cost is a number, 0 or more. Got {cost!r}.", field=name)
    total = cost_false_positive + cost_false_negative
    if total == 0:
        raise InvalidInput("Where no error costs anything, there is nothing to decide.", field="cost_false_positive")
    return cost_false_positive / total


def decide_by_cost(contract: Contract, version: ModelVersion, probability: float) -> Decision | None:
    """Whether to act on a probability of the positive class; None without both costs or for other tasks."""
    false_positive, false_negative = contract.cost_false_positive, contract.cost_false_negative
    if version.task != "binary" or false_positive is None or false_negative is None:
        return None
    if false_positive + false_negative == 0:
        return None
    start = act_from(false_positive, false_negative)
    return Decision(start, probability >= start)


def late(contract: Contract, latency_ms: float, rows: int = 1) -> str | None:
    """What to say when answers take longer than the contract allows per row; None when they do not."""
    if contract.latency_ms is None or not rows or latency_ms / rows <= contract.latency_ms:
        return None
    each = "This answer" if rows == 1 else f"These {rows:,} answers, each on average,"
    return f"{each} took {latency_ms / rows:,.1f} ms; the contract allows {contract.latency_ms:g} ms."
