"""Every prediction is kept: who asked is the source, single rows inline, a batch as one record with its table."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts, records
from mlworkbench.errors import InvalidInput, listing
from mlworkbench.serving.results import SOURCES

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import Row

    from mlworkbench.projects import Project

_OWN = ("id", "row", "at", "source", "model_version", "latency_ms", "prediction")


def record(
    project: Project,
    *,
    source: str,
    model_version: str,
    rows: int,
    latency_ms: float,
    inputs: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    outputs: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    artifact: str | None = None,
    at: str | None = None,
) -> str:
    """Add to the log and return the new record's id.

    Parameters
    ----------
    inputs, outputs : Mapping or sequence of Mapping, optional
        Of the row, or of each row of a small request; an `artifact` holds those of a file.
    at : str, optional
        An ISO 8601 time that the prediction counts for, in the past: a replay of history says it; the present by
        default. A time without a zone is UTC.

    Raises
    ------
    InvalidInput
        A source that is none of ours, a time that cannot be read or lies in the future.
    """
    check_source(source)
    when = records.now() if at is None else past(at)
    identity = uuid.uuid4().hex
    values = {
        "id": identity,
        "project_id": project.id,
        "at": when,
        "source": source,
        "model_version": model_version,
        "rows": rows,
        "latency_ms": latency_ms,
        "inputs": inputs,
        "outputs": outputs,
        "artifact": artifact,
    }
    with project.workspace.write() as connection:
        connection.execute(records.predictions.insert().values(values))
    return identity


def prediction_log(
    project: Project,
    sources: Iterable[str] | None = None,
    limit: int = 1000,
    *,
    since: str | None = None,
    until: str | None = None,
) -> pd.DataFrame:
    """The newest predictions of a project, one row each, newest request first.

    Parameters
    ----------
    sources : iterable of {"whatif", "batch", "api"}, optional
        All by default.
    limit : int
        Most rows.
    since, until : str, optional
        ISO 8601 times (UTC without a zone): predictions made at or after `since` and before `until`.

    Returns
    -------
    DataFrame
        id (of the request), row (1, 2, 3… within it), at (UTC, ISO 8601), source, model_version, latency_ms (of the
        whole request), prediction, probability_<class>…, input.<column>… .
    """
    import pandas as pd

    found = _found(project, sources, since, until, limit)
    parts: list[pd.DataFrame] = []
    single: list[dict[str, Any]] = []
    left = limit
    for one in found:
        if left <= 0:
            break
        head = {"id": one.id, "at": one.at, "source": one.source, "model_version": one.model_version}
        head["latency_ms"] = one.latency_ms
        if one.artifact is None:
            rows = [one.inputs] if isinstance(one.inputs, dict) else one.inputs[:left]
            said = [one.outputs] if isinstance(one.outputs, dict) else one.outputs
            for number, (row, outputs) in enumerate(zip(rows, said, strict=False), 1):
                single.append({**head, "row": number, **outputs, **{f"input.{name}": row[name] for name in row}})
            left -= len(rows)
            continue
        if single:
            parts, single = [*parts, pd.DataFrame(single)], []
        parts.append(artifacts.read_table(project, one.artifact).head(left).assign(**head))
        left -= len(parts[-1])
    if single:
        parts.append(pd.DataFrame(single))
    if not parts:
        return pd.DataFrame(columns=list(_OWN))
    log = pd.concat([part.dropna(axis=1, how="all") for part in parts], ignore_index=True)
    names = list(dict.fromkeys([*_OWN, *(name for part in parts for name in part.columns)]))
    probabilities = [name for name in names if name.startswith("probability_")]
    inputs_last = [name for name in names if name not in (*_OWN, *probabilities)]
    return log.reindex(columns=[*_OWN, *probabilities, *inputs_last])


def prediction_requests(
    project: Project, sources: Iterable[str] | None = None, *, since: str | None = None, until: str | None = None
) -> pd.DataFrame:
    """The requests behind the log, newest first, without reading what they held.

    Parameters
    ----------
    sources, since, until
        As in `prediction_log`.

    Returns
    -------
    DataFrame
        id, at (UTC, ISO 8601), source, model_version, rows, latency_ms (of the whole request).
    """
    import pandas as pd

    names = ["id", "at", "source", "model_version", "rows", "latency_ms"]
    found = _found(project, sources, since, until, None)
    return pd.DataFrame([[getattr(one, name) for name in names] for one in found], columns=names)


def count_predictions(project: Project, sources: Iterable[str] | None = None) -> int:
    """How many rows were predicted."""
    from sqlalchemy import func, select

    table = records.predictions
    wanted = _checked(sources)
    query = select(func.coalesce(func.sum(table.c.rows), 0)).where(table.c.project_id == project.id)
    if wanted is not None:
        query = query.where(table.c.source.in_(wanted))
    with project.workspace.read() as connection:
        return int(connection.execute(query).scalar_one())


def _found(
    project: Project, sources: Iterable[str] | None, since: str | None, until: str | None, limit: int | None
) -> Sequence[Row[Any]]:
    """Records of the log, newest first."""
    wanted = _checked(sources)
    table = records.predictions
    query = table.select().where(table.c.project_id == project.id)
    if since is not None:
        query = query.where(table.c.at >= moment(since, "since"))
    if until is not None:
        query = query.where(table.c.at < moment(until, "until"))
    if wanted is not None:
        query = query.where(table.c.source.in_(wanted))
    if limit is not None:
        query = query.limit(max(limit, 0))
    with project.workspace.read() as connection:
        return connection.execute(query.order_by(table.c.at.desc(), table.c.seq.desc())).all()


def _checked(sources: Iterable[str] | None) -> list[str] | None:
    if sources is None:
        return None
    wanted = [sources] if isinstance(sources, str) else list(sources)
    for source in wanted:
        check_source(source)
    return wanted


def check_source(source: str) -> None:
    """InvalidInput for a source that is none of ours."""
    if source not in SOURCES:
        raise InvalidInput(f"A source is one of: {listing(SOURCES)}. Got {source!r}.", field="source")


def past(at: str) -> str:
    """A time as the log keeps it; InvalidInput when it cannot be read or lies in the future."""
    when = moment(at, "at")
    if when > records.now():
        raise InvalidInput(f"at must not lie in the future: predictions are logged once made. Got {at!r}.", field="at")
    return when


def moment(text: str, field: str) -> str:
    """An ISO 8601 time as the log keeps it: UTC with microseconds, so that it sorts as text."""
    try:
        read = datetime.fromisoformat(text)
        zoned = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidInput(
            f"{field} must be a time like 2024-01-31 or 2024-01-31T13:30:00+00:00. Got {text!r}.", field=field
        ) from error
    return zoned.isoformat(timespec="microseconds")
