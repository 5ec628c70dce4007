"""The raw columns a model takes, described from its training rows: what a form, a check and a signature need."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlworkbench.modeling.results import InputField

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.data import Dataset

_LISTED = 200
_TAIL = 0.01


def describe_inputs(frame: pd.DataFrame, dataset: Dataset, columns: Sequence[str]) -> tuple[InputField, ...]:
    """One field per column, from the training rows; none is called required yet."""
    return tuple(_field(name, dataset.column(name).type, frame[name]) for name in columns)


def mark_required(fields: Sequence[InputField], model: Any, frame: pd.DataFrame) -> tuple[InputField, ...]:
    """The fields with `required` set where the model refuses a missing value: it is asked, not guessed.

    Parameters
    ----------
    frame : DataFrame
        Training rows; one complete row of them carries the missing value.
    """
    import numpy as np

    names = [one.name for one in fields]
    whole = frame[names].dropna()
    probe = (whole if len(whole) else frame[names]).head(1)

    def refuses(missing: list[str]) -> bool:
        try:
            model.predict(probe.mask(np.broadcast_to(probe.columns.isin(missing), probe.shape)))
        except (ValueError, TypeError):
            return True
        return False

    if not refuses(names):
        return tuple(fields)
    return tuple(replace(one, required=refuses([one.name])) for one in fields)


def _field(name: str, kind: str, column: pd.Series) -> InputField:
    present = column.dropna()
    share = float(column.isna().mean()) if len(column) else 0.0
    if not len(present):
        return InputField(name, kind, False, missing_share=share)
    if kind == "datetime":
        ordered = present.sort_values()
        low, middle, high = (ordered.iloc[place].isoformat() for place in (0, len(ordered) // 2, -1))
        return InputField(name, kind, False, low, high, middle, missing_share=share)
    if kind in ("integer", "number"):
        return _number(name, kind, present, share)
    counts = Counter(present.astype(str))
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    shown = () if kind == "text" else tuple(sorted(ranked[:_LISTED]))
    return InputField(name, kind, False, median=ranked[0], categories=shown, missing_share=share)


def _number(name: str, kind: str, present: pd.Series, share: float) -> InputField:
    import numpy as np

    values = present.to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    if not len(values):
        return InputField(name, kind, False, missing_share=share)
    inner_low, middle, inner_high = (float(one) for one in np.quantile(values, [_TAIL, 0.5, 1 - _TAIL]))
    room = (inner_high - inner_low) / 2 or math.inf
    low = max(float(values.min()), inner_low - room)
    high = min(float(values.max()), inner_high + room)
    step = 10.0 ** math.floor(math.log10((high - low) / 200)) if high > low else 1.0
    if kind == "integer":
        step = max(1.0, step)
        low, middle, high = float(math.floor(low)), float(round(middle)), float(math.ceil(high))
    return InputField(name, kind, False, low, high, middle, step, missing_share=share)
