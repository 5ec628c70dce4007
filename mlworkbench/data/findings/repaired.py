"""What repairs did to the table since it was read, counted."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _check(facts: TableFacts) -> Iterable[Found]:
    return [Found((), count, text) for noted, count, text in facts.raw.notes if noted == "repaired"]


FINDINGS.register(FindingSpec("repaired", "info", "The cells are no longer those of the file.", _check))
