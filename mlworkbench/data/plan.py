"""A column's plan: its type, why, and how its cells become stored ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlworkbench.data import dates
from mlworkbench.data.arrays import as_numpy, normalise, to_text
from mlworkbench.data.marks import Marks, plain

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
WORDS = ("identifier", "binary", "category", "text", "constant")


@dataclass(frozen=True)
class Plan:
    """One column's type, the evidence, and how its cells are read; counts are of cells.

    Parameters
    ----------
    source : str
        The column's name in the raw file; `name` is the one it has in the dataset.
    null_words : tuple of str
        Words whose cells become missing; `null_cells` counts them, `kept_null_words` those left as they are.
    numeric : bool
        Whether every cell with a value is a number (`whole`: a whole number).
    plain : bool
        Whether all of them are written as programs write numbers, so that Arrow's own cast reads each exactly.
    odd_cells : int
        Cells that are not numbers in a column of text where most are.
    marks : Marks, optional
        How its numbers are written, when not as in programs.
    either : str
        A cell that may be a number in two ways which differ by a thousand; the column is text until it is said which.
    zeros, damaged : int
        Cells of digits that begin with a zero, and cells with the replacement character U+FFFD.
    meaning : str
        What the values are beyond their type (an amount of money, an e-mail address…), "" when nothing is seen.
    """

    name: str
    source: str
    type: str
    evidence: str
    overridden: bool
    rows: int
    missing: int
    distinct: int
    examples: tuple[str, ...]
    null_words: tuple[str, ...] = ()
    null_cells: int = 0
    kept_null_words: tuple[tuple[str, int], ...] = ()
    numeric: bool = False
    whole: bool = False
    plain: bool = False
    date: dates.DateReading | None = None
    marks: Marks | None = None
    either: str = ""
    meaning: str = ""
    zeros: int = 0
    damaged: int = 0
    odd_cells: int = 0
    odd_examples: tuple[str, ...] = ()
    unreadable: int = 0
    unreadable_examples: tuple[str, ...] = ()
    rounded: int = 0


def storage(type: str) -> pa.DataType:  # noqa: A002
    """The Arrow type in which a semantic type is stored."""
    import pyarrow as pa

    kinds = {"integer": pa.int64(), "number": pa.float64(), "datetime": pa.timestamp("us")}
    return kinds.get(type, pa.string())


def convert(array: pa.Array, plan: Plan) -> pa.Array:
    """Cells as they are stored: int64, double, timestamp[us] or string; null where there is no value.

    Texts may come as a dictionary (`by_value`).
    """
    import pyarrow as pa

    if not pa.types.is_dictionary(array.type):
        array = normalise(array)
        if isinstance(array, pa.ChunkedArray):
            array = array.combine_chunks()
        array = by_value(array, plan)
    if pa.types.is_dictionary(array.type):
        return stored(array.dictionary, plan).take(array.indices)
    if pa.types.is_string(array.type) and plan.plain and (plan.whole or plan.type == "number"):
        return filled(array).cast(storage(plan.type))
    return stored(array, plan)


def coded(array: pa.Array, plan: Plan) -> pa.Array:
    """`convert`, where a dictionary of texts that are stored as text stays one, its values different and none null."""
    import pyarrow as pa

    if not pa.types.is_dictionary(array.type) or plan.type not in WORDS:
        return convert(array, plan)
    values = stored(array.dictionary, plan).dictionary_encode()
    return pa.DictionaryArray.from_arrays(values.indices.take(array.indices), values.dictionary)


def by_value(array: pa.Array, plan: Plan) -> pa.Array:
    """A text column of few different values as a dictionary: each value is worked on once, by `convert` and by keys."""
    import pyarrow as pa

    if not pa.types.is_string(array.type) or plan.distinct * 4 >= plan.rows:
        return array
    if plan.plain and (plan.whole or plan.type == "number"):
        return array  # a cast of each cell is faster
    return array.dictionary_encode()


def told(array: pa.Array, plan: Plan) -> pa.Array:
    """Cells as their keys are made of: numbers where that says the same as the text, which is faster."""
    import pyarrow as pa

    if plan.plain and pa.types.is_string(array.type):
        return filled(array).cast(pa.int64() if plan.whole else pa.float64())
    return array


def filled(texts: pa.Array) -> pa.Array:
    """Cells that are "" as null."""
    import pyarrow.compute as pc

    empty = pc.equal(texts, "")
    return pc.if_else(empty, None, texts) if pc.any(empty).as_py() else texts


def stored(values: pa.Array, plan: Plan) -> pa.Array:
    """`convert` of normalised values, one by one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if plan.type in WORDS:
        text = to_text(values)
        nulls = pc.or_(pc.equal(text, ""), pc.is_in(text, pa.array(list(plan.null_words), pa.string())))
        text = pc.if_else(nulls, None, text)
        return _number_words(text, plan) if plan.numeric else text
    if pa.types.is_timestamp(values.type):
        return values if plan.type == "datetime" else pa.nulls(len(values), storage(plan.type))
    if plan.type == "number" and pa.types.is_floating(values.type):
        return pc.if_else(pc.is_finite(values), values, None)
    if plan.type in ("number", "integer") and pa.types.is_integer(values.type):
        return values if plan.type == "integer" else values.cast(pa.float64(), safe=False)
    return read(pc.utf8_trim_whitespace(to_text(values)), plan)


def _number_words(text: pa.Array, plan: Plan) -> pa.Array:
    """Numbers used as words, written one way: "+1" and " 1" as "1", and 1.0 as "1" among decimals."""
    import pyarrow.compute as pc

    text = pc.utf8_trim_whitespace(text)
    text = pc.replace_substring_regex(plain(text, plan.marks) if plan.marks else text, r"^\+", "")
    return text if plan.whole else to_text(_as_doubles(text))


def read(text: pa.Array, plan: Plan) -> pa.Array:
    """Trimmed texts as the plan's number, integer or datetime; null where they cannot be read as one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if plan.type == "datetime":
        return dates.parse(text, plan.date) if plan.date else pa.nulls(len(text), storage("datetime"))
    if plan.marks:
        text = plain(text, plan.marks)
    if plan.type == "number":
        doubles = _as_doubles(pc.if_else(pa.array(match(text, NUMBER)), text, None))
        return pc.if_else(pc.is_finite(doubles), doubles, None)
    whole = match(text, r"^[+-]?\d+(\.0*)?$")
    long = whole & match(text, r"^[+-]?\d{19}")
    whole[long] = [-(2**63) <= int(cell.split(".")[0]) < 2**63 for cell in text.filter(long).to_pylist()]
    digits = pc.replace_substring_regex(pc.if_else(pa.array(whole), text, None), r"\.0*$", "")
    return pc.replace_substring_regex(digits, r"^\+", "").cast(pa.int64())


def match(text: pa.Array, pattern: str) -> np.ndarray:
    import pyarrow.compute as pc

    return as_numpy(pc.fill_null(pc.match_substring_regex(text, pattern), False)).copy()


def _as_doubles(text: pa.Array) -> pa.Array:
    import pyarrow as pa

    return text.cast(pa.float64())


def as_numbers(text: pa.Array) -> np.ndarray:
    return as_numpy(_as_doubles(text))


def fits(text: pa.Array) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.replace_substring_regex(text, r"^\+", "").cast(pa.int64())
    except pa.ArrowInvalid:
        return False
    return True
