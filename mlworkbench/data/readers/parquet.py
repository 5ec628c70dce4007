"""Parquet files, by pyarrow; the file itself is the raw table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlworkbench.data.readers import READERS, Raw, ReaderSpec, Tick
from mlworkbench.errors import InvalidInput


def _read(path: Path, options: Mapping[str, Any], scratch: Path, tick: Tick) -> Raw:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        names = tuple(file.schema_arrow.names)
        rows = file.metadata.num_rows
        raw = path if len(set(names)) == len(names) else _with_places(file, scratch)
        done = 0
        for batch in file.iter_batches():  # a damaged page is found here, and not half-way through the table
            done += len(batch)
            tick(done / rows)
    except (pa.ArrowException, OSError) as error:
        raise InvalidInput(
            f"A Parquet file was expected and could not be read: {str(error)[:200]}. "
            "Write it again, or send it as CSV.",
            field="source",
        ) from error
    return Raw(raw, names, rows, reading={"reader": "parquet"})


def _with_places(file: Any, scratch: Path) -> Path:
    """A copy whose columns are named by place, as names that occur twice cannot be asked for."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    target = scratch / "raw.parquet"
    schema = pa.schema([field.with_name(f"c{place}") for place, field in enumerate(file.schema_arrow)])
    with pq.ParquetWriter(target, schema, compression="lz4") as writer:
        for batch in file.iter_batches():
            writer.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))
    return target


READERS.register(ReaderSpec("parquet", "Parquet", (".parquet",), (), _read))
