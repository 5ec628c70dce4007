"""Plotly figures and a few Vega-Lite charts from results; no Streamlit here, Plotly is imported when it draws."""

from mlworkbench.figures.demo import months_figure
from mlworkbench.figures.explain import contribution_figure, sweep_figure
from mlworkbench.figures.first_view import CELL, column_chart, empty_chart, pairs_map, target_chart
from mlworkbench.figures.governance import contender_figure, slice_figure
from mlworkbench.figures.labelling import baseline_figure
from mlworkbench.figures.leaderboard import fold_figure, latency_figure, score_decimals
from mlworkbench.figures.monitoring import drift_column_figure, drift_figure, window_figure
from mlworkbench.figures.profiling import (
    histogram_figure,
    pair_figure,
    patterns_figure,
    series_figure,
    slices_figure,
    words_figure,
)
from mlworkbench.figures.quality import calibration_figure, roc_figure
from mlworkbench.figures.retraining import gains_figure
from mlworkbench.figures.style import fixed, model_style, number, plain, score_name, spoken, stacked
from mlworkbench.figures.synthesis import sketch_figure
from mlworkbench.figures.tables import category_figure, distribution_figure
from mlworkbench.figures.versions import lineage_figure, shift_figure

__all__ = [
    "CELL",
    "baseline_figure",
    "calibration_figure",
    "category_figure",
    "column_chart",
    "contender_figure",
    "contribution_figure",
    "distribution_figure",
    "drift_column_figure",
    "drift_figure",
    "empty_chart",
    "fixed",
    "fold_figure",
    "gains_figure",
    "histogram_figure",
    "latency_figure",
    "lineage_figure",
    "model_style",
    "months_figure",
    "number",
    "pair_figure",
    "pairs_map",
    "patterns_figure",
    "plain",
    "roc_figure",
    "score_decimals",
    "score_name",
    "series_figure",
    "shift_figure",
    "sketch_figure",
    "slice_figure",
    "slices_figure",
    "spoken",
    "stacked",
    "sweep_figure",
    "target_chart",
    "window_figure",
    "words_figure",
]
