"""The demo's months in one plot: what was planted, what was promised, what came."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from mlworkbench.figures.style import ACCENT, MUTED, UP, figure

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from mlworkbench.demo import Month


def months_figure(months: Sequence[Month]) -> go.Figure:
    """The realised score of each month with its 95% interval; diamonds are alarms, dashed lines what was planted when.

    The last month is the one after the retraining.
    """
    import plotly.graph_objects as go

    labels = [one.label for one in months]
    known = [one for one in months if one.score is not None]
    alarm = [one.verdict == "changed" for one in known]
    promised = go.Scatter(
        x=labels,
        y=[one.expected for one in months],
        mode="lines",
        line={"shape": "hvh", "color": MUTED, "dash": "dot", "width": 1.5},
        hovertemplate="promised: %{y:.3f}<extra></extra>",
    )
    points = go.Scatter(
        x=[one.label for one in known],
        y=[one.score for one in known],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [(one.high or 0.0) - (one.score or 0.0) for one in known],
            "arrayminus": [(one.score or 0.0) - (one.low or 0.0) for one in known],
            "thickness": 1.5,
            "color": MUTED,
            "width": 4,
        },
        mode="markers",
        marker={
            "size": 11,
            "color": [UP if one else ACCENT for one in alarm],
            "symbol": ["diamond" if one else "circle" for one in alarm],
        },
        customdata=[", ".join(one.drifted) or "none" for one in known],
        hovertemplate="%{x}: %{y:.3f}<br>inputs that changed: %{customdata}<extra></extra>",
    )
    drawn = figure(promised, points, y="realised ROC AUC", height=300)
    for place, (before, one) in enumerate(pairwise(months)):
        new = one.planted if one.planted != before.planted else ""
        said = "retrained" if one is months[-1] else new
        if said:
            drawn.add_vline(x=place + 0.5, line={"color": MUTED, "width": 1, "dash": "dash"})
            drawn.add_annotation(
                x=place + 0.55, y=1, yref="paper", text=said.replace(" ", "<br>", 1), showarrow=False, xanchor="left",
                yanchor="top", align="left", font={"size": 11, "color": MUTED},
            )  # fmt: skip
    drawn.update_xaxes(type="category", categoryorder="array", categoryarray=labels, showgrid=False)
    return drawn.update_yaxes(range=[0.25, 1])
