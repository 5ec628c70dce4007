"""Dates such as 03/04/2020 of which nothing in the column tells day from month."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _check(facts: TableFacts) -> Iterable[Found]:
    for plan in facts.plans:
        if plan.type == "datetime" and plan.date is not None and plan.date.ambiguous:
            message = (
                f"Nothing in {plan.name} tells day from month; it is read as {plan.date.words}, for example as "
                f"{plan.examples[0]}. Say which it is with the reading option day_first."
            )
            yield Found((plan.name,), facts.rows - plan.missing, message, plan.examples)


FINDINGS.register(FindingSpec("day_or_month", "warning", "Read the other way round, every date is wrong.", _check))
