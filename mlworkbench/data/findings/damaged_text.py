"""Cells that hold the replacement character: letters that were lost before the file was made."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts, of_columns


def _check(facts: TableFacts) -> Iterable[Found]:
    damaged = [(plan.name, plan.damaged) for plan in facts.plans if plan.damaged]
    rest = " The letters were lost before the file was written; import it again from where it came."
    yield from of_columns(
        damaged, "cell holds the replacement character �", "cells hold the replacement character �", rest
    )


FINDINGS.register(FindingSpec("damaged_text", "warning", "The text that stood there cannot be brought back.", _check))
