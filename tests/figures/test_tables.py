"""Figures of columns: every row is counted, whatever the column holds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlworkbench.figures import calibration_figure, category_figure, distribution_figure, roc_figure

COLUMNS = {
    "numbers": pd.Series(np.random.default_rng(0).normal(size=500)),
    "with gaps": pd.Series([1.0, np.nan, 2.5, 3.5, np.nan, 4.0] * 50),
    "two values": pd.Series([0.0, 1.0] * 50),
    "one value": pd.Series([3.0] * 10),
    "dates": pd.Series(pd.date_range("2020-01-01", periods=300, freq="D")),
    "dates in microseconds": pd.Series(pd.date_range("2020-01-01", periods=300, freq="D").astype("datetime64[us]")),
    "words": pd.Series(["a", "b", None, "c"] * 30, dtype=object),
    "long words": pd.Series(["x" * 50 + str(n) for n in range(40)], dtype=object),
    "booleans": pd.Series([True, False, True]),
    "whole numbers with gaps": pd.Series([1, None, 3, 7, 8], dtype="Int64"),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_every_value_is_in_one_bar(name: str) -> None:
    bars = distribution_figure(COLUMNS[name], name).data[0]
    counts = bars.x if bars.orientation == "h" else bars.y
    assert sum(counts) == COLUMNS[name].notna().sum()


def test_infinite_values_and_empty_columns_are_no_error() -> None:
    assert sum(distribution_figure(pd.Series([1.0, 2.0, 3.0, np.inf]), "x").data[0].y) == 3
    assert len(distribution_figure(pd.Series([np.nan, np.nan]), "x").data[0].x) == 0


def test_what_does_not_fit_is_one_bar_that_says_so() -> None:
    counts = pd.Series(range(30, 0, -1), index=[f"k{n}" for n in range(30)])
    figure = category_figure(counts, "x")
    assert figure.layout.yaxis.ticktext[-1] == "18 others"
    assert sum(figure.data[0].x) == counts.sum()
    assert figure.layout.xaxis.rangemode == "tozero"


def test_labels_that_look_alike_when_cut_stay_two_bars() -> None:
    counts = pd.Series([5, 4], index=["y" * 60 + "1", "y" * 60 + "2"])
    assert list(category_figure(counts, "x").data[0].y) == [0, 1]


def test_roc_of_a_perfect_order_goes_through_the_corner() -> None:
    curve = roc_figure([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]).data[0]
    assert (0.0, 1.0) in set(zip(curve.x, curve.y, strict=True))


def test_calibration_of_honest_probabilities_is_near_the_diagonal() -> None:
    rng = np.random.default_rng(0)
    p = rng.random(20_000)
    y = rng.random(20_000) < p
    points = calibration_figure(y, p).data[0]
    assert np.abs(np.array(points.x) - np.array(points.y)).max() < 0.05
    low = np.array(points.y) - np.array(points.error_y.arrayminus)
    assert (low >= 0).all()
