"""What the project's contract says of the table and does not hold in it."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _check(facts: TableFacts) -> Iterable[Found]:
    return [Found((), 1, note) for note in facts.notes]


FINDINGS.register(
    FindingSpec(
        "contract", "warning", "A promise about columns that are not there cannot be kept.", _check, of_table=True
    )
)
