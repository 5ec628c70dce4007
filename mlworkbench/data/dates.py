"""Dates in text: which form they have, and their exact reading for years 1 to 9999."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench.data.arrays import as_numpy

if TYPE_CHECKING:
    import pyarrow as pa

_TIME = (
    r"(?:[ T](?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:\.(?P<f>\d{1,9}))?)?"
    r" ?(?P<p>[AaPp][Mm])?(?P<z>Z|[+-]\d{2}:?\d{2})?)?"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<b>[A-Za-z]{3,9})"


@dataclass(frozen=True)
class Form:
    """A way to write dates. In a form with `a` and `c` either may be the day."""

    name: str
    pattern: str


FORMS = (
    Form("year-month-day", r"^(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})" + _TIME + "$"),
    Form("year/month/day", r"^(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})" + _TIME + "$"),
    Form("year-month", r"^(?P<y>\d{4})-(?P<m>\d{2})$"),
    Form("day/month/year", r"^(?P<a>\d{1,2})/(?P<c>\d{1,2})/(?P<y>\d{4})" + _TIME + "$"),
    Form("day.month.year", r"^(?P<a>\d{1,2})\.(?P<c>\d{1,2})\.(?P<y>\d{4})" + _TIME + "$"),
    Form("day-month-year", r"^(?P<a>\d{1,2})-(?P<c>\d{1,2})-(?P<y>\d{4})" + _TIME + "$"),
    Form("day month-name year", r"^(?P<d>\d{1,2})[ -]" + _MONTH + r"[ -](?P<y>\d{4})" + _TIME + "$"),
    Form("month-name day, year", r"^" + _MONTH + r" (?P<d>\d{1,2}),? (?P<y>\d{4})" + _TIME + "$"),
)
PLAIN = FORMS[0].name
_FIRST = -62_135_596_800_000_000  # the year 1 in microseconds
_BY_NAME = {form.name: form for form in FORMS}


@dataclass(frozen=True)
class DateReading:
    """How a column's dates are read; `ambiguous` when nothing in it tells day from month."""

    form: str
    day_first: bool
    ambiguous: bool

    @property
    def words(self) -> str:
        """The form in words, day and month in their order."""
        return self.form if self.day_first or not self.form.startswith("day") else _swapped(self.form)


def _swapped(form: str) -> str:
    return form if "name" in form else form.replace("day", "?").replace("month", "day").replace("?", "month")


def detect(values: pa.Array, day_first: bool | None = None, *, all_of_them: bool = True) -> DateReading | None:
    """The form in which the (trimmed) values are dates, or None.

    Parameters
    ----------
    day_first : bool, optional
        What a person says about forms like 03/04/2020; None: look for a number above 12, else day first.
    all_of_them : bool
        Whether every value must be a valid date; False takes the form that fits the most.
    """
    import pyarrow.compute as pc

    if plain_times(values) is not None:
        return DateReading(PLAIN, True, False)
    best: tuple[int, DateReading] | None = None
    for form in FORMS:
        pattern = re.sub(r"\?P<\w+>", "?:", form.pattern)
        if all_of_them and not pc.all(pc.match_substring_regex(values[:200], pattern)).as_py():
            continue  # most columns are told by their first values
        fits = pc.match_substring_regex(values, pattern)
        count = pc.sum(fits).as_py() or 0
        if count == 0 or (all_of_them and count < len(values)) or (best and count <= best[0]):
            continue
        reading = _order(form, values.filter(fits), day_first)
        if all_of_them and parse(values, reading).null_count:
            continue
        best = (count, reading)
    return best[1] if best else None


def _order(form: Form, values: pa.Array, day_first: bool | None) -> DateReading:
    import pyarrow as pa
    import pyarrow.compute as pc

    if "(?P<a>" not in form.pattern:
        return DateReading(form.name, True, False)
    parts = pc.extract_regex(values, form.pattern)
    first, second = (pc.max(parts.field(g).cast(pa.int64())).as_py() for g in _groups(form, parts, "a", "c"))
    if day_first is not None:
        return DateReading(form.name, day_first, False)
    if first <= 12 < second:
        return DateReading(form.name, False, False)
    return DateReading(form.name, True, first <= 12 and second <= 12)


def _groups(form: Form, parts: Any, *wanted: str) -> list[str]:
    return [name for name in wanted if f"(?P<{name}>" in form.pattern]


def plain_times(values: Any) -> pa.Array | None:
    """Texts like 2019-03-23, or all like 2019-03-23 20:21:09, as timestamp[us]; None where one is written otherwise."""
    import pyarrow as pa
    import pyarrow.compute as pc

    sizes = pc.min_max(pc.binary_length(values))
    if sizes["min"].as_py() not in (10, 19) or sizes["min"] != sizes["max"] or isinstance(values, pa.ChunkedArray):
        return None
    try:
        times = values.cast(pa.timestamp("us"))
    except pa.ArrowInvalid:
        return None
    return times if pc.min(times.cast(pa.int64())).as_py() >= _FIRST else None


def parse(values: pa.Array, reading: DateReading) -> pa.Array:
    """The values as timestamp[us], null where they are not a valid date of that form; zones become UTC."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if reading.form == PLAIN and (times := plain_times(values)) is not None:
        return times
    form = _BY_NAME[reading.form]
    parts = pc.extract_regex(values, form.pattern)
    good = as_numpy(parts.is_valid()).copy()

    def text(group: str) -> Any:
        return pc.fill_null(parts.field(group), "") if f"(?P<{group}>" in form.pattern else None

    def whole(group: str, default: int) -> Any:
        cells = text(group)
        if cells is None:
            return np.full(len(values), default)
        return as_numpy(pc.if_else(pc.equal(cells, ""), str(default), cells).cast(pa.int64()))

    year, day = whole("y", 1970), whole("d", 1)
    if "(?P<a>" in form.pattern:
        a, c = whole("a", 1), whole("c", 1)
        day, month = (a, c) if reading.day_first else (c, a)
    elif (names := text("b")) is not None:
        short = pc.utf8_lower(pc.utf8_slice_codeunits(names, 0, 3))
        month = as_numpy(pc.fill_null(pc.index_in(short, pa.array(_MONTHS)), -1)) + 1
    else:
        month = whole("m", 1)
    good &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    year, month, day = np.where(good, year, 1970), np.where(good, month, 1), np.where(good, day, 1)
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    good &= days.astype("datetime64[M]") == months
    stamp = days.astype("datetime64[us]").astype(np.int64)
    if "(?P<H>" in form.pattern:
        seconds, valid = _time_of_day(whole, text)
        stamp, good = stamp + seconds, good & valid
    return pa.array(stamp.astype("datetime64[us]"), pa.timestamp("us"), mask=~good)


def _time_of_day(whole: Any, text: Any) -> tuple[Any, Any]:
    import numpy as np
    import pyarrow.compute as pc

    hour, minute, second = whole("H", 0), whole("M", 0), whole("S", 0)
    half = as_numpy(pc.utf8_lower(text("p")))
    valid = (minute < 60) & (second < 60) & (hour < 24) & ((half == "") | ((hour >= 1) & (hour <= 12)))
    hour = np.where(half == "pm", hour % 12 + 12, np.where(half == "am", hour % 12, hour))
    digits = pc.utf8_slice_codeunits(pc.utf8_rpad(text("f"), 9, "0"), 0, 6)
    micro = as_numpy(digits.cast("int64"))
    zones = as_numpy(text("z"))
    offsets = {zone: _offset(zone) for zone in set(zones)}
    shift = np.array([offsets[zone] for zone in zones], dtype=np.int64)
    return ((hour * 3600 + minute * 60 + second) - shift) * 1_000_000 + micro, valid


def _offset(zone: str) -> int:
    if zone in ("", "Z"):
        return 0
    digits = zone[1:].replace(":", "")
    return (1 if zone[0] == "+" else -1) * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)
