"""The ydata report: another library's look at a table, made harmless, as one file, by a job that can be stopped."""

from __future__ import annotations

import time as clock
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import Dataset, get_dataset
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound, listing
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.profiling import alerts, predicting
from mlworkbench.profiling.report_results import MODES, Prediction, Report
from mlworkbench.profiling.reported_rows import Part, comparable, rows_in_time, sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from mlworkbench.projects import Project

KIND = "ydata_report"
MOST_LEFT_OUT = 5  # columns that the library cannot describe; each costs another attempt
LEAST_TIMES = 30  # rows of a time series; with fewer its tests say nothing


def predict_report(
    project: Project,
    *,
    dataset: str | None = None,
    mode: str = "minimal",
    other: str | None = None,
    time: str | None = None,
    columns: Sequence[str] | None = None,
    sample_rows: int | None = None,
) -> Prediction:
    """What a report with these settings will take, whether it is made, and if not, with how many rows it would be.

    Raises
    ------
    InvalidInput
        field="mode", "other", "time", "columns" or "sample_rows".
    NotFound
        There is no such dataset.
    """
    parts = _parts(project, dataset=dataset, mode=mode, other=other, time=time, columns=columns)
    if sample_rows is not None and (
        isinstance(sample_rows, bool) or not isinstance(sample_rows, int) or sample_rows < predicting.LEAST_ROWS
    ):
        raise InvalidInput(
            f"sample_rows is a whole number of at least {predicting.LEAST_ROWS}. Got {sample_rows!r}.",
            field="sample_rows",
        )
    first = parts[0]
    wanted = set(first.names)
    kinds = [one for one in first.dataset.columns if one.name in wanted]
    rows = min(max(part.dataset.rows for part in parts), sample_rows or first.dataset.rows + 10**12)
    return predicting.predict(predicting.shape_of(kinds, rows), mode)


def _check(project: Project, **given: Any) -> None:
    given.pop("seed", None)
    predicted = predict_report(project, **given)
    mode = given.get("mode", "minimal")
    parts = _parts(project, **{name: value for name, value in given.items() if name != "sample_rows"})
    for part in parts:
        if part.dataset.rows == 0:
            raise NotApplicable(f"A report needs rows; data v{part.dataset.number} has none.", field="dataset")
    if mode == "timeseries" and parts[0].dataset.rows < LEAST_TIMES:
        raise NotApplicable(
            f"A time series has at least {LEAST_TIMES} rows; this table has {parts[0].dataset.rows:,}. Take another "
            "mode.",
            field="mode",
        )
    if predicted.reason:
        raise NotApplicable(predicted.reason, field="sample_rows" if predicted.fitting_rows else "mode")


@job(lane="heavy", title="Making the ydata report", check=_check)
def ydata_report(
    project: Project,
    *,
    dataset: str | None = None,
    mode: str = "minimal",
    other: str | None = None,
    time: str | None = None,
    columns: list[str] | None = None,
    sample_rows: int | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Report:
    """Make the report of the ydata library (fg-data-profiling) about a table, and keep what it warns of.

    Parameters
    ----------
    mode : {"minimal", "full", "comparison", "timeseries"}
        Each column by itself; with correlations and plots of all pairs of numbers; beside another version; ordered by
        `time`, with trends, seasons and gaps.
    other : str, optional
        The dataset that a comparison is with: another version, a synthetic one too.
    time : str, optional
        The column of dates that orders a time series; by default the only one.
    columns : list of str, optional
        By default all.
    sample_rows : int, optional
        Rows drawn by `seed`, of a time series the latest ones; by default all.

    Raises
    ------
    InvalidInput
        field="mode", "other", "time", "columns" or "sample_rows".
    NotApplicable
        It would be too long or too big, and what fits; the table has no rows; the library cannot describe it.
    """
    _check(project, dataset=dataset, mode=mode, other=other, time=time, columns=columns, sample_rows=sample_rows)
    parts = _parts(project, dataset=dataset, mode=mode, other=other, time=time, columns=columns)
    began = clock.monotonic()
    progress.update(0.02, "Reading the table")
    if mode == "timeseries":
        ordered = parts[0].time or ""
        read = [rows_in_time(project, parts[0], ordered, sample_rows)]
    else:
        read = [sample(project, part, sample_rows, seed) for part in parts]
    frames, names, notes = comparable(read)
    progress.update(0.06, f"Looking at {len(frames[0]):,} rows")
    by_name = {ours: clean for clean, ours in names.items()}
    html, description, left = _made(
        frames,
        [f"Data v{part.dataset.number}" for part in parts],
        mode=mode,
        time=by_name[parts[0].time] if parts[0].time else None,
        progress=progress,
    )
    sampled = any(one.sampled for one in read)
    notes = (*notes, *(f"{names[one]}: left out, the library stopped at it ({why})." for one, why in left.items()))
    warned = alerts.found(description, names, len(frames[0]) if sampled else None)
    progress.update(0.97, "Keeping the report")
    with project.workspace.scratch("report") as folder:
        target = Path(folder) / "report.html"
        target.write_text(html, encoding="utf-8", errors="replace")
        meta = {
            "mode": mode,
            "rows": len(frames[0]),
            "sampled": sampled,
            "seconds": round(clock.monotonic() - began, 1),
            "time": parts[0].time,
            "notes": list(notes),
        }
        ids = tuple(part.dataset.id for part in parts)
        kept = artifacts.put_file(project, KIND, target, suffix=".html", parents=ids, meta=meta)
    alerts.keep(project, kept.id, warned)
    return _report(kept)


def _made(
    frames: list[pd.DataFrame], titles: list[str], *, time: str | None, **settings: Any
) -> tuple[str, Any, dict[str, str]]:
    """The page, the description, and the columns that the library stopped at, left out, with what it said."""
    from mlworkbench.profiling import ydata

    left: dict[str, str] = {}
    while True:
        try:
            return *ydata.make(frames, titles, time=time, **settings), left
        except ydata.Stopped as stopped:
            others = set(frames[0].columns) - {stopped.column, time}
            if stopped.column is None or stopped.column == time or not others or len(left) == MOST_LEFT_OUT:
                raise NotApplicable(
                    f"The ydata library stopped at this table ({stopped}). Take another mode, or fewer columns; the "
                    "first look has all of them.",
                    field="mode",
                ) from stopped
            left[stopped.column] = str(stopped)
            frames = [frame.drop(columns=stopped.column) for frame in frames]


def _parts(
    project: Project,
    *,
    dataset: str | None = None,
    mode: str = "minimal",
    other: str | None = None,
    time: str | None = None,
    columns: Sequence[str] | None = None,
) -> list[Part]:
    """The tables a report is about, with the columns of each, once the settings make sense."""
    if mode not in MODES:
        raise InvalidInput(f"There is no report {mode!r}. Available: {listing(MODES)}.", field="mode")
    table = get_dataset(project, dataset)
    if columns is not None and (isinstance(columns, str) or not columns):
        raise InvalidInput("columns is a list of at least one name, or nothing for all.", field="columns")
    names = [one.name for one in table.columns]
    unknown = [name for name in columns or () if name not in names]
    if unknown:
        raise InvalidInput(f"The table has no column {unknown[0]!r}. It has: {listing(names)}.", field="columns")
    chosen = [name for name in names if columns is None or name in columns]
    if mode != "timeseries" and time is not None:
        raise InvalidInput("Only a report of a time series takes a column of time.", field="time")
    if (mode == "comparison") != (other is not None):
        need = "names the version to compare with" if mode == "comparison" else "is of comparisons only"
        raise InvalidInput(f"other {need}. Got mode {mode!r} and other {other!r}.", field="other")
    if mode == "timeseries":
        time = _time(table, time)
        return [Part(table, tuple(name for name in names if name in chosen or name == time), time)]
    if other is None:
        return [Part(table, tuple(chosen))]
    beside = get_dataset(project, other)
    if beside.id == table.id:
        raise InvalidInput("A comparison is of two versions; both are the same one.", field="other")
    known = {one.name for one in beside.columns}
    both = tuple(name for name in chosen if name in known)
    if not both:
        raise InvalidInput("The two versions have none of these columns in common.", field="other")
    said = f"{len(chosen) - len(both):,} columns are not in data v{beside.number}: {listing(set(chosen) - known)}."
    return [Part(table, both, notes=(said,) if len(both) < len(chosen) else ()), Part(beside, both)]


def _time(table: Dataset, time: str | None) -> str:
    dates = [one.name for one in table.columns if one.type == "datetime"]
    if time is None and len(dates) == 1:
        return dates[0]
    if time is None or time not in dates:
        got = "none was named" if time is None else f"got {time!r}"
        raise InvalidInput(
            f"A time series is ordered by a column of dates; {got}. Columns of dates: {listing(dates)}.", field="time"
        )
    return time


def reports_of(project: Project, dataset: str) -> tuple[Report, ...]:
    """The reports about a dataset, the newest first."""
    known = artifacts.list_artifacts(project, KIND)
    return tuple(_report(one) for one in known if one.parents[0] == dataset)


def get_report(project: Project, ref: str | None = None, *, dataset: str | None = None) -> Report:
    """A report by id, or the newest one (about a dataset); NotFound says how to make one."""
    if ref is not None:
        return _report(artifacts.find(project, ref, kind=KIND))
    for found in artifacts.list_artifacts(project, KIND):
        if dataset is None or found.parents[0] == dataset:
            return _report(found)
    raise NotFound("There is no ydata report about this table yet. Make one first.", field="report")


def report_html(project: Project, ref: str) -> str:
    """The report as it was made. Show it only through `sandboxed`."""
    report = get_report(project, ref)
    return artifacts.path(project, report.id).read_text(encoding="utf-8")


def _report(found: artifacts.Artifact) -> Report:
    meta = found.meta
    return Report(
        id=found.id,
        dataset=found.parents[0],
        mode=str(meta.get("mode") or ("minimal" if meta.get("minimal") else "full")),
        rows=int(meta["rows"]),
        sampled=bool(meta["sampled"]),
        size=found.size,
        seconds=float(meta.get("seconds", 0.0)),
        other=found.parents[1] if len(found.parents) > 1 else None,
        time=meta.get("time"),
        notes=tuple(meta.get("notes", ())),
        created_at=found.created_at,
    )
