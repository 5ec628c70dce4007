"""Figures and names as people read them: what the card, the presentation and readiness share."""

from __future__ import annotations

import math

NOT_DONE = "Not done"
_NAMES = {
    "roc_auc": "ROC AUC",
    "roc_auc_ovr": "ROC AUC, one against the rest",
    "neg_root_mean_squared_error": "RMSE",
    "neg_mean_absolute_error": "mean absolute error",
    "neg_median_absolute_error": "median absolute error",
    "neg_log_loss": "log loss",
    "neg_brier_score": "Brier score",
    "average_precision": "average precision",
    "r2": "R²",
    "f1": "F1",
    "f1_macro": "F1, mean of the classes",
}


def is_error(scoring: str) -> bool:
    """Whether a scorer is an error with its sign turned, so that people read it without the sign."""
    return scoring.startswith("neg_")


def metric_name(scoring: str) -> str:
    """What a scorer measures, as people say it; errors without their sign."""
    return _NAMES.get(scoring, scoring.removeprefix("neg_").replace("_", " "))


def direction(scoring: str) -> str:
    """Which way is better."""
    return "lower is better" if is_error(scoring) else "higher is better"


def score(scoring: str, value: float | None) -> str:
    """A score as people read it: an error is shown positive."""
    return number(None if value is None else -value if is_error(scoring) else value)


def between(scoring: str, low: float | None, high: float | None) -> str:
    """An interval of a score, "0.81 to 0.85"; its ends change places for an error."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return "–"
    first, last = edges(scoring, low, high)
    return f"{number(first)} to {number(last)}"


def edges(scoring: str, low: float, high: float) -> tuple[float, float]:
    """The ends of an interval as people read them: no error below 0, no score above 1, which no scorer can pass."""
    return (max(0.0, -high), max(0.0, -low)) if is_error(scoring) else (min(1.0, low), min(1.0, high))


def number(value: float | None, digits: int = 3) -> str:
    """Three significant digits, thousands separated, a true minus sign; – for what is not known."""
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size >= 12 or size < -6:
        return f"{value:.{digits - 1}e}"
    return f"{value:,.{max(0, digits - 1 - size)}f}".replace("-", "−")


def percent(share: float | None) -> str:
    """A share as percent, without pretending that something rare never happens."""
    if share is None or not math.isfinite(share):
        return "–"
    return "< 0.1 %" if 0 < share < 0.001 else f"{100 * share:.1f} %"


def count(number: int, one: str, many: str | None = None) -> str:
    """A count with its noun: "1 row", "7,043 rows"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day(stamp: str) -> str:
    """The date of an ISO 8601 time; – for none."""
    return stamp[:10] or "–"


def moment(stamp: str) -> str:
    """An ISO 8601 time to the minute, in UTC."""
    return f"{stamp[:10]} {stamp[11:16]} UTC" if stamp else "–"


def short(reference: str) -> str:
    """The first twelve characters of an id."""
    return reference[:12]
