"""A column read as the type that was promised. Needs pandas and pyarrow.

This file is a part of the script that a contract is exported as.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

NUMBERS, MOMENTS = ("number", "integer"), ("datetime",)
NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"


@dataclass(frozen=True)
class Cells:
    """A column read as its promised type: what has no value, and what has one that cannot be read, is missing."""

    typed: pd.Series
    missing: Any
    unreadable: Any


def read_cells(cells: pd.Series, kind: str) -> Cells:
    """Numbers may come as plain text, dates as ISO 8601 text, words as numbers; blank text is missing."""
    cells = cells.reset_index(drop=True)
    if isinstance(cells.dtype, pd.CategoricalDtype | pd.StringDtype):
        cells = cells.astype(object)
    try:
        missing = cells.isna().to_numpy(bool)
    except InvalidOperation:  # pandas stumbles over a signalling NaN
        whole = [None if isinstance(cell, Decimal) and cell.is_nan() else cell for cell in cells]
        cells = pd.Series(whole, dtype=object)
        missing = cells.isna().to_numpy(bool)
    text = None
    if cells.dtype == object:
        if pd.api.types.infer_dtype(cells, skipna=True) in ("string", "empty"):
            text = arrow_texts(cells)
            missing = missing | mask(pc.equal(pc.utf8_trim_whitespace(text), ""))
        else:
            blank = (isinstance(cell, str) and not cell.strip() for cell in cells)
            missing = missing | np.fromiter(blank, bool, len(cells))
    read = _numbers if kind in NUMBERS else _moments if kind in MOMENTS else _words
    typed = read(cells, text, missing)
    unreadable = typed.isna().to_numpy(bool) & ~missing
    if kind == "integer" and typed.dtype.kind == "f":
        values = typed.to_numpy()
        broken = np.isfinite(values) & (values != np.floor(values))
        typed, unreadable = typed.mask(broken), unreadable | broken
    return Cells(typed, missing, unreadable)


def arrow_texts(cells: pd.Series) -> pa.Array:
    """Texts for Arrow, which knows no half of a surrogate pair."""
    try:
        return pa.array(cells, pa.large_string(), from_pandas=True)
    except UnicodeEncodeError:
        whole = [one.encode("utf-8", "replace").decode() if isinstance(one, str) else None for one in cells]
        return pa.array(whole, pa.large_string())


def mask(found: Any) -> Any:
    return pc.fill_null(found, False).to_numpy(zero_copy_only=False)


def matches(text: pa.Array, pattern: str) -> Any:
    """Whether all of a text is of the pattern (RE2: linear in the text, whatever the pattern)."""
    return mask(pc.match_substring_regex(text, rf"\A(?:{pattern})\z"))


def _numbers(cells: pd.Series, text: pa.Array | None, missing: Any) -> pd.Series:
    kind = cells.dtype.kind
    if kind in "iu" and not missing.any():
        return pd.Series(cells.to_numpy())
    if kind in "iuf":
        return pd.Series(cells.to_numpy(np.float64, na_value=np.nan))
    found = np.full(len(cells), np.nan)
    if text is not None:
        trimmed = pc.utf8_trim_whitespace(text)
        plain = matches(trimmed, NUMBER)
        found[plain] = np.array(trimmed.filter(pa.array(plain)).to_pylist(), dtype=np.float64)
    elif kind == "O":
        found[:] = [_number(cell) for cell in cells]
    return pd.Series(found)


def _number(cell: Any) -> float:
    if isinstance(cell, str):
        return float(cell) if re.fullmatch(NUMBER, cell.strip()) else np.nan
    if isinstance(cell, bool | np.bool_) or not isinstance(cell, Real | Decimal):
        return np.nan
    try:
        return float(cell)
    except OverflowError:  # a whole number of 400 digits
        return np.inf
    except ValueError:  # a signalling NaN
        return np.nan


def _moments(cells: pd.Series, text: pa.Array | None, missing: Any) -> pd.Series:
    if cells.dtype.kind == "M":
        zoned = getattr(cells.dt, "tz", None) is not None
        return (cells.dt.tz_convert("UTC").dt.tz_localize(None) if zoned else cells).astype("datetime64[us]")
    found = np.full(len(cells), np.datetime64("NaT"), dtype="datetime64[us]")
    if text is not None:
        places = text.dictionary_encode()
        known = [_moment(one) for one in places.dictionary.to_pylist()]
        there = ~missing
        found[there] = np.array(known, dtype="datetime64[us]")[places.indices.filter(pa.array(there)).to_numpy()]
    elif cells.dtype.kind == "O":
        found[:] = [_moment(cell) for cell in cells]
    return pd.Series(found)


def _moment(cell: Any) -> datetime | None:
    if isinstance(cell, str):
        try:
            cell = datetime.fromisoformat(cell.strip())
        except ValueError:
            return None
    if isinstance(cell, np.datetime64):
        cell = cell.astype("datetime64[us]").item()
    if cell is pd.NaT or not isinstance(cell, date):
        return None
    if not isinstance(cell, datetime):
        return datetime.combine(cell, time())
    if isinstance(cell, pd.Timestamp):
        cell = cell.to_pydatetime(warn=False)
    moment: datetime = cell
    try:
        return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:  # beyond the year 9999 in another zone
        return None


def _words(cells: pd.Series, text: pa.Array | None, missing: Any) -> pd.Series:
    if text is not None:
        found = cells.to_numpy(object, copy=True)
        found[missing] = None
        return pd.Series(found, dtype=object)
    if cells.dtype.kind in "iu" and not missing.any():
        return cells.astype(str).astype(object)
    if cells.dtype.kind in "iufb":
        places, values = pd.factorize(cells)
        known = np.array([*(_word(value) for value in values), None], dtype=object)
        return pd.Series(known[places], dtype=object)
    return pd.Series([None if gone else _word(cell) for cell, gone in zip(cells, missing, strict=True)], dtype=object)


def _word(cell: Any) -> str | None:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool | np.bool_):
        return str(bool(cell))
    if isinstance(cell, int | np.integer):
        return str(int(cell))
    if isinstance(cell, float | np.floating):
        return str(int(cell)) if float(cell).is_integer() else repr(float(cell))
    if isinstance(cell, date | np.datetime64 | Real | Decimal):
        return str(cell)
    return None
