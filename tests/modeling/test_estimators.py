"""Every registered estimator keeps the promises of its spec."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from mlworkbench.modeling.spec import ESTIMATORS, TASKS, Task, estimators_for
from mlworkbench.modeling.store import read_model, write_model

NAMES = ("dummy", "linear", "adaboost", "random_forest", "hist_gradient_boosting", "xgboost", "lightgbm")
CASES = [(name, task) for name in NAMES for task in TASKS]


def rows(task: Task) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(2)
    X = random.normal(size=(150, 4))
    score = X[:, 0] + 0.5 * X[:, 1] + random.normal(0, 0.3, 150)
    if task == "regression":
        return X, score
    return X, np.digitize(score, [0.0] if task == "binary" else [-0.5, 0.5])


def test_the_seven_are_there_for_every_task_fast_ones_first() -> None:
    for task in TASKS:
        assert {spec.name for spec in estimators_for(task)} >= set(NAMES)
        assert [spec.name for spec in estimators_for(task)][:2] == ["dummy", "linear"]
        assert estimators_for(task)[-1].name == "random_forest"


def test_no_two_estimators_are_equally_simple() -> None:
    orders = [spec.complexity for spec in ESTIMATORS]
    assert len(set(orders)) == len(orders)
    assert min(ESTIMATORS, key=lambda spec: spec.complexity).name == "dummy"


@pytest.mark.parametrize(("name", "task"), CASES)
def test_it_learns_in_one_thread_in_silence_and_the_seed_settles_everything(
    name: str, task: Task, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    X, y = rows(task)
    spec = ESTIMATORS.get(name)
    models = [Pipeline([("recipe", StandardScaler()), ("estimator", spec.make(task, 5))]).fit(X, y) for _ in range(2)]
    assert capfd.readouterr() == ("", "")
    assert models[0]["estimator"].get_params().get("n_jobs") in (None, 1)
    for model, file in zip(models, ("one.skops", "two.skops"), strict=True):
        write_model(model, tmp_path / file)
    assert (tmp_path / "one.skops").read_bytes() == (tmp_path / "two.skops").read_bytes()
    read = read_model(tmp_path / "one.skops")
    assert np.array_equal(read.predict(X), models[0].predict(X))
    if task == "regression":
        assert name == "dummy" or read.score(X, y) > 0.5
    else:
        assert np.array_equal(read.predict_proba(X), models[0].predict_proba(X))
        assert read.predict_proba(X).shape == (150, 2 if task == "binary" else 3)
        assert name == "dummy" or read.score(X, y) > 0.8
