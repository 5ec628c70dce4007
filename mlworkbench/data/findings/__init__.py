"""Findings: what a person should know about a table. One plug-in per code; each looks at the facts only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mlworkbench.catalog import Catalog
from mlworkbench.data.plan import Plan
from mlworkbench.data.readers import Raw
from mlworkbench.data.results import Finding
from mlworkbench.data.targets import TargetFacts

if TYPE_CHECKING:
    from mlworkbench.data.promises import CheckReport


@dataclass(frozen=True)
class TableFacts:
    """All that reading and typing learnt about a table, in figures.

    Parameters
    ----------
    plans : tuple of Plan
        The columns, with their counts.
    renamed : tuple of (str, str)
        Names in the file that could not stay, and what they became.
    duplicates : int
        Rows that repeat an earlier row.
    holdout_rows, holdout_size : int
        Rows of this table in the holdout, and rows the holdout had where it was cut.
    notes : tuple of str
        Where the table and the project's contract differ, in words.
    promises : CheckReport, optional
        The table against the project's data contract, when there is one.
    across : int
        Rows of the holdout that repeat a row to learn from, which only repairs can bring about.
    """

    plans: tuple[Plan, ...]
    raw: Raw
    renamed: tuple[tuple[str, str], ...]
    duplicates: int
    target: TargetFacts | None = None
    holdout_rows: int = 0
    holdout_size: int = 0
    notes: tuple[str, ...] = ()
    promises: CheckReport | None = None
    across: int = 0

    @property
    def rows(self) -> int:
        """Rows kept."""
        return self.raw.rows


@dataclass(frozen=True)
class Found:
    """One occurrence; the spec adds code and severity."""

    columns: tuple[str, ...]
    count: int
    message: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class FindingSpec:
    """A kind of finding: its stable code, how grave it is, why it matters, and how it is seen.

    `of_table` is whether it speaks of the table as a whole: a version made of another is then looked at anew, where
    what was said of reading a file stays said.
    """

    name: str
    severity: Literal["info", "warning", "problem"]
    why: str
    check: Callable[[TableFacts], Iterable[Found]]
    of_table: bool = False


FINDINGS: Catalog[FindingSpec] = Catalog("finding", "mlworkbench.data.findings")


def look(facts: TableFacts) -> tuple[Finding, ...]:
    """All findings of a table, the gravest first, then in the order of the columns."""
    return gravest_first(
        Finding(spec.name, spec.severity, one.columns, one.count, one.message, one.examples)
        for spec in FINDINGS
        for one in spec.check(facts)
    )


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Problems, then warnings, then notes; each in the order they came."""
    order = {"problem": 0, "warning": 1, "info": 2}
    return tuple(sorted(findings, key=lambda finding: order[finding.severity]))


def of_the_table() -> frozenset[str]:
    """Codes of findings that speak of the table as a whole."""
    return frozenset(spec.name for spec in FINDINGS if spec.of_table)


def number_of(count: int, one: str, several: str) -> str:
    """ "1 cell is" or "2,000 cells are"."""
    return f"{count:,} {one if count == 1 else several}"


def of_columns(columns: list[tuple[str, int]], one: str, several: str, rest: str = "") -> Iterable[Found]:
    """One occurrence about several columns (name, cells or 0), none when there is no column.

    The count is of cells where cells are given, of columns otherwise: "3 columns are odd: a, b, c".
    """
    if columns:
        total = sum(number for _, number in columns) or len(columns)
        shown = ", ".join(f"{name} ({number:,})" if number else name for name, number in columns[:8])
        shown += f" and {len(columns) - 8} more" if len(columns) > 8 else ""
        message = f"{number_of(total, one, several)}: {shown}.{rest}"
        yield Found(tuple(name for name, _ in columns), total, message)
