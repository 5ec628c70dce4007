"""The tab of the ydata report: made by a job, shown in a frame that can reach nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mlworkbench.artifacts import path
from mlworkbench.errors import NotFound
from mlworkbench.profiling import get_report, report_html, sandboxed, ydata_report
from mlworkbench.ui import jobs
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.text import count

if TYPE_CHECKING:
    from mlworkbench.data import Dataset
    from mlworkbench.ui.frame import Page


def report(page: Page, dataset: Dataset, *, busy: bool) -> None:
    """The report of the ydata library: made by a job, shown in a frame that can reach nothing."""
    project = page.project
    assert project is not None
    left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom")
    full = left.toggle("Full report", key="full", help="Plots of pairs and all correlations; takes much longer.")
    rows = middle.number_input("Rows", 100, max(dataset.rows, 100), min(dataset.rows, 20_000), key="report-rows")
    with left:
        beside("minimal")
    with middle:
        beside("sample_rows")
    if right.button("Make the report", key="make-report", icon=":material/summarize:", disabled=busy):
        sample = int(rows) if rows < dataset.rows else None
        with acting(page.workspace):
            jobs.submit(project, ydata_report, dataset=dataset.id, minimal=not full, sample_rows=sample)
    try:
        made = get_report(project, dataset=dataset.id)
    except NotFound:
        st.caption("Nothing was made for this version yet. The report comes from the ydata library and is shown here.")
        return
    kind = "minimal" if made.minimal else "full"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            f"A {kind} report of {count(made.rows, 'row')}, {made.size / 1e6:.1f} MB. It runs in a sealed frame."
        )
        content = path(project, made.id).read_bytes
        st.download_button("Download", content, "report.html", "text/html", key="download-report",
                           icon=":material/download:", on_click="ignore")  # fmt: skip
    st.iframe(sandboxed(report_html(project, made.id)), height=720)
