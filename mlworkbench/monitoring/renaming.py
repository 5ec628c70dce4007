"""A column that is gone and a column that is new: may they be the same?"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from mlworkbench.monitoring.comparing import Sample, Settings, kind_of, measure

if TYPE_CHECKING:
    import pandas as pd

ALIKE = 0.7


def renamed(gone: str, type_: str, reference: pd.Series, extra: pd.DataFrame, settings: Settings) -> str:
    """The new column that may be the one that is gone: alike by name, else the only one alike by its values; or ""."""
    kind = kind_of(type_)
    fitting = [str(name) for name in extra.columns if not kind or (extra[name].dtype.kind == "f") == (kind == "number")]
    by_name = sorted(((_alike(gone, name), name) for name in fitting), reverse=True)
    if by_name and by_name[0][0] >= ALIKE:
        return by_name[0][1]
    if not kind:
        return ""
    before = Sample(reference, kind)
    measured = {name: measure(name, type_, before, Sample(extra[name], kind), settings) for name in fitting}
    alike = [name for name, one in measured.items() if one.effect is not None and one.effect <= (one.threshold or 0.0)]
    return alike[0] if len(alike) == 1 else ""


def _alike(one: str, other: str) -> float:
    first, second = ("".join(sign for sign in name.casefold() if sign.isalnum()) for name in (one, other))
    return float(SequenceMatcher(None, first, second).ratio())
