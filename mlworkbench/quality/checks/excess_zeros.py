"""More zeros than the rest of the column explains."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality.catalog import CHECKS, NUMBERS, CheckSpec, Suspect, per_column
from mlworkbench.quality.checks.disguised_missing import impossible_zeros

if TYPE_CHECKING:
    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

LEAST = 0.1  # of the cells are zeros
BEYOND = 0.1  # and so much more than a distribution of counts has
FEWEST = 15  # different values


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    import numpy as np

    if column.distinct < FEWEST:
        return
    numbers = scan.numbers(column.name)
    there = numbers[~np.isnan(numbers)]
    zeros = there == 0
    share = float(zeros.mean()) if len(there) else 0.0
    if share < LEAST or bool((there < 0).any()):
        return
    whole = bool(np.all(there == np.floor(there)))
    expected = _of_counts(float(there.mean()), float(there.var())) if whole else 0.0
    values, counts = np.unique(there, return_counts=True)
    if impossible_zeros(values, counts):
        return  # disguised_missing
    second = counts[1:].max()
    if share < expected + BEYOND or zeros.sum() < 2 * second:
        return
    beside = f" (counts like these would have {expected:.1%})" if whole else ""
    yield Suspect(
        (column.name,),
        int(zeros.sum()),
        f"{share:.1%} of the cells of {column.name} are 0{beside}; the others have a median of "
        f"{np.median(there[~zeros]):.6g}.",
        share,
        rows=scan.at(numbers == 0),
        score=share,
    )


def _of_counts(mean: float, variance: float) -> float:
    """The share of zeros of a negative binomial of this mean and variance (method of moments), Poisson at the least."""
    import math

    if variance <= mean or mean <= 0:
        return math.exp(-mean)
    size = mean**2 / (variance - mean)
    return float((1 + mean / size) ** -size)


CHECKS.register(
    CheckSpec(
        "excess_zeros",
        "info",
        'Zero is another kind of answer here, such as "did not buy": two questions in one column, a mean that is '
        "nobody's, or a word for missing.",
        per_column(_look, *NUMBERS),
    )
)
