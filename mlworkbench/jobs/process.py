"""Processes by PID and start time, so that a reused PID is never taken for the one we started."""

from __future__ import annotations

import contextlib
import os
import signal

import psutil

JOB_VARIABLE = "MLWORKBENCH_JOB"
TOLERANCE = 2.0  # seconds; the boot time that start times are counted from may shift a little


def started_at(pid: int) -> float | None:
    """When the process started, seconds since the epoch; None when there is no such live process."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else float(process.create_time())
    except psutil.Error:
        return None


def is_alive(pid: int | None, started: float | None) -> bool:
    """Whether the very process that had this PID and start time still runs (a zombie does not)."""
    if pid is None or started is None:
        return False
    actual = started_at(pid)
    return actual is not None and abs(actual - started) < TOLERANCE


def signal_group(leader: int, number: signal.Signals) -> None:
    """Signal the process group that a child of ours leads (made with start_new_session)."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def sweep(job_id: str) -> int:
    """Kill what a dead job child left behind, known by the job's id in its environment; return how many."""
    found = 0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(JOB_VARIABLE) == job_id:
                process.kill()
                found += 1
    return found
