"""The tab of the ydata report: what it will take before the click, made by a job, shown where it can reach nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.artifacts import path
from mlworkbench.data import list_versions
from mlworkbench.errors import WorkbenchError
from mlworkbench.profiling import (
    MODES,
    Alert,
    Prediction,
    Report,
    alerts_of,
    predict_report,
    report_html,
    reports_of,
    sandboxed,
    ydata_report,
)
from mlworkbench.ui import jobs
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.text import count, duration, moment, safe

if TYPE_CHECKING:
    from mlworkbench.data import Dataset
    from mlworkbench.projects import Project
    from mlworkbench.ui.frame import Page

NAMES = {"minimal": "Minimal", "full": "Full", "comparison": "Comparison", "timeseries": "Time series"}
HELP = {
    "minimal": "Each column by itself.",
    "full": "Correlations, missing cells and plots of all pairs of numbers too.",
    "comparison": "This version beside another one, synthetic ones too.",
    "timeseries": "Ordered by a column of dates: trends, seasons, gaps.",
}


def report(page: Page, dataset: Dataset, *, busy: bool) -> None:
    """The report of the ydata library: made by a job, shown in a frame that can reach nothing."""
    project = page.project
    assert project is not None
    _asked(page, project, dataset, busy)
    known = reports_of(project, dataset.id)
    if known:
        _shown(project, known)
    else:
        st.caption("Nothing was made for this version yet. The report comes from the ydata library and is shown here.")


@st.fragment  # what is chosen here draws this part anew, and does not send the report below once more
def _asked(page: Page, project: Project, dataset: Dataset, busy: bool) -> None:
    chosen = _settings(project, dataset)
    if chosen is not None:
        try:
            predicted = predict_report(project, **chosen)
        except WorkbenchError as error:
            st.warning(safe(error.message))
        else:
            _offer(page, project, dataset, chosen, predicted, busy)


def _settings(project: Project, dataset: Dataset) -> dict[str, Any] | None:
    """What is asked for; None when this table cannot have it, which is said."""
    left, middle, right = st.columns(3)
    mode = left.selectbox("Report", MODES, format_func=NAMES.__getitem__, key="report-mode")
    left.caption(HELP[mode])
    rows = middle.number_input(
        "Rows", 100, max(dataset.rows, 100), max(dataset.rows, 100), key=f"report-rows-{dataset.id}"
    )
    with middle:
        beside("sample_rows", "dataset")
    with left:
        beside("mode")
    chosen: dict[str, Any] = {"dataset": dataset.id, "mode": mode}
    if rows < dataset.rows:
        chosen["sample_rows"] = int(rows)
    with right:
        columns = st.multiselect("Columns", [one.name for one in dataset.columns], key=f"report-columns-{dataset.id}",
                                 placeholder="all")  # fmt: skip
        beside("columns")
        if columns:
            chosen["columns"] = columns
        if mode == "comparison":
            others = {one.id: one for one in list_versions(project) if one.id != dataset.id}
            if not others:
                st.info("There is no other version to compare with yet.")
                return None
            chosen["other"] = st.selectbox(
                "Beside",
                list(others),
                format_func=lambda id_: f"v{others[id_].number} {others[id_].name}",
                key=f"report-other-{dataset.id}",
            )
            beside("other")
        if mode == "timeseries":
            dates = [one.name for one in dataset.columns if one.type == "datetime"]
            if not dates:
                st.info("No column of this version holds dates.")
                return None
            chosen["time"] = st.selectbox("Ordered by", dates, key=f"report-time-{dataset.id}")
            beside("time")
    return chosen


def _offer(
    page: Page, project: Project, dataset: Dataset, chosen: dict[str, Any], predicted: Prediction, busy: bool
) -> None:
    """What it will take and the button, or why it is refused and the rows with which it is not."""
    if predicted.reason:
        st.warning(safe(predicted.reason), icon=":material/block:")
    if predicted.reason and predicted.fitting_rows is not None:
        label, rows = f"Take a sample of {predicted.fitting_rows:,} rows", predicted.fitting_rows
        st.button(label, key="take-sample", icon=":material/shuffle:", on_click=_take, args=(dataset, rows))
    if predicted.reason:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Make the report", key="make-report", icon=":material/summarize:", disabled=busy):
            with acting(page.workspace):
                jobs.submit(project, ydata_report, **chosen)
        size = f"{count(predicted.rows, 'row')} × {count(predicted.columns, 'column')}"
        st.caption(f"{size}: about {duration(predicted.seconds)} and {predicted.megabytes:.1f} MB")


def _take(dataset: Dataset, rows: int) -> None:
    st.session_state[f"report-rows-{dataset.id}"] = rows


def _shown(project: Project, known: tuple[Report, ...]) -> None:
    made = known[0]
    if len(known) > 1:
        by_id = {one.id: one for one in known}
        made = by_id[st.selectbox("Made so far", list(by_id), format_func=lambda id_: _title(by_id[id_]), key="made")]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{safe(_title(made))}; {made.size / 1e6:.1f} MB, made in {duration(made.seconds)}.")
        content = path(project, made.id).read_bytes
        st.download_button("Download", content, "report.html", "text/html", key="download-report",
                           icon=":material/download:", on_click="ignore")  # fmt: skip
    alerts = alerts_of(project, made)
    if alerts or made.notes:
        with st.expander(f"{count(len(alerts), 'alert')}, {count(len(made.notes), 'note')}", key="report-alerts"):
            _alerts(alerts, made.notes)
    st.iframe(sandboxed(report_html(project, made.id)), height=720)
    st.caption("It runs in a sealed frame: nothing in it reaches this page, its cookies or any server.")


def _title(made: Report) -> str:
    part = "a sample of " if made.sampled else ""
    return (
        f"{NAMES[made.mode]} report of {part}{count(made.rows, 'row')}, {moment(made.created_at, st.context.timezone)}"
    )


def _alerts(alerts: tuple[Alert, ...], notes: tuple[str, ...]) -> None:
    if alerts:
        rows = [{"severity": one.severity, "what it warns of": one.message, "code": one.code} for one in alerts]
        st.dataframe(rows, hide_index=True, height="content" if len(rows) < 9 else 340, key="alerts", alt="Alerts")
    for note in notes[:20]:
        st.caption(safe(note))
    if len(notes) > 20:
        st.caption(f"And {count(len(notes) - 20, 'more note')}; mlworkbench report prints all.")
