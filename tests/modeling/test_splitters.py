"""Folds: nothing leaks from one side to the other, and what cannot be cut is said."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import TimeSeriesSplit

from mlworkbench.errors import InvalidInput
from mlworkbench.modeling.splitters import Fold, Splitter, make_folds, plan

CLASSES = ("no", "yes")


def cut(splitter: Splitter, y: np.ndarray, **settings: Any) -> tuple[Fold, ...]:
    settings.setdefault("keys", np.arange(len(y)))
    return make_folds(splitter, y, **settings)


def test_stratified_folds_score_every_row_once_with_the_class_shares_of_the_whole() -> None:
    y = np.array([0] * 90 + [1] * 30)
    folds = cut(Splitter("stratified", 5), y, classes=CLASSES)
    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(120))
    for fold in folds:
        assert not set(fold.train) & set(fold.test)
        assert y[fold.test].sum() == 6


def test_repeats_cut_anew_and_the_seed_settles_the_cut() -> None:
    y = np.arange(40.0)
    folds = cut(Splitter("kfold", 4, repeats=2), y, seed=1)
    again = cut(Splitter("kfold", 4, repeats=2), y, seed=1)
    assert [fold.repeat for fold in folds] == [0] * 4 + [1] * 4
    assert all((one.test == other.test).all() for one, other in zip(folds, again, strict=True))
    assert not all((one.test == other.test).all() for one, other in zip(folds[:4], folds[4:], strict=True))


@pytest.mark.parametrize("method", ["stratified", "kfold"])
def test_identical_rows_are_never_on_both_sides(method: Any) -> None:
    keys = np.array([f"row {number // 3}" for number in range(120)])
    y = np.array([number // 3 % 2 for number in range(120)])
    for fold in cut(Splitter(method, 5), y, keys=keys, classes=CLASSES if method == "stratified" else ()):
        assert not set(keys[fold.train]) & set(keys[fold.test])
        assert len(fold.train) + len(fold.test) == 120


@pytest.mark.parametrize("classes", [CLASSES, ()])
def test_groups_are_never_on_both_sides_and_a_missing_group_is_one_of_its_own(classes: tuple[str, ...]) -> None:
    by = pd.Series([f"customer {number % 20}" for number in range(200)], dtype=object)
    by[::11] = None
    y = np.array([number % 20 % 2 for number in range(200)])
    folds = cut(Splitter("grouped", 4, column="customer"), y, by=by, classes=classes)
    for fold in folds:
        assert not set(by[fold.train].dropna()) & set(by[fold.test].dropna())
    lone = np.flatnonzero(by.isna())
    assert len({number for number, fold in enumerate(folds) for row in lone if row in fold.test}) > 1


def test_time_folds_are_those_of_scikit_learn_when_no_time_repeats() -> None:
    order = np.random.default_rng(0).permutation(61)
    by = pd.Series(pd.Timestamp("2024-01-01") + pd.to_timedelta(order, unit="D"))
    folds = cut(Splitter("time", 5, column="day"), np.zeros(61), by=by)
    for fold, (train, test) in zip(folds, TimeSeriesSplit(5).split(order), strict=True):
        assert sorted(order[fold.train]) == list(train)
        assert sorted(order[fold.test]) == list(test)


def test_time_folds_learn_from_the_past_only_less_the_gap() -> None:
    by = pd.Series(np.repeat(np.arange(50.0), 4))  # four rows at each time
    folds = cut(Splitter("time", 4, column="hour", gap=3), np.zeros(200), by=by)
    assert len(folds) == 4
    for fold in folds:
        assert by[fold.train].max() < by[fold.test].min() - 3
    for one, other in itertools.pairwise(folds):
        assert by[one.test].max() < by[other.test].min()


def test_a_gap_of_days_is_a_time_not_a_count_of_rows() -> None:
    by = pd.Series(pd.date_range("2024-01-01", periods=100, freq="12h"))
    for gap in ("10D", 10):
        first = cut(Splitter("time", 2, column="at", gap=gap), np.zeros(100), by=by)[0]
        assert by[first.test].min() - by[first.train].max() > pd.Timedelta(days=10)


@pytest.mark.parametrize(
    ("by", "gap", "told"),
    [
        (pd.Series([1.0, None] * 20), None, "20 rows have none"),
        (pd.Series(["a"] * 40, dtype=object), None, "is text"),
        (pd.Series(np.arange(40.0)), 1000, "smaller gap"),
        (pd.Series(np.arange(40.0)), "soon", "gap"),
        (pd.Series(np.arange(40.0)), -1, "gap"),
        (pd.Series([5.0] * 40), None, "Use fewer folds"),
    ],
)
def test_a_time_that_cannot_be_split_is_said(by: pd.Series, gap: Any, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        cut(Splitter("time", 4, column="t", gap=gap), np.zeros(40), by=by)


def test_a_rare_class_is_named_with_its_count_and_the_largest_cv() -> None:
    y = np.array([0] * 50 + [1] * 3)
    with pytest.raises(InvalidInput, match=r"'yes' has 3 .*cv=5.*Set cv to 3 at most") as caught:
        cut(Splitter("stratified", 5), y, classes=CLASSES)
    assert caught.value.field == "cv"
    assert len(cut(Splitter("stratified", 3), y, classes=CLASSES)) == 3


def test_copies_of_a_rare_row_do_not_make_it_frequent() -> None:
    y = np.array([0] * 50 + [1] * 10)
    keys = np.array([*range(50), *[99] * 10])
    with pytest.raises(InvalidInput, match="'yes' has 1 different rows"):
        cut(Splitter("stratified", 5), y, keys=keys, classes=CLASSES)


def test_a_class_in_too_few_groups_is_named() -> None:
    by = pd.Series(np.arange(60) % 12)
    y = (by < 2).to_numpy().astype(int)
    with pytest.raises(InvalidInput, match="'yes' has 2 groups of g"):
        cut(Splitter("grouped", 5, column="g"), y, by=by, classes=CLASSES)


def test_a_time_block_without_a_class_is_named() -> None:
    y = np.array([1] * 10 + [0] * 40)
    with pytest.raises(InvalidInput, match=r"Fold 1 of 4 .* no row of class 'no'"):
        cut(Splitter("time", 4, column="t"), y, by=pd.Series(np.arange(50.0)), classes=CLASSES)


def test_more_folds_than_rows_are_refused() -> None:
    with pytest.raises(InvalidInput, match="set cv to 3 at most"):
        cut(Splitter("kfold", 5), np.arange(3.0))


COLUMNS = ("customer", "day", "x")


@pytest.mark.parametrize(
    ("task", "policy", "method", "column"),
    [
        ("binary", None, "stratified", None),
        ("regression", None, "kfold", None),
        ("regression", {"method": "group", "column": "customer"}, "grouped", "customer"),
        ("binary", {"method": "time", "column": "day", "gap": 7.0}, "time", "day"),
        ("multiclass", {"method": "stratified", "size": 0.2}, "stratified", None),
    ],
)
def test_folds_are_cut_as_the_holdout_was(task: str, policy: Any, method: str, column: str | None) -> None:
    made = plan(None, task=task, cv=5, repeats=1, policy=policy, columns=COLUMNS)
    assert (made.method, made.column) == (method, column)
    assert made.gap == (7.0 if method == "time" else None)


@pytest.mark.parametrize(
    ("given", "settings", "field"),
    [
        ("random", {}, "splitter"),
        ("grouped", {}, "splitter"),
        ({"method": "time", "column": "nowhere"}, {}, "splitter"),
        ({"method": "kfold", "size": 1}, {}, "splitter"),
        ("stratified", {"task": "regression"}, "splitter"),
        (None, {"cv": 1}, "cv"),
        (None, {"cv": "5"}, "cv"),
        (None, {"repeats": 0}, "repeats"),
        ({"method": "time", "column": "day"}, {"repeats": 2}, "repeats"),
    ],
)
def test_a_wrong_splitter_is_refused_at_its_field(given: Any, settings: dict[str, Any], field: str) -> None:
    usual: dict[str, Any] = {"task": "binary", "cv": 5, "repeats": 1, "policy": None, "columns": COLUMNS}
    with pytest.raises(InvalidInput) as caught:
        plan(given, **usual | settings)
    assert caught.value.field == field
