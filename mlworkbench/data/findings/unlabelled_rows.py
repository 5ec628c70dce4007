"""Rows without a target, which teach nothing."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _check(facts: TableFacts) -> Iterable[Found]:
    if facts.target and facts.target.missing:
        message = (
            f"{facts.target.missing:,} of {facts.rows:,} rows have no value in the target {facts.target.name}. "
            "They stay in the table and are left out of training and holdout."
        )
        yield Found((facts.target.name,), facts.target.missing, message)


FINDINGS.register(FindingSpec("unlabelled_rows", "warning", "Learning needs the answer.", _check, of_table=True))
