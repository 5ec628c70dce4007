"""Scores from kept predictions are scikit-learn's own."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics
from sklearn.linear_model import LogisticRegression, Ridge

from mlworkbench.errors import InvalidInput
from mlworkbench.modeling.scoring import DEFAULT, EXTRAS, USUAL, check_scoring, score_of


def rows(classes: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    y = random.integers(0, classes, 300)
    raw = np.round(random.random((300, classes)) + np.eye(classes)[y] * 0.4, 1)  # rounded: many ties
    return y, raw / raw.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(("task", "classes"), [("binary", 2), ("multiclass", 4)])
def test_scores_of_probabilities_equal_those_of_a_fitted_estimator(task: str, classes: int) -> None:
    random = np.random.default_rng(5)
    y = random.integers(0, classes, 240)
    X = random.normal(size=(240, 3)) + y[:, None]
    model = LogisticRegression().fit(X[:160], y[:160])
    probabilities = model.predict_proba(X[160:])
    for name in {*USUAL[task], *EXTRAS[task], DEFAULT[task]}:
        assert score_of(name, y[160:], probabilities) == pytest.approx(
            metrics.get_scorer(name)(model, X[160:], y[160:]), abs=1e-12
        ), name


def test_scores_of_numbers_equal_those_of_a_fitted_estimator() -> None:
    random = np.random.default_rng(5)
    X = random.normal(size=(90, 3))
    y = X.sum(axis=1) + random.normal(size=90)
    model = Ridge().fit(X[:60], y[:60])
    for name in (*USUAL["regression"], "neg_mean_squared_error"):
        assert score_of(name, y[60:], model.predict(X[60:])) == pytest.approx(
            metrics.get_scorer(name)(model, X[60:], y[60:]), abs=1e-12
        )


def test_our_roc_auc_equals_scikit_learns_with_ties() -> None:
    y, probabilities = rows(2)
    assert score_of("roc_auc", y, probabilities) == pytest.approx(
        metrics.roc_auc_score(y, probabilities[:, 1]), abs=1e-14
    )
    y, probabilities = rows(4)
    assert score_of("roc_auc_ovr", y, probabilities) == pytest.approx(
        metrics.roc_auc_score(y, probabilities, multi_class="ovr"), abs=1e-14
    )


def test_a_score_that_is_not_defined_for_the_rows_raises() -> None:
    _, probabilities = rows(2)
    with pytest.raises(ValueError, match="roc_auc"):
        score_of("roc_auc", np.zeros(300, dtype=int), probabilities)


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_defaults_and_usual_scorers_fit_their_task(task: str) -> None:
    assert check_scoring(None, task) == DEFAULT[task]  # type: ignore[arg-type]
    for name in USUAL[task]:
        assert check_scoring(name, task) == name  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scoring", "task"),
    [
        ("no_such", "binary"),
        ("r2", "binary"),
        ("neg_mean_squared_error", "multiclass"),
        ("roc_auc", "regression"),
        ("f1", "multiclass"),
        ("rand_score", "binary"),
        (["roc_auc"], "binary"),
    ],
)
def test_a_scorer_that_does_not_fit_is_refused_with_those_that_do(scoring: object, task: str) -> None:
    with pytest.raises(InvalidInput, match=USUAL[task][0]) as caught:
        check_scoring(scoring, task)  # type: ignore[arg-type]
    assert caught.value.field == "scoring"


def test_any_other_fitting_scorer_is_taken() -> None:
    assert check_scoring("matthews_corrcoef", "binary") == "matthews_corrcoef"
    assert check_scoring("neg_mean_absolute_percentage_error", "regression") == "neg_mean_absolute_percentage_error"
