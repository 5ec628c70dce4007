"""Figures of retraining: what each strategy gains over the champion, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlworkbench.figures.style import ACCENT, MUTED, figure, number, score_name

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from mlworkbench.retraining import Retraining

LOOKS = {"recent": (ACCENT, "circle", "recent rows"), "holdout": (MUTED, "square", "the holdout")}


def gains_figure(made: Sequence[Retraining], labels: dict[str, str]) -> go.Figure:
    """Score of each strategy minus the champion's, one mark per kind of rows, 95% intervals; 0 is the champion."""
    import plotly.graph_objects as go

    drawn = figure(
        x=f"{score_name(made[0].scoring)}: challenger minus champion, with 95 % intervals" if made else "",
        height=110 + 64 * max(len(made), 1),
    )
    drawn.add_vline(x=0, line={"color": MUTED, "dash": "dash", "width": 1.5})
    for name, (colour, symbol, words) in LOOKS.items():
        pairs = [(at, one) for at, all_of in enumerate(made) for one in all_of.judged if one.rows_of == name]
        if not pairs:
            continue
        shift = -0.14 if name == "recent" else 0.14
        drawn.add_trace(
            go.Scatter(
                x=[one.difference for _, one in pairs],
                y=[at + shift for at, _ in pairs],
                mode="markers",
                name=words,
                marker={"color": colour, "symbol": symbol, "size": 11},
                error_x={
                    "array": [one.high - one.difference for _, one in pairs],
                    "arrayminus": [one.difference - one.low for _, one in pairs],
                    "color": colour,
                    "thickness": 1.5,
                },
                customdata=[[number(one.champion), number(one.challenger), one.rows] for _, one in pairs],
                hovertemplate="champion %{customdata[0]}, challenger %{customdata[1]}, %{customdata[2]:,} rows"
                f"<extra>{words}</extra>",
            )
        )
    drawn.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.15, "x": 0})
    ticks = [labels.get(one.strategy, one.strategy) for one in made]
    return drawn.update_yaxes(
        tickvals=list(range(len(made))), ticktext=ticks, autorange="reversed", showgrid=False, zeroline=False
    )
