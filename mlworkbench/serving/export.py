"""A predicted file as a file again: its own columns as they were, and the predictions beside them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.errors import InvalidInput, NotApplicable

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from mlworkbench.artifacts import Artifact
    from mlworkbench.projects import Project

SUFFIXES = (".csv", ".parquet")
_BLOCK = 20_000
_FORMULA = r"^[=+\-@\t\r]"
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def check_target(target: Path) -> None:
    """InvalidInput when a result cannot be written there."""
    if target.suffix.lower() not in SUFFIXES:
        raise InvalidInput(f"Results are written as .csv or .parquet. Got {target.name!r}.", field="out")
    if not target.parent.is_dir():
        raise InvalidInput(f"There is no folder {str(target.parent)!r} to write into. Make it first.", field="out")
    if target.is_dir() or not os.access(target.parent, os.W_OK):
        raise InvalidInput(f"{str(target)!r} cannot be written. Choose another place.", field="out")


def write_result(
    project: Project,
    upload: Artifact,
    reading: Mapping[str, Any],
    names: Sequence[str],
    added: Mapping[str, NDArray[Any]],
    target: Path,
    tick: Callable[[float], None],
) -> None:
    """Write the cells of an upload as they stand in it, and the added columns; whole or not at all.

    Parameters
    ----------
    names : sequence of str
        The upload's columns, each once; one that is named like an added column gets the ending " (file)".
    added : Mapping
        Column → one value per row of the upload.
    tick : callable
        Told the share that is done, 0 to 1.
    """
    import pyarrow as pa

    own = [f"{name} (file)" if name in added else name for name in names]
    rows = len(next(iter(added.values())))
    with (
        project.workspace.scratch("result") as folder,
        _replacing(target) as part,
    ):
        cells = _raw_cells(project, upload, reading, folder)
        with _writer(part, target.suffix.lower()) as write:
            done = 0
            for batch in cells.batches(_BLOCK):
                new = {name: pa.array(cells[done : done + len(batch)]) for name, cells in added.items()}
                write(pa.table([*batch.columns, *new.values()], names=[*own, *new]))
                done += len(batch)
                tick(done / max(rows, 1))
        if done != rows:
            raise NotApplicable("The file was read differently than when it was predicted. Predict it again.")


def _raw_cells(project: Project, upload: Artifact, reading: Mapping[str, Any], scratch: Path) -> Any:
    from mlworkbench.data import READERS, raw_cells

    spec = next(spec for spec in READERS if upload.suffix in spec.suffixes)
    return raw_cells(spec.read(artifacts.path(project, upload.id), reading, scratch, lambda share: None).path)


@contextmanager
def _replacing(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its place at the end, and goes when something fails."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-", suffix=target.suffix)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        with open(part, "rb") as stream:
            os.fsync(stream.fileno())
        part.chmod(0o644)
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _writer(part: Path, suffix: str) -> Iterator[Callable[[pa.Table], None]]:
    if suffix == ".csv":
        with open(part, "w", encoding="utf-8", newline="") as stream:
            yield lambda table: _write_csv(table, stream, header=stream.tell() == 0)
        return
    import pyarrow.parquet as pq

    writers: list[Any] = []

    def write(table: pa.Table) -> None:
        if not writers:
            writers.append(pq.ParquetWriter(part, table.schema, compression="zstd"))
        writers[0].write_table(table)

    try:
        yield write
    finally:
        for writer in writers:
            writer.close()


def _write_csv(table: pa.Table, stream: Any, *, header: bool) -> None:
    """Rows as CSV; text that a spreadsheet would run as a formula gets an apostrophe before it."""
    import pyarrow as pa

    safe = [_harmless(column) if pa.types.is_string(column.type) else column for column in table.columns]
    names = _harmless(pa.array(table.column_names)).to_pylist()
    frame = pa.table(safe, names=[str(place) for place in range(len(names))]).to_pandas(integer_object_nulls=True)
    frame.to_csv(stream, index=False, header=names if header else False, lineterminator="\n")


def _harmless(text: Any) -> Any:
    import pyarrow.compute as pc

    runs = pc.and_(pc.match_substring_regex(text, _FORMULA), pc.invert(pc.match_substring_regex(text, _NUMBER)))
    return pc.if_else(runs, pc.binary_join_element_wise("'", text, ""), text)
