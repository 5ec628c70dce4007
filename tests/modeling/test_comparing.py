"""A comparison: same folds for all, everything kept and tracked, nothing redone, nothing hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import psutil
import pytest
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold

from mlworkbench import Workspace, artifacts
from mlworkbench.data import Dataset, get_dataset, holdout_looks, load_keys, load_training
from mlworkbench.errors import InvalidInput, JobFailed, NotApplicable, NotFound
from mlworkbench.features import Step, build_pipeline, get_recipe, save_recipe
from mlworkbench.jobs import JobCancelled, Progress
from mlworkbench.modeling import (
    ESTIMATORS,
    Comparison,
    compare,
    encode_target,
    get_comparison,
    list_comparisons,
    rows_so_far,
)
from mlworkbench.modeling.scoring import score_of
from mlworkbench.modeling.tracking import TAG, client_for, registered_name
from mlworkbench.projects import create_project

if TYPE_CHECKING:
    from mlworkbench import Project

    Compared = Callable[[str], tuple[Project, Comparison]]
    Put = Callable[..., Dataset]
TASKS = ("binary", "multiclass", "regression")


class Attempt(Progress):
    """One attempt of a job: it starts from what was kept, and can be stopped at a moment of our choice."""

    def __init__(self, kept: dict[str, Any] | None = None) -> None:
        self.parts = dict(kept or {})
        self.fractions: list[float] = []
        self.lines: list[str] = []

    def update(self, fraction: float, message: str = "") -> None:
        self.fractions.append(fraction)

    def keep(self, key: str, value: Any) -> None:
        self.parts[key] = value

    def kept(self) -> dict[str, Any]:
        return dict(self.parts)

    def log(self, text: str) -> None:
        self.lines.append(text)


def runs_of(project: Project) -> list[Any]:
    client = client_for(project)
    experiment = client.get_experiment_by_name(registered_name(project))
    return list(client.search_runs([experiment.experiment_id])) if experiment else []


@pytest.mark.parametrize("task", TASKS)
def test_every_row_has_its_scores_interval_times_run_and_artifacts(task: str, compared: Compared) -> None:
    project, comparison = compared(task)
    assert comparison.task == task
    assert comparison.training_rows == get_dataset(project).training_rows
    for row in comparison.rows:
        assert row.status == "done", row.error
        assert len(row.fold_scores) == 4
        assert row.score_mean == pytest.approx(np.mean(row.fold_scores))
        assert row.score_std == pytest.approx(np.std(row.fold_scores, ddof=1))
        assert row.low <= row.score_mean <= row.high
        assert row.fit_seconds > 0
        assert row.predict_ms_per_1000 > 0
        assert row.run_id
        assert artifacts.find(project, row.model).kind == "model"
        assert artifacts.find(project, row.oof).kind == "oof"
    means = [row.score_mean for row in comparison.rows]
    assert means == sorted(means, reverse=True)
    assert comparison.recommended in comparison.tied
    assert comparison.sentence


def test_it_is_the_current_comparison_made_from_the_dataset_and_the_recipe(compared: Compared) -> None:
    project, comparison = compared("binary")
    assert get_comparison(project) == comparison
    assert list_comparisons(project) == (comparison,)
    assert (
        Comparison.from_json(
            comparison.to_json(), id=comparison.id, number=comparison.number, created_at=comparison.created_at
        )
        == comparison
    )
    parents = artifacts.find(project, comparison.id).parents
    assert {comparison.dataset, comparison.recipe, comparison.holdout} <= set(parents)


@pytest.mark.parametrize("task", TASKS)
def test_out_of_fold_predictions_give_the_fold_scores_again_and_leave_the_holdout_alone(
    task: str, compared: Compared
) -> None:
    project, comparison = compared(task)
    dataset = get_dataset(project)
    training = load_training(project, dataset)
    for row in comparison.rows:
        kept = artifacts.read_table(project, row.oof)
        assert sorted(kept["row"]) == sorted(training.index)
        assert (kept["key"].to_numpy() == load_keys(project, dataset)[kept["row"].to_numpy()]).all()
        for number, fold in kept.groupby("fold"):
            if task == "regression":
                y, answers = fold["y"].to_numpy(), fold["prediction"].to_numpy()
            else:
                y = fold["y"].map({label: code for code, label in enumerate(comparison.classes)}).to_numpy()
                answers = fold[[f"probability_{label}" for label in comparison.classes]].to_numpy()
                assert answers.sum(axis=1) == pytest.approx(1)
                assert list(fold["prediction"]) == [comparison.classes[code] for code in answers.argmax(axis=1)]
            assert score_of(comparison.scoring, y, answers) == pytest.approx(row.fold_scores[int(number)], abs=1e-12)
    assert holdout_looks(project, dataset) == ()


def test_scores_are_those_of_plain_scikit_learn_with_the_recipe_fitted_inside_each_fold(compared: Compared) -> None:
    project, comparison = compared("binary")
    dataset, recipe = get_dataset(project), get_recipe(project)
    frame = load_training(project, dataset)
    y, known = encode_target(frame, dataset)
    assert known.all()
    assert len(set(load_keys(project, dataset))) == dataset.rows  # no copies: folds are scikit-learn's own
    for row in comparison.rows:
        plain = build_pipeline(recipe, dataset, ESTIMATORS.get(row.estimator).make("binary", 0))
        scores = []
        for train, test in StratifiedKFold(4, shuffle=True, random_state=0).split(frame, y):
            model = clone(plain).fit(frame.iloc[train], y[train])
            scores.append(score_of("roc_auc", y[test], model.predict_proba(frame.iloc[test])))
        assert row.fold_scores == pytest.approx(scores, abs=1e-9)


@pytest.mark.parametrize("task", TASKS)
def test_each_run_stands_in_mlflow_with_all_that_is_needed_to_repeat_it(task: str, compared: Compared) -> None:
    import mlflow

    project, comparison = compared(task)
    client = client_for(project)
    assert len(runs_of(project)) == len(comparison.rows)
    row = comparison.rows[0]
    run = client.get_run(row.run_id)
    assert run.info.status == "FINISHED"
    assert run.data.tags[f"{TAG}dataset"] == comparison.dataset
    assert run.data.tags[f"{TAG}recipe"] == comparison.recipe
    assert run.data.tags[f"{TAG}holdout"] == comparison.holdout
    assert run.data.params["cv"] == "4"
    assert run.data.metrics[f"{comparison.scoring}_mean"] == pytest.approx(row.score_mean)
    history = client.get_metric_history(row.run_id, comparison.scoring)
    assert [one.value for one in sorted(history, key=lambda one: one.step)] == pytest.approx(list(row.fold_scores))
    uri, before = run.data.tags[f"{TAG}model_uri"], mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(project.workspace.tracking_uri)
    try:
        model = mlflow.sklearn.load_model(uri)
        described = mlflow.models.get_model_info(uri)
    finally:
        mlflow.set_tracking_uri(before)
    frame = load_training(project, get_dataset(project)).head(20)
    assert len(model.predict(frame)) == 20
    assert {str(one.type) for one in described.signature.inputs.inputs} <= {"DataType.double", "DataType.string"}
    assert "skops" in str(described.flavors["sklearn"]["serialization_format"])


def test_scores_and_models_do_not_depend_on_the_workspace_or_the_number_of_processes(
    tmp_path: Any, tables: dict[str, pd.DataFrame], put: Put
) -> None:
    found = []
    for processes in (2, 1):
        project = create_project(Workspace.open(tmp_path / f"with {processes}"), "test")
        put(project, tables["binary"], "finding")
        made = compare(project, estimators=["linear", "lightgbm"], cv=3, n_jobs=processes)
        found.append([(row.estimator, row.fold_scores, row.model, row.oof) for row in made.rows])
    assert found[0] == found[1]


def test_one_estimator_that_fails_is_a_row_with_its_reason_and_the_others_go_on(
    project: Project, tables: dict[str, pd.DataFrame], put: Put
) -> None:
    dataset = put(project, tables["binary"], "finding")
    save_recipe(project, [Step("drop", ("site",))], dataset=dataset)  # texture keeps its gaps
    attempt = Attempt()
    made = compare(project, estimators=["dummy", "linear", "hist_gradient_boosting"], cv=3, progress=attempt)
    failed = made.row("linear")
    assert failed.status == "failed"
    assert "NaN" in failed.error
    assert (failed.score_mean, failed.model, failed.tied) == (None, None, False)
    assert made.rows[-1] == failed
    assert made.recommended == "hist_gradient_boosting"
    run = client_for(project).get_run(failed.run_id)
    assert run.info.status == "FAILED"
    assert attempt.fractions == sorted(attempt.fractions)
    assert 0.9 < attempt.fractions[-1] < 1


def test_when_all_fail_the_reason_is_the_jobs_and_no_comparison_is_kept(
    project: Project, tables: dict[str, pd.DataFrame], put: Put
) -> None:
    dataset = put(project, tables["binary"], "finding")
    save_recipe(project, [Step("drop", ("site",))], dataset=dataset)
    with pytest.raises(JobFailed, match=r"No model could be compared.*linear: ValueError.*NaN"):
        compare(project, estimators=["linear"], cv=3)
    with pytest.raises(NotFound, match="Compare models first"):
        get_comparison(project)


def test_estimators_that_the_budget_leaves_no_time_for_are_skipped(
    project: Project, tables: dict[str, pd.DataFrame], put: Put
) -> None:
    put(project, tables["regression"], "target")
    assert project.workspace.tracking_uri  # so that the making of MLflow's tables takes none of the time
    made = compare(project, cv=5, repeats=6, budget=0, n_jobs=1)
    status = {row.estimator: row.status for row in made.rows}
    assert status["dummy"] == "done"  # the first always is
    assert status["random_forest"] == "skipped"
    assert set(status.values()) == {"done", "skipped"}
    assert "budget of 0 s" in made.row("random_forest").error
    assert made.row("random_forest").run_id is None


def test_a_killed_comparison_goes_on_without_refitting_and_without_a_second_run(
    project: Project, tables: dict[str, pd.DataFrame], put: Put
) -> None:
    put(project, tables["binary"], "finding")
    settings: dict[str, Any] = {"estimators": ["dummy", "linear", "xgboost"], "cv": 3, "n_jobs": 2}

    class Killed(Attempt):
        def keep(self, key: str, value: Any) -> None:
            if sum(name in self.parts for name in settings["estimators"]) == 1 and key in settings["estimators"]:
                raise KeyboardInterrupt  # its run is written, and nobody will know
            super().keep(key, value)

    first = Killed()
    with pytest.raises(KeyboardInterrupt):
        compare(project, **settings, progress=first)
    kept = [name for name in settings["estimators"] if name in first.parts]
    assert len(kept) == 1
    assert len(runs_of(project)) == 2
    newer = put(project, tables["binary"].assign(more=1.5).drop(columns="smoothness"), "finding")

    second = Attempt(first.parts)
    made = compare(project, **settings, progress=second)
    assert made.dataset != newer.id  # it goes on with what it began with
    assert made.row(kept[0]).run_id == first.parts[kept[0]]["run_id"]
    assert {run.info.run_id for run in runs_of(project)} == {row.run_id for row in made.rows}
    assert not list(project.workspace.spool.glob("compare-*"))


def test_the_leaderboard_of_a_running_comparison_ranks_what_is_through(
    project: Project, tables: dict[str, pd.DataFrame], put: Put
) -> None:
    put(project, tables["binary"], "finding")
    seen: list[tuple[str, ...]] = []

    class Watched(Attempt):
        def keep(self, key: str, value: Any) -> None:
            super().keep(key, value)
            job = type("Job", (), {"parts": self.parts})()
            seen.append(tuple(row.estimator for row in rows_so_far(job)))

    made = compare(project, estimators=["dummy", "linear", "xgboost"], cv=3, progress=Watched())
    assert [len(rows) for rows in seen] == [0, 1, 2, 3]
    assert seen[-1] == tuple(row.estimator for row in made.rows)


def test_cancel_ends_the_processes_and_keeps_what_was_through(
    project: Project, tables: dict[str, pd.DataFrame], put: Put
) -> None:
    put(project, tables["binary"], "finding")

    class Cancelled(Attempt):
        def update(self, fraction: float, message: str = "") -> None:
            if "dummy" in self.parts:
                raise JobCancelled("asked to")

    attempt = Cancelled()
    with pytest.raises(JobCancelled):
        compare(project, cv=5, repeats=3, n_jobs=2, progress=attempt)
    assert "random_forest" not in attempt.parts
    children = psutil.Process().children(recursive=True)
    assert [child for child in children if "LokyProcess" in " ".join(child.cmdline())] == []


def test_rows_without_a_target_teach_nothing_and_are_counted(
    project: Project, tables: dict[str, pd.DataFrame], put: Put
) -> None:
    frame = tables["regression"].copy()
    frame.loc[:39, "target"] = np.nan
    put(project, frame, "target")
    made = compare(project, estimators=["dummy", "linear"], cv=3)
    assert made.unlabelled_rows == 40
    assert made.training_rows + get_dataset(project).holdout_rows + 40 == len(frame)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"estimators": ["linear", "nothing"]}, "estimators"),
        ({"estimators": "linear"}, "estimators"),
        ({"estimators": []}, "estimators"),
        ({"cv": 1}, "cv"),
        ({"cv": 5000}, "cv"),
        ({"scoring": "r2"}, "scoring"),
        ({"splitter": "grouped"}, "splitter"),
        ({"budget": -1}, "budget"),
        ({"n_jobs": 0}, "n_jobs"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_is_written(
    settings: dict[str, Any], field: str, compared: Compared
) -> None:
    project, comparison = compared("binary")
    with pytest.raises(InvalidInput) as caught:
        compare(project, **settings)
    assert caught.value.field == field
    assert list_comparisons(project) == (comparison,)


def test_without_a_target_there_is_nothing_to_compare(
    project: Project, tables: dict[str, pd.DataFrame], put: Put
) -> None:
    put(project, tables["binary"], None)
    with pytest.raises(NotApplicable, match="no target"):
        compare(project)


@pytest.mark.realdata
def test_telco_reaches_a_cross_validated_auc_of_084(project: Project, shared_data: Any) -> None:
    from mlworkbench.data import ingest

    file = shared_data / "data" / "telco_customer_churn.csv"
    ingest(project, source=file, target="Churn", types={"TotalCharges": "number"})
    made = compare(project, estimators=["dummy", "linear", "xgboost"])
    assert made.rows[0].score_mean >= 0.84
    assert made.classes == ("No", "Yes")
    assert made.recommended == "linear"
