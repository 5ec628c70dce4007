"""What labelling gives back. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

_RECORD = ("id", "number", "created_at")


def _body(one: Any, *left_out: str) -> dict[str, Any]:
    """A document as it is stored: all but what the artifact's record knows."""
    return {name: value for name, value in asdict(one).items() if name not in (*_RECORD, *left_out)}


@dataclass(frozen=True)
class Labelling:
    """A table of rows that people label.

    Parameters
    ----------
    name : str
        Its name in the project.
    dataset, column : str
        The version its rows are of, and the column that the labels are for (it may not exist yet).
    classes : tuple of str
        What a label can be; the first nine have number keys.
    rows : tuple of int
        Positions in the table, in the order in which they are asked.
    where, only, order : str
        How the rows were chosen: an expression, "unlabelled", "labelled" or "all", and "table", "random" or
        "uncertain".
    left_out : int
        Rows that fit and were beyond the limit.
    per_row : int
        How many people each row is asked of.
    price_per_hour : float
        What an hour of labelling costs, in the project's money.
    cells : str
        Artifact of the rows' cells, without the column itself.
    """

    id: str
    number: int
    name: str
    dataset: str
    column: str
    classes: tuple[str, ...]
    rows: tuple[int, ...]
    where: str
    only: str
    order: str
    left_out: int
    per_row: int
    price_per_hour: float
    seed: int
    cells: str
    created_at: str = ""

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return _body(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any], **record: Any) -> Labelling:
        """From its stored document and its artifact's record."""
        values = dict(body) | {"classes": tuple(body["classes"]), "rows": tuple(body["rows"])}
        return cls(**values, **record)


@dataclass(frozen=True)
class Turn:
    """One row shown to one labeller.

    Parameters
    ----------
    row : int
        Its position in the table.
    cells : Mapping
        Column → cell as text, None where it is missing.
    place : int
        How many rows this labeller has dealt with, this one included.
    """

    row: int
    cells: Mapping[str, str | None]
    place: int


@dataclass(frozen=True)
class LabellerWork:
    """What one labeller did; seconds and cost are of labels given, skips included."""

    labeller: str
    labels: int
    skipped: int
    seconds: float
    cost: float


@dataclass(frozen=True)
class Standing:
    """How far a labelling is.

    Parameters
    ----------
    rows, done : int
        All rows, and those with as many labels as were asked for (or settled by a person).
    counts : Mapping
        Class → rows whose label is final.
    open_disagreements : int
        Rows on which labellers differ without a majority and without a decision.
    seconds, cost : float
        Spent by everybody; breaks beyond 5 minutes count as 5 minutes.
    seconds_left, cost_left : float or None
        For the labels that are still missing, at the pace so far; None before the first label.
    """

    rows: int
    done: int
    labels: int
    counts: Mapping[str, int]
    open_disagreements: int
    labellers: tuple[LabellerWork, ...]
    seconds: float
    cost: float
    seconds_left: float | None
    cost_left: float | None
    sentence: str


@dataclass(frozen=True)
class PairAgreement:
    """How far two labellers agree on the rows that both labelled.

    Parameters
    ----------
    observed : float
        Share of rows with the same label.
    kappa, low, high : float or None
        Cohen's kappa with its 95% interval; None where it is not defined (`why_not`).
    """

    left: str
    right: str
    rows: int
    observed: float
    kappa: float | None
    low: float | None
    high: float | None
    why_not: str = ""


@dataclass(frozen=True)
class Disagreement:
    """A row whose labels differ, and what each labeller said; `settled` is the label that counts, "" for none."""

    row: int
    labels: Mapping[str, str]
    settled: str
    by: str


@dataclass(frozen=True)
class Agreement:
    """How far labellers agree.

    Parameters
    ----------
    alpha, low, high : float or None
        Krippendorff's alpha of all labellers with its 95% bootstrap interval over rows.
    rows : int
        Rows with two labels or more.
    """

    labelling: str
    rows: int
    pairs: tuple[PairAgreement, ...]
    alpha: float | None
    low: float | None
    high: float | None
    disagreements: tuple[Disagreement, ...]
    sentence: str


@dataclass(frozen=True)
class Suspect:
    """A row whose label is doubted.

    Parameters
    ----------
    given, suggested : str or float
        The label in the table and the one that the models find more probable; numbers for a regression.
    score : float
        Normalised margin p(suggested) - p(given), -1 to 1; for a regression robust standard deviations.
    confidence : float or None
        p(given): how much the models trust the given label.
    decision, by : str
        "", "accepted" or "rejected", and who said so.
    """

    row: int
    given: str | float
    suggested: str | float
    score: float
    confidence: float | None
    decision: str = ""
    by: str = ""


@dataclass(frozen=True)
class LabelErrors:
    """What models doubt of the labels of a version's training rows.

    Parameters
    ----------
    judged : int
        Rows that were judged; the holdout never is.
    noise, low, high : float
        Estimated share of wrong labels with its 95% bootstrap interval over rows.
    joint : tuple of tuple of float
        Estimated joint distribution of given (rows) and true label (columns); empty for a regression.
    table : str
        Artifact with one line per row: what was given and what the models said.
    suspects : tuple of Suspect
        The most doubted first.
    notes : tuple of str
        What was left out or done otherwise, with counts.
    """

    id: str
    number: int
    dataset: str
    target: str
    task: str
    classes: tuple[str, ...]
    judged: int
    suspected: int
    noise: float
    low: float
    high: float
    joint: tuple[tuple[float, ...], ...]
    estimators: tuple[str, ...]
    recipe: str
    prune: str
    cv: int
    splitter: str
    seed: int
    table: str
    notes: tuple[str, ...]
    sentence: str
    suspects: tuple[Suspect, ...] = ()
    created_at: str = ""

    def to_json(self) -> dict[str, Any]:
        """As stored; suspects are in the table, decisions in the records."""
        return _body(self, "suspects")

    @classmethod
    def from_json(cls, body: Mapping[str, Any], **more: Any) -> LabelErrors:
        """From its stored document, its artifact's record and its suspects."""
        values = dict(body) | {"joint": tuple(tuple(row) for row in body["joint"])}
        for name in ("classes", "estimators", "notes"):
            values[name] = tuple(body[name])
        return cls(**values, **more)


@dataclass(frozen=True)
class TargetPlan:
    """What making a target would do.

    Parameters
    ----------
    steps : tuple of Mapping
        Repair steps; none when the column is there already.
    counts : Mapping
        Value → rows, for a target of few values.
    unknown : int
        Rows that would have no target, and so teach nothing.
    reads : tuple of str
        Columns that the target is made of: a model that sees them sees the answer.
    """

    target: str
    steps: tuple[Mapping[str, Any], ...]
    counts: Mapping[str, int]
    unknown: int
    reads: tuple[str, ...]
    notes: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Baseline:
    """One answer that needs no model, scored on the folds of all others.

    Parameters
    ----------
    name, label : str
        "guess", "feature", "heuristic" or "human", and words for people.
    score, low, high : float or None
        In the score of the baselines, greater is better, with a 95% interval; None where it has no score.
    accuracy, accuracy_low, accuracy_high : float or None
        Share of right answers; None for a regression.
    gain, gain_low, gain_high : float or None
        Paired difference to the first baseline on the same folds.
    rows : int
        Rows it was scored on.
    note : str
        What it rests on, or why it has no score.
    """

    name: str
    label: str
    rows: int
    score: float | None = None
    low: float | None = None
    high: float | None = None
    accuracy: float | None = None
    accuracy_low: float | None = None
    accuracy_high: float | None = None
    gain: float | None = None
    gain_low: float | None = None
    gain_high: float | None = None
    fold_scores: tuple[float, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Baselines:
    """What every model has to beat.

    Parameters
    ----------
    rows : tuple of Baseline
        Guessing first.
    features : tuple of (column, score)
        What each column reaches alone, the best first.
    """

    id: str
    number: int
    dataset: str
    target: str
    task: str
    scoring: str
    cv: int
    splitter: str
    seed: int
    training_rows: int
    rows: tuple[Baseline, ...]
    features: tuple[tuple[str, float], ...]
    notes: tuple[str, ...] = field(default_factory=tuple)
    sentence: str = ""
    created_at: str = ""

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return _body(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any], **record: Any) -> Baselines:
        """From its stored document and its artifact's record."""
        known = {one.name for one in fields(Baseline)}
        rows = [Baseline(**{k: v for k, v in row.items() if k in known} | {"fold_scores": tuple(row["fold_scores"])})
                for row in body["rows"]]  # fmt: skip
        features = tuple((str(name), float(score)) for name, score in body["features"])
        return cls(**dict(body) | {"rows": tuple(rows), "features": features, "notes": tuple(body["notes"])}, **record)
