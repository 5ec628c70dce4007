"""Columns of digits that begin with zeros, which a number would lose."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts, of_columns


def _check(facts: TableFacts) -> Iterable[Found]:
    zeros = [(plan.name, plan.zeros) for plan in facts.plans if plan.zeros]
    kept = [(name, cells) for name, cells in zeros if not _numeric(facts, name)]
    lost = [(name, cells) for name, cells in zeros if _numeric(facts, name)]
    yield from of_columns(
        kept, "cell begins with a zero and was kept as text", "cells begin with a zero and were kept as text"
    )
    yield from of_columns(lost, "cell lost its leading zero", "cells lost their leading zeros")


def _numeric(facts: TableFacts, name: str) -> bool:
    return next(plan for plan in facts.plans if plan.name == name).type in ("integer", "number")


FINDINGS.register(FindingSpec("leading_zeros", "info", "Codes such as postcodes are not numbers.", _check))
