"""What is compared with the reference: predictions that were logged, or the rows of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import read_rows, receive
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound, listing
from mlworkbench.jobs import Progress
from mlworkbench.monitoring.reference import Reference, named, outputs_of
from mlworkbench.monitoring.results import Latency, Side, Volume
from mlworkbench.monitoring.words import count
from mlworkbench.serving import prediction_log, prediction_requests

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlworkbench.artifacts import Artifact
    from mlworkbench.modeling import ModelVersion
    from mlworkbench.projects import Project

EVERYTHING = 1 << 40
INPUT = "input."


@dataclass(frozen=True)
class Current:
    """The rows to judge.

    Parameters
    ----------
    inputs : DataFrame
        Columns of the model that are there, as models take them; index 0, 1, 2….
    predictions : DataFrame or None
        prediction, probability_<class>: of the same rows. None where they could not be made.
    log : DataFrame or None
        id, row, at of the same rows; None for a file.
    extra : DataFrame
        Columns of a file that the champion's table does not have.
    learnt : array of bool, or None
        Rows that equal a training row in every input, where there are any.
    """

    side: Side
    inputs: pd.DataFrame
    predictions: pd.DataFrame | None
    log: pd.DataFrame | None
    extra: pd.DataFrame
    volume: Volume
    latency: Latency
    notes: tuple[str, ...] = ()
    learnt: np.ndarray | None = None


def requests_of(
    project: Project, version: ModelVersion, sources: Sequence[str], since: str | None, until: str | None
) -> tuple[pd.DataFrame, str]:
    """The requests that this version answered, newest first, and a note about those that others did.

    Raises
    ------
    NotApplicable
        There are none.
    """
    requests = prediction_requests(project, sources, since=since, until=until)
    mine = requests[requests["model_version"] == version.id]
    others = int(requests["rows"].sum() - mine["rows"].sum())
    aside = f"{count(others, 'prediction')} by other model versions {'was' if others == 1 else 'were'} left aside."
    if mine.empty:
        raise NotApplicable(
            f"No predictions by {version.alias} v{version.number} ({listing(sources)}) "
            f"{'in this time' if since or until else 'yet'}: there is nothing to compare."
            f"{' ' + aside if others else ''} Predict a file first, or give a file of current rows.",
            field="current",
        )
    return mine, aside if others else ""


def of_log(
    project: Project,
    version: ModelVersion,
    sources: Sequence[str],
    since: str | None,
    until: str | None,
    budget_ms: float | None = None,
) -> Current:
    """The predictions that this version made, oldest first; NotApplicable when there are none."""
    import pandas as pd

    mine, aside = requests_of(project, version, sources, since, until)
    log = prediction_log(project, sources, EVERYTHING, since=since, until=until)
    log = log[log["model_version"] == version.id].iloc[::-1].reset_index(drop=True)
    types = {one.name: one.type for one in version.inputs}
    inputs = pd.DataFrame({name: _typed(log[f"{INPUT}{name}"], type_) for name, type_ in types.items()})
    labels = [f"probability_{label}" for label in version.classes] if version.task != "regression" else []
    said = log[["prediction", *labels]]
    side = Side("log", f"predictions ({listing(sources)})", len(log), since=log["at"].min(), until=log["at"].max())
    days = mine.groupby(mine["at"].str[:10])["rows"].sum().sort_index()
    volume = Volume(len(log), len(mine), tuple((str(day), int(rows)) for day, rows in days.items()))
    return Current(
        side,
        inputs,
        said.astype(float) if version.task == "regression" else said,
        log[["id", "row", "at"]],
        pd.DataFrame(index=inputs.index),
        volume,
        _latency(mine, budget_ms),
        (aside,) if aside else (),
    )


def of_file(
    project: Project, reference: Reference, source: str, pipeline: Any, progress: Progress, budget_ms: float | None
) -> Current:
    """The rows of a file, read as the champion's table was; its predictions are made here and logged nowhere.

    Raises
    ------
    InvalidInput
        No such file or upload, no rows, or none of the model's columns.
    """
    version, table = reference.version, reference.dataset
    upload = upload_of(project, source)
    try:
        rows = read_rows(project, upload.id, table.schema, like=table, progress=progress)
    except InvalidInput as error:
        raise InvalidInput(error.message, field="current") from error
    there = [name for name in reference.types if name in rows.frame.columns]
    if not there:
        raise InvalidInput(
            f"The file has none of the {len(reference.types)} columns that the model takes "
            f"({listing(reference.types, 6)}). It has: {listing(rows.frame.columns, 6)}. Is this the right file?",
            field="current",
        )
    if not len(rows.frame):
        raise InvalidInput("The file has a header and no rows. There is nothing to compare.", field="current")
    notes = [one.message for one in rows.findings if not one.columns or set(one.columns) & set(there)]
    predictions, note = _predictions(pipeline, version, rows.frame, len(there) == len(reference.types))
    name = str(upload.meta.get("name", "a file"))
    return Current(
        Side("file", name, len(rows.frame), artifact=upload.id),
        rows.frame[there],
        predictions,
        None,
        rows.frame[[name for name in rows.frame.columns if name not in table.schema]],
        Volume(len(rows.frame)),
        Latency(budget_ms=budget_ms),
        (*notes, *([note] if note else [])),
    )


def honest(reference: Reference, rows: Current) -> Current:
    """Rows that equal a training row count with its out-of-fold prediction: in-sample ones look like drift."""
    import numpy as np

    if rows.predictions is None:
        return rows
    place = reference.known(rows.inputs)
    learnt = place >= 0
    if not learnt.any():
        return rows
    names = list(rows.predictions.columns)
    instead = reference.out_of_fold[names].iloc[np.maximum(place, 0)].set_axis(rows.predictions.index)
    chosen = rows.predictions.copy()
    chosen.loc[learnt] = instead.loc[learnt]
    note = (
        f"{int(learnt.sum()):,} of {count(len(place), 'row')} equal a training row: their predictions are compared as "
        "they were made without it."
    )
    return replace(rows, predictions=chosen, learnt=learnt, notes=(*rows.notes, note))


def upload_of(project: Project, source: str, field: str = "current") -> Artifact:
    """A path or an upload's id → the upload; InvalidInput when it is neither."""
    if not isinstance(source, str | Path) or not str(source):
        raise InvalidInput(f"{field} must be a file or the id of an upload. Got {source!r}.", field=field)
    if Path(source).is_file():
        return receive(project, source)
    try:
        return artifacts.find(project, str(source), kind="upload")
    except NotFound as error:
        raise InvalidInput(
            f"A file or an upload's id was expected. Got {str(source)!r}. Check the path.", field=field
        ) from error


def _predictions(
    pipeline: Any, version: ModelVersion, frame: pd.DataFrame, complete: bool
) -> tuple[pd.DataFrame | None, str]:
    """What the model says of a file's rows, missing where it cannot answer."""
    if not complete:
        return None, "Predictions were not compared: the model needs all its columns."
    required = [one.name for one in version.inputs if one.required]
    able = frame[required].notna().all(axis=1)
    if not able.any():
        return None, f"Predictions were not compared: no row has all of {listing(required)}, which the model needs."
    said = named(version, outputs_of(pipeline, version, frame[able]))
    said.index = frame.index[able]
    lost = int((~able).sum())
    note = f"{count(lost, 'row')} could not be predicted: without a value of {listing(required)}." if lost else ""
    return said.reindex(frame.index), note


def _typed(cells: pd.Series, type_: str) -> pd.Series:
    """Logged cells as models take them."""
    import pandas as pd

    if type_ in ("number", "integer"):
        return pd.to_numeric(cells, errors="coerce").astype(float)
    if type_ == "datetime":
        return pd.to_datetime(cells, errors="coerce", format="ISO8601").astype("datetime64[us]")
    words: pd.Series = cells.astype(object)
    words[cells.isna()] = None
    return words


def _latency(requests: pd.DataFrame, budget_ms: float | None) -> Latency:
    single = requests.loc[requests["rows"] == 1, "latency_ms"]
    many = requests[requests["rows"] > 1]
    p95 = float(single.quantile(0.95)) if len(single) else None
    return Latency(
        len(single),
        float(single.median()) if len(single) else None,
        p95,
        float(1000 * many["latency_ms"].sum() / many["rows"].sum()) if len(many) else None,
        budget_ms,
        p95 <= budget_ms if p95 is not None and budget_ms is not None else None,
    )
