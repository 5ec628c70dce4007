"""Columns whose numbers can be read in two ways that differ by a thousand."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _check(facts: TableFacts) -> Iterable[Found]:
    for plan in facts.plans:
        if plan.either and not plan.overridden:
            yield Found(
                (plan.name,),
                plan.rows - plan.missing,
                f"The numbers of {plan.name} may have a decimal mark or a thousands mark, for example {plan.either}; "
                "they were kept as text. Say which with the reading option decimal.",
                (plan.either,),
            )


WHY = "Read the wrong way, every number is a thousand times too small or too large."
FINDINGS.register(FindingSpec("number_marks", "warning", WHY, _check))
