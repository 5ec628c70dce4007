"""Kolmogorov-Smirnov: the largest gap between two cumulative distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.monitoring.spec import DRIFT_TESTS, DriftTest, Measured

if TYPE_CHECKING:
    import numpy as np


def compare(reference: np.ndarray, current: np.ndarray) -> Measured:
    """Two-sample, two-sided: `scipy.stats.ks_2samp`, exact up to 10,000 rows a side. Conservative where values repeat.

    J. L. Hodges, "The significance probability of the Smirnov two-sample test", Arkiv för Matematik 3 (1958).
    """
    import warnings

    from scipy.stats import ks_2samp

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # that it went on with the asymptotic p-value
        found = ks_2samp(reference, current)
    return Measured(float(found.statistic), float(found.pvalue))


DRIFT_TESTS.register(
    DriftTest(
        "ks",
        "Kolmogorov-Smirnov",
        "The largest gap between the two cumulative distributions, 0 to 1, and its p-value",
        ("number",),
        "test",
        "values",
        compare,
    )
)
