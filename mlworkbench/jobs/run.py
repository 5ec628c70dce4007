"""Starting a worker when there is none, and running one job to its end from a command line."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from mlworkbench.jobs.model import Job
from mlworkbench.jobs.queue import POLL, get_job, live_workers, raise_for
from mlworkbench.workspace import Workspace

if TYPE_CHECKING:
    from mlworkbench.jobs.worker import Worker


def has_worker(workspace: Workspace) -> bool:
    """Whether a worker that serves the queue lives on this machine."""
    with workspace.read() as connection:
        return bool(live_workers(connection))


def ensure_worker(workspace: Workspace) -> bool:
    """Start a worker of its own session unless one lives; True when one was started.

    It outlives a restart of the caller for as long as jobs run, then ends by itself.
    """
    if has_worker(workspace):
        return False
    command = [sys.executable, "-m", "mlworkbench.jobs.worker", "--root", str(workspace.root)]
    command += ["--while-pid", str(os.getpid()), "--unless-one-lives"]
    with open(workspace.logs / "worker.log", "ab") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    # Waited for in a thread, so that it never stays a zombie of a long-lived server.
    threading.Thread(target=process.wait, daemon=True).start()
    return True


def run_to_end(workspace: Workspace, job_id: str, on_change: Callable[[Job], None] | None = None) -> Job:
    """Wait for a job; where no worker lives, run it in a child of this process.

    Raises
    ------
    WorkbenchError
        The job's own error, or JobFailed when it was interrupted or cancelled.
    """
    from mlworkbench.jobs.worker import Worker  # not above: the worker is a program too, and must not be imported twice

    helper: Worker | None = None
    pause = threading.Event()
    seen: object = None
    try:
        while True:
            if helper is None and not has_worker(workspace):
                helper = Worker(workspace, only=job_id)
                helper.register()
            if helper is not None:
                helper.tick()
            job = get_job(workspace, job_id)
            state = (job.status, job.fraction, job.message, len(job.parts))
            if on_change is not None and state != seen:
                on_change(job)
            seen = state
            if not job.active and (helper is None or not helper.children):
                return raise_for(job)
            pause.wait(POLL)
    finally:
        if helper is not None:
            helper.stopping.set()
            helper.stop()
