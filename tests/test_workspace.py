"""A workspace can be made by several processes at once, copied, and locked; a write is whole or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from mlworkbench import Workspace
from mlworkbench.artifacts import put_json, verify
from mlworkbench.errors import Conflict, InvalidInput
from mlworkbench.projects import create_project, list_projects
from mlworkbench.records import audit, now
from mlworkbench.workspace import write_atomically

RACER = """
import sys
from mlworkbench import Workspace
from mlworkbench.projects import create_project
sys.stdin.readline()                                   # all start at once
workspace = Workspace.open(sys.argv[1])
create_project(workspace, sys.argv[2])
if sys.argv[3] == "tracking":
    from mlflow import MlflowClient
    client = MlflowClient(tracking_uri=workspace.tracking_uri)
    client.create_run(client.create_experiment(sys.argv[2]))
print("stands", flush=True)
"""


def race(folder: Path, names: tuple[str, ...], *, tracking: bool) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(folder), name, "tracking" if tracking else ""],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    ]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        out, err = racer.communicate(timeout=240)
        assert racer.returncode == 0, err
        assert "stands" in out


def test_two_processes_making_the_same_workspace_at_once_never_break_it(tmp_path: Path) -> None:
    for attempt in range(20):
        folder = tmp_path / f"workspace {attempt}"
        race(folder, ("one", "two"), tracking=False)
        assert {project.name for project in list_projects(Workspace.open(folder))} == {"one", "two"}


def test_processes_racing_for_the_mlflow_store_make_it_once_and_whole(tmp_path: Path) -> None:
    race(tmp_path / "workspace", ("one", "two", "three"), tracking=True)
    with sqlite3.connect(tmp_path / "workspace" / "mlflow" / "mlflow.db") as database:
        assert database.execute("SELECT count(*) FROM runs").fetchone() == (3,)
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def test_a_copied_workspace_finds_its_runs_where_they_are_now(tmp_path: Path) -> None:
    from mlflow import MlflowClient

    first = Workspace.open(tmp_path / "first")
    client = MlflowClient(tracking_uri=first.tracking_uri)
    run = client.create_run(client.create_experiment("x", artifact_location=str(first.root / "mlflow/artifacts/x")))
    client.log_text(run.info.run_id, "kept", "note.txt")
    project = create_project(first, "copied")
    put_json(project, "recipe", {"steps": []})

    shutil.copytree(tmp_path / "first", tmp_path / "second")
    shutil.rmtree(tmp_path / "first")
    second = Workspace.open(tmp_path / "second")
    moved = MlflowClient(tracking_uri=second.tracking_uri).get_run(run.info.run_id)
    assert moved.info.artifact_uri is not None
    assert Path(moved.info.artifact_uri, "note.txt").read_text() == "kept"
    assert "first" not in moved.info.artifact_uri
    assert verify(second.project("copied")) == ()


def test_a_lock_is_exclusive_and_is_freed_when_its_holder_is_killed(workspace: Workspace) -> None:
    code = (
        "import sys; from mlworkbench import Workspace\n"
        "with Workspace.open(sys.argv[1]).lock('thing'): print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(workspace.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(Conflict, match="held the lock 'thing'"), workspace.lock("thing", timeout=0.1):
        pass
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()
    with workspace.lock("thing", timeout=5):
        pass


def test_a_write_that_raises_leaves_no_row(workspace: Workspace) -> None:
    line = {"project_id": None, "at": now(), "who": "x", "action": "y", "detail": {}}

    def midway() -> None:
        with workspace.write() as connection:
            connection.execute(insert(audit).values(**line))
            raise RuntimeError("midway")

    with pytest.raises(RuntimeError, match="midway"):
        midway()
    with workspace.read() as connection:
        assert connection.execute(select(audit)).all() == []


def test_an_atomic_write_replaces_whole_content_and_leaves_no_part(tmp_path: Path) -> None:
    target = tmp_path / "file"
    write_atomically(target, b"old")
    write_atomically(target, b"new")
    assert target.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InvalidInput, match="MLWORKBENCH_HOME"):
        Workspace.open(tmp_path / "file" / "workspace")


def test_opening_a_workspace_imports_no_heavy_library(tmp_path: Path) -> None:
    code = (
        "import sys; from mlworkbench import Workspace; Workspace.open(sys.argv[1])\n"
        "print([m for m in ('pandas', 'numpy', 'sklearn', 'mlflow', 'streamlit', 'pyarrow') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
