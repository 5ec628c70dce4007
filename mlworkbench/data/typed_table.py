"""A typed table as it is written: Parquet in groups of rows, with the key of each row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from mlworkbench.data.plan import Plan, storage

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_LOOKED = 16_384  # cells of the first group, to see whether they are few different ones


class TypedTable:
    """Takes groups of rows in their order; the same groups make the same bytes, whoever reads the file they are from.

    Parameters
    ----------
    target : Path
        Where the Parquet file is made.
    plans : sequence of Plan
        Names and types of the columns.
    """

    def __init__(self, target: Path, plans: Sequence[Plan]) -> None:
        import numpy as np
        import pyarrow as pa

        self._target, self.rows = target, 0
        self._schema = pa.schema([(plan.name, storage(plan.type)) for plan in plans])
        self._writer: Any = None
        self._keys = np.empty(0, dtype=np.uint64)

    def __enter__(self) -> TypedTable:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._writer is None and error is None:
            self._open([])
        if self._writer is not None:
            self._writer.close()

    def write(self, keys: np.ndarray, columns: Sequence[pa.Array]) -> None:
        """Add rows: their keys, and their cells as `plan.coded` makes them."""
        import pyarrow as pa

        if self._writer is None:
            self._open(columns)
        fitted = [_as(kind, cells) for kind, cells in zip(self._kinds, columns, strict=True)]
        self._writer.write_batch(pa.RecordBatch.from_arrays(fitted, schema=pa.schema(self._fields)))
        if self.rows + len(keys) > len(self._keys):
            self._keys.resize((self.rows + len(keys)) * 9 // 8, refcheck=False)  # a long one is not copied by that
        self._keys[self.rows : self.rows + len(keys)] = keys
        self.rows += len(keys)

    def keys(self) -> np.ndarray:
        """The key of each row."""
        return self._keys[: self.rows]

    def _open(self, columns: Sequence[pa.Array]) -> None:
        """A dictionary for each group of rows gains something where a group has few different values."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        few = {field.name for field, cells in zip(self._schema, columns, strict=bool(columns)) if _few(cells)}
        words = pa.dictionary(pa.int32(), pa.string())
        self._fields = [
            pa.field(field.name, words if field.name in few and pa.types.is_string(field.type) else field.type)
            for field in self._schema
        ]
        self._kinds = [field.type for field in self._fields]
        self._writer = pq.ParquetWriter(
            self._target,
            pa.schema(self._fields),
            compression={
                field.name: "lz4" if field.name not in few and pa.types.is_primitive(field.type) else "zstd"
                for field in self._schema  # numbers that differ shrink little, whatever is tried
            },
            use_dictionary=sorted(few),
            write_statistics=False,
            store_schema=False,  # texts are read as texts, however they were handed over
        )


def _few(cells: pa.Array) -> bool:
    import pyarrow as pa

    some = cells[:_LOOKED]
    different = (some.indices if pa.types.is_dictionary(some.type) else some).unique()
    return bool(len(different) * 2 < len(some))


def _as(kind: pa.DataType, cells: pa.Array) -> pa.Array:
    """Cells as a dictionary where one is wanted, and as themselves where none is."""
    import pyarrow as pa

    if cells.type == kind:
        return cells
    return cells.dictionary_encode() if pa.types.is_dictionary(kind) else cells.dictionary.take(cells.indices)
