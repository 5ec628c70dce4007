"""Figures of one prediction: the bars add up, the current case is marked, names from data stay text."""

from __future__ import annotations

import pytest

from mlworkbench.figures import contribution_figure, sweep_figure


def test_the_waterfall_goes_from_the_typical_case_to_this_one() -> None:
    trace = contribution_figure([("a", 0.2), ("b", -0.05), ("c", 0.01)], 0.3, "probability").data[0]
    assert trace.x[0] == 0.3
    assert trace.x[-1] == pytest.approx(0.46)
    assert list(trace.measure) == ["absolute", "relative", "relative", "relative", "total"]


def test_small_contributions_share_a_bar_and_nothing_is_lost() -> None:
    parts = [(f"column {n}", (-1) ** n * 0.5**n) for n in range(20)]
    figure = contribution_figure(parts, 1.0, "euro", most=5)
    trace = figure.data[0]
    assert len(trace.x) == 8
    assert trace.x[0] + sum(trace.x[1:-1]) == pytest.approx(trace.x[-1])
    assert trace.x[-1] == pytest.approx(1.0 + sum(value for _, value in parts))
    assert "15 other inputs" in figure.layout.yaxis.ticktext


def test_names_from_data_are_no_markup() -> None:
    figure = contribution_figure([("<a href='http://x'>y</a> = $x$", 0.2)], 0.3, "p")
    label = figure.layout.yaxis.ticktext[1]
    assert "<a" not in label
    assert "$x" not in label
    sweep = sweep_figure(["<b>1</b>", "2"], [0.1, 0.2], ("2", 0.2), "<i>n</i>", "p", probability=True)
    assert "<" not in sweep.layout.xaxis.title.text + "".join(sweep.layout.xaxis.ticktext)


def test_the_sweep_marks_the_current_case() -> None:
    numbers = sweep_figure([0.0, 1.0, 2.0], [0.1, 0.2, 0.3], (1.5, 0.25), "tenure", "p", probability=True)
    assert (numbers.data[1].x[0], numbers.data[1].y[0]) == (1.5, 0.25)
    words = sweep_figure(["a", "b"], [0.1, 0.2], ("b", 0.2), "plan", "p", probability=True)
    assert words.data[1].x[0] == 1
    missing = sweep_figure([0.0, 1.0], [0.1, 0.2], None, "tenure", "p", probability=True)
    assert len(missing.data) == 1


def test_a_category_the_model_never_saw_is_not_marked_at_a_wrong_place() -> None:
    assert len(sweep_figure(["a", "b"], [0.1, 0.2], ("new", 0.2), "plan", "p", probability=True).data) == 1
