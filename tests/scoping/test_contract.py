"""The contract: every field is checked by itself and against the others, then against a table's types."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from mlworkbench.errors import InvalidInput
from mlworkbench.modeling import SCORERS
from mlworkbench.modeling.scoring import check_scoring
from mlworkbench.scoping import (
    LABELS,
    METRICS,
    Contract,
    check_contract,
    contradicting,
    contradictions,
    promises,
    verdict,
)

COLUMNS = {
    "churn": "binary", "tenure": "integer", "plan": "category", "charges": "number", "since": "datetime",
    "id": "identifier", "note": "text",
}  # fmt: skip


def test_the_fields_are_those_that_other_stages_were_promised() -> None:
    assert " ".join(one.name for one in fields(Contract)) == (
        "task target positive_class metric goal heuristic cost_false_positive cost_false_negative latency_ms "
        "fairness_columns fairness_bound time_column label_delay_days holdout retrain_days"
    )
    assert set(LABELS) == {one.name for one in fields(Contract)}
    assert Contract().empty


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"task": "clustering"}, "task"),
        ({"task": ["binary"]}, "task"),
        ({"target": 3}, "target"),
        ({"target": "x" * 301}, "target"),
        ({"positive_class": True}, "positive_class"),
        ({"metric": "rand_score"}, "metric"),
        ({"task": "binary", "metric": "r2"}, "metric"),
        ({"goal": "high"}, "goal"),
        ({"goal": float("nan")}, "goal"),
        ({"goal": True}, "goal"),
        ({"metric": "roc_auc", "goal": 1.01}, "goal"),
        ({"task": "binary", "goal": -0.1}, "goal"),
        ({"metric": "r2", "goal": 1.5}, "goal"),
        ({"metric": "neg_brier_score", "goal": 2}, "goal"),
        ({"heuristic": "tenure <"}, "heuristic"),
        ({"heuristic": "eval('1')"}, "heuristic"),
        ({"heuristic": 3}, "heuristic"),
        ({"target": "churn", "heuristic": "churn == 'yes'"}, "heuristic"),
        ({"cost_false_positive": -1}, "cost_false_positive"),
        ({"cost_false_negative": float("inf")}, "cost_false_negative"),
        ({"task": "regression", "cost_false_negative": 1}, "cost_false_negative"),
        ({"task": "multiclass", "positive_class": "a"}, "positive_class"),
        ({"latency_ms": 0}, "latency_ms"),
        ({"fairness_columns": "gender"}, "fairness_columns"),
        ({"fairness_columns": ["gender", "gender"]}, "fairness_columns"),
        ({"fairness_columns": ["gender"], "target": "gender"}, "fairness_columns"),
        ({"fairness_bound": 1.2}, "fairness_bound"),
        ({"time_column": "y", "target": "y"}, "time_column"),
        ({"label_delay_days": -1}, "label_delay_days"),
        ({"retrain_days": 0}, "retrain_days"),
        ({"retrain_days": 1.5}, "retrain_days"),
        ({"holdout": "time"}, "holdout"),
        ({"holdout": {"size": 0.2}}, "holdout"),
        ({"holdout": {"method": "psychic"}}, "holdout"),
        ({"holdout": {"method": "random", "size": 1}}, "holdout"),
        ({"holdout": {"method": "random", "size": 0}}, "holdout"),
        ({"holdout": {"method": "random", "size": "big"}}, "holdout"),
        ({"holdout": {"method": "random", "shade": 1}}, "holdout"),
        ({"holdout": {"method": "random", "column": "a"}}, "holdout"),
        ({"holdout": {"method": "group"}}, "holdout"),
        ({"holdout": {"method": "time"}}, "holdout"),
        ({"holdout": {"method": "time", "gap": -3}, "time_column": "since"}, "holdout"),
        ({"holdout": {"method": "stratified"}, "task": "regression"}, "holdout"),
    ],
)
def test_what_cannot_be_promised_is_refused_at_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_contract(changes)
    assert refused.value.field == field
    assert refused.value.message.endswith((".", "?"))


@pytest.mark.parametrize("name", [one.name for one in fields(Contract)])
def test_every_promise_can_be_taken_back(name: str) -> None:
    full = {
        "task": "binary", "target": "churn", "positive_class": "yes", "metric": "f1", "goal": 0.5, "heuristic": "a > 1",
        "cost_false_positive": 1, "cost_false_negative": 2, "latency_ms": 5, "fairness_columns": ["g"],
        "fairness_bound": 0.1, "time_column": "t", "label_delay_days": 3,
        "holdout": {"method": "time", "column": "t", "size": 0.3, "gap": 2}, "retrain_days": 30,
    }  # fmt: skip
    made = check_contract(full)
    assert check_contract(made.to_json()) == made, "what is stored can be read again"
    assert check_contract({name: None}, made) != made
    assert len(promises(made)) == 9


@pytest.mark.parametrize(("goal", "kept"), [(50_000, -50_000), (-50_000, -50_000), (0, 0)])
def test_an_error_is_kept_in_the_sign_of_its_scorer(goal: float, kept: float) -> None:
    made = check_contract({"metric": "neg_root_mean_squared_error", "goal": goal})
    assert made.goal == kept
    assert check_contract({"task": "regression", "goal": goal}).goal == kept, "the default of a regression is an error"
    if goal:
        assert "root mean squared error at most 50,000" in verdict(made)


def test_every_metric_is_a_scorer_that_the_comparison_takes() -> None:
    for task, names in METRICS.items():
        assert set(SCORERS[task]) <= set(names)
        for name in names:
            assert check_scoring(name, task) == name  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"target": "chrun"}, "target", "no column 'chrun'"),
        ({"target": "churn", "task": "regression"}, "task", "binary"),
        ({"target": "churn", "task": "multiclass"}, "task", "binary"),
        ({"positive_class": "maybe"}, "positive_class", "'no', 'yes'"),
        ({"metric": "r2"}, "metric", "not for the binary task"),
        ({"heuristic": "tenur < 3"}, "heuristic", "no column 'tenur'"),
        ({"heuristic": "plan < 3"}, "heuristic", "'plan' is text"),
        ({"fairness_columns": ["plan", "gender"]}, "fairness_columns", "'gender'"),
        ({"time_column": "when"}, "time_column", "no column 'when'"),
        ({"time_column": "tenure"}, "time_column", "not a date"),
        ({"holdout": {"method": "group", "column": "shop"}}, "holdout", "'shop'"),
        ({"holdout": {"method": "time", "column": "note"}}, "holdout", "'note' is text"),
        ({"holdout": {"method": "group", "column": "churn"}, "target": "churn"}, "holdout", "target"),
    ],
)
def test_what_the_data_contradicts_is_said_at_its_field(changes: dict[str, Any], field: str, words: str) -> None:
    found = contradicting(check_contract(changes), COLUMNS, classes=("no", "yes"), task="binary")
    assert [one.field for one in found] == [field]
    assert words in found[0].message
    assert contradictions(check_contract(changes), COLUMNS, classes=("no", "yes"), task="binary") == (found[0].message,)


@pytest.mark.parametrize(
    ("changes", "task", "words"),
    [
        ({"target": "charges", "heuristic": "plan == 'a'"}, "regression", "a number"),
        ({"target": "plan", "heuristic": "tenure > 3"}, "multiclass", "true or false"),
        ({"target": "charges", "holdout": {"method": "stratified"}}, "regression", "stratified"),
        ({"target": "since", "task": "binary"}, None, "cannot be predicted"),
    ],
)
def test_what_the_task_of_the_data_contradicts(changes: dict[str, Any], task: str, words: str) -> None:
    (only,) = contradictions(check_contract(changes), COLUMNS, task=task)
    assert words in only


def test_what_the_data_holds_is_not_contradicted() -> None:
    contract = check_contract(
        {
            "task": "binary", "target": "churn", "positive_class": "yes", "metric": "f1", "goal": 0.4,
            "heuristic": 'tenure < 12 and plan == "a" and since > "2024-01-01"', "fairness_columns": ["plan"],
            "time_column": "since", "holdout": {"method": "time"},
        }
    )  # fmt: skip
    assert contradictions(contract, COLUMNS, classes=("no", "yes"), task="binary") == ()
    assert contradictions(contract, COLUMNS) == ()
    assert contradictions(Contract(), {}) == ()
