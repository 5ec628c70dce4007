"""The launcher behind `make run`: it serves, says where, survives its worker and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from mlworkbench import Project, Workspace
from mlworkbench.errors import InvalidInput
from mlworkbench.ui.launch import ROOT, free_port, is_healthy

SOON = 3.0  # seconds in which everything must be gone


class Launched:
    """The launcher as a program, its lines read as they come."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:  # a port of its own: tests and people on this machine may use the usual one
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mlworkbench.cli", "app", "--no-browser", "--port", str(port)],
            cwd=ROOT,
            env=os.environ | {"MLWORKBENCH_HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def line_with(self, words: str) -> str:
        assert self.process.stdout is not None
        seen = []
        for line in self.process.stdout:
            seen.append(line)
            if words in line:
                return line
        raise AssertionError(f"{words!r} was never said:\n{''.join(seen)}")

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, words: str) -> psutil.Process:
        return next(process for process in self.family() if words in command(process))


def command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # a zombie is one too
        return ""


@pytest.fixture
def launched(tmp_path: Path) -> Iterator[Launched]:
    launched = Launched(tmp_path / "workspace")
    try:
        yield launched
    finally:
        family = launched.family() if launched.process.poll() is None else []
        launched.process.kill()
        launched.process.wait()
        for process in family:
            if process.is_running():
                process.kill()


def gone(processes: list[psutil.Process]) -> bool:
    return not [p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_app_and_worker_and_leaves_no_process(launched: Launched, number: signal.Signals) -> None:
    address = launched.line_with("mlworkbench is at").split()[3]
    port = int(address.rpartition(":")[2])
    assert is_healthy(port)
    family = launched.family()
    assert len(family) >= 2
    asked = time.monotonic()
    launched.process.send_signal(number)
    assert launched.process.wait(30) == 0
    assert time.monotonic() - asked < SOON
    assert gone(family)
    assert not is_healthy(port)


def test_ctrl_c_leaves_a_running_job_interrupted_and_resumable(
    launched: Launched, workspace: Workspace, project: Project, tmp_path: Path
) -> None:
    from sklearn.datasets import load_breast_cancer

    from mlworkbench.data import ingest
    from mlworkbench.features import save_recipe, suggest_steps
    from mlworkbench.jobs import Job, get_job, wait
    from mlworkbench.modeling import compare

    load_breast_cancer(as_frame=True).frame.to_csv(tmp_path / "cancer.csv", index=False)
    dataset = ingest(project, source=str(tmp_path / "cancer.csv"), target="target")
    save_recipe(project, [step for step, _ in suggest_steps(project, dataset)], dataset=dataset)
    launched.line_with("mlworkbench is at")
    job_id = compare.submit(project, repeats=20)
    family: list[psutil.Process] = []
    asked: list[float] = []

    def end_it_once_a_model_is_finished(job: Job) -> None:
        if job.parts and not family:
            assert launched.child("jobs.child").is_running()
            family.extend(launched.family())
            asked.append(time.monotonic())
            launched.process.send_signal(signal.SIGINT)

    wait(workspace, job_id, end_it_once_a_model_is_finished)
    assert launched.process.wait(30) == 0
    assert time.monotonic() - asked[0] < SOON
    assert gone(family)
    job = get_job(workspace, job_id)
    assert job.status == "interrupted"
    assert job.resumable
    assert job.message == "Stopped with the worker"


def test_a_killed_worker_is_started_again_and_said(launched: Launched) -> None:
    launched.line_with("mlworkbench is at")
    first = launched.child("mlworkbench.jobs.worker")
    first.kill()
    launched.line_with("The worker ended (exit code -9); it was started again")
    assert launched.child("mlworkbench.jobs.worker").pid != first.pid


def test_a_dead_app_ends_the_worker_too_with_an_error(launched: Launched) -> None:
    launched.line_with("mlworkbench is at")
    family = launched.family()
    launched.child("streamlit").kill()
    launched.line_with("The app ended by itself (exit code -9)")
    assert launched.process.wait(30) == 1
    assert gone(family)


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert free_port(taken.getsockname()[1]) > taken.getsockname()[1]


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_an_impossible_port_is_refused(port: int) -> None:
    with pytest.raises(InvalidInput, match="from 1 to 65535") as caught:
        free_port(port)
    assert caught.value.field == "port"


def test_a_port_that_is_no_number_is_refused_before_anything_is_started(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mlworkbench.cli", "app", "--no-browser"],
        cwd=ROOT,
        env=os.environ | {"MLWORKBENCH_PORT": "http", "MLWORKBENCH_HOME": str(tmp_path / "w")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "MLWORKBENCH_PORT is a number" in done.stderr
    assert not (tmp_path / "w").exists()
