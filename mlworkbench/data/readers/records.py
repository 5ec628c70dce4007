"""Records whose keys are not known beforehand, streamed into one Parquet file of text columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlworkbench.data.readers.documents import Number
from mlworkbench.errors import InvalidInput, listing

MOST_COLUMNS = 20_000
_CELLS = 1 << 20
_BYTES = 64 << 20
_Key = tuple[str, ...]


class Records:
    """Collects records and writes them in blocks; a block with new columns begins a new part."""

    def __init__(self, scratch: Path, *, flatten: bool) -> None:
        self.scratch, self.flatten = scratch, flatten
        self.rows = self.size = 0
        self.columns: dict[_Key, int] = {}
        self.kinds: dict[_Key, set[str]] = {}
        self.waiting: list[dict[_Key, str | None]] = []
        self.parts: list[Path] = []
        self.width = 0
        self.writer: Any = None

    @property
    def names(self) -> tuple[str, ...]:
        """The columns in the order in which they were met; parts of flattened objects joined by dots."""
        return tuple(".".join(key) for key in self.columns)

    def add(self, row: Mapping[str, Any]) -> None:
        """Take one record; nothing of it is taken when it raises UnicodeEncodeError."""
        cells: dict[_Key, str | None] = {}
        kinds: list[tuple[_Key, str]] = []
        for key, value in self._items(row, ()):
            text, kind = _cell(value)
            self.size += len(text.encode()) + 50 if text else 50
            key[-1].encode()
            cells[key] = text
            if kind:
                kinds.append((key, kind))
        for key in cells:
            if key not in self.columns:
                if len(self.columns) >= MOST_COLUMNS:
                    raise InvalidInput(
                        f"The objects have more than {MOST_COLUMNS:,} different keys, so the keys are data. Write them "
                        'as values, such as {"key": …, "value": …}.',
                        field="source",
                    )
                self.columns[key] = len(self.columns)
        for key, kind in kinds:
            self.kinds.setdefault(key, set()).add(kind)
        self.waiting.append(cells)
        self.rows += 1
        if len(self.waiting) * len(self.columns) >= _CELLS or self.size > _BYTES:
            self._write()

    def _items(self, row: Mapping[str, Any], stem: _Key) -> Any:
        for name, value in row.items():
            if self.flatten and isinstance(value, dict) and value:
                yield from self._items(value, (*stem, name))
            else:
                yield (*stem, name), value

    def _write(self) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.schema([(f"c{place}", pa.string()) for place in range(len(self.columns))])
        if self.writer is None or len(self.columns) > self.width:
            self._close()
            self.width = len(self.columns)
            self.parts.append(self.scratch / f"part{len(self.parts)}.parquet")
            self.writer = pq.ParquetWriter(self.parts[-1], schema, compression="lz4")
        arrays = [pa.array([cells.get(key) for cells in self.waiting], pa.string()) for key in self.columns]
        self.writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
        self.waiting, self.size = [], 0

    def _close(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.writer = None

    def finish(self) -> Path:
        """All rows as one file; parts that were written before a column was met have it empty."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self.columns:
            raise InvalidInput("The objects in the file have no keys, so there are no columns.", field="source")
        if self.waiting:
            self._write()
        self._close()
        if len(self.parts) == 1:
            return self.parts[0]
        target = self.scratch / "raw.parquet"
        schema = pq.read_schema(self.parts[-1])
        with pq.ParquetWriter(target, schema, compression="lz4") as writer:
            for part in self.parts:
                for batch in pq.ParquetFile(part).iter_batches(max(1, _CELLS // len(schema))):
                    missing = [pa.nulls(len(batch), pa.string())] * (len(schema) - batch.num_columns)
                    writer.write_batch(pa.RecordBatch.from_arrays([*batch.columns, *missing], schema=schema))
                part.unlink()
        return target

    def notes(self) -> tuple[tuple[str, int, str], ...]:
        """Columns of nested values, and those whose values are of different kinds."""
        made = []
        nested = [".".join(key) for key, kinds in self.kinds.items() if kinds & {"list", "object"}]
        if nested:
            advice = "" if self.flatten else " The option flatten makes columns of the parts of objects."
            text = f"{len(nested)} columns hold nested values, kept as JSON text: {listing(nested)}.{advice}"
            made.append(("nested_columns", len(nested), text))
        mixed = [f"{'.'.join(key)} ({', '.join(sorted(kinds))})" for key, kinds in self.kinds.items() if len(kinds) > 1]
        if mixed:
            text = f"{len(mixed)} columns hold values of different kinds, kept as text: {listing(mixed)}."
            made.append(("mixed_kinds", len(mixed), text))
        return tuple(made)


def _cell(value: Any) -> tuple[str | None, str]:
    """A value as a cell, and its kind ("" for null)."""
    if value is None:
        return None, ""
    if isinstance(value, Number):
        return str(value), "number"
    if isinstance(value, str):
        return value, "text"
    if isinstance(value, bool):
        return "True" if value else "False", "true or false"
    return as_json(value), "list" if isinstance(value, list) else "object"


def as_json(value: Any) -> str:
    """A parsed value as JSON again, numbers as they were written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {as_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
