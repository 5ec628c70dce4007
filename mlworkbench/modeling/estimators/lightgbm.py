"""LightGBM."""

from __future__ import annotations

from typing import Any

from mlworkbench.modeling.spec import ESTIMATORS, EstimatorSpec, Task


def make(task: Task, seed: int) -> Any:
    """Small trees with row and column sampling; deterministic mode, so that the seed settles everything."""
    from lightgbm import LGBMClassifier, LGBMRegressor

    settings: dict[str, Any] = {
        "subsample": 0.8, "subsample_freq": 1, "colsample_bytree": 0.8, "min_child_samples": 20, "n_jobs": 1,
        "random_state": seed, "deterministic": True, "force_col_wise": True, "verbose": -1,
    }  # fmt: skip
    if task == "regression":
        return LGBMRegressor(n_estimators=300, learning_rate=0.1, num_leaves=31, **settings)
    return LGBMClassifier(n_estimators=200, learning_rate=0.05, num_leaves=15, **settings)


ESTIMATORS.register(
    EstimatorSpec(
        "lightgbm",
        "LightGBM",
        make,
        complexity=5,
        cost=3,
        trusted=(
            "collections.OrderedDict",
            "lightgbm.basic.Booster",
            "lightgbm.sklearn.LGBMClassifier",
            "lightgbm.sklearn.LGBMRegressor",
        ),
    )
)
