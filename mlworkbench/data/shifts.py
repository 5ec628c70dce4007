"""Whether a column's values are spread as before: one test per column, with an effect size and all columns in mind.

Numbers and dates: the two-sample test of Kolmogorov and Smirnov (Smirnov 1939; `scipy.stats.ks_2samp`, asymptotic),
effect = its statistic, the largest distance between the two distribution functions. Categories: Pearson's chi-square
test of homogeneity over the union of the levels (Pearson 1900; `scipy.stats.chi2_contingency`), effect = the
Jensen-Shannon distance with base 2 (Lin 1991; Endres and Schindelin 2003). Both effects lie between 0 and 1.
p-values are adjusted over the columns by Benjamini and Hochberg (1995). Rows that both versions share make the tests
cautious: they take the two versions for independent samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mlworkbench.data.arrays import as_numpy

if TYPE_CHECKING:
    import numpy as np

FLOOR = 0.1
LEVEL = 0.05
MOST_LEVELS = 1_000
_NUMBERS, _WORDS = ("integer", "number"), ("binary", "category", "constant", "text")


@dataclass(frozen=True)
class Shift:
    """One column's test; `why_not` says why there is none. `q_value` is the p-value adjusted over the columns."""

    test: str | None = None
    effect: float | None = None
    p_value: float | None = None
    q_value: float | None = None
    why_not: str = ""

    @property
    def found(self) -> bool:
        """Whether the effect is above the floor and the test survives the number of columns."""
        return self.effect is not None and self.q_value is not None and self.effect >= FLOOR and self.q_value <= LEVEL


def shift_of(old: Any, new: Any, old_type: str, new_type: str, codes: tuple[np.ndarray, np.ndarray]) -> Shift:
    """Test one column that both versions have.

    Parameters
    ----------
    old, new : pyarrow.ChunkedArray
        The typed columns.
    codes : (ndarray, ndarray)
        A whole number per cell, equal where the cells are.
    """
    if old.null_count == len(old) or new.null_count == len(new):
        return Shift(why_not="no values in one of the versions")
    if (old_type in _NUMBERS and new_type in _NUMBERS) or old_type == new_type == "datetime":
        return _numbers(old, new)
    if old_type not in _WORDS or new_type not in _WORDS:
        same = old_type == new_type
        return Shift(why_not="every row has its own value" if same else f"{old_type} became {new_type}")
    return _levels(codes[0][as_numpy(old.is_valid())], codes[1][as_numpy(new.is_valid())])


def adjusted(shifts: Sequence[Shift]) -> tuple[Shift, ...]:
    """The shifts with their q-values (Benjamini and Hochberg 1995)."""
    from scipy.stats import false_discovery_control

    ps = [shift.p_value for shift in shifts if shift.p_value is not None]
    qs = iter(false_discovery_control(ps, method="bh").tolist() if ps else [])
    return tuple(replace(shift, q_value=next(qs)) if shift.p_value is not None else shift for shift in shifts)


def _numbers(old: Any, new: Any) -> Shift:
    from scipy.stats import ks_2samp

    found = ks_2samp(_floats(old), _floats(new), method="asymp")
    return Shift("Kolmogorov-Smirnov", float(found.statistic), float(found.pvalue))


def _floats(column: Any) -> np.ndarray:
    import numpy as np
    import pyarrow as pa

    column = column.drop_null()
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    return as_numpy(column).astype(np.float64)


def _levels(old: np.ndarray, new: np.ndarray) -> Shift:
    import numpy as np
    from scipy.spatial.distance import jensenshannon
    from scipy.stats import chi2_contingency

    size = int(max(old.max(), new.max())) + 1
    table = np.stack([np.bincount(old, minlength=size), np.bincount(new, minlength=size)])
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] > MOST_LEVELS:
        return Shift(why_not=f"{table.shape[1]:,} different values, more than the {MOST_LEVELS:,} that are tested")
    if table.shape[1] == 1:
        return Shift("chi-square", 0.0, 1.0)
    p_value = float(chi2_contingency(table, correction=False).pvalue)
    distance = float(jensenshannon(table[0], table[1], base=2))
    return Shift("chi-square", min(1.0, max(0.0, distance)), p_value)
