"""Numbers with more digits than a double keeps."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _check(facts: TableFacts) -> Iterable[Found]:
    for plan in facts.plans:
        if plan.rounded:
            message = (
                f"{plan.rounded:,} cells of {plan.name} have more than 17 digits and were rounded. "
                "Set its type to text to keep them exactly."
            )
            yield Found((plan.name,), plan.rounded, message)


FINDINGS.register(FindingSpec("rounded_numbers", "warning", "Amounts or codes may depend on the last digits.", _check))
