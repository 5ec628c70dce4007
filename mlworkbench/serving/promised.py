"""Rows to predict against the project's data contract: the columns of the model only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlworkbench.errors import InvalidInput
from mlworkbench.serving.inputs import frame_of

if TYPE_CHECKING:
    from mlworkbench.data import CheckReport
    from mlworkbench.modeling import InputField
    from mlworkbench.projects import Project
    from mlworkbench.serving.inputs import Columns

TOLD = 20  # violations that are told one by one


def against_promises(
    project: Project, columns: Columns, fields: Sequence[InputField], extra: Iterable[str] = ()
) -> tuple[CheckReport, bool]:
    """The report, and whether the contract rejects the rows; without a contract nothing is broken.

    Parameters
    ----------
    extra : iterable of str
        Columns that came and that the model does not take: a strict contract says which it does not know.
    """
    from mlworkbench.data import CheckReport, check_rows_to_predict, current_promises

    contract = current_promises(project)
    rows = len(next(iter(columns.values()), ()))
    if contract is None:
        return CheckReport(rows, 0, (), ()), False
    frame = frame_of(columns).assign(**dict.fromkeys(extra))
    report = check_rows_to_predict(contract, frame, [one.name for one in fields], few=True)
    return report, contract.enforce == "reject" and not report.kept


def told(report: CheckReport) -> list[str]:
    """The violations as warnings, each with its row where there are several."""
    if report.kept:
        return []
    shown = [
        f"Data contract: {f'row {one.row}, ' if one.row is not None and report.rows > 1 else ''}{one.sentence}"
        for one in report.violations[:TOLD]
    ]
    rest = report.total - len(shown)
    return [*shown, f"Data contract: {rest:,} more violations."] if rest else shown


def promised_or_refused(
    project: Project, row: Columns, fields: Sequence[InputField], inputs: Mapping[str, Any]
) -> list[str]:
    """Warnings about one row; InvalidInput (field is the column) when the contract rejects it."""
    report, refused = against_promises(project, row, fields, [name for name in inputs if name not in row])
    if refused:
        first = report.violations[0]
        more = f" And {report.total - 1:,} more." if report.total > 1 else ""
        raise InvalidInput(
            f"Nothing was predicted, as the data contract says: {first.sentence}{more}", field=first.column or "inputs"
        )
    return told(report)
