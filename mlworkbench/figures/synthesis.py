"""Figures of synthetic data: a column among real and synthetic rows in one plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.figures.style import ACCENT, UP, figure, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from mlworkbench.synthesis import Sketch


def sketch_figure(sketch: Sketch) -> go.Figure:
    """Real rows as bars, synthetic ones as diamonds over them, in percent of the rows."""
    import plotly.graph_objects as go

    places = list(range(len(sketch.labels)))
    labels = [plain(label, 18) for label in sketch.labels]
    hover = "%{customdata}: %{y:.1f} %<extra>"
    drawn = figure(
        go.Bar(
            x=places, y=[100 * share for share in sketch.real], name="real", marker={"color": ACCENT, "opacity": 0.55},
            customdata=labels, hovertemplate=hover + "real</extra>",
        ),
        go.Scatter(
            x=places, y=[100 * share for share in sketch.synthetic], name="synthetic", customdata=labels,
            mode="lines+markers" if sketch.numeric else "markers", line={"color": UP, "width": 1.5},
            marker={"color": UP, "symbol": "diamond", "size": 9}, hovertemplate=hover + "synthetic</extra>",
        ),
        x=plain(sketch.column),
        y="rows, %",
        height=320,
        bargap=0.08,
    )  # fmt: skip
    few = places if len(places) <= 8 or not sketch.numeric else [0, len(places) // 2, len(places) - 1]
    drawn.update_xaxes(tickvals=few, ticktext=[labels[at] for at in few])
    return drawn.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.15, "x": 0})
