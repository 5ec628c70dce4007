"""Row keys: a 64-bit hash per row of what its cells say, whatever type they were read as.

"29.85", 29.85 and "29.850" are one value; so are "", null, NaN and the usual null words; "2011-01-01"
and that day's midnight; "TRUE" and True. Identical rows have identical keys in every process and on
every machine. What depends on a choice stays apart: "01/02/2020" is text, as its day is not certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlworkbench.data import dates
from mlworkbench.data.arrays import NULL_WORDS, as_numpy, may_be_number, normalise
from mlworkbench.data.plan import NUMBER, match

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

_SALT = "mlworkbench row!"  # 16 bytes: the key of the string hash; changing it changes every row key
MISSING, _TIME = 0x9E3779B97F4A7C15, 0x5851F42D4C957F2D
_EXACT = float(2**53)
_LONGEST = max(len(word.encode()) for word in ("false", *NULL_WORDS))
_SAMPLE = 1000  # cells: where most of them differ, a dictionary of all would gain nothing
_ISO = dates.DateReading("year-month-day", True, False)


def row_keys(table: pa.Table | pd.DataFrame, columns: Sequence[str] | None = None) -> np.ndarray:
    """One key per row over the named columns, taken in sorted order.

    Parameters
    ----------
    table : pyarrow.Table or pandas.DataFrame
        Raw or typed. A frame for learning has lost the digits of whole numbers beyond 2^53; take those from the table.
    columns : sequence of str, optional
        Default: all.

    Returns
    -------
    numpy.ndarray of uint64, one per row
    """
    names = sorted(columns if columns is not None else [str(name) for name in _names(table)])
    return joined_keys(len(table), [value_keys(_column(table, name)) for name in names])


def joined_keys(rows: int, columns: Sequence[np.ndarray]) -> np.ndarray:
    """Row keys, from the cells' keys of each column; the columns in sorted order of their names."""
    import numpy as np

    keys = np.full(rows, len(columns), dtype=np.uint64)
    for cells in columns:
        keys *= np.uint64(0x100000001B3)
        keys ^= cells
        keys = mix(keys, spare=True)
    return keys


def _names(table: Any) -> Any:
    return table.column_names if hasattr(type(table), "column_names") else table.columns


def _column(table: Any, name: str) -> Any:
    import pyarrow as pa

    if hasattr(type(table), "column_names"):
        return table[name]
    series = table[name]
    if series.dtype == object:
        return pa.array([None if cell is None or cell != cell else str(cell) for cell in series], pa.string())
    return pa.array(series, from_pandas=True)


def value_keys(column: Any) -> np.ndarray:
    """One key per cell of an Arrow array, by what the cell says."""
    import numpy as np
    import pyarrow as pa

    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks == 1 else normalise(column).combine_chunks()
    if not (pa.types.is_dictionary(column.type) and _are_words(column.dictionary)):
        column = normalise(column)
    kind = column.type
    if pa.types.is_string(kind) and len(column[:_SAMPLE].unique()) > _SAMPLE // 2:
        return text_keys(column.fill_null(""))
    if pa.types.is_string(kind) or pa.types.is_dictionary(kind):
        encoded = column.dictionary_encode() if pa.types.is_string(kind) else column
        hashed = text_keys(encoded.dictionary)
        codes = as_numpy(encoded.indices.fill_null(len(hashed)))
        keys: np.ndarray = np.append(hashed, np.uint64(MISSING))[codes]
        return keys
    gone = as_numpy(column.is_null()) if column.null_count else None
    if pa.types.is_boolean(kind):
        words = _strings(np.array(["false", "true"], dtype=object))
        keys = words[as_numpy(column.fill_null(False).cast(pa.int64()))]
    elif pa.types.is_timestamp(kind):
        micro = as_numpy(column.cast(pa.int64()).fill_null(0))
        keys = mix(micro.astype(np.uint64) ^ np.uint64(_TIME), spare=True)
    elif pa.types.is_integer(kind):
        whole = as_numpy(column.fill_null(0) if column.null_count else column)
        doubles = whole.astype(np.float64)
        keys = _numbers(doubles)
        large = _large(doubles)
        keys[large] = _strings(np.array([str(number) for number in whole[large].tolist()], dtype=object))
    else:
        keys = _numbers(as_numpy(column.fill_null(0.0) if column.null_count else column))
    if gone is not None:
        keys[gone] = np.uint64(MISSING)
    return keys


def _are_words(values: pa.Array) -> bool:
    import pyarrow as pa

    return pa.types.is_string(values.type) and not values.null_count


def mix(keys: np.ndarray, *, spare: bool = False) -> np.ndarray:
    """Spread 64-bit keys evenly (the finaliser of splitmix64, Steele et al. 2014), spare ones in their place."""
    import numpy as np

    if not spare:
        keys = keys.astype(np.uint64)
    keys ^= keys >> np.uint64(30)
    keys *= np.uint64(0xBF58476D1CE4E5B9)
    keys ^= keys >> np.uint64(27)
    keys *= np.uint64(0x94D049BB133111EB)
    keys ^= keys >> np.uint64(31)
    return keys


def _numbers(numbers: np.ndarray) -> np.ndarray:
    import numpy as np

    keys = mix((numbers + 0.0).view(np.uint64) + np.uint64(1), spare=True)
    large = _large(numbers)
    keys[large] = _strings(np.array([str(int(number)) for number in numbers[large]], dtype=object))
    return keys


def _large(numbers: np.ndarray) -> np.ndarray:
    """Places of finite doubles that may stand for several whole numbers."""
    import numpy as np

    if not len(numbers) or max(numbers.max(), -numbers.min()) < _EXACT:  # neither holds beside NaN
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.isfinite(numbers) & (np.abs(numbers) >= _EXACT))


def _strings(values: np.ndarray) -> np.ndarray:
    import numpy as np
    from pandas.util import hash_array

    keys: np.ndarray = hash_array(values, hash_key=_SALT, categorize=False) if len(values) else np.empty(0, np.uint64)
    return keys


def word_hashes(texts: pa.Array) -> np.ndarray:
    """A hash per text, none of them null: the key of those that are nothing but words."""
    return _strings(as_numpy(texts))


def text_keys(values: pa.Array, hashes: np.ndarray | None = None) -> np.ndarray:
    """Keys of texts, none of them null: as a number where they are one, as a time where they are an ISO one.

    Parameters
    ----------
    hashes : numpy.ndarray, optional
        Their `word_hashes`, where they are known.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    text = pc.utf8_trim_whitespace(values)
    if not may_be_number(text).any():
        return _words(values, text, hashes)
    if (times := dates.plain_times(text)) is not None:
        return value_keys(times)
    number = match(text, NUMBER)
    keys = np.empty(len(text), dtype=np.uint64)
    keys[number] = _number_texts(text.filter(pa.array(number)))
    rest, trimmed = values.filter(pa.array(~number)), text.filter(pa.array(~number))
    words = _words(rest, trimmed, None if hashes is None else hashes[~number])
    iso = match(trimmed, r"^\d{4}-\d{2}-\d{2}")
    if iso.any():
        times = dates.parse(trimmed.filter(pa.array(iso)), _ISO)
        valid = as_numpy(times.is_valid())
        words[np.flatnonzero(iso)[valid]] = value_keys(times)[valid]
    keys[~number] = words
    return keys


def _words(values: pa.Array, trimmed: pa.Array, hashes: np.ndarray | None) -> np.ndarray:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    keys = word_hashes(values) if hashes is None else hashes
    if (pc.min(pc.binary_length(trimmed)).as_py() or 0) > _LONGEST:
        return keys
    keys = keys.copy()
    lower = pc.utf8_lower(trimmed)
    flags = as_numpy(pc.is_in(lower, pa.array(["true", "false"])))
    keys[flags] = word_hashes(lower.filter(pa.array(flags)))
    keys[as_numpy(pc.is_in(trimmed, pa.array(["", *NULL_WORDS])))] = np.uint64(MISSING)
    return keys


def _number_texts(text: pa.Array) -> np.ndarray:
    import numpy as np
    import pyarrow as pa

    doubles = as_numpy(text.cast(pa.float64()))
    keys = _numbers(doubles)
    large = np.flatnonzero(np.abs(doubles) >= _EXACT)
    if len(large):
        cells = text.take(pa.array(large))
        whole = match(cells, r"^[+-]?\d+$")
        exact = [str(int(cell)) for cell in cells.filter(pa.array(whole)).to_pylist()]
        keys[large[whole]] = _strings(np.array(exact, dtype=object))
    return keys
