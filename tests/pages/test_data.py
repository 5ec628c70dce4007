"""The Data page: a table comes in, what is odd is said, types and target are chosen, the holdout is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlworkbench.data import get_dataset, ingest, list_datasets, list_readings
from mlworkbench.jobs import cancel_job, list_jobs
from mlworkbench.scoping import Contract, save_scope
from tests.pages.surface import HOSTILE, hostile_csv, said, sound, work

if TYPE_CHECKING:
    from pathlib import Path

    from mlworkbench import Project, Workspace
    from tests.pages.conftest import Open

PAGE = "2_Data"


@pytest.fixture
def table(project: Project, tmp_path: Path) -> Project:
    """The project with a hostile table, no target yet."""
    file = tmp_path / "table.csv"
    file.write_bytes(hostile_csv())
    ingest(project, source=str(file))
    return project


def test_without_a_project_the_page_leads_to_where_one_is_made(open_page: Open, workspace: Workspace) -> None:
    app = sound(open_page(PAGE))
    assert "A project comes first" in said(app)


def test_an_upload_is_received_read_by_a_job_and_shown(open_page: Open, project: Project) -> None:
    app = sound(open_page(PAGE, project="test"))
    assert "Start with a table" in said(app)
    app.file_uploader[0].upload("../../t<b>a</b>ble.csv", hostile_csv())
    sound(app.run())
    job = list_jobs(project.workspace)[0]
    assert job.status == "queued"
    assert "waiting for its turn" in said(app)
    assert work(project.workspace).status == "done"
    sound(app.run())
    assert "120 rows and 6 columns were read" in said(app)
    assert len(list_datasets(project)) == 1
    assert len(list_jobs(project.workspace)) == 1, "a rerun must not send the file again"


def test_a_sample_comes_with_its_target(open_page: Open, project: Project) -> None:
    app = open_page(PAGE, project="test")
    app.menu_button(key="sample").click("wine")
    sound(app.run())
    assert work(project.workspace).status == "done"
    assert get_dataset(project).target == "cultivar"


def test_a_file_that_cannot_be_read_is_refused_in_words_at_the_uploader(open_page: Open, project: Project) -> None:
    app = open_page(PAGE, project="test")
    app.file_uploader[0].upload("table.parquet", b"PAR1 this is no Parquet file")
    sound(app.run())
    assert work(project.workspace).status == "failed"
    sound(app.run())
    assert len(app.error) == 1
    assert "Traceback" not in said(app)
    assert not list_datasets(project)


def test_an_empty_file_is_refused_at_once(open_page: Open, project: Project) -> None:
    app = open_page(PAGE, project="test")
    app.file_uploader[0].upload("table.csv", b"")
    sound(app.run())
    assert "empty" in app.error[0].value
    assert not list_jobs(project.workspace)


def test_target_and_type_are_applied_in_one_new_version(open_page: Open, table: Project) -> None:
    first = get_dataset(table)
    app = sound(open_page(PAGE, project="test"))
    app.multiselect(key="retype-columns").select("tenure")
    app.selectbox(key="retype-type").select("category")
    app.run()
    app.button(key="retype-add").click()
    sound(app.run())
    assert any("category" in badge for badge in said(app).splitlines() if "tenure" in badge)
    app.selectbox(key=f"target-{first.id[:8]}").select("target")
    app.run()
    app.button(key="apply-data").click()
    sound(app.run())
    assert work(table.workspace).status == "done"
    sound(app.run())
    second = get_dataset(table)
    assert (second.number, second.target, second.column("tenure").type) == (2, "target", "category")
    assert second.holdout_rows > 0
    assert "onward" in [button.key for button in app.button]


@pytest.mark.parametrize("column", ["tenure", HOSTILE[0]])
def test_a_task_that_does_not_fit_is_said_beside_the_field(open_page: Open, table: Project, column: str) -> None:
    base = f"target-{get_dataset(table).id[:8]}"
    app = open_page(PAGE, project="test")
    app.selectbox(key=base).select(column)
    app.selectbox(key=f"{base}-task").select("binary")
    app.run()
    app.button(key="apply-data").click()
    app.run()
    assert work(table.workspace).status == "failed"
    sound(app.run())
    assert len(app.error) == 1
    assert "binary task needs 2 classes" in app.error[0].value
    assert get_dataset(table).target is None


def test_a_cancelled_job_can_be_resumed_from_the_page(open_page: Open, project: Project) -> None:
    app = open_page(PAGE, project="test")
    app.file_uploader[0].upload("table.csv", hostile_csv())
    app.run()
    job = list_jobs(project.workspace)[0]
    cancel_job(project.workspace, job.id)
    sound(app.run())
    assert "was cancelled" in said(app) or any("cancelled" in str(w.proto) for w in app.warning)
    app.button(key=f"resume-{job.id}").click()
    sound(app.run())
    assert work(project.workspace).status == "done"


def test_the_positive_class_of_two_is_chosen(open_page: Open, table: Project) -> None:
    base = f"target-{get_dataset(table).id[:8]}"
    app = sound(open_page(PAGE, project="test"))
    app.selectbox(key=base).select("target")
    app.run()
    choice = app.selectbox(key=f"{base}-positive-target")
    assert (choice.options, choice.value) == (["no", "yes"], "yes")
    choice.select("no")
    app.run()
    app.button(key="apply-data").click()
    sound(app.run())
    assert work(table.workspace).status == "done"
    sound(app.run())
    assert get_dataset(table).classes == ("yes", "no")
    assert "onward" in [button.key for button in app.button], "what was chosen is not a change any more"


def test_an_upload_that_contradicts_the_contract_is_refused_beside_the_uploader(
    open_page: Open, project: Project
) -> None:
    save_scope(project, contract=Contract(target="gone"), why="as agreed")
    app = open_page(PAGE, project="test")
    app.file_uploader[0].upload("table.csv", hostile_csv())
    app.run()
    assert work(project.workspace).status == "failed"
    sound(app.run())
    assert "contract" in app.error[0].value
    assert not list_datasets(project)


GERMAN = ("Größe;Preis;Datum\n" + "klein;1.234,50;03.04.2024\nmittel;7,25;15.04.2024\ngroß;8;1.5.2024\n" * 30).encode(
    "cp1252"
)


def test_a_table_is_read_another_way_and_the_way_is_kept_for_the_next_file(
    open_page: Open, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "sales_2024.csv").write_bytes(GERMAN)
    first = ingest(project, source=str(tmp_path / "sales_2024.csv"))
    app = sound(open_page(PAGE, project="test"))
    app.session_state["data-tabs"] = "How it was read"
    sound(app.run())
    assert any("Größe;Preis;Datum" in block.value for block in app.code)
    base = first.id[:8]
    app.selectbox(key=f"encoding-{base}").set_value("cp1252")
    app.text_input(key=f"nulls-{base}").set_value("klein")
    sound(app.run())
    app.button(key="read-again").click()
    sound(app.run())
    assert work(project.workspace).status == "done"
    second = get_dataset(project)
    assert second.settings["reading"] == {"encoding": "cp1252", "null_words": ["klein"]}
    assert second.column("Größe").missing == 30
    app = open_page(PAGE, project="test")
    app.session_state["data-tabs"] = "How it was read"
    app.session_state["keep-reading"] = True
    sound(app.run())
    app.button(key="recipe-save").click()
    assert "needs a name" in said(app.run())
    app.text_input(key="recipe-name").set_value("sales")
    app.button(key="recipe-save").click()
    sound(app.run())
    assert [(one.name, one.pattern) for one in list_readings(project)] == [("sales", "sales_*.csv")]
    app = sound(open_page(PAGE, project="test"))
    app.session_state["new-version"] = True
    app.run()
    app.file_uploader[0].upload("sales_2025.csv", GERMAN.replace(b"7,25", b"9,75"))
    sound(app.run())
    assert work(project.workspace).status == "done"
    third = get_dataset(project)
    assert third.name == "sales_2025.csv"
    assert third.column("Größe").missing == 30


def test_a_file_that_was_refused_can_be_read_another_way_at_once(open_page: Open, project: Project) -> None:
    app = open_page(PAGE, project="test")
    app.file_uploader[0].upload("t.csv", b"a b c d\n1 2 3 4\n2 3 4 5\n")
    sound(app.run())
    job = work(project.workspace)
    assert job.status == "failed"
    app = sound(open_page(PAGE, project="test"))
    assert "Read it another way" in said(app)
    app.selectbox(key=f"delimiter-{job.id[:8]}").set_value(" ")
    sound(app.run())
    app.button(key="rescue-read").click()
    sound(app.run())
    assert work(project.workspace).status == "done"
    assert get_dataset(project).names == ("a", "b", "c", "d")


@pytest.mark.parametrize("tab", ["Columns", "Preview", "How it was read", "Versions", "Data contract"])
def test_every_tab_shows_hostile_names_as_text(open_page: Open, table: Project, tab: str) -> None:
    app = open_page(PAGE, project="test")
    app.session_state["data-tabs"] = tab
    sound(app.run())
