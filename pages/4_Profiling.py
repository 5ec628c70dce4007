"""Profiling: what is in the table, what is missing, and what goes with the target."""

import streamlit as st

from mlworkbench.data import get_dataset, holdout_looks, repair
from mlworkbench.profiling import profile, ydata_report
from mlworkbench.quality import check_quality, propose_rules
from mlworkbench.ui import (
    closer_views,
    jobs,
    labelling_views,
    look_views,
    opening_views,
    profiling_views,
    quality_views,
    repair_views,
    report_views,
)
from mlworkbench.ui.code import show_job_code
from mlworkbench.ui.frame import frame
from mlworkbench.ui.text import looked_at


def tabs(page, dataset, made, sentence, busy):
    """What there is to see, one tab at a time; the look that it is made of, a glance when there is no exact one."""
    drawn = {
        "Columns": lambda: profiling_views.columns(page.project, dataset, made),
        "What goes together": lambda: look_views.together(page.project, dataset, made),
        "Gaps": lambda: look_views.gaps(made),
        "Closer look": lambda: closer_views.closer(page.project, dataset, made, busy),
        "Findings": lambda: quality_views.tab(page, dataset, busy),
        "Repairs": lambda: repair_views.tab(page, dataset, busy),
        "Labels": lambda: labelling_views.tab(page, dataset, busy),
        "ydata report": lambda: report_views.report(page, dataset, busy=busy),
    }
    for name, tab in zip(drawn, st.tabs(list(drawn), key="profile-tabs", on_change="rerun"), strict=True):
        if tab.open:
            if made is None:
                tab = tab.empty()
                if name == "Columns":
                    with tab.container():
                        profiling_views.waiting(dataset)
                made = opening_views.glanced(page.project, dataset, sentence)
            with tab.container():
                drawn[name]()
    return made


def looks(project, dataset):
    """How often the holdout was looked at."""
    return f"holdout {looked_at(len(holdout_looks(project, dataset)))}" if dataset.holdout else ""


with frame("Profiling", "What is in the table, and what is linked to the target?", needs=("dataset",)) as page:
    project = page.project
    dataset = get_dataset(project)
    page.facts(
        f"data v{dataset.number}", dataset.name, f"target {dataset.target or 'not chosen'}", looks(project, dataset)
    )
    page.onward("pages/5_Feature_Engineering.py", "Continue: features")
    others = (ydata_report, repair, check_quality, propose_rules, *labelling_views.JOBS)
    with page.quiet:
        show_job_code(project, jobs.latest(project, profile, *others))
    made, sentence, slot = opening_views.opening(project, dataset)
    busy = jobs.panel(project, jobs.latest(project, *others))
    made = tabs(page, dataset, made, sentence, busy)
    opening_views.status(page, dataset, made, slot)
