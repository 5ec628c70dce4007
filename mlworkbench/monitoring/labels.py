"""Truth that comes late: labels for predictions, by prediction id or by columns that identify a row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from mlworkbench import artifacts, records
from mlworkbench.data import get_dataset
from mlworkbench.errors import InvalidInput, NotFound, listing
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.monitoring.current import upload_of
from mlworkbench.monitoring.matching import ID, ROW, SHOWN, Log, by_id, by_keys, default_keys, read_typed
from mlworkbench.monitoring.results import LabelBatch
from mlworkbench.monitoring.words import be, count
from mlworkbench.projects import Project, audit
from mlworkbench.serving import moment

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.modeling import ModelVersion
    from mlworkbench.monitoring.current import Current

KIND = "labels"
COLUMNS = ("prediction_id", "row", "value", "at", "received_at", "artifact")


def _check(project: Project, *, source: str, at: str | None, since: str | None, until: str | None, **_: Any) -> None:
    """What can be seen to be wrong before any reading."""
    for value, field in ((at, "at"), (since, "since"), (until, "until")):
        if value is not None:
            moment(value, field)
    if at is not None and moment(at, "at") > records.now():
        raise InvalidInput(f"at must not lie in the future. Got {at!r}.", field="at")
    if not isinstance(source, str | Path) or not str(source):
        raise InvalidInput(f"source must be a file or the id of an upload. Got {source!r}.", field="source")
    if not Path(source).is_file():
        try:
            artifacts.find(project, str(source), kind="upload")
        except NotFound as error:
            raise InvalidInput(
                f"A file or an upload's id was expected. Got {str(source)!r}. Check the path.", field="source"
            ) from error


@job(lane="light", title="Taking in labels", check=_check)
def add_labels(
    project: Project,
    *,
    source: str,
    target: str | None = None,
    id_column: str | None = None,
    row_column: str | None = None,
    keys: Sequence[str] | None = None,
    sources: Sequence[str] = ("batch", "api"),
    since: str | None = None,
    until: str | None = None,
    alias: str | None = None,
    skip_unknown: bool = False,
    at: str | None = None,
    progress: Progress = SILENT,
) -> LabelBatch:
    """Attach what really happened to predictions. All labels of the file are added, or none.

    Parameters
    ----------
    source : path or str
        A file, or the id of an upload, with the target and what identifies the prediction of each row: the column
        `prediction_id` (and `row`, its number within a predicted file), or key columns.
    target : str, optional
        The column with the truth; by default the one that the champion predicts.
    id_column, row_column : str, optional
        When they are not named `prediction_id` and `row`.
    keys : sequence of str, optional
        Columns that identify a prediction: inputs of the model, or any columns of the files that were predicted. By
        default the table's identifier where it can be used, else all inputs.
    sources, since, until, alias : optional
        Which predictions are meant by keys; `alias` is the model version, all by default.
    skip_unknown : bool
        Leave rows that belong to no prediction aside (their number is kept) instead of refusing the file.
    at : str, optional
        ISO 8601 time since when the truth was known; the present by default.

    Raises
    ------
    InvalidInput
        No such column; rows that belong to no prediction or to several, that have a label already or twice in the file,
        or whose label is no class or no number: all of them are counted and the first ones listed.
    """
    from mlworkbench.modeling import get_model_version

    _check(project, source=source, at=at, since=since, until=until)
    version = get_model_version(project, alias or "champion")
    table = get_dataset(project, version.dataset)
    upload = upload_of(project, source, "source")
    wanted = target or version.target
    named = {id_column or ID: "identifier", row_column or ROW: "integer"}
    types = {name: kind for name, kind in named.items() if name not in table.schema} | table.schema
    types[wanted] = table.schema[version.target]
    progress.update(0.1, "Reading the file")
    read = read_typed(project, upload.id, types, table)
    frame = read.frame
    for field, asked in (
        ("target", [wanted]),
        ("id_column", [id_column]),
        ("row_column", [row_column]),
        ("keys", keys),
    ):
        _there(frame, [name for name in asked or () if name], field)
    problems = [one.message for one in read.findings if one.code == "unreadable_as_type" and wanted in one.columns]
    known = frame[wanted].notna().to_numpy()
    frame = frame.assign(__line=range(1, len(frame) + 1))[known]
    if not len(frame) and not problems:
        raise InvalidInput(f"No row of the file has a value in {wanted}: there is nothing to add.", field="source")
    frame["__value"], odd = _values(frame[wanted], version)
    if odd:
        what = f"none of the classes {listing(version.classes)}" if version.task != "regression" else "no number"
        problems.append(f"{count(len(odd), 'label')} {be(len(odd))} {what}: {listing(dict.fromkeys(odd), SHOWN)}.")
    progress.update(0.4, "Finding the predictions")
    ids = id_column or (ID if keys is None and ID in frame.columns else None)
    if ids:
        matched, more, unknown = by_id(project, frame, ids, row_column or (ROW if ROW in frame.columns else None))
        how = "prediction id"
    else:
        chosen = None if alias is None else version.id
        log = Log(project, table, list(sources), since, until, chosen)
        used = list(keys) if keys else default_keys(log, frame, [one.name for one in version.inputs])
        matched, more, unknown = by_keys(frame, log.having(used), used)
        how = listing(used, 6)
    problems += more
    if unknown and not skip_unknown:
        problems.append(f"{count(len(unknown), 'row')} without a prediction: {listing(unknown, SHOWN)}.")
    problems += _already(project, matched)
    if problems:
        raise InvalidInput(f"No label was added. {' '.join(problems)}", field="source")
    if matched.empty:
        raise InvalidInput("No row of the file belongs to a prediction: there is nothing to add.", field="source")
    body: dict[str, Any] = {
        "source": upload.id,
        "name": str(upload.meta.get("name", "")),
        "target": wanted,
        "matched_by": how,
        "labels": len(matched),
        "without_label": int((~known).sum()),
        "unknown": len(unknown),
    }
    kept = artifacts.put_json(project, KIND, {**body, "at": at or records.now()}, parents=(upload.id,))
    progress.update(0.9, "Writing")
    _write(project, matched, kept.id, moment(at, "at") if at else None)
    audit(project, "labels added", {"labels": len(matched), "artifact": kept.id})
    return LabelBatch(id=kept.id, number=kept.number, created_at=kept.created_at, **body)


def get_labels(project: Project) -> pd.DataFrame:
    """All labels of a project, oldest first: prediction_id, row, value (text), at, received_at (UTC), artifact."""
    import pandas as pd

    table = records.labels
    query = select(*(table.c[name] for name in COLUMNS)).where(table.c.project_id == project.id).order_by(table.c.seq)
    with project.workspace.read() as connection:
        return pd.DataFrame(connection.execute(query).all(), columns=list(COLUMNS))


def list_label_batches(project: Project, limit: int = 50) -> tuple[LabelBatch, ...]:
    """What came in, newest first."""
    found = []
    for one in artifacts.list_artifacts(project, KIND, limit):
        body = {name: value for name, value in artifacts.read_json(project, one.id).items() if name != "at"}
        found.append(LabelBatch(id=one.id, number=one.number, created_at=one.created_at, **body))
    return tuple(found)


def labelled(project: Project, current: Current) -> pd.DataFrame:
    """The rows of a log that have a label: place (index in the log), y (as text or number), prediction, probability…"""
    import pandas as pd

    if current.log is None or current.predictions is None:
        return pd.DataFrame(columns=["place", "y"])
    truth = get_labels(project)[["prediction_id", "row", "value"]].rename(columns={"prediction_id": "id", "value": "y"})
    rows = current.log.assign(
        place=current.log.index, **{str(name): current.predictions[name] for name in current.predictions}
    )
    return rows.merge(truth, on=["id", "row"], how="inner").sort_values("place", ignore_index=True)


def _there(frame: pd.DataFrame, names: Sequence[str], field: str) -> None:
    absent = [name for name in names if name not in frame.columns]
    if absent:
        raise InvalidInput(f"The file has no column {listing(absent)}. It has: {listing(frame.columns)}.", field=field)


def _values(cells: pd.Series, version: ModelVersion) -> tuple[list[str], list[str]]:
    """Labels as they are kept, and those that are none: "1.0" is the class "1"."""
    if version.task == "regression":
        return [repr(float(cell)) for cell in cells], [
            str(cell) for cell in cells if not abs(float(cell)) < float("inf")
        ]
    alike = {_number(label): label for label in version.classes if _number(label) is not None}
    values, odd = [], []
    for cell in cells:
        text = str(cell)
        label = text if text in version.classes else alike.get(_number(text))
        values.append(label or text)
        if label is None:
            odd.append(text)
    return values, odd


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _already(project: Project, matched: pd.DataFrame) -> list[str]:
    """Predictions that the file labels twice, or that have a label already."""
    repeated = matched[matched.duplicated(["id", "row"], keep="first")]
    problems = []
    if len(repeated):
        lines = [f"row {line}" for line in repeated["line"]]
        problems.append(f"{count(len(repeated), 'row')} give a label twice: {listing(lines, SHOWN)}.")
    there = get_labels(project)[["prediction_id", "row"]].rename(columns={"prediction_id": "id"})
    old = matched.merge(there, on=["id", "row"], how="inner")
    if len(old):
        lines = [
            f"row {line} (prediction {id_[:12]}, row {row})" for line, id_, row in old[["line", "id", "row"]].to_numpy()
        ]
        have = "has a label" if len(old) == 1 else "have a label"
        problems.append(f"{count(len(old), 'prediction')} {have} already: {listing(lines, SHOWN)}.")
    return problems


def _write(project: Project, matched: pd.DataFrame, artifact: str, at: str | None) -> None:
    """All labels in one transaction; somebody else's label of the same prediction undoes it."""
    from sqlalchemy.exc import IntegrityError

    now = records.now()
    rows = [
        {
            "project_id": project.id,
            "prediction_id": identity,
            "row": int(row),
            "value": value,
            "at": at or now,
            "received_at": now,
            "artifact": artifact,
        }
        for identity, row, value in matched[["id", "row", "value"]].to_numpy()
    ]
    try:
        with project.workspace.write() as connection:
            connection.execute(insert(records.labels), rows)
    except IntegrityError as error:
        raise InvalidInput(
            "No label was added. Somebody else labelled some of these predictions just now.", field="source"
        ) from error
