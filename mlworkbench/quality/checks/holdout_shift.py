"""Columns that are spread otherwise in the holdout than in the training rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality.catalog import CHECKS, NUMBERS, WORDS, CheckSpec, Suspect
from mlworkbench.quality.shifting import shifted

if TYPE_CHECKING:
    from mlworkbench.quality.scan import Scan

FLOOR = 0.1
LEVEL = 0.001


def _check(scan: Scan) -> Iterable[Suspect]:
    names = [one.name for one in scan.columns(*NUMBERS, *WORDS, "datetime")]
    held = scan.held()
    for one in shifted(scan, names, (scan.training, held), floor=FLOOR, level=LEVEL):
        effect = one.shift.effect or 0.0
        yield Suspect(
            (one.column,),
            len(held),
            f"{one.column} is spread otherwise in the {len(held):,} rows of the holdout than in the "
            f"{len(scan.training):,} training rows: {one.shift.test} effect {effect:.2f} (0 alike, 1 nothing in "
            f"common; adjusted p {one.shift.q_value:.1g}).",
            None,
            score=effect,
        )


CHECKS.register(
    CheckSpec(
        "holdout_shift",
        "warning",
        "The holdout asks for something else than was learnt: its score speaks of those rows, not of these.",
        _check,
        needs=("holdout",),
    )
)
