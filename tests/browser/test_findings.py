"""The tab "Findings" in a browser: check, open a finding, put its repair on the list; all of it fits a telephone."""

from __future__ import annotations

from mlworkbench import Workspace
from mlworkbench.data import ingest
from mlworkbench.profiling import profile
from mlworkbench.projects import create_project
from mlworkbench.quality import check_quality, find_quality
from tests.pages.surface import hostile_csv


def test_a_finding_is_found_read_and_sent_to_the_repairs(app, server, tmp_path) -> None:
    project = create_project(Workspace.open(server.home), "findings")
    lines = hostile_csv(240).splitlines()
    (tmp_path / "table.csv").write_bytes(b"\n".join([*lines, *lines[1:20]]))
    ingest(project, source=str(tmp_path / "table.csv"), target="target")
    profile(project)
    app.open("Profiling", project="findings")
    app.page.get_by_role("tab", name="Findings").click()
    app.idle()
    app.page.get_by_role("button", name="Check the table").click()
    app.page.get_by_role("button", name="Check again").wait_for()
    app.idle()
    assert find_quality(project) is not None
    app.page.get_by_text("Duplicate rows").first.click()
    app.idle()
    app.no_exception()
    app.page.get_by_text("Quality rules of this project").click()
    app.idle()  # the editor above the button is there: nothing moves it any more
    app.page.get_by_role("button", name="Suggest rules").click()
    app.page.get_by_text("suggested from the training rows").wait_for()
    app.page.set_viewport_size({"width": 400, "height": 900})
    app.idle()
    app.no_exception()
    app.no_sideways_scroll()
    app.screenshot("findings-400", width=400)
    app.screenshot("findings-1440")
    app.page.set_viewport_size({"width": 400, "height": 900})
    app.page.get_by_role("button", name="Repair…").first.click()
    app.idle()
    app.no_exception()
    assert app.page.get_by_role("tab", name="Repairs").get_attribute("aria-selected") == "true"
    app.no_sideways_scroll()
    assert check_quality(project).findings  # nothing was changed by looking
