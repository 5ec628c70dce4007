"""Groups: values or quarters, never more than can be read; intervals of shares; regressions and several classes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlworkbench.governance.slices import MISSING, OTHERS, by_group, groups_of, widest_gap, wilson


def test_wilson_agrees_with_published_values() -> None:
    # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I
    for hits, rows, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)):
        assert wilson(hits / rows, rows) == pytest.approx((low, high), abs=5e-5)


def test_numbers_with_many_values_are_cut_into_quarters() -> None:
    groups = groups_of(pd.Series([*np.linspace(0, 100, 400), np.nan]), "number")
    counts = groups.value_counts()
    assert counts[MISSING] == 1
    assert sorted(counts.drop(MISSING)) == [100, 100, 100, 100]


def test_dates_and_few_numbers_have_groups_that_can_be_read() -> None:
    dates = groups_of(pd.Series(pd.date_range("2024-01-01", periods=80)), "datetime")
    assert all(name[:4] in ("2023", "2024") and " to " in name for name in dates)
    assert set(groups_of(pd.Series([0.0, 1.0, np.nan, 1.0]), "integer")) == {"0", "1", MISSING}


def test_many_categories_end_in_one_group_for_the_rest() -> None:
    groups = groups_of(pd.Series([f"c{n % 40:02d}" for n in range(400)]), "category")
    assert groups.nunique() == 12
    assert (groups == OTHERS).sum() == 290


def test_a_regression_is_compared_by_its_mean_error() -> None:
    y = pd.Series(np.arange(300.0))
    groups = pd.Series(["a"] * 150 + ["b"] * 150)
    found = by_group("g", groups, y, y + groups.map({"a": 1.0, "b": 3.0}), None)
    assert [(one.group, one.metric) for one in found] == [("a", 1.0), ("b", 3.0)]
    gap, low, high = widest_gap(found)["g", "mean absolute error"]
    assert (gap, low.group, high.group) == (2.0, "a", "b")


def test_several_classes_are_compared_by_accuracy_alone() -> None:
    y = pd.Series(["x", "y", "z"] * 50)
    found = by_group("g", pd.Series(["a"] * 150), y, y, None)
    assert [(one.name, one.metric) for one in found] == [("accuracy", 1.0)]


def test_a_group_without_positives_has_no_rate_of_found_ones() -> None:
    y = pd.Series(["no"] * 120 + ["yes"] * 120)
    groups = pd.Series(["a"] * 120 + ["b"] * 120)
    found = {(one.group, one.name): one for one in by_group("g", groups, y, y, "yes")}
    assert found["a", "found, of the positives"].metric is None
    assert found["a", "found, of the positives"].small
    assert found["b", "found, of the positives"].metric == 1.0


def test_a_quarter_is_named_by_the_values_in_it() -> None:
    assert set(groups_of(pd.Series(np.arange(100.0)), "integer")) == {"0 to 24", "25 to 49", "50 to 74", "75 to 99"}
