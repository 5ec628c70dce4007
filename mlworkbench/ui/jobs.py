"""Long work on a page: its progress, its partial results, its end. All from the jobs table, so that a
refresh or a second tab shows the same. Polls once a second while something runs, and not at all after.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from mlworkbench.jobs import JobFunction, cancel_job, ensure_worker, get_job, list_jobs, read_log, resume_job
from mlworkbench.jobs.model import Job
from mlworkbench.projects import Project
from mlworkbench.ui import errors
from mlworkbench.ui.errors import acting, shown
from mlworkbench.ui.text import duration, safe
from mlworkbench.workspace import Workspace

POLL = "1s"
ENDED = {
    "failed": "did not succeed",
    "cancelled": "was cancelled",
    "interrupted": "was interrupted: its process ended before it was done",
}


def submit(project: Project, function: JobFunction[Any, Any], **settings: Any) -> str:
    """Queue the work and make sure that a worker is there to do it."""
    job_id = function.submit(project, **settings)
    ensure_worker(project.workspace)
    return job_id


def latest(project: Project, *functions: JobFunction[Any, Any]) -> Job | None:
    """The newest job of these functions in the project, with its finished parts."""
    paths = {function.path for function in functions}
    for job in list_jobs(project.workspace, project, limit=100):
        if job.function in paths:
            return get_job(project.workspace, job.id)
    return None


def panel(project: Project, job: Job | None, partial: Callable[[Job], None] | None = None) -> bool:
    """Draw the job while it runs, or why it ended without a result. True while it waits or runs.

    Parameters
    ----------
    partial : callable, optional
        Draws what is finished so far (`job.parts`), under the progress.
    """
    if job is None or job.status == "done" or job.id in st.session_state.get("_dismissed", ()):
        return False
    if job.active:
        st.fragment(run_every=POLL)(_running)(project, job.id, partial)
        return True
    if job.status == "failed" and job.error_field:
        errors.later(job.error_field, safe(job.error_message), st.container(), job=True)
        return False
    _ended(project, job)
    return False


def _running(project: Project, job_id: str, partial: Callable[[Job], None] | None) -> None:
    with shown(project.workspace):
        job = get_job(project.workspace, job_id)
        if not job.active:
            st.rerun()
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.markdown(f"**{safe(job.title)}** · {status_line(job)}", width="stretch")
                st.button(
                    "Cancelling…" if job.cancel_requested else "Cancel",
                    key=f"cancel-{job.id}",
                    type="tertiary",
                    icon=":material/close:",
                    disabled=job.cancel_requested,
                    on_click=_cancel,
                    args=(project.workspace, job.id),
                )
            st.progress(min(1.0, job.fraction), text=safe(job.message) or "Working")
            _log(project, job)
        if partial is not None:
            partial(job)


def _cancel(workspace: Workspace, job_id: str) -> None:
    cancel_job(workspace, job_id)


def _ended(project: Project, job: Job) -> None:
    reason = safe(job.error_message) if job.error_message else "What was finished is kept: Resume goes on from there."
    draw = st.error if job.status == "failed" else st.warning
    draw(reason, title=f"{safe(job.title)} {ENDED.get(job.status, job.status)}", icon=":material/error:")
    with st.container(horizontal=True):
        if job.resumable and st.button("Resume", key=f"resume-{job.id}", icon=":material/play_arrow:"):
            with acting(project.workspace):
                resume_job(project.workspace, job.id)
                ensure_worker(project.workspace)
        if st.button("Dismiss", key=f"dismiss-{job.id}", type="tertiary"):
            st.session_state["_dismissed"] = {*st.session_state.get("_dismissed", ()), job.id}
            st.rerun()
    _log(project, job)


def _log(project: Project, job: Job) -> None:
    box = st.expander("Log", key=f"log-{job.id}", icon=":material/notes:", on_change="rerun", type="compact")
    if box.open:
        box.code(read_log(project.workspace, job.id) or "Nothing yet.", language=None, height=260)


def status_line(job: Job) -> str:
    """How far it is and how long it will take, in words."""
    if job.status == "queued":
        return "waiting for its turn"
    if job.cancel_requested:
        return "cancelling"
    left = f", about {duration(job.eta_seconds)} left" if job.eta_seconds is not None else ""
    again = f", attempt {job.attempts}" if job.attempts > 1 else ""
    return f"{job.fraction:.0%}{left}{again}"


def sidebar_card(workspace: Workspace) -> None:
    """What runs now, in the sidebar of every page; nothing at all when nothing does."""
    active = list_jobs(workspace, active=True)
    if active:
        st.fragment(run_every=POLL)(_card)(workspace, tuple(job.id for job in active))


def _card(workspace: Workspace, known: tuple[str, ...]) -> None:
    active = list_jobs(workspace, active=True)
    if tuple(job.id for job in active) != known:
        st.rerun()
    running = next((job for job in active if job.status == "running"), active[0])
    with st.container(border=True, gap="small"):
        others = f", {len(active) - 1} waiting" if len(active) > 1 else ""
        st.caption(f"1 job running{others}" if running.status == "running" else f"{len(active)} waiting")
        st.progress(min(1.0, running.fraction), text=f"{safe(running.title)} · {status_line(running)}")
