"""The process in which one job runs: `python -m mlworkbench.jobs.child`. Its memory goes back when it ends.

It writes to the jobs table only while the attempt it was started for is the current one, and it ends
itself, with all it started, when its worker dies.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import threading
import time
import traceback
from typing import Any

from sqlalchemy import func, insert, select, update

from mlworkbench.errors import WorkbenchError
from mlworkbench.jobs.model import JobCancelled, Progress, load_function
from mlworkbench.jobs.process import started_at
from mlworkbench.jobs.queue import finish
from mlworkbench.projects import Project
from mlworkbench.records import job_parts, jobs, now, projects
from mlworkbench.workspace import Workspace

WATCH = 0.3  # seconds between looks at the parent
WRITE = 0.2  # seconds between progress writes, at the least


class JobProgress(Progress):
    """Progress written to the jobs table; cancel is read from it."""

    def __init__(self, workspace: Workspace, job_id: str, attempt: int) -> None:
        self._workspace = workspace
        self._job_id = job_id
        self._attempt = attempt
        self._last = 0.0
        self._mine = (jobs.c.id == job_id) & (jobs.c.attempts == attempt) & (jobs.c.status == "running")

    def update(self, fraction: float, message: str = "") -> None:
        if time.monotonic() - self._last < WRITE and fraction < 1.0:
            return
        self._last = time.monotonic()
        values: dict[str, Any] = {"fraction": min(1.0, max(0.0, float(fraction))), "heartbeat_at": now()}
        if message:
            values["message"] = message[:300]
        with self._workspace.write() as connection:
            cancelled = connection.execute(select(jobs.c.cancel_requested_at).where(self._mine)).first()
            if cancelled is not None and cancelled[0] is None:
                connection.execute(update(jobs).where(self._mine).values(values))
        if cancelled is None or cancelled[0] is not None:
            raise JobCancelled(self._job_id)

    def keep(self, key: str, value: Any) -> None:
        self._last = 0.0  # what is said of a finished part is written at once
        with self._workspace.write() as connection:
            if connection.execute(select(jobs.c.id).where(self._mine)).first() is None:
                raise JobCancelled(self._job_id)
            place = (job_parts.c.job_id == self._job_id) & (job_parts.c.key == key)
            if not connection.execute(update(job_parts).where(place).values(value=value)).rowcount:
                last = connection.execute(
                    select(func.max(job_parts.c.seq)).where(job_parts.c.job_id == self._job_id)
                ).scalar()
                connection.execute(
                    insert(job_parts).values(
                        job_id=self._job_id, key=key, seq=(last or 0) + 1, value=value, created_at=now()
                    )
                )

    def kept(self) -> dict[str, Any]:
        query = (
            select(job_parts.c.key, job_parts.c.value)
            .where(job_parts.c.job_id == self._job_id)
            .order_by(job_parts.c.seq)
        )
        with self._workspace.read() as connection:
            return {row.key: row.value for row in connection.execute(query)}

    def log(self, text: str) -> None:
        print(f"{now()} {text}", flush=True)


def run(root: str, job_id: str, attempt: int, worker_pid: int) -> int:
    """Run one attempt of a job; 0 when its end stands in the table, whatever the end was."""
    threading.Thread(target=_watch, args=(worker_pid,), daemon=True).start()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    workspace = Workspace.open(root)
    progress = JobProgress(workspace, job_id, attempt)
    with workspace.write() as connection:
        mine = (jobs.c.id == job_id) & (jobs.c.attempts == attempt) & (jobs.c.status == "running")
        here = {"child_pid": os.getpid(), "child_started": started_at(os.getpid())}
        if not connection.execute(update(jobs).where(mine).values(here)).rowcount:
            return 0
        row = connection.execute(select(jobs).where(mine)).one()
        owner = connection.execute(select(projects).where(projects.c.id == row.project_id)).one()
    project = Project(workspace, owner.id, owner.name, owner.created_at, owner.archived_at)
    progress.log(f"attempt {attempt} of {row.title!r} in {owner.name!r}")
    try:
        result = load_function(row.function)(project, **row.params, progress=progress)
        finish(workspace, job_id, attempt, "done", fraction=1.0, message="Done", result={"artifact": result.id})
    except JobCancelled:
        finish(workspace, job_id, attempt, "cancelled", message="Cancelled")
    except WorkbenchError as error:
        progress.log(traceback.format_exc())
        _fail(workspace, job_id, attempt, type(error).__name__, error.message, error.field)
    except MemoryError:
        progress.log(traceback.format_exc())
        text = f"{row.title} ran out of memory. Use fewer rows or columns, or a machine with more memory."
        _fail(workspace, job_id, attempt, "JobFailed", text, None)
    except Exception as error:  # noqa: BLE001 - the child's outermost frame: whatever it is, a person must read it
        progress.log(traceback.format_exc())
        first = (str(error).strip().splitlines() or ["no message"])[0][:300]
        text = (
            f"{row.title} stopped at an error that we did not foresee ({type(error).__name__}: {first}). See its log."
        )
        _fail(workspace, job_id, attempt, "JobFailed", text, None)
    return 0


def _fail(workspace: Workspace, job_id: str, attempt: int, kind: str, text: str, field: str | None) -> None:
    values = {"error_kind": kind, "error_message": text, "error_field": field, "message": "Failed"}
    finish(workspace, job_id, attempt, "failed", **values)


def _watch(worker_pid: int) -> None:
    while os.getppid() == worker_pid:
        time.sleep(WATCH)
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(70)


def main() -> int:
    """Entry point; the worker gives all arguments."""
    parser = argparse.ArgumentParser(prog="mlworkbench.jobs.child")
    parser.add_argument("--root", required=True)
    parser.add_argument("--job", required=True)
    parser.add_argument("--attempt", required=True, type=int)
    parser.add_argument("--worker-pid", required=True, type=int)
    given = parser.parse_args()
    return run(given.root, given.job, given.attempt, given.worker_pid)


if __name__ == "__main__":
    code = main()
    # Pools of processes over folds may outlive the job's function; the group is ended by the worker.
    os._exit(code)
