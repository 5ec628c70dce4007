"""Classes of the target with so few rows that folds will miss them."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts

ENOUGH = 10


def _check(facts: TableFacts) -> Iterable[Found]:
    rare = [(label, rows) for label, rows in facts.target.counts if rows < ENOUGH] if facts.target else []
    if rare and facts.target:
        shown = ", ".join(f"{label!r} ({rows})" for label, rows in rare[:8])
        message = f"{len(rare)} classes of {facts.target.name} have fewer than {ENOUGH} rows: {shown}."
        yield Found((facts.target.name,), len(rare), message, tuple(label[:80] for label, _ in rare[:5]))


FINDINGS.register(
    FindingSpec(
        "rare_class", "warning", "A fold without the class can neither teach nor test it.", _check, of_table=True
    )
)
