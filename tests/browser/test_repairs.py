"""Find, repair, new version: a planted -9999 is seen, made missing and filled, and the new version is there."""

from __future__ import annotations

from mlworkbench import Workspace
from mlworkbench.data import get_dataset, ingest, load_table
from mlworkbench.profiling import profile
from mlworkbench.projects import create_project


def test_a_fault_is_repaired_into_a_new_version_and_undone(app, server, tmp_path) -> None:
    project = create_project(Workspace.open(server.home), "repairs")
    file = tmp_path / "people.csv"
    rows = [
        f"{18 + n * 7 % 60},{-9999 if n % 12 == 5 else 900 + n * 37 % 2100},{'yn'[n * 11 % 23 > 9]}" for n in range(120)
    ]
    file.write_text("age,income,left\n" + "\n".join(rows) + "\n")
    first = ingest(project, source=str(file), target="left")
    profile(project)
    app.open("Profiling", project="repairs")
    app.page.get_by_role("tab", name="Findings").click()
    app.idle()
    app.page.get_by_role("button", name="Check the table").click()
    app.page.get_by_text("Disguised missing").first.click()
    app.idle()
    app.page.get_by_role("button", name="Repair…").click()
    app.page.get_by_text("10 cells changed").first.wait_for()
    app.idle()
    app.no_exception()
    app.page.set_viewport_size({"width": 400, "height": 900})
    app.idle()
    app.no_sideways_scroll()
    app.page.set_viewport_size({"width": 1440, "height": 900})
    app.page.get_by_label("Why").fill("-9999 stands for nothing")
    app.page.get_by_role("button", name="Make the new version").click()
    app.page.get_by_text("Version 2 was made by 1 repair").wait_for()
    app.idle()
    made = get_dataset(project)
    assert (made.number, made.column("income").missing, made.holdout) == (2, 10, first.holdout)
    assert load_table(project, made)["income"].min() >= 900
    app.page.get_by_role("button", name="Back to version 1").click()
    app.page.get_by_text("Nothing is staged").wait_for()
    app.idle()
    app.no_exception()
    assert get_dataset(project) == first
