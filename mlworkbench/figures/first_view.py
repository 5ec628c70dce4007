"""Charts of a first look in Vega-Lite, which a browser takes in far sooner than Plotly and whose cells can be clicked.

Texts from data are only ever values and titles, never expressions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mlworkbench.figures.style import ACCENT, MUTED, UP, label, number

if TYPE_CHECKING:
    from mlworkbench.profiling import Association, ColumnProfile, TargetLink

HEIGHT = 320  # of every chart of a column, so that nothing moves when another one is chosen
CELL = "cell"  # the selection that a click makes
_COUNT = {"field": "rows", "type": "quantitative", "format": ",d", "title": "rows"}


def column_chart(column: ColumnProfile, rows: int) -> dict[str, Any] | None:
    """A histogram of numbers or dates, or the most frequent words; None where the column is empty.

    Returns
    -------
    dict
        A Vega-Lite specification with its data.
    """
    if column.histogram:
        return _histogram(column)
    return _words(column, rows) if column.top else None


def empty_chart() -> dict[str, Any]:
    """The place of a chart that is not there yet."""
    return {"height": HEIGHT, "data": {"values": [{"x": 0, "y": 0}]}, "mark": {"type": "bar", "opacity": 0}}


def target_chart(link: TargetLink, unit: str) -> dict[str, Any]:
    """The target's rate or mean in parts of a column, with 95 % intervals; a Vega-Lite specification."""
    names = _different([label(one.label, 30) for one in link.slices])
    values = [
        {"part": name, "value": one.value, "low": one.low, "high": one.high, "rows": one.rows,
         "told": f"{number(one.value)} (95 % {number(one.low)} to {number(one.high)})"}
        for name, one in zip(names, link.slices, strict=True)
    ]  # fmt: skip
    across = {"type": "quantitative", "title": label(unit, 60), "scale": {"zero": False}}
    return {
        "height": 70 + 30 * max(len(values), 1),
        "data": {"values": values},
        "encoding": {
            "y": {"field": "part", "type": "ordinal", "sort": None, "title": label(link.column), "axis": _NAMES},
            "tooltip": [{"field": "told", "type": "nominal", "title": "target"}, _COUNT],
        },
        "layer": [
            {
                "mark": {"type": "rule", "color": ACCENT, "size": 1.5},
                "encoding": {"x": {"field": "low", **across}, "x2": {"field": "high"}},
            },
            {
                "mark": {"type": "point", "color": ACCENT, "filled": True, "size": 90, "opacity": 1},
                "encoding": {"x": {"field": "value", **across}},
            },
        ],
    }


def pairs_map(pairs: Sequence[Association]) -> dict[str, Any]:
    """How strongly each two columns go together, a cell for each pair; a click selects the pair's place in `pairs`."""
    columns = list(dict.fromkeys(name for one in pairs for name in (one.left, one.right)))
    names = dict(zip(columns, _different([label(name, 20) for name in columns]), strict=True))
    values = [
        {"a": names[one.left], "b": names[one.right], "strength": abs(one.strength), "told": number(one.strength, 2),
         "place": place}
        for place, one in enumerate(pairs)
    ]  # fmt: skip
    values = [turned for one in values for turned in (one, {**one, "a": one["b"], "b": one["a"]})]
    sides = {"type": "nominal", "sort": list(names.values()), "title": None}
    titles = {"a": "column", "b": "and", "told": "strength"}
    return {
        "height": 460,
        "data": {"values": values},
        "params": [{"name": CELL, "select": {"type": "point", "fields": ["place"], "clear": False}}],
        "mark": {"type": "rect", "cursor": "pointer"},
        "encoding": {
            "x": {"field": "a", **sides, "axis": {**_NAMES, "labelLimit": 90, "labelAngle": -60}},
            "y": {"field": "b", **sides, "axis": {**_NAMES, "labelLimit": 110}},
            "color": {
                "field": "strength", "type": "quantitative", "title": "strength",
                "scale": {"domain": [0, 1], "range": ["rgba(127,127,127,0.10)", ACCENT]},
                "legend": {"orient": "top", "gradientThickness": 10},
            },
            "stroke": {"condition": {"param": CELL, "empty": False, "value": UP}, "value": None},
            "strokeWidth": {"condition": {"param": CELL, "empty": False, "value": 2}, "value": 0},
            "tooltip": [{"field": field, "type": "nominal", "title": title} for field, title in titles.items()],
        },
    }  # fmt: skip


def _histogram(column: ColumnProfile) -> dict[str, Any]:
    """Rows per bin, each as wide as it is on the column's scale; the outer ones count what lies beyond them too."""
    dated = isinstance(column.histogram[0][0], str)
    smallest, largest = (column.quantiles.get(key) for key in ("0", "1"))
    values = []
    for place, (low, high, count) in enumerate(column.histogram):
        begin, end = _place(low), _place(high)
        half, told = 0.5 if end == begin else 0.0, f"{_said(low)} to {_said(high)}"
        if place == 0 and smallest is not None and smallest < low:
            told = f"up to {_said(high)}"
        elif place == len(column.histogram) - 1 and largest is not None and largest > high:
            told = f"from {_said(low)}"
        values.append({"low": begin - half, "high": end + half, "rows": count, "range": told})
    scale = {"zero": False, "nice": False, **({"type": "utc"} if dated else {})}
    kind = {"type": "temporal" if dated else "quantitative", "bin": {"binned": True}}
    return {
        "height": HEIGHT,
        "data": {"values": values},
        "mark": {"type": "bar", "color": ACCENT, "binSpacing": 1},
        "encoding": {
            "x": {"field": "low", **kind, "title": label(column.name), "scale": scale,
                  "axis": {"grid": False, "labelOverlap": True, "tickCount": 5}},
            "x2": {"field": "high"},
            "y": {**_COUNT, "axis": {"format": ",d", "tickMinStep": 1}},
            "tooltip": [{"field": "range", "type": "nominal", "title": "values"}, _COUNT],
        },
    }  # fmt: skip


def _words(column: ColumnProfile, rows: int) -> dict[str, Any]:
    """The most frequent words, and all others together."""
    rest = rows - column.missing - sum(count for _, count in column.top)
    names = [label(value, 28) for value, _ in column.top] + (["others"] if rest > 0 else [])
    sizes = [count for _, count in column.top] + ([rest] if rest > 0 else [])
    colours = [ACCENT] * len(column.top) + [MUTED] * (rest > 0)
    values = [
        {"value": name, "rows": size, "colour": colour}
        for name, size, colour in zip(_different(names), sizes, colours, strict=True)
    ]
    return {
        "height": HEIGHT,
        "data": {"values": values},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": "value", "type": "ordinal", "sort": None, "title": None, "axis": _NAMES},
            "x": {**_COUNT, "axis": {"format": ",d", "tickMinStep": 1, "tickCount": 5}},
            "color": {"field": "colour", "type": "nominal", "scale": None},
            "tooltip": [{"field": "value", "type": "nominal", "title": "value"}, _COUNT],
        },
    }


_NAMES = {"labelLimit": 220, "grid": False, "ticks": False}


def _different(names: list[str]) -> list[str]:
    """Names that are cut alike are told apart by spaces without width: Vega would make them one."""
    return [name + "\u200b" * names[:place].count(name) for place, name in enumerate(names)]


def _place(value: float | str) -> float:
    """A number, or the milliseconds since 1970 of an ISO time."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp() * 1000 if isinstance(value, str) else value


def _said(value: float | str) -> str:
    return value[:10] if isinstance(value, str) else number(value)
