"""A rehearsal: a job that goes, without any use, in every way a job can; it tries an installation and feeds tests."""

from __future__ import annotations

import os
import threading
import time
from typing import Literal

from mlworkbench.artifacts import Artifact, put_json
from mlworkbench.errors import InvalidInput
from mlworkbench.jobs.model import SILENT, Progress, job
from mlworkbench.projects import Project

Ending = Literal["done", "wrong input", "unforeseen", "crash", "deaf"]


@job(lane="light", title="Rehearsing")
def rehearse(
    project: Project,
    *,
    steps: int = 5,
    pause: float = 0.05,
    ending: Ending = "done",
    label: str = "",
    progress: Progress = SILENT,
) -> Artifact:
    """Take `steps` steps of `pause` seconds, keep each one's process id, and end as told.

    Parameters
    ----------
    ending : str
        "done"; "wrong input" and "unforeseen" raise; "crash" aborts the process; "deaf" never looks
        whether it was cancelled.
    """
    for step in range(steps):
        key = f"step {step + 1}"
        if key in progress.kept():
            continue
        threading.Event().wait(pause)
        progress.keep(key, {"pid": os.getpid()})
        if ending != "deaf":
            progress.update((step + 1) / steps, key)
    if ending == "deaf":
        while True:
            time.sleep(0.1)
    if ending == "wrong input":
        raise InvalidInput("The rehearsal expected another ending. Choose 'done'.", field="ending")
    if ending == "unforeseen":
        raise ZeroDivisionError("rehearsed")
    if ending == "crash":
        os.abort()
    return put_json(project, "rehearsal", {"steps": steps, "label": label})
