"""What the different values of a column of words look like: numbers, dates, words for nothing, other words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

NOTHING, NUMBER, DATE, WORD = range(4)
MOSTLY = 0.8  # where so many cells are numbers, the others are slips
NAMES = {NOTHING: "words for nothing", NUMBER: "numbers", DATE: "dates", WORD: "words"}
NOTHINGS = frozenset(
    ("", "?", "??", "-", "--", "---", ".", "..", "...", "*", "na", "n/a", "n.a.", "nan", "null", "none", "nil", "nul",
     "#n/a", "#na", "<na>", "nat", "missing", "unknown", "unk", "not available", "not applicable", "not known",
     "no data", "no value", "undefined", "unspecified", "tbd", "tba", "xxx", "(blank)", "blank", "empty", "–", "—")
)  # fmt: skip
_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+|\d{1,3}(,\d{3})+(\.\d+)?)([eE][+-]?\d+)?$"
_CODE = r"^[+-]?0\d+$"
_TIME = r"([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?)?"
FORMS = {
    "year-month-day": r"^\d{4}-\d{1,2}-\d{1,2}" + _TIME + "$",
    "year/month/day": r"^\d{4}/\d{1,2}/\d{1,2}" + _TIME + "$",
    "day/month/year": r"^\d{1,2}/\d{1,2}/(\d{4}|\d{2})" + _TIME + "$",
    "day.month.year": r"^\d{1,2}\.\d{1,2}\.(\d{4}|\d{2})" + _TIME + "$",
    "day-month-year": r"^\d{1,2}-\d{1,2}-(\d{4}|\d{2})" + _TIME + "$",
    "day month-name year": r"^\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{4}" + _TIME + "$",
    "month-name day, year": r"^[A-Za-z]{3,9} \d{1,2},? \d{4}" + _TIME + "$",
    "yearmonthday": r"^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$",
}


@dataclass(frozen=True)
class Kinds:
    """The kind of each value; `codes` marks digits after a leading zero, `form` the form of a date (-1: none)."""

    kind: np.ndarray
    codes: np.ndarray
    form: np.ndarray


def kinds(values: pa.Array) -> Kinds:
    """The kind of each of the different values of a column of words."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(values)
    form = np.full(len(values), -1)
    for place, pattern in enumerate(FORMS.values()):
        form[_fits(trimmed, pattern) & (form < 0)] = place
    number = _fits(trimmed, _NUMBER)
    form[number & ~_dated(form, number)] = -1
    kind = np.full(len(values), WORD)
    kind[number] = NUMBER
    kind[form >= 0] = DATE
    kind[np.asarray(pc.is_in(pc.utf8_lower(trimmed), pa.array(sorted(NOTHINGS))).to_numpy(zero_copy_only=False))] = (
        NOTHING
    )
    return Kinds(kind, _fits(trimmed, _CODE), form)


def _dated(form: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Whether eight digits may be dates: only beside dates that are written otherwise."""
    import numpy as np

    others = (form >= 0) & ~number
    return np.full(len(form), bool(others.any()) and int(others.sum()) * 20 >= int(number.sum()))


def _fits(values: pa.Array, pattern: str) -> np.ndarray:
    import numpy as np
    import pyarrow.compute as pc

    return np.array(pc.match_substring_regex(values, pattern).to_numpy(zero_copy_only=False), dtype=bool)
