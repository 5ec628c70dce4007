"""Words for "nothing" (NA, ?, null…) that were taken as missing."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts, of_columns


def _check(facts: TableFacts) -> Iterable[Found]:
    columns = [(plan.name, plan.null_cells) for plan in facts.plans if plan.null_cells]
    words = dict.fromkeys(word for plan in facts.plans if plan.null_cells for word in plan.null_words)
    shown = " or ".join(repr(word) for word in list(words)[:5])
    return of_columns(columns, f"cell says {shown} and is missing now", f"cells say {shown} and are missing now")


FINDINGS.register(FindingSpec("null_words", "info", "The file has a word for a missing value.", _check))
