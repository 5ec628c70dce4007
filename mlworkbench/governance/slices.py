"""How good the model is for each group of the contract's fairness columns, from out-of-fold predictions.

Values per group by fairlearn's MetricFrame; intervals of shares by E. B. Wilson, "Probable Inference, the Law of
Succession, and Statistical Inference", J. Am. Stat. Assoc. 22 (1927), 209-212; of a mean absolute error by the
normal interval of a mean. A group with few rows is called small and never alarms.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlworkbench.governance.results import Slice

if TYPE_CHECKING:
    import pandas as pd

SMALL_ROWS = 100
SMALL_BASE = 10
MOST_GROUPS = 12
_BINS = 4
_FEW = 10  # different numbers that are still shown one by one
MISSING, OTHERS = "(missing)", "(all others)"


def wilson(share: float, rows: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """The 95% interval of a share of `rows` rows (Wilson 1927)."""
    middle = (share + z * z / (2 * rows)) / (1 + z * z / rows)
    half = z / (1 + z * z / rows) * math.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return min(share, middle - half), max(share, middle + half)


def groups_of(column: pd.Series, type: str) -> pd.Series:  # noqa: A002
    """The group of each row: the value; a quarter of the range of ranks for numbers and dates with many values."""
    import pandas as pd

    if type in ("number", "integer", "datetime") and column.nunique() > _FEW:
        quarter = pd.qcut(column, _BINS, labels=False, duplicates="drop")
        inside = {one: column[quarter == one] for one in sorted(quarter.dropna().unique())}
        labels = quarter.map({one: _span(cells.min(), cells.max(), type) for one, cells in inside.items()}).astype(
            object
        )
    elif type in ("number", "integer"):
        labels = column.map(lambda value: f"{value:g}", na_action="ignore").astype(object)
    else:
        labels = column.astype(object).map(str, na_action="ignore")
    labels = labels.where(labels.notna(), MISSING)
    counts = labels.value_counts()
    if len(counts) > MOST_GROUPS:
        kept = sorted(counts.index, key=lambda name: (-counts[name], name))[: MOST_GROUPS - 1]
        labels = labels.where(labels.isin(kept), OTHERS)
    return labels


def _span(low: Any, high: Any, type: str) -> str:  # noqa: A002
    return f"{low:%Y-%m-%d} to {high:%Y-%m-%d}" if type == "datetime" else f"{low:,.4g} to {high:,.4g}"


def by_group(column: str, groups: pd.Series, y: pd.Series, prediction: pd.Series, positive: str | None) -> list[Slice]:
    """The figures of each group, groups in text order.

    Parameters
    ----------
    groups, y, prediction : Series of equal index
        Group, truth and answer (labels, or numbers) of each scored row.
    positive : str or None
        The positive class of a binary task; None for several classes (accuracy only) or a regression.
    """
    from fairlearn.metrics import MetricFrame

    regression = prediction.dtype.kind == "f" and y.dtype.kind == "f"
    rows = groups.value_counts()
    made: list[Slice] = []
    for name, metric, base, spread in _metrics(y, prediction, positive, regression):
        frame = MetricFrame(metrics=metric, y_true=y, y_pred=prediction, sensitive_features=groups.rename("group"))
        for group in sorted(rows.index):
            inside = groups == group
            rests_on = int((base & inside).sum())
            value = float(frame.by_group.loc[group]) if rests_on else None
            low, high = (None, None) if value is None else spread(value, rests_on, inside)
            small = int(rows[group]) < SMALL_ROWS or rests_on < SMALL_BASE
            made.append(Slice(column, str(group), int(rows[group]), name, value, low, high, small))
    return made


Spread = Callable[[float, int, Any], tuple[float, float]]


def _metrics(y: Any, prediction: Any, positive: str | None, regression: bool) -> list[tuple[str, Any, Any, Spread]]:
    """Name, function of (truth, answer), the rows it rests on, and its interval."""

    def shares(value: float, rows: int, inside: Any) -> tuple[float, float]:
        return wilson(value, rows)

    everyone = y.notna()
    if regression:
        errors = (y - prediction).abs()

        def of_mean(value: float, rows: int, inside: Any) -> tuple[float, float]:
            half = 1.959963984540054 * float(errors[inside].std(ddof=1)) / math.sqrt(rows) if rows > 1 else math.nan
            return (max(0.0, value - half), value + half) if half == half else (value, value)

        return [("mean absolute error", lambda t, p: float(abs(t - p).mean()), everyone, of_mean)]
    found: list[tuple[str, Any, Any, Spread]] = [
        ("accuracy", lambda t, p: float((t == p).mean()), everyone, shares),
    ]
    if positive is None:
        return found
    said = [
        ("predicted positive", lambda t, p: float((p == positive).mean()), everyone, shares),
        ("found, of the positives", lambda t, p: _share(p == positive, t == positive), y == positive, shares),
        ("false alarms, of the negatives", lambda t, p: _share(p == positive, t != positive), y != positive, shares),
    ]
    return [*found, *said]


def _share(hit: Any, among: Any) -> float:
    return float(hit[among].mean()) if among.any() else math.nan


def widest_gap(slices: Sequence[Slice]) -> Mapping[tuple[str, str], tuple[float, Slice, Slice]]:
    """The largest difference between two groups that are not small, by column and metric: (gap, lowest, highest)."""
    gaps: dict[tuple[str, str], tuple[float, Slice, Slice]] = {}
    for key in sorted({(one.column, one.name) for one in slices}):
        known = [one for one in slices if (one.column, one.name) == key and not one.small and one.metric is not None]
        if len(known) > 1:
            low = min(known, key=lambda one: (one.metric or 0.0, one.group))
            high = max(known, key=lambda one: (one.metric or 0.0, one.group))
            gaps[key] = ((high.metric or 0.0) - (low.metric or 0.0), low, high)
    return gaps
