"""Drop the old: only the newest part of the rows is learned from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlworkbench.catalog import Param
from mlworkbench.retraining.spec import STRATEGIES, StrategySpec

if TYPE_CHECKING:
    import numpy as np


def _weigh(ages: np.ndarray, params: Mapping[str, Any]) -> np.ndarray:
    import numpy as np

    window = params["window"] or float(ages.max()) / 3
    return (ages <= window).astype(np.float64)


STRATEGIES.register(
    StrategySpec(
        "window",
        "Old rows dropped",
        "Only the newest rows count: right after a sudden change.",
        (
            Param("window", "float", None, "Window", "Days where a time column is known, else rows. "
                  "Empty: the newest third of the span.", low=1e-6),
        ),
        _weigh,
    )
)  # fmt: skip
