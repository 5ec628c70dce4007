"""The log cut into windows, each against the same reference, corrected over all windows and columns together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mlworkbench.errors import InvalidInput, listing
from mlworkbench.jobs import SILENT, Progress
from mlworkbench.monitoring.comparing import LEAST_ROWS, Sample, Settings, decide, measure, measure_answers
from mlworkbench.monitoring.current import Current, honest, of_log
from mlworkbench.monitoring.labels import labelled
from mlworkbench.monitoring.realising import LEAST_LABELS, realise, scored
from mlworkbench.monitoring.reference import Reference, answer_column
from mlworkbench.monitoring.results import ColumnDrift, Realised, Window
from mlworkbench.monitoring.statistics import normal_quantile, wilson

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.projects import Project

FREQUENCIES = {"day": "D", "week": "W", "month": "M", "quarter": "Q"}
MOST = 60


def timeline(
    project: Project,
    freq: str = "month",
    *,
    sources: Sequence[str] = ("batch", "api"),
    since: str | None = None,
    until: str | None = None,
    alias: str = "champion",
    alpha: float = 0.05,
    floors: dict[str, float] | None = None,
    seed: int = 0,
) -> tuple[Window, ...]:
    """The predictions of a model version window by window, oldest first.

    Parameters
    ----------
    freq : {"day", "week", "month", "quarter"}
        Of the calendar, UTC.
    sources, since, until, alias, alpha, floors, seed
        As in `monitor`.

    Returns
    -------
    tuple of Window
        Those with predictions; the newest 60 at most.
    """
    from mlworkbench.modeling import get_model_version
    from mlworkbench.scoping import get_contract

    check_freq(freq)
    settings = Settings.checked(alpha, floors=floors, seed=seed)
    version = get_model_version(project, alias)
    current = of_log(project, version, sources, since, until)
    reference = Reference.load(project, version)
    truth = labelled(project, current)
    current = honest(reference, current)
    realised = realise(reference, current, truth, get_contract(project).metric, seed)
    return windows_of(reference, current, truth, freq, settings, realised)


def check_freq(freq: str) -> None:
    """InvalidInput for a frequency that is none of ours."""
    if freq not in FREQUENCIES:
        raise InvalidInput(f"freq is one of: {listing(FREQUENCIES)}. Got {freq!r}.", field="freq")


def windows_of(
    reference: Reference,
    current: Current,
    truth: pd.DataFrame,
    freq: str,
    settings: Settings,
    realised: Realised | None,
    progress: Progress = SILENT,
) -> tuple[Window, ...]:
    """The windows of a log that was read already, with the labels that `labelled` found; none for a file."""
    import pandas as pd

    if current.log is None:
        return ()
    moments = pd.to_datetime(current.log["at"], format="ISO8601", utc=True).dt.tz_localize(None)
    periods = moments.dt.to_period(FREQUENCIES[freq])
    chosen = sorted(periods.unique())[-MOST:]
    before = reference.samples()
    column, type_, name = answer_column(reference.version)
    promised = Sample(reference.out_of_fold[column], "number" if type_ == "number" else "category")
    measured: list[list[ColumnDrift]] = []
    for place, period in enumerate(chosen):
        progress.update(place / len(chosen), f"Window {place + 1} of {len(chosen)}")
        rows = periods == period
        tested = replace(settings, seed=settings.seed + place)
        found = [
            measure(one, kind, before[one], Sample(current.inputs.loc[rows, one], before[one].kind), tested)
            for one, kind in reference.types.items()
        ]
        if current.predictions is not None:
            now = Sample(current.predictions.loc[rows, column], promised.kind)
            found.append(measure_answers(name, type_, promised, now, tested))
        measured.append(found)
    decided = iter(decide([one for found in measured for one in found], settings.alpha))
    windows = []
    for period, found in zip(chosen, measured, strict=True):
        rows = periods == period
        mine = truth[truth["place"].isin(rows.index[rows])]
        level = 1 - settings.alpha / len(chosen)
        score = None
        if realised is not None and len(mine) >= LEAST_LABELS:
            score = scored(reference.version, mine, realised.scoring, settings.seed, level)
        worse = score is not None and realised is not None and score[2] < realised.expected_low
        columns = [next(decided) for _ in found]
        windows.append(_window(reference, current, period, rows, columns, len(mine), score, worse, level))
    return tuple(windows)


def _window(
    reference: Reference,
    current: Current,
    period: pd.Period,
    rows: pd.Series,
    columns: Sequence[ColumnDrift],
    labels: int,
    score: tuple[float, float, float] | None,
    worse: bool,
    level: float,
) -> Window:
    inputs = [one for one in columns if one.role == "input"]
    tested = [one for one in inputs if one.p_value is not None or one.missing_p_value is not None]
    moved = tuple(one.column for one in inputs if one.drifted)
    low, high = wilson(len(moved), len(tested)) if tested else (None, None)
    mean, band = _answers(reference, current, rows, level)
    drifted = worse or any(one.drifted for one in columns)
    assert current.log is not None
    return Window(
        label=str(period).replace("/", " to "),
        start=period.start_time.isoformat(),
        end=(period + 1).start_time.isoformat(),
        rows=int(rows.sum()),
        requests=int(current.log.loc[rows, "id"].nunique()),
        labelled=labels,
        tested=len(tested),
        columns=moved,
        share=len(moved) / len(tested) if tested else None,
        share_low=low,
        share_high=high,
        prediction=mean[0],
        prediction_low=mean[1],
        prediction_high=mean[2],
        band_low=band[0],
        band_high=band[1],
        score=score[0] if score else None,
        score_low=score[1] if score else None,
        score_high=score[2] if score else None,
        drifted=drifted,
    )


def _answers(
    reference: Reference, current: Current, rows: pd.Series, level: float
) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
    """The mean prediction with its interval, and the band in which it lies by chance: normal, both samples counted."""
    column, type_, _ = answer_column(reference.version)
    if type_ != "number" or current.predictions is None or rows.sum() < LEAST_ROWS:
        return (None, None, None), (None, None)
    now = current.predictions.loc[rows, column].astype(float).dropna()
    before = reference.out_of_fold[column].astype(float)
    if len(now) < LEAST_ROWS:
        return (None, None, None), (None, None)
    half = normal_quantile(0.975) * float(now.std()) / math.sqrt(len(now))
    room = normal_quantile(0.5 + level / 2) * float(before.std()) * math.sqrt(1 / len(before) + 1 / len(now))
    mean, middle = float(now.mean()), float(before.mean())
    return (mean, mean - half, mean + half), (middle - room, middle + room)
