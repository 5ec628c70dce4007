"""Columns of text in which every cell is a number written plainly: typed as they are read, never as different texts.

What is found is what `inference.study` would find, many times faster and without holding the texts; whatever is not
plain (leading zeros, signs, spaces, null words, more digits than a double keeps) is left to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mlworkbench.data.arrays import as_numpy, bytes_of, to_text
from mlworkbench.data.meanings import may_be_postcode, meaning_of
from mlworkbench.data.pieces import Pieces, different
from mlworkbench.data.plan import Plan, filled

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_ID_NAME = re.compile(r"(?i:(^|[_\W])(id|ids|uuid|guid|key|index|rowid)$)|[a-z0-9](Id|ID|Key|Uuid)$")
_HEAD, _PART = 200, 1 << 20
SHOWN = 5  # examples of a column
_DIGITS = 17  # that a double keeps
_LONGEST = 24  # characters, as of -1.2345678901234567e-308
TOO_MANY_DIGITS = r"^[+-]?0*\.?0*[1-9]\.?(\d\.?){17,}([eE].*)?$"


def plain_numbers(column: Pieces) -> np.ndarray | None:
    """The numbers of a column in their order, without its empty cells; None unless each is written plainly.

    Parameters
    ----------
    column : Pieces
        Cells as they were read, strings.

    Returns
    -------
    numpy.ndarray or None
        int64 where every number is whole; float64 where at least one has a point or an exponent.
    """
    import numpy as np
    import pyarrow as pa

    heads = (chunk[:_HEAD] for chunk in column.each())
    kind = next((_kind(head) for head in heads if head.null_count < len(head)), None)
    for wanted in (pa.int64(), pa.float64())[0 if kind == pa.int64() else 1 :] if kind is not None else ():
        found, known = np.empty(column.rows, dtype=wanted.to_pandas_dtype()), 0
        for chunk in column.each():
            typed = whole_numbers(chunk) if wanted == pa.int64() else decimal_numbers(chunk)
            if typed is None:
                break
            present = typed.drop_null()
            found[known : known + len(present)] = as_numpy(present)
            known += len(present)
        else:
            return found[:known] if _fits(wanted, column) else None
    return None


def _kind(head: pa.Array) -> pa.DataType | None:
    import pyarrow as pa

    if whole_numbers(head) is not None:
        return pa.int64()
    return pa.float64() if decimal_numbers(head) is not None else None


def _fits(wanted: pa.DataType, column: Pieces) -> bool:
    """Whether a column of doubles has a cell that is not whole; whole numbers that are no int64 are for `study`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if wanted == pa.int64():
        return True
    looks = (part for chunk in column.each() for part in (chunk[:_HEAD], chunk))
    return any(pc.any(pc.match_substring_regex(part, "[.eE]")).as_py() for part in looks)


def whole_numbers(texts: pa.Array) -> pa.Array | None:
    """Texts as int64, "" as null; None unless each is written as int64 prints it."""
    import pyarrow as pa

    texts = filled(texts)
    try:
        numbers = texts.cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    return numbers if _as_printed(texts, numbers) else None


def _as_printed(texts: pa.Array, numbers: pa.Array) -> bool:
    """Whether texts that are whole numbers have no more than their digits and a minus, by their lengths."""
    import numpy as np

    sizes, _, data = bytes_of(texts.drop_null())
    values = as_numpy(numbers.drop_null())
    if not len(values):
        return True
    if data.max() > ord("9"):  # 0x1F is a number to Arrow, and may be as long
        return False
    above = np.abs(values).view(np.uint64)  # of the least int64, too
    wanted = (values < 0).astype(np.int8) + np.int8(1)
    power, most = 10, int(above.max())
    while power <= most:
        wanted += above >= np.uint64(power)
        power *= 10
    return bool((wanted == sizes).all())


def decimal_numbers(texts: pa.Array) -> pa.Array | None:
    """Finite numbers of at most 17 digits without leading zeros; Arrow's cast takes no spaces and no 0x1F."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = filled(texts)
    sizes = pc.binary_length(texts)
    longest = pc.max(sizes).as_py() or 0
    if longest > _LONGEST or (longest > _DIGITS and _cut(texts.filter(pc.greater(sizes, _DIGITS)))):
        return None
    try:
        numbers = texts.cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    finite = pc.all(pc.is_finite(numbers)).as_py() in (True, None)
    return numbers if finite and not _zeros_lead(texts) else None


def _cut(texts: pa.Array) -> bool:
    """Whether a text has more digits than a double keeps; those that may are few, a pattern takes long."""
    import pyarrow as pa
    import pyarrow.compute as pc

    sizes, starts, data = bytes_of(texts)
    digits = sizes - as_numpy(pc.match_substring(texts, "."))
    sign = (data[starts] == ord("-")) | (data[starts] == ord("+"))
    digits -= sign
    digits -= data[starts + sign] == ord("0")
    return bool(pc.any(pc.match_substring_regex(texts.filter(pa.array(digits > _DIGITS)), TOO_MANY_DIGITS)).as_py())


def _zeros_lead(texts: pa.Array) -> bool:
    """Whether a text begins, after a sign, with a zero and another digit; by its bytes, a pattern takes longer."""
    import numpy as np

    sizes, starts, data = bytes_of(texts.drop_null())
    first = data[starts]
    odd = np.flatnonzero(first <= ord("0"))  # a zero, a sign or a point
    starts, sizes, first = starts[odd], sizes[odd], first[odd]
    sign = (first < ord(".")).astype(starts.dtype)
    after = data[starts + sign + 1] - ord("0")  # below zero is beyond nine
    return bool(((data[starts + sign] == ord("0")) & (after <= 9) & (sizes > sign + 1)).any())


@dataclass(frozen=True)
class NumberFacts:
    """What the plan of a column of plain numbers follows from; `first` are a few different ones, `filled` all."""

    whole: bool
    filled: int
    different: int
    low: Any
    high: Any
    first: pa.Array


def different_numbers(numbers: np.ndarray) -> int:
    """How many different ones there are; whole numbers of a small range are marked, not sorted."""
    import numpy as np

    if len(numbers) and numbers.dtype.kind == "i":
        low, high = int(numbers.min()), int(numbers.max())
        if high - low < 4 * len(numbers):
            there = np.zeros(high - low + 1, dtype=bool)
            for begin in range(0, len(numbers), _PART):
                there[numbers[begin : begin + _PART] - low] = True
            return int(there.sum())
    return different(numbers)


def study_numbers(name: str, source: str, column: Pieces) -> Plan | None:
    """The plan of a column of plain numbers; None where `inference.study` has to look at its different texts."""
    import pyarrow as pa

    numbers = None if may_be_postcode(name) else plain_numbers(column)
    if numbers is None or not len(numbers):
        return None
    low, high, first = numbers.min().item(), numbers.max().item(), first_values(pa.array(numbers))
    whole, several = numbers.dtype.kind == "i", different_numbers(numbers)
    return plan_of_numbers(name, source, column.rows, NumberFacts(whole, len(numbers), several, low, high, first))


def plan_of_numbers(name: str, source: str, rows: int, facts: NumberFacts) -> Plan | None:
    """`study_numbers` by what is known of a column with so many rows."""
    import pyarrow as pa

    whole, several, low, high = facts.whole, facts.different, facts.low, facts.high
    if several == 1 and not whole:
        return None
    kind, evidence = kind_of_numbers(name, rows, facts.filled, several, low, high, whole)
    exact = whole or max(abs(low), abs(high)) < 2**53  # the double says what the text says
    counts = (rows, rows - facts.filled, several, tuple(to_text(facts.first).to_pylist()))
    kept = bool(not whole or max(abs(low), abs(high)) < 10**_DIGITS)
    plan = Plan(name, source, kind, evidence, False, *counts, numeric=kept, whole=whole, plain=bool(exact))
    return replace(plan, meaning=meaning_of(plan, to_text(pa.array([low, high], facts.first.type))))


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
    low, high = low + 0, high + 0  # −0.0 is 0.0
    said = shown_number(low)
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
