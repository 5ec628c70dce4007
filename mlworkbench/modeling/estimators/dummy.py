"""The baseline: class shares or the mean, whatever the inputs say. Who does not beat it has learnt nothing."""

from __future__ import annotations

from typing import Any

from mlworkbench.modeling.spec import ESTIMATORS, EstimatorSpec, Task


def make(task: Task, seed: int) -> Any:
    """A classifier that answers the class shares, or a regressor that answers the mean."""
    from sklearn.dummy import DummyClassifier, DummyRegressor

    return DummyRegressor(strategy="mean") if task == "regression" else DummyClassifier(strategy="prior")


ESTIMATORS.register(EstimatorSpec("dummy", "Dummy (no inputs used)", make, complexity=0, cost=0))
