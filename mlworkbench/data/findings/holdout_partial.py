"""A holdout cut earlier of which this version has only a part of the rows."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _check(facts: TableFacts) -> Iterable[Found]:
    if facts.holdout_rows < facts.holdout_size:
        message = (
            f"The holdout of this target was cut earlier with {facts.holdout_size:,} rows; "
            f"{facts.holdout_rows:,} of this version's rows are in it. Scores on it say less."
        )
        yield Found((), facts.holdout_size - facts.holdout_rows, message)


FINDINGS.register(
    FindingSpec("holdout_partial", "warning", "The final test has fewer rows than it had.", _check, of_table=True)
)
