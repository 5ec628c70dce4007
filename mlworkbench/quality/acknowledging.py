"""Acknowledging findings: a person's reason, kept by code and columns, so that later versions know it too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlworkbench import records
from mlworkbench.errors import InvalidInput, NotFound
from mlworkbench.projects import audit
from mlworkbench.quality.results import Acknowledgement, QualityFinding

if TYPE_CHECKING:
    from mlworkbench.projects import Project

LONGEST = 500


def acknowledge(project: Project, finding: QualityFinding, reason: str) -> Acknowledgement:
    """Say that a finding is known and may stay. It is listed as acknowledged, in later versions too.

    Raises
    ------
    InvalidInput
        field="reason": there is none, or more than 500 characters.
    """
    said = " ".join(reason.split()) if isinstance(reason, str) else ""
    if not said or len(said) > LONGEST:
        got = f"{len(said)} characters" if said else "none"
        raise InvalidInput(
            f"An acknowledgement needs a reason of up to {LONGEST} characters. Got {got}. Say why it may stay.",
            field="reason",
        )
    write(project, "acknowledgement", finding.key, {"reason": said})
    audit(project, "finding acknowledged", {"code": finding.code, "columns": list(finding.columns), "reason": said})
    return acknowledgements(project)[finding.key]


def withdraw(project: Project, finding: QualityFinding) -> None:
    """Take an acknowledgement back: the finding is open again.

    Raises
    ------
    NotFound
        Nobody acknowledged it.
    """
    if finding.key not in acknowledgements(project):
        raise NotFound(f"{finding.code} is not acknowledged: there is nothing to withdraw.", field="finding")
    write(project, "acknowledgement", finding.key, None)
    audit(project, "acknowledgement withdrawn", {"code": finding.code, "columns": list(finding.columns)})


def acknowledgements(project: Project) -> dict[str, Acknowledgement]:
    """What is acknowledged now, by the findings' keys."""
    return {
        key: Acknowledgement(body["reason"], who, at)
        for key, (body, who, at) in newest(project, "acknowledgement").items()
        if body is not None
    }


def write(project: Project, kind: str, key: str, body: Mapping[str, Any] | None) -> None:
    """Add a line to the log of quality: the newest line of a key is what counts."""
    from sqlalchemy import insert

    with project.workspace.write() as connection:
        connection.execute(
            insert(records.quality_log).values(
                project_id=project.id,
                kind=kind,
                key=key,
                body=dict(body) if body is not None else None,
                at=records.now(),
                who=project.workspace.user,
            )
        )


def newest(project: Project, kind: str) -> dict[str, tuple[Mapping[str, Any] | None, str, str]]:
    """The newest line of every key: body, who, when."""
    from sqlalchemy import select

    table = records.quality_log
    mine = (table.c.project_id == project.id) & (table.c.kind == kind)
    with project.workspace.read() as connection:
        rows = connection.execute(select(table).where(mine).order_by(table.c.seq)).all()
    return {row.key: (row.body, row.who, row.at) for row in rows}
