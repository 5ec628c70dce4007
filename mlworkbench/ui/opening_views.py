"""How the Profiling page opens: figures at once from a sample, exact ones a little later in the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mlworkbench.jobs import cancel_job, get_job
from mlworkbench.profiling import (
    cells_missing,
    find_profile,
    glance,
    predict_seconds,
    profile,
    repeated_rows,
    sentence_of,
)
from mlworkbench.ui import jobs
from mlworkbench.ui.errors import acting, shown
from mlworkbench.ui.text import count, duration, percent, safe

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from mlworkbench.data import Dataset
    from mlworkbench.jobs import Job
    from mlworkbench.profiling import Profile
    from mlworkbench.projects import Project
    from mlworkbench.ui.frame import Page

PATIENCE = 60.0  # seconds that an exact look may take without being asked for
_GLANCED = "glanced"  # in the session: the dataset whose glance is at hand
STATUS = 56  # pixels kept for the line that says where the figures come from


def opening(project: Project, dataset: Dataset) -> tuple[Profile | None, DeltaGenerator, DeltaGenerator]:
    """The sentence and four figures, which stand at once: they were counted when the table was read.

    Returns the exact look when there is one, else the glance that was taken before, else None; and the places of the
    sentence and for `status`.
    """
    made = find_profile(project, dataset.id)
    if made is None and st.session_state.get(_GLANCED) == dataset.id:
        made = glance(project, dataset)
    sentence = st.info(safe(made.sentence if made else sentence_of(dataset)), icon=":material/insights:")
    slot = st.container(height=STATUS, border=False, key="look-status", vertical_alignment="center")
    figures(dataset, made)
    return made, sentence, slot


def glanced(project: Project, dataset: Dataset, sentence: DeltaGenerator) -> Profile:
    """The glance that stands in for an exact look, and what it says."""
    made = glance(project, dataset)
    sentence.info(safe(made.sentence), icon=":material/insights:")
    st.session_state[_GLANCED] = dataset.id
    return made


def status(page: Page, dataset: Dataset, made: Profile, slot: DeltaGenerator) -> None:
    """Say in one line what the figures are from and how long exact ones take; those that are quick are queued."""
    project = page.project
    assert project is not None
    with slot:
        if made.id:
            took = f", counted in {duration(made.seconds)}" if made.seconds else ""
            st.caption(f":material/check: Exact figures of all {count(made.rows, 'row')}{took}.")
            return
        job = jobs.latest(project, profile)
        predicted = predict_seconds(project, dataset)
        if job is None or job.params.get("dataset") != dataset.id:
            job = None
            if predicted <= PATIENCE:
                job = get_job(project.workspace, jobs.submit(project, profile, dataset=dataset.id))
        if job is not None and job.active:
            st.fragment(run_every=jobs.POLL)(_counting)(project, job.id, _from(made), predicted)
        else:
            _ask(page, dataset, made, job)


def _from(made: Profile) -> str:
    if not made.estimated:
        return f"All {count(made.rows, 'row')} at a glance."
    return f"Figures from a sample of {made.looked_rows:,} of {made.rows:,} rows, with their errors."


def _counting(project: Project, job_id: str, said: str, predicted: float) -> None:
    with shown(project.workspace):
        job = get_job(project.workspace, job_id)
        if not job.active:
            st.rerun()
        left = job.eta_seconds if job.eta_seconds is not None else predicted
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"{said} Exact ones in about {duration(left)}.", width="stretch")
            st.button("Cancel", key=f"cancel-{job.id}", type="tertiary", disabled=job.cancel_requested,
                      on_click=_cancel, args=(project, job.id))  # fmt: skip
        st.progress(min(1.0, job.fraction))


def _cancel(project: Project, job_id: str) -> None:
    cancel_job(project.workspace, job_id)


def _ask(page: Page, dataset: Dataset, made: Profile, job: Job | None) -> None:
    assert page.project is not None
    why = f" Counting ended: {job.error_message or job.status}." if job is not None else ""
    takes = duration(predict_seconds(page.project, dataset))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(safe(f"{_from(made)}{why}"), width="stretch")
        if st.button(f"Count all rows (about {takes})", key="look", icon=":material/visibility:"):
            with acting(page.workspace):
                jobs.submit(page.project, profile, dataset=dataset.id)


def figures(dataset: Dataset, made: Profile | None) -> None:
    """Four figures of the table, counted when it was read."""
    missing, repeated = cells_missing(dataset), made.duplicates if made else repeated_rows(dataset)
    shown_ = (
        ("Rows", f"{dataset.rows:,}", f"{dataset.training_rows or dataset.rows:,} to learn from"),
        ("Columns", f"{len(dataset.columns):,}", f"target {dataset.target}" if dataset.target else "no target"),
        ("Cells missing", f"{missing:,}", percent(missing / max(1, dataset.rows * len(dataset.columns)))),
        ("Repeated rows", f"{repeated:,}", "beyond the first of each"),
    )
    for place, (name, value, note) in zip(st.columns(4, gap="small"), shown_, strict=True):
        place.metric(name, value, safe(note, 40), delta_color="off", delta_arrow="off", border=True)
