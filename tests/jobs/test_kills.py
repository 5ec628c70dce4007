"""kill -9 at random moments: the job is interrupted, resumable, and nothing that was finished is lost or redone."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import select

from mlworkbench import Project, Workspace
from mlworkbench.artifacts import list_artifacts, verify
from mlworkbench.data import ingest
from mlworkbench.features import save_recipe, suggest_steps
from mlworkbench.jobs import Job, get_job, resume_job, wait
from mlworkbench.jobs.process import JOB_VARIABLE
from mlworkbench.modeling import compare, get_comparison
from mlworkbench.records import jobs

Start = Callable[[], subprocess.Popen[bytes]]
KILLS = int(os.environ.get("MLWORKBENCH_KILLS", "8"))  # 20 and more before a release: `make soak`
SETTINGS = {"estimators": ["dummy", "linear", "lightgbm", "xgboost", "hist_gradient_boosting", "random_forest"]}


@pytest.fixture
def prepared(project: Project, tmp_path: Path) -> Project:
    """A project with a dataset and a recipe, so small that a whole comparison takes seconds."""
    from sklearn.datasets import load_breast_cancer

    load_breast_cancer(as_frame=True).frame.to_csv(tmp_path / "cancer.csv", index=False)
    dataset = ingest(project, source=str(tmp_path / "cancer.csv"), target="target")
    save_recipe(project, [step for step, _ in suggest_steps(project, dataset)], dataset=dataset)
    return project


def pid_of_child(workspace: Workspace, job_id: str) -> int | None:
    with workspace.read() as connection:
        return connection.execute(select(jobs.c.child_pid).where(jobs.c.id == job_id)).scalar()


def processes_of(job_id: str) -> list[psutil.Process]:
    """Live processes that this job started."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(JOB_VARIABLE) == job_id and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def finished_runs(project: Project) -> dict[str, list[str]]:
    """Ids of the finished MLflow runs by estimator; nothing may be left running."""
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=project.workspace.tracking_uri)
    experiments = [one.experiment_id for one in client.search_experiments() if one.name != "Default"]
    runs = client.search_runs(experiments) if experiments else []
    assert {run.info.status for run in runs} <= {"FINISHED", "KILLED", "FAILED"}
    found: dict[str, list[str]] = {}
    for run in runs:
        if run.info.status == "FINISHED":
            found.setdefault(run.data.tags["mlworkbench.estimator"], []).append(run.info.run_id)
    return found


def kill_again_and_again(
    project: Project, victim: Callable[[str], int | None], revive: Callable[[], Any], seed: int
) -> None:
    """Kill the victim at random moments until KILLS kills have met a running comparison."""
    workspace, rng, kills, comparison_seed = project.workspace, random.Random(seed), 0, 0
    kept: dict[str, Any] = {}
    revive()
    job_id = compare.submit(project, **SETTINGS, seed=comparison_seed)
    while kills < KILLS:
        began = threading.Event()

        def look(job: Job, began: threading.Event = began) -> None:
            if job.status == "running":
                began.set()

        watcher = threading.Thread(target=wait, args=(workspace, job_id, look), daemon=True)
        watcher.start()
        assert began.wait(60)
        watcher.join(rng.uniform(0.0, 7.0))  # a random moment of the job, or its end
        pid = victim(job_id)
        if get_job(workspace, job_id).active and pid is not None:
            os.kill(pid, signal.SIGKILL)
            kills += 1
        job = wait(workspace, job_id, timeout=60)
        watcher.join(10)
        assert job.status in ("interrupted", "done")
        assert verify(project) == ()
        assert {key: job.parts[key] for key in kept} == kept, "a finished model was made again"
        revive()
        if job.status == "done":  # the kill came too late, or it was through: the next comparison
            assert get_comparison(project, (job.result or {})["artifact"]).recommended
            kept, comparison_seed = {}, comparison_seed + 1
            job_id = compare.submit(project, **SETTINGS, seed=comparison_seed)
        else:
            psutil.wait_procs(processes_of(job_id), timeout=10)
            assert processes_of(job_id) == []
            kept = dict(job.parts)
            resume_job(workspace, job_id)
    job = wait(workspace, job_id, timeout=120)
    assert job.status == "done"
    assert {key: job.parts[key] for key in kept} == kept
    done = comparison_seed + 1
    runs = finished_runs(project)
    assert set(runs) == set(SETTINGS["estimators"])
    assert {name: len(ids) for name, ids in runs.items()} == dict.fromkeys(SETTINGS["estimators"], done)
    assert len(list_artifacts(project, "comparison")) == done
    assert list(project.workspace.spool.glob("part-*")) == [] or verify(project) == ()


@pytest.mark.timeout(900)
def test_the_job_child_killed_mid_comparison(prepared: Project, start_worker: Start) -> None:
    start_worker()
    kill_again_and_again(prepared, lambda job_id: pid_of_child(prepared.workspace, job_id), lambda: None, seed=1)


@pytest.mark.timeout(900)
def test_the_worker_killed_mid_comparison(prepared: Project, start_worker: Start) -> None:
    running: list[subprocess.Popen[bytes]] = []

    def revive() -> None:
        if not running or running[-1].poll() is not None:
            running.append(start_worker())

    def victim(job_id: str) -> int:
        return running[-1].pid

    kill_again_and_again(prepared, victim, revive, seed=2)
