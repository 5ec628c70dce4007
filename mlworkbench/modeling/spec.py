"""What an estimator plug-in is: one small file in `estimators/` that registers an EstimatorSpec."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from mlworkbench.catalog import Catalog

Task = Literal["binary", "multiclass", "regression"]
TASKS: tuple[Task, ...] = ("binary", "multiclass", "regression")


@dataclass(frozen=True)
class EstimatorSpec:
    """An estimator that a comparison can fit.

    Parameters
    ----------
    name : str
        Its name in the CLI, in files and in the leaderboard's `estimator` column.
    label : str
        Its name for people.
    make : callable
        `make(task, seed)` gives a fresh scikit-learn estimator: one thread, silent, seeded. It is fitted
        on a numeric array with classes coded 0..k-1. Heavy imports belong inside it.
    complexity : int
        Order of simplicity: of statistically tied models the one with the lowest is recommended.
    cost : int
        Order of the schedule: cheap ones are fitted first so that the leaderboard fills early.
    tasks : tuple of str
        Those of "binary", "multiclass", "regression" it can learn.
    trusted : tuple of str
        Full names of the types in its fitted state, beyond scikit-learn's and NumPy's own, that reading a
        model file may make. Name exactly what is needed: this is the allow-list against crafted files.
    """

    name: str
    label: str
    make: Callable[[Task, int], Any]
    complexity: int
    cost: int
    tasks: tuple[Task, ...] = TASKS
    trusted: tuple[str, ...] = ()


# What the contract's heuristic is in a model file; it is of one project, so it stands in no catalog.
RULES = ("mlworkbench.modeling.rules.RuleClassifier", "mlworkbench.modeling.rules.RuleRegressor")

ESTIMATORS: Catalog[EstimatorSpec] = Catalog("estimator", "mlworkbench.modeling.estimators")


def estimators_for(task: Task) -> tuple[EstimatorSpec, ...]:
    """The estimators that can learn the task, cheap ones first."""
    return tuple(sorted((spec for spec in ESTIMATORS if task in spec.tasks), key=lambda spec: (spec.cost, spec.name)))
