"""What the processes of a comparison run: fit one fold, or fit on all rows and write the model.

A process loads the work once and prepares each fold's rows once: the recipe is fitted on the fold's learning
rows alone, and every estimator that comes to this process gets the same prepared arrays.
"""

from __future__ import annotations

import time
import warnings
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.modeling.spec import EstimatorSpec, Task

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from sklearn.compose import ColumnTransformer

    from mlworkbench.modeling.splitters import Fold

ALL_ROWS = -1
_HELD_BYTES = 512 * 2**20  # prepared folds that one process keeps
ONE_THREAD = {  # must stand in a process before it imports any of these libraries
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE",
}  # fmt: skip


@dataclass(frozen=True)
class Work:
    """Everything a task needs to know, in one file of the spool."""

    frame: pd.DataFrame
    y: np.ndarray
    folds: tuple[Fold, ...]
    recipe: ColumnTransformer
    task: Task
    scoring: str
    extras: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class Outcome:
    """What one task found. `fold` is ALL_ROWS for the final fit."""

    estimator: str
    fold: int
    fit_seconds: float = 0.0
    predict_seconds: float = 0.0
    score: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    predictions: Any = None
    params: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True)
class _Prepared:
    recipe: Any
    train: np.ndarray
    test: np.ndarray | None
    fit_seconds: float
    transform_seconds: float

    @property
    def bytes(self) -> int:
        return int(self.train.nbytes + (self.test.nbytes if self.test is not None else 0))


_held: tuple[str, Work, OrderedDict[int, _Prepared]] | None = None


def warm_up() -> None:
    """Import what every task needs, while the work is still being made."""
    import sklearn.compose
    import sklearn.ensemble
    import sklearn.linear_model
    import sklearn.metrics
    import sklearn.pipeline  # noqa: F401

    from mlworkbench.features import warm_up as warm_up_features

    warm_up_features()


def fit_fold(path: str, spec: EstimatorSpec, fold: int) -> Outcome:
    """Fit on the learning rows of a fold, predict its other rows, score them."""
    with _caught(spec, fold) as outcome:
        work, prepared = _prepare(path, fold)
        rows = work.folds[fold]
        estimator = spec.make(work.task, work.seed)
        start = time.perf_counter()
        estimator.fit(prepared.train, work.y[rows.train])
        fitted = time.perf_counter()
        predictions = _predict(estimator, prepared.test, work.task)
        predicted = time.perf_counter()
        from mlworkbench.modeling.scoring import score_of

        truth = work.y[rows.test]
        outcome.update(
            fit_seconds=fitted - start + prepared.fit_seconds,
            predict_seconds=predicted - fitted + prepared.transform_seconds,
            score=score_of(work.scoring, truth, predictions),
            metrics={name: score_of(name, truth, predictions) for name in work.extras},
            predictions=predictions,
        )
    return Outcome(**outcome)


def fit_all(path: str, spec: EstimatorSpec, target: str) -> Outcome:
    """Fit on all training rows and write the pipeline as a model file."""
    with _caught(spec, ALL_ROWS) as outcome:
        from sklearn.pipeline import Pipeline

        from mlworkbench.modeling.store import write_model

        work, prepared = _prepare(path, ALL_ROWS)
        estimator = spec.make(work.task, work.seed)
        start = time.perf_counter()
        estimator.fit(prepared.train, work.y)
        outcome.update(
            fit_seconds=time.perf_counter() - start + prepared.fit_seconds,
            params={name: str(value) for name, value in estimator.get_params().items() if value is not None},
        )
        write_model(Pipeline([("recipe", prepared.recipe), ("estimator", estimator)]), Path(target))
    return Outcome(**outcome)


@contextmanager
def _caught(spec: EstimatorSpec, fold: int) -> Iterator[dict[str, Any]]:
    """Whatever an estimator raises becomes its outcome's reason: the comparison goes on without it."""
    outcome: dict[str, Any] = {"estimator": spec.name, "fold": fold}
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            yield outcome
        except MemoryError:
            outcome["error"] = "it needs more memory than there is"
        except Exception as error:  # noqa: BLE001 - a plug-in's fit may raise anything; a person reads it in its row
            first = (str(error).strip().splitlines() or ["no message"])[0]
            outcome["error"] = f"{type(error).__name__}: {first[:300]}"
    mute = (DeprecationWarning, FutureWarning, PendingDeprecationWarning, ResourceWarning)
    told = {f"{one.category.__name__}: {str(one.message).strip().splitlines()[0][:200]}" for one in heard
            if not issubclass(one.category, mute)}  # fmt: skip
    outcome["warnings"] = tuple(sorted(told))


def _predict(estimator: Any, rows: Any, task: Task) -> np.ndarray:
    import numpy as np

    if task == "regression":
        return np.asarray(estimator.predict(rows), dtype=np.float64)
    return np.asarray(estimator.predict_proba(rows), dtype=np.float64)


def _prepare(path: str, fold: int) -> tuple[Work, _Prepared]:
    global _held
    if _held is None or _held[0] != path:
        import joblib

        _held = (path, joblib.load(path), OrderedDict())
    _, work, done = _held
    if fold not in done:
        made = _fit_recipe(work, fold)
        while done and sum(one.bytes for one in done.values()) + made.bytes > _HELD_BYTES:
            done.popitem(last=False)
        done[fold] = made
    return work, done[fold]


def _fit_recipe(work: Work, fold: int) -> _Prepared:
    from sklearn.base import clone

    recipe = clone(work.recipe)
    rows = None if fold == ALL_ROWS else work.folds[fold]
    frame, y = (work.frame, work.y) if rows is None else (work.frame.iloc[rows.train], work.y[rows.train])
    start = time.perf_counter()
    train = recipe.fit_transform(frame, y)
    fitted = time.perf_counter()
    test = None if rows is None else recipe.transform(work.frame.iloc[rows.test])
    return _Prepared(recipe, train, test, fitted - start, time.perf_counter() - fitted)
