"""What the contract promises: costs give a threshold, goals are held against intervals, budgets against times."""

from __future__ import annotations

import pytest

from mlworkbench.errors import InvalidInput
from mlworkbench.modeling import LeaderboardRow, act_from, decide_by_cost, late
from mlworkbench.modeling.promises import goal_of, goal_sentence, met, metric_of
from mlworkbench.scoping import Contract


class Binary:
    """As much of a model version as a decision needs."""

    task = "binary"


def row(low: float, mean: float, high: float) -> LeaderboardRow:
    return LeaderboardRow("linear", "Linear", "done", score_mean=mean, low=low, high=high)


@pytest.mark.parametrize(
    ("false_positive", "false_negative", "expected"), [(1, 1, 0.5), (23, 77, 0.23), (1, 0, 1.0), (0, 5, 0.0)]
)
def test_acting_pays_from_the_share_of_the_false_alarm_in_the_costs(
    false_positive: float, false_negative: float, expected: float
) -> None:
    start = act_from(false_positive, false_negative)
    assert start == pytest.approx(expected)
    # at the threshold acting and not acting cost the same: (1 - p) c_fp = p c_fn
    assert (1 - start) * false_positive == pytest.approx(start * false_negative)


@pytest.mark.parametrize(
    ("costs", "field"),
    [((-1, 2), "cost_false_positive"), ((1, float("nan")), "cost_false_negative"), ((0, 0), "cost_false_positive")],
)
def test_costs_that_make_no_sense_are_refused(costs: tuple[float, float], field: str) -> None:
    with pytest.raises(InvalidInput) as wrong:
        act_from(*costs)
    assert wrong.value.field == field


def test_a_decision_needs_both_costs_and_two_classes() -> None:
    priced = Contract(cost_false_positive=23, cost_false_negative=77)
    assert decide_by_cost(priced, Binary(), 0.22).act is False
    assert decide_by_cost(priced, Binary(), 0.24).act is True
    assert decide_by_cost(Contract(cost_false_positive=23), Binary(), 0.5) is None
    several = Binary()
    several.task = "multiclass"
    assert decide_by_cost(priced, several, 0.5) is None


def test_the_interval_says_whether_a_goal_is_reached() -> None:
    assert met(row(0.81, 0.84, 0.87), 0.80) is True
    assert met(row(0.71, 0.74, 0.79), 0.80) is False
    assert met(row(0.78, 0.82, 0.86), 0.80) is None
    assert met(row(0.78, 0.82, 0.86), None) is None
    assert "is reached" in goal_sentence(row(0.81, 0.84, 0.87), "roc_auc", 0.80)
    assert "is not reached" in goal_sentence(row(0.71, 0.74, 0.79), "roc_auc", 0.80)
    assert "cannot be told" in goal_sentence(row(0.78, 0.82, 0.86), "roc_auc", 0.80)


def test_an_error_bound_is_meant_as_at_most() -> None:
    contract = Contract(metric="neg_root_mean_squared_error", goal=50_000)
    assert goal_of(contract, "neg_root_mean_squared_error", "regression") == -50_000
    assert goal_of(contract, "r2", "regression") is None  # a goal in another score says nothing of this one
    assert goal_of(Contract(goal=0.8), "roc_auc", "binary") == 0.8  # without a metric it is in the usual score


def test_a_metric_that_does_not_fit_the_task_is_left_aside() -> None:
    assert metric_of(Contract(metric="f1"), "binary") == "f1"
    assert metric_of(Contract(metric="f1"), "regression") is None
    assert metric_of(Contract(), "binary") is None


def test_answers_are_late_by_the_row() -> None:
    contract = Contract(latency_ms=50)
    assert late(contract, 49.9) is None
    assert "50 ms" in str(late(contract, 120.0))
    assert late(contract, 120.0, rows=3) is None
    assert "3" in str(late(contract, 180.0, rows=3))
    assert late(Contract(), 1e9) is None
