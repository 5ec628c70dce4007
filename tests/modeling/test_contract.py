"""A comparison reads the contract: its metric, its heuristic as a row of its own, its goal; and its gate holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from mlworkbench import artifacts
from mlworkbench.data import Dataset, holdout_looks, load_table, load_training
from mlworkbench.errors import GateNotMet, InvalidInput
from mlworkbench.features import Step, save_recipe, suggest_steps
from mlworkbench.jobs import list_jobs
from mlworkbench.modeling import Comparison, compare, list_comparisons, list_model_versions, load_model, promote
from mlworkbench.modeling.tracking import client_for
from mlworkbench.projects import create_project
from mlworkbench.scoping import Contract, save_scope
from mlworkbench.serving import predict_one

if TYPE_CHECKING:
    from mlworkbench import Project, Workspace

    Put = Callable[..., Dataset]
RULE = "`worst radius` > 17 or radius > 16"


def promise(project: Project, **contract: Any) -> None:
    save_scope(project, contract=Contract(**contract), why="as agreed")


@pytest.fixture(scope="module")
def ruled(shared_workspace: Workspace, tables: dict[str, pd.DataFrame], put: Put) -> tuple[Project, Comparison]:
    """A comparison under a contract with a rule; `radius` is not in the recipe, and the rule reads it."""
    project = create_project(shared_workspace, "ruled")
    promise(project, target="finding", positive_class="malignant", metric="average_precision", goal=0.5, heuristic=RULE)
    dataset = put(project, tables["binary"], None)
    steps = [step for step, _ in suggest_steps(project, dataset)]
    kept = [Step(one.step, tuple(name for name in one.columns if name != "radius"), dict(one.params)) for one in steps]
    save_recipe(project, [*kept, Step("drop", ("radius",))], dataset=dataset)
    return project, compare(project, estimators=["dummy", "linear"], cv=3, n_jobs=1)


def test_the_contracts_metric_is_the_default_score(ruled: tuple[Project, Comparison]) -> None:
    _, comparison = ruled
    assert comparison.scoring == "average_precision"
    assert comparison.classes == ("benign", "malignant")


def test_the_rule_is_a_row_scored_on_the_same_folds_without_fitting(ruled: tuple[Project, Comparison]) -> None:
    project, comparison = ruled
    row = comparison.row("heuristic")
    assert row is not None
    assert (row.label, row.status, row.fit_seconds) == (f"Heuristic: {RULE}", "done", 0.0)
    assert len(row.fold_scores) == 3
    oof = artifacts.read_table(project, row.oof)
    frame = load_table(project).loc[oof["row"]]
    acts = (frame["worst radius"] > 17) | (frame["radius"] > 16)
    assert (oof["probability_malignant"].to_numpy() == acts.to_numpy(dtype=float)).all()
    linear = artifacts.read_table(project, comparison.row("linear").oof)
    assert (linear[["row", "fold"]] == oof[["row", "fold"]]).all(axis=None)
    run = client_for(project).get_run(row.run_id)
    assert run.data.params["estimator.rule"] == RULE
    assert run.data.metrics["average_precision_mean"] == pytest.approx(row.score_mean)
    dummy = comparison.row("dummy")
    assert row.score_mean > dummy.score_mean


def test_the_goal_is_held_against_the_interval_of_the_recommended(ruled: tuple[Project, Comparison]) -> None:
    _, comparison = ruled
    assert (comparison.goal, comparison.goal_met) == (0.5, True)
    assert "goal, average_precision 0.500, is reached" in comparison.sentence


def test_a_promoted_rule_answers_and_names_the_columns_it_reads(ruled: tuple[Project, Comparison]) -> None:
    project, _ = ruled
    made = promote(project, run="heuristic")
    assert [one.name for one in made.inputs] == ["worst radius", "radius"]
    assert made.holdout_score is not None
    answer = predict_one(project, {"radius": 10.0, "worst radius": 20.0}, explain=True)
    assert (answer.prediction, answer.probabilities["malignant"]) == ("malignant", 1.0)
    assert answer.contributions[0].column == "worst radius"
    frame = load_training(project).head(9)
    assert load_model(project, made).predict(frame).tolist() == [
        int(one) for one in (frame["worst radius"] > 17) | (frame["radius"] > 16)
    ]


def test_a_goal_that_is_not_reached_closes_the_gate_and_nothing_is_written(
    ruled: tuple[Project, Comparison],
) -> None:
    project, _ = ruled
    promise(project, target="finding", positive_class="malignant", metric="average_precision", goal=0.9999)
    before, looks = list_model_versions(project), holdout_looks(project)
    with pytest.raises(GateNotMet, match=r"average_precision of at least 1\.000; Linear.*despite_contract") as closed:
        promote(project, run="linear")
    assert closed.value.exit_code == 3
    with pytest.raises(GateNotMet):
        promote.submit(project, run="linear")
    with pytest.raises(InvalidInput) as wrong:
        promote(project, run="linear", despite_contract=True, reason="  ")
    assert wrong.value.field == "reason"
    assert (list_model_versions(project), holdout_looks(project)) == (before, looks)
    assert promote(project, run="linear", alias="challenger").alias == "challenger", "the gate is the champion's"
    made = promote(project, run="linear", despite_contract=True, reason="the old one is down")
    assert (made.alias, made.reason) == ("champion", "the old one is down")


def test_a_goal_in_a_score_that_the_folds_do_not_have_closes_the_gate_too(ruled: tuple[Project, Comparison]) -> None:
    project, _ = ruled
    promise(project, target="finding", positive_class="malignant", metric="f1", goal=0.1)
    with pytest.raises(GateNotMet, match="Compare again with f1"):
        promote(project, run="linear")
    promise(project, target="finding", positive_class="malignant", metric="accuracy", goal=0.1)
    assert promote(project, run="linear").alias == "champion", "accuracy is logged by every fold"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("diameter < 3", "diameter"),
        ('finding == "benign"', "which is what it is to predict"),
        ('"perhaps" if radius < 12 else "benign"', "'perhaps'"),
        ("site < 3", "site"),
        ("texture / 1000", "says nothing of"),
    ],
)
def test_a_rule_that_cannot_be_used_is_told_before_any_fit(
    project: Project, tables: dict[str, pd.DataFrame], put: Put, rule: str, words: str
) -> None:
    dataset = put(project, tables["binary"], "finding")
    promise(project, heuristic=rule)
    with pytest.raises(InvalidInput, match=words) as wrong:
        compare(project, dataset=dataset.id, estimators=["dummy"], cv=2, n_jobs=1)
    assert wrong.value.field == "heuristic"
    assert list_comparisons(project) == ()
    assert artifacts.list_artifacts(project, "model") == ()


def test_a_number_is_the_rule_of_a_regression_and_its_goal_a_bound(
    project: Project, tables: dict[str, pd.DataFrame], put: Put
) -> None:
    promise(project, target="target", metric="neg_mean_absolute_error", goal=10, heuristic="150 + 900 * bmi")
    put(project, tables["regression"], None)
    comparison = compare(project, estimators=["dummy", "linear"], cv=3, n_jobs=1)
    assert (comparison.goal, comparison.goal_met) == (-10, False)
    oof = artifacts.read_table(project, comparison.row("heuristic").oof)
    expected = 150 + 900 * load_table(project).loc[oof["row"], "bmi"]
    assert np.allclose(oof["prediction"], expected)


def test_the_simplest_of_a_tie_may_be_the_rule(project: Project, tables: dict[str, pd.DataFrame], put: Put) -> None:
    copied = tables["binary"].assign(hint=(tables["binary"]["finding"] == "malignant").map({True: "x", False: "o"}))
    promise(project, target="finding", positive_class="malignant", heuristic='hint == "x"')
    put(project, copied, None)
    comparison = compare(project, estimators=["dummy", "linear"], cv=3, n_jobs=1)
    assert comparison.recommended == "heuristic"
    assert "linear" in comparison.tied
    assert promote(project).estimator == "heuristic"


def test_a_contract_about_another_target_says_nothing_here(
    project: Project, tables: dict[str, pd.DataFrame], put: Put
) -> None:
    promise(project, target="site", metric="accuracy", goal=0.99, heuristic='"left"')
    put(project, tables["binary"], "finding")
    comparison = compare(project, estimators=["dummy", "linear"], cv=2, n_jobs=1)
    assert (comparison.scoring, comparison.goal, comparison.row("heuristic")) == ("roc_auc", None, None)
    assert promote(project).alias == "champion"


def test_settings_are_checked_before_a_comparison_is_queued(
    project: Project, tables: dict[str, pd.DataFrame], put: Put
) -> None:
    put(project, tables["binary"], "finding")
    for settings, field in (
        ({"estimators": ["linear", "magic"]}, "estimators"),
        ({"cv": 1}, "cv"),
        ({"scoring": "magic"}, "scoring"),
        ({"splitter": "magic"}, "splitter"),
        ({"budget": -1}, "budget"),
    ):
        with pytest.raises(InvalidInput) as wrong:
            compare.submit(project, **settings)
        assert wrong.value.field == field
    assert list_jobs(project.workspace) == ()
