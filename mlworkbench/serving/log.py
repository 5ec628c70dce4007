"""Every prediction is kept: who asked is the source, single rows inline, a batch as one record with its table."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts, records
from mlworkbench.errors import InvalidInput, listing
from mlworkbench.serving.results import SOURCES

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.projects import Project

_OWN = ("id", "row", "at", "source", "model_version", "latency_ms", "prediction")


def record(
    project: Project,
    *,
    source: str,
    model_version: str,
    rows: int,
    latency_ms: float,
    inputs: Mapping[str, Any] | None = None,
    outputs: Mapping[str, Any] | None = None,
    artifact: str | None = None,
) -> str:
    """Add to the log and return the new record's id."""
    identity = uuid.uuid4().hex
    values = {
        "id": identity,
        "project_id": project.id,
        "at": records.now(),
        "source": source,
        "model_version": model_version,
        "rows": rows,
        "latency_ms": latency_ms,
        "inputs": dict(inputs) if inputs is not None else None,
        "outputs": dict(outputs) if outputs is not None else None,
        "artifact": artifact,
    }
    with project.workspace.write() as connection:
        connection.execute(records.predictions.insert().values(values))
    return identity


def prediction_log(project: Project, sources: Iterable[str] | None = None, limit: int = 1000) -> pd.DataFrame:
    """The newest predictions of a project, one row each, newest request first.

    Parameters
    ----------
    sources : iterable of {"whatif", "batch", "api"}, optional
        All by default.
    limit : int
        Most rows.

    Returns
    -------
    DataFrame
        id (of the request), row (1, 2, 3… within it), at (UTC, ISO 8601), source, model_version, latency_ms (of the
        whole request), prediction, probability_<class>…, input.<column>… .
    """
    import pandas as pd

    wanted = _checked(sources)
    table = records.predictions
    query = table.select().where(table.c.project_id == project.id).order_by(table.c.seq.desc()).limit(max(limit, 0))
    if wanted is not None:
        query = query.where(table.c.source.in_(wanted))
    with project.workspace.read() as connection:
        found = connection.execute(query).all()
    parts: list[pd.DataFrame] = []
    single: list[dict[str, Any]] = []
    left = limit
    for one in found:
        if left <= 0:
            break
        head = {"id": one.id, "at": one.at, "source": one.source, "model_version": one.model_version}
        head["latency_ms"] = one.latency_ms
        if one.artifact is None:
            inputs = {f"input.{name}": value for name, value in one.inputs.items()}
            single.append({**head, "row": 1, **one.outputs, **inputs})
            left -= 1
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
