"""Numbers stored as text: a few odd cells make a column of numbers a column of words."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _check(facts: TableFacts) -> Iterable[Found]:
    for plan in facts.plans:
        if plan.odd_cells and plan.type not in ("number", "integer"):
            shown = ", ".join(repr(cell) for cell in plan.odd_examples)
            filled = facts.rows - plan.missing
            message = (
                f"{plan.name} is read as {plan.type}: {plan.odd_cells:,} of its {filled:,} cells "
                f"{'is not a number' if plan.odd_cells == 1 else 'are not numbers'} ({shown}). "
                "Set its type to number to make them missing."
            )
            yield Found((plan.name,), plan.odd_cells, message, plan.odd_examples)


FINDINGS.register(FindingSpec("numbers_as_text", "warning", "As words, numbers lose their order and distance.", _check))
