"""Figures of one prediction: what pushed it up or down, and how it moves when one input moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlworkbench.figures.style import ACCENT, DOWN, MUTED, UP, figure, number, plain

if TYPE_CHECKING:
    import plotly.graph_objects as go


def contribution_figure(parts: Sequence[tuple[str, float]], base: float, unit: str, most: int = 8) -> go.Figure:
    """A waterfall from the typical case (`base`) to this one: one bar per input, the largest on top.

    Parameters
    ----------
    parts : sequence of (label, contribution)
        In the unit of `base`; they add up to this case minus the base.
    most : int
        How many inputs get a bar of their own; the rest are one bar.
    """
    import plotly.graph_objects as go

    ranked = sorted(parts, key=lambda part: (-abs(part[1]), part[0]))
    shown, rest = ranked[:most], ranked[most:]
    names = [plain(name) for name, _ in shown]
    values = [value for _, value in shown]
    if rest:
        names.append(f"{len(rest)} other inputs")
        values.append(sum(value for _, value in rest))
    end = base + sum(values)
    rows = len(values) + 2
    colours = {"marker": {"color": UP}}, {"marker": {"color": DOWN}}, {"marker": {"color": MUTED}}
    trace = go.Waterfall(
        orientation="h",
        y=list(range(rows)),
        x=[base, *values, end],
        measure=["absolute", *["relative"] * len(values), "total"],
        text=[number(base), *[_signed(value) for value in values], number(end)],
        textposition="outside",
        cliponaxis=False,
        increasing=colours[0],
        decreasing=colours[1],
        totals=colours[2],
        connector={"line": {"color": MUTED, "width": 0.5}},
        hovertemplate="%{text}<extra></extra>",
    )
    levels = [base]
    for value in values:
        levels.append(levels[-1] + value)
    low, high = min(*levels, 0.0) if _near_zero(levels) else min(levels), max(levels)
    room = max(high - low, 1e-9) * 0.22
    drawn = figure(trace, x=unit, height=70 + 30 * rows)
    drawn.update_yaxes(
        tickvals=list(range(rows)), ticktext=["typical case", *names, "this case"], autorange="reversed", showgrid=False
    )
    return drawn.update_xaxes(range=[low - room, high + room], zeroline=True, zerolinecolor=MUTED)


def sweep_figure(
    xs: Sequence[Any], ys: Sequence[float], current: tuple[Any, float] | None, x: str, y: str, *, probability: bool
) -> go.Figure:
    """The prediction over the range of one input, all others as they are; the current case is marked."""
    import plotly.graph_objects as go

    categories = any(isinstance(value, str) for value in xs)
    places = list(range(len(xs))) if categories else list(xs)
    mode = "markers" if categories else "lines"
    drawn = figure(
        go.Scatter(
            x=places,
            y=list(ys),
            mode=mode,
            line={"color": ACCENT, "width": 2.5},
            marker={"color": ACCENT, "size": 9},
            hovertemplate="%{x}: %{y:.4g}<extra></extra>",
        ),
        x=plain(x),
        y=plain(y),
        height=280,
    )
    if current is not None:
        here = list(xs).index(current[0]) if categories and current[0] in list(xs) else current[0]
        if not (categories and isinstance(here, str)):
            drawn.add_trace(
                go.Scatter(
                    x=[here],
                    y=[current[1]],
                    mode="markers+text",
                    marker={"color": UP, "size": 13, "symbol": "diamond"},
                    text=["now"],
                    textposition="top center",
                    cliponaxis=False,
                    hovertemplate="now: %{y:.4g}<extra></extra>",
                )
            )
    if categories:
        drawn.update_xaxes(tickvals=places, ticktext=[plain(value, 18) for value in xs], range=[-0.5, len(xs) - 0.5])
    if probability:
        drawn.update_yaxes(range=[0, 1.08], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    return drawn


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + number(value)


def _near_zero(levels: Sequence[float]) -> bool:
    """Whether zero is close enough to the bars to be drawn as their base."""
    return max(abs(level) for level in levels) < 3 * max(max(levels) - min(levels), 1e-12)
