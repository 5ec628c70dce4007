"""The Data page takes tables from elsewhere: a form per source, a preview, a job; what goes wrong stands beside it."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlworkbench.data import get_dataset, ingest
from mlworkbench.jobs import list_jobs
from tests.pages.surface import HOSTILE, hostile_csv, said, sound, work

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from mlworkbench import Project
    from tests.pages.conftest import Open

PAGE = "2_Data"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the browser may read, with a database whose tables and columns have hostile names."""
    folder = tmp_path / "tables"
    folder.mkdir()
    (folder / "table.csv").write_bytes(hostile_csv())
    with contextlib.closing(sqlite3.connect(folder / "shop.db")) as made, made:
        made.execute(f'CREATE TABLE "{HOSTILE[0]}" ("{HOSTILE[1]}" text, n integer)')
        made.executemany(f'INSERT INTO "{HOSTILE[0]}" VALUES (?, ?)', [(HOSTILE[2], n) for n in range(80)])
    monkeypatch.setenv("MLWORKBENCH_DATA_ROOT", str(folder))
    return folder


def choose(app: AppTest, name: str) -> AppTest:
    app.session_state["new-version"] = True  # the menu is drawn when it is open
    app.run()
    app.selectbox(key="source").select(name)
    return sound(app.run())


def test_a_table_of_a_database_is_listed_looked_at_and_brought_in(
    open_page: Open, project: Project, root: Path
) -> None:
    app = choose(open_page(PAGE, project="test"), "database")
    app.text_input(key="source-database-url").input("sqlite:///shop.db")
    app.button(key="source-database-table-list").click()
    sound(app.run())
    assert app.selectbox(key="source-database-table-choice").options == [HOSTILE[0]]
    app.selectbox(key="source-database-table-choice").select(HOSTILE[0])
    app.button(key="source-preview").click()
    sound(app.run())
    assert "first 50 rows" in said(app)
    app.button(key="source-bring").click()
    sound(app.run())
    assert list_jobs(project.workspace)[0].params["settings"]["table"] == HOSTILE[0]
    assert work(project.workspace).status == "done"
    sound(app.run())
    assert "80 rows and 2 columns were read" in said(app)
    assert get_dataset(project).rows == 80
    app = choose(app, "sample")
    assert app.button(key="source-bring"), "and again in the popover of a new version"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://me:hunter2@host/db", "MLWORKBENCH"),
        ("sqlite:///../outside.db", "DATA"),
        ("sqlite:////etc/hostname", "DATA"),
    ],
)
def test_what_a_browser_may_not_ask_for_is_refused_beside_the_form(
    open_page: Open, project: Project, root: Path, url: str, words: str
) -> None:
    with contextlib.closing(sqlite3.connect(root.parent / "outside.db")) as made, made:
        made.execute("CREATE TABLE t (a)")
    app = choose(open_page(PAGE, project="test"), "database")
    app.text_input(key="source-database-url").input(url)
    app.text_input(key="source-database-table").input("t")
    for button in ("source-preview", "source-database-table-list", "source-bring"):
        app.button(key=button).click()
        sound(app.run())
        assert len(app.error) == 1
        assert words in app.error[0].value
        assert "hunter2" not in app.error[0].value
    assert not list_jobs(project.workspace)


def test_a_statement_that_writes_fails_in_words_and_changes_nothing(
    open_page: Open, project: Project, root: Path
) -> None:
    app = choose(open_page(PAGE, project="test"), "database")
    app.text_input(key="source-database-url").input("sqlite:///shop.db")
    app.text_area(key="source-database-select").input(f'DELETE FROM "{HOSTILE[0]}"')
    app.button(key="source-bring").click()
    sound(app.run())
    assert work(project.workspace).status == "failed"
    sound(app.run())
    assert len(app.error) == 1
    assert "refused" in app.error[0].value
    with contextlib.closing(sqlite3.connect(root / "shop.db")) as seen:
        assert seen.execute(f'SELECT count(*) FROM "{HOSTILE[0]}"').fetchone() == (80,)


def test_a_file_of_the_server_is_chosen_from_the_list(open_page: Open, project: Project, root: Path) -> None:
    ingest(project, source=str(root / "table.csv"))
    app = choose(open_page(PAGE, project="test"), "server_path")
    app.button(key="source-server_path-path-list").click()
    sound(app.run())
    app.selectbox(key="source-server_path-path-choice").select("table.csv")
    app.button(key="source-preview").click()
    sound(app.run())
    app.button(key="source-bring").click()
    sound(app.run())
    assert work(project.workspace).status == "done"
    assert "hunter2" not in json.dumps(list_jobs(project.workspace)[0].params)


def test_what_was_fetched_and_could_not_be_read_is_read_another_way(
    open_page: Open, project: Project, root: Path
) -> None:
    (root / "odd.csv").write_bytes(b"a b c d\n1 2 3 4\n2 3 4 5\n")
    app = choose(open_page(PAGE, project="test"), "server_path")
    app.button(key="source-server_path-path-list").click()
    sound(app.run())
    app.selectbox(key="source-server_path-path-choice").select("odd.csv")
    app.button(key="source-bring").click()
    sound(app.run())
    job = work(project.workspace)
    assert job.status == "failed"
    (root / "odd.csv").unlink()  # it is not fetched again
    app = sound(open_page(PAGE, project="test"))
    app.selectbox(key=f"delimiter-{job.id[:8]}").set_value(" ")
    sound(app.run())
    app.button(key="rescue-read").click()
    sound(app.run())
    assert work(project.workspace).status == "done"
    assert get_dataset(project).names == ("a", "b", "c", "d")


def test_a_source_that_is_not_offered_says_why(
    open_page: Open, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLWORKBENCH_DATA_ROOT", raising=False)
    app = choose(open_page(PAGE, project="test"), "server_path")
    assert "MLWORKBENCH" in app.info[0].value
    assert "source-bring" not in [button.key for button in app.button]


def test_a_private_address_is_refused_by_the_preview(open_page: Open, project: Project) -> None:
    app = choose(open_page(PAGE, project="test"), "http")
    app.text_input(key="source-http-url").input("http://127.0.0.1:9/table.csv")
    app.button(key="source-preview").click()
    sound(app.run())
    assert "private network" in app.error[0].value
