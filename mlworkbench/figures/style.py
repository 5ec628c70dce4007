"""What all figures share: colours that do not change from page to page, a quiet layout, safe labels.

The colours keep a contrast of 3:1 on the light and on the dark background, so one figure serves both
themes; text and grid are left to the page's theme. Models differ by colour AND by marker shape.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

ACCENT = "#5B6BE8"
UP = "#D9660B"
DOWN = "#2F6BDD"
MUTED = "#7A8296"

MODELS: dict[str, tuple[str, str]] = {
    "dummy": (MUTED, "x"),
    "linear": ("#2F6BDD", "circle"),
    "adaboost": ("#8A6D00", "diamond"),
    "random_forest": ("#9A6BFF", "square"),
    "hist_gradient_boosting": ("#C0277F", "triangle-up"),
    "xgboost": ("#12A594", "star"),
    "lightgbm": ("#E0660A", "hexagon"),
}
SCORES = {
    "roc_auc": "ROC AUC",
    "roc_auc_ovr": "ROC AUC, one against the rest",
    "neg_root_mean_squared_error": "negative RMSE",
    "neg_mean_absolute_error": "negative mean absolute error",
    "neg_median_absolute_error": "negative median absolute error",
    "neg_log_loss": "negative log loss",
    "neg_brier_score": "negative Brier score",
    "r2": "R²",
    "f1": "F1",
    "f1_macro": "F1, mean of the classes",
    "average_precision": "average precision",
    "balanced_accuracy": "balanced accuracy",
}


def model_style(name: str) -> tuple[str, str]:
    """Colour and marker symbol of an estimator, the same on every page; unknown ones are grey dots."""
    return MODELS.get(name, (MUTED, "circle-open"))


def score_name(scoring: str) -> str:
    """The name of a scikit-learn scorer as people say it."""
    return SCORES.get(scoring, scoring.replace("_", " "))


def spoken(text: str) -> str:
    """A sentence of the core with the names of scorers as people say them."""
    for scoring in sorted(SCORES, key=len, reverse=True):
        text = text.replace(scoring, SCORES[scoring]) if "_" in scoring else text
    return text


def label(text: object, longest: int = 36) -> str:
    """Text from data on one line, cut at `longest` characters."""
    flat = " ".join(str(text).split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def plain(text: object, longest: int = 36) -> str:
    """Text from data as a Plotly label: no tags, no formulas, one line, cut at `longest` characters."""
    flat = label(text, longest).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return flat.replace("$", "$\u200b")


def number(value: float | None, digits: int = 3) -> str:
    """A figure for people: `digits` significant digits, thousands separated, never an exponent below 10¹²."""
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size >= 12 or size < -6:
        return f"{value:.{digits - 1}e}"
    decimals = max(0, digits - 1 - size)
    text = f"{value:,.{decimals}f}"
    return text.replace("-", "−")


def fixed(value: float, decimals: int) -> str:
    """A figure with a given number of decimals, so that a column of figures reads as one."""
    return f"{value:,.{decimals}f}".replace("-", "−")


def figure(*traces: Any, x: str = "", y: str = "", height: int = 340, **layout: Any) -> go.Figure:
    """A figure in the common layout: transparent, labelled axes, no legend, no zoom by accident."""
    import plotly.graph_objects as go

    axis = {"automargin": True, "fixedrange": True}  # plotly checks a whole layout far faster than many updates
    common = {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 12, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {"namelength": -1},
        "bargap": 0.15,
        "xaxis": axis | {"title": {"text": x}},
        "yaxis": axis | {"title": {"text": y}},
    }
    return go.Figure(list(traces), common | layout)


def stacked(upper: go.Figure, lower: go.Figure, titles: tuple[str, str], *, gap: int = 96) -> go.Figure:
    """Two figures as one, above each other: a browser draws one in little more than half the time of two.

    Parameters
    ----------
    titles : tuple of str
        What stands above each; text from data through `plain`.
    gap : int
        Pixels between the two plots, for the upper one's axis and the lower one's title.
    """
    import plotly.graph_objects as go

    heights = upper.layout.height, lower.layout.height
    whole = sum(heights) + gap
    split = heights[1] / whole
    layout = upper.layout.to_plotly_json() | {"height": whole + 24}
    below = lower.layout.to_plotly_json()
    layout["margin"] = layout["margin"] | {"t": 36}
    layout["xaxis2"] = below["xaxis"] | {"anchor": "y2"}
    layout["yaxis2"] = below["yaxis"] | {"anchor": "x2", "domain": [0.0, split]}
    layout["yaxis"] = layout["yaxis"] | {"domain": [split + gap / whole, 1.0]}
    layout["annotations"] = [
        {"text": text, "x": 0, "y": top, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom",
         "yshift": 8, "showarrow": False, "font": {"size": 13}}
        for text, top in zip(titles, (1.0, split), strict=True)
    ]  # fmt: skip
    moved = [trace.to_plotly_json() | {"xaxis": "x2", "yaxis": "y2"} for trace in lower.data]
    return go.Figure([*upper.data, *moved], layout)
