"""What goes together: associations of mixed types, and each column's link to the target, on sampled training rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from mlworkbench.profiling.results import Association, Slice, TargetLink

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST_COLUMNS = 60  # with more, only links to the target are computed
MOST_LEVELS = 50  # of words; the rest is one level
BINS = 8
FEWEST = 20  # rows that both columns must have
Z = 1.959963984540054  # 97.5 % of the normal distribution


class Coded:
    """A column as ranks (numbers, dates) or as codes of its levels (words), −1 or NaN where it is missing."""

    def __init__(self, name: str, values: pd.Series[Any]) -> None:
        import numpy as np
        import pandas as pd

        self.name = name
        self.numeric = pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values)
        if self.numeric:
            plain = values.astype("int64").where(values.notna()) if values.dtype.kind == "M" else values
            numbers = plain.to_numpy(dtype=np.float64, na_value=np.nan)
            self.values = np.where(np.isfinite(numbers), numbers, np.nan)
            self.known = np.isfinite(self.values)
            self.levels: list[str] = []
        else:
            codes, levels = pd.factorize(values, sort=False)
            counts = np.bincount(codes[codes >= 0], minlength=len(levels))
            keep = np.argsort(-counts, kind="stable")[:MOST_LEVELS]
            place = np.full(len(levels) + 1, len(keep))
            place[keep] = np.arange(len(keep))
            self.values = np.where(codes >= 0, place[codes], -1)
            self.known = codes >= 0
            self.levels = [str(levels[at]) for at in keep] + (["others"] if len(levels) > len(keep) else [])


def associate(left: Coded, right: Coded) -> Association | None:
    """The association that fits the types of two columns; None where too few rows have both, or one is constant."""
    both = left.known & right.known
    rows = int(both.sum())
    if rows < FEWEST:
        return None
    a, b = left.values[both], right.values[both]
    if left.numeric and right.numeric:
        found = spearman(a, b)
        chance = math.erfc(abs(found) * math.sqrt((rows - 1) / 2)) if math.isfinite(found) else 1.0
        return _made(left, right, "spearman", found, Z / math.sqrt(rows - 1), rows, chance)
    if not left.numeric and not right.numeric:
        strength, noise, chance = cramers_v(a, b)
        return _made(left, right, "cramers_v", strength, noise, rows, chance)
    codes, numbers = (b, a) if left.numeric else (a, b)
    strength, noise, chance = correlation_ratio(codes, numbers)
    return _made(left, right, "correlation_ratio", strength, noise, rows, chance)


def _made(
    left: Coded, right: Coded, measure: str, strength: float, noise: float, rows: int, chance: float
) -> Association | None:
    if not math.isfinite(strength):
        return None
    return Association(left.name, right.name, measure, strength, noise, rows, chance)


def surely(links: Sequence[TargetLink], rate: float = 0.05) -> tuple[TargetLink, ...]:
    """The links that are no chance, in their order: Benjamini and Hochberg (1995) over all of them."""
    ordered = sorted(one.association.p_value for one in links)
    passed = [p for place, p in enumerate(ordered, start=1) if p <= rate * place / len(ordered)]
    return tuple(one for one in links if passed and one.association.p_value <= passed[-1])


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's correlation of ranks, ties at their mean rank (C. Spearman 1904; as scipy.stats.spearmanr)."""
    import numpy as np
    from scipy.stats import rankdata

    x, y = rankdata(a), rankdata(b)
    x, y = x - x.mean(), y - y.mean()
    size = math.sqrt(float((x**2).sum()) * float((y**2).sum()))
    return float(np.dot(x, y)) / size if size > 0 else math.nan


def cramers_v(a: np.ndarray, b: np.ndarray) -> tuple[float, float, float]:
    """Bias-corrected Cramér's V, and what independent columns stay below in 95 % of samples, and the chance.

    W. Bergsma, "A bias-correction for Cramér's V and Tschuprow's T", Journal of the Korean Statistical Society 42
    (2013). The second figure takes the 95 % quantile of chi-square through the same formula.
    """
    import numpy as np
    from scipy.stats import chi2

    x, y = (np.unique(one, return_inverse=True)[1] for one in (a, b))
    rows, columns, n = int(x.max()) + 1, int(y.max()) + 1, len(x)
    if rows < 2 or columns < 2:
        return math.nan, math.nan, 1.0
    table = np.bincount(x * columns + y, minlength=rows * columns).reshape(rows, columns)
    expected = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / n
    statistic = float(((table - expected) ** 2 / expected).sum())
    freedom = (rows - 1) * (columns - 1)
    r, c = rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)

    def corrected(value: float) -> float:
        return math.sqrt(max(0.0, value / n - freedom / (n - 1)) / max(min(r - 1, c - 1), 1e-12))

    noise = corrected(float(chi2.ppf(0.95, freedom)))
    return min(1.0, corrected(statistic)), noise, float(chi2.sf(statistic, freedom))


def correlation_ratio(codes: np.ndarray, numbers: np.ndarray) -> tuple[float, float, float]:
    """The correlation ratio η of ranks, and what unrelated columns stay below in 95 % of samples, chance.

    K. Pearson, "On the general theory of skew correlation" (1905); on ranks, so that η² is the Kruskal–Wallis
    statistic over n − 1 and outliers do not decide. The second figure is from chi-square with k − 1 degrees of freedom.
    """
    import numpy as np
    from scipy.stats import chi2, rankdata

    x = np.unique(codes, return_inverse=True)[1]
    ranks = rankdata(numbers)
    total = float(((ranks - ranks.mean()) ** 2).sum())
    groups = int(x.max()) + 1
    if total <= 0 or groups < 2:
        return math.nan, math.nan, 1.0
    sizes = np.bincount(x)
    means = np.bincount(x, weights=ranks) / sizes
    between = float((sizes * (means - ranks.mean()) ** 2).sum())
    noise = math.sqrt(float(chi2.ppf(0.95, groups - 1)) / (len(x) - 1))
    return math.sqrt(between / total), noise, float(chi2.sf(between / total * (len(x) - 1), groups - 1))


def associations(columns: list[Coded]) -> tuple[Association, ...]:
    """All pairs, the strongest first; none with more than `MOST_COLUMNS` columns."""
    if len(columns) > MOST_COLUMNS:
        return ()
    found = [associate(left, right) for left, right in combinations(columns, 2)]
    return tuple(sorted((one for one in found if one), key=lambda one: (-abs(one.strength), one.left, one.right)))


def link(column: Coded, target: Coded, positive: int | None) -> TargetLink | None:
    """A column's association with the target, and the target over the column's values.

    Parameters
    ----------
    positive : int, optional
        Code of the class whose share is shown; None for a number (its mean) or several classes (no slices).
    """
    found = associate(column, target)
    if found is None:
        return None
    if not target.numeric and positive is None:
        return TargetLink(column.name, found)
    return TargetLink(column.name, found, _slices(column, target, positive))


def _slices(column: Coded, target: Coded, positive: int | None) -> tuple[Slice, ...]:
    import numpy as np

    both = column.known & target.known
    values = column.values[both]
    truth = target.values[both] if positive is None else (target.values[both] == positive).astype(np.float64)
    parts: list[tuple[str, np.ndarray]] = []
    if column.numeric:
        edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)))
        if len(edges) < 3:
            parts = [(f"{edge:g}", values == edge) for edge in edges]
        else:
            places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
            parts = [(f"{edges[at]:.4g} to {edges[at + 1]:.4g}", places == at) for at in range(len(edges) - 1)]
    else:
        parts = [(name, values == code) for code, name in enumerate(column.levels[:BINS])]
    made = []
    for label, rows in parts:
        n = int(rows.sum())
        if n >= 5:
            made.append(Slice(label[:60], n, *_interval(truth[rows], positive is not None)))
    return tuple(made)


def _interval(values: np.ndarray, share: bool) -> tuple[float, float, float]:
    """A share with Wilson's interval (E. B. Wilson 1927), or a mean with the normal one."""
    n, mean = len(values), float(values.mean())
    if not share:
        half = Z * float(values.std(ddof=1)) / math.sqrt(n) if n > 1 else math.inf
        return mean, mean - half, mean + half
    middle = (mean + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(mean * (1 - mean) / n + Z**2 / (4 * n**2))
    return mean, max(0.0, middle - half), min(1.0, middle + half)
