"""What a check of a table gives back: findings, what was not done, the report. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from mlworkbench.quality.rules import RuleResult

ORDER = {"problem": 0, "warning": 1, "info": 2}
WORDS = {"problem": "problem", "warning": "warning", "info": "note"}


@dataclass(frozen=True)
class Acknowledgement:
    """A person's word that a finding is known and stays: why, who, when."""

    reason: str
    who: str
    at: str


@dataclass(frozen=True)
class QualityFinding:
    """Something that is wrong with the table, or looks so.

    Parameters
    ----------
    code : str
        Stable name of the kind of finding.
    severity : str
        "problem", "warning" or "info".
    columns : tuple of str
        The columns it is about; empty when it is about whole rows.
    count : int
        How many cells, rows, columns or values, as the message says.
    share : float or None
        `count` over the rows that were looked at, where that means something; 0 to 1.
    message : str
        Plain words with the figures; quotes names and cells, so it is text from outside.
    why : str
        Why it matters.
    rows : tuple of int
        Positions of example rows, from 0.
    cells : tuple of tuple of str
        What these rows say in the columns `shown`.
    repair : Mapping or None
        The repair that answers it, as a step of `mlworkbench.data.repairs`.
    source : str
        "reading", "check", "rule" or "ydata".
    score : float or None
        How strong it is, between 0 and 1, where the check measures it.
    shown : tuple of str
        The columns that `cells` are of.
    acknowledged : Acknowledgement or None
        Who said that it may stay, and why.
    """

    code: str
    severity: str
    columns: tuple[str, ...]
    count: int
    share: float | None
    message: str
    why: str
    rows: tuple[int, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    repair: Mapping[str, Any] | None = None
    source: str = "check"
    score: float | None = None
    shown: tuple[str, ...] = ()
    acknowledged: Acknowledgement | None = None

    @property
    def key(self) -> str:
        """Code and columns: by this an acknowledgement is carried to later versions."""
        return key_of(self.code, self.columns)


def key_of(code: str, columns: tuple[str, ...]) -> str:
    """The key of a finding."""
    import json

    return json.dumps([code, *sorted(columns)], ensure_ascii=False)


@dataclass(frozen=True)
class NotDone:
    """What a check left out, and why; `columns` is empty when it is the whole check."""

    code: str
    columns: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class QualityReport:
    """All findings about one dataset, the gravest first.

    Parameters
    ----------
    rows, columns : int
        What was looked at.
    sample_rows, seed : int
        Rows that pairwise, multivariate and model-based checks drew at most, and from which seed.
    looked_at_holdout : bool
        Whether training rows were compared with the holdout.
    rules : tuple of RuleResult
        The project's own rules and how many rows break each.
    not_done : tuple of NotDone
        What was left out, and why.
    """

    id: str
    number: int
    dataset: str
    rows: int
    columns: int
    findings: tuple[QualityFinding, ...]
    not_done: tuple[NotDone, ...]
    rules: tuple[RuleResult, ...]
    sample_rows: int
    seed: int
    looked_at_holdout: bool
    created_at: str = ""

    @property
    def open(self) -> tuple[QualityFinding, ...]:
        """Findings that nobody acknowledged."""
        return tuple(one for one in self.findings if one.acknowledged is None)

    def tally(self) -> dict[str, int]:
        """Open findings by severity."""
        return {name: sum(one.severity == name for one in self.open) for name in ORDER}

    def groups(
        self, which: str = "all", severities: tuple[str, ...] = (), part: str = ""
    ) -> dict[tuple[str, str], tuple[QualityFinding, ...]]:
        """Findings by (severity, code), the gravest and the strongest first.

        Parameters
        ----------
        which : {"all", "open", "acknowledged"}
        severities : tuple of str
            Only these; none: all.
        part : str
            A part of a column's name or of the code, in any case.
        """
        found: dict[tuple[str, str], list[QualityFinding]] = {}
        for one in self.findings:
            kept = which == "all" or (one.acknowledged is None) == (which == "open")
            named = part.casefold() in "\n".join((one.code, one.code.replace("_", " "), *one.columns)).casefold()
            if kept and named and (not severities or one.severity in severities):
                found.setdefault((one.severity, one.code), []).append(one)
        return {key: tuple(group) for key, group in found.items()}

    @property
    def sentence(self) -> str:
        """The answer in one sentence."""
        said = [f"{number:,} {WORDS[name]}{'s' * (number != 1)}" for name, number in self.tally().items() if number]
        known = len(self.findings) - len(self.open)
        rest = f" {known:,} acknowledged." if known else ""
        if not said:
            return f"Nothing is open about these {self.rows:,} rows × {self.columns:,} columns.{rest}"
        listed = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
        return f"{listed[0].upper()}{listed[1:]} in {self.rows:,} rows × {self.columns:,} columns.{rest}"

    def to_json(self) -> dict[str, Any]:
        """As stored: without what the artifact's record knows, and without acknowledgements, which come later."""
        body = asdict(self)
        for known in ("id", "number", "created_at"):
            del body[known]
        for one in body["findings"]:
            del one["acknowledged"]
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any], *, id: str, number: int, created_at: str) -> QualityReport:  # noqa: A002
        """Rebuild a report from its stored document and its artifact's record."""
        values = dict(body)
        values["findings"] = tuple(_finding(one) for one in body["findings"])
        values["not_done"] = tuple(
            NotDone(one["code"], tuple(one["columns"]), one["reason"]) for one in body["not_done"]
        )
        values["rules"] = tuple(RuleResult.from_json(one) for one in body["rules"])
        return cls(**values, id=id, number=number, created_at=created_at)

    def with_acknowledged(self, known: Mapping[str, Acknowledgement]) -> QualityReport:
        """The same report with what people said of its findings."""
        return replace(self, findings=tuple(replace(one, acknowledged=known.get(one.key)) for one in self.findings))


def _finding(body: Mapping[str, Any]) -> QualityFinding:
    cells = tuple(tuple(row) for row in body["cells"])
    lists = {name: tuple(body[name]) for name in ("columns", "rows", "shown")}
    return QualityFinding(**{**body, **lists, "cells": cells})
