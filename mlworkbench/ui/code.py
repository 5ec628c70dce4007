"""The "Show the code" button: the Python that repeats what was just clicked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.jobs.model import load_function
from mlworkbench.reproduce import as_python

if TYPE_CHECKING:
    from mlworkbench.jobs.model import Job
    from mlworkbench.projects import Project


def show_code(project: Project, function: Callable[..., Any] | None, settings: Mapping[str, Any]) -> None:
    """A quiet button that opens the script of the page's last action; disabled while there is none."""
    box = st.popover(
        "Show the code",
        key="show-code",
        icon=":material/code:",
        disabled=function is None,
        help="The Python that repeats the last step",
        on_change="rerun",
    )
    if function is not None and box.open:
        box.caption("Runs anywhere mlworkbench is installed and the workspace can be read.")
        box.code(as_python(project, function, dict(settings)), language="python", wrap_lines=True)


def show_job_code(project: Project, job: Job | None) -> None:
    """The same for the page's last job."""
    show_code(project, load_function(job.function) if job else None, job.params if job else {})
