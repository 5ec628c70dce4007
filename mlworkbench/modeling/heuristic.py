"""The contract's heuristic as a row of the leaderboard: a rule on raw columns, scored on the folds of all others."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.errors import InvalidInput, listing
from mlworkbench.modeling.fitting import Outcome
from mlworkbench.modeling.scheduling import Finished
from mlworkbench.modeling.scoring import score_of
from mlworkbench.modeling.spec import RULES, EstimatorSpec, Task

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlworkbench.data import Dataset
    from mlworkbench.modeling.fitting import Work

NAME = "heuristic"
COMPLEXITY = 0.5  # simpler than anything that is fitted, less simple than the dummy's 0
_SHOWN = 60  # characters of the rule in a label


def rule_columns(rule: str, dataset: Dataset) -> tuple[str, ...]:
    """The raw columns that a rule reads.

    Raises
    ------
    InvalidInput
        field="heuristic": it cannot be parsed, names no column of the dataset, or reads the target.
    """
    from mlworkbench.expressions import parse

    try:
        columns = parse(rule, list(dataset.names)).columns
    except InvalidInput as error:
        raise InvalidInput(f"The contract's heuristic cannot be used: {error.message}", field="heuristic") from error
    if dataset.target in columns:
        raise InvalidInput(
            f"The contract's heuristic reads {dataset.target}, which is what it is to predict. It may use: "
            f"{listing(dataset.features)}.",
            field="heuristic",
        )
    return tuple(columns)


def spec_of(rule: str, dataset: Dataset) -> EstimatorSpec:
    """The rule as an estimator beside those of the catalog."""
    labels = dataset.classes

    def make(task: Task, seed: int) -> Any:
        from mlworkbench.modeling.rules import RuleClassifier, RuleRegressor

        return RuleRegressor(rule) if task == "regression" else RuleClassifier(rule, labels)

    shown = rule if len(rule) <= _SHOWN else f"{rule[: _SHOWN - 1]}…"
    return EstimatorSpec(NAME, f"Heuristic: {shown}", make, complexity=0, cost=0, trusted=RULES)


def answers_of(spec: EstimatorSpec, frame: pd.DataFrame, task: Task) -> tuple[np.ndarray, float]:
    """What the rule says of every row, and the seconds it took.

    Raises
    ------
    InvalidInput
        field="heuristic": it says nothing of some rows, or something that is no answer for the task.
    """
    model = spec.make(task, 0)
    start = time.perf_counter()
    try:
        made: np.ndarray = model.predict(frame) if task == "regression" else model.predict_proba(frame)
    except (InvalidInput, ValueError) as error:
        said = str(error).rstrip(".")
        raise InvalidInput(
            f"The contract's heuristic cannot be used: {said}. Revise it in the contract.", field="heuristic"
        ) from error
    return made, time.perf_counter() - start


def scored(spec: EstimatorSpec, made: np.ndarray, seconds: float, work: Work, folder: Path) -> Finished:
    """The rule's outcome on every fold, and its model file; a score that is not defined makes it failed."""
    from sklearn.pipeline import Pipeline

    from mlworkbench.modeling.store import write_model

    folds = []
    for number, fold in enumerate(work.folds):
        truth, said = work.y[fold.test], made[fold.test]
        try:
            score = score_of(work.scoring, truth, said)
            metrics = {name: score_of(name, truth, said) for name in work.extras}
        except ValueError as error:
            return Finished(spec, "failed", error=f"ValueError: {error}")
        spent = seconds * len(fold.test) / max(len(made), 1)
        folds.append(Outcome(NAME, number, 0.0, spent, score, metrics, said))
    model = spec.make(work.task, work.seed)
    target = folder / f"{NAME}.skops"
    write_model(Pipeline([("recipe", "passthrough"), ("estimator", model)]), target)
    params = {"rule": model.rule}
    return Finished(spec, "done", tuple(folds), Outcome(NAME, -1, params=params), target)


def complexities(names: Sequence[str]) -> dict[str, float]:
    """Order of simplicity of compared models; the rule comes right after the dummy."""
    from mlworkbench.modeling.spec import ESTIMATORS

    known: dict[str, float] = {name: ESTIMATORS.get(name).complexity for name in names if name in ESTIMATORS}
    return known | {NAME: COMPLEXITY}
