"""Cells without a value."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts, of_columns


def _check(facts: TableFacts) -> Iterable[Found]:
    columns = [(plan.name, plan.missing) for plan in facts.plans if 0 < plan.missing < facts.rows]
    return of_columns(columns, "cell has no value", "cells have no value")


FINDINGS.register(
    FindingSpec(
        "missing", "info", "Most models need them filled; that they are missing may tell.", _check, of_table=True
    )
)
