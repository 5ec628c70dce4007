"""Rows that repeat an earlier row."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts, number_of


def _check(facts: TableFacts) -> Iterable[Found]:
    if facts.duplicates:
        side = "Repeats are always on the same side of the holdout."
        if facts.across:
            rows = number_of(facts.across, "row of the holdout repeats", "rows of the holdout repeat")
            side = f"Since the repairs, {rows} a training row: deduplicate, or scores on it are too good."
        message = f"{facts.duplicates:,} of {facts.rows:,} rows repeat an earlier row in every cell. {side}"
        yield Found((), facts.duplicates, message)


FINDINGS.register(
    FindingSpec(
        "duplicate_rows", "warning", "A row in training and in a test makes scores too good.", _check, of_table=True
    )
)
