"""`ingest SOURCE` on the command line: databases, addresses, samples; a file is read as it always was."""

from __future__ import annotations

import contextlib
import http.server
import json
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from mlworkbench.artifacts import list_artifacts
from mlworkbench.cli import main
from mlworkbench.data import get_dataset
from mlworkbench.jobs import list_jobs

if TYPE_CHECKING:
    from mlworkbench import Project

Cli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    file = tmp_path / "shop.db"
    with contextlib.closing(sqlite3.connect(file)) as made, made:
        made.execute("CREATE TABLE sales (id integer, kind text)")
        made.executemany("INSERT INTO sales VALUES (?, ?)", [(n, "ab"[n % 2]) for n in range(60)])
    return file


def test_a_table_of_a_database_named_by_a_relative_path_is_read(project: Project, run_cli: Cli, shop: Path) -> None:
    done = run_cli("ingest", "sqlite:///shop.db", "--table", "sales", "--target", "kind", "--project", "test", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["rows"], document["task"]) == (60, "binary")
    chosen = ["--select", "SELECT id FROM sales WHERE id < 20", "--setting", "statement_timeout=5"]
    done = run_cli("ingest", f"sqlite:///{shop}", *chosen, "--project", "test", "--json")
    assert json.loads(done.stdout)["rows"] == 20
    assert get_dataset(project).name == "query.parquet"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["postgresql://me:hunter2@host/db", "--table", "t"], "MLWORKBENCH_DB_PASSWORD_NAME"),
        (["sqlite:///shop.db"], "one SELECT"),
        (["sqlite:///shop.db", "--table", "sales", "--setting", "colour=blue"], "colour"),
        (["sqlite:///shop.db", "--table", "sales", "--setting", "statement_timeout=soon"], "statement_timeout"),
        (["sqlite:///shop.db", "--table", "sales", "--setting", "x"], "KEY=VALUE"),
        (["magic://x"], "sqlite"),
        (["sample://magic"], "wine"),
        (["shop.db", "--table", "sales"], "sqlite:///"),
    ],
)
def test_what_is_wrong_with_a_source_is_said_before_anything_is_queued(
    project: Project, shop: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(shop.parent)
    done = CliRunner().invoke(main, ["ingest", *words, "--project", "test", "--json"])
    assert (done.exit_code, done.stdout) == (2, ""), done.stderr
    assert said in done.stderr
    assert "hunter2" not in done.stderr
    assert not list_jobs(project.workspace)
    assert not list_artifacts(project)


def test_a_statement_that_writes_ends_with_2_and_the_table_is_as_before(
    project: Project, run_cli: Cli, shop: Path
) -> None:
    done = run_cli("ingest", f"sqlite:///{shop}", "--select", "DELETE FROM sales", "--project", "test", "--json")
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "refused" in done.stderr
    assert not list_artifacts(project)
    with contextlib.closing(sqlite3.connect(shop)) as seen:
        assert seen.execute("SELECT count(*) FROM sales").fetchone() == (60,)


def test_an_address_is_read(project: Project, run_cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "t.csv").write_text("a,b\n" + "1,2\n" * 30)
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "web"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/t.csv"
        done = run_cli(
            "ingest", url, "--project", "test", "--json", env={"MLWORKBENCH_ALLOW_PRIVATE_URLS": "127.0.0.1"}
        )
        server.shutdown()
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == 30
