"""Logistic regression for classes, ridge regression for numbers."""

from __future__ import annotations

from typing import Any

from mlworkbench.modeling.spec import ESTIMATORS, EstimatorSpec, Task


def make(task: Task, seed: int) -> Any:
    """L2-regularised linear model; the logistic one is multinomial for several classes."""
    from sklearn.linear_model import LogisticRegression, Ridge

    return Ridge(alpha=1.0) if task == "regression" else LogisticRegression(max_iter=2000)


ESTIMATORS.register(EstimatorSpec("linear", "Linear (logistic or ridge)", make, complexity=1, cost=1))
