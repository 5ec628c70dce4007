"""Figures of a monitoring report: how far inputs moved, both samples of one, and the log over time with its bands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlworkbench.figures.style import ACCENT, MUTED, UP, figure, number, plain, score_name

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from mlworkbench.monitoring import ColumnDrift, Realised, Window

MOST_ROWS = 20
FAR = 12.0  # thresholds beyond which a point stands at the edge with its figure


def drift_figure(columns: Sequence[ColumnDrift]) -> go.Figure:
    """How far each input moved, in multiples of what would be an alarm; alarms are diamonds, the line is at 1."""
    import plotly.graph_objects as go

    shown = [one for one in columns if one.effect is not None or one.missing_threshold][:MOST_ROWS]
    moved = [_multiple(one) for one in shown]
    places = list(range(len(shown)))
    drawn = figure(
        go.Scatter(
            x=[min(value, FAR) for value in moved],
            y=places,
            mode="markers+text",
            marker={
                "color": [UP if one.drifted else ACCENT for one in shown],
                "symbol": ["diamond" if one.drifted else "circle" for one in shown],
                "size": 11,
            },
            text=[f"{number(value, 2)} ×" if one.drifted else "" for one, value in zip(shown, moved, strict=True)],
            textposition=["middle left" if value > FAR / 2 else "middle right" for value in moved],
            cliponaxis=False,
            customdata=[number(value, 2) for value in moved],
            hovertemplate="%{customdata} times the alarm threshold<extra></extra>",
        ),
        x="how far it moved, in multiples of its alarm threshold",
        height=90 + 26 * max(len(shown), 1),
    )
    drawn.add_vline(
        x=1, line={"color": UP, "dash": "dash", "width": 1.5}, annotation={"text": "alarm", "font": {"color": UP}}
    )
    drawn.update_yaxes(
        tickvals=places,
        ticktext=[plain(one.column, 24) for one in shown],
        autorange="reversed",
        showgrid=False,
        zeroline=False,
    )
    return drawn.update_xaxes(range=[0, max(1.6, 1.15 * min(max(moved, default=1.0), FAR))])


def drift_column_figure(column: ColumnDrift) -> go.Figure | None:
    """Training and current values of one column in one plot; None where there is nothing to draw."""
    drawn = column.distribution
    if drawn is None:
        return None
    return _numbers(column) if drawn.kind == "number" else _categories(column)


def window_figure(windows: Sequence[Window], measure: str, realised: Realised | None = None) -> go.Figure | None:
    """One measure over the windows of the log, with intervals and the band in which it lies without drift.

    Parameters
    ----------
    measure : {"share", "prediction", "score", "rows"}
        Drifted inputs, mean prediction, realised score, volume.
    realised : Realised, optional
        Gives the expected score and its band.
    """
    import plotly.graph_objects as go

    labels = [one.label for one in windows]
    if measure == "rows":
        bars = go.Bar(
            x=labels,
            y=[one.rows for one in windows],
            marker={"color": ACCENT},
            hovertemplate="%{x}: %{y:,} rows<extra></extra>",
        )
        return _by_window(figure(bars, x="window", y="rows predicted", height=240))
    points = [(one.label, *_reading(one, measure), one.drifted) for one in windows]
    points = [point for point in points if point[1] is not None]
    if not points:
        return None
    title = {"share": "drifted inputs, share", "prediction": "mean prediction"}.get(
        measure, score_name(realised.scoring) if realised else "score"
    )
    drawn = figure(x="window", y=f"{title}, interval", height=280)
    _bands(drawn, windows, measure, realised)
    for alarm, colour, symbol in ((False, ACCENT, "circle"), (True, UP, "diamond")):
        mine = [point for point in points if point[4] is alarm]
        drawn.add_trace(
            go.Scatter(
                x=[point[0] for point in mine],
                y=[point[1] for point in mine],
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 11},
                error_y={
                    "array": [point[3] - point[1] for point in mine],
                    "arrayminus": [point[1] - point[2] for point in mine],
                    "color": colour,
                    "thickness": 1.5,
                },
                hovertemplate="%{x}: %{y:.3~g}" + (" · alarm" if alarm else "") + "<extra></extra>",
            )
        )
    if measure == "share":
        drawn.update_yaxes(range=[0, 1.02], tickformat=".0%")
    return _by_window(drawn, labels)


def _multiple(one: ColumnDrift) -> float:
    values = one.effect / one.threshold if one.effect is not None and one.threshold else 0.0
    change = abs(one.missing_current - one.missing_reference)
    return max(values, change / one.missing_threshold if one.missing_threshold else 0.0)


def _reading(one: Window, measure: str) -> tuple[Any, Any, Any]:
    if measure == "share":
        return one.share, one.share_low, one.share_high
    if measure == "prediction":
        return one.prediction, one.prediction_low, one.prediction_high
    return one.score, one.score_low, one.score_high


def _bands(drawn: go.Figure, windows: Sequence[Window], measure: str, realised: Realised | None) -> None:
    """Where the measure lies without drift, behind the points."""
    import plotly.graph_objects as go

    labels = [one.label for one in windows]
    if measure == "prediction":
        there = [one for one in windows if one.band_low is not None]
        labels = [one.label for one in there]
        low, high = [one.band_low for one in there], [one.band_high for one in there]
    elif measure == "score" and realised is not None:
        low, high = [realised.expected_low] * len(labels), [realised.expected_high] * len(labels)
    else:
        return
    common = {"mode": "lines", "hoverinfo": "skip", "line": {"width": 1, "color": MUTED, "dash": "dot"}}
    drawn.add_trace(go.Scatter(x=labels, y=low, **common))
    drawn.add_trace(go.Scatter(x=labels, y=high, fill="tonexty", fillcolor="rgba(122,130,150,0.18)", **common))
    said = "expected from training" if measure == "score" else "without drift"
    drawn.add_annotation(
        x=1, xref="paper", y=high[-1] if high else 0, text=said, showarrow=False, xanchor="right", yanchor="bottom",
        font={"size": 11, "color": MUTED},
    )  # fmt: skip


def _by_window(drawn: go.Figure, labels: Sequence[str] = ()) -> go.Figure:
    order = {"categoryorder": "array", "categoryarray": list(labels)} if labels else {}
    return drawn.update_xaxes(type="category", showgrid=False, **order)


def _numbers(column: ColumnDrift) -> go.Figure:
    import plotly.graph_objects as go

    drawn = column.distribution
    assert drawn is not None
    edges = list(drawn.edges)
    shape = {"mode": "lines", "hovertemplate": "from %{x:.4~g}: %{y:.1%}<extra></extra>"}
    made = figure(
        go.Scatter(
            x=edges,
            y=[*drawn.reference, drawn.reference[-1]],
            fill="tozeroy",
            fillcolor="rgba(122,130,150,0.25)",
            line={"color": MUTED, "width": 1.5, "shape": "hv"},
            **shape,
        ),
        go.Scatter(
            x=edges, y=[*drawn.current, drawn.current[-1]], line={"color": UP, "width": 2.5, "shape": "hv"}, **shape
        ),
        x=plain(column.column),
        y="share of rows",
        height=300,
    )
    made.update_yaxes(tickformat=".0%", rangemode="tozero")
    return _named(made)


def _categories(column: ColumnDrift) -> go.Figure:
    import plotly.graph_objects as go

    drawn = column.distribution
    assert drawn is not None
    places = list(range(len(drawn.labels)))
    made = figure(
        *(
            go.Bar(
                x=list(shares),
                y=places,
                orientation="h",
                marker={"color": colour},
                text=[f"{share:.0%}" if math.isfinite(share) else "" for share in shares],
                textposition="outside",
                cliponaxis=False,
                hovertemplate=f"{side}: %{{x:.1%}}<extra></extra>",
            )
            for side, shares, colour in (("training", drawn.reference, MUTED), ("current", drawn.current, UP))
        ),
        x="share of rows",
        height=110 + 44 * len(places),
        barmode="group",
    )
    made.update_yaxes(
        tickvals=places, ticktext=[plain(label, 20) for label in drawn.labels], autorange="reversed", showgrid=False
    )
    made.update_xaxes(tickformat=".0%", range=[0, min(1.12, 1.2 * max(*drawn.reference, *drawn.current))])
    return _named(made)


def _named(drawn: go.Figure) -> go.Figure:
    """Which is which, in its colour, above the plot."""
    text = f'<span style="color:{MUTED}">■ training</span>  <span style="color:{UP}">■ current</span>'
    drawn.add_annotation(
        x=0, y=1, xref="paper", yref="paper", text=text, showarrow=False, xanchor="left", yanchor="bottom"
    )
    return drawn.update_layout(margin={"t": 30})
