"""AdaBoost over small trees."""

from __future__ import annotations

from typing import Any

from mlworkbench.modeling.spec import ESTIMATORS, EstimatorSpec, Task


def make(task: Task, seed: int) -> Any:
    """100 rounds over stumps for two classes, over trees of depth 3 for more; AdaBoost.R2 over depth 4."""
    from sklearn.ensemble import AdaBoostClassifier, AdaBoostRegressor
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    if task == "regression":
        return AdaBoostRegressor(DecisionTreeRegressor(max_depth=4), n_estimators=100, random_state=seed)
    depth = 1 if task == "binary" else 3
    return AdaBoostClassifier(DecisionTreeClassifier(max_depth=depth), n_estimators=100, random_state=seed)


ESTIMATORS.register(
    EstimatorSpec("adaboost", "AdaBoost", make, complexity=2, cost=5, trusted=("sklearn.tree._tree.Tree",))
)
