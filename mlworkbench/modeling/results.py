"""What the modeling stage gives back: leaderboard rows, comparisons, model versions. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

# Known from the artifact's own record, so not part of the stored document.
_RECORD = ("id", "number", "created_at")


@dataclass(frozen=True)
class LeaderboardRow:
    """One compared model.

    Parameters
    ----------
    status : str
        "done", "failed" (see `error`) or "skipped" (the budget was spent).
    score_mean, score_std : float or None
        Mean and standard deviation (ddof 1) of the fold scores; greater is better.
    low, high : float or None
        95% interval of the mean score (corrected resampled t).
    fold_scores : tuple of float
        One per fold, folds in the same order for every model.
    fit_seconds : float or None
        Mean time to fit recipe and estimator on one fold, one thread.
    predict_ms_per_1000 : float or None
        Time to predict 1,000 rows in bulk, recipe included, milliseconds.
    run_id : str or None
        Its run in MLflow.
    model, oof : str or None
        Artifacts: the model fitted on all training rows, and the out-of-fold predictions.
    to_best, to_best_low, to_best_high : float or None
        Mean paired difference to the best mean, with its 95% interval.
    tied : bool
        Whether that interval includes 0.
    metrics : Mapping
        Means of further scores, by scikit-learn's scorer names.
    """

    estimator: str
    label: str
    status: str
    score_mean: float | None = None
    score_std: float | None = None
    low: float | None = None
    high: float | None = None
    fold_scores: tuple[float, ...] = ()
    fit_seconds: float | None = None
    predict_ms_per_1000: float | None = None
    run_id: str | None = None
    model: str | None = None
    oof: str | None = None
    to_best: float | None = None
    to_best_low: float | None = None
    to_best_high: float | None = None
    tied: bool = False
    error: str | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The row as JSON-able data."""
        return {**asdict(self), "fold_scores": list(self.fold_scores)}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> LeaderboardRow:
        """The row from JSON data."""
        return cls(**{**body, "fold_scores": tuple(body["fold_scores"])})


@dataclass(frozen=True)
class Comparison:
    """Models compared on the same folds of the same training rows.

    Parameters
    ----------
    dataset, recipe, holdout : str
        Artifact ids of what it was made from; holdout is None when the dataset has none.
    classes : tuple of str
        Labels behind the class codes 0..k-1; of two the last is the positive one. Empty for a regression.
    cv, repeats, splitter, seed
        How folds were cut; `splitter` in words.
    test_share : float
        Rows scored over rows learnt from, mean over the folds.
    training_rows, unlabelled_rows : int
        Rows learnt from and scored in the folds; rows left out because their target is missing.
    rows : tuple of LeaderboardRow
        Best mean first; failed and skipped ones last.
    recommended : str
        Name of the recommended estimator; "dummy" when nothing beats it.
    tied : tuple of str
        Names of those statistically tied with the best, the best first.
    sentence : str
        The finding in plain words.
    goal : float or None
        The value that the contract promises, in the unit of `scoring` (greater is better); None without such a promise.
    goal_met : bool or None
        Whether the interval of the recommended model lies at or above the goal (True), below it (False), or holds it,
        so that it cannot be told (None).
    """

    id: str
    number: int
    dataset: str
    recipe: str
    holdout: str | None
    task: str
    target: str
    classes: tuple[str, ...]
    scoring: str
    cv: int
    repeats: int
    splitter: str
    test_share: float
    seed: int
    training_rows: int
    unlabelled_rows: int
    rows: tuple[LeaderboardRow, ...]
    recommended: str
    tied: tuple[str, ...]
    sentence: str
    created_at: str = ""
    goal: float | None = None
    goal_met: bool | None = None

    def row(self, estimator: str) -> LeaderboardRow | None:
        """The row of an estimator, None when it was not compared."""
        return next((row for row in self.rows if row.estimator == estimator), None)

    def to_json(self) -> dict[str, Any]:
        """The stored document."""
        body = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in _RECORD}
        return {
            **body,
            "classes": list(self.classes),
            "rows": [row.to_json() for row in self.rows],
            "tied": list(self.tied),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any], *, id: str, number: int, created_at: str) -> Comparison:  # noqa: A002
        """The comparison from its stored document and its artifact's record."""
        lists: dict[str, Any] = {
            "classes": tuple(body["classes"]),
            "rows": tuple(LeaderboardRow.from_json(row) for row in body["rows"]),
            "tied": tuple(body["tied"]),
        }
        return cls(**{**body, **lists}, id=id, number=number, created_at=created_at)


@dataclass(frozen=True)
class InputField:
    """One raw column that a model takes, in the unit of the table.

    Parameters
    ----------
    type : str
        The column's type in the dataset.
    required : bool
        Whether a missing value is refused (the model cannot predict without it).
    low, high : float, str or None
        Bounds of the training values, far outliers cut off; ISO times for dates, None for words.
    median : float, str or None
        Where a form starts: the median, or the most frequent value for words; None when all were missing.
    step : float or None
        A power of ten that makes 200 to 2,000 steps of the range, 1 at least for whole numbers; None for words.
    categories : tuple of str
        Values of words in sorted order, the most frequent 200 of them; empty for free text and for numbers.
    missing_share : float
        Share of the training rows without a value, 0 to 1.
    """

    name: str
    type: str
    required: bool
    low: float | str | None = None
    high: float | str | None = None
    median: float | str | None = None
    step: float | None = None
    categories: tuple[str, ...] = ()
    missing_share: float = 0.0


@dataclass(frozen=True)
class ModelVersion:
    """A model that was registered, with the evidence for it.

    Parameters
    ----------
    name, mlflow_version : str
        Registered model in MLflow and the number of this version there.
    model : str
        Artifact id of the model file.
    cv_score, cv_low, cv_high : float
        From the comparison: mean over the folds with its 95% interval.
    holdout_score, holdout_low, holdout_high : float or None
        On the holdout, with a 95% bootstrap interval; None when the dataset has no holdout.
    holdout_rows : int
        Rows of the holdout that have a target.
    inputs : tuple of InputField
        The raw columns it takes.
    oof : str or None
        Artifact id of its out-of-fold predictions; None where the comparison's row knows it.
    """

    id: str
    number: int
    name: str
    mlflow_version: str
    run_id: str
    estimator: str
    label: str
    model: str
    comparison: str
    dataset: str
    recipe: str
    task: str
    target: str
    classes: tuple[str, ...]
    scoring: str
    cv_score: float
    cv_low: float
    cv_high: float
    holdout_score: float | None
    holdout_low: float | None
    holdout_high: float | None
    holdout_rows: int
    inputs: tuple[InputField, ...]
    alias: str
    reason: str = ""
    oof: str | None = None
    created_at: str = ""

    def to_json(self) -> dict[str, Any]:
        """The stored document."""
        body = {name: value for name, value in asdict(self).items() if name not in _RECORD}
        inputs = [{**one, "categories": list(one["categories"])} for one in body["inputs"]]
        return {**body, "classes": list(self.classes), "inputs": inputs}

    @classmethod
    def from_json(cls, body: Mapping[str, Any], *, id: str, number: int, created_at: str) -> ModelVersion:  # noqa: A002
        """The version from its stored document and its artifact's record."""
        lists: dict[str, Any] = {
            "classes": tuple(body["classes"]),
            "inputs": tuple(InputField(**{**one, "categories": tuple(one["categories"])}) for one in body["inputs"]),
        }
        return cls(**{**body, **lists}, id=id, number=number, created_at=created_at)
