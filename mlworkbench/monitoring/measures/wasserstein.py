"""Normalised Wasserstein distance: how far values moved on average, in standard deviations of the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.monitoring.spec import DRIFT_TESTS, DriftTest

if TYPE_CHECKING:
    import numpy as np

GRID = 512
LEAST_SPREAD = 1e-3  # as Evidently has it, so that a constant reference can be compared too


def compare(reference: np.ndarray, current: np.ndarray) -> float:
    """First Wasserstein distance over max(standard deviation of the reference with ddof 0, 0.001), as Evidently 0.7.

    The area between the two cumulative distributions, for samples that are sorted:
    A. Ramdas, N. García Trillos, M. Cuturi, "On Wasserstein two-sample testing", Entropy 19 (2017), eq. 6.
    """
    import numpy as np

    places = np.concatenate([reference, current])
    places.sort(kind="stable")  # two sorted runs: merged in linear time
    steps = np.diff(places)
    below = np.searchsorted(reference, places[:-1], "right") / len(reference)
    gap = np.abs(below - np.searchsorted(current, places[:-1], "right") / len(current))
    return float(gap @ steps) / _spread(reference)


def null(reference: np.ndarray, rows: int, draws: int, random: np.random.Generator) -> np.ndarray:
    """Distances of batches drawn from the reference, on a grid of at most 512 of its quantiles."""
    import numpy as np

    edges = np.unique(reference[np.linspace(0, len(reference) - 1, min(GRID, len(reference))).round().astype(np.int64)])
    if len(edges) < 2:
        return np.zeros(draws)
    upto = np.searchsorted(reference, edges, "right")
    shares = np.diff(upto, prepend=0) / len(reference)
    drawn = random.multinomial(rows, shares, size=draws) / rows
    gaps = np.abs(np.cumsum(drawn - shares, axis=1)[:, :-1])
    distances: np.ndarray = gaps @ np.diff(edges) / _spread(reference)
    return distances


def _spread(reference: np.ndarray) -> float:
    return max(float(reference.std()), LEAST_SPREAD)


DRIFT_TESTS.register(
    DriftTest(
        "wasserstein",
        "Wasserstein / standard deviation",
        "How far values moved on average, in standard deviations of the reference",
        ("number",),
        "effect",
        "values",
        compare,
        floor=0.1,
        null=null,
    )
)
