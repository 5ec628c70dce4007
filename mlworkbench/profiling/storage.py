"""Columns of a stored table, one after another, in bounded memory: small tables whole, big ones as a stream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.profiling.columns import LONGEST, TOP, not_computed, of_numbers, of_times, of_words, profile_column
from mlworkbench.profiling.results import ColumnProfile, Pattern

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.data import Column

WHOLE_ROWS = 1_000_000  # up to here a column is read at once
MOST_WORDS = 200_000  # different values that are counted in memory; DuckDB counts more, on disk where it must
IN_MEMORY = 64_000_000  # numbers held in memory while they are sorted; more are sorted in a file of the scratch folder
GAP_COLUMNS = 60
MOST_PATTERNS = 20
_BATCH = 1 << 18


def open_table(file: Path) -> Any:
    """A table's file; words come as codes, as they are stored."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    words = [field.name for field in pq.read_schema(file) if pa.types.is_string(field.type)]
    return pq.ParquetFile(file, read_dictionary=words, pre_buffer=False)


def profile_stored(file: Any, place: Path, one: Column, folder: Path) -> ColumnProfile:
    """All figures of a stored column; what cannot be computed is said in its note.

    Parameters
    ----------
    file : pyarrow.parquet.ParquetFile
        From `open_table(place)`.
    folder : Path
        For what does not fit in memory.
    """
    import duckdb
    import pyarrow as pa

    rows = file.metadata.num_rows
    if rows <= WHOLE_ROWS:
        return profile_column(one.name, one.type, file.read([one.name], use_threads=False)[one.name])
    base: dict[str, Any] = {"name": one.name, "type": one.type, "missing": one.missing}
    kind = file.schema_arrow.field(one.name).type
    try:
        if pa.types.is_dictionary(kind) and one.distinct > MOST_WORDS:
            return ColumnProfile(**base, **_many_words(place, one.name, folder))
        if pa.types.is_dictionary(kind) or not (pa.types.is_primitive(kind) and not pa.types.is_boolean(kind)):
            return profile_column(one.name, one.type, _words(file, one.name))
        values, missing = _numbers(file, one.name, folder)
        base["missing"] = missing
        figures = of_times(values) if pa.types.is_timestamp(kind) else of_numbers(values)
        return ColumnProfile(**base, **figures)
    except (pa.ArrowException, duckdb.Error, ValueError, TypeError, OverflowError, ArithmeticError) as error:
        return not_computed(base, error)


def _words(file: Any, name: str) -> Any:
    import pyarrow as pa

    return pa.chunked_array(
        [batch.column(0) for batch in _stream(file, [name])], file.schema_arrow.field(name).type
    )  # codes only: four bytes per row


def _stream(file: Any, names: Sequence[str]) -> Iterator[Any]:
    return iter(file.iter_batches(batch_size=_BATCH, columns=list(names), use_threads=False))


def _numbers(file: Any, name: str, folder: Path) -> tuple[np.ndarray, int]:
    """The numbers of a column without its gaps, in one array, and how many gaps there are; times as microseconds."""
    import numpy as np
    import pyarrow as pa

    rows, kind = file.metadata.num_rows, file.schema_arrow.field(name).type
    whole = pa.types.is_timestamp(kind) or (pa.types.is_integer(kind) and rows <= IN_MEMORY)
    dtype = np.int64 if whole else np.float64
    fits = rows <= IN_MEMORY
    room: np.ndarray = np.empty(rows, dtype) if fits else np.memmap(folder / "numbers", dtype, "w+", shape=(rows,))
    filled = 0
    for batch in _stream(file, [name]):
        cells = batch.column(0)
        some = (cells.drop_null() if cells.null_count else cells).to_numpy(zero_copy_only=False)
        if some.dtype.kind == "M":
            some = some.astype("datetime64[us]").view(np.int64)
        room[filled : filled + len(some)] = some
        filled += len(some)
    return room[:filled], rows - filled


def _many_words(place: Path, name: str, folder: Path) -> dict[str, Any]:
    """Figures of words that are too many for memory: grouped by DuckDB, which goes to disk where it must."""
    import duckdb
    import numpy as np
    import pyarrow as pa

    column = '"' + name.replace('"', '""') + '"'
    with duckdb.connect(config={"memory_limit": "500MB", "temp_directory": str(folder), "threads": 2}) as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(
            f"CREATE TABLE found AS SELECT {column} AS word, count(*) AS size FROM read_parquet(?) "  # noqa: S608
            f"WHERE {column} IS NOT NULL GROUP BY 1",
            [str(place)],
        )
        top = connection.execute(
            "SELECT left(word, ?), size FROM found ORDER BY size DESC, word LIMIT ?", [LONGEST, TOP]
        ).fetchall()
        lengths = connection.execute(
            "SELECT length(word), sum(size)::BIGINT, count(*) FROM found GROUP BY 1 ORDER BY 1"
        ).fetchall()
    sizes = np.array([size for _, size, _ in lengths], dtype=np.int64)
    if not len(sizes):
        return of_words(pa.array([], pa.string()), sizes)
    middle = int(np.searchsorted(np.cumsum(sizes), (sizes.sum() + 1) // 2))
    return {
        "distinct": sum(different for _, _, different in lengths),
        "top": tuple((str(word), int(size)) for word, size in top),
        "lengths": (int(lengths[0][0]), int(lengths[middle][0]), int(lengths[-1][0])),
    }


def gaps_of(
    file: Any, columns: Sequence[ColumnProfile]
) -> tuple[tuple[Pattern, ...], int, tuple[tuple[str, str, int], ...]]:
    """Which combinations of gaps occur, how many there are, and the pairs of columns whose gaps coincide most.

    Of more than 60 columns with gaps, those with the most.
    """
    import numpy as np

    known = sorted((one for one in columns if one.missing), key=lambda one: (-one.missing, one.name))[:GAP_COLUMNS]
    names = [one.name for one in known]
    if not names:
        return (), 0, ()
    if len(names) == 1:  # nothing to read: what is not missing is complete
        rows, missing = file.metadata.num_rows, known[0].missing
        found = [Pattern((), rows - missing), Pattern((names[0],), missing)]
        return tuple(sorted((one for one in found if one.rows), key=lambda one: -one.rows)), 1 + (rows > missing), ()
    keys, offset = np.zeros(file.metadata.num_rows, dtype=_width(len(names))), 0
    for batch in _stream(file, names):
        for at, name in enumerate(names):  # by name: a batch's columns come in the order of the file
            cells = batch.column(name)
            if cells.null_count:
                mask = cells.is_null().to_numpy(zero_copy_only=False)
                keys[offset : offset + len(batch)] |= mask.astype(keys.dtype) << keys.dtype.type(at)
        offset += len(batch)
    return patterns_of(keys, names)


def _width(bits: int) -> str:
    return next(f"uint{size}" for size in (8, 16, 32, 64) if bits <= size)


def patterns_of(
    keys: np.ndarray, names: Sequence[str]
) -> tuple[tuple[Pattern, ...], int, tuple[tuple[str, str, int], ...]]:
    """Patterns from one key per row, whose bit n says that column n is missing."""
    import numpy as np

    if keys.dtype.itemsize <= 2:
        sizes = np.bincount(keys)
        found = np.flatnonzero(sizes).astype(np.uint64)
        sizes = sizes[found.astype(np.int64)]
    else:
        found, sizes = np.unique(keys, return_counts=True)
        found = found.astype(np.uint64)
    order = np.lexsort((found, -sizes))
    bits = (found[:, None] >> np.arange(len(names), dtype=np.uint64)) & np.uint64(1)
    patterns = tuple(
        Pattern(tuple(name for name, on in zip(names, bits[at], strict=True) if on), int(sizes[at]))
        for at in order[:MOST_PATTERNS]
    )
    both = (bits * sizes[:, None].astype(np.uint64)).astype(np.float64).T @ bits.astype(np.float64)
    pairs = [(names[i], names[j], int(both[i, j])) for i in range(len(names)) for j in range(i) if both[i, j]]
    return patterns, len(found), tuple(sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:10])


def repeated(keys: np.ndarray) -> int:
    """Rows beyond the first of each set of rows with the same key; sorts in place."""
    keys.sort()
    return int((keys[1:] == keys[:-1]).sum())
