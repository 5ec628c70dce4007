"""Every row of a file at once."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.artifacts import Artifact
from mlworkbench.errors import InvalidInput, NotFound, listing
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.projects import Project, audit
from mlworkbench.serving.export import check_target, write_result
from mlworkbench.serving.inputs import dtype, not_used, unusual
from mlworkbench.serving.log import past, record
from mlworkbench.serving.predictor import Predictor
from mlworkbench.serving.results import Batch

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from mlworkbench.data import CheckReport, DataContract, FileRows
    from mlworkbench.serving.inputs import Columns

_CHUNK = 20_000
_INPUT = "input."


class _Part(Progress):
    """A stretch of a job's progress, itself going from 0 to 1."""

    def __init__(self, whole: Progress, low: float, high: float) -> None:
        self.whole, self.low, self.high = whole, low, high

    def update(self, fraction: float, message: str = "") -> None:
        """Say how far this stretch is."""
        self.whole.update(self.low + (self.high - self.low) * fraction, message)


def _check(project: Project, *, out: str | None, at: str | None, **_: Any) -> None:
    """What can be seen to be wrong before any reading."""
    if out is not None:
        check_target(Path(out))
    if at is not None:
        past(at)


@job(lane="light", title="Predicting a file", check=_check)
def predict_file(
    project: Project,
    *,
    source: str | Path,
    out: str | None = None,
    alias: str = "champion",
    at: str | None = None,
    progress: Progress = SILENT,
) -> Batch:
    """Predict every row of a file, keep the predictions and log them as one record.

    The file is read as the model's training table was: cells that cannot be read as their column's type are missing,
    with a warning that counts them.

    Parameters
    ----------
    source : path or str
        A CSV, Parquet or Excel file, or the id of an upload.
    out : str, optional
        Also write the file's columns and the predictions there (.csv or .parquet; see `export_batch`).
    alias : str
        Which model version answers.
    at : str, optional
        An ISO 8601 time that the predictions count for, in the past: a replay of history says it; the present by
        default. A time without a zone is UTC.

    Raises
    ------
    InvalidInput
        The file lacks columns of the model, most cells of one cannot be read, or one that the model cannot do without
        has missing values, or it breaks a data contract that rejects such files; `out` cannot be written; `at` is no
        time or lies in the future. Nothing is logged or written then.
    NotFound
        No model version has this alias.
    """
    from mlworkbench.data import get_dataset, keep_check, promised_of, read_rows, reading_like, receive
    from mlworkbench.modeling import late

    _check(project, out=out, at=at)
    predictor = Predictor.load(project, alias)
    version = predictor.version
    upload = receive(project, source) if Path(source).is_file() else _upload(project, str(source))
    learnt = get_dataset(project, version.dataset)
    reading = reading_like(learnt)
    types = {one.name: one.type for one in version.inputs}
    part = _Part(progress, 0.0, 0.5)
    rows = read_rows(project, upload.id, types, like=learnt, progress=part)
    columns, warnings = _columns(rows, predictor)
    contract, report = _promised(project, rows, predictor)
    warnings += [] if report is None or report.kept else [report.sentence]
    outputs, latency = _predict(predictor, columns, _Part(progress, 0.5, 0.8))
    slow = late(promised_of(project, version.target), latency, rows.rows)
    warnings += [slow] if slow else []
    named = predictor.named(outputs)
    parents = (upload.id, version.id)
    table = _table(named, columns)
    kept = artifacts.put_table(project, "predictions", table, parents=parents, meta={"rows": rows.rows})
    checked = keep_check(project, contract, report, kept.id, [kept.id]).id if contract and report else None
    if out is not None:
        part = _Part(progress, 0.8, 1.0)
        names = list(rows.names)
        write_result(
            project, upload, reading, names, named, Path(out), lambda share: part.update(share, "Writing the file")
        )
    log = record(
        project,
        source="batch",
        model_version=version.id,
        rows=rows.rows,
        latency_ms=latency,
        artifact=kept.id,
        at=at,
    )
    body = {
        "name": str(upload.meta.get("name", "")),
        "names": list(rows.names),
        "reading": reading,
        "rows": rows.rows,
        "model_version": version.id,
        "upload": upload.id,
        "predictions": kept.id,
        "out": out,
        "latency_ms": latency,
        "warnings": warnings,
        "log": log,
        "check": checked,
    }
    stored = artifacts.put_json(project, "batch", body, parents=(kept.id, *parents))
    audit(project, "file predicted", {"batch": stored.id, "rows": rows.rows, "model_version": version.id})
    return _batch(stored, body)


def get_batch(project: Project, ref: str) -> Batch:
    """A predicted file by the id (or its prefix) of its record."""
    found = artifacts.find(project, ref, kind="batch")
    return _batch(found, artifacts.read_json(project, found.id))


def list_batches(project: Project, limit: int = 50) -> tuple[Batch, ...]:
    """Predicted files, newest first."""
    found = artifacts.list_artifacts(project, "batch", limit)
    return tuple(_batch(one, artifacts.read_json(project, one.id)) for one in found)


def export_batch(project: Project, ref: str, target: str | Path) -> Path:
    """Write a predicted file's own columns, as they stood, with `prediction` and `probability_<class>` beside them.

    In CSV, text that a spreadsheet would run as a formula gets an apostrophe before it. A column of the file that is
    named like one of ours gets the ending " (file)".

    Parameters
    ----------
    target : path
        Ends in .csv or .parquet; written whole or not at all.
    """
    place = Path(target)
    check_target(place)
    found = artifacts.find(project, ref, kind="batch")
    body = artifacts.read_json(project, found.id)
    table = artifacts.read_table(project, body["predictions"])
    names = [str(name) for name in table.columns]
    named = {name: table[name].to_numpy() for name in names if name != "row" and not name.startswith(_INPUT)}
    upload = artifacts.find(project, body["upload"])
    write_result(project, upload, body["reading"], body["names"], named, place, lambda share: None)
    return place


def _upload(project: Project, source: str) -> Artifact:
    try:
        return artifacts.find(project, source, kind="upload")
    except NotFound as error:
        raise InvalidInput(
            f"A file or an upload's id was expected. Got {source!r}. Check the path.", field="source"
        ) from error


def _columns(rows: FileRows, predictor: Predictor) -> tuple[Columns, list[str]]:
    """The model's columns of a file, and warnings."""
    import pandas as pd

    fields = predictor.version.inputs
    absent = [one.name for one in fields if one.name not in rows.frame.columns]
    if absent:
        raise InvalidInput(
            f"The file lacks {len(absent)} of the {len(fields)} columns that the model needs: {listing(absent)}. "
            f"It has: {listing(rows.frame.columns)}.",
            field="source",
        )
    if not len(rows.frame):
        raise InvalidInput("The file has a header and no rows. There is nothing to predict.", field="source")
    wanted = {one.name for one in fields}
    warnings = []
    for finding in rows.findings:
        about = [name for name in finding.columns if name in wanted]
        if finding.columns and not about:
            continue
        if finding.code == "unreadable_as_type" and finding.count * 2 > len(rows.frame):
            raise InvalidInput(f"Is this the right file? {finding.message}", field="source")
        warnings.append(finding.message)
    columns = {one.name: rows.frame[one.name].to_numpy(dtype=dtype(one)) for one in fields}
    for one in fields:
        missing = pd.isna(columns[one.name])
        if one.required and missing.any():
            raise InvalidInput(
                f"This model cannot predict without a value of {one.name}, and {int(missing.sum()):,} rows have none, "
                f"the first of them row {int(missing.argmax()) + 1:,}. Fill them in.",
                field="source",
            )
    extra = [name for name in rows.frame.columns if name not in wanted and name != predictor.version.target]
    return columns, warnings + not_used(extra) + unusual(columns, fields)


def _promised(project: Project, rows: FileRows, predictor: Predictor) -> tuple[DataContract | None, CheckReport | None]:
    """The project's data contract, and the file against it; InvalidInput when the contract rejects the file."""
    from mlworkbench.data import check_rows_to_predict, current_promises, reject_broken

    contract = current_promises(project)
    if contract is None:
        return None, None
    names = [one.name for one in predictor.version.inputs]
    report = check_rows_to_predict(contract, rows.frame, names, unread=rows.unread)
    reject_broken(contract, report)
    return contract, report


def _predict(predictor: Predictor, columns: Columns, progress: Progress) -> tuple[NDArray[np.float64], float]:
    """The outputs for all rows, in chunks, and the milliseconds they took."""
    import numpy as np

    rows = len(next(iter(columns.values())))
    parts, spent = [], 0.0
    for start in range(0, rows, _CHUNK):
        progress.update(start / rows, f"Predicting row {start + 1:,} of {rows:,}")
        begun = time.perf_counter()
        parts.append(predictor.outputs({name: cells[start : start + _CHUNK] for name, cells in columns.items()}))
        spent += time.perf_counter() - begun
    return np.concatenate(parts), spent * 1000


def _table(named: Mapping[str, NDArray[Any]], columns: Columns) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    rows = len(next(iter(named.values())))
    inputs = {f"{_INPUT}{name}": cells for name, cells in columns.items()}
    return pd.DataFrame({"row": np.arange(1, rows + 1), **named, **inputs})


def _batch(artifact: Artifact, body: Mapping[str, Any]) -> Batch:
    return Batch(
        id=artifact.id,
        number=artifact.number,
        name=body["name"],
        rows=body["rows"],
        model_version=body["model_version"],
        upload=body["upload"],
        predictions=body["predictions"],
        out=body["out"],
        latency_ms=body["latency_ms"],
        warnings=tuple(body["warnings"]),
        created_at=artifact.created_at,
        log=body["log"],
        check=body.get("check"),
    )
