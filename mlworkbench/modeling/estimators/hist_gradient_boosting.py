"""scikit-learn's histogram gradient boosting."""

from __future__ import annotations

from typing import Any

from mlworkbench.modeling.spec import ESTIMATORS, EstimatorSpec, Task


def make(task: Task, seed: int) -> Any:
    """200 small trees at a slow rate; no early stopping, so that every row is learnt from."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    settings: dict[str, Any] = {
        "max_iter": 200, "min_samples_leaf": 20, "l2_regularization": 1.0, "early_stopping": False,
        "random_state": seed,
    }  # fmt: skip
    if task == "regression":
        return HistGradientBoostingRegressor(learning_rate=0.1, max_leaf_nodes=31, **settings)
    return HistGradientBoostingClassifier(learning_rate=0.05, max_leaf_nodes=15, **settings)


ESTIMATORS.register(
    EstimatorSpec(
        "hist_gradient_boosting",
        "HistGradientBoosting",
        make,
        complexity=4,
        cost=4,
        trusted=("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",),
    )
)
