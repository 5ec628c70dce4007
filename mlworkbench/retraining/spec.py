"""The catalog of retraining strategies: each says how much every row counts, from its age alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench.catalog import Catalog, Param

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class StrategySpec:
    """A strategy.

    Parameters
    ----------
    weigh : callable
        (ages, checked params) → weight per row, 0 for a row that is left out. Ages are 0 for the newest row, in days
        where a time column is known, else in rows.
    """

    name: str
    label: str
    help: str
    params: tuple[Param, ...]
    weigh: Callable[[np.ndarray, Mapping[str, Any]], np.ndarray]


STRATEGIES: Catalog[StrategySpec] = Catalog("retraining strategy", "mlworkbench.retraining.strategies")
