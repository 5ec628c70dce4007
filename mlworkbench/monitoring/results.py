"""What monitoring gives back: reports, compared columns, windows, realised scores, labels. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

_RECORD = ("id", "number", "created_at")  # known from the artifact's own record


@dataclass(frozen=True)
class Side:
    """One of the two samples.

    Parameters
    ----------
    kind : str
        "training" (rows the champion learnt from, holdout left out), "log" (predictions) or "file".
    name : str
        What it is called; a file's name is text from outside.
    rows : int
    since, until : str
        ISO 8601, UTC: the first and the last prediction of a log; empty otherwise.
    artifact : str
        The dataset, or the upload; empty for a log.
    """

    kind: str
    name: str
    rows: int
    since: str = ""
    until: str = ""
    artifact: str = ""


@dataclass(frozen=True)
class Distribution:
    """Both samples of a column, aggregated to be drawn in one plot.

    Parameters
    ----------
    kind : str
        "number": `labels` are empty, `edges` the bounds of the bins (values beyond them are in the outer bins);
        "category": `labels` are the values (text from outside), the last may stand for all others.
    reference, current : tuple of float
        Shares, each set sums to 1.
    """

    kind: str
    reference: tuple[float, ...]
    current: tuple[float, ...]
    edges: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColumnDrift:
    """One column, compared.

    Parameters
    ----------
    column, type : str
        Its name and type in the champion's dataset.
    role : str
        "input" or "prediction".
    test, statistic, p_value, q_value
        The test, its outcome, and the p-value after Benjamini-Hochberg over all tests of the report. None where
        nothing could be tested: see `note`.
    effect_test, effect, floor, threshold
        How far the column moved, the least that is worth an alarm, and the larger of that and what a batch of this size
        shows by chance (its 95 % quantile without drift).
    drifted : bool
        Survives the correction AND is above its threshold: in its values or in its share of missing cells.
    reasons : tuple of str
        Of "values", "missing" and "absent" (the column is gone).
    missing_reference, missing_current : float
        Shares of cells without a value, 0 to 1, with `missing_p_value`, `missing_q_value`, `missing_threshold`.
    unseen : tuple of (str, int)
        Categories that the reference does not have, with their rows, most frequent first (ten at most).
    unseen_rows : int
        All rows with such a category.
    reference_middle, current_middle : float or None
        Medians of numbers; None for categories.
    influence : float or None
        Mean absolute move of the prediction when the column is shuffled, as a share of the sum over all inputs.
    further : Mapping
        Other effects of the catalog that fit the column, by name.
    sentence : str
        What is different, in words; quotes names and categories, so it is text from outside.
    renamed_to : str
        Of an absent column: the new column that may be it; empty when none looks like it.
    """

    column: str
    type: str
    role: str
    reference_rows: int
    current_rows: int
    test: str | None = None
    statistic: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    effect_test: str | None = None
    effect: float | None = None
    floor: float | None = None
    threshold: float | None = None
    drifted: bool = False
    reasons: tuple[str, ...] = ()
    missing_reference: float = 0.0
    missing_current: float = 0.0
    missing_p_value: float | None = None
    missing_q_value: float | None = None
    missing_threshold: float | None = None
    unseen: tuple[tuple[str, int], ...] = ()
    unseen_rows: int = 0
    reference_middle: float | None = None
    current_middle: float | None = None
    influence: float | None = None
    further: Mapping[str, float] = field(default_factory=dict)
    distribution: Distribution | None = None
    sentence: str = ""
    note: str = ""
    renamed_to: str = ""

    @property
    def weight(self) -> float:
        """What columns are ranked by: effect over threshold, times influence where it is known."""
        moved = (self.effect or 0.0) / self.threshold if self.threshold else 0.0
        change = abs(self.missing_current - self.missing_reference)
        missing = change / self.missing_threshold if self.missing_threshold else 0.0
        gone = 1e6 if "absent" in self.reasons else 0.0
        return (max(moved, missing) + gone) * (1.0 if self.influence is None else 0.02 + self.influence)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> ColumnDrift:
        """The column from its stored document."""
        drawn = body["distribution"]
        values: dict[str, Any] = {
            "reasons": tuple(body["reasons"]),
            "unseen": tuple((str(value), int(rows)) for value, rows in body["unseen"]),
            "distribution": Distribution(**_tuples(drawn)) if drawn else None,
        }
        return cls(**{**body, **values})


@dataclass(frozen=True)
class Realised:
    """How good the predictions were, now that the truth is known, against what was promised.

    Parameters
    ----------
    scoring : str
        The contract's metric, else the champion's; greater is better.
    rows : int
        Predictions that have a label.
    score, low, high : float or None
        On them, with a 95 % bootstrap interval; None where the score is not defined (see `note`).
    expected, expected_low, expected_high : float
        The same score of the champion's out-of-fold predictions.
    concept_drift : bool
        Whether the whole interval lies below the expected one. Where inputs drifted too, they may be the reason.
    """

    scoring: str
    rows: int
    score: float | None
    low: float | None
    high: float | None
    expected: float
    expected_low: float
    expected_high: float
    concept_drift: bool
    note: str = ""


@dataclass(frozen=True)
class Window:
    """A stretch of the log compared with the same reference; corrected over all windows and columns together.

    Parameters
    ----------
    label, start, end : str
        "2026-11" and ISO 8601 bounds (UTC), the end excluded.
    rows, requests, labelled : int
    tested : int
        Inputs that could be tested; 0 for a window of too few rows.
    columns : tuple of str
        Inputs that drifted.
    share, share_low, share_high : float or None
        Drifted inputs over tested ones, with its 95 % interval (Wilson) as if inputs were drawn from many alike.
    prediction, prediction_low, prediction_high : float or None
        Mean prediction (probability of the positive class, or the value) with its 95 % interval; None for more classes.
    band_low, band_high : float or None
        Where that mean lies without drift, in all windows at once in 95 of 100 timelines.
    score, score_low, score_high : float or None
        Realised score with its 95 % bootstrap interval, where labels came.
    drifted : bool
        An input, the prediction or the realised score is past its alarm.
    """

    label: str
    start: str
    end: str
    rows: int
    requests: int
    labelled: int
    tested: int
    columns: tuple[str, ...]
    share: float | None
    share_low: float | None
    share_high: float | None
    prediction: float | None
    prediction_low: float | None
    prediction_high: float | None
    band_low: float | None
    band_high: float | None
    score: float | None
    score_low: float | None
    score_high: float | None
    drifted: bool


@dataclass(frozen=True)
class Volume:
    """How much was asked: rows and requests, and rows by day (UTC)."""

    rows: int
    requests: int = 0
    days: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Latency:
    """How long answers took: single-row requests one by one, batches per 1,000 rows; milliseconds.

    Parameters
    ----------
    within_budget : bool or None
        Whether the 95 % quantile of single rows keeps the contract's `budget_ms`; None where either is unknown.
    """

    single_requests: int = 0
    single_p50_ms: float | None = None
    single_p95_ms: float | None = None
    batch_ms_per_1000: float | None = None
    budget_ms: float | None = None
    within_budget: bool | None = None


@dataclass(frozen=True)
class MonitorReport:
    """Is the world still the one the model learned?

    Parameters
    ----------
    verdict : str
        "quiet", "changed", or "unknown" (too few rows to tell).
    sentence : str
        The verdict in words; quotes names, so it is text from outside.
    drifted : bool
        verdict == "changed".
    columns : tuple of ColumnDrift
        The inputs of the model, the most worrying first.
    prediction : ColumnDrift or None
        Current predictions against out-of-fold predictions; None where they could not be made (see `notes`).
    extra : tuple of str
        Columns of a file that the champion's table does not have (text from outside).
    missing : tuple of str
        Inputs whose share of missing cells drifted.
    unseen : Mapping
        Input → rows with a category that training did not have.
    windows : tuple of Window
        The log month by month (or as `freq` says); empty for a file.
    expected_false_alarms : float
        Per month, without any drift: alpha × checks_per_month at most.
    notes : tuple of str
        What else a reader should know; text from outside is in them.
    """

    id: str
    number: int
    model_version: str
    reference: Side
    current: Side
    verdict: str
    sentence: str
    drifted: bool
    columns: tuple[ColumnDrift, ...]
    prediction: ColumnDrift | None
    extra: tuple[str, ...]
    missing: tuple[str, ...]
    unseen: Mapping[str, int]
    realised: Realised | None
    windows: tuple[Window, ...]
    volume: Volume
    latency: Latency
    alpha: float
    checks_per_month: float
    expected_false_alarms: float
    tests: int
    floors: Mapping[str, float]
    notes: tuple[str, ...] = ()
    created_at: str = ""

    def column(self, name: str) -> ColumnDrift | None:
        """The input of that name, or None."""
        return next((one for one in self.columns if one.column == name), None)

    @property
    def drifted_columns(self) -> tuple[str, ...]:
        """Inputs that drifted, the most worrying first."""
        return tuple(one.column for one in self.columns if one.drifted)

    def to_json(self) -> dict[str, Any]:
        """The stored document."""
        return {name: value for name, value in asdict(self).items() if name not in _RECORD}

    @classmethod
    def from_json(cls, body: Mapping[str, Any], *, id: str, number: int, created_at: str) -> MonitorReport:  # noqa: A002
        """The report from its stored document and its artifact's record."""
        values: dict[str, Any] = {
            "reference": Side(**body["reference"]),
            "current": Side(**body["current"]),
            "columns": tuple(ColumnDrift.from_json(one) for one in body["columns"]),
            "prediction": ColumnDrift.from_json(body["prediction"]) if body["prediction"] else None,
            "realised": Realised(**body["realised"]) if body["realised"] else None,
            "windows": tuple(Window(**_tuples(one)) for one in body["windows"]),
            "volume": Volume(**{**body["volume"], "days": tuple((d, n) for d, n in body["volume"]["days"])}),
            "latency": Latency(**body["latency"]),
            "extra": tuple(body["extra"]),
            "missing": tuple(body["missing"]),
            "notes": tuple(body["notes"]),
        }
        return cls(**{**body, **values}, id=id, number=number, created_at=created_at)


@dataclass(frozen=True)
class LabelBatch:
    """Truth that came in with one file.

    Parameters
    ----------
    source : str
        Artifact id of the upload; `name` is the file's own (text from outside).
    matched_by : str
        "prediction id" or the key columns, in words.
    labels : int
        Labels added.
    without_label, unknown : int
        Rows of the file whose label is empty, and (only when told to skip them) rows that belong to no prediction.
    """

    id: str
    number: int
    source: str
    name: str
    target: str
    matched_by: str
    labels: int
    without_label: int
    unknown: int
    created_at: str = ""


def _tuples(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in body.items()}
