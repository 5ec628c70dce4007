"""The audit log of a project: who did what when; lines are added, never changed (the database refuses it too)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from mlworkbench import records

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.projects import Project

COLUMNS = ("number", "at", "who", "action", "detail")


def audit_log(project: Project, limit: int = 1000, actions: Iterable[str] | None = None) -> pd.DataFrame:
    """The newest lines of a project's audit log, newest first.

    Parameters
    ----------
    limit : int
        Most lines.
    actions : iterable of str, optional
        Only these actions; all by default.

    Returns
    -------
    DataFrame
        number (of the line, rising), at (UTC, ISO 8601), who, action, detail (JSON text).
    """
    import pandas as pd

    table = records.audit
    query = select(table).where(table.c.project_id == project.id).order_by(table.c.seq.desc()).limit(max(0, limit))
    if actions is not None:
        wanted = [actions] if isinstance(actions, str) else list(actions)
        query = query.where(table.c.action.in_(wanted))
    with project.workspace.read() as connection:
        found = connection.execute(query).all()
    rows = [
        (row.seq, row.at, row.who, row.action, json.dumps(row.detail, ensure_ascii=False, sort_keys=True))
        for row in found
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def audit_csv(project: Project, limit: int = 1_000_000, actions: Iterable[str] | None = None) -> str:
    """The audit log as CSV. A cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    log = audit_log(project, limit, actions)
    for name in ("who", "action", "detail"):
        log[name] = [f"'{cell}" if str(cell)[:1] in "=+-@\t\r" else cell for cell in log[name]]
    return str(log.to_csv(index=False))


def audit_actions(project: Project) -> dict[str, int]:
    """The actions there are in a project's audit log, with how often each was done, by name."""
    table = records.audit
    query = (
        select(table.c.action, func.count())
        .where(table.c.project_id == project.id)
        .group_by(table.c.action)
        .order_by(table.c.action)
    )
    with project.workspace.read() as connection:
        return {str(action): int(count) for action, count in connection.execute(query)}
