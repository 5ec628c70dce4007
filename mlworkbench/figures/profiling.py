"""Figures of a first look: distributions, the target over a column, pairs, gaps, slices, series, texts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from mlworkbench.figures.style import ACCENT, MUTED, UP, figure, number, plain, stacked

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from mlworkbench.profiling import Pair, Pattern, Series, Slices, Texts

HEIGHT = 320  # of every figure of a column, so that nothing moves when another one is chosen
MOST_PATTERNS = 12
MOST_GAPS = 16
_WHITE = [[0.0, "rgba(127,127,127,0.08)"], [1.0, ACCENT]]


def histogram_figure(bins: Sequence[tuple[Any, Any, int]], x: str, height: int = HEIGHT) -> go.Figure:
    """Rows per bin; edges are numbers or ISO times."""
    import plotly.graph_objects as go

    counts = [one[2] for one in bins]
    labels = [f"{_edge(low)} to {_edge(high)}" for low, high, _ in bins]
    bars = go.Bar(
        x=list(range(len(counts))), y=counts, marker={"color": ACCENT}, customdata=labels,
        hovertemplate="%{customdata}: %{y:,} rows<extra></extra>",
    )  # fmt: skip
    drawn = figure(bars, x=x, y="rows", height=height, bargap=0.05)
    ends = [0, len(counts) // 2, len(counts) - 1] if len(counts) > 2 else list(range(len(counts)))
    return drawn.update_xaxes(tickvals=ends, ticktext=[_edge(bins[at][0]) for at in ends])


def slices_figure(found: Slices, *, second: bool = False) -> go.Figure | None:
    """The target's figure, or the second column's, in each group with 95% intervals; None where there is none."""
    unit = found.second_unit if second else found.target_unit
    parts = []
    for group in found.groups:
        one = group.second if second else group.target
        if one is not None:
            parts.append((group.label, group.rows, one.value, one.low, one.high))
    overall = found.overall.second if second else found.overall.target
    return _dots(parts, unit, plain(found.by), overall.value if overall else None) if parts and unit else None


def _dots(
    parts: Sequence[tuple[str, int, float, float, float]], unit: str, name: str, overall: float | None
) -> go.Figure:
    import plotly.graph_objects as go

    places = list(range(len(parts)))
    drawn = figure(
        go.Scatter(
            x=[value for _, _, value, _, _ in parts],
            y=places,
            mode="markers",
            marker={"color": ACCENT, "size": 10},
            error_x={
                "array": [high - value for _, _, value, _, high in parts],
                "arrayminus": [value - low for _, _, value, low, _ in parts],
                "thickness": 1.5,
                "color": ACCENT,
            },
            customdata=[[number(low), number(high), rows] for _, rows, _, low, high in parts],
            hovertemplate="%{x:.3~g} (95 % %{customdata[0]} to %{customdata[1]}), %{customdata[2]:,} rows"
            "<extra></extra>",
        ),
        x=plain(unit, 60),
        y=name,
        height=90 + 30 * max(len(parts), 1),
    )
    if overall is not None:
        drawn.add_vline(x=overall, line={"color": MUTED, "dash": "dash", "width": 1.5})
    return drawn.update_yaxes(
        tickvals=places, ticktext=[plain(part[0], 30) for part in parts], autorange="reversed", showgrid=False
    )


def pair_figure(pair: Pair) -> go.Figure:
    """Two columns together: rows in a grid, quantiles of numbers per word, or words per word as stacked shares."""
    return {"grid": _grid, "boxes": _boxes, "counts": _counts}[pair.kind](pair).update_layout(height=420)


def _grid(pair: Pair) -> go.Figure:
    import plotly.graph_objects as go

    xs, ys = (
        [_tick(value, dated) for value in edges]
        for edges, dated in ((pair.x_edges, pair.x_dated), (pair.y_edges, pair.y_dated))
    )
    across = [f"{low} to {high}" for low, high in pairwise(xs)]
    words = [[f"{said}, {low} to {high}" for said in across] for low, high in pairwise(ys)]
    cells = go.Heatmap(
        z=[[count or None for count in row] for row in pair.table], colorscale=_WHITE, customdata=words,
        colorbar={"title": {"text": "rows"}, "thickness": 10}, hoverongaps=False,
        hovertemplate="%{customdata}: %{z:,} rows<extra></extra>",
    )  # fmt: skip
    drawn = figure(cells, x=plain(pair.x), y=plain(pair.y))
    for update, ticks in ((drawn.update_xaxes, xs), (drawn.update_yaxes, ys)):
        places = sorted({0, (len(ticks) - 1) // 2, len(ticks) - 1})
        update(tickvals=[place - 0.5 for place in places], ticktext=[ticks[place] for place in places], showgrid=False)
    return drawn


def _boxes(pair: Pair) -> go.Figure:
    import plotly.graph_objects as go

    drawn = figure(x=plain(pair.x), y=plain(pair.y))
    for place, box in enumerate(pair.boxes):
        drawn.add_trace(
            go.Box(
                q1=[box.quantiles[1]], median=[box.quantiles[2]], q3=[box.quantiles[3]],
                lowerfence=[box.quantiles[0]], upperfence=[box.quantiles[4]],
                y=[place], orientation="h", marker={"color": ACCENT}, name=f"{box.rows:,} rows", width=0.6,
            )
        )  # fmt: skip
    names = [f"{plain(box.label, 24)} ({box.rows:,})" for box in pair.boxes]
    drawn.update_yaxes(tickvals=list(range(len(names))), ticktext=names, autorange="reversed", showgrid=False)
    if pair.x_dated and pair.boxes:
        ends = [min(box.quantiles[0] for box in pair.boxes), max(box.quantiles[4] for box in pair.boxes)]
        drawn.update_xaxes(tickvals=ends, ticktext=[_tick(end, True) for end in ends])
    return drawn


_SHADES = ("#2F6BDD", "#E0660A", "#12A594", "#9A6BFF", "#C0277F", "#8A6D00", "#5B6BE8")


def _counts(pair: Pair) -> go.Figure:
    import plotly.graph_objects as go

    totals = [max(1, sum(row[at] for row in pair.table)) for at in range(len(pair.x_labels))]
    names = [f"{plain(label, 24)} ({total:,})" for label, total in zip(pair.x_labels, totals, strict=True)]
    drawn = figure(x=f"share of rows, by {plain(pair.y)}", y=plain(pair.x), barmode="stack", bargap=0.25)
    for at, (label, row) in enumerate(zip(pair.y_labels, pair.table, strict=True)):
        shares = [count / total for count, total in zip(row, totals, strict=True)]
        drawn.add_trace(
            go.Bar(
                x=shares, y=list(range(len(names))), orientation="h", name=plain(label, 24), customdata=list(row),
                text=[plain(label, 14) if share > 0.12 else "" for share in shares], insidetextanchor="middle",
                marker={"color": _SHADES[at % len(_SHADES)], "opacity": 1 - 0.45 * (at >= len(_SHADES))},
                hovertemplate="%{x:.1%}, %{customdata:,} rows",
            )
        )  # fmt: skip
    drawn.update_xaxes(tickformat=".0%", range=[0, 1])
    return drawn.update_yaxes(tickvals=list(range(len(names))), ticktext=names, autorange="reversed", showgrid=False)


def patterns_figure(patterns: Sequence[Pattern], rows: int) -> go.Figure:
    """Which combinations of columns are missing, the most frequent first: a row per combination, a mark per column."""
    import plotly.graph_objects as go

    shown = list(patterns[:MOST_PATTERNS])
    names = list(dict.fromkeys(name for one in shown for name in one.columns))[:MOST_GAPS]
    marks = [(names.index(name), at) for at, one in enumerate(shown) for name in one.columns if name in names]
    drawn = figure(
        go.Scatter(
            x=[x for x, _ in marks], y=[y for _, y in marks], mode="markers", hoverinfo="skip",
            marker={"symbol": "square", "size": 14, "color": UP},
        ),
        y="rows",
        height=150 + 26 * len(shown),
    )  # fmt: skip
    share = [f"{one.rows:,} ({100 * one.rows / max(rows, 1):.1f} %)" for one in shown]
    said = [text if one.columns else f"{text}, nothing missing" for text, one in zip(share, shown, strict=True)]
    drawn.update_yaxes(tickvals=list(range(len(shown))), ticktext=said, range=[len(shown) - 0.5, -0.5])
    return drawn.update_xaxes(
        tickvals=list(range(len(names))), ticktext=[plain(name, 18) for name in names], tickangle=-45, side="top",
        range=[-0.7, max(len(names) - 0.3, 0.7)],
    )  # fmt: skip


def series_figure(found: Series) -> go.Figure:
    """Values and trend over time with gaps shaded; below them one season, where there is one."""
    import plotly.graph_objects as go

    upper = figure(
        go.Scatter(
            x=list(found.starts), y=list(found.values), mode="lines+markers", connectgaps=False,
            line={"color": MUTED, "width": 1}, marker={"size": 4}, customdata=list(found.counts),
            hovertemplate="%{x}: %{y:.4~g} (%{customdata:,} rows)<extra></extra>",
        ),
        go.Scatter(x=list(found.starts), y=list(found.trend), mode="lines", line={"color": ACCENT, "width": 3},
                   hovertemplate="trend %{y:.4~g}<extra></extra>"),
        y=plain(found.value_unit, 40),
        x=f"by {found.unit}",
        height=HEIGHT,
    )  # fmt: skip
    shades = [
        {"type": "rect", "xref": "x", "yref": "paper" if found.season_length is None else "y domain", "x0": first,
         "x1": last, "y0": 0, "y1": 1, "fillcolor": UP, "opacity": 0.18, "line": {"width": 1, "color": UP}}
        for first, last in found.gaps
    ]  # fmt: skip
    upper.update_layout(shapes=shades)
    if found.season_length is None:
        return upper
    season = list(found.season[: found.season_length])
    kind = "times the trend" if found.multiplicative else "added to the trend"
    base = 1.0 if found.multiplicative else 0.0
    lower = figure(
        go.Bar(
            x=list(range(1, len(season) + 1)), y=[(one or base) - base for one in season], base=base,
            marker={"color": ACCENT}, customdata=season, hovertemplate="%{x}: %{customdata:.4~g}<extra></extra>",
        ),
        x=f"{found.unit} of the season, the first being that of {found.starts[0][:16]}",
        y=kind,
        height=200,
    )  # fmt: skip
    return stacked(upper, lower, ("values (grey), trend (blue), gaps (orange)", "one season"), gap=120)


def words_figure(found: Texts) -> go.Figure:
    """The most frequent words, by the number of texts that have them."""
    import plotly.graph_objects as go

    shown = list(found.words[:20])
    drawn = figure(
        go.Bar(
            x=[texts for _, texts, _ in shown], y=list(range(len(shown))), orientation="h", marker={"color": ACCENT},
            customdata=[times for _, _, times in shown],
            hovertemplate="in %{x:,} texts, %{customdata:,} times<extra></extra>",
        ),
        x="texts with the word",
        height=90 + 22 * max(len(shown), 1),
    )  # fmt: skip
    return drawn.update_yaxes(
        tickvals=list(range(len(shown))), ticktext=[plain(word, 20) for word, _, _ in shown], autorange="reversed",
        showgrid=False,
    )  # fmt: skip


def _tick(value: float, dated: bool) -> str:
    if not dated:
        return number(value)
    import numpy as np

    return str(np.datetime64(int(value), "us"))[:10]


def _edge(value: float | str) -> str:
    return value[:10] if isinstance(value, str) else number(value)
