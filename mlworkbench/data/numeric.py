"""Columns of text in which every cell is a number written plainly: typed as they are read, never as different texts.

What is found is what `inference.study` would find, many times faster and without holding the texts; whatever is not
plain (leading zeros, signs, spaces, null words, more digits than a double keeps) is left to it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlworkbench.data.arrays import as_numpy, to_text
from mlworkbench.data.meanings import may_be_postcode, meaning_of
from mlworkbench.data.plan import Plan, filled

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_ID_NAME = re.compile(r"(?i:(^|[_\W])(id|ids|uuid|guid|key|index|rowid)$)|[a-z0-9](Id|ID|Key|Uuid)$")
_HEAD = 200
SHOWN = 5  # examples of a column
_LONGEST = 17  # characters: with so many no digit is lost in a double


def plain_numbers(column: Any) -> pa.ChunkedArray | None:
    """The cells as int64 or double, null where a cell is empty; None unless each is a number written plainly.

    Parameters
    ----------
    column : pyarrow.Array or pyarrow.ChunkedArray of string
        Cells as they were read.

    Returns
    -------
    pyarrow.ChunkedArray or None
        int64 where every number is whole; double where at least one has a point or an exponent.
    """
    import pyarrow as pa

    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    kind = next((_kind(chunk[:_HEAD]) for chunk in chunks if chunk[:_HEAD].null_count < len(chunk[:_HEAD])), None)
    for wanted in (pa.int64(), pa.float64())[0 if kind == pa.int64() else 1 :] if kind is not None else ():
        found = []
        for chunk in chunks:
            typed = _whole(chunk) if wanted == pa.int64() else _decimal(chunk)
            if typed is None:
                break
            found.append(typed)
        else:
            return pa.chunked_array(found, wanted) if _fits(wanted, chunks) else None
    return None


def _kind(head: pa.Array) -> pa.DataType | None:
    import pyarrow as pa

    if _whole(head) is not None:
        return pa.int64()
    return pa.float64() if _decimal(head) is not None else None


def _fits(wanted: pa.DataType, chunks: list[pa.Array]) -> bool:
    """Whether a column of doubles has a cell that is not whole; whole numbers that are no int64 are for `study`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if wanted == pa.int64():
        return True
    looks = (part for chunk in chunks for part in (chunk[:_HEAD], chunk))
    return any(pc.any(pc.match_substring_regex(part, "[.eE]")).as_py() for part in looks)


def _whole(texts: pa.Array) -> pa.Array | None:
    """Whole numbers that are written as int64 prints them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = filled(texts)
    try:
        numbers = texts.cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    same = pc.all(pc.equal(numbers.cast(pa.string()), texts)).as_py()
    return numbers if same in (True, None) else None


def _decimal(texts: pa.Array) -> pa.Array | None:
    """Finite numbers of at most 17 characters without leading zeros; Arrow's cast takes no spaces and no 0x1F."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = filled(texts)
    if (pc.max(pc.binary_length(texts)).as_py() or 0) > _LONGEST:
        return None
    try:
        numbers = texts.cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    odd = pc.match_substring_regex(texts, r"^[+-]?0\d")
    finite = pc.all(pc.is_finite(numbers)).as_py() in (True, None)
    return numbers if finite and not pc.any(odd).as_py() else None


def different_numbers(numbers: Any) -> int:
    """How many different ones there are; whole numbers of a small range by marking them, the rest by sorting."""
    import numpy as np

    values: np.ndarray = as_numpy(numbers.drop_null())
    if not len(values):
        return 0
    if values.dtype.kind == "i":
        low, high = int(values.min()), int(values.max())
        if high - low < 4 * len(values):
            there = np.zeros(high - low + 1, dtype=bool)
            there[values - low] = True
            return int(there.sum())
    ordered = np.sort(values + 0 if values.dtype.kind == "i" else values + 0.0)  # −0.0 is 0.0
    return int((ordered[1:] != ordered[:-1]).sum()) + 1


def study_numbers(name: str, source: str, column: Any) -> Plan | None:
    """The plan of a column of plain numbers; None where `inference.study` has to look at its different texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    numbers = plain_numbers(column)
    if numbers is None or numbers.null_count == len(numbers) or may_be_postcode(name):
        return None
    rows, known, different = len(numbers), len(numbers) - numbers.null_count, different_numbers(numbers)
    whole = str(numbers.type) == "int64"
    if different == 1 and not whole:
        return None
    edges = pc.min_max(numbers).as_py()
    kind, evidence = kind_of_numbers(name, rows, known, different, edges["min"], edges["max"], whole)
    examples = tuple(to_text(first_values(numbers)).to_pylist())
    size = max(abs(edges["min"]), abs(edges["max"]))
    exact = whole or size < 2**53  # the double says what the text says
    counts = (rows, rows - known, different, examples)
    plan = Plan(name, source, kind, evidence, False, *counts, numeric=size < 10**17, whole=whole, plain=exact)
    return replace(plan, meaning=meaning_of(plan, to_text(pa.array([edges["min"], edges["max"]], numbers.type))))


def kind_of_numbers(
    name: str, rows: int, filled: int, different: int, low: float, high: float, whole: bool, words: str = ""
) -> tuple[str, str]:
    """The type of a column of numbers, and the evidence.

    Parameters
    ----------
    filled, different : int
        Cells that have a value, and different values among them.
    words : str
        How they are written, where that is not plain.
    """
    said = f"{shown_number(low)}"
    if different == 1 and filled == rows:
        return "constant", f"every cell is {said}"
    if whole and different == 2:
        return "binary", f"2 values: {said}, {shown_number(high)}"
    counting = whole and low in (0, 1) and high - low == different - 1
    if whole and different == filled and filled >= 10 and (counting or named_as_id(name)):
        return "identifier", f"{different:,} different whole numbers in {filled:,} rows"
    span = f"{'whole numbers' if whole else 'numbers'} from {said} to {shown_number(high)}"
    return ("integer" if whole else "number"), f"{span}, {words}" if words else span


def named_as_id(name: str) -> bool:
    """Whether a column's name says that it names the rows."""
    return bool(_ID_NAME.search(name))


def shown_number(number: float) -> str:
    """A number as evidence shows it."""
    return f"{number:,.0f}" if number == int(number) and abs(number) < 1e15 else f"{number:.6g}"


def first_values(kept: Any) -> pa.Array:
    """The first few different values."""
    for rows in (1000, len(kept)):
        found = kept[:rows].drop_null().unique()
        if len(found) >= SHOWN:
            break
    return found[:SHOWN]
