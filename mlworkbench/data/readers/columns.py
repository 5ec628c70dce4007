"""Typed columns of a binary format (Parquet, Feather) made ones that the rest can hold, each change counted.

Structs become columns on request; what stays nested becomes JSON text. Times become microseconds, and those outside
the years 1 to 9999 become missing, never another date. Long decimals and large unsigned numbers become text, exactly.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.data.readers import Raw, Tick
from mlworkbench.errors import InvalidInput, listing

if TYPE_CHECKING:
    import pyarrow as pa

LARGEST = 2**31 - 1  # bytes of one column
_FIRST, _LAST = -62_135_596_800_000_000, 253_402_300_799_999_999  # the years 1 to 9999 in microseconds


def is_plain(kind: pa.DataType) -> bool:
    """Whether cells of that type are passed on as they are."""
    import pyarrow as pa

    whole = pa.types.is_integer(kind) and kind != pa.uint64()
    short = pa.types.is_decimal(kind) and kind.precision <= 15
    return bool(whole or short or pa.types.is_boolean(kind) or pa.types.is_floating(kind) or pa.types.is_string(kind))


class Columns:
    """Turns batches of a schema into batches of plain columns, and counts what it did."""

    def __init__(self, schema: pa.Schema, *, flatten: bool) -> None:
        import pyarrow as pa

        found = list(_leaves(schema, flatten))
        self.ways = [way for way, _, _ in found]
        self.names = tuple(name for _, name, _ in found)
        self.nested = [name for _, name, kind in found if pa.types.is_nested(_inner(kind))]
        self.schema = pa.schema([(f"c{place}", _target(kind)) for place, (_, _, kind) in enumerate(found)])
        self.bytes = [0] * len(found)
        self.beyond: dict[str, int] = {}
        self.cut: dict[str, int] = {}
        self.odd: dict[str, int] = {}

    def batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch as plain columns.

        Raises
        ------
        InvalidInput
            When a column is larger than is taken.
        """
        import pyarrow as pa

        arrays = []
        for place, way in enumerate(self.ways):
            array = batch.column(way[0])
            for step in way[1:]:
                array = _storage(array).flatten()[step]
            array = _storage(array)
            if pa.types.is_dictionary(array.type):
                self._weigh(place, _unpacked(array))
                array = array.cast(array.type.value_type)
            else:
                self._weigh(place, array.nbytes)
            arrays.append(self._plain(array, self.names[place]))
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _weigh(self, place: int, size: int) -> None:
        self.bytes[place] += size
        if size > LARGEST // 4 or self.bytes[place] > LARGEST:
            raise too_large(self.names[place])

    def _plain(self, array: pa.Array, name: str) -> pa.Array:
        import pyarrow as pa

        kind, types = array.type, pa.types
        if types.is_dictionary(kind):
            array = array.cast(kind.value_type)
            kind = array.type
        if types.is_nested(kind):
            return pa.array([None if text == "null" else text for text in json_texts(array)], pa.string())
        if types.is_timestamp(kind) or types.is_date(kind):
            return self._time(array, name)
        if _is_bytes(kind):
            return self._letters(array, name)
        return array if array.type == _target(kind) else pa.array(_texts(array), pa.string())

    def _letters(self, array: pa.Array, name: str) -> pa.Array:
        import pyarrow as pa

        values = array.cast(pa.large_binary())
        try:
            return values.cast(pa.large_string()).cast(pa.string())
        except pa.ArrowInvalid:
            texts = [None if cell is None else cell.decode("utf-8", "backslashreplace") for cell in values.to_pylist()]
            same = zip(texts, values.to_pylist(), strict=True)
            odd = sum(text is not None and text.encode("utf-8", "replace") != cell for text, cell in same)
            self.odd[name] = self.odd.get(name, 0) + odd
            return pa.array(texts, pa.string())

    def _time(self, array: pa.Array, name: str) -> pa.Array:
        import pyarrow as pa
        import pyarrow.compute as pc

        kind = array.type
        if pa.types.is_date(kind):
            array = array.cast(pa.int32() if pa.types.is_date32(kind) else pa.int64()).cast(pa.int64())
            parts = 86_400_000_000 if pa.types.is_date32(kind) else 1000
            zone = None
        else:
            array, zone = array.cast(pa.int64()), kind.tz
            parts = {"s": 1_000_000, "ms": 1000, "us": 1, "ns": 0}[kind.unit]
        if parts == 0:
            whole = pc.divide(pc.if_else(pc.less(array, 0), pc.subtract(array, 999), array), 1000)
            lost = pc.sum(pc.not_equal(pc.multiply(whole, 1000), array)).as_py() or 0
            if lost:
                self.cut[name] = self.cut.get(name, 0) + lost
            return whole.cast(pa.timestamp("us", zone)).cast(pa.timestamp("us"))
        good = pc.and_(pc.greater_equal(array, _FIRST // parts), pc.less_equal(array, _LAST // parts))
        beyond = len(array) - array.null_count - (pc.sum(good).as_py() or 0)
        if beyond:
            self.beyond[name] = self.beyond.get(name, 0) + beyond
            array = pc.if_else(good, array, None)
        return pc.multiply(array, parts).cast(pa.timestamp("us", zone)).cast(pa.timestamp("us"))

    def notes(self) -> tuple[tuple[str, int, str], ...]:
        """What was done to the cells, with counts."""
        made = []
        if self.nested:
            text = f"{len(self.nested)} columns hold nested values, kept as JSON text: {listing(self.nested)}. "
            made.append(("nested_columns", len(self.nested), text + "The option flatten makes columns of their parts."))
        for code, counts, words in (
            ("unrepresentable_times", self.beyond, "times are outside the years 1 to 9999 and were read as missing"),
            ("cut_nanoseconds", self.cut, "times have nanoseconds, of which the last three digits were cut"),
            ("bytes_as_text", self.odd, "cells hold bytes that are no UTF-8, written as \\x.. in the text"),
        ):
            if total := sum(counts.values()):
                made.append((code, total, f"{total:,} {words}. Columns: {listing(counts)}."))
        return tuple(made)


def write(
    columns: Columns, batches: Iterable[pa.RecordBatch], rows: int, scratch: Path, tick: Tick
) -> tuple[Path, int]:
    """Stream batches into a Parquet file of plain columns; the file and the rows in it."""
    import pyarrow.parquet as pq

    target, done = scratch / "raw.parquet", 0
    with pq.ParquetWriter(target, columns.schema, compression="lz4") as writer:
        for batch in batches:
            writer.write_batch(columns.batch(batch))
            done += len(batch)
            tick(min(1.0, done / rows) if rows else 0.5)
    return target, done


def made(columns: Columns, path: Path, rows: int, reader: str, options: Any) -> Raw:
    """What the reader hands on."""
    reading = {"reader": reader, **({"flatten": True} if options.get("flatten") else {})}
    return Raw(path, columns.names, rows, reading=reading, notes=columns.notes())


def too_large(name: str) -> InvalidInput:
    """The refusal of a column that unpacks to more than is taken."""
    return InvalidInput(
        f"The column {name[:80]!r} is too large when unpacked (more than {LARGEST / 1e9:.1f} GB, or a few rows of it "
        "fill the memory). Leave the column out, or send fewer rows.",
        field="source",
    )


def _leaves(fields: Any, flatten: bool, way: tuple[int, ...] = (), stem: str = "") -> Any:
    import pyarrow as pa

    for place, field in enumerate(fields):
        name, kind = stem + field.name, _inner(field.type)
        if flatten and pa.types.is_struct(kind) and kind.num_fields:
            yield from _leaves(kind, flatten, (*way, place), f"{name}.")
        else:
            yield (*way, place), name, kind


def _inner(kind: Any) -> Any:
    import pyarrow as pa

    while isinstance(kind, pa.BaseExtensionType):
        kind = kind.storage_type
    return kind


def _storage(array: Any) -> Any:
    import pyarrow as pa

    while isinstance(array, pa.ExtensionArray):
        array = array.storage
    return array


def _is_bytes(kind: Any) -> bool:
    import pyarrow as pa

    views = (pa.binary_view(), pa.string_view(), pa.large_string())
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or kind in views
    )


def _target(kind: Any) -> Any:
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        return _target(_inner(kind.value_type))
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return pa.timestamp("us")
    return kind if is_plain(kind) else pa.string()


def _unpacked(array: Any) -> int:
    """Bytes of a dictionary array when each cell has its own copy."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not (pa.types.is_string(array.type.value_type) or _is_bytes(array.type.value_type)):
        return int(array.nbytes)
    lengths = pc.binary_length(array.dictionary).cast(pa.int64())
    return 4 * len(array) + (pc.sum(lengths.take(array.indices)).as_py() or 0)


def _texts(array: Any) -> list[str | None]:
    """Cells of a type that has no better form, as text."""
    import pyarrow as pa

    if pa.types.is_duration(array.type):
        unit, whole = array.type.unit, array.cast(pa.int64()).to_pylist()
        return [None if cell is None else _duration(cell, unit) for cell in whole]
    try:
        return list(array.cast(pa.string()).to_pylist())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return [None if cell is None else str(cell) for cell in array.to_pylist()]


def _duration(cell: int, unit: str) -> str:
    """A duration as hours, minutes and seconds: "26:00:00", "-0:00:00.5"."""
    parts = {"s": 1, "ms": 1000, "us": 1_000_000, "ns": 1_000_000_000}[unit]
    seconds, rest = divmod(abs(cell), parts)
    fraction = f".{rest:0{len(str(parts)) - 1}d}".rstrip("0") if rest else ""
    return f"{'-' if cell < 0 else ''}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"


def json_texts(array: Any) -> list[str]:
    """Each cell as JSON, numbers with all their digits; "null" where there is none."""
    import pyarrow as pa

    array, types = _storage(array), pa.types
    if types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    kind = array.type
    there = array.is_valid().to_pylist()
    if types.is_struct(kind):
        names = [json.dumps(field.name, ensure_ascii=False) for field in kind]
        parts = [json_texts(child) for child in array.flatten()]
        rows = zip(*parts, strict=True) if parts else itertools.repeat((), len(array))
        whole = ("{" + ", ".join(f"{n}: {c}" for n, c in zip(names, row, strict=True)) + "}" for row in rows)
        return [text if ok else "null" for text, ok in zip(whole, there, strict=True)]
    if types.is_map(kind):
        pairs = pa.struct([pa.field("key", kind.key_type), pa.field("value", kind.item_type)])
        return json_texts(array.cast(pa.list_(pairs)))
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        import pyarrow.compute as pc

        cells = iter(json_texts(array.flatten()))
        sizes = pc.list_value_length(array).to_pylist()
        return ["null" if n is None else f"[{', '.join(itertools.islice(cells, n))}]" for n in sizes]
    if types.is_nested(kind):
        return [json.dumps(cell, default=str, ensure_ascii=False) for cell in array.to_pylist()]
    if types.is_boolean(kind):
        return ["null" if cell is None else "true" if cell else "false" for cell in array.to_pylist()]
    if types.is_timestamp(kind) and kind.tz:
        array = array.cast(pa.timestamp(kind.unit))
    bare = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    texts = _texts(array) if not _is_bytes(kind) else _decoded(array)
    return ["null" if text is None else text if bare else json.dumps(text, ensure_ascii=False) for text in texts]


def _decoded(array: Any) -> list[str | None]:
    import pyarrow as pa

    cells = array.cast(pa.large_binary()).to_pylist()
    return [None if cell is None else cell.decode("utf-8", "backslashreplace") for cell in cells]
