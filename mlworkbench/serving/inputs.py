"""From what came in to the columns that the model was trained on, and what is unusual about them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from mlworkbench.errors import InvalidInput, listing
from mlworkbench.serving.results import plain

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from mlworkbench.modeling import InputField

    Columns = dict[str, NDArray[Any]]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_SHOWN = 3


def read_row(inputs: Mapping[str, Any], fields: Sequence[InputField]) -> tuple[Columns, list[str]]:
    """One row given by name → arrays of length 1, and warnings.

    Numbers may come as text, dates as ISO text; None, NaN and "" mean missing. Every column must be named, so that a
    misspelt name is not taken for a missing value; names that the model does not know are left out with a warning.

    Raises
    ------
    InvalidInput
        Columns that are not named, or missing where the model cannot do without; a value that cannot be read. `field`
        is the column.
    """
    if not isinstance(inputs, Mapping):
        raise InvalidInput(f"Inputs must be values by column name. Got {type(inputs).__name__}.", field="inputs")
    absent = [one.name for one in fields if one.name not in inputs]
    if absent:
        raise InvalidInput(
            f"The inputs lack {len(absent)} of the {len(fields)} columns that the model takes: {listing(absent)}. "
            "Give a value, or null when it is missing.",
            field=absent[0],
        )
    lacking = [one.name for one in fields if one.required and is_missing(inputs[one.name])]
    if lacking:
        raise InvalidInput(
            f"This model cannot predict without a value of: {listing(lacking)}. Give one.", field=lacking[0]
        )
    known = {one.name for one in fields}
    return row_of(inputs, fields), not_used([name for name in inputs if name not in known])


def row_of(inputs: Mapping[str, Any], fields: Sequence[InputField]) -> Columns:
    """Values by name → arrays of length 1; a name that is not there is missing."""
    import numpy as np

    return {one.name: np.array([read_cell(inputs.get(one.name), one)], dtype=dtype(one)) for one in fields}


def not_used(extra: Sequence[str]) -> list[str]:
    """The warning about columns that the model does not know."""
    return [f"Not used by the model: {listing(extra)}."] if extra else []


def dtype(field: InputField) -> Any:
    """The dtype in which the model takes a column."""
    import numpy as np

    if field.type in ("number", "integer"):
        return np.float64
    return "datetime64[us]" if field.type == "datetime" else object


def frame_of(columns: Columns) -> pd.DataFrame:
    """Arrays of equal length → the DataFrame that the pipeline takes."""
    import pandas as pd

    return pd.DataFrame(columns, copy=False)


def unusual(columns: Mapping[str, NDArray[Any]], fields: Sequence[InputField]) -> list[str]:
    """Warnings, at most two per column, about values outside what the model was trained on."""
    import numpy as np
    import pandas as pd

    found = []
    for one in fields:
        cells = columns[one.name]
        missing = pd.isna(cells)
        if missing.any() and not one.missing_share:
            found.append(f"{one.name}: missing{_of(missing)}; in training it never was.")
        if one.type in ("number", "integer", "datetime") and one.low is not None and one.high is not None:
            low, high = (np.array([edge]).astype(cells.dtype)[0] for edge in (one.low, one.high))
            outside = (cells < low) | (cells > high)
            seen = f"outside the usual range in training, {_short(plain(low))} to {_short(plain(high))}"
        elif one.categories and one.type != "identifier":
            outside = ~missing & ~np.isin(cells.astype(str), np.array(one.categories, dtype=str))
            seen = f"not among the training values: {listing(one.categories, 6)}"
        else:
            continue
        if outside.any():
            cases = listing(dict.fromkeys(_short(plain(cell)) for cell in cells[outside][:_SHOWN]))
            found.append(f"{one.name}: {cases}{_of(outside)} is {seen}.")
    return found


def _of(mask: NDArray[np.bool_]) -> str:
    return "" if len(mask) == 1 else f" ({int(mask.sum()):,} of {len(mask):,} rows)"


def _short(value: Any) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def read_cell(value: Any, field: InputField) -> Any:
    """A cell in the column's dtype, missing as NaN, NaT or None; InvalidInput when it cannot be read."""
    import numpy as np

    number, moment = field.type in ("number", "integer"), field.type == "datetime"
    if is_missing(value):
        return np.nan if number else np.datetime64("NaT") if moment else None
    if number:
        return _read_number(value, field.name)
    return _read_date(value, field.name) if moment else _read_word(value, field.name)


def is_missing(value: Any) -> bool:
    """None, NaN and blank text."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return True
    return bool(getattr(value, "ndim", 0) == 0 and not isinstance(value, str | list | dict) and value != value)


def _read_number(value: Any, name: str) -> float:
    text = value.strip() if isinstance(value, str) else ""
    if _NUMBER.fullmatch(text):
        value = float(text)
    if isinstance(value, bool) or not isinstance(value, Real | Decimal) or not _finite(value):
        raise InvalidInput(
            f"{name} must be a finite number, or empty when it is missing. Got {_short(value)!r}.", field=name
        )
    return float(value)


def _finite(value: Real | Decimal) -> bool:
    try:
        return abs(float(value)) < float("inf")
    except OverflowError:  # a whole number of 400 digits
        return False


def _read_date(value: Any, name: str) -> np.datetime64:
    import numpy as np

    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            moment = None
    if isinstance(moment, np.datetime64):
        moment = moment.astype("datetime64[us]").item()
    if isinstance(moment, datetime):
        naive = moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
        return np.datetime64(naive, "us")
    if isinstance(moment, date):
        return np.datetime64(moment, "us")
    raise InvalidInput(
        f"{name} must be a date like 2024-01-31 or 2024-01-31T13:30, or empty. Got {_short(value)!r}.", field=name
    )


def _read_word(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or type(value).__name__ == "bool":
        return str(bool(value))
    if isinstance(value, Integral):
        return str(int(value))
    if isinstance(value, Real):
        number = float(value)
        return str(int(number)) if number.is_integer() else repr(number)
    if isinstance(value, date):
        return value.isoformat()
    raise InvalidInput(f"{name} must be text. Got {type(value).__name__}: {_short(value)!r}.", field=name)
