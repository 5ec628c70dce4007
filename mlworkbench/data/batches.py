"""New rows read as the types of a table that is known: files to predict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.data.datasets import learning_frame
from mlworkbench.data.findings import TableFacts, look
from mlworkbench.data.inference import study
from mlworkbench.data.marks import Marks
from mlworkbench.data.plan import Plan
from mlworkbench.data.promises.seams import unread_cells
from mlworkbench.data.rawcells import raw_cells
from mlworkbench.data.readers import Raw, check_options, reader_for
from mlworkbench.data.results import Column, Dataset, Finding
from mlworkbench.data.typed import unique_names, write_typed
from mlworkbench.data.uploads import open_source, scratch
from mlworkbench.jobs import SILENT, Progress
from mlworkbench.projects import Project

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


_TOLD = (
    "unreadable_as_type", "rejected_rows", "short_rows", "blank_rows", "skipped_lines", "day_or_month",
    "number_marks", "encoding_guessed", "duplicate_names", "error_cells", "unrepresentable_times", "mixed_kinds",
    "nested_columns",
)  # fmt: skip


@dataclass(frozen=True)
class FileRows:
    """The rows of a file; `keys` are their row keys, `findings` what could not be read, `unread` those cells by row.

    `names` are the file's own columns; those of `frame` may be others when the known table was repaired, and `repaired`
    says that its repairs were made on the file.
    """

    frame: pd.DataFrame
    keys: np.ndarray
    rows: int
    rejected_rows: int
    findings: tuple[Finding, ...]
    unread: Mapping[str, pd.Series] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    repaired: bool = False


def read_rows(
    project: Project,
    source: str | Path,
    types: Mapping[str, str],
    *,
    reading: Mapping[str, Any] | None = None,
    like: Dataset | None = None,
    progress: Progress = SILENT,
) -> FileRows:
    """Read a file (path or upload id) with the column types of a known table.

    Columns that are not in `types` are inferred; columns of `types` that the file lacks are simply absent.
    Cells that cannot be read as their type are missing and a finding, whatever their number.

    Parameters
    ----------
    like : Dataset, optional
        The known table: words for missing, the order of day and month and the marks of numbers are read as its were,
        since a file alone may not tell. What `reading` says wins. Repairs of that table which treat each row by
        itself are made on a file with its original columns too; one that has the repaired columns is taken as it is.

    Returns
    -------
    FileRows
        With a frame for learning: numbers float64, datetimes datetime64[us], the rest object with None.
    """
    import pyarrow.parquet as pq

    from mlworkbench.data.repairs.again import as_they_come, repair_file

    with scratch(project.workspace) as folder:
        file = open_source(project, source, folder)
        spec = reader_for(file.suffix)
        how = {**(reading_like(like) if like else {}), **(reading or {})}
        check_options(spec, how)
        raw = spec.read(file.path, how, folder, lambda share: progress.update(0.6 * share, "Reading the file"))
        names, renamed = unique_names(raw.names)
        wanted, known, raw_like = as_they_come(project, like, names, types) if like else (types, {}, False)
        plans = plans_like(raw, names, wanted, how, known)
        typed = folder / "table.parquet"
        keys = write_typed(raw, plans, typed, lambda share: progress.update(0.6 + 0.4 * share, "Converting"))
        table = pq.read_table(typed)
        unread = unread_cells(raw.path, typed, plans)
        findings = tuple(finding for finding in look(TableFacts(plans, raw, renamed, 0)) if finding.code in _TOLD)
        if like and raw_like:
            table, told = repair_file(project, like, table, plans, keys)
            findings = (*findings, *told)
    return FileRows(learning_frame(table), keys, raw.rows, raw.rejected_rows, findings, unread, names, raw_like)


def reading_like(table: Dataset) -> dict[str, Any]:
    """What was chosen about a table's cells and holds for other files of its kind too."""
    chosen = table.settings.get("reading") or {}
    keys = ("null_words", "day_first", "decimal", "thousands")
    return {key: chosen[key] for key in keys if chosen.get(key) is not None}


def plans_like(
    raw: Raw,
    names: tuple[str, ...],
    types: Mapping[str, str],
    reading: Mapping[str, Any],
    known: Mapping[str, Column],
) -> tuple[Plan, ...]:
    """The plans of a file's columns, read as those of a known table; what cannot be read so is missing, and counted."""
    cells = raw_cells(raw.path)
    said = {"decimal": reading.get("decimal"), "thousands": reading.get("thousands"), "hint": raw.decimal}

    def order(name: str) -> bool | None:
        learnt = known[name].day_first if name in known else None
        return reading.get("day_first") if learnt is None else learnt

    def marks(name: str) -> Marks | None:
        learnt = known[name].marks if name in known else None
        return Marks(*learnt) if learnt else None

    return tuple(
        study(
            name,
            cells.column(source),
            source=source,
            type=types.get(name),
            lenient=True,
            null_words=reading.get("null_words"),
            day_first=order(name),
            marks=marks(name),
            said=said,
        )
        for name, source in zip(names, cells.schema.names, strict=True)
    )
