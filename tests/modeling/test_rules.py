"""A rule on columns answers as a model does: certain classes, probabilities or numbers, and never in silence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import Pipeline

from mlworkbench.errors import InvalidInput
from mlworkbench.modeling.rules import RuleClassifier, RuleRegressor
from mlworkbench.modeling.store import read_model, write_model

FRAME = pd.DataFrame({"tenure": [1.0, 30.0, 5.0], "plan": pd.Series(["a", "b", "c"], dtype=object)})


def test_true_is_the_positive_class() -> None:
    said = RuleClassifier("tenure < 12", ("No", "Yes")).predict_proba(FRAME)
    assert said.tolist() == [[0, 1], [1, 0], [0, 1]]


def test_a_label_is_its_class_in_any_number_of_them() -> None:
    model = RuleClassifier('"b" if tenure > 12 else plan', ("a", "b", "c"))
    assert model.predict(FRAME).tolist() == [0, 1, 2]
    assert model.predict_proba(FRAME).sum(axis=1).tolist() == [1, 1, 1]


def test_a_number_is_the_probability_of_the_positive_class_unless_labels_are_numbers() -> None:
    said = RuleClassifier("tenure / 100", ("No", "Yes")).predict_proba(FRAME)
    assert said[:, 1] == pytest.approx([0.01, 0.3, 0.05])
    assert RuleClassifier("1 if tenure > 12 else 0", ("0", "1")).predict(FRAME).tolist() == [0, 1, 0]
    assert RuleClassifier("1 if tenure > 12 else 0", ("1", "0")).predict(FRAME).tolist() == [1, 0, 1]
    assert RuleClassifier("3 if tenure > 12 else 5", ("3", "4", "5")).predict(FRAME).tolist() == [2, 0, 2]


def test_a_number_is_the_prediction_of_a_regression() -> None:
    assert RuleRegressor("0.5 * tenure + 2").predict(FRAME).tolist() == [2.5, 17.0, 4.5]


@pytest.mark.parametrize(
    ("rule", "labels", "words"),
    [
        ("tenure < 12", ("a", "b", "c"), "two classes"),
        ('"Maybe" if tenure < 12 else "Yes"', ("No", "Yes"), "'Maybe'"),
        ("tenure", ("No", "Yes"), "from 0 to 1"),
        ("plan < 12", ("No", "Yes"), "plan"),
    ],
)
def test_an_answer_that_is_no_class_is_an_error(rule: str, labels: tuple[str, ...], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        RuleClassifier(rule, labels).predict_proba(FRAME)


def test_silence_is_an_error_that_counts_its_rows() -> None:
    frame = FRAME.assign(tenure=[1.0, np.nan, np.nan])
    with pytest.raises(ValueError, match="2 of 3 rows"):
        RuleRegressor("0.5 * tenure").predict(frame)
    assert RuleRegressor("0 if missing(tenure) else 0.5 * tenure").predict(frame).tolist() == [0.5, 0, 0]
    with pytest.raises(InvalidInput, match="must give a number"):
        RuleRegressor("plan").predict(frame)


def test_it_stands_in_a_model_file(tmp_path: Path) -> None:
    for model in (RuleClassifier("tenure < 12", ("No", "Yes")), RuleRegressor("tenure")):
        write_model(Pipeline([("recipe", "passthrough"), ("estimator", model)]), tmp_path / "model.skops")
        read = read_model(tmp_path / "model.skops")
        assert read.predict(FRAME).tolist() == model.predict(FRAME).tolist()
