"""Rows of another file that were appended: those that the version had before, and those of groups held out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _note(code: str, severity: Literal["info", "warning"], why: str) -> None:
    def check(facts: TableFacts) -> Iterable[Found]:
        return [Found((), count, text) for noted, count, text in facts.raw.notes if noted == code]

    FINDINGS.register(FindingSpec(code, severity, why, check))


_note("appended_rows", "info", "The version holds the rows of more than one file.")
_note("appended_known_rows", "warning", "The same row twice may be a file sent twice.")
_note("appended_held_out", "info", "Rows of a group that is held out would tell a model what it is tested on.")
