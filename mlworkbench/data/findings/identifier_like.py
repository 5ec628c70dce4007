"""Columns that number or name the rows."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts, of_columns


def _check(facts: TableFacts) -> Iterable[Found]:
    columns = [(plan.name, 0) for plan in facts.plans if plan.type == "identifier"]
    return of_columns(columns, "column looks like an identifier", "columns look like identifiers")


FINDINGS.register(
    FindingSpec(
        "identifier_like", "info", "A model learns such a column by heart, and nothing from it.", _check, of_table=True
    )
)
