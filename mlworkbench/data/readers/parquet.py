"""Parquet files, by pyarrow in a fenced process; a file of plain columns is itself the raw table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.data.readers import READERS, Raw, ReaderSpec, Tick
from mlworkbench.data.readers.columns import LARGEST, Columns, is_plain, made, too_large, write
from mlworkbench.data.readers.fence import fenced
from mlworkbench.data.readers.magic import check_content
from mlworkbench.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


def _read(path: Path, options: Mapping[str, Any], scratch: Path, tick: Tick) -> Raw:
    check_content(path, "Parquet", ("parquet",))
    return fenced("parquet", path, options, scratch, tick)


def read_file(path: Path, options: Mapping[str, Any], scratch: Path, tick: Tick) -> Raw:
    """Read all pages, checksums verified; InvalidInput(field="source") for a damaged or too large file."""
    import pyarrow as pa

    try:
        file = _open(path, "us")
        _check_size(file)
        columns = Columns(file.schema_arrow, flatten=bool(options.get("flatten")))
        rows = file.metadata.num_rows
        names = columns.names
        if all(is_plain(field.type) for field in _plain_schema(path)) and len(set(names)) == len(names):
            target, done = path, 0
            for batch in file.iter_batches(_rows_at_once(file)):
                columns.batch(batch)
                done += len(batch)
                tick(min(1.0, done / rows))
        else:
            target, done = write(columns, _batches(file, path), rows, scratch, tick)
    except MemoryError:
        raise  # the fence tells it
    except (pa.ArrowException, OSError, OverflowError) as error:
        raise _damaged(str(error)) from error
    if done != rows:
        raise _damaged(f"it announces {rows:,} rows and has {done:,}")
    return made(columns, target, rows, "parquet", options)


def _open(path: Path, unit: str) -> pq.ParquetFile:
    """The file with flat text left as dictionaries, so that a long cell repeated is in memory once."""
    import pyarrow.parquet as pq

    schema = pq.read_schema(path, memory_map=True)
    return pq.ParquetFile(
        path,
        memory_map=True,
        page_checksum_verification=True,
        coerce_int96_timestamp_unit=unit,
        read_dictionary=[field.name for field in schema if _is_text(field.type)],
    )


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_binary(kind))


def _plain_schema(path: Path) -> pa.Schema:
    import pyarrow.parquet as pq

    return pq.read_schema(path, memory_map=True)


def _check_size(file: pq.ParquetFile) -> None:
    """Refuse before anything is unpacked what says itself that it is too large."""
    meta = file.metadata
    for place in range(meta.num_columns):
        chunks = (meta.row_group(group).column(place) for group in range(meta.num_row_groups))
        if sum(chunk.total_uncompressed_size for chunk in chunks) > LARGEST:
            raise too_large(meta.schema.column(place).path)


def _rows_at_once(file: pq.ParquetFile) -> int:
    import pyarrow as pa

    nested = any(pa.types.is_nested(field.type) for field in file.schema_arrow)
    width = max(int(file.metadata.num_columns), 1)
    return max(64, min(1024 if nested else 65_536, (1 << 22) // width))


def _batches(file: pq.ParquetFile, path: Path) -> Iterator[pa.RecordBatch]:
    """All batches; an INT96 time that does not fit into microseconds is put outside of the range, not wrapped."""
    import pyarrow as pa
    import pyarrow.compute as pc

    size = _rows_at_once(file)
    schema = file.metadata.schema
    wide = {
        schema.column(place).path for place in range(file.metadata.num_columns)
        if schema.column(place).physical_type == "INT96"
    }  # fmt: skip
    names = [name for name in file.schema_arrow.names if name in wide]
    if not names or len(set(file.schema_arrow.names)) != len(file.schema_arrow.names):
        yield from file.iter_batches(size)
        return
    coarse = _open(path, "ms").iter_batches(size, columns=names)
    for batch, rough in zip(file.iter_batches(size), coarse, strict=True):
        for name in names:
            place = batch.schema.get_field_index(name)
            ticks, ms = batch.column(place).cast(pa.int64()), rough.column(name).cast(pa.int64())
            off = pc.subtract(pc.divide(ticks, 1000), ms)
            same = pc.and_(pc.less_equal(off, 1), pc.greater_equal(off, -1))
            kept = pc.if_else(pc.fill_null(same, True), ticks, pa.scalar(2**63 - 1))
            batch = batch.set_column(place, batch.schema.field(place), kept.cast(batch.schema.field(place).type))
        yield batch


def _damaged(why: str) -> InvalidInput:
    return InvalidInput(
        f"A Parquet file was expected and could not be read: {why[:200]}. It is damaged, cut or of a kind that is not "
        "known. Write it again, or send it as CSV.",
        field="source",
    )


READERS.register(ReaderSpec("parquet", "Parquet", (".parquet",), ("flatten",), _read))
