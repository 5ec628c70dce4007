"""Arrow arrays brought to five kinds (string, int64, double, bool, timestamp[us]), and work on distinct values."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mlworkbench.errors import InvalidInput

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from mlworkbench.data.pieces import Pieces

_TOGETHER = 100_000
NULL_WORDS = (
    "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "Null", "None", "none", "#N/A", "<NA>", "NaT", "?",
    "-", "--", "---", "–", "—", ".", "..", "...", "*", "**", "***", "****", "*****",
)  # fmt: skip


def normalise(array: Any) -> Any:
    """An array or chunked array as string, int64, double, bool or timestamp[us] without zone.

    NaN becomes null; float32 becomes the double that prints alike; decimals become double (whole ones
    int64); times with a zone become UTC; unsigned integers beyond int64, durations, times, bytes and
    nested values become text.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = array.type
    if pa.types.is_dictionary(kind):
        array = array.cast(kind.value_type)
        kind = array.type
    if pa.types.is_string(kind) or pa.types.is_boolean(kind) or kind == pa.int64():
        return array
    if pa.types.is_null(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return array.cast(pa.string())
    if pa.types.is_integer(kind):
        return _or_text(array, pa.int64())
    if pa.types.is_float16(kind) or pa.types.is_float32(kind):
        array = array.cast(pa.float32()).cast(pa.string()).cast(pa.float64())
    if pa.types.is_decimal(kind):
        return _or_text(array, pa.int64()) if kind.scale == 0 else array.cast(pa.float64())
    if pa.types.is_floating(array.type):
        return pc.if_else(pc.is_nan(array), None, array) if pc.any(pc.is_nan(array)).as_py() else array
    if pa.types.is_date(kind):
        return array.cast(pa.timestamp("us"))
    if pa.types.is_timestamp(kind):
        return array.cast(pa.timestamp("us", tz=kind.tz), safe=False).cast(pa.timestamp("us"))
    try:
        values = [None if cell is None else _as_text(cell) for cell in array.to_pylist()]
    except (OverflowError, ValueError) as error:
        raise InvalidInput(
            f"A column of type {str(kind)[:80]} holds a value that cannot be written as text: {error}. "
            "Leave the column out, or flatten it before sending the file.",
            field="source",
        ) from error
    return (
        pa.chunked_array([values], pa.string()) if isinstance(array, pa.ChunkedArray) else pa.array(values, pa.string())
    )


def _or_text(array: Any, kind: Any) -> Any:
    import pyarrow as pa

    try:
        return array.cast(kind)
    except pa.ArrowInvalid:
        return array.cast(pa.string())


def _as_text(cell: object) -> str:
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "backslashreplace")
    return json.dumps(cell, default=str, ensure_ascii=False) if isinstance(cell, list | dict) else str(cell)


def as_numpy(array: Any) -> np.ndarray:
    """An array or chunked array as a numpy array, copied where it must be."""
    values: np.ndarray = array.to_numpy(zero_copy_only=False)
    return values


def bytes_of(texts: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The bytes behind an array of strings without null.

    Returns
    -------
    sizes, starts : numpy.ndarray of int64
        Of each text: how many bytes, and where they begin.
    data : numpy.ndarray of uint8
        All bytes, and eight zeros after them.
    """
    import numpy as np

    if not len(texts):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.zeros(8, dtype=np.uint8)
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    first, last = int(offsets[0]), int(offsets[-1])
    data = np.zeros(last - first + 8, dtype=np.uint8)
    if last > first:
        data[:-8] = np.frombuffer(texts.buffers()[2], dtype=np.uint8)[first:last]
    starts = offsets[:-1].astype(np.int64) - first
    return np.diff(offsets).astype(np.int64), starts, data


def may_be_number(texts: pa.Array) -> np.ndarray:
    """Which texts, without null and trimmed, begin as a number or an ISO date does: with a digit, a sign or a point."""
    import numpy as np

    begins = np.zeros(256, dtype=bool)
    begins[np.frombuffer(b"+-.0123456789", dtype=np.uint8)] = True
    _, starts, data = bytes_of(texts)
    found: np.ndarray = begins[data[starts]]
    return found


def to_text(array: pa.Array) -> pa.Array:
    """A normalised array as strings: whole doubles without ".0", True and False, ISO times."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(array.type):
        return array
    if pa.types.is_boolean(array.type):
        return pc.if_else(array, "True", "False")
    text = array.cast(pa.string())
    if pa.types.is_timestamp(array.type):
        text = pc.replace_substring_regex(text, r"( 00:00:00)?\.000000$", "")
    return text


def on_distinct(array: pa.Array, work: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Apply `work` to the different values of an array only, and put the results back in place."""
    encoded = array.dictionary_encode()
    return work(encoded.dictionary).take(encoded.indices)


class Counter:
    """Counts the different texts of a column that comes in pieces."""

    def __init__(self) -> None:
        import numpy as np
        import pyarrow as pa

        self._values, self._counts = pa.array([], pa.string()), np.empty(0, dtype=np.int64)
        self._new: list[pa.Array] = []
        self._sizes: list[np.ndarray] = []

    def add(self, values: pa.Array, counts: np.ndarray) -> int:
        """Add the different values of a piece; at most so many are held in all."""
        self._new.append(values)
        self._sizes.append(counts)
        if sum(map(len, self._new)) > max(_TOGETHER, len(self._values)):
            self._join()
        return len(self._values) + sum(map(len, self._new))

    def counted(self) -> tuple[pa.Array, np.ndarray]:
        """The different values in order of appearance, and how often each occurs."""
        if self._new:
            self._join()
        return self._values, self._counts

    def _join(self) -> None:
        import numpy as np
        import pyarrow as pa

        encoded = pa.concat_arrays([self._values, *self._new]).dictionary_encode()
        sums = np.bincount(as_numpy(encoded.indices), weights=np.concatenate([self._counts, *self._sizes]))
        self._values, self._counts, self._new, self._sizes = encoded.dictionary, sums.astype(np.int64), [], []


def count_texts(column: Pieces) -> tuple[pa.Array, Any]:
    """`count_values` of a column of strings, piece by piece."""
    counter = Counter()
    for piece in column.each():
        counter.add(*count_values(piece))
    return counter.counted()


def count_values(column: Any) -> tuple[pa.Array, Any]:
    """The different values of a column without null and "" in order of appearance, and how often each occurs."""
    import pyarrow as pa
    import pyarrow.compute as pc

    counted = pc.value_counts(column)
    values, counts = counted.field("values"), counted.field("counts")
    keep = values.is_valid()
    if pa.types.is_string(values.type):
        keep = pc.and_(keep, pc.not_equal(pc.fill_null(values, ""), ""))
    return values.filter(keep), counts.filter(keep).to_numpy()
