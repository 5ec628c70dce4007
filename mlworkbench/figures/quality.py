"""Figures of a classifier's out-of-fold probabilities: ROC curve and calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlworkbench.figures.style import ACCENT, MUTED, figure

if TYPE_CHECKING:
    import numpy.typing as npt
    import plotly.graph_objects as go

POINTS = 200
BINS = 10


def roc_figure(truth: npt.ArrayLike, probability: npt.ArrayLike) -> go.Figure:
    """Share of positives found against share of false alarms, over all thresholds, thinned to 200 points."""
    import numpy as np
    import plotly.graph_objects as go
    from sklearn.metrics import roc_curve

    false_alarms, found, _ = roc_curve(truth, probability)
    keep = np.unique(np.linspace(0, len(found) - 1, min(POINTS, len(found))).astype(int))
    drawn = figure(
        go.Scatter(
            x=false_alarms[keep].tolist(),
            y=found[keep].tolist(),
            mode="lines",
            line={"color": ACCENT, "width": 2.5},
            hovertemplate="%{y:.1%} found at %{x:.1%} false alarms<extra></extra>",
        ),
        _diagonal(),
        x="false alarms, share of negatives",
        y="found, share of positives",
        height=320,
    )
    return _unit_square(drawn)


def calibration_figure(truth: npt.ArrayLike, probability: npt.ArrayLike) -> go.Figure:
    """What was observed against what was predicted, in ten groups of equal size, with 95 % intervals (Wilson)."""
    import numpy as np
    import plotly.graph_objects as go

    y, p = np.asarray(truth, dtype=float), np.asarray(probability, dtype=float)
    groups = [group for group in np.array_split(np.argsort(p, kind="stable"), BINS) if len(group)]
    predicted = [float(p[group].mean()) for group in groups]
    observed = [float(y[group].mean()) for group in groups]
    bounds = [_wilson(share, len(group)) for share, group in zip(observed, groups, strict=True)]
    drawn = figure(
        go.Scatter(
            x=predicted,
            y=observed,
            mode="markers+lines",
            line={"color": ACCENT, "width": 1},
            marker={"color": ACCENT, "size": 9},
            error_y={
                "array": [high - share for share, (_, high) in zip(observed, bounds, strict=True)],
                "arrayminus": [share - low for share, (low, _) in zip(observed, bounds, strict=True)],
                "color": ACCENT,
                "thickness": 1.5,
            },
            hovertemplate="predicted %{x:.1%}, observed %{y:.1%}<extra></extra>",
        ),
        _diagonal(),
        x="predicted probability",
        y="observed share",
        height=320,
    )
    return _unit_square(drawn)


def _wilson(share: float, rows: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share (Wilson 1927, J. Am. Stat. Assoc. 22)."""
    middle = (share + z * z / (2 * rows)) / (1 + z * z / rows)
    half = z / (1 + z * z / rows) * (share * (1 - share) / rows + z * z / (4 * rows * rows)) ** 0.5
    return min(share, middle - half), max(share, middle + half)


def _diagonal() -> Any:
    import plotly.graph_objects as go

    return go.Scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": MUTED, "dash": "dot", "width": 1}, hoverinfo="skip"
    )


def _unit_square(drawn: go.Figure) -> go.Figure:
    drawn.update_xaxes(range=[0, 1], tickformat=".0%")
    return drawn.update_yaxes(range=[0, 1.02], tickformat=".0%")
