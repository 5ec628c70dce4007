"""Columns that say the same in every row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, listed, of

if TYPE_CHECKING:
    from mlworkbench.quality.scan import Scan


def _check(scan: Scan) -> Iterable[Suspect]:
    names = [one.name for one in scan.columns() if one.distinct == 1 and not one.missing]
    names = [name for name in names if name != scan.dataset.target]
    if names and scan.rows > 1:
        yield Suspect(
            tuple(names),
            len(names),
            f"{of(len(names), 'column says', 'columns say')} the same in every row: {listed(names)}.",
            rows=(0,),
            shown=tuple(names[:6]),
            repair=steps.drop_columns(*names),
        )


CHECKS.register(CheckSpec("constant", "warning", "It cannot tell one row from another.", _check))
