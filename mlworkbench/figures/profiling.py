"""Figures of a first look: how a column is distributed, the target over it, and what goes together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlworkbench.figures.style import ACCENT, MUTED, UP, figure, number, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from mlworkbench.profiling import Association, ColumnProfile, TargetLink

MOST = 15
MEASURES = {"spearman": "Spearman", "cramers_v": "Cramér's V", "correlation_ratio": "correlation ratio"}


def column_figure(column: ColumnProfile, rows: int) -> go.Figure | None:
    """A histogram of numbers or dates, or the most frequent words; None where the column is empty."""
    import plotly.graph_objects as go

    if column.histogram:
        counts = [one[2] for one in column.histogram]
        labels = [f"{_edge(low)} to {_edge(high)}" for low, high, _ in column.histogram]
        bars = go.Bar(
            x=list(range(len(counts))), y=counts, marker={"color": ACCENT}, customdata=labels,
            hovertemplate="%{customdata}: %{y:,} rows<extra></extra>",
        )  # fmt: skip
        drawn = figure(bars, x=plain(column.name), y="rows", height=260, bargap=0.05)
        ends = [0, len(counts) // 2, len(counts) - 1] if len(counts) > 2 else list(range(len(counts)))
        return drawn.update_xaxes(tickvals=ends, ticktext=[_edge(column.histogram[at][0]) for at in ends])
    if not column.top:
        return None
    present = rows - column.missing
    shown = list(column.top)
    rest = present - sum(count for _, count in shown)
    names = [plain(value, 28) for value, _ in shown] + (["others"] if rest > 0 else [])
    sizes = [count for _, count in shown] + ([rest] if rest > 0 else [])
    drawn = figure(
        go.Bar(
            x=sizes, y=list(range(len(sizes))), orientation="h", text=[f"{size:,}" for size in sizes],
            textposition="auto", marker={"color": [ACCENT] * len(shown) + [MUTED] * (rest > 0)},
            hovertemplate="%{x:,} rows<extra></extra>",
        ),
        x="rows",
        height=80 + 24 * len(sizes),
    )  # fmt: skip
    return drawn.update_yaxes(
        tickvals=list(range(len(sizes))), ticktext=names, autorange="reversed", showgrid=False
    ).update_xaxes(rangemode="tozero")


def target_figure(link: TargetLink, unit: str, overall: float | None = None) -> go.Figure:
    """The target's rate or mean in parts of a column, with 95% intervals."""
    import plotly.graph_objects as go

    parts = link.slices
    places = list(range(len(parts)))
    drawn = figure(
        go.Scatter(
            x=[one.value for one in parts],
            y=places,
            mode="markers",
            marker={"color": ACCENT, "size": 10},
            error_x={
                "array": [one.high - one.value for one in parts],
                "arrayminus": [one.value - one.low for one in parts],
                "thickness": 1.5,
                "color": ACCENT,
            },
            customdata=[[number(one.low), number(one.high), one.rows] for one in parts],
            hovertemplate="%{x:.3~g} (95 % %{customdata[0]} to %{customdata[1]}), %{customdata[2]:,} rows"
            "<extra></extra>",
        ),
        x=plain(unit, 60),
        y=plain(link.column),
        height=90 + 30 * max(len(parts), 1),
    )
    if overall is not None:
        drawn.add_vline(x=overall, line={"color": MUTED, "dash": "dash", "width": 1.5})
    return drawn.update_yaxes(
        tickvals=places, ticktext=[plain(one.label, 30) for one in parts], autorange="reversed", showgrid=False
    )


def association_figure(pairs: Sequence[Association]) -> go.Figure:
    """The strongest pairs as bars, with the line that unrelated columns stay below."""
    import plotly.graph_objects as go

    shown = list(pairs[:MOST])
    places = list(range(len(shown)))
    drawn = figure(
        go.Bar(
            x=[abs(one.strength) for one in shown],
            y=places,
            orientation="h",
            marker={"color": [ACCENT if one.strength >= 0 else UP for one in shown]},
            text=[f"{'−' if one.strength < 0 else ''}{abs(one.strength):.2f}" for one in shown],
            textposition="auto",
            customdata=[[MEASURES[one.measure], number(one.noise, 2)] for one in shown],
            hovertemplate="%{customdata[0]} %{text}; chance stays below %{customdata[1]}<extra></extra>",
        ),
        x="strength, 0 to 1 (a minus: one falls as the other rises)",
        height=90 + 26 * max(len(shown), 1),
    )
    drawn.update_yaxes(
        tickvals=places,
        ticktext=[f"{plain(one.left, 20)} · {plain(one.right, 20)}" for one in shown],
        autorange="reversed",
        showgrid=False,
    )
    return drawn.update_xaxes(range=[0, 1.02])


def _edge(value: float | str) -> str:
    return value[:10] if isinstance(value, str) else number(value)
