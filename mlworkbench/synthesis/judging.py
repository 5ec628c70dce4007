"""How alike synthetic and real rows are, and whether any of them is a copy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from mlworkbench.synthesis.preparing import GONE, Prepared
from mlworkbench.synthesis.results import Quality, Sketch

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 20_000  # that quality is computed on
BINS = 20
SHOWN = 12  # words of a column that are drawn


def judge(real: pd.DataFrame, drawn: pd.DataFrame, ready: Prepared, seed: int) -> Quality:
    """SDMetrics' quality of the synthetic rows, and of one half of the real rows against the other.

    Shapes: 1 − Kolmogorov–Smirnov's statistic for numbers, 1 − total variation distance for words. Pairs: similarity of
    correlations for numbers, of contingency tables else (SDMetrics 0.32, QualityReport). Copies are rows whose learned
    columns all equal those of a real row.
    """
    order = real.sample(frac=1, random_state=seed).index
    half = len(real) // 2
    first, second = real.loc[order[:half]], real.loc[order[half:]]
    shapes, pairs, columns, worst = _report(_some(real, seed), _some(drawn, seed), ready)
    anchor_shapes, anchor_pairs, _, _ = _report(_some(first, seed), _some(second, seed), ready)
    return Quality(
        overall=_mean(shapes, pairs),
        shapes=shapes,
        pairs=pairs,
        anchor=_mean(anchor_shapes, anchor_pairs),
        columns={ready.names[code]: value for code, value in columns.items()},
        worst_pairs=tuple((ready.names[a], ready.names[b], value) for a, b, value in worst),
        copies=_copies(drawn, real, ready),
        copies_anchor=_copies(second, first, ready),
    )


def _some(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    return frame.sample(min(MOST_ROWS, len(frame)), random_state=seed).reset_index(drop=True)


def _mean(shapes: float, pairs: float) -> float:
    return shapes if math.isnan(pairs) else (shapes + pairs) / 2


def _report(
    real: pd.DataFrame, other: pd.DataFrame, ready: Prepared
) -> tuple[float, float, dict[str, float], list[tuple[str, str, float]]]:
    from mlworkbench.synthesis.sdv import quiet

    kinds = {name: {"sdtype": "categorical" if name in ready.words else "numerical"} for name in real.columns}
    with quiet():
        from sdmetrics.reports.single_table import QualityReport

        report = QualityReport()
        report.generate(real, other, {"columns": kinds}, verbose=False)
        shapes, pairs = report.get_details("Column Shapes"), report.get_details("Column Pair Trends")
    columns = {str(row.Column): float(row.Score) for row in shapes.itertuples() if row.Score == row.Score}
    found = [
        (str(left), str(right), float(score))
        for left, right, score in zip(pairs["Column 1"], pairs["Column 2"], pairs["Score"], strict=True)
        if score == score
    ] if len(pairs) else []  # fmt: skip
    mean = math.fsum(columns.values()) / len(columns) if columns else math.nan
    linked = math.fsum(one[2] for one in found) / len(found) if found else math.nan
    return mean, linked, columns, sorted(found, key=lambda one: (one[2], one[0], one[1]))[:5]


def _copies(rows: pd.DataFrame, among: pd.DataFrame, ready: Prepared) -> float:
    """The share of rows whose columns all equal those of one of the others."""
    import numpy as np
    import pandas as pd

    def keys(frame: pd.DataFrame) -> Any:
        rounded = frame.copy()
        for name in rounded.columns:
            if name not in ready.words:
                rounded[name] = rounded[name].astype("float64").round(6)
        return pd.util.hash_pandas_object(rounded, index=False).to_numpy()

    return float(np.isin(keys(rows), keys(among)).mean()) if len(rows) else 0.0


def sketches(real: pd.DataFrame, drawn: pd.DataFrame, ready: Prepared, dates: set[str]) -> tuple[Sketch, ...]:
    """Every learned column as shares of the same bins or words, to be drawn."""
    import numpy as np

    made = []
    for code, name in ready.names.items():
        if code in ready.levels:
            words = {f"k{number}": word for number, word in enumerate(ready.levels[code])} | {GONE: "missing"}
            before, after = (frame[code].value_counts(normalize=True) for frame in (real, drawn))
            top = list(before.index[:SHOWN])
            labels = [words[one] for one in top] + ["others"]
            shares = [[float(side.get(one, 0.0)) for one in top] for side in (before, after)]
            pair = [(*share, max(0.0, 1.0 - math.fsum(share))) for share in shares]
            made.append(Sketch(name, tuple(labels), pair[0], pair[1], False))
            continue
        known = real[code].dropna().to_numpy()
        edges = np.unique(np.quantile(known, [0.005, 0.995]))
        edges = np.linspace(edges[0], edges[-1], BINS + 1) if len(edges) > 1 else np.array([edges[0], edges[0] + 1])
        counts = [
            np.histogram(np.clip(side[code].dropna().astype("float64"), edges[0], edges[-1]), edges)[0]
            for side in (real, drawn)
        ]
        middle = [_label(float(edge), name in dates) for edge in (edges[:-1] + edges[1:]) / 2]
        pair = [tuple(float(part) for part in count / max(count.sum(), 1)) for count in counts]
        made.append(Sketch(name, tuple(middle), pair[0], pair[1], True))
    return tuple(made)


def _label(value: float, date: bool) -> str:
    import numpy as np

    return str(np.datetime64(int(value), "s"))[:10] if date else f"{value:.6g}"
