"""Figures of columns: how values are distributed, before and after a recipe, and the target's classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlworkbench.figures.style import ACCENT, MUTED, figure, number, plain

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

MOST_BARS = 12


def distribution_figure(values: pd.Series[Any], name: str, *, height: int = 220) -> go.Figure:
    """How often each value occurs: a histogram for numbers and dates, the most frequent values else.

    Parameters
    ----------
    values : Series
        Counted here, so that what travels to the browser is a handful of bars.
    """
    import pandas as pd

    present = values.dropna()
    if pd.api.types.is_bool_dtype(present) or not (
        pd.api.types.is_numeric_dtype(present) or pd.api.types.is_datetime64_any_dtype(present)
    ):
        return category_figure(present.astype(str).value_counts(), name, height=height)
    if present.nunique() <= 2:
        return category_figure(present.map("{:g}".format).value_counts(), name, height=height)
    return _histogram(present, name, height)


def category_figure(counts: pd.Series[Any], name: str, *, height: int | None = None, unit: str = "rows") -> go.Figure:
    """Bars of counts, the most frequent on top; what does not fit is one bar named so."""
    import plotly.graph_objects as go

    head = counts.iloc[:MOST_BARS]
    rest = int(counts.iloc[MOST_BARS:].sum())
    labels = [plain(label, 28) for label in head.index] + ([f"{len(counts) - MOST_BARS:,} others"] if rest else [])
    sizes = [float(size) for size in head] + ([float(rest)] if rest else [])
    places = list(range(len(sizes)))
    drawn = figure(
        go.Bar(
            x=sizes,
            y=places,
            orientation="h",
            marker={"color": [ACCENT] * len(head) + [MUTED] * bool(rest)},
            text=[f"{size:,.0f}" if unit == "rows" else number(size, 2) for size in sizes],
            textposition="auto",
            hovertemplate="%{x:,.4~g}<extra></extra>",
        ),
        x=unit,
        y=plain(name),
        height=height if height and len(sizes) * 24 + 70 < height else 70 + 24 * len(sizes),
    )
    drawn.update_yaxes(tickvals=places, ticktext=labels, autorange="reversed", showgrid=False)
    return drawn.update_xaxes(rangemode="tozero")


def _histogram(present: pd.Series[Any], name: str, height: int) -> go.Figure:
    import numpy as np
    import pandas as pd
    import plotly.graph_objects as go

    dates = pd.api.types.is_datetime64_any_dtype(present)
    numbers = present.astype("int64") if dates else present.astype("float64")
    numbers = numbers[np.isfinite(numbers)]
    counts, edges = np.histogram(numbers, bins=min(30, max(5, int(len(numbers) ** 0.5))))
    stamps: Any = pd.to_datetime(edges.astype("int64"), unit=getattr(present.dt, "unit", "ns")) if dates else edges
    middles = stamps[:-1] + (stamps[1:] - stamps[:-1]) / 2
    widths = (stamps[1:] - stamps[:-1]).total_seconds() * 1000 if dates else edges[1:] - edges[:-1]
    return figure(
        go.Bar(
            x=list(middles),
            y=counts.tolist(),
            width=list(widths),
            marker={"color": ACCENT},
            hovertemplate="%{x}: %{y:,} rows<extra></extra>",
        ),
        x=plain(name),
        y="rows",
        height=height,
        bargap=0.05,
    )
