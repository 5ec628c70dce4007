"""Figures of versions: where an artifact comes from and what was made of it, and which columns are spread anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.figures.style import ACCENT, MUTED, UP, figure, number, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from mlworkbench.data import Lineage, VersionDiff
    from mlworkbench.profiling import PartComparison

MOST_NODES = 60
MOST_COLUMNS = 20
_ROW = 28


def lineage_figure(drawn: Lineage) -> go.Figure:
    """One row per artifact, the newest at the bottom, a lane per step from the upload; the chosen one is larger.

    Of more than 60 the newest are drawn, and the oldest row says how many are not.
    """
    import plotly.graph_objects as go

    nodes = drawn.nodes
    if len(nodes) > MOST_NODES:
        kept = {node.id for node in nodes[-MOST_NODES:]} | {drawn.chosen}
        nodes = tuple(node for node in nodes if node.id in kept)
    place = {node.id: (node.depth, row) for row, node in enumerate(nodes)}
    xs: list[float | None] = []
    ys: list[float | None] = []
    for start, end in drawn.edges:
        if start in place and end in place:
            (left, top), (right, bottom) = place[start], place[end]
            xs += [left, left, right, None]
            ys += [top, bottom - 0.5, bottom, None]
    lanes = max((node.depth for node in nodes), default=0)
    chosen = [node.id == drawn.chosen for node in nodes]
    made = figure(
        go.Scatter(x=xs, y=ys, mode="lines", line={"color": MUTED, "width": 1.5}, hoverinfo="skip"),
        go.Scatter(
            x=[node.depth for node in nodes],
            y=list(range(len(nodes))),
            mode="markers",
            marker={
                "color": [ACCENT if mine else MUTED for mine in chosen],
                "size": [16 if mine else 10 for mine in chosen],
                "symbol": ["diamond" if mine else "circle" for mine in chosen],
                "opacity": 1,
            },
            customdata=[[plain(node.label, 60), node.id[:12], node.made_at[:16].replace("T", " ")] for node in nodes],
            hovertemplate="%{customdata[0]}<br>%{customdata[1]}, %{customdata[2]} UTC<extra></extra>",
            cliponaxis=False,
        ),
        height=40 + _ROW * max(len(nodes), 2),
    )
    for mine, node, row in zip(chosen, nodes, range(len(nodes)), strict=True):
        made.add_annotation(
            x=lanes + 0.6, y=row, text=f"<b>{plain(node.label)}</b>" if mine else plain(node.label),
            showarrow=False, xanchor="left", font={"size": 12},
        )  # fmt: skip
    if len(nodes) < len(drawn.nodes):
        text = f"{len(drawn.nodes) - len(nodes):,} older ones are not drawn"
        made.add_annotation(x=lanes + 0.6, y=-1, text=text, showarrow=False, xanchor="left", font={"color": MUTED})
    made.update_xaxes(visible=False, range=[-0.5, 3.2 * (lanes + 1)])
    return made.update_yaxes(visible=False, range=[len(nodes) - 0.4, -1.5 if len(nodes) < len(drawn.nodes) else -0.6])


def shift_figure(diff: VersionDiff | PartComparison) -> go.Figure | None:
    """The effect per tested column, the largest first; those beyond chance and floor in their own colour and shape.

    None when no column could be tested.
    """
    import plotly.graph_objects as go

    tested = [one for one in diff.columns if one.shift.effect is not None]
    shown = sorted(tested, key=lambda one: -(one.shift.effect or 0.0))[:MOST_COLUMNS]
    if not shown:
        return None
    found = [one.shift.found for one in shown]
    trace = go.Scatter(
        x=[one.shift.effect for one in shown],
        y=list(range(len(shown))),
        mode="markers",
        marker={
            "color": [UP if one else MUTED for one in found],
            "symbol": ["diamond" if one else "circle" for one in found],
            "size": 11,
            "opacity": 1,
        },
        customdata=[[plain(one.name, 60), number(one.shift.q_value), one.shift.test] for one in shown],
        hovertemplate="%{customdata[0]}: %{x:.3f}, adjusted p %{customdata[1]} (%{customdata[2]})<extra></extra>",
        cliponaxis=False,
    )
    rest = f", the {len(shown)} largest of {len(tested)}" if len(shown) < len(tested) else ""
    made = figure(trace, x=f"how far apart the two are, 0 to 1{rest}", height=80 + _ROW * len(shown))
    made.update_yaxes(tickvals=list(range(len(shown))), ticktext=[plain(one.name, 22) for one in shown],
                      autorange="reversed", showgrid=False)  # fmt: skip
    return made.update_xaxes(zeroline=False, range=[0, max(0.2, 1.1 * max(one.shift.effect or 0 for one in shown))])
