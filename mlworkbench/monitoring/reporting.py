"""The report: everything compared with the reference, corrected together, one verdict first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mlworkbench import artifacts
from mlworkbench.errors import InvalidInput, NotFound
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.monitoring.comparing import (
    LEAST_ROWS,
    Sample,
    Settings,
    decide,
    family,
    kind_of,
    measure,
    measure_answers,
    ranked,
)
from mlworkbench.monitoring.current import Current, honest, of_file, of_log, requests_of
from mlworkbench.monitoring.labels import labelled
from mlworkbench.monitoring.realising import realise, words_of
from mlworkbench.monitoring.reference import Reference, answer_column, influences
from mlworkbench.monitoring.renaming import renamed
from mlworkbench.monitoring.results import ColumnDrift, MonitorReport, Realised
from mlworkbench.monitoring.windowing import check_freq, windows_of
from mlworkbench.monitoring.words import count, figure, named
from mlworkbench.projects import Project
from mlworkbench.serving import SOURCES, moment

KIND = "monitor_report"
_FEW = 100


def _check(
    project: Project,
    *,
    current: str | None,
    sources: Sequence[str],
    since: str | None,
    until: str | None,
    alias: str,
    freq: str,
    checks_per_month: float,
    **settings: Any,
) -> None:
    """What can be seen to be wrong before any reading."""
    from mlworkbench.modeling import get_model_version

    chosen = {name: settings[name] for name in ("alpha", "tests", "effects", "floors", "seed") if name in settings}
    Settings.checked(**chosen)
    check_freq(freq)
    if not isinstance(checks_per_month, int | float) or isinstance(checks_per_month, bool) or not checks_per_month > 0:
        raise InvalidInput(
            f"checks_per_month must be a number above 0, such as 4 for weekly. Got {checks_per_month!r}.",
            field="checks_per_month",
        )
    if isinstance(sources, str) or not sources or any(source not in SOURCES for source in sources):
        raise InvalidInput(f"sources is a list of some of: {', '.join(SOURCES)}. Got {sources!r}.", field="sources")
    begin, end = ((moment(at, field) if at is not None else None) for at, field in ((since, "since"), (until, "until")))
    if begin and end and begin >= end:
        raise InvalidInput(f"until must be later than since. Got {since!r} and {until!r}.", field="until")
    version = get_model_version(project, alias)
    if current is None:
        requests_of(project, version, sources, since, until)
    elif not Path(current).is_file():
        try:
            artifacts.find(project, str(current), kind="upload")
        except NotFound as error:
            raise InvalidInput(
                f"A file or an upload's id was expected. Got {str(current)!r}. Check the path.", field="current"
            ) from error


@job(lane="light", title="Comparing with the reference", check=_check)
def monitor(
    project: Project,
    *,
    current: str | None = None,
    sources: Sequence[str] = ("batch", "api"),
    since: str | None = None,
    until: str | None = None,
    alias: str = "champion",
    alpha: float = 0.05,
    tests: Mapping[str, str] | None = None,
    effects: Mapping[str, str] | None = None,
    floors: Mapping[str, float] | None = None,
    freq: str = "month",
    checks_per_month: float = 4.0,
    seed: int = 0,
    progress: Progress = SILENT,
) -> MonitorReport:
    """Compare logged predictions, or the rows of a file, with what the champion learnt from.

    A column drifted only when its test survives Benjamini-Hochberg over all tests of the report AND its effect is above
    its floor and above what a batch of this size from the reference shows by chance. Without any drift the verdict is
    "changed" in at most `alpha` of reports. Predictions are compared with out-of-fold ones; rows that are training rows
    count with theirs, as in-sample answers would look like drift.

    Parameters
    ----------
    current : path or str, optional
        A file, or the id of an upload; by default the predictions that were logged.
    sources : sequence of {"batch", "api", "whatif"}
        Of the log: what counts as production.
    since, until : str, optional
        Of the log: ISO 8601 times, `until` excluded.
    alias : str
        Whose training rows and predictions.
    alpha : float
        False discovery rate, 0 to 0.5.
    tests, effects : Mapping, optional
        Kind of column ("number", "category") → name in `DRIFT_TESTS`.
    floors : Mapping, optional
        Effect, or "missing", → the least worth an alarm.
    freq : {"day", "week", "month", "quarter"}
        Windows of the timeline.
    checks_per_month : float
        How often such a report is made; states the expected false alarms.
    seed : int
        Of what a batch shows by chance.

    Raises
    ------
    InvalidInput
        A setting or a file that cannot be used; `field` names the setting.
    NotApplicable
        The log holds no prediction of this model version.
    NotFound
        No model version has this alias.
    """
    from mlworkbench.modeling import get_model_version, load_model
    from mlworkbench.scoping import get_contract

    given = {"alpha": alpha, "tests": tests, "effects": effects, "floors": floors, "seed": seed}
    source = str(current) if current is not None else None
    _check(
        project, current=source, sources=sources, since=since, until=until, alias=alias, freq=freq,
        checks_per_month=checks_per_month, **given,
    )  # fmt: skip
    settings = Settings.checked(alpha, tests, effects, floors, seed)
    version, contract = get_model_version(project, alias), get_contract(project)
    if source is None:
        rows = of_log(project, version, sources, since, until, contract.latency_ms)
    progress.update(0.05, "Reading the reference")
    reference, pipeline = Reference.load(project, version), load_model(project, version)
    if source is not None:
        progress.update(0.1, "Reading the file")
        rows = of_file(project, reference, source, pipeline, SILENT, contract.latency_ms)
    progress.update(0.4, "Comparing columns")
    truth = labelled(project, rows)
    rows = honest(reference, rows)
    columns = _compare(reference, rows, settings)
    tested = family(columns)
    weights = influences(pipeline, reference, seed) if len(rows.inputs.columns) else {}
    columns = [replace(one, influence=weights.get(one.column)) if one.role == "input" else one for one in columns]
    inputs = ranked(one for one in columns if one.role == "input")
    prediction = next((one for one in columns if one.role == "prediction"), None)
    progress.update(0.6, "Comparing windows")
    realised = realise(reference, rows, truth, contract.metric, seed)
    windows = windows_of(reference, rows, truth, freq, settings, realised, progress)
    verdict, sentence = conclude(inputs, prediction, realised, len(rows.inputs))
    made = MonitorReport(
        id="",
        number=0,
        model_version=version.id,
        reference=reference.side,
        current=rows.side,
        verdict=verdict,
        sentence=sentence,
        drifted=verdict == "changed",
        columns=inputs,
        prediction=prediction,
        extra=tuple(str(name) for name in rows.extra.columns),
        missing=tuple(one.column for one in inputs if "missing" in one.reasons),
        unseen={one.column: one.unseen_rows for one in inputs if one.unseen_rows},
        realised=realised,
        windows=windows,
        volume=rows.volume,
        latency=rows.latency,
        alpha=settings.alpha,
        checks_per_month=float(checks_per_month),
        expected_false_alarms=settings.alpha * float(checks_per_month),
        tests=tested,
        floors={name: settings.floor(name) for name in (*settings.effects.values(), "missing")},
        notes=rows.notes,
    )
    parents = [version.id, version.dataset, *([rows.side.artifact] if rows.side.artifact else [])]
    drifted = count(len(made.drifted_columns), "input") + " changed" if made.drifted else verdict
    kept = artifacts.put_json(
        project,
        KIND,
        made.to_json(),
        parents=tuple(dict.fromkeys(parents)),
        meta={"figure": drifted, "remark": sentence},
    )
    artifacts.set_alias(project, "report", kept.id)
    progress.update(1.0, sentence)
    return get_report(project, kept.id)


def get_report(project: Project, ref: str | None = None) -> MonitorReport:
    """A report by id or unique prefix, the newest by default; NotFound says how to make one."""
    if ref is None and artifacts.get_alias(project, "report") is None:
        raise NotFound("This project has no monitoring report yet. Make one first.", field="report")
    found = artifacts.find(project, ref or "report", kind=KIND)
    body = artifacts.read_json(project, found.id)
    return MonitorReport.from_json(body, id=found.id, number=found.number, created_at=found.created_at)


def list_reports(project: Project, limit: int = 50) -> tuple[MonitorReport, ...]:
    """Reports, newest first."""
    return tuple(get_report(project, one.id) for one in artifacts.list_artifacts(project, KIND, limit))


def _compare(reference: Reference, rows: Current, settings: Settings) -> list[ColumnDrift]:
    """All inputs and the prediction, decided on together."""
    found: list[ColumnDrift] = []
    for name, type_ in reference.types.items():
        if name not in rows.inputs.columns:
            perhaps = renamed(name, type_, reference.frame[name], rows.extra, settings)
            gone = ColumnDrift(name, type_, "input", len(reference.frame), len(rows.inputs), reasons=("absent",))
            found.append(replace(gone, renamed_to=perhaps, note="The column is not in the file."))
            continue
        before, now = (Sample(side[name], kind_of(type_)) for side in (reference.frame, rows.inputs))
        found.append(measure(name, type_, before, now, settings))
    if rows.predictions is not None:
        column, type_, name = answer_column(reference.version)
        before, now = (Sample(side[column], kind_of(type_)) for side in (reference.out_of_fold, rows.predictions))
        found.append(measure_answers(name, type_, before, now, settings))
    return decide(found, settings.alpha)


def conclude(
    inputs: Sequence[ColumnDrift], prediction: ColumnDrift | None, realised: Realised | None, rows: int
) -> tuple[str, str]:
    """The verdict, and the sentence that says it."""
    moved = [one for one in inputs if one.drifted]
    parts = []
    if moved:
        parts.append(f"{named([one.sentence for one in moved])}, {len(moved)} of {count(len(inputs), 'input')}")
    if prediction is not None and prediction.drifted:
        parts.append(f"predictions moved: {prediction.sentence}")
    if realised is not None and realised.concept_drift:
        parts.append(words_of(realised))
    if parts:
        return "changed", f"Something changed: {'; '.join(parts)}."
    if rows < LEAST_ROWS:
        return "unknown", f"Cannot tell yet: {count(rows, 'row')}, and at least {LEAST_ROWS} are needed to compare."
    tested = [one for one in inputs if one.p_value is not None]
    if not tested:
        return "unknown", f"Cannot tell: none of {count(len(inputs), 'input')} could be tested."
    also = " and the predictions" if prediction is not None and prediction.p_value is not None else ""
    said = f"Quiet: {count(len(tested), 'input')}{also} look as they did in training, as far as {rows:,} rows can tell."
    shifts = [one.threshold for one in tested if one.effect_test == "wasserstein" and one.threshold]
    if rows < _FEW and shifts:
        said += (
            f" So few rows show large changes only: a number moved by {figure(max(shifts))} standard deviations, say."
        )
    return "quiet", said
