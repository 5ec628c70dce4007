"""What the project's data contract promises of every table and this one does not keep."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _check(facts: TableFacts) -> Iterable[Found]:
    report = facts.promises
    if report is not None and not report.kept:
        columns = tuple(dict.fromkeys(one.column for one in report.breaches if one.column is not None))
        shown = tuple(f"row {one.row}: {one.sentence}"[:300] for one in report.violations if one.row is not None)
        yield Found(columns, report.total, report.sentence, shown[:5])


FINDINGS.register(
    FindingSpec(
        "breaks_data_contract", "warning", "Later stages rely on what every table promises.", _check, of_table=True
    )
)
