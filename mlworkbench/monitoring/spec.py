"""What a drift test is: a plug-in that tells from two samples whether, or how far, a column moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mlworkbench.catalog import Catalog

if TYPE_CHECKING:
    import numpy as np

Kind = Literal["number", "category"]
KINDS: tuple[Kind, ...] = ("number", "category")


class Measured(NamedTuple):
    """What a test found: its statistic, and the probability of one as large by chance alone."""

    statistic: float
    p_value: float


@dataclass(frozen=True)
class DriftTest:
    """A way to compare a column's reference with its current values.

    Parameters
    ----------
    kinds : tuple of {"number", "category"}
        The columns it is made for.
    role : {"test", "effect"}
        A test answers "could this be chance?" with a p-value; an effect answers "how far?" in a unit of its own.
    on : {"values", "counts"}
        What it is handed: both samples sorted and finite (values), or how often each category, or each of Sturges'
        equal-width bins over both samples, occurs in either (counts, in the same order).
    compare : callable
        `compare(reference, current)` gives a `Measured` (test) or the effect, a float from 0 up.
    floor : float
        Effects below it are not worth an alarm, whatever the number of rows.
    null : callable
        Of an effect on values: `null(reference, rows, draws, random)` gives `draws` effects of batches of `rows` rows
        drawn from the reference. An effect on counts that broadcasts over its last axis needs none.
    """

    name: str
    label: str
    help: str
    kinds: tuple[Kind, ...]
    role: Literal["test", "effect"]
    on: Literal["values", "counts"]
    compare: Callable[[Any, Any], Any]
    floor: float = 0.0
    null: Callable[[np.ndarray, int, int, np.random.Generator], np.ndarray] | None = None


DRIFT_TESTS: Catalog[DriftTest] = Catalog("drift test", package="mlworkbench.monitoring.measures")
DEFAULT_TESTS: dict[str, str] = {"number": "ks", "category": "chi_square"}
DEFAULT_EFFECTS: dict[str, str] = {"number": "wasserstein", "category": "jensen_shannon"}
