"""Columns of numbers that follow exactly from others: one is a multiple of another, or a sum of several."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, NUMBERS, CheckSpec, Suspect
from mlworkbench.quality.linear import relations

if TYPE_CHECKING:
    from mlworkbench.quality.scan import Scan


def _check(scan: Scan) -> Iterable[Suspect]:
    import numpy as np

    names = [name for name in scan.paired(*NUMBERS) if name != scan.dataset.target]
    order = {name: place for place, name in enumerate(scan.dataset.names)}
    names.sort(key=order.__getitem__)
    for one in relations(scan, names, np.arange(scan.rows)):
        if len(one.terms) == 1 and one.terms[0][1] == 1.0 and not one.constant:
            continue  # equal columns: duplicate_columns
        yield Suspect(
            tuple(sorted(one.names, key=order.__getitem__)),
            one.rows,
            f"{one.words} in all {one.rows:,} rows that have a value in each.",
            one.rows / scan.rows,
            rows=tuple(range(min(3, scan.rows))),
            repair=steps.drop_columns(one.column),
        )


CHECKS.register(
    CheckSpec(
        "collinear",
        "warning",
        "The last column says nothing new; the coefficients of a linear model are not determined while all are in it.",
        _check,
    )
)
