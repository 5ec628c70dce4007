"""Rows that repeat an earlier row."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _check(facts: TableFacts) -> Iterable[Found]:
    if facts.duplicates:
        message = (
            f"{facts.duplicates:,} of {facts.rows:,} rows repeat an earlier row in every cell. "
            "Repeats are always on the same side of the holdout."
        )
        yield Found((), facts.duplicates, message)


FINDINGS.register(
    FindingSpec("duplicate_rows", "warning", "A row in training and in a test makes scores too good.", _check)
)
