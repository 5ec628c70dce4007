"""Population stability index: what credit scoring watches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlworkbench.monitoring.spec import DRIFT_TESTS, DriftTest

if TYPE_CHECKING:
    import numpy as np

FILL = 1e-4


def compare(reference: np.ndarray, current: np.ndarray) -> Any:
    """Σ (q − p) ln(q / p) over the shares, empty ones filled as Evidently 0.7 does, in each sample by itself: with
    0.0001, or a millionth of the smallest share where that is 0.0001 or less. Broadcasts over the last axis.
    """
    import numpy as np

    p, q = _filled(reference), _filled(current)
    return ((q - p) * np.log(q / p)).sum(axis=-1)


def _filled(counts: np.ndarray) -> np.ndarray:
    import numpy as np

    shares = counts / counts.sum(axis=-1, keepdims=True)
    smallest = np.where(shares > 0, shares, np.inf).min(axis=-1, keepdims=True)
    filled: np.ndarray = np.where(shares > 0, shares, np.where(smallest <= FILL, smallest / 1e6, FILL))
    return filled


DRIFT_TESTS.register(
    DriftTest(
        "psi",
        "Population stability index",
        "Credit scoring's measure: below 0.1 little, above 0.25 much; large by chance alone in small batches",
        ("category", "number"),
        "effect",
        "counts",
        compare,
        floor=0.1,
    )
)
