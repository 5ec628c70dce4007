"""The worker: a small process that claims jobs and runs each in a child process of its own.

`python -m mlworkbench.jobs.worker --root FOLDER`. It alone starts and ends children, so a job can be
cancelled whether or not a browser is open. TERM or Ctrl-C ends its children and leaves their jobs
interrupted; a killed worker's children end themselves.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import signal
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from sqlalchemy import insert, select, update

from mlworkbench.jobs.model import Status
from mlworkbench.jobs.process import JOB_VARIABLE, is_alive, signal_group, started_at, sweep
from mlworkbench.jobs.queue import claim, finish, forget_worker, live_workers, reap
from mlworkbench.records import jobs, now, workers
from mlworkbench.workspace import Workspace

TICK = 0.2  # seconds between looks at the table and the children
BEAT = 2.0  # seconds between heartbeats, and between looks for lost jobs
GRACE = 5.0  # seconds a cancelled job has to stop by itself before TERM
KILL_AFTER = 2.0  # seconds from TERM to KILL
STOP_WITHIN = 1.0  # seconds from TERM to KILL when the worker itself is stopped


@dataclass
class Child:
    """A running child process of this worker."""

    job_id: str
    attempt: int
    process: subprocess.Popen[bytes]
    cancel_seen: float | None = None
    termed: float | None = None


@dataclass
class Worker:
    """Claims and runs jobs until told to stop; with `only`, that one job (a command line without a worker)."""

    workspace: Workspace
    only: str | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    children: dict[str, Child] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    _beat: float = 0.0

    def register(self) -> None:
        """Make this worker known, so that its jobs are not taken for lost."""
        with self.workspace.write() as connection:
            connection.execute(
                insert(workers).values(
                    id=self.id,
                    host=platform.node(),
                    pid=os.getpid(),
                    started=started_at(os.getpid()),
                    serves_queue=self.only is None,
                    heartbeat_at=now(),
                )
            )

    def tick(self) -> None:
        """One round: end what is to end, note what ended, start what fits."""
        for child in tuple(self.children.values()):
            self._attend(child)
        if time.monotonic() - self._beat > BEAT:
            self._beat = time.monotonic()
            with self.workspace.write() as connection:
                connection.execute(update(workers).where(workers.c.id == self.id).values(heartbeat_at=now()))
            reap(self.workspace)
        row = claim(self.workspace, self.id, platform.node(), only=self.only)
        if row is not None:
            self._start(row)

    def stop(self) -> None:
        """End all children; their jobs are interrupted and can be resumed."""
        for child in self.children.values():
            signal_group(child.process.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            self._end(child)
        self.children.clear()
        forget_worker(self.workspace, self.id)

    def _start(self, row: Any) -> None:
        command = [sys.executable, "-m", "mlworkbench.jobs.child", "--root", str(self.workspace.root)]
        command += ["--job", row.id, "--attempt", str(row.attempts), "--worker-pid", str(os.getpid())]
        with open(self.workspace.logs / f"job-{row.id}.log", "ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=os.environ | {JOB_VARIABLE: row.id, "PYTHONUNBUFFERED": "1"},
            )
        self.children[row.id] = Child(row.id, row.attempts, process)
        mine = (jobs.c.id == row.id) & (jobs.c.attempts == row.attempts)
        with self.workspace.write() as connection:
            here = {"child_pid": process.pid, "child_started": started_at(process.pid)}
            connection.execute(update(jobs).where(mine, jobs.c.child_pid.is_(None)).values(here))

    def _attend(self, child: Child) -> None:
        if child.process.poll() is not None:
            self._end(child)
            del self.children[child.job_id]
            return
        if child.cancel_seen is None:
            with self.workspace.read() as connection:
                asked = select(jobs.c.cancel_requested_at).where(jobs.c.id == child.job_id)
                if connection.execute(asked).scalar() is not None:
                    child.cancel_seen = time.monotonic()
        elif child.termed is None and time.monotonic() - child.cancel_seen > GRACE:
            child.termed = time.monotonic()
            signal_group(child.process.pid, signal.SIGTERM)
        elif child.termed is not None and time.monotonic() - child.termed > KILL_AFTER:
            signal_group(child.process.pid, signal.SIGKILL)

    def _end(self, child: Child) -> None:
        signal_group(child.process.pid, signal.SIGKILL)
        code = child.process.wait()
        if code != 0:
            sweep(child.job_id)
        with self.workspace.read() as connection:
            asked = connection.execute(select(jobs.c.cancel_requested_at).where(jobs.c.id == child.job_id)).scalar()
        status: Status = "interrupted"
        values: dict[str, Any] = {"message": "Its process ended unexpectedly"}
        if asked is not None:
            status, values = "cancelled", {"message": "Cancelled"}
        elif self.stopping.is_set():
            values = {"message": "Stopped with the worker"}
        elif code >= 0 or -code in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL):
            reason = f"with exit code {code}" if code >= 0 else f"by {signal.Signals(-code).name}"
            text = f"The job's process ended {reason} before the job did. See its log."
            status, values = "failed", {"message": "Failed", "error_kind": "JobFailed", "error_message": text}
        finish(self.workspace, child.job_id, child.attempt, status, **values)


def serve(root: str, *, while_pid: int | None = None, unless_one_lives: bool = False) -> int:
    """Run a worker until TERM or Ctrl-C, or until process `while_pid` is gone and no job runs."""
    workspace = Workspace.open(root)
    worker = Worker(workspace)

    def on_signal(number: int, frame: FrameType | None) -> None:
        worker.stopping.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    guarded = started_at(while_pid) if while_pid is not None else None
    with workspace.lock("worker-start"):
        with workspace.read() as connection:
            others = live_workers(connection)
        if unless_one_lives and others:
            return 0
        worker.register()
    workspace.sweep()
    try:
        while not worker.stopping.is_set():
            worker.tick()
            if while_pid is not None and not worker.children and not is_alive(while_pid, guarded):
                break
            worker.stopping.wait(TICK)
    finally:
        worker.stopping.set()
        worker.stop()
    return 0


def main() -> int:
    """Entry point of `python -m mlworkbench.jobs.worker`."""
    parser = argparse.ArgumentParser(prog="mlworkbench.jobs.worker")
    parser.add_argument("--root", required=True)
    parser.add_argument("--while-pid", type=int)
    parser.add_argument("--unless-one-lives", action="store_true")
    given = parser.parse_args()
    return serve(given.root, while_pid=given.while_pid, unless_one_lives=given.unless_one_lives)


if __name__ == "__main__":
    sys.exit(main())
