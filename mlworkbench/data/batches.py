"""New rows read as the types of a table that is known: files to predict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.data.datasets import learning_frame
from mlworkbench.data.findings import TableFacts, look
from mlworkbench.data.inference import study
from mlworkbench.data.plan import Plan
from mlworkbench.data.readers import check_options, reader_for
from mlworkbench.data.results import Finding
from mlworkbench.data.uploads import open_source, scratch
from mlworkbench.data.versions import unique_names, write_typed
from mlworkbench.jobs import SILENT, Progress
from mlworkbench.projects import Project

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class FileRows:
    """The rows of a file; `keys` are their row keys, `findings` what could not be read."""

    frame: pd.DataFrame
    keys: np.ndarray
    rows: int
    rejected_rows: int
    findings: tuple[Finding, ...]


def read_rows(
    project: Project,
    source: str | Path,
    types: Mapping[str, str],
    *,
    reading: Mapping[str, Any] | None = None,
    day_first: Mapping[str, bool] | None = None,
    progress: Progress = SILENT,
) -> FileRows:
    """Read a file (path or upload id) with the column types of a known table.

    Columns that are not in `types` are inferred; columns of `types` that the file lacks are simply absent.
    Cells that cannot be read as their type are missing and a finding, whatever their number.

    Parameters
    ----------
    day_first : mapping, optional
        Column → how the known table's dates were read; a file alone may not tell day from month.

    Returns
    -------
    FileRows
        With a frame for learning: numbers float64, datetimes datetime64[us], the rest object with None.
    """
    import pyarrow.parquet as pq

    with scratch(project.workspace) as folder:
        file = open_source(project, source, folder)
        spec = reader_for(file.suffix)
        check_options(spec, reading or {})
        raw = spec.read(
            file.path, reading or {}, folder, lambda share: progress.update(0.6 * share, "Reading the file")
        )
        names, renamed = unique_names(raw.names)
        plans = _plans(raw.path, names, types, reading or {}, day_first or {})
        typed = folder / "table.parquet"
        keys = write_typed(raw, plans, typed, lambda share: progress.update(0.6 + 0.4 * share, "Converting"))
        frame = learning_frame(pq.read_table(typed))
    findings = tuple(
        finding
        for finding in look(TableFacts(plans, raw, renamed, 0))
        if finding.code
        in ("unreadable_as_type", "rejected_rows", "day_or_month", "encoding_guessed", "duplicate_names")
    )
    return FileRows(frame, keys, raw.rows, raw.rejected_rows, findings)


def _plans(
    path: Path,
    names: tuple[str, ...],
    types: Mapping[str, str],
    reading: Mapping[str, Any],
    day_first: Mapping[str, bool],
) -> tuple[Plan, ...]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    return tuple(
        study(
            name,
            file.read([source])[0],
            source=source,
            type=types.get(name),
            lenient=True,
            null_words=reading.get("null_words"),
            day_first=day_first.get(name, reading.get("day_first")),
        )
        for name, source in zip(names, file.schema_arrow.names, strict=True)
    )
