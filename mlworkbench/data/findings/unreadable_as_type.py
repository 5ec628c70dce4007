"""Cells that could not be read as their column's type and became missing."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts, number_of


def _check(facts: TableFacts) -> Iterable[Found]:
    for plan in facts.plans:
        if plan.unreadable:
            shown = ", ".join(repr(cell) for cell in plan.unreadable_examples)
            cells = number_of(plan.unreadable, "cell", "cells")
            message = f"{cells} of {plan.name} could not be read as {plan.type} and became missing: {shown}."
            yield Found((plan.name,), plan.unreadable, message, plan.unreadable_examples)


FINDINGS.register(
    FindingSpec("unreadable_as_type", "warning", "These values were in the file and are not used.", _check)
)
