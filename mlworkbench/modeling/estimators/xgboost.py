"""XGBoost."""

from __future__ import annotations

from typing import Any

from mlworkbench.modeling.spec import ESTIMATORS, EstimatorSpec, Task


def make(task: Task, seed: int) -> Any:
    """Histogram trees with row and column sampling."""
    from xgboost import XGBClassifier, XGBRegressor

    settings: dict[str, Any] = {
        "subsample": 0.8, "colsample_bytree": 0.8, "min_child_weight": 5, "tree_method": "hist", "n_jobs": 1,
        "random_state": seed, "verbosity": 0,
    }  # fmt: skip
    if task == "regression":
        return XGBRegressor(n_estimators=300, learning_rate=0.1, max_depth=6, **settings)
    return XGBClassifier(n_estimators=200, learning_rate=0.05, max_depth=4, **settings)


ESTIMATORS.register(
    EstimatorSpec(
        "xgboost",
        "XGBoost",
        make,
        complexity=6,
        cost=2,
        trusted=("xgboost.core.Booster", "xgboost.sklearn.XGBClassifier", "xgboost.sklearn.XGBRegressor"),
    )
)
