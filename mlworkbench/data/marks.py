"""Numbers as people write them: decimal commas, thousands marks, currencies and percents; exactly, or not at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_UNITS = ("$", "€", "£", "¥", "₹", "%", "USD", "EUR", "GBP", "CHF", "JPY", "kr", "zł")
_SPACE = "[ \u00a0\u202f]"
_PAIRS = ((".", ","), (",", "."), (",", " "), (".", " "), (".", "'"), (",", "'"))


@dataclass(frozen=True)
class Marks:
    """How a column's numbers are written; `unit` stands before or behind each of them."""

    decimal: str = "."
    thousands: str = ""
    unit: str = ""

    @property
    def words(self) -> str:
        """The marks in words, for the evidence."""
        said = [
            f"in {self.unit}" if self.unit else "",
            "decimal comma" if self.decimal == "," else "",
            f"thousands divided by {'a space' if self.thousands == ' ' else self.thousands!r}"
            if self.thousands
            else "",
        ]
        return ", ".join(one for one in said if one)


PLAIN = Marks()


@dataclass(frozen=True)
class Ambiguous:
    """Cells that can be read in two ways, a thousand times apart, with nothing to tell which; `example` is one."""

    example: str


def detect(values: pa.Array, decimal: str | None = None, thousands: str | None = None, hint: str = "") -> (
    Marks | Ambiguous | None
):  # fmt: skip
    """The marks under which every (trimmed) value is a number; None when there are none or the values are plain.

    Parameters
    ----------
    decimal, thousands : str, optional
        What a person said; a column that cannot be read so is read plainly if it can.
    hint : str
        The decimal mark that other cells of the file show; it settles what the column alone does not.
    """
    import pyarrow.compute as pc

    if not all(len(some) and pc.all(pc.match_substring_regex(some, r"\d")).as_py() for some in (values[:200], values)):
        return None
    unit = _unit(values)
    bare = _without_unit(values, unit) if unit else values
    fits = [marks for marks in _candidates(decimal, thousands, unit) if _all(bare, marks)]
    plain = next((marks for marks in fits if marks.decimal == "." and not marks.thousands), None)
    comma_said = decimal == "," or (decimal is None and hint == ",")
    if plain is not None and comma_said and thousands in (None, ".") and _grouped(bare, "."):
        return Marks(",", ".", unit)  # points before three digits, where the decimal mark is known to be the comma
    if plain is not None:
        return plain if unit else None
    if decimal is None and thousands is None:
        comma = [marks for marks in fits if "," in (marks.decimal, marks.thousands)]
        if len({(marks.decimal == ",") for marks in comma}) == 2 and _grouped(bare, ","):
            return next((marks for marks in comma if marks.decimal == hint), None) or _first(bare, ",")
    return fits[0] if fits else None


def _candidates(decimal: str | None, thousands: str | None, unit: str) -> list[Marks]:
    pairs = [(".", ""), (",", ""), *_PAIRS]
    fit = [
        Marks(point, group, unit)
        for point, group in pairs
        if decimal in (None, "", point) and (thousands is None or (group in ("", thousands) and point != thousands))
    ]
    plain = Marks(".", "", unit)
    return fit if plain in fit else [*fit, plain]


def _pattern(marks: Marks) -> str:
    group = _SPACE if marks.thousands == " " else re.escape(marks.thousands)
    whole = rf"(\d+|[1-9]\d{{0,2}}({group}\d{{3}})+)" if marks.thousands else r"\d+"
    point = re.escape(marks.decimal)
    return rf"^[+-]?({whole}({point}\d*)?|{point}\d+)([eE][+-]?\d+)?$"


def _all(values: pa.Array, marks: Marks) -> bool:
    import pyarrow.compute as pc

    pattern = _pattern(marks)
    return all(pc.all(pc.match_substring_regex(some, pattern)).as_py() for some in (values[:200], values))


def _grouped(values: pa.Array, mark: str) -> bool:
    """Whether each value with that mark has it once, before three digits, after one to three without a leading 0."""
    import pyarrow as pa
    import pyarrow.compute as pc

    marked = values.filter(pc.match_substring(values, mark))
    point = re.escape(mark)
    if len(marked) == 0 or not isinstance(marked, pa.Array):
        return False
    return bool(pc.all(pc.match_substring_regex(marked, rf"^[+-]?[1-9]\d{{0,2}}{point}\d{{3}}$")).as_py())


def _first(values: pa.Array, mark: str) -> Ambiguous:
    import pyarrow.compute as pc

    return Ambiguous(str(values.filter(pc.match_substring(values, mark))[0].as_py()))


def _unit(values: pa.Array) -> str:
    """The one unit that every value has before or behind it, "" when there is none."""
    import pyarrow.compute as pc

    first = values[0].as_py()
    for unit in _UNITS:
        if unit in first and pc.all(pc.match_substring(values, unit)).as_py():
            return unit
    return ""


def _without_unit(values: pa.Array, unit: str) -> pa.Array:
    import pyarrow.compute as pc

    mark = re.escape(unit)
    values = pc.replace_substring_regex(values, rf"^([+-]?){_SPACE}?{mark}{_SPACE}?([+-]?)", r"\1\2")
    return pc.replace_substring_regex(values, rf"{_SPACE}?{mark}$", "")


def plain(values: pa.Array, marks: Marks) -> pa.Array:
    """Trimmed texts with the marks taken out, as numbers are written in programs; those that do not fit stay."""
    import pyarrow.compute as pc

    bare = _without_unit(values, marks.unit) if marks.unit else values
    fits = pc.match_substring_regex(bare, _pattern(marks))
    clean = bare
    if marks.thousands:
        group = _SPACE if marks.thousands == " " else re.escape(marks.thousands)
        clean = pc.replace_substring_regex(clean, group, "")
    if marks.decimal != ".":
        clean = pc.replace_substring(clean, marks.decimal, ".")
    return pc.if_else(fits, clean, values)
