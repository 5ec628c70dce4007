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
from mlworkbench.data.plan import Plan, by_value, coded, told
from mlworkbench.data.rawcells import ROWS, RawCells, raw_cells
from mlworkbench.data.readers import Raw
from mlworkbench.data.texts import LONG
from mlworkbench.data.typed_table import TypedTable
from mlworkbench.errors import InvalidInput
from mlworkbench.jobs import Progress

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def named_columns(
    found: Sequence[str], said: Sequence[str] | None
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The names that a person gave the columns, or those of the file, made unique; and what was changed."""
    if said is None:
        return unique_names(found)
    if len(said) != len(found):
        raise InvalidInput(
            f"{len(said)} names were given; the file has {len(found)} columns. Give one name for each.",
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

    cells, reading_one = raw_cells(raw.path), Lock()
    sizes = cells.sizes()
    pa.default_memory_pool().release_unused()
    said = {key: reading.get(key) for key in ("decimal", "thousands")} | {"hint": raw.decimal}

    def look_at(one: tuple[str, str]) -> Plan:
        name, source = one
        return study(
            name,
            _pieces(cells, raw.rows, source, reading_one),
            source=source,
            type=types.get(name),
            null_words=reading.get("null_words"),
            day_first=reading.get("day_first"),
            said=said,
        )

    columns = list(zip(names, cells.schema.names, strict=True))
    order = sorted(
        range(len(columns)), key=lambda place: -sizes[place]
    )  # the longest first: no thread waits at the end
    plans: dict[int, Plan] = {}
    for place, plan in zip(order, in_order(look_at, [columns[place] for place in order]), strict=True):
        plans[place] = plan
        progress.update(0.5 + 0.2 * len(plans) / len(names), f"Looked at column {len(plans)} of {len(names)}")
    return tuple(plans[place] for place in range(len(columns)))


def _pieces(cells: RawCells, rows: int, source: str, reading_one: Lock) -> Pieces:
    """A column of the raw cells, read piece by piece or whole, by one thread at a time."""
    import pyarrow as pa

    def each() -> Iterator[pa.Array]:
        pieces = cells.pieces(source)
        while True:
            with reading_one:
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def whole() -> pa.ChunkedArray:
        with reading_one:
            return cells.column(source)

    if rows < LONG:  # opening each of its pieces would take longer than its cells
        return Pieces.of(normalise(whole()))
    return Pieces(rows, pa.types.is_string(cells.schema.field(source).type), each, whole)


def write_typed(raw: Raw, plans: Sequence[Plan], target: Path, tick: Any) -> np.ndarray:
    """Stream the raw table into a typed one; the key of each row, from its raw cells."""
    import pyarrow as pa

    from mlworkbench.data.keys import row_keys

    def typed(batch: pa.RecordBatch) -> tuple[np.ndarray, list[pa.Array]]:
        columns = [by_value(cells, plan) for cells, plan in zip(batch.columns, plans, strict=True)]
        arrays = [coded(cells, plan) for cells, plan in zip(columns, plans, strict=True)]
        said = {
            plan.name: made if plan.plain and plan.type in ("integer", "number") else told(cells, plan)
            for cells, made, plan in zip(columns, arrays, plans, strict=True)
        }
        return row_keys(pa.table(said)), arrays

    with TypedTable(target, plans) as table:
        for keys, arrays in in_order(typed, raw_cells(raw.path).batches(ROWS)):
            table.write(keys, arrays)
            tick(table.rows / raw.rows)
    return table.keys()
