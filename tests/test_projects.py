"""Projects are created, listed, renamed and archived; names are checked and every act is audited."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mlworkbench import Workspace
from mlworkbench.errors import Conflict, InvalidInput, NotFound
from mlworkbench.projects import archive_project, create_project, list_projects, rename_project
from mlworkbench.records import audit


def test_a_project_can_be_renamed_archived_and_restored_and_keeps_its_id(workspace: Workspace) -> None:
    first = create_project(workspace, "  Telco   churn ")
    assert first.name == "Telco churn"
    renamed = rename_project(first, "Churn")
    assert workspace.project("Churn").id == first.id
    archive_project(renamed)
    assert list_projects(workspace) == ()
    assert [project.name for project in list_projects(workspace, archived=True)] == ["Churn"]
    archive_project(renamed, archived=False)
    assert [project.name for project in list_projects(workspace)] == ["Churn"]
    with workspace.read() as connection:
        actions = [row.action for row in connection.execute(select(audit).order_by(audit.c.seq))]
    assert actions == ["project created", "project renamed", "project archived", "project restored"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b", "a\u202eb", "\u200b"])
def test_a_name_that_nobody_could_read_is_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        create_project(workspace, name)
    assert caught.value.field == "name"
    assert list_projects(workspace, archived=None) == ()


def test_a_taken_name_is_a_conflict_even_when_archived(workspace: Workspace) -> None:
    archive_project(create_project(workspace, "taken"))
    other = create_project(workspace, "other")
    with pytest.raises(Conflict):
        create_project(workspace, "taken")
    with pytest.raises(Conflict):
        rename_project(other, "taken")
    assert workspace.project("other").id == other.id


def test_an_unknown_project_lists_those_there_are(workspace: Workspace) -> None:
    create_project(workspace, "here")
    with pytest.raises(NotFound, match="Projects here: here"):
        workspace.project("there")


@pytest.mark.parametrize(
    "name", ["../../etc", "<script>alert(1)</script>", "a/b", "'; DROP TABLE projects; --", "Ünï 表"]
)
def test_a_hostile_name_is_only_ever_text(workspace: Workspace, name: str) -> None:
    create_project(workspace, name)
    assert workspace.project(name).name == name
    assert not any(name in str(path) for path in workspace.root.rglob("*"))
