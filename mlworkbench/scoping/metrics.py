"""The scorers that a contract may promise, by task, and the values that each of them can take."""

from __future__ import annotations

import math

from mlworkbench.errors import InvalidInput, listing

_SHARES = (
    "roc_auc", "average_precision", "f1", "precision", "recall", "accuracy", "balanced_accuracy", "jaccard",
    "roc_auc_ovr", "roc_auc_ovo", "f1_macro", "f1_weighted", "f1_micro", "precision_macro", "recall_macro",
)  # fmt: skip
METRICS: dict[str, tuple[str, ...]] = {  # the first is what is taken when none is named
    "binary": (
        "roc_auc", "average_precision", "neg_log_loss", "neg_brier_score", "f1", "precision", "recall", "accuracy",
        "balanced_accuracy", "matthews_corrcoef", "jaccard",
    ),
    "multiclass": (
        "roc_auc_ovr", "roc_auc_ovo", "neg_log_loss", "f1_macro", "f1_weighted", "f1_micro", "precision_macro",
        "recall_macro", "accuracy", "balanced_accuracy", "matthews_corrcoef",
    ),
    "regression": (
        "neg_root_mean_squared_error", "neg_mean_absolute_error", "neg_median_absolute_error",
        "neg_mean_squared_error", "neg_mean_absolute_percentage_error", "r2", "explained_variance",
    ),
}  # fmt: skip
RANGES: dict[str, tuple[float, float]] = dict.fromkeys(_SHARES, (0.0, 1.0)) | {
    "matthews_corrcoef": (-1.0, 1.0),
    "neg_brier_score": (-1.0, 0.0),
    "r2": (-math.inf, 1.0),
    "explained_variance": (-math.inf, 1.0),
}


def range_of(metric: str) -> tuple[float, float]:
    """The smallest and largest value of a scorer."""
    return RANGES.get(metric, (-math.inf, 0.0) if metric.startswith("neg_") else (-math.inf, math.inf))


def check_metric(metric: str, task: str | None) -> None:
    """InvalidInput(field="metric") when the scorer is not one of the task's."""
    if task is not None and metric not in METRICS[task]:
        raise InvalidInput(
            f"Metric {metric!r} is not for a {task} task. For it there are: {listing(METRICS[task], 20)}.",
            field="metric",
        )


def check_goal(goal: float, metric: str | None, task: str | None) -> float:
    """The goal in the sign of its metric, or of the task's first when none is named.

    An error is stated as a positive number ("at most 50,000") or in scikit-learn's negated form; it is kept negated.

    Raises
    ------
    InvalidInput
        field="goal": the metric never takes this value.
    """
    metric = metric or (METRICS[task][0] if task else None)
    if metric is None:
        return goal
    signed = -abs(goal) if metric.startswith("neg_") else goal
    low, high = range_of(metric)
    if not low <= signed <= high:
        span = f"from {low:g} to {high:g}" if math.isfinite(low) else f"up to {high:g}"
        if metric.startswith("neg_"):
            span = f"from 0 to {-low:g} as an error"
        raise InvalidInput(f"Value to reach: {metric} goes {span}. Got {goal:g}.", field="goal")
    return signed + 0.0
