"""Widgets from specs: a setting of a plug-in, or an input of a model in its raw unit."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.ui.text import percent, safe

if TYPE_CHECKING:
    from mlworkbench.catalog import Param
    from mlworkbench.modeling import InputField

MISSING = "– missing –"


def param_input(param: Param, value: Any, key: str) -> Any:
    """The widget of a plug-in's setting; its value is checked again by the core."""
    label, hint = param.label or param.name.replace("_", " ").capitalize(), param.help or None
    if param.kind == "bool":
        return st.checkbox(label, bool(value), key=key, help=hint)
    if param.kind == "choice":
        choices = list(param.choices)
        place = choices.index(value) if value in choices else 0
        return st.selectbox(label, choices, place, key=key, help=hint, format_func=lambda c: str(c).replace("_", " "))
    if param.kind == "text":
        return st.text_input(label, value or "", key=key, help=hint)
    kind = int if param.kind == "int" else float
    low, high = (None if bound is None else kind(bound) for bound in (param.low, param.high))
    return st.number_input(label, low, high, None if value is None else kind(value), key=key, help=hint)


def field_input(field: InputField, key: str, *, switch: bool) -> Any:
    """The widget of a model's input: slider, list or date, starting from the median row; None is missing.

    Parameters
    ----------
    switch : bool
        Whether a number or date gets a checkbox that makes it missing.
    """
    label = safe(field.name, 60)
    if field.categories and field.type not in ("number", "integer", "datetime"):
        return _choice(field, label, key)
    blank = False
    if switch and not field.required:
        left, right = st.columns([4, 1], vertical_alignment="bottom", wrap=False)
        hint = f"{percent(field.missing_share)} of the training rows have no value here."
        blank = right.checkbox("none", field.median is None, key=f"{key}-none", help=hint)
    else:
        left = st.container()
    with left:
        if field.type == "datetime":
            value: Any = _date(field, label, key, blank)
        elif field.type in ("number", "integer"):
            value = _number(field, label, key, blank)
        else:
            value = st.text_input(label, field.median or "", key=key, disabled=blank) or None
    return None if blank else value


def _choice(field: InputField, label: str, key: str) -> Any:
    options = [*field.categories, *([] if field.required else [MISSING])]
    place = options.index(field.median) if field.median in options else len(options) - 1
    chosen = st.selectbox(label, options, place, key=key, format_func=lambda value: str(value)[:80])
    return None if chosen == MISSING else chosen


def _number(field: InputField, label: str, key: str, blank: bool) -> Any:
    whole = field.type == "integer" and all(_whole(value) for value in (field.low, field.high, field.median))
    kind: Any = int if whole else float
    low, high, start = (None if value is None else kind(value) for value in (field.low, field.high, field.median))
    step = kind(max(1, field.step or 1) if whole else field.step or 1.0)
    shape = "%d" if whole else f"%.{max(0, min(8, -math.floor(math.log10(step))))}f"
    if low is None or high is None or low >= high:
        return st.number_input(label, value=start, step=step, format=shape, key=key, disabled=blank)
    start = min(max(low if start is None else start, low), high)
    return st.slider(label, low, high, start, step, format=shape, key=key, disabled=blank)


def _date(field: InputField, label: str, key: str, blank: bool) -> str | None:
    start, low, high = (_day(value) for value in (field.median, field.low, field.high))
    chosen = st.date_input(label, start, min_value=low, max_value=high, format="YYYY-MM-DD", key=key, disabled=blank)
    return chosen.isoformat() if isinstance(chosen, date) else None


def _day(value: Any) -> date | None:
    return None if value is None else datetime.fromisoformat(str(value)).date()


def _whole(value: Any) -> bool:
    return value is None or float(value).is_integer()
