"""From raw cells to a typed table: names made unique, columns studied, rows converted and keyed, in two threads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from mlworkbench.data.arrays import normalise
from mlworkbench.data.inference import study
from mlworkbench.data.parallel import in_order
from mlworkbench.data.pieces import Pieces
from mlworkbench.data.plan import Plan, convert, storage, told
from mlworkbench.data.readers import Raw
from mlworkbench.data.texts import LONG
from mlworkbench.errors import InvalidInput
from mlworkbench.jobs import Progress

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

_BATCH = 65_536  # rows


def named_columns(raw: Raw, said: Sequence[str] | None) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The names that a person gave the columns, or those of the file, made unique; and what was changed."""
    if said is None:
        return unique_names(raw.names)
    if len(said) != len(raw.names):
        raise InvalidInput(
            f"{len(said)} names were given; the file has {len(raw.names)} columns. Give one name for each.",
            field="reading",
        )
    return unique_names([name.strip() for name in said])


def unique_names(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Names without blanks and doubles, and what was changed: "a", "a", "" → "a", "a_2", "column_3"."""
    taken: set[str] = set()
    spoken = {name for name in names if name}
    result, renamed = [], []
    for place, old in enumerate(names):
        stem = old or f"column_{place + 1}"
        new, number = stem, 1
        while new in taken or (new != old and new in spoken):
            number += 1
            new = f"{stem}_{number}"
        if new != old:
            renamed.append((old, new))
        taken.add(new)
        result.append(new)
    return tuple(result), tuple(renamed)


def study_columns(
    raw: Raw, names: Sequence[str], types: Mapping[str, str], reading: Mapping[str, Any], progress: Progress
) -> tuple[Plan, ...]:
    """What each column is; a type that a person chose stands."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(raw.path, pre_buffer=False)
    reading_one = Lock()
    groups = [file.metadata.row_group(at) for at in range(min(4, file.metadata.num_row_groups))]
    sizes = [sum(group.column(place).total_compressed_size for group in groups) for place in range(len(names))]
    pa.default_memory_pool().release_unused()
    said = {key: reading.get(key) for key in ("decimal", "thousands")} | {"hint": raw.decimal}

    def look_at(one: tuple[str, str]) -> Plan:
        name, source = one
        return study(
            name,
            _pieces(file, source, reading_one),
            source=source,
            type=types.get(name),
            null_words=reading.get("null_words"),
            day_first=reading.get("day_first"),
            said=said,
        )

    columns = list(zip(names, file.schema_arrow.names, strict=True))
    order = sorted(
        range(len(columns)), key=lambda place: -sizes[place]
    )  # the longest first: no thread waits at the end
    plans: dict[int, Plan] = {}
    for place, plan in zip(order, in_order(look_at, [columns[place] for place in order]), strict=True):
        plans[place] = plan
        progress.update(0.5 + 0.2 * len(plans) / len(names), f"Looked at column {len(plans)} of {len(names)}")
    return tuple(plans[place] for place in range(len(columns)))


def _pieces(file: pq.ParquetFile, source: str, reading_one: Lock) -> Pieces:
    """A column of the raw file, read group by group or whole, by one thread at a time."""
    import pyarrow as pa

    def each() -> Iterator[pa.Array]:
        for groups in _together(file.metadata):
            with reading_one:
                column = file.read_row_groups(groups, [source]).column(0)
            yield from column.chunks

    def whole() -> pa.ChunkedArray:
        with reading_one:
            return file.read([source])[0]

    if file.metadata.num_rows < LONG:  # opening each of its groups would take longer than its cells
        return Pieces.of(normalise(whole()))
    text = pa.types.is_string(file.schema_arrow.field(source).type)
    return Pieces(file.metadata.num_rows, text, each, whole)


def _together(file: pq.FileMetaData) -> list[list[int]]:
    """The groups of a file in batches of many rows: a wide table has few in each, and each costs to be opened."""
    batches: list[list[int]] = [[]]
    rows = 0
    for group in range(file.num_row_groups):
        batches[-1].append(group)
        rows += file.row_group(group).num_rows
        if rows >= _BATCH:
            batches.append([])
            rows = 0
    return [some for some in batches if some]


def write_typed(raw: Raw, plans: Sequence[Plan], target: Path, tick: Any) -> np.ndarray:
    """Stream the raw table into a typed one (Parquet, zstd); the key of each row, from its raw cells."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from mlworkbench.data.keys import row_keys

    schema = pa.schema([(plan.name, storage(plan.type)) for plan in plans])
    keys = np.zeros(raw.rows, dtype=np.uint64)
    done = 0

    def typed(batch: pa.RecordBatch) -> tuple[np.ndarray, pa.RecordBatch]:
        arrays = [convert(cells, plan) for cells, plan in zip(batch.columns, plans, strict=True)]
        said = {
            plan.name: made if plan.plain and plan.type in ("integer", "number") else told(cells, plan)
            for cells, made, plan in zip(batch.columns, arrays, plans, strict=True)
        }
        return row_keys(pa.table(said)), pa.RecordBatch.from_arrays(arrays, schema=schema)

    few = [plan.name for plan in plans if plan.distinct * 4 < plan.rows]  # others gain nothing from a dictionary
    with pq.ParquetWriter(target, schema, compression="zstd", use_dictionary=few) as writer:
        batches = pq.ParquetFile(raw.path, pre_buffer=False).iter_batches(batch_size=_BATCH)
        for some, batch in in_order(typed, batches):
            keys[done : done + len(batch)] = some
            writer.write_batch(batch)
            done += len(batch)
            tick(done / raw.rows)
    return keys
