"""The raw cells of a file between reading and typing: what a reader wrote, given back column by column or in rows.

Two formats: Parquet, which readers of binary formats write, and Arrow's own file (lz4), several times faster to write
and to read again, for the texts of delimited files, which may be long.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

ARROW = ".arrow"
ROWS = 65_536  # at once
_HELD = 32  # batches of Arrow's file, 4 MB each, that are read once and held: a wide table has many columns in few


def raw_cells(path: Path) -> RawCells:
    """The cells in a reader's file: Arrow's format where its suffix says so, else Parquet."""
    return _Arrow(path) if path.suffix == ARROW else _Parquet(path)


class RawCells(ABC):
    """Raw cells, to be read by one thread at a time; `schema` has the reader's names of the columns, not the file's."""

    schema: pa.Schema

    @abstractmethod
    def sizes(self) -> list[int]:
        """How large the columns are beside each other."""

    @abstractmethod
    def pieces(self, name: str) -> Iterator[pa.Array]:
        """A column's cells in order, piece by piece."""

    @abstractmethod
    def column(self, name: str) -> pa.ChunkedArray:
        """All cells of a column."""

    @abstractmethod
    def batches(self, rows: int = ROWS) -> Iterator[pa.RecordBatch]:
        """All columns, at most so many rows at once."""

    def table(self) -> pa.Table:
        """All cells."""
        import pyarrow as pa

        return pa.Table.from_batches(self.batches(), self.schema)


class _Parquet(RawCells):
    def __init__(self, path: Path) -> None:
        import pyarrow.parquet as pq

        self._file = pq.ParquetFile(path, pre_buffer=False)
        self.schema = self._file.schema_arrow

    def sizes(self) -> list[int]:
        groups = [self._file.metadata.row_group(at) for at in range(min(4, self._file.num_row_groups))]
        places = range(len(self.schema))
        return [sum(group.column(place).total_compressed_size for group in groups) for place in places]

    def pieces(self, name: str) -> Iterator[pa.Array]:
        for groups in self._together():
            yield from self._file.read_row_groups(groups, [name]).column(0).chunks

    def column(self, name: str) -> pa.ChunkedArray:
        return self._file.read([name])[0]

    def batches(self, rows: int = ROWS) -> Iterator[pa.RecordBatch]:
        yield from self._file.iter_batches(batch_size=rows)

    def _together(self) -> list[list[int]]:
        """The groups in batches of many rows: a wide table has few in each, and each costs to be opened."""
        batches: list[list[int]] = [[]]
        rows = 0
        for group in range(self._file.num_row_groups):
            batches[-1].append(group)
            rows += self._file.metadata.row_group(group).num_rows
            if rows >= ROWS:
                batches.append([])
                rows = 0
        return [some for some in batches if some]


class _Arrow(RawCells):
    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: list[pa.RecordBatch] | None = None
        file = self._open()
        self.schema = file.schema
        if file.num_record_batches <= _HELD:
            self._held = list(self._read(file))

    def sizes(self) -> list[int]:
        first = next(self.batches(), None)
        return [0] * len(self.schema) if first is None else [column.nbytes for column in first.columns]

    def pieces(self, name: str) -> Iterator[pa.Array]:
        place = self.schema.get_field_index(name)
        if self._held is not None:
            yield from (batch.column(place) for batch in self._held)
        else:
            yield from (batch.column(0) for batch in self._read(self._open([place])))

    def column(self, name: str) -> pa.ChunkedArray:
        import pyarrow as pa

        pieces = list(self.pieces(name))
        if self._held and len(pieces) > 1:
            pieces = [pa.concat_arrays(pieces)]
        return pa.chunked_array(pieces, self.schema.field(name).type)

    def batches(self, rows: int = ROWS) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa

        waiting: list[pa.RecordBatch] = []
        for batch in self._held if self._held is not None else self._read(self._open()):
            begin = 0
            while begin < len(batch):
                waiting.append(batch.slice(begin, rows - sum(map(len, waiting))))
                begin += len(waiting[-1])
                if sum(map(len, waiting)) == rows:
                    yield pa.concat_batches(waiting)
                    waiting = []
        if waiting:
            yield pa.concat_batches(waiting)

    def _open(self, places: list[int] | None = None) -> Any:
        import pyarrow as pa

        return pa.ipc.open_file(pa.OSFile(str(self._path)), options=pa.ipc.IpcReadOptions(included_fields=places))

    def _read(self, file: Any) -> Iterator[pa.RecordBatch]:
        for at in range(file.num_record_batches):
            yield file.get_batch(at)
