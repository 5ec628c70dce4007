"""Versions as files: the table as Parquet or as CSV that is safe in a spreadsheet, the uploads as they came."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.artifacts import Artifact, find, list_artifacts, put_file
from mlworkbench.artifacts import path as artifact_path
from mlworkbench.data.datasets import get_dataset
from mlworkbench.data.results import Dataset
from mlworkbench.data.uploads import scratch
from mlworkbench.errors import InvalidInput, listing
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.projects import Project

if TYPE_CHECKING:
    import pyarrow as pa

FORMATS = ("parquet", "csv", "upload")
_EXPORT = "export"
_FORMULA = r"^[=+\-@\t\r]"
_HARMLESS = r"^[+-]?(\d[\d.,' ]*|[.,]\d+)([eE][+-]?\d+)?\s*%?$"
_BATCH = 65_536


@dataclass(frozen=True)
class Download:
    """A file to hand out: `path` is in the store and only to be read; `id` is its artifact.

    Parameters
    ----------
    name : str
        What to call it: our own words, never a name that came from outside.
    neutralised : int
        Cells (and column names) that a spreadsheet would have run as formulas and that got a leading apostrophe.
    """

    id: str
    path: Path
    name: str
    format: str
    size: int
    neutralised: int = 0


def _check_download(project: Project, *, dataset: str | None, format: str, **_: Any) -> None:  # noqa: A002
    get_dataset(project, dataset)
    if format not in FORMATS:
        raise InvalidInput(f"A version is downloaded as {listing(FORMATS)}. Got {format!r}.", field="format")


@job(lane="light", title="Preparing the download", check=_check_download)
def download(
    project: Project,
    *,
    dataset: str | None = None,
    format: str = "parquet",  # noqa: A002
    progress: Progress = SILENT,
) -> Download:
    """A version as a file: its table as Parquet or CSV, or the bytes as they were uploaded.

    In the CSV, text that a spreadsheet would run as a formula (beginning with = + - @, tab or carriage return, and no
    number) gets a leading apostrophe, column names too; `neutralised` counts them. A version that rows were appended
    to has several uploads: they come in one ZIP, in their order.

    Parameters
    ----------
    dataset : str, optional
        Default: the current one.
    format : {"parquet", "csv", "upload"}

    Raises
    ------
    InvalidInput
        field="format".
    NotFound
        No such version.
    """
    _check_download(project, dataset=dataset, format=format)
    chosen = get_dataset(project, dataset)
    known = ready_download(project, chosen, format)
    if known is not None:
        return known
    with scratch(project.workspace) as folder:
        meta: dict[str, Any] = {"format": format}
        target = folder / f"export.{'csv' if format == 'csv' else 'zip'}"
        if format == "csv":
            meta["neutralised"] = _write_csv(artifact_path(project, chosen.table), target, chosen.rows, progress)
        else:
            _write_zip(project, uploads_of(chosen), target)
        put_file(project, _EXPORT, target, suffix=target.suffix, parents=[chosen.id], meta=meta)
    made = ready_download(project, chosen, format)
    assert made is not None
    return made


def ready_download(project: Project, dataset: Dataset, format: str) -> Download | None:  # noqa: A002
    """The file when it needs no making: Parquet, a single upload, or what was made before."""
    stem = f"version-{dataset.number}"
    uploads = uploads_of(dataset)
    if format == "parquet":
        return _of(project, find(project, dataset.table), f"{stem}.parquet", format)
    if format == "upload" and len(uploads) == 1:
        kept = find(project, uploads[0])
        return _of(project, kept, f"{stem}-upload{kept.suffix}", format)
    for kept in list_artifacts(project, _EXPORT):
        if kept.parents == (dataset.id,) and kept.meta["format"] == format:
            return _of(project, kept, f"{stem}{'-uploads' if format == 'upload' else ''}{kept.suffix}", format)
    return None


def _of(project: Project, kept: Artifact, name: str, format: str) -> Download:  # noqa: A002
    return Download(
        kept.id, artifact_path(project, kept.id), name, format, kept.size, int(kept.meta.get("neutralised", 0))
    )


def uploads_of(dataset: Dataset) -> tuple[str, ...]:
    """The uploads whose rows it holds, in their order."""
    return (dataset.upload, *(one["upload"] for one in dataset.settings.get("appended", ())))


def _write_zip(project: Project, uploads: tuple[str, ...], target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for place, ref in enumerate(uploads, 1):
            kept = find(project, ref)
            entry = zipfile.ZipInfo(f"{place}{kept.suffix}")  # the date is the format's first: same bytes every time
            with archive.open(entry, "w", force_zip64=True) as out, artifact_path(project, ref).open("rb") as stream:
                shutil.copyfileobj(stream, out, 1 << 20)


def _write_csv(table: Path, target: Path, rows: int, progress: Progress) -> int:
    """Stream the table as CSV; how many cells and names were neutralised."""
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    file = pq.ParquetFile(table)
    names, count = _neutral(pa.array(file.schema_arrow.names, pa.string()))
    schema = pa.schema([(name, field.type) for name, field in zip(names.to_pylist(), file.schema_arrow, strict=True)])
    done = 0
    with pc.CSVWriter(target, schema) as writer:
        for batch in file.iter_batches(batch_size=_BATCH):
            arrays = []
            for array in batch.columns:
                if pa.types.is_string(array.type):
                    array, found = _neutral(array)
                    count += found
                arrays.append(array)
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            done += len(batch)
            progress.update(done / max(1, rows), f"{done:,} rows written")
    return count


def _neutral(cells: pa.Array) -> tuple[pa.Array, int]:
    """Text with an apostrophe before what a spreadsheet would run, and how many cells that were."""
    import pyarrow.compute as pc

    risky = pc.and_(
        pc.match_substring_regex(cells, _FORMULA), pc.invert(pc.match_substring_regex(cells, _HARMLESS))
    ).fill_null(False)
    return pc.if_else(risky, pc.binary_join_element_wise("'", cells, ""), cells), int(pc.sum(risky).as_py() or 0)
