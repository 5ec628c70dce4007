"""Profiling: what is in the table, what is missing, and what goes with the target."""

import streamlit as st

from mlworkbench.artifacts import aliases
from mlworkbench.data import get_dataset, repair
from mlworkbench.profiling import get_profile, profile, ydata_report
from mlworkbench.quality import check_quality, propose_rules
from mlworkbench.ui import jobs, labelling_views, quality_views, repair_views, report_views
from mlworkbench.ui import profiling_views as views
from mlworkbench.ui.code import show_job_code
from mlworkbench.ui.errors import acting
from mlworkbench.ui.frame import empty_state, frame
from mlworkbench.ui.text import safe

WHY = (
    "Every column counted exactly, what is missing, and what goes together. It takes a second or two; most failures of "
    "a model can be seen here first."
)


def look(page, dataset):
    """Queue the first look."""
    with acting(page.workspace):
        jobs.submit(page.project, profile, dataset=dataset.id)


def shown(page, dataset, made, busy):
    """What the look found."""
    if made.dataset != dataset.id:
        st.warning("This look is at an older version of the table, or another choice of target.")
        if page.primary("Look again", key="look-again", icon=":material/visibility:", disabled=busy):
            look(page, dataset)
    else:
        page.onward("pages/5_Feature_Engineering.py", "Continue: features")
    st.info(safe(made.sentence), icon=":material/insights:")
    views.figures(made)
    drawn = {
        "Columns": lambda: views.columns(made),
        "What goes together": lambda: views.together(made),
        "Findings": lambda: quality_views.tab(page, dataset, busy),
        "Repairs": lambda: repair_views.tab(page, dataset, busy),
        "Labels": lambda: labelling_views.tab(page, dataset, busy),
        "ydata report": lambda: report_views.report(page, dataset, busy=busy),
    }
    for name, tab in zip(drawn, st.tabs(list(drawn), key="profile-tabs", on_change="rerun"), strict=True):
        if tab.open:
            with tab:
                drawn[name]()


with frame("Profiling", "What is in the table, and what is linked to the target?", needs=("dataset",)) as page:
    project = page.project
    dataset = get_dataset(project)
    made = get_profile(project) if "profile" in aliases(project) else None
    page.facts(f"data v{dataset.number}", dataset.name, f"target {dataset.target or 'not chosen'}", "holdout not used")
    job = jobs.latest(project, profile, ydata_report, repair, check_quality, propose_rules, *labelling_views.JOBS)
    busy = jobs.panel(project, job)
    with page.quiet:
        show_job_code(project, job)
    if made is None:
        if not busy:
            with empty_state("Not looked at yet", WHY):
                if st.button("Take the first look", key="look", type="primary", icon=":material/visibility:"):
                    look(page, dataset)
    else:
        shown(page, dataset, made, busy)
