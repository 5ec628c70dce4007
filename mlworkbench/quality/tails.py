"""How far the values of a column may reach, as its own quantiles tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

LEAST_ROWS, LEAST_VALUES = 50, 10
ROOM, FEW = 1.5, 15.0  # times the distance at which the last of so many values is expected, and more where they are few
RARE = 0.001  # expected values beyond the bound, before the room is added
NEAR, FAR = 0.75, 0.975  # the quantiles that tell the spread and how the tail goes on
MOST_SAME = 0.25  # a value more frequent than this (zero, mostly) is left out of the figures


def bounds(numbers: np.ndarray) -> tuple[float, float] | None:
    """The lowest and the highest value that the column's own tails explain; None when there is too little to tell.

    Each half of the column is taken for half a Tukey h-distribution, x = median ± B·z·exp(h·z²/2) (Tukey 1977;
    Hoaglin 1985, "Summarizing shape numerically"): B and h ≥ 0 follow from two of its quantiles, so that a skewed or
    heavy-tailed column gets a wide bound and a normal one (h = 0) a narrow one. The bound is 1.5 + 15/√n times as far
    from the median as the point beyond which 0.001 of so many values are expected. The quantiles stand up to 2.5 % of
    wild values on each side.
    """
    import numpy as np
    from scipy.stats import norm

    values, counts = np.unique(numbers, return_counts=True)
    common = counts.max() > MOST_SAME * len(numbers)
    kept = numbers[numbers != values[counts.argmax()]] if common else numbers
    if len(kept) < LEAST_ROWS or len(values) < LEAST_VALUES:
        return None
    middle = float(np.median(kept))
    near, far = float(norm.ppf(NEAR)), float(norm.ppf(FAR))
    last = float(norm.isf(RARE / len(kept)))
    room = ROOM + FEW / float(np.sqrt(len(kept)))
    reach = []
    for side in (-1.0, 1.0):
        distance = side * (kept - middle)
        first, second = (float(np.quantile(distance, share)) for share in (NEAR, FAR))
        if first <= 0:
            return None
        growth = max(0.0, 2 * float(np.log(second / first * near / far)) / (far**2 - near**2))
        scale = first / (near * float(np.exp(growth * near**2 / 2)))
        scale = max(scale, second / (far * float(np.exp(growth * far**2 / 2))))
        reach.append(room * scale * last * float(np.exp(growth * last**2 / 2)))
    low, high = middle - reach[0], middle + reach[1]
    if common:  # what was left out is no outlier
        low, high = min(low, float(values[counts.argmax()])), max(high, float(values[counts.argmax()]))
    return low, high
