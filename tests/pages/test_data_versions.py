"""The tab "Versions" of the Data page: one version, two compared, append, tag, restore, download, lineage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlworkbench.data import get_dataset, ingest, list_datasets, list_versions, revise
from tests.pages.surface import HOSTILE, hostile_csv, said, sound, work

if TYPE_CHECKING:
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from mlworkbench import Project
    from tests.pages.conftest import Open

PAGE = "2_Data"


@pytest.fixture
def table(project: Project, tmp_path: Path) -> Project:
    """The project with a hostile table and its target."""
    file = tmp_path / "table.csv"
    file.write_bytes(hostile_csv())
    ingest(project, source=str(file), target="target")
    return project


def opened(open_page: Open, doing: str) -> AppTest:
    app = open_page(PAGE, project="test")
    app.session_state["data-tabs"] = "Versions"
    app.session_state["version-doing"] = doing
    return sound(app.run())


def test_one_version_says_how_a_second_is_made(open_page: Open, table: Project) -> None:
    app = open_page(PAGE, project="test")
    app.session_state["data-tabs"] = "Versions"
    sound(app.run())
    assert "There is one version so far" in said(app)
    assert "compare-versions" not in [button.key for button in app.button]


def test_two_versions_are_compared_by_a_key_and_what_is_wrong_with_it_is_said(
    open_page: Open, table: Project, tmp_path: Path
) -> None:
    file = tmp_path / "second.csv"
    lines = hostile_csv(140).decode().splitlines()
    file.write_text("\n".join([lines[0].replace("tenure", "<b>years</b>"), *lines[11:]]))
    second = ingest(table, source=str(file), target="target")
    app = opened(open_page, "Compare")
    assert app.selectbox(key="compare-new").value == second.id
    app.button(key="compare-versions").click()
    sound(app.run())
    figures = {one.label: one.value for one in app.metric}
    assert figures["Rows added"] == "20"
    assert "Rows changed" not in figures
    assert "Columns removed: tenure" in said(app)
    app.multiselect(key="compare-key").select("target")
    app.run()
    app.button(key="compare-versions").click()
    sound(app.run())
    assert "is not unique in version" in app.error[0].value


def test_changed_cells_are_shown_before_and_after(open_page: Open, project: Project, tmp_path: Path) -> None:
    for place, word in enumerate((HOSTILE[0], HOSTILE[1])):
        file = tmp_path / f"{place}.csv"
        file.write_text("id,word\n" + "".join(f"{n},{'x' if n else word}\n" for n in range(30)))
        ingest(project, source=str(file))
    app = opened(open_page, "Compare")
    app.multiselect(key="compare-key").select("id")
    app.run()
    app.button(key="compare-versions").click()
    sound(app.run())
    assert {one.label: one.value for one in app.metric}["Rows changed"] == "1"
    cells = next(frame.value for frame in app.dataframe if "Before" in frame.value.columns)
    assert cells.values.tolist() == [["0", HOSTILE[0], HOSTILE[1]]]


def test_a_file_is_appended_by_a_job_with_its_reason(open_page: Open, table: Project) -> None:
    app = opened(open_page, "Append")
    app.text_input(key="append-why").input("the week after")
    app.run()
    app.file_uploader(key="append-0").upload("more.csv", hostile_csv(60))
    sound(app.run())
    assert work(table.workspace).status == "done"
    sound(app.run())
    newest = list_versions(table)[0]
    assert (newest.rows, newest.why, newest.current) == (180, "the week after", True)
    assert "60 of the 60 appended rows are in version 1 already" in said(app)


def test_a_file_with_other_columns_is_refused_beside_the_uploader(open_page: Open, table: Project) -> None:
    app = opened(open_page, "Append")
    app.file_uploader(key="append-0").upload("more.csv", b"a,b\n1,2\n")
    sound(app.run())
    assert work(table.workspace).status == "failed"
    sound(app.run())
    assert any("needs the columns of version 1" in error.value for error in app.error)
    assert len(list_datasets(table)) == 1


def test_a_version_is_tagged_and_an_older_one_made_current_again(open_page: Open, table: Project) -> None:
    first = get_dataset(table)
    revise(table, types={"tenure": "category"})
    app = opened(open_page, "Tag or restore")
    app.selectbox(key="go-back-to").select(first.id)
    app.text_input(key="version-tag").input("as reviewed")
    app.run()
    app.button(key="set-tag").click()
    sound(app.run())
    assert next(one.tags for one in list_versions(table) if one.id == first.id) == ("as reviewed",)
    app.button(key="make-current").click()
    sound(app.run())
    assert get_dataset(table).id == first.id
    app.text_input(key="version-tag").input("<b>x</b>")
    app.run()
    app.button(key="set-tag").click()
    sound(app.run())
    assert "A tag begins with a letter or digit" in app.error[0].value


def test_a_csv_is_prepared_and_says_what_it_neutralised(open_page: Open, table: Project) -> None:
    app = opened(open_page, "Download")
    assert "download-file" in [button.key for button in app.get("download_button")]
    app.session_state["download-format"] = "csv"
    app.run()
    app.button(key="prepare-download").click()
    sound(app.run())
    assert "cells begin as a formula would" in said(app)


def test_the_lineage_is_drawn(open_page: Open, table: Project) -> None:
    revise(table, types={"tenure": "category"})
    (chart,) = opened(open_page, "Lineage").get("plotly_chart")
    assert "data v2" in chart.proto.spec
