"""What was found, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlworkbench.monitoring.results import ColumnDrift


def figure(value: float) -> str:
    """Three significant digits, thousands separated, a true minus sign."""
    if not math.isfinite(value):
        return "–"
    size = math.floor(math.log10(abs(value))) if value else 0
    text = f"{value:,.{max(0, min(6, 2 - size))}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−") if text.strip("-0.,") else "0"


def percent(share: float) -> str:
    """A share as percent."""
    return f"{100 * share:.1f} %" if 0 < share < 0.1 else f"{100 * share:.0f} %"


def sentence_of(column: ColumnDrift) -> str:
    """How current values differ from the reference's, whether beyond chance or not; quotes names and categories."""
    if "absent" in column.reasons:
        perhaps = f" (renamed to {column.renamed_to}?)" if column.renamed_to else ""
        return f"the column {column.column} is gone{perhaps}"
    said = []
    if "missing" in column.reasons:
        said.append(
            f"{column.column} is missing in {percent(column.missing_current)} of rows "
            f"({percent(column.missing_reference)} in training)"
        )
    if "values" in column.reasons or not said:
        moved = _moved(column)
        said += [moved] if moved else []
    return ", and ".join(said)


def _moved(column: ColumnDrift) -> str:
    drawn = column.distribution
    if drawn is None:
        return ""
    if drawn.kind == "number":
        before, now = column.reference_middle or 0.0, column.current_middle or 0.0
        if not column.drifted:
            return f"{column.column}: median {figure(before)} → {figure(now)}"
        if figure(before) == figure(now):
            return f"{column.column} is spread differently (median {figure(now)} in both)"
        way = "higher" if now > before else "lower"
        return f"{column.column} is {way} (median {figure(before)} → {figure(now)})"
    changes = list(zip(drawn.labels, drawn.reference, drawn.current, strict=True))
    label, before, now = max(changes, key=lambda one: abs(one[2] - one[1]))
    return f"{column.column}: {label} {percent(before)} → {percent(now)}"


def count(number: int, one: str, many: str = "") -> str:
    """A count with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def be(number: int) -> str:
    """ "is" or "are"."""
    return "is" if number == 1 else "are"


def named(sentences: Sequence[str], shown: int = 3) -> str:
    """The first few, and how many more."""
    rest = len(sentences) - shown
    return "; ".join(sentences[:shown]) + (f"; and {rest:,} more" if rest > 0 else "")
