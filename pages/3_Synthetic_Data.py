"""Synthetic data: rows that belong to nobody, and the evidence of how close they are to the real ones."""

import streamlit as st

from mlworkbench.data import get_dataset
from mlworkbench.synthesis import list_synthetic, synthesize
from mlworkbench.ui import jobs
from mlworkbench.ui import synthesis_views as views
from mlworkbench.ui.code import show_job_code
from mlworkbench.ui.errors import acting
from mlworkbench.ui.frame import empty_state, frame

WHY = (
    "New rows are drawn from what the training rows have in common. They can be shared and tested with; how alike and "
    "how close to real ones they are is shown beside them."
)


def order(page, dataset, *, primary):
    """The form and its button."""
    asked = views.order_form(dataset)
    kind = "primary" if primary else "secondary"
    if st.button("Draw rows", key="synthesize", type=kind, icon=":material/casino:"):
        with acting(page.workspace):
            jobs.submit(page.project, synthesize, dataset=dataset.id, **asked)


def shown(page, dataset, made, busy):
    """The newest rows with their evidence, and those before."""
    newest = made[0]
    if newest.source != dataset.id:
        st.warning("These rows were learned from an older version of the table. Draw again.")
    page.onward("pages/4_Profiling.py", "Continue: profile")
    views.verdict(newest)
    tabs = st.tabs(["Columns", "Rows", "Draw others"], key="synthesis-tabs", on_change="rerun")
    if tabs[0].open:
        with tabs[0]:
            views.columns(newest)
    if tabs[1].open:
        with tabs[1]:
            views.rows(page.project, newest)
    if tabs[2].open:
        with tabs[2]:
            if not busy:
                order(page, dataset, primary=False)
            views.earlier(made)
    st.caption(views.LICENCE)


with frame("Synthetic data", "Can we share or test with rows that belong to nobody?", needs=("dataset",)) as page:
    project = page.project
    dataset = get_dataset(project)
    learned = dataset.training_rows or dataset.rows
    page.facts(f"data v{dataset.number}", dataset.name, f"{learned:,} rows to learn from", "holdout not used")
    job = jobs.latest(project, synthesize)
    busy = jobs.panel(project, job)
    with page.quiet:
        show_job_code(project, job)
    made = list_synthetic(project)
    if not made:
        if not busy:
            with empty_state("No synthetic rows yet", WHY), st.container(width=560):
                order(page, dataset, primary=True)
                st.caption(views.LICENCE)
    else:
        shown(page, dataset, made, busy)
