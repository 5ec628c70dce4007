"""Columns without any value."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts, of_columns


def _check(facts: TableFacts) -> Iterable[Found]:
    columns = [(plan.name, 0) for plan in facts.plans if plan.missing == facts.rows]
    return of_columns(columns, "column has no value in any row", "columns have no value in any row")


FINDINGS.register(FindingSpec("all_missing", "warning", "There is nothing to learn from them.", _check, of_table=True))
