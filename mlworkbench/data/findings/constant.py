"""Columns that say the same in every row."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts, of_columns


def _check(facts: TableFacts) -> Iterable[Found]:
    columns = [(plan.name, 0) for plan in facts.plans if plan.distinct == 1 and not plan.missing]
    return of_columns(columns, "column says the same in every row", "columns say the same in every row")


FINDINGS.register(FindingSpec("constant", "warning", "They cannot tell one row from another.", _check, of_table=True))
