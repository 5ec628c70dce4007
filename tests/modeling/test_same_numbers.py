"""Same data, settings and seed: the same numbers, in any workspace, with any number of workers, at any load."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from mlworkbench import Project, Workspace
from mlworkbench.artifacts import list_artifacts, read_json, verify
from mlworkbench.data import get_dataset, get_holdout, ingest
from mlworkbench.features import save_recipe, suggest_steps
from mlworkbench.jobs import wait
from mlworkbench.modeling import compare, get_comparison
from mlworkbench.projects import create_project

ESTIMATORS = ["dummy", "linear", "lightgbm", "xgboost", "hist_gradient_boosting", "random_forest", "adaboost"]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from sklearn.datasets import load_breast_cancer

    file = tmp_path_factory.mktemp("table") / "cancer.csv"
    frame = load_breast_cancer(as_frame=True).frame
    frame["size"] = frame["mean area"].gt(600).map({True: "large", False: "small"})
    frame.to_csv(file, index=False)
    return file


def prepare(folder: Path, table: Path, name: str) -> Project:
    project = create_project(Workspace.open(folder), name)
    dataset = ingest(project, source=str(table), target="target")
    save_recipe(project, [step for step, _ in suggest_steps(project, dataset)], dataset=dataset)
    return project


def workers(folder: Path, count: int) -> list[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "mlworkbench.jobs.worker", "--root", str(folder)]
    return [subprocess.Popen(command, start_new_session=True, env=os.environ | {"MLWORKBENCH_CORES": "8"})
            for _ in range(count)]  # fmt: skip


def end(started: list[subprocess.Popen[bytes]]) -> None:
    for process in started:
        process.terminate()
    for process in started:
        assert process.wait(20) == 0


def fingerprint(project: Project, comparison_id: str) -> dict[str, Any]:
    comparison = get_comparison(project, comparison_id)
    dataset = get_dataset(project)
    holdout = get_holdout(project, dataset)
    assert holdout is not None
    return {
        "dataset": dataset.id,
        "holdout": holdout.id,
        "holdout document": read_json(project, holdout.id),
        "recipe": comparison.recipe,
        "scores": {row.estimator: row.fold_scores for row in comparison.rows},
        "out of fold": {row.estimator: row.oof for row in comparison.rows},
        "recommended": comparison.recommended,
    }


@pytest.mark.timeout(600)
def test_two_fresh_workspaces_and_one_or_two_workers_give_identical_numbers(tmp_path: Path, table: Path) -> None:
    prints = []
    for name, count, processes in (("first", 1, 2), ("second", 2, 1)):
        project = prepare(tmp_path / name, table, "same")
        started = workers(tmp_path / name, count)
        try:
            job = wait(project.workspace, compare.submit(project, estimators=ESTIMATORS, n_jobs=processes), timeout=280)
        finally:
            end(started)
        assert job.status == "done", job.error_message
        prints.append(fingerprint(project, (job.result or {})["artifact"]))
    assert prints[0] == prints[1]
    assert all(len(scores) == 5 for scores in prints[0]["scores"].values())


@pytest.mark.timeout(600)
def test_four_comparisons_at_once_lose_no_run_and_lock_no_database(
    tmp_path: Path, table: Path, run_cli: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    from mlflow import MlflowClient

    folder = tmp_path / "workspace"
    projects = [prepare(folder, table, f"project {number}") for number in range(4)]
    arguments = ["--estimators", "dummy,linear,lightgbm", "--json"]
    with ThreadPoolExecutor(4) as pool:
        ended = list(
            pool.map(
                lambda project: run_cli(
                    "compare", "--project", project.name, *arguments, home=folder, env={"MLWORKBENCH_CORES": "8"}
                ),
                projects,
            )
        )
    for done in ended:
        assert done.returncode == 0, done.stderr
        assert "locked" not in done.stderr
    client = MlflowClient(tracking_uri=projects[0].workspace.tracking_uri)
    runs = client.search_runs([one.experiment_id for one in client.search_experiments()])
    assert [run.info.status for run in runs] == ["FINISHED"] * 12
    for project in projects:
        assert len(list_artifacts(project, "comparison")) == 1
        assert verify(project) == ()
    log = "".join(file.read_text() for file in (folder / "logs").glob("*.log"))
    assert "locked" not in log
