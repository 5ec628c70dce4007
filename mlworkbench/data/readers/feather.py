"""Feather and Arrow files (both versions and the stream), by pyarrow in a fenced process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.data.readers import READERS, Raw, ReaderSpec, Tick
from mlworkbench.data.readers.columns import Columns, made, write
from mlworkbench.data.readers.fence import fenced
from mlworkbench.data.readers.magic import check_content
from mlworkbench.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 16_384


def _read(path: Path, options: Mapping[str, Any], scratch: Path, tick: Tick) -> Raw:
    check_content(path, "Feather", ("feather",))
    return fenced("feather", path, options, scratch, tick)


def read_file(path: Path, options: Mapping[str, Any], scratch: Path, tick: Tick) -> Raw:
    """Read all batches, each one validated; InvalidInput(field="source") for a damaged file."""
    import pyarrow as pa

    try:
        schema, batches, rows = _open(path)
        columns = Columns(schema, flatten=bool(options.get("flatten")))
        target, done = write(columns, _checked(batches), rows, scratch, tick)
    except MemoryError:
        raise  # the fence tells it
    except (pa.ArrowException, OSError, OverflowError) as error:
        raise InvalidInput(
            f"A Feather file was expected and could not be read: {str(error)[:200]}. It is damaged or cut. "
            "Write it again, or send it as Parquet.",
            field="source",
        ) from error
    return made(columns, target, done, "feather", options)


def _open(path: Path) -> tuple[pa.Schema, Iterator[pa.RecordBatch], int]:
    import pyarrow as pa
    import pyarrow.feather as feather

    with path.open("rb") as stream:
        head = stream.read(6)
    if head.startswith(b"FEA1"):
        table = feather.read_table(path, memory_map=True)
        return table.schema, iter(table.to_batches(_ROWS)), table.num_rows
    source = pa.memory_map(str(path))
    if head == b"ARROW1":
        file = pa.ipc.open_file(source)
        count = file.num_record_batches
        return file.schema, (file.get_batch(place) for place in range(count)), 0
    stream_of = pa.ipc.open_stream(source)
    return stream_of.schema, iter(stream_of), 0


def _checked(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        batch.validate(full=True)
        for start in range(0, len(batch), _ROWS):
            yield batch.slice(start, _ROWS)


READERS.register(ReaderSpec("feather", "Feather", (".feather", ".arrow"), ("flatten",), _read))
