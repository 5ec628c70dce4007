"""Rows of a database in blocks to one Parquet file: a block at a time in memory, every value exact."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Generator, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_EXACT = 1 << 53
_BLOCK = 16 << 20  # bytes of cells that a block should hold
_MOST = 20_000  # rows


def sized() -> Generator[int, int, None]:
    """How many rows to ask for next: `send` the bytes of the last block."""
    rows = 256
    while True:
        size = yield rows
        rows = max(1, min(_MOST, rows * 8, rows * _BLOCK // max(1, size)))


def batch_of(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    """A block of rows as Arrow: whole numbers, doubles, flags and times as such; decimals and all else as text."""
    import pyarrow as pa

    arrays = [_array([row[place] for row in rows]) for place in range(len(names))]
    fields = [pa.field(name, array.type) for name, array in zip(names, arrays, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields))


def _array(cells: list[Any]) -> pa.Array:
    import pyarrow as pa

    kinds = {type(cell) for cell in cells if cell is not None}
    if not kinds:
        return pa.nulls(len(cells))
    if kinds == {int, float} and all(abs(cell) <= _EXACT for cell in cells if type(cell) is int):
        return pa.array([None if cell is None else float(cell) for cell in cells], pa.float64())
    if len(kinds) == 1:
        kind = kinds.pop()
        try:
            if kind is int:
                return pa.array(cells, pa.int64())
            if kind is dt.datetime:
                zoned = any(cell is not None and cell.tzinfo is not None for cell in cells)
                return pa.array(cells, pa.timestamp("us", tz="UTC" if zoned else None))
        except (OverflowError, pa.ArrowInvalid):
            return pa.array([_text(cell) for cell in cells], pa.string())
        known = {float: pa.float64(), bool: pa.bool_(), dt.date: pa.date32(), str: pa.string()}
        if kind in known:
            return pa.array(cells, known[kind])
    return pa.array([_text(cell) for cell in cells], pa.string())


def _text(cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return format(cell, "f") if cell.is_finite() else str(cell)
    if isinstance(cell, float):
        return repr(cell)
    if isinstance(cell, bytes | bytearray | memoryview):
        return bytes(cell).decode("utf-8", "backslashreplace")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return json.dumps(cell, default=str, ensure_ascii=False) if isinstance(cell, dict | list) else str(cell)


def write_blocks(batches: Iterable[pa.RecordBatch], folder: Path, said: Any) -> tuple[Path, int]:
    """Write blocks of equal names to one Parquet file; the file and its rows.

    A block whose kinds differ from those before it (a first NULL, a word among SQLite's numbers) begins a new part;
    parts are brought to common kinds in a second pass, which only such tables need.
    """
    import pyarrow.parquet as pq

    parts: list[tuple[Path, pa.Schema]] = []
    writer, rows = None, 0
    try:
        for batch in batches:
            if writer is None or batch.schema != parts[-1][1]:
                if writer is not None:
                    writer.close()
                parts.append((folder / f"part{len(parts)}.parquet", batch.schema))
                writer = pq.ParquetWriter(*parts[-1], compression="zstd")
            writer.write_batch(batch)
            rows += len(batch)
            said(rows)
    finally:
        if writer is not None:
            writer.close()
    if len(parts) == 1:
        return parts[0][0], rows
    return _joined(parts, folder), rows


def _joined(parts: Sequence[tuple[Path, pa.Schema]], folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    first = parts[0][1]
    schema = pa.schema([pa.field(name, _common(parts, place)) for place, name in enumerate(first.names)])
    target = folder / "joined.parquet"
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for path, _ in parts:
            for batch in pq.ParquetFile(path).iter_batches(batch_size=_MOST):
                arrays = [array.cast(field.type) for array, field in zip(batch.columns, schema, strict=True)]
                writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
            path.unlink()
    return target


def _common(parts: Sequence[tuple[Path, pa.Schema]], place: int) -> pa.DataType:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    kinds = {schema.field(place).type for _, schema in parts} - {pa.null()}
    if len(kinds) == 1:
        return kinds.pop()
    if kinds != {pa.int64(), pa.float64()}:
        return pa.string()
    for path, schema in parts:
        if schema.field(place).type != pa.int64():
            continue
        for group in range((file := pq.ParquetFile(path)).num_row_groups):
            edges = pc.min_max(file.read_row_group(group).column(place)).as_py()
            if edges["max"] is not None and max(edges["max"], -edges["min"]) > _EXACT:
                return pa.string()
    return pa.float64()
