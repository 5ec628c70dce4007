"""Figures of a comparison: intervals are drawn, labels never cover each other, a far-off dummy flattens nothing."""

from __future__ import annotations

import itertools
import math

import pytest

from mlworkbench.figures import fold_figure, latency_figure, score_decimals
from mlworkbench.figures.leaderboard import INNER_HEIGHT, INNER_WIDTHS, LETTER, LINE, place_labels
from mlworkbench.modeling import LeaderboardRow

NAMES = ("dummy", "linear", "adaboost", "random_forest", "hist_gradient_boosting", "xgboost", "lightgbm")


def row(name: str, mean: float, predict: float = 10.0, spread: float = 0.01) -> LeaderboardRow:
    return LeaderboardRow(
        name,
        name,
        "done",
        score_mean=mean,
        score_std=spread,
        low=mean - 2 * spread,
        high=mean + 2 * spread,
        fold_scores=(mean - spread, mean, mean + spread),
        predict_ms_per_1000=predict,
    )


ROWS = [row("dummy", 0.5, 2.0, 0.0), *(row(name, 0.84 + 0.001 * n, 3.0 * (n + 1)) for n, name in enumerate(NAMES[1:]))]


@pytest.mark.parametrize("width", INNER_WIDTHS)
@pytest.mark.parametrize(
    "points",
    [
        [(0.5, 0.5, 0.1)] * 3,
        [(0.1 + 0.13 * n, 0.6 + 0.01 * n, 0.2) for n in range(7)],
        [(0.05, 0.9, 0.05), (0.07, 0.88, 0.05), (0.95, 0.9, 0.05), (0.93, 0.1, 0.0), (0.5, 0.5, 0.3)],
    ],
    ids=["one place", "a crowd", "at the edges"],
)
def test_labels_do_not_cover_each_other_at_any_width(points: list[tuple[float, float, float]], width: float) -> None:
    labels = ["HistGradientBoosting", "Linear", "LightGBM", "XGBoost", "AdaBoost", "Random forest", "Dummy"][
        : len(points)
    ]
    boxes = []
    for (x, y, _), (dx, dy), label in zip(points, place_labels(points, labels), labels, strict=True):
        half = (len(label) + 2) * LETTER / 2
        boxes.append((x * width + dx, y * INNER_HEIGHT + dy, half))
    for one, other in itertools.combinations(boxes, 2):
        apart = abs(one[0] - other[0]) >= one[2] + other[2] or abs(one[1] - other[1]) >= LINE
        assert apart, (one, other)


def test_every_model_is_drawn_with_its_interval() -> None:
    figure = latency_figure(ROWS, "roc_auc")
    assert len(figure.data) == len(ROWS)
    drawn = {trace.name: trace for trace in figure.data}
    assert drawn["xgboost"].error_y.array[0] == pytest.approx(0.02)
    assert figure.layout.yaxis.title.text == "ROC AUC, mean and 95 % interval"
    assert "ms" in figure.layout.xaxis.title.text
    assert figure.layout.xaxis.type == "log"


def test_a_dummy_far_below_does_not_set_the_axis_and_says_its_score() -> None:
    figure = latency_figure(ROWS, "roc_auc")
    assert figure.layout.yaxis.range[0] > 0.75
    assert any("0.500, below" in note.text for note in figure.layout.annotations)
    close = latency_figure([row("dummy", 0.83), row("linear", 0.84)], "roc_auc")
    assert close.layout.yaxis.range[0] < 0.83 < close.layout.yaxis.range[1]


def test_models_differ_by_colour_and_by_shape() -> None:
    traces = latency_figure([row(name, 0.8, 1.0 + n) for n, name in enumerate(NAMES)], "roc_auc").data
    assert len({trace.marker.color for trace in traces}) == len(NAMES)
    assert len({trace.marker.symbol for trace in traces}) == len(NAMES)


def test_a_model_has_the_same_colour_whatever_it_is_compared_with() -> None:
    alone = latency_figure([row("xgboost", 0.8)], "roc_auc").data[0]
    among = next(trace for trace in latency_figure(ROWS, "roc_auc").data if trace.name == "xgboost")
    assert alone.marker.color == among.marker.color


def test_failed_and_unmeasured_rows_are_left_out() -> None:
    failed = LeaderboardRow("xgboost", "XGBoost", "failed", error="no")
    assert len(latency_figure([*ROWS, failed], "roc_auc").data) == len(ROWS)
    assert len(latency_figure([], "roc_auc").data) == 0
    assert len(fold_figure([failed], "roc_auc").data) == 0


def test_an_interval_without_bounds_is_drawn_as_its_mean() -> None:
    endless = LeaderboardRow(
        "linear", "Linear", "done", score_mean=0.8, low=-math.inf, high=math.inf, predict_ms_per_1000=1.0
    )
    low, high = latency_figure([endless], "roc_auc").layout.yaxis.range
    assert math.isfinite(low)
    assert math.isfinite(high)


def test_folds_show_every_score_the_best_on_top() -> None:
    figure = fold_figure(ROWS, "roc_auc")
    assert [len(trace.x) for trace in figure.data] == [3] * 6
    assert figure.layout.yaxis.ticktext[-1] == "lightgbm"


@pytest.mark.parametrize(("spread", "decimals"), [(0.011, 3), (0.0004, 5), (1250.0, 0), (2.5, 1)])
def test_scores_show_two_digits_of_their_spread(spread: float, decimals: int) -> None:
    assert score_decimals([row("linear", 1.0, spread=spread)]) == decimals
