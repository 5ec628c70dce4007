"""What a ydata report will take, told before it is made; what is beyond the limits is refused, with what would fit.

Seconds and megabytes are linear in what a report is made of: a constant, columns by type, cells by type, and pairs of
numbers where pairs are drawn. The coefficients are measured by `benchmarks/ydata_report.py` (two slow cores, one used);
docs/ydata-report.md holds the cases and how far each prediction was off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlworkbench.profiling.report_results import Prediction
from mlworkbench.profiling.sealing import CATEGORIES, TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mlworkbench.data import Column

MOST_SECONDS = 180.0
MOST_MEGABYTES = 20.0
MOST_GIGABYTES = 2.0  # of memory
START = 2.5  # seconds until the library is there: its own process, its imports
LEAST_ROWS = 100  # that a sample has
NAMES = {
    "minimal": "minimal report",
    "full": "full report",
    "comparison": "comparison",
    "timeseries": "time series report",
}
# constant; numbers, categories, texts, dates; million cells of numbers and dates, categories, texts; pairs; long series
SECONDS = {
    "minimal": (0.245, 0.164, 0.0229, 0.351, 0.176, 1.13, 0.0, 10.5, 0.0, 0.0),
    "full": (0.502, 0.231, 0.152, 0.331, 0.128, 0.5, 4.54, 12.4, 0.0667, 0.0),
    "comparison": (0.0, 0.377, 0.279, 0.617, 0.346, 4.89, 0.0, 19.3, 0.0, 0.0),
    "timeseries": (0.3, 0.708, 0.228, 0.589, 0.28, 5.5, 11.4, 12.4, 0.0, 524.0),
}
# constant; numbers, categories, texts, dates; pairs; points of lines
MEGABYTES = {
    "minimal": (0.349, 0.0501, 0.0112, 0.445, 0.0494, 0.0, 0.0),
    "full": (0.315, 0.0765, 0.0488, 0.453, 0.0576, 0.0515, 0.0),
    "comparison": (0.425, 0.0931, 0.0652, 0.326, 0.0745, 0.0, 0.0),
    "timeseries": (0.767, 0.2, 0.0244, 0.453, 0.0576, 0.0, 0.45),
}
# constant; million cells as above; pairs; long series
GIGABYTES = {
    "minimal": (0.38, 0.1, 0.05, 0.9, 0.0, 0.0),
    "full": (0.376, 0.151, 0.0501, 0.956, 0.00115, 0.0),
    "comparison": (0.38, 0.2, 0.1, 1.2, 0.0, 0.0),
    "timeseries": (0.4, 0.334, 0.892, 0.956, 0.0, 110.0),
}


@dataclass(frozen=True)
class Shape:
    """Rows, and columns by how the library treats them."""

    rows: int
    numbers: int
    categories: int
    texts: int
    dates: int

    @property
    def columns(self) -> int:
        """All of them."""
        return self.numbers + self.categories + self.texts + self.dates


def shape_of(columns: Iterable[Column], rows: int) -> Shape:
    """The shape of a dataset's columns."""
    types = [one.type for one in columns]
    categories, texts = sum(one in CATEGORIES for one in types), sum(one in TEXTS for one in types)
    dates = types.count("datetime")
    return Shape(rows, len(types) - categories - texts - dates, categories, texts, dates)


def features(shape: Shape, mode: str) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """What seconds, megabytes of the page and gigabytes of memory are linear in."""
    million = shape.rows / 1e6
    pairs = shape.numbers**2 if mode == "full" else 0
    kinds = (shape.numbers, shape.categories, shape.texts, shape.dates)
    cells = ((shape.numbers + shape.dates) * million, shape.categories * million, shape.texts * million)
    # the tests of a series take rows × lags, and lags grow with the fourth root of the rows (Schwert 1989)
    drawn = shape.numbers * min(1.0, shape.rows / 10_000) if mode == "timeseries" else 0.0  # points of lines
    series = million**1.5 if mode == "timeseries" and shape.numbers else 0.0
    return (
        (1.0, *kinds, *cells, pairs, shape.numbers * series),
        (1.0, *kinds, pairs, drawn),
        (1.0, *cells, pairs, series),
    )


def cost(shape: Shape, mode: str) -> tuple[float, float, float]:
    """Seconds of one core, megabytes of the page, gigabytes of memory."""
    parts = zip(features(shape, mode), (SECONDS[mode], MEGABYTES[mode], GIGABYTES[mode]), strict=True)
    seconds, megabytes, gigabytes = (
        sum(one * weight for one, weight in zip(values, weights, strict=True)) for values, weights in parts
    )
    return seconds, megabytes, gigabytes


def fits(shape: Shape, mode: str) -> bool:
    """Whether it is within the limits."""
    seconds, megabytes, gigabytes = cost(shape, mode)
    return seconds <= MOST_SECONDS and megabytes <= MOST_MEGABYTES and gigabytes <= MOST_GIGABYTES


def predict(shape: Shape, mode: str) -> Prediction:
    """What the report will take; beyond the limits the reason and how many rows, or else columns, would fit."""
    seconds, megabytes, gigabytes = cost(shape, mode)
    made = Prediction(mode, START + seconds, megabytes, gigabytes, shape.rows, shape.columns)
    if fits(shape, mode):
        return made
    rows = _most(LEAST_ROWS, shape.rows, lambda rows: fits(replace(shape, rows=rows), mode))
    said = (
        f"A {NAMES[mode]} of {shape.rows:,} × {shape.columns:,} would take about "
        f"{max(1, round(seconds / 60)):,} min, {gigabytes:.2g} GB of memory, and make a page of about "
        f"{megabytes:,.0f} MB; the limits are {MOST_SECONDS / 60:.0f} min, {MOST_GIGABYTES:.0f} GB and "
        f"{MOST_MEGABYTES:.0f} MB."
    )
    if rows is not None:
        return replace(made, reason=f"{said} With a sample of {rows:,} rows or less it fits.", fitting_rows=rows)
    columns = _most(1, shape.columns, lambda columns: fits(_narrowed(shape, columns), mode)) or 1
    instead = "" if mode == "minimal" else ", or take a minimal report"
    return replace(
        made, reason=f"{said} No sample of rows helps: choose at most about {columns:,} of the columns{instead}."
    )


def _most(low: int, high: int, good: Callable[[int], bool]) -> int | None:
    """The largest whole number from low to high that is good, when all below a good one are; rounded to two digits."""
    if low > high or not good(low):
        return None
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if good(middle) else (low, middle - 1)
    step = int(10 ** max(0, len(str(low)) - 2))
    return low // step * step


def _narrowed(shape: Shape, columns: int) -> Shape:
    """The shape with so many columns, of each kind its share, rounded up, on the least rows."""
    kinds = (shape.numbers, shape.categories, shape.texts, shape.dates)
    return Shape(min(shape.rows, LEAST_ROWS), *(math.ceil(one * columns / max(1, shape.columns)) for one in kinds))
