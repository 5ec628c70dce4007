"""Figures of labelling: what baselines reach, with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.figures.style import ACCENT, MUTED, figure, number, plain, score_name

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from mlworkbench.labelling import Baselines


def baseline_figure(made: Baselines) -> go.Figure:
    """Score of each baseline with its 95% interval.

    Baselines without a figure in this score are left out; the table beside names them.
    """
    import plotly.graph_objects as go

    scored = [one for one in made.rows if one.score is not None]
    bounds = [(one.low, one.high) if one.low is not None and one.high is not None else None for one in scored]
    names = [plain(one.label) for one in scored]
    drawn = figure(x=score_name(made.scoring), height=96 + 46 * len(scored))
    drawn.add_trace(
        go.Scatter(
            x=[one.score for one in scored],
            y=list(range(len(scored))),
            mode="markers+text",
            text=[number(one.score) for one in scored],
            textposition="top center",
            marker={"color": ACCENT, "size": 10},
            error_x={
                "array": [pair[1] - (one.score or 0) if pair else 0 for one, pair in zip(scored, bounds, strict=True)],
                "arrayminus": [
                    (one.score or 0) - pair[0] if pair else 0 for one, pair in zip(scored, bounds, strict=True)
                ],
                "color": MUTED,
                "thickness": 1.5,
            },
            hovertemplate="%{x:.3f}<extra></extra>",
            cliponaxis=False,
        )
    )
    return drawn.update_yaxes(
        tickvals=list(range(len(scored))),
        ticktext=names,
        range=[len(scored) - 0.5, -0.7],
        showgrid=False,
        zeroline=False,
    )
