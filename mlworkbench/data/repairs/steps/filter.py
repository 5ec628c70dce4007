"""Keep the rows for which a condition holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting, wrong
from mlworkbench.data.repairs.work import Work, plural
from mlworkbench.expressions import parse


def _check(given: Mapping[str, Any]) -> None:
    parse(given["expression"])


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    rule = parse(given["expression"], work.names)
    frame = work.frame(rule.columns)
    found = rule.evaluate(frame)
    if found.dtype != bool:
        raise wrong(f"A filter is a condition such as: tenure > 0. {given['expression']!r} gives no yes or no.")
    kept = found.to_numpy()
    unsure = int((~kept & frame.isna().any(axis=1).to_numpy()).sum()) if len(rule.columns) else 0
    gone = work.keep(kept)
    lacking = f", {unsure:,} of them without a value in {', '.join(rule.columns)}" if unsure else ""
    return Done(gone, f"{plural(gone, 'row')} dropped where not {given['expression']}{lacking}")


REPAIRS.register(
    RepairSpec(
        "filter",
        "Filter rows",
        "Keep the rows for which a condition is true; a missing value compares false, and such rows are counted.",
        (Setting("expression", "expression", "", "Keep rows where", 'tenure > 0 and plan == "basic"', required=True),),
        "rows",
        _apply,
        check=_check,
    )
)
