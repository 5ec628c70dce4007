"""Rows that repeat an earlier row in every cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, of

if TYPE_CHECKING:
    from mlworkbench.quality.scan import Scan


def _check(scan: Scan) -> Iterable[Suspect]:
    import pandas as pd

    again = pd.Series(scan.together(scan.dataset.names)).duplicated().to_numpy()
    rows = int(again.sum())
    if rows:
        yield Suspect(
            (),
            rows,
            f"{of(rows, 'row repeats', 'rows repeat')} an earlier row in every cell.",
            rows / scan.rows,
            rows=scan.at(again),
            repair=steps.deduplicate(),
        )


CHECKS.register(
    CheckSpec("duplicate_rows", "warning", "The same row in training and in a test makes scores too good.", _check)
)
