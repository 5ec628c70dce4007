"""Measures of association with what chance makes of them, and intervals. Each names its source."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

Z = 1.959963984540054  # 97.5 % of the normal distribution


def ranked(values: np.ndarray) -> np.ndarray:
    """Ranks less their mean, ties at their mean rank."""
    from scipy.stats import rankdata

    ranks: np.ndarray = rankdata(values)
    return ranks - (len(ranks) + 1) / 2


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's correlation (K. Pearson 1896); of ranks it is Spearman's (C. Spearman 1904).

    As `scipy.stats.pearsonr` and `spearmanr`; NaN where one of them is constant.
    """
    import numpy as np

    x, y = _centred(a), _centred(b)
    size = math.sqrt(float(np.dot(x, x))) * math.sqrt(float(np.dot(y, y)))
    return max(-1.0, min(1.0, float(np.dot(x, y)) / size)) if size > 0 else math.nan


def _centred(values: np.ndarray) -> np.ndarray:
    import numpy as np

    size = float(np.abs(values).max()) if len(values) else 0.0
    if size > 1e90 or 0 < size < 1e-90:  # squares would leave what float64 can hold
        values = np.ldexp(values, -math.frexp(size)[1])
    elif size and float(values.max()) == float(values.min()):
        return values * 0.0
    centred: np.ndarray = values - values.mean()
    return centred


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's correlation of ranks (C. Spearman 1904; as scipy.stats.spearmanr)."""
    return correlation(ranked(a), ranked(b))


def cramers_v(a: np.ndarray, b: np.ndarray) -> tuple[float, float, float]:
    """Bias-corrected Cramér's V of two columns of levels, its noise and its p-value; see `v_of`."""
    import numpy as np

    x, y = (np.unique(one, return_inverse=True)[1] for one in (a, b))
    rows, columns = int(x.max()) + 1, int(y.max()) + 1
    return v_of(np.bincount(x * columns + y, minlength=rows * columns).reshape(rows, columns))[:3]


def v_of(table: np.ndarray) -> tuple[float, float, float, float, int, float]:
    """Bias-corrected Cramér's V, what independent columns stay below in 95 % of samples, and the chance.

    W. Bergsma, "A bias-correction for Cramér's V and Tschuprow's T", Journal of the Korean Statistical Society 42
    (2013). The second figure takes the 95 % quantile of chi-square through the same formula. Then for an interval:
    chi-square, its degrees of freedom, and what a noncentrality is divided by to give V².
    """
    import numpy as np
    from scipy.special import chdtrc, chdtri

    table = table[table.any(axis=1)][:, table.any(axis=0)].astype(np.float64)
    rows, columns = table.shape
    if rows < 2 or columns < 2:
        return math.nan, math.nan, 1.0, 0.0, 1, 1.0
    n = float(table.sum())
    expected = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / n
    statistic = float(((table - expected) ** 2 / expected).sum())
    freedom = (rows - 1) * (columns - 1)
    r, c = rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)
    smaller = max(min(r - 1, c - 1), 1e-12)

    def corrected(value: float) -> float:
        return math.sqrt(max(0.0, value / n - freedom / (n - 1)) / smaller)

    noise = corrected(float(chdtri(freedom, 0.05)))
    chance = float(chdtrc(freedom, statistic))
    return min(1.0, corrected(statistic)), noise, chance, statistic, freedom, n * smaller


def correlation_ratio(codes: np.ndarray, numbers: np.ndarray) -> tuple[float, float, float]:
    """The correlation ratio of ranks of a column of levels and one of numbers, its noise and its p-value."""
    import numpy as np

    return eta_of(np.unique(codes, return_inverse=True)[1], ranked(numbers))[:3]


def eta_of(codes: np.ndarray, ranks: np.ndarray) -> tuple[float, float, float, float, int, float]:
    """The correlation ratio η of ranks, and what unrelated columns stay below in 95 % of samples, chance.

    K. Pearson, "On the general theory of skew correlation" (1905); on ranks, so that η² is the statistic of W. Kruskal
    and W. Wallis (1952) over n − 1 and outliers do not decide. The second figure is from chi-square with k − 1
    degrees of freedom. Then for an interval as in `v_of`.
    """
    import numpy as np
    from scipy.special import chdtrc, chdtri

    total = float(np.dot(ranks, ranks))
    sizes = np.bincount(codes)
    there = sizes > 0
    groups = int(there.sum())
    if total <= 0 or groups < 2:
        return math.nan, math.nan, 1.0, 0.0, 1, 1.0
    sums = np.bincount(codes, weights=ranks)[there]
    between = float((sums**2 / sizes[there]).sum())
    share = min(1.0, between / total)
    over = len(ranks) - 1
    noise = math.sqrt(float(chdtri(groups - 1, 0.05)) / over)
    return math.sqrt(share), noise, float(chdtrc(groups - 1, share * over)), share * over, groups - 1, float(over)


def information(table: np.ndarray) -> tuple[float | None, float | None]:
    """Mutual information of two columns in parts, as a correlation, and its noise; None where one is constant.

    The plug-in estimate (C. Shannon 1948) less its bias (r − 1)(c − 1) / 2n (G. Miller 1955), in the scale of
    E. Linfoot, "An informational measure of correlation" (1957): √(1 − exp(−2I)), which for two normal columns is
    their correlation. What independent columns stay below needs no permutations: 2n·I is chi-square (S. Wilks 1935).
    """
    from scipy.special import chdtri, xlogy

    table = table[table.any(axis=1)][:, table.any(axis=0)]
    rows, columns = table.shape
    if rows < 2 or columns < 2:
        return None, None
    n = float(table.sum())
    plugin = (
        float(xlogy(table, table).sum())
        - float(xlogy(table.sum(0), table.sum(0)).sum())
        - float(xlogy(table.sum(1), table.sum(1)).sum())
    ) / n + math.log(n)
    freedom = (rows - 1) * (columns - 1)
    bias = freedom / (2 * n)
    noise = float(chdtri(freedom, 0.05)) / (2 * n) - bias
    return _linfoot(plugin - bias), _linfoot(noise)


def _linfoot(nats: float) -> float:
    return math.sqrt(-math.expm1(-2 * max(0.0, nats)))


def interval_of_correlation(found: float, rows: int) -> tuple[float, float]:
    """95 % interval of Spearman's correlation: Fisher's z with the error of D. Bonett and T. Wright (2000)."""
    if rows < 5 or abs(found) >= 1 or not math.isfinite(found):
        return found, found
    centre, half = math.atanh(found), Z * math.sqrt((1 + found**2 / 2) / (rows - 3))
    return math.tanh(centre - half), math.tanh(centre + half)


def interval_of_chi(strength: float, chi: float, freedom: int, scale: float) -> tuple[float, float]:
    """95 % interval of a strength whose square is a noncentrality of chi-square over `scale`.

    The noncentralities under which what was seen is at the 2.5 and 97.5 % quantiles (J. Steiger and R. Fouladi 1997;
    M. Smithson 2003); never beyond 0 to 1, and wide enough to hold the estimate.
    """
    from scipy.special import chndtr, chndtrinc

    if not math.isfinite(strength):
        return math.nan, math.nan
    bounds = []
    for share in (0.975, 0.025):
        reachable = float(chndtr(chi, freedom, 0.0)) > share
        noncentral = float(chndtrinc(chi, freedom, share)) if reachable else 0.0
        if not math.isfinite(noncentral):  # beyond the series: the normal approximation, solved
            z = Z if share > 0.5 else -Z
            noncentral = max(
                0.0, chi - freedom + 2 * z * z - z * math.sqrt(max(0.0, 4 * z * z + 4 * chi - 2 * freedom))
            )
        bounds.append(math.sqrt(noncentral / scale))
    return min(bounds[0], strength, 1.0), max(min(bounds[1], 1.0), strength)


def share_interval(hits: float, rows: int) -> tuple[float, float, float]:
    """A share with Wilson's interval (E. B. Wilson 1927)."""
    share = hits / rows
    middle = (share + Z**2 / (2 * rows)) / (1 + Z**2 / rows)
    half = Z / (1 + Z**2 / rows) * math.sqrt(share * (1 - share) / rows + Z**2 / (4 * rows**2))
    return share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def mean_interval(values: np.ndarray) -> tuple[float, float, float]:
    """A mean with its normal interval; huge values are scaled, so that no square leaves what float64 can hold."""
    import numpy as np

    size = float(np.abs(values).max())
    power = math.frexp(size)[1] if size > 1e150 else 0
    some = np.ldexp(values, -power) if power else values
    mean = float(some.mean())
    half = Z * float(some.std(ddof=1)) / math.sqrt(len(some)) if len(some) > 1 else 0.0
    return _grown(mean, power), _grown(mean - half, power), _grown(mean + half, power)


def _grown(value: float, power: int) -> float:
    """value · 2^power, or the largest number there is."""
    try:
        return math.ldexp(value, power)
    except OverflowError:
        return math.copysign(sys.float_info.max, value)
