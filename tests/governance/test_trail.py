"""The audit log: the acts that matter are in it, it can be read and filtered, and the database refuses to change it."""

from __future__ import annotations

import csv
import io
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from mlworkbench import Workspace
from mlworkbench.governance import audit_actions, audit_csv, audit_log
from mlworkbench.projects import archive_project, audit, rename_project
from mlworkbench.records import audit as table

if TYPE_CHECKING:
    from mlworkbench import Project

ACTS = {
    "project created", "scope saved", "dataset stored", "recipe saved", "models compared", "model promoted",
    "file predicted", "model card made",
}  # fmt: skip


def test_every_act_on_the_way_to_a_card_is_in_it_once(seen: Project) -> None:
    assert {name: audit_actions(seen).get(name) for name in ACTS} == dict.fromkeys(ACTS, 1)
    log = audit_log(seen)
    assert list(log["number"]) == sorted(log["number"], reverse=True)
    assert set(log["who"]) == {seen.workspace.user}
    assert "left" in log.loc[log["action"] == "dataset stored", "detail"].iloc[0], "the target that was chosen"


def test_it_is_filtered_and_cut(project: Project) -> None:
    renamed = rename_project(project, "other")
    archive_project(renamed)
    assert list(audit_log(renamed)["action"]) == ["project archived", "project renamed", "project created"]
    assert list(audit_log(renamed, limit=1)["action"]) == ["project archived"]
    assert list(audit_log(renamed, actions=["project created"])["action"]) == ["project created"]
    assert audit_log(renamed, actions=["nothing"]).empty


@pytest.mark.parametrize("statement", [update(table).values(who="nobody"), delete(table)], ids=["update", "delete"])
def test_the_database_refuses_to_change_a_line(project: Project, statement: object) -> None:
    with pytest.raises(IntegrityError, match="only ever added to"), project.workspace.write() as connection:
        connection.execute(statement)  # type: ignore[call-overload]
    assert len(audit_log(project)) == 1


def test_another_program_is_refused_too(project: Project) -> None:
    with closing(sqlite3.connect(project.workspace.root / "records.db")) as connection:
        for statement in ("DELETE FROM audit", "UPDATE audit SET action = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
                connection.execute(statement)


def test_a_workspace_made_earlier_gets_the_refusal_when_it_is_opened(project: Project) -> None:
    root = project.workspace.root
    with closing(sqlite3.connect(root / "records.db")) as connection:
        connection.executescript("DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; DROP TABLE labels;")
    for marker in (root / "locks").glob("records.v*"):
        marker.unlink()
    (root / "locks" / "records.v1").touch()
    other = root.parent / "moved"
    root.rename(other)
    again = Workspace.open(other).project("test")
    with pytest.raises(IntegrityError), again.workspace.write() as connection:
        connection.execute(delete(table))


def test_the_file_keeps_every_line_and_runs_no_formula(project: Project) -> None:
    audit(project, "=1+1", {"text": 'a "quoted", line\nbreak'})
    rows = list(csv.DictReader(io.StringIO(audit_csv(project))))
    assert [row["action"] for row in rows] == ["'=1+1", "project created"]
    assert "line\\nbreak" in rows[0]["detail"]
