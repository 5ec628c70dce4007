"""Rows that are equal in all but one column, or in all but what identifies them, and hardly by chance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, listed, of

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.quality.scan import Scan

LEAST_COLUMNS = 2  # that agree
MARGIN = 7.0  # bits beyond what chance makes agree among all pairs of rows
SHOWN = 3  # columns that differ, those with the most such rows


def _check(scan: Scan) -> Iterable[Suspect]:
    import numpy as np

    target = scan.dataset.target
    names = [one.name for one in scan.columns() if one.type not in ("identifier", "constant") and one.name != target]
    wanted = [*names, *([target] if target else [])]
    identifiers = [one.name for one in scan.columns("identifier")]
    if len(names) <= LEAST_COLUMNS or scan.rows < 2:
        return
    bits = {name: _bits(scan.hash_of(name)) for name in names}
    chance = 2 * np.log2(scan.rows)
    whole = scan.together(scan.dataset.names)
    features = scan.together(wanted)
    if identifiers and sum(bits.values()) > chance + MARGIN:
        again = _again(features, whole)
        if again.any():
            rows = int(again.sum())
            yield Suspect(
                tuple(identifiers),
                rows,
                f"{of(rows, 'row repeats', 'rows repeat')} an earlier row in all but {listed(identifiers)}.",
                rows / scan.rows,
                rows=scan.at(again),
                shown=(*identifiers, *names)[:6],
                repair=steps.deduplicate(*wanted),
            )
    paired = set(scan.paired())
    tried = [name for name in names if name in paired]
    found = []
    for name in tried:
        if sum(bits.values()) - bits[name] > chance + MARGIN:
            with np.errstate(over="ignore"):
                again = _again(features - scan.hash_of(name), features)
            if again.any():
                found.append((int(again.sum()), name, scan.at(again)))
    for rows, name, examples in sorted(found, key=lambda one: -one[0])[:SHOWN]:
        yield Suspect(
            (name,),
            rows,
            f"{of(rows, 'row repeats', 'rows repeat')} an earlier row in all but {name}.",
            rows / scan.rows,
            rows=examples,
            shown=(name, *(one for one in names if one != name))[:6],
            repair=steps.deduplicate(*(one for one in wanted if one != name)),
        )
    if len(found) > SHOWN:
        scan.leave_out(f"{len(found) - SHOWN:,} more columns in which nearly equal rows differ are not listed")


def _bits(hashed: np.ndarray) -> float:
    """How surprising it is that two rows agree in a column: -log2 of the chance (collision entropy, Rényi 1961)."""
    import numpy as np

    counts = np.unique(hashed, return_counts=True)[1].astype(np.float64)
    pairs = len(hashed) * (len(hashed) - 1.0)
    return float(np.log2(pairs / max(1.0, float(np.sum(counts * (counts - 1))))))


def _again(without: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Rows that repeat an earlier one without the column, and no earlier one with it."""
    import pandas as pd

    found: np.ndarray = pd.Series(without).duplicated().to_numpy() & ~pd.Series(whole).duplicated().to_numpy()
    return found


CHECKS.register(
    CheckSpec(
        "near_duplicate_rows",
        "info",
        "The same thing entered twice, or one cell corrected: in training and in a test it makes scores too good.",
        _check,
    )
)
