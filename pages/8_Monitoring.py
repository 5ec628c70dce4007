"""Monitoring: one sentence on whether the world is still the one the model learned, then where, when, how far."""

import streamlit as st

from mlworkbench.artifacts import aliases
from mlworkbench.lifecycle import count_predictions
from mlworkbench.modeling import get_model_version
from mlworkbench.monitoring import add_labels, get_report, monitor
from mlworkbench.ui import jobs
from mlworkbench.ui import monitoring_views as views
from mlworkbench.ui.code import show_job_code
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.frame import empty_state, frame
from mlworkbench.ui.text import count

QUESTION = "Is the world still the one the model learned?"
PRODUCTION = ("batch", "api")
WHY = (
    "Compare what comes in now with what the model learnt from: each input, the predictions, and the score once the "
    "truth is known. Alarms count only when they are larger than chance allows."
)


def compare_file(page, **settings):
    """A file of current rows goes to disk and is compared."""
    file = views.picked("Current rows: CSV, Excel or Parquet", "current")
    beside("current")
    if file is not None:
        with acting(page.workspace, at="current"):
            source = views.taken(page.project, file, "current")
            jobs.submit(page.project, monitor, current=source, **settings)


def compare_log(page, **settings):
    """The logged predictions are compared."""
    with acting(page.workspace):
        jobs.submit(page.project, monitor, **settings)


def empty(page, logged):
    """What the page shows before the first report."""
    with empty_state("Nothing compared yet", WHY):
        if st.button("Compare the predictions so far", key="first", type="primary", disabled=not logged,
                     icon=":material/monitor_heart:"):  # fmt: skip
            compare_log(page)
        if not logged:
            st.caption("No file was predicted and no request came in yet. A file of current rows will do.")
        with st.container(width=560):
            compare_file(page)


def add_truth(page, report):
    """Labels that were uploaded are added by a job."""
    file = views.truth(page.project, report)
    if file is not None:
        with acting(page.workspace, at="source"):
            source = views.taken(page.project, file, "labels")
            jobs.submit(page.project, add_labels, source=source)


def compare_again(page, logged, busy):
    """The log or a file, with settings."""
    again = page.quiet.popover("Compare again", icon=":material/replay:", key="again", on_change="rerun", disabled=busy)
    if again.open:
        with again:
            settings = views.settings_form()
            if st.button("Compare the log", key="again-log", icon=":material/play_arrow:", disabled=not logged):
                compare_log(page, **settings)
            compare_file(page, **{name: settings[name] for name in ("alpha", "checks_per_month")})


def full(page, report, version, logged, busy):
    """The verdict, then what it rests on."""
    compare_again(page, logged, busy)
    if report.model_version != version.id:
        st.warning("This report is about an earlier champion. Compare again.")
    if report.drifted and report.model_version == version.id:
        page.onward("pages/9_Retraining.py", "Continue: retraining")
    elif page.primary("Check the log", key="check", icon=":material/monitor_heart:", disabled=busy or not logged):
        compare_log(page)
    views.verdict(report)
    names = ["Inputs", "One column", *(["Over time"] if report.windows else []), "Truth", "Traffic"]
    drawn = {
        "Inputs": lambda: views.inputs(report),
        "One column": lambda: views.one_column(report),
        "Over time": lambda: views.over_time(report),
        "Truth": lambda: add_truth(page, report),
        "Traffic": lambda: views.traffic(report),
    }
    for name, tab in zip(names, st.tabs(names, key="monitor-tabs", on_change="rerun"), strict=True):
        if tab.open:
            with tab:
                drawn[name]()


with frame("Monitoring", QUESTION, needs=("dataset", "champion")) as page:
    project = page.project
    version = get_model_version(project)
    logged = count_predictions(project, PRODUCTION)
    report = get_report(project) if "report" in aliases(project) else None
    page.facts(f"champion v{version.number}", version.label, f"{count(logged, 'prediction')} by files and requests")
    job = jobs.latest(project, monitor, add_labels)
    busy = jobs.panel(project, job)
    with page.quiet:
        show_job_code(project, job)
    if job is not None and job.status == "done" and job.function == add_labels.path and report is not None:
        st.success("The labels were added. Compare again to see the realised score.", icon=":material/task_alt:")
    if report is not None:
        full(page, report, version, logged, busy)
    elif not busy:
        empty(page, logged)
