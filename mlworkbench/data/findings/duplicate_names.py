"""Column names that were taken already or missing, and what they became."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _check(facts: TableFacts) -> Iterable[Found]:
    if facts.renamed:
        shown = ", ".join(f"{old!r} is now {new!r}" for old, new in facts.renamed[:5])
        more = f" and {len(facts.renamed) - 5} more" if len(facts.renamed) > 5 else ""
        message = f"{len(facts.renamed)} column names were missing or taken already: {shown}{more}."
        yield Found(tuple(new for _, new in facts.renamed), len(facts.renamed), message)


FINDINGS.register(FindingSpec("duplicate_names", "warning", "A column must be known by one name.", _check))
