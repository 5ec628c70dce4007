"""Figures of governance: the compared models on one axis, and the groups of a column, both with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlworkbench.figures.style import ACCENT, MUTED, UP, figure, number, plain
from mlworkbench.governance import axis_of

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from mlworkbench.governance import Contender, Slice

_ROW = 34


def contender_figure(contenders: Sequence[Contender], metric: str) -> go.Figure:
    """Mean of the folds with its 95 % interval, one row per model, in the order given from top to bottom.

    The model in use is larger and named so; baselines are hollow, and at the edge with their figure when far off.
    """
    import plotly.graph_objects as go

    low, high = axis_of(contenders)
    names = [plain(one.label, 26) + (" ◂ in use" if one.chosen else "") for one in contenders]
    trace = go.Scatter(
        x=[min(high, max(low, one.mean)) for one in contenders],
        y=list(range(len(contenders))),
        mode="markers",
        cliponaxis=False,
        marker={
            "color": [ACCENT if one.chosen else MUTED for one in contenders],
            "size": [15 if one.chosen else 10 for one in contenders],
            "symbol": ["circle-open" if one.baseline else "circle" for one in contenders],
            "opacity": 1,
            "line": {"width": 2},
        },
        error_x={
            "array": [one.high - one.mean for one in contenders],
            "arrayminus": [one.mean - one.low for one in contenders],
            "color": MUTED,
            "thickness": 1.5,
        },
        customdata=[[number(one.mean), number(one.low), number(one.high)] for one in contenders],
        hovertemplate="%{customdata[0]} (%{customdata[1]} to %{customdata[2]})<extra></extra>",
    )
    drawn = figure(trace, x=f"{plain(metric)}, 95 % interval", height=80 + _ROW * len(names))
    drawn.update_yaxes(tickvals=list(range(len(names))), ticktext=names, autorange="reversed", showgrid=False)
    for place, one in enumerate(contenders):
        if not low <= one.mean <= high:
            side = "left" if one.mean < low else "right"
            drawn.add_annotation(x=low if side == "left" else high, y=place, text=number(one.mean), showarrow=False,
                                 xanchor=side, xshift=12 if side == "left" else -12)  # fmt: skip
    return drawn.update_xaxes(zeroline=False, range=[low, high])


def slice_figure(slices: Sequence[Slice]) -> go.Figure:
    """One metric for each group of a column with its 95 % interval; small groups are hollow and said to be small."""
    import plotly.graph_objects as go

    known = [one for one in slices if one.metric is not None]
    names = [plain(one.group, 26) + (" (small)" if one.small else "") for one in known]
    values = [float(one.metric or 0.0) for one in known]
    share = bool(known) and known[0].name != "mean absolute error"
    trace = go.Scatter(
        x=values,
        y=list(range(len(known))),
        mode="markers",
        marker={
            "color": [MUTED if one.small else UP for one in known],
            "size": 11,
            "symbol": ["circle-open" if one.small else "circle" for one in known],
            "line": {"width": 2},
        },
        error_x={
            "array": [(one.high or 0.0) - value for one, value in zip(known, values, strict=True)],
            "arrayminus": [value - (one.low or 0.0) for one, value in zip(known, values, strict=True)],
            "color": MUTED,
            "thickness": 1.5,
        },
        customdata=[[f"{one.rows:,}"] for one in known],
        hovertemplate=("%{x:.1%}" if share else "%{x:.4g}") + ", %{customdata[0]} rows<extra></extra>",
    )
    label = known[0].name if known else ""
    drawn = figure(trace, x=f"{plain(label)}, with 95 % interval", height=80 + _ROW * len(known))
    drawn.update_yaxes(tickvals=list(range(len(known))), ticktext=names, autorange="reversed", showgrid=False)
    return drawn.update_xaxes(zeroline=False, **({"tickformat": ".0%"} if share else {}))
