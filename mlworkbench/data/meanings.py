"""What values are beyond their type: an e-mail address, an amount of money, a place. Seen in all, or not said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from mlworkbench.data.plan import Plan

_TEXTS = (
    ("e-mail", r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$"),
    ("URL", r"^(https?|ftp)://\S+$"),
    ("IP address", r"^(\d{1,3}\.){3}\d{1,3}$|^[0-9a-fA-F:]*:[0-9a-fA-F:]+:[0-9a-fA-F:.]*$"),
    ("UUID", r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$"),
    ("JSON", r"^\s*[\[{].*[\]}]\s*$"),
    ("duration", r"^(\d+:)?\d{1,3}:\d{2}(:\d{2}(\.\d+)?)?$|^P(\d+[YMWD])*(T(\d+[HM])*(\d+(\.\d+)?S)?)?$"),
    ("phone number", r"^(\+|00)\d[\d ()/-]{6,}$|^\(?0\d{1,5}\)?[ /-]\d[\d -]{4,}$|^\(?\d{3}\)?[ -]\d{3}-\d{4}$"),
)
_NAMED = (
    ("latitude", r"(?i)(^|[_\W])lat(itude)?($|[_\W])", (-90.0, 90.0)),
    ("longitude", r"(?i)(^|[_\W])(lon|lng|long|longitude)($|[_\W])", (-180.0, 180.0)),
)
MEANINGS = (
    "none", "money", "percent", "ordinal", "postcode", *(name for name, *_ in (*_NAMED, *_TEXTS)),
)  # fmt: skip
_POSTCODE = r"(?i)(zip|post).{0,2}(code)?"
_ORDERS = (
    ("low", "medium", "high"), ("small", "medium", "large"), ("never", "rarely", "sometimes", "often", "always"),
    ("poor", "fair", "good", "very good", "excellent"), ("bad", "good"), ("cold", "warm", "hot"),
    ("strongly disagree", "disagree", "neutral", "agree", "strongly agree"),
    ("xs", "s", "m", "l", "xl", "xxl"), ("fair", "good", "very good", "premium", "ideal"),
)  # fmt: skip


def meaning_of(plan: Plan, values: pa.Array) -> str:
    """The meaning that every different value of a column has, "" when there is none.

    Parameters
    ----------
    values : pyarrow.Array
        The different (trimmed) values as text.
    """
    import pyarrow.compute as pc

    if len(values) == 0 or plan.type in ("constant", "datetime"):
        return ""
    if plan.marks and plan.marks.unit:
        return "percent" if plan.marks.unit == "%" else f"money ({plan.marks.unit})"
    if plan.type in ("number", "integer"):
        return _place(plan.name, values)
    if may_be_postcode(plan.name) and _all(values, r"^[A-Z0-9][A-Z0-9 -]{2,9}$"):
        return "postcode"
    if _ordered(values):
        return "ordinal"
    return next(
        (name for name, pattern in _TEXTS if pc.max(pc.utf8_length(values)).as_py() and _all(values, pattern)), ""
    )


def may_be_postcode(name: str) -> bool:
    """Whether a column's name says so."""
    return bool(re.search(_POSTCODE, name))


def _all(values: pa.Array, pattern: str) -> bool:
    import pyarrow.compute as pc

    return bool(
        pc.match_substring_regex(values[:1], pattern)[0].as_py()
        and pc.all(pc.match_substring_regex(values, pattern)).as_py()
    )


def _place(name: str, values: pa.Array) -> str:
    import pyarrow as pa
    import pyarrow.compute as pc

    for meaning, pattern, (low, high) in _NAMED:
        if re.search(pattern, name):
            numbers = values.cast(pa.float64())
            if pc.min(numbers).as_py() >= low and pc.max(numbers).as_py() <= high:
                return meaning
    return ""


def _ordered(values: pa.Array) -> bool:
    if not 2 <= len(values) <= 6:
        return False
    words = {value.lower() for value in values.to_pylist()}
    return any(words <= set(order) and len(words) >= 2 and order[0] in words for order in _ORDERS)
