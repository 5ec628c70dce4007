"""Jensen-Shannon distance: how different two sets of shares are, 0 to 0.83."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlworkbench.monitoring.spec import DRIFT_TESTS, DriftTest

if TYPE_CHECKING:
    import numpy as np


def compare(reference: np.ndarray, current: np.ndarray) -> Any:
    """Square root of the Jensen-Shannon divergence of the shares, natural logarithm, as Evidently 0.7 and scipy.

    D. M. Endres and J. E. Schindelin, "A new metric for probability distributions", IEEE Trans. Inf. Theory 49 (2003).
    Broadcasts over the last axis.
    """
    import numpy as np
    from scipy.special import rel_entr

    p = reference / reference.sum(axis=-1, keepdims=True)
    q = current / current.sum(axis=-1, keepdims=True)
    middle = (p + q) / 2
    divergence = (rel_entr(p, middle).sum(axis=-1) + rel_entr(q, middle).sum(axis=-1)) / 2
    return np.sqrt(np.maximum(divergence, 0.0))


DRIFT_TESTS.register(
    DriftTest(
        "jensen_shannon",
        "Jensen-Shannon distance",
        "How different the shares are: 0 the same, 0.83 nothing in common; 0.05 is a share of a half moved by 7 points",
        ("category", "number"),
        "effect",
        "counts",
        compare,
        floor=0.05,
    )
)
