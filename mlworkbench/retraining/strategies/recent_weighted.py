"""Let the old fade: a row counts half as much for every half-life of its age."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlworkbench.catalog import Param
from mlworkbench.retraining.spec import STRATEGIES, StrategySpec

if TYPE_CHECKING:
    import numpy as np


def _weigh(ages: np.ndarray, params: Mapping[str, Any]) -> np.ndarray:
    """Exponential forgetting: 2^(-age / half-life), scaled to a mean of 1."""
    import numpy as np

    half_life = params["half_life"] or max(float(ages.max()) / 4, 1e-9)
    weights = np.exp2(-ages / half_life)
    return np.asarray(weights / weights.mean())


STRATEGIES.register(
    StrategySpec(
        "recent_weighted",
        "Recent rows weighted",
        "Every row counts, the newer the more: right when the world moves slowly.",
        (
            Param("half_life", "float", None, "Half-life", "Days where a time column is known, else rows. "
                  "Empty: a quarter of the whole span.", low=1e-6),
        ),
        _weigh,
    )
)  # fmt: skip
