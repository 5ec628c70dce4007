"""A full report started and cancelled mid-way on the page: nothing is kept, and the page goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mlworkbench import Workspace
from mlworkbench.artifacts import list_artifacts
from mlworkbench.data import ingest
from mlworkbench.profiling import profile
from mlworkbench.projects import create_project

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import App, Server


def test_a_full_report_is_cancelled_mid_way_and_the_page_goes_on(app: App, server: Server, tmp_path: Path) -> None:
    project = create_project(Workspace.open(server.home), "cancel")
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(400, 12)), columns=[f"number {n}" for n in range(12)])
    frame.to_parquet(tmp_path / "table.parquet")
    ingest(project, source=str(tmp_path / "table.parquet"))
    profile(project)
    page = app.open("Profiling", project="cancel")
    page.get_by_role("tab", name="ydata report").click()
    app.idle()
    page.get_by_label("Report", exact=True).click()
    page.get_by_role("option", name="Full").click()
    app.idle()
    page.get_by_text("400 rows × 12 columns: about").wait_for()
    page.get_by_role("button", name="Make the report").click()
    page.get_by_text("Drawing pairs of columns").first.wait_for()  # it is at its work, and says at what
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_text("was cancelled").wait_for()
    app.idle()
    app.no_exception()
    page.get_by_role("button", name="Dismiss").click()
    app.idle()
    page.get_by_role("tab", name="ydata report").click()
    app.idle()
    assert page.get_by_role("button", name="Make the report").is_enabled()
    assert not list_artifacts(project, "ydata_report")
    assert not list_artifacts(project, "ydata_alerts")
    assert not list(project.workspace.spool.iterdir())
