"""Twenty rows labelled by keyboard in a browser, with a refresh in the middle; nothing is lost; a version is made."""

from __future__ import annotations

import re

from mlworkbench import Workspace
from mlworkbench.data import get_dataset, ingest, load_table
from mlworkbench.jobs import list_jobs, wait
from mlworkbench.labelling import final_labels, start_labelling
from mlworkbench.profiling import profile
from mlworkbench.projects import create_project
from tests.labelling.conftest import customers


def test_twenty_rows_by_keyboard_survive_a_refresh_and_become_a_version(app, server, tmp_path) -> None:
    project = create_project(Workspace.open(server.home), "labels")
    customers(60).to_csv(tmp_path / "table.csv", index=False)
    ingest(project, source=str(tmp_path / "table.csv"))
    profile(project)  # else the page starts it beside the labels
    start_labelling(project, name="reviews", column="mood", classes=["good", "bad"], price_per_hour=20)
    app.page.set_viewport_size({"width": 400, "height": 900})
    row = app.page.get_by_text(re.compile(r"^Row \d+$"))

    def opened() -> None:
        app.open("Profiling", project="labels", labeller="Ann")
        app.page.get_by_role("tab", name="Labels").click()
        app.idle()
        app.page.get_by_text("Label rows", exact=True).click()
        row.wait_for()

    def press(key: str, after: int) -> None:
        app.page.keyboard.press(key)
        app.page.get_by_text(f"Row {after}", exact=True).wait_for()
        app.idle()

    opened()
    app.no_sideways_scroll()
    expected = {}
    for at in range(10):
        press("12"[at % 2], at + 1)
        expected[at] = ("good", "bad")[at % 2]
    press("u", 9)
    press("2", 10)
    opened()  # a refresh: the row is the same, and what was said is there
    assert row.inner_text() == "Row 10"
    assert final_labels(project, "reviews") == (expected, 0)
    press("s", 11)
    for at in range(11, 21):
        press("1" if at % 3 else "2", at + 1)
        expected[at] = "good" if at % 3 else "bad"
    assert final_labels(project, "reviews") == (expected, 0)
    assert len(expected) == 20
    app.no_exception()
    app.page.get_by_role("button", name="Make a version with 20 labels").click()
    app.page.get_by_text("target mood", exact=True).first.wait_for()
    job = wait(project.workspace, list_jobs(project.workspace, project)[0].id)
    assert job.status == "done"
    made = get_dataset(project)
    assert (made.number, made.target, made.unlabelled_rows) == (2, "mood", 40)
    assert load_table(project, made, ["mood"])["mood"].dropna().to_dict() == expected
    app.no_sideways_scroll()
