"""Where tables come in: new versions, files and requests to predict are checked against the project's contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from mlworkbench import artifacts
from mlworkbench.data.arrays import as_numpy, normalise, to_text
from mlworkbench.data.promises.parts import as_it_came, check_stored
from mlworkbench.data.promises.results import CheckReport, DataContract
from mlworkbench.data.promises.storing import ALIAS, check_table, get_promises, keep_check
from mlworkbench.data.rawcells import raw_cells
from mlworkbench.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.data.plan import Plan
    from mlworkbench.projects import Project


def current_promises(project: Project) -> DataContract | None:
    """The contract that counts now; read once per revision."""
    known = artifacts.aliases(project).get(ALIAS)
    return None if known is None else _revision(project, known)


@lru_cache(maxsize=32)
def _revision(project: Project, ref: str) -> DataContract:
    contract = get_promises(project, ref)
    assert contract is not None
    return contract


def unread_cells(raw: Path, typed: Path, plans: Sequence[Plan]) -> dict[str, pd.Series]:
    """The cells that were there and could not be read as their column's type: column → text by place of the row."""
    import numpy as np
    import pandas as pd
    import pyarrow.parquet as pq

    found: dict[str, pd.Series] = {}
    if not any(plan.unreadable for plan in plans):
        return found
    before, after = raw_cells(raw), pq.ParquetFile(typed)
    for plan in plans:
        if plan.unreadable:
            text = to_text(normalise(before.column(plan.source).combine_chunks()))
            gone = ~as_numpy(after.read([plan.name])[0].combine_chunks().is_valid())
            places = np.flatnonzero(gone & as_numpy(text.is_valid()))
            cells = pd.Series(text.take(places).to_pylist(), places, dtype=object)
            found[plan.name] = cells[~cells.isin(plan.null_words) & (cells.str.strip() != "")]
    return found


def check_new_version(
    project: Project, raw: Path, typed: Path, plans: Sequence[Plan], *, whole: Path | None = None
) -> CheckReport | None:
    """A table that is to become a version against the project's contract; None without one.

    Parameters
    ----------
    raw, typed : Path
        The rows of the file as they came, and as they were read.
    whole : Path, optional
        The table that they end, when they were appended to another.

    Raises
    ------
    InvalidInput
        field="source": the table breaks it, and the contract says to reject such tables.
    """
    import pyarrow.parquet as pq

    contract = current_promises(project)
    if contract is None:
        return None
    unread = unread_cells(raw, typed, plans)
    if whole is not None:
        before = pq.ParquetFile(whole).metadata.num_rows - pq.ParquetFile(typed).metadata.num_rows
        unread = {name: cells.set_axis(cells.index + before) for name, cells in unread.items()}
    report = check_stored(contract, whole or typed, unread)
    reject_broken(contract, report)
    return report


def keep_new_check(project: Project, report: CheckReport | None, table: str) -> None:
    """Keep what `check_new_version` found, by row, for the table that was stored."""
    contract = current_promises(project)
    if report is not None and contract is not None:
        keep_check(project, contract, report, table, [table])


def check_rows_to_predict(
    contract: DataContract,
    frame: pd.DataFrame,
    inputs: Sequence[str],
    *,
    unread: Mapping[str, pd.Series] | None = None,
    few: bool = False,
) -> CheckReport:
    """Rows that are to be predicted against a contract: the model's columns only, never the target."""
    return check_table(contract, as_it_came(frame, unread or {}), inputs=frozenset(inputs), few=few)


def reject_broken(contract: DataContract, report: CheckReport) -> None:
    """InvalidInput(field="source") when the table breaks the contract and that says to reject such tables."""
    if contract.enforce == "reject" and not report.kept:
        first = [one for one in report.violations if one.row is not None]
        where = f" The first: row {first[0].row:,}, {first[0].sentence}" if first else ""
        raise InvalidInput(
            f"The table is rejected, as the data contract (revision {contract.number}) says. {report.sentence}{where} "
            "Mend the table, or change the contract.",
            field="source",
        )


def check_file(project: Project, source: str | Path) -> CheckReport:
    """A file (path or upload id) against the project's contract, read with its types; nothing is stored.

    Raises
    ------
    NotFound
        There is no contract.
    InvalidInput
        The file cannot be read.
    """
    from mlworkbench.data.batches import read_rows
    from mlworkbench.data.datasets import get_dataset

    contract = current_promises(project)
    if contract is None:
        raise NotFound("No data contract is saved. Infer one from a version of the data first.", field=ALIAS)
    like = get_dataset(project) if artifacts.get_alias(project, "dataset") is not None else None
    rows = read_rows(project, source, {one.name: one.type for one in contract.columns}, like=like)
    return check_table(contract, as_it_came(rows.frame, rows.unread))


def violation_rows(report: CheckReport) -> list[list[object]]:
    """The listed violations under a header, for CSV: what a spreadsheet would run gets an apostrophe before it."""
    head: list[object] = ["row", "column", "rule", "value", "expected"]
    rows: list[list[object]] = [
        [one.row, *map(harmless, (one.column, one.rule, one.value, one.expected))] for one in report.violations
    ]
    return [head, *rows]


def harmless(text: str | None) -> str | None:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text and text[0] in "=+-@\t\r" and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
