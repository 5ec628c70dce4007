"""Figures of a comparison: score against latency, and the scores fold by fold."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mlworkbench.figures.style import figure, model_style, number, plain, score_name

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from mlworkbench.modeling import LeaderboardRow

HEIGHT = 400
INNER_HEIGHT = 320.0
INNER_WIDTHS = (250.0, 420.0, 900.0)
LETTER, LINE = 7.0, 16.0
FAR = 24.0  # pixels between a point and the side of its label from which a thin line joins them
STEPS = sorted(range(-24, 25), key=abs)  # half lines up and down
GLYPHS = {"circle": "●", "diamond": "◆", "square": "■", "triangle-up": "▲", "star": "★", "hexagon": "⬢", "x": "▼"}


def latency_figure(rows: Iterable[LeaderboardRow], scoring: str) -> go.Figure:
    """Score with its 95 % interval against the time to predict 1,000 rows (ms, logarithmic).

    Labels stand beside their points where none covers another at any page width. A dummy far below the
    others is drawn at the lower edge with its score, so that it does not flatten the rest.
    """
    import plotly.graph_objects as go

    good = [row for row in rows if row.score_mean is not None and row.predict_ms_per_1000]
    span, clipped = _span(good)
    xs = [math.log10(max(float(row.predict_ms_per_1000 or 0), 1e-3)) for row in good]
    x_span = (min(xs, default=0.0) - 0.3, max(xs, default=1.0) + 0.45)
    points = [
        (
            (x - x_span[0]) / (x_span[1] - x_span[0]),
            0.04 if row.estimator in clipped else (float(row.score_mean or 0) - span[0]) / (span[1] - span[0]),
            0.0 if row.estimator in clipped else (_high(row) - _low(row)) / 2 / (span[1] - span[0]),
        )
        for row, x in zip(good, xs, strict=True)
    ]
    labels = [_short(row) + (f" {number(row.score_mean)}, below" if row.estimator in clipped else "") for row in good]
    drawn = figure(
        x="time to predict 1,000 rows, ms (log)", y=f"{score_name(scoring)}, mean and 95 % interval", height=HEIGHT
    )
    for row, place, label, shift in zip(good, points, labels, place_labels(points, labels), strict=True):
        colour, symbol = model_style(row.estimator)
        height = span[0] + place[1] * (span[1] - span[0])
        outside = row.estimator in clipped
        mean = float(row.score_mean or 0)
        drawn.add_trace(
            go.Scatter(
                x=[row.predict_ms_per_1000],
                y=[height],
                mode="markers",
                marker={"color": colour, "symbol": "triangle-down" if outside else symbol, "size": 11},
                error_y=None
                if outside
                else {"array": [_high(row) - mean], "arrayminus": [mean - _low(row)], "color": colour},
                name=plain(row.label),
                hovertemplate=f"{plain(row.label)}<br>{number(row.score_mean, 4)} "
                f"({number(_low(row), 4)} to {number(_high(row), 4)})<br>%{{x:.3g}} ms per 1,000 rows<extra></extra>",
            )
        )
        drawn.add_annotation(
            x=math.log10(max(float(row.predict_ms_per_1000 or 0), 1e-3)),
            y=height,
            text=f'<span style="color:{colour}">{GLYPHS.get(symbol, "○")}</span> {label}',
            showarrow=True,
            ax=shift[0],
            ay=-shift[1],
            arrowhead=0,
            arrowwidth=0.7,
            arrowcolor=colour if abs(shift[1]) > FAR and shift[0] else "rgba(0,0,0,0)",
            font={"size": 12},
        )
    ticks = [lead * 10.0**power for power in range(-3, 7) for lead in (1, 2, 5)]
    drawn.update_xaxes(type="log", range=list(x_span), tickvals=ticks, ticktext=[f"{tick:,g}" for tick in ticks])
    return drawn.update_yaxes(range=list(span))


def _short(row: LeaderboardRow) -> str:
    """A model's label beside its point: "Linear" for "Linear (logistic or ridge)", "Heuristic" without its rule."""
    return plain(row.label.split(":")[0].split(" (")[0])


def place_labels(points: Sequence[tuple[float, float, float]], labels: Sequence[str]) -> list[tuple[float, float]]:
    """Shifts in pixels that put each label near its point without covering another label or point.

    Parameters
    ----------
    points : sequence of (x, y, half interval)
        In shares of the plotting area; its height is known, its width is tried from a telephone's to a screen's.
    """
    placed: list[tuple[float, float, float, float, float]] = []
    shifts = []
    for index, ((x, y, half), label) in enumerate(zip(points, labels, strict=True)):
        wide = (len(label) + 2) * LETTER / 2
        beside, above = wide + 11, half * INNER_HEIGHT + 11
        choices = [(0.0, above), (0.0, -above)]
        choices += [(side, step * LINE / 2) for side in (beside, -beside, beside + 40, -beside - 40) for step in STEPS]
        best = min(choices, key=lambda shift: _cost((x, y, *shift, wide), placed, points, index))
        placed.append((x, y, *best, wide))
        shifts.append(best)
    return shifts


def _cost(
    box: tuple[float, float, float, float, float],
    placed: Sequence[tuple[float, float, float, float, float]],
    points: Sequence[tuple[float, float, float]],
    mine: int,
) -> float:
    """How badly a label would stand: on another label, outside, on a point, on an interval, far away."""
    cost = 0.0
    for width in INNER_WIDTHS:
        cx, cy = box[0] * width + box[2], box[1] * INNER_HEIGHT + box[3]
        cost += 20 * (cx - box[4] < -6 or cx + box[4] > width + 6)
        cost += 20 * (not LINE / 2 <= cy <= INNER_HEIGHT - LINE / 2)
        for other in placed:
            ox, oy = other[0] * width + other[2], other[1] * INNER_HEIGHT + other[3]
            cost += 50 * (abs(cx - ox) < box[4] + other[4] + 4 and abs(cy - oy) < LINE)
        for index, (x, y, half) in enumerate(points):
            if index != mine and abs(cx - x * width) < box[4] + 7:
                apart = abs(cy - y * INNER_HEIGHT)
                cost += 12 * (apart < LINE / 2 + 6) + (apart < half * INNER_HEIGHT + LINE / 2)
    return cost + 0.05 * math.hypot(max(0.0, abs(box[2]) - box[4]), box[3])


def fold_figure(rows: Iterable[LeaderboardRow], scoring: str) -> go.Figure:
    """Every fold's score as a dot, the mean as a line, one row per estimator, the best on top; no far-off dummy."""
    import plotly.graph_objects as go

    good = sorted((row for row in rows if row.fold_scores), key=lambda row: row.score_mean or 0.0)
    clipped = _span(good)[1]
    good = [row for row in good if row.estimator not in clipped]
    drawn = figure(x=score_name(scoring), height=80 + 36 * len(good))
    for place, row in enumerate(good):
        colour, symbol = model_style(row.estimator)
        drawn.add_trace(
            go.Scatter(
                x=list(row.fold_scores),
                y=[place] * len(row.fold_scores),
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 9, "opacity": 0.75},
                name=plain(row.label),
                text=[f"fold {index + 1}" for index in range(len(row.fold_scores))],
                hovertemplate="%{text}: %{x:.4g}<extra></extra>",
            )
        )
        drawn.add_shape(
            type="line",
            x0=row.score_mean,
            x1=row.score_mean,
            y0=place - 0.3,
            y1=place + 0.3,
            line={"color": colour, "width": 2},
        )
    drawn.update_yaxes(
        tickvals=list(range(len(good))), ticktext=[_short(row) for row in good], range=[-0.6, len(good) - 0.4]
    )
    return drawn.update_xaxes(zeroline=False)


def score_decimals(rows: Iterable[LeaderboardRow]) -> int:
    """How many decimals the scores deserve: two digits of their median spread, three decimals at most for 0 to 1."""
    spreads = sorted(row.score_std for row in rows if row.score_std)
    spread = spreads[len(spreads) // 2] if spreads else 0.01
    return min(6, max(0, 1 - math.floor(math.log10(spread))))


def _low(row: LeaderboardRow) -> float:
    return _bound(row.low, row)


def _high(row: LeaderboardRow) -> float:
    return _bound(row.high, row)


def _bound(value: float | None, row: LeaderboardRow) -> float:
    """A bound of the interval; the mean itself while there is none (one fold gives none)."""
    return float(value if value is not None and math.isfinite(value) else row.score_mean or 0.0)


def _span(rows: Sequence[LeaderboardRow]) -> tuple[tuple[float, float], frozenset[str]]:
    """The range of the score axis, and the dummies too far below to be inside it."""
    real = [row for row in rows if row.estimator != "dummy"] or list(rows)
    if not real:
        return (0.0, 1.0), frozenset()
    low, high = min(map(_low, real)), max(map(_high, real))
    room = max(high - low, abs(high) * 0.01, 1e-9)
    below = frozenset(row.estimator for row in rows if row not in real and _low(row) < low - room)
    low = min(_low(row) for row in rows if row.estimator not in below)
    room = max(high - low, abs(high) * 0.01, 1e-9)
    return (low - 0.22 * room, high + 0.12 * room), below
