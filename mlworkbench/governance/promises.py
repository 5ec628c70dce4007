"""The promises of the contract: kept, not kept, or cannot be told, each with what was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mlworkbench.governance.evidence import latencies
from mlworkbench.governance.results import Promise, Slice
from mlworkbench.governance.slices import widest_gap
from mlworkbench.governance.words import between, count, is_error, metric_name, number, percent, score

if TYPE_CHECKING:
    from mlworkbench.governance.evidence import Evidence
    from mlworkbench.scoping import Contract

_LEAST_CALLS = 20
_SHARES = ("predicted positive", "accuracy")  # what groups are held to: of two classes, else of several


def promises_of(evidence: Evidence, slices: Sequence[Slice]) -> tuple[Promise, ...]:
    """Every promise that the contract makes, in the order in which people ask."""
    contract = evidence.contract
    if contract is None:
        return ()
    made = [
        _goal(evidence, contract),
        _heuristic(evidence, contract),
        _latency(evidence, contract),
        _fairness(contract, slices),
        _holdout(evidence, contract),
        _age(evidence, contract),
    ]
    return tuple(one for one in made if one is not None)


def tally(promises: Sequence[Promise]) -> str:
    """How many are kept, not kept, and cannot be told, in words."""
    kept, broken = sum(one.kept is True for one in promises), sum(one.kept is False for one in promises)
    unknown = len(promises) - kept - broken
    words = f"{kept} of {count(len(promises), 'promise')} kept"
    words += f", {broken} not kept" if broken else ""
    return words + (f", {unknown} cannot be told yet" if unknown else "")


def goal_of(goal: float, metric: str) -> float:
    """The goal in the unit of the scorer: people state an error as a positive number, scikit-learn turns its sign."""
    return -abs(goal) if is_error(metric) else goal


def _goal(evidence: Evidence, contract: Contract) -> Promise | None:
    version = evidence.version
    metric = contract.metric or version.scoring
    if contract.goal is None:
        return None
    goal = goal_of(contract.goal, metric)
    promised = f"{metric_name(metric)} {'at most' if is_error(metric) else 'at least'} {score(metric, goal)}"
    if metric != version.scoring:
        return Promise("goal", promised, f"the model was compared by {metric_name(version.scoring)} instead", None)
    low, high = version.cv_low, version.cv_high
    found = f"{score(metric, version.cv_score)} in the folds (95 % interval {between(metric, low, high)})"
    if version.holdout_score is not None:
        found += f", {score(metric, version.holdout_score)} on the holdout"
    kept = version.cv_score >= goal
    if low < goal <= high:
        side = "the figure reaches the goal" if kept else "the figure misses the goal"
        return Promise("goal", promised, f"{found}: {side}, and its interval has it on both sides", None)
    return Promise("goal", promised, found, kept)


def _heuristic(evidence: Evidence, contract: Contract) -> Promise | None:
    if not contract.heuristic:
        return None
    promised = f"Better than the rule: {contract.heuristic}"
    rule, row = evidence.comparison.row("heuristic"), evidence.row
    if rule is None or rule.score_mean is None or row is None or row.score_mean is None:
        return Promise("heuristic", promised, "the rule was not scored in the champion's comparison", None)
    scoring = evidence.version.scoring
    found = f"{score(scoring, row.score_mean)} against {score(scoring, rule.score_mean)} of the rule, same folds"
    if row.score_mean <= rule.score_mean:
        return Promise("heuristic", promised, found, False)
    if row.tied and not rule.tied:
        return Promise("heuristic", promised, f"{found}; beyond chance", True)
    return Promise("heuristic", promised, f"{found}; the difference may be chance", None)


def _latency(evidence: Evidence, contract: Contract) -> Promise | None:
    if contract.latency_ms is None:
        return None
    promised = f"One answer within {contract.latency_ms:,g} ms"
    taken = sorted(latencies(evidence.project, evidence.version.id))
    if len(taken) < _LEAST_CALLS:
        found = f"{count(len(taken), 'single prediction')} logged; {_LEAST_CALLS} are needed to tell"
        return Promise("latency", promised, found, None)
    slow = taken[min(len(taken) - 1, int(0.95 * len(taken)))]
    found = f"95 of 100 within {number(slow)} ms ({count(len(taken), 'prediction')})"
    return Promise("latency", promised, found, slow <= contract.latency_ms)


def _fairness(contract: Contract, slices: Sequence[Slice]) -> Promise | None:
    columns, bound = contract.fairness_columns, contract.fairness_bound
    if not columns or bound is None:
        return None
    promised = f"Groups of {', '.join(columns)} differ by at most {_points(bound)} in what is predicted"
    wanted = next((name for name in _SHARES if any(one.name == name for one in slices)), None)
    if slices and wanted is None:
        return Promise("fairness", promised, "errors in the target's unit cannot be held to a share", None)
    gaps = {column: gap for (column, name), gap in widest_gap(slices).items() if name == wanted}
    if not gaps:
        return Promise("fairness", promised, "no two groups are large enough to be compared", None)
    column, (gap, low, high) = max(gaps.items(), key=lambda one: (one[1][0], one[0]))
    found = (
        f"{wanted} differs by {_points(gap)} at most, by {column}: {percent(low.metric)} for {low.group}, "
        f"{percent(high.metric)} for {high.group}"
    )
    return Promise("fairness", promised, found, gap <= bound)


def _points(share: float) -> str:
    return f"{100 * share:.3g} percentage points"


def _holdout(evidence: Evidence, contract: Contract) -> Promise | None:
    if not contract.holdout:
        return None
    wanted = {name: value for name, value in contract.holdout.items() if value is not None}
    promised = "Holdout: " + ", ".join(f"{name} {value}" for name, value in wanted.items())
    from mlworkbench.data import get_holdout

    cut = get_holdout(evidence.project, evidence.dataset)
    if cut is None:
        return Promise("holdout", promised, "no holdout was cut", wanted.get("method") == "none")
    differing = {name for name, value in wanted.items() if cut.policy.get(name) != value}
    found = "cut " + ", ".join(f"{name} {value}" for name, value in cut.policy.items())
    return Promise("holdout", promised, found, not differing)


def _age(evidence: Evidence, contract: Contract) -> Promise | None:
    if contract.retrain_days is None:
        return None
    made = datetime.fromisoformat(evidence.version.created_at)
    days = (datetime.now(UTC) - made).days
    promised = f"The model is renewed every {count(int(contract.retrain_days), 'day')}"
    return Promise("retraining", promised, f"it is {count(days, 'day')} old", days <= contract.retrain_days)
