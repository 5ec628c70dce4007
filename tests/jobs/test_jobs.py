"""Jobs run in processes of their own; however they end, the table tells it and nothing is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import psutil
import pytest
from sqlalchemy import select

from mlworkbench import Project, Workspace
from mlworkbench.errors import Conflict, InvalidInput, JobFailed, NotFound
from mlworkbench.jobs import cancel_job, ensure_worker, get_job, list_jobs, read_log, resume_job, run_to_end, wait
from mlworkbench.jobs.rehearsal import rehearse
from mlworkbench.projects import create_project
from mlworkbench.records import jobs, workers

Start = Callable[[], subprocess.Popen[bytes]]


def child_pid(workspace: Workspace, job_id: str) -> int:
    with workspace.read() as connection:
        return int(connection.execute(select(jobs.c.child_pid).where(jobs.c.id == job_id)).scalar_one())


def when(workspace: Workspace, job_id: str, parts: int) -> None:
    """Return when the job has finished that many parts."""

    class Reached(Exception):
        pass

    def look(job: object) -> None:
        if len(job.parts) >= parts:  # type: ignore[attr-defined]
            raise Reached

    with pytest.raises(Reached):
        wait(workspace, job_id, look, timeout=60)


def test_called_it_runs_here_and_submitted_it_runs_in_another_process(project: Project, start_worker: Start) -> None:
    here = rehearse(project, steps=2, pause=0)
    start_worker()
    job = wait(project.workspace, rehearse.submit(project, steps=2, pause=0), timeout=60)
    assert job.status == "done"
    assert job.result == {"artifact": here.id}
    assert list(job.parts) == ["step 1", "step 2"]
    assert os.getpid() not in {part["pid"] for part in job.parts.values()}
    assert "attempt 1" in read_log(project.workspace, job.id)


def test_without_a_worker_the_caller_runs_it_in_a_child(project: Project) -> None:
    seen: list[float] = []
    before = set(psutil.Process().children())  # an earlier test's pool may still idle
    job = run_to_end(project.workspace, rehearse.submit(project), lambda now: seen.append(now.fraction))
    assert job.status == "done"
    assert seen == sorted(seen)
    assert not set(psutil.Process().children()) - before
    with project.workspace.read() as connection:
        assert connection.execute(select(workers)).all() == []


def test_the_same_work_asked_for_twice_is_one_job_until_it_has_ended(project: Project) -> None:
    first = rehearse.submit(project, steps=1)
    assert rehearse.submit(project, steps=1) == first
    assert rehearse.submit(project, steps=2) != first
    cancel_job(project.workspace, first)
    assert rehearse.submit(project, steps=1) != first


def test_settings_that_are_not_the_functions_own_are_refused(project: Project) -> None:
    with pytest.raises(InvalidInput, match="Available: steps, pause, ending, label"):
        rehearse.submit(project, hops=1)
    with pytest.raises(InvalidInput, match="plain values"):
        rehearse.submit(project, label={1, 2})
    assert list_jobs(project.workspace) == ()


@pytest.mark.parametrize(
    ("ending", "error", "words"),
    [
        ("wrong input", InvalidInput, "Choose 'done'"),
        ("unforeseen", JobFailed, "ZeroDivisionError: rehearsed"),
        ("crash", JobFailed, "SIGABRT"),
    ],
)
def test_a_failing_job_gives_its_reason_in_words_and_keeps_its_log(
    project: Project, ending: str, error: type[Exception], words: str
) -> None:
    job_id = rehearse.submit(project, steps=1, ending=ending)
    with pytest.raises(error, match=words):
        run_to_end(project.workspace, job_id)
    job = get_job(project.workspace, job_id)
    assert job.status == "failed"
    assert "Traceback" not in (job.error_message or "")
    assert list(job.parts) == ["step 1"]
    if ending == "unforeseen":
        assert "Traceback" in read_log(project.workspace, job_id)


@pytest.mark.parametrize("ending", ["done", "deaf"])
def test_cancel_ends_a_running_job_whether_or_not_it_listens(
    project: Project, start_worker: Start, ending: str
) -> None:
    start_worker()
    job_id = rehearse.submit(project, steps=2 if ending == "deaf" else 2000, ending=ending)
    when(project.workspace, job_id, 2)
    pid = child_pid(project.workspace, job_id)
    cancel_job(project.workspace, job_id)
    assert wait(project.workspace, job_id, timeout=30).status == "cancelled"
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_job_that_waits_is_cancelled_at_once(project: Project) -> None:
    job = cancel_job(project.workspace, rehearse.submit(project))
    assert job.status == "cancelled"
    assert job.attempts == 0


def test_killed_and_resumed_it_does_only_what_was_not_finished(project: Project, start_worker: Start) -> None:
    start_worker()
    job_id = rehearse.submit(project, steps=30)
    when(project.workspace, job_id, 3)
    first = child_pid(project.workspace, job_id)
    os.kill(first, signal.SIGKILL)
    stopped = wait(project.workspace, job_id, timeout=30)
    assert stopped.status == "interrupted"
    resume_job(project.workspace, job_id)
    done = wait(project.workspace, job_id, timeout=60)
    assert done.status == "done"
    assert done.attempts == 2
    assert dict(list(done.parts.items())[: len(stopped.parts)]) == stopped.parts
    assert {part["pid"] for part in done.parts.values()} >= {first}


def test_a_worker_told_to_end_leaves_its_jobs_resumable_and_no_process(project: Project, start_worker: Start) -> None:
    worker = start_worker()
    job_id = rehearse.submit(project, steps=2000)
    when(project.workspace, job_id, 1)
    pid = child_pid(project.workspace, job_id)
    worker.terminate()
    assert worker.wait(3) == 0
    job = get_job(project.workspace, job_id)
    assert (job.status, job.message) == ("interrupted", "Stopped with the worker")
    assert job.resumable
    assert not psutil.pid_exists(pid)


def test_a_killed_worker_takes_its_children_with_it(project: Project, start_worker: Start) -> None:
    worker = start_worker()
    job_id = rehearse.submit(project, steps=2000)
    when(project.workspace, job_id, 1)
    child = psutil.Process(child_pid(project.workspace, job_id))
    worker.kill()
    assert wait(project.workspace, job_id, timeout=30).status == "interrupted"
    psutil.wait_procs([child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_only_a_job_that_stopped_before_its_end_can_be_resumed(project: Project) -> None:
    job_id = rehearse.submit(project, steps=1)
    with pytest.raises(Conflict, match="this one is queued"):
        resume_job(project.workspace, job_id)
    run_to_end(project.workspace, job_id)
    with pytest.raises(Conflict, match="this one is done"):
        resume_job(project.workspace, job_id)
    with pytest.raises(NotFound):
        get_job(project.workspace, "nobody")


def test_no_more_jobs_run_than_there_are_cores(
    project: Project, start_worker: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLWORKBENCH_CORES", "2")
    start_worker()
    start_worker()
    ids = [rehearse.submit(project, steps=4, label=str(number)) for number in range(5)]
    most = 0

    def count(job: object) -> None:
        nonlocal most
        most = max(most, sum(job.status == "running" for job in list_jobs(project.workspace)))

    for job_id in ids:
        assert wait(project.workspace, job_id, count, timeout=120).status == "done"
    assert most == 2


def test_ensure_worker_starts_one_and_not_a_second_and_it_ends_with_its_starter(workspace: Workspace) -> None:
    code = (
        "import sys; from mlworkbench import Workspace; from mlworkbench.jobs import ensure_worker, has_worker\n"
        "from mlworkbench.projects import create_project; from mlworkbench.jobs import wait\n"
        "from mlworkbench.jobs.rehearsal import rehearse\n"
        "ws = Workspace.open(sys.argv[1]); project = create_project(ws, 'x')\n"
        "assert ensure_worker(ws); wait(ws, rehearse.submit(project, steps=1), timeout=60)\n"
        "assert not ensure_worker(ws)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(workspace.root)], check=True, timeout=90)
    with workspace.read() as connection:
        left = connection.execute(select(workers)).all()
    psutil.wait_procs([psutil.Process(row.pid) for row in left if psutil.pid_exists(row.pid)], timeout=15)
    with workspace.read() as connection:
        assert connection.execute(select(workers)).all() == []
    assert ensure_worker(workspace)  # and a new one can be started
    job_id = rehearse.submit(create_project(workspace, "y"), steps=1)
    assert wait(workspace, job_id, timeout=60).status == "done"
    with workspace.read() as connection:
        os.kill(connection.execute(select(workers.c.pid)).scalar_one(), signal.SIGTERM)


@pytest.mark.parametrize("program", ["worker", "child"])
def test_the_programs_of_jobs_are_not_imported_before_they_run(program: str) -> None:
    """Otherwise Python runs the module twice, and says so in every log."""
    command = [sys.executable, "-W", "error::RuntimeWarning", "-m", f"mlworkbench.jobs.{program}", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
