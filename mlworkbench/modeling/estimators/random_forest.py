"""Random forest."""

from __future__ import annotations

from typing import Any

from mlworkbench.modeling.spec import ESTIMATORS, EstimatorSpec, Task


def make(task: Task, seed: int) -> Any:
    """Breiman's feature shares (a third for numbers, the root for classes), leaves of five rows."""
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    if task == "regression":
        return RandomForestRegressor(100, min_samples_leaf=5, max_features=1 / 3, n_jobs=1, random_state=seed)
    return RandomForestClassifier(200, min_samples_leaf=5, max_features="sqrt", n_jobs=1, random_state=seed)


ESTIMATORS.register(
    EstimatorSpec("random_forest", "Random forest", make, complexity=3, cost=6, trusted=("sklearn.tree._tree.Tree",))
)
