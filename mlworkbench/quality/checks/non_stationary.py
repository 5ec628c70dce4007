"""Columns that are spread otherwise in the first part of the table than in the last, by row or by time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality.catalog import CHECKS, NUMBERS, WORDS, CheckSpec, Suspect, listed
from mlworkbench.quality.checks.monotone import direction
from mlworkbench.quality.shifting import Shifted, shifted

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.quality.scan import Scan

FLOOR = 0.25
LEVEL = 0.001
SORTED = 0.75  # where the classes of the target change so much, the features follow
FEWEST = 60  # rows
MOST_LEVELS = 1_000


def _check(scan: Scan) -> Iterable[Suspect]:
    import numpy as np

    if scan.rows < FEWEST:
        return
    rising = {one.name for one in scan.columns(*NUMBERS, "datetime") if _rises(scan, one.name)}
    names = [one.name for one in scan.columns(*NUMBERS, *WORDS, "datetime") if one.name not in rising]
    names = [name for name in names if scan.dataset.column(name).distinct <= MOST_LEVELS or _ordered(scan, name)]
    clocks = [one.name for one in scan.columns("datetime") if one.name not in rising and one.missing * 2 < scan.rows]
    said: set[str] = set()
    by_row = _thirds(np.arange(scan.rows))
    orders = [("from the first third of the rows to the last", "", by_row)]
    for clock in clocks[:1]:
        times = scan.numbers(clock)
        order = np.argsort(times, kind="stable")[: int((~np.isnan(times)).sum())]
        orders.append((f"from the earliest third by {clock} to the latest", clock, _thirds(order)))
    for words, clock, groups in orders:
        tested = [name for name in names if name != clock and name not in said]
        found = shifted(scan, tested, groups, floor=FLOOR, level=LEVEL)
        said |= {one.column for one in found}
        sorted_by = next((one for one in found if _sorted_by(scan, one)), None)
        others = [one.column for one in found if one is not sorted_by]
        for one in [sorted_by] if sorted_by else found:
            more = (
                f" The rows seem sorted by it, so these change too: {listed(others)}." if sorted_by and others else ""
            )
            yield Suspect(
                (one.column,),
                scan.filled(one.column),
                f"{one.column} changes {words}: {one.words}.{more}",
                None,
                rows=(int(groups[0][0]), int(groups[0][1]), int(groups[1][-2]), int(groups[1][-1])),
                score=one.shift.effect,
            )


def _sorted_by(scan: Scan, one: Shifted) -> bool:
    classes = scan.dataset.task != "regression" and one.column == scan.dataset.target
    return classes and (one.shift.effect or 0.0) >= SORTED


def _rises(scan: Scan, name: str) -> bool:
    import numpy as np

    numbers = scan.numbers(name)
    return bool(direction(numbers[~np.isnan(numbers)]))


def _ordered(scan: Scan, name: str) -> bool:
    return scan.types[name] in (*NUMBERS, "datetime")


def _thirds(order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    third = len(order) // 3
    return order[:third], order[-third:]


CHECKS.register(
    CheckSpec(
        "non_stationary",
        "warning",
        "What was learnt from the first rows may not hold in the last: cut the holdout by time, and watch for drift.",
        _check,
    )
)
