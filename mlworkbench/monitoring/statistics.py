"""Which of many tests to believe, and what two shares say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values: calling those at or below alpha keeps the false discovery rate at alpha.

    When nothing differs at all, the chance of any call is at most alpha. Y. Benjamini and Y. Hochberg, "Controlling the
    false discovery rate", J. R. Stat. Soc. B 57 (1995); also under positive dependence: Benjamini and Yekutieli (2001).
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place], reverse=True)
    adjusted = [1.0] * len(p_values)
    least = 1.0
    for rank, place in zip(range(len(p_values), 0, -1), order, strict=True):
        least = min(least, p_values[place] * len(p_values) / rank)
        adjusted[place] = least
    return adjusted


def two_shares(hits: int, rows: int, other_hits: int, other_rows: int) -> float:
    """Two-sided p-value that two shares are one: pooled z, or Fisher's exact test where fewer than 5 are expected."""
    total, both = hits + other_hits, rows + other_rows
    if total in (0, both) or not rows or not other_rows:
        return 1.0
    if min(total, both - total) * min(rows, other_rows) / both < 5:
        from scipy.stats import fisher_exact

        return float(fisher_exact([[hits, rows - hits], [other_hits, other_rows - other_hits]])[1])
    pooled = total / both
    z = (hits / rows - other_hits / other_rows) / math.sqrt(pooled * (1 - pooled) * (1 / rows + 1 / other_rows))
    return math.erfc(abs(z) / math.sqrt(2))


def two_means(values: np.ndarray, others: np.ndarray) -> float:
    """Two-sided p-value that two means are one, variances apart (Welch's statistic, normal: samples are not small)."""
    import numpy as np

    error = math.sqrt(float(np.var(values)) / len(values) + float(np.var(others)) / len(others))
    apart = abs(float(np.mean(values)) - float(np.mean(others)))
    return math.erfc(apart / error / math.sqrt(2)) if error else float(apart == 0)


def share_noise(share: float, rows: int, other_rows: int, level: float) -> float:
    """How far two shares of one population lie apart at most by chance, in `level` of all pairs (normal)."""
    return normal_quantile(0.5 + level / 2) * math.sqrt(share * (1 - share) * (1 / rows + 1 / other_rows))


def normal_quantile(level: float) -> float:
    """The standard normal's quantile."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(level)


def wilson(hits: int, rows: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927)."""
    z = normal_quantile(0.5 + level / 2)
    share = hits / rows
    middle = (share + z * z / (2 * rows)) / (1 + z * z / rows)
    half = z / (1 + z * z / rows) * math.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return max(0.0, middle - half), min(1.0, middle + half)
