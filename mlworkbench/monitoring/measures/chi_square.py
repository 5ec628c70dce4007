"""Chi-square test of homogeneity: do both samples have the same shares of categories?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.monitoring.spec import DRIFT_TESTS, DriftTest, Measured

if TYPE_CHECKING:
    import numpy as np

LEAST = 5.0


def compare(reference: np.ndarray, current: np.ndarray) -> Measured:
    """Pearson's statistic of the 2 × k table of counts, without continuity correction; for k = 2 the square of the
    pooled two-proportion z.

    Unlike a goodness-of-fit test, which takes the reference's shares for the truth and so alarms in up to 74 % of
    batches without drift, both samples count as samples. Categories that are expected fewer than 5 times in either
    sample are pooled (W. G. Cochran, "Some methods for strengthening the common χ² tests", Biometrics 10, 1954).
    """
    import numpy as np
    from scipy.stats import chi2

    table = _pooled(np.array([reference, current], dtype=np.float64))
    if table.shape[1] < 2:
        return Measured(0.0, 1.0)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    statistic = float(((table - expected) ** 2 / expected).sum())
    return Measured(statistic, float(chi2.sf(statistic, table.shape[1] - 1)))


def _pooled(table: np.ndarray) -> np.ndarray:
    """The table with rare categories as one; that one joins the smallest of the others while it is rare itself."""
    import numpy as np

    totals = table.sum(axis=0)
    smaller = table.sum(axis=1).min() / max(table.sum(), 1.0)
    rare = totals * smaller < LEAST
    if not rare.any():
        return table
    common = table[:, ~rare][:, np.argsort(totals[~rare], kind="stable")]
    pooled = table[:, rare].sum(axis=1, keepdims=True)
    while common.shape[1] and pooled.sum() * smaller < LEAST:
        pooled, common = pooled + common[:, :1], common[:, 1:]
    return np.hstack([common, pooled])


DRIFT_TESTS.register(
    DriftTest(
        "chi_square",
        "Chi-square, homogeneity",
        "Whether both samples can have the same shares of categories; rare ones pooled",
        ("category",),
        "test",
        "counts",
        compare,
    )
)
