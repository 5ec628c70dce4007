"""Projects: created, listed, renamed, archived. Every artifact, job and prediction belongs to one."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from mlworkbench import records
from mlworkbench.errors import Conflict, InvalidInput, NotFound, listing
from mlworkbench.workspace import Workspace

LONGEST_NAME = 80


@dataclass(frozen=True)
class Project:
    """A project of a workspace; the name may change, the id does not."""

    workspace: Workspace
    id: str
    name: str
    created_at: str
    archived_at: str | None = None

    @property
    def archived(self) -> bool:
        """Whether it was put away; its work is kept and can be looked at."""
        return self.archived_at is not None


def create_project(workspace: Workspace, name: str) -> Project:
    """Make an empty project.

    Raises
    ------
    InvalidInput
        When the name is empty, longer than 80 characters or has control characters.
    Conflict
        When a project, archived ones included, has that name.
    """
    project = Project(workspace, uuid.uuid4().hex, _checked(name), records.now())
    try:
        with workspace.write() as connection:
            connection.execute(
                insert(records.projects).values(id=project.id, name=project.name, created_at=project.created_at)
            )
            write_audit(connection, workspace, project.id, "project created", {"name": project.name})
    except IntegrityError as error:
        raise _taken(project.name) from error
    return project


def get_project(workspace: Workspace, name: str) -> Project:
    """The project of that name; NotFound lists the names there are."""
    with workspace.read() as connection:
        row = connection.execute(select(records.projects).where(records.projects.c.name == name)).first()
    if row is None:
        names = listing(project.name for project in list_projects(workspace))
        raise NotFound(
            f"There is no project {name!r}. Projects here: {names}. Create one with: mlworkbench projects create NAME",
            field="project",
        )
    return _project(workspace, row)


def list_projects(workspace: Workspace, archived: bool | None = False) -> tuple[Project, ...]:
    """Projects, newest first. `archived`: only those not archived (False), only those (True), all (None)."""
    query = select(records.projects).order_by(records.projects.c.created_at.desc())
    if archived is not None:
        stamp = records.projects.c.archived_at
        query = query.where(stamp.is_not(None) if archived else stamp.is_(None))
    with workspace.read() as connection:
        return tuple(_project(workspace, row) for row in connection.execute(query))


def rename_project(project: Project, name: str) -> Project:
    """Give a project another name; Conflict when it is taken."""
    new = _checked(name)
    try:
        with project.workspace.write() as connection:
            connection.execute(update(records.projects).where(records.projects.c.id == project.id).values(name=new))
            write_audit(connection, project.workspace, project.id, "project renamed", {"from": project.name, "to": new})
    except IntegrityError as error:
        raise _taken(new) from error
    return replace(project, name=new)


def archive_project(project: Project, archived: bool = True) -> Project:
    """Put a project away, or take it back; nothing of it is deleted."""
    stamp = records.now() if archived else None
    with project.workspace.write() as connection:
        connection.execute(
            update(records.projects).where(records.projects.c.id == project.id).values(archived_at=stamp)
        )
        action = "project archived" if archived else "project restored"
        write_audit(connection, project.workspace, project.id, action, {})
    return replace(project, archived_at=stamp)


def write_audit(
    connection: Connection, workspace: Workspace, project_id: str, action: str, detail: Mapping[str, object]
) -> None:
    """Add a line to the append-only audit log inside the caller's transaction."""
    connection.execute(
        insert(records.audit).values(
            project_id=project_id, at=records.now(), who=workspace.user, action=action, detail=detail
        )
    )


def audit(project: Project, action: str, detail: dict[str, object]) -> None:
    """Add a line to the append-only audit log: who did what, when."""
    with project.workspace.write() as connection:
        write_audit(connection, project.workspace, project.id, action, detail)


def _project(workspace: Workspace, row: Row[tuple[object, ...]]) -> Project:
    return Project(workspace, row.id, row.name, row.created_at, row.archived_at)


def _taken(name: str) -> Conflict:
    return Conflict(
        f"A project named {name!r} exists already (archived ones keep their names). Choose another name.", field="name"
    )


def _checked(name: str) -> str:
    cleaned = " ".join(name.split()) if isinstance(name, str) else ""
    if not cleaned:
        raise InvalidInput("A project needs a name of at least one character. Got none.", field="name")
    if len(cleaned) > LONGEST_NAME:
        raise InvalidInput(
            f"A project's name may have {LONGEST_NAME} characters. Got {len(cleaned)}. Shorten it.", field="name"
        )
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in cleaned):
        raise InvalidInput("A project's name may not hold invisible or control characters. Type it anew.", field="name")
    return cleaned
