"""Columns that are spread otherwise in the holdout than in the training rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.data import get_holdout
from mlworkbench.quality.catalog import CHECKS, NUMBERS, WORDS, CheckSpec, Suspect
from mlworkbench.quality.shifting import shifted

if TYPE_CHECKING:
    from mlworkbench.quality.scan import Scan

FLOOR = 0.1
LEVEL = 0.001


def _check(scan: Scan) -> Iterable[Suspect]:
    names = [one.name for one in scan.columns(*NUMBERS, *WORDS, "datetime")]
    cut = get_holdout(scan.project, scan.dataset)
    names = [name for name in names if cut is None or name != cut.policy.get("column")]  # by which it was cut
    held = scan.held()
    for one in shifted(scan, names, (scan.training, held), floor=FLOOR, level=LEVEL):
        yield Suspect(
            (one.column,),
            len(held),
            f"{one.column} is spread otherwise in the {len(held):,} rows of the holdout than in the "
            f"{len(scan.training):,} training rows: {one.words}.",
            None,
            score=one.shift.effect,
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
