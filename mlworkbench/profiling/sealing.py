"""Two locks before the ydata library: what goes into it means nothing to a browser, what comes out reaches nothing.

Names and cells are cleaned because it writes names into its page unescaped (measured with fg-data-profiling 4.20: a
column called `<script>…` runs). What it made is shown in a frame of opaque origin only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

LONGEST_NAME = 80
LONGEST_CELL = 200
LEVELS = 50  # different words of a column of unknown type that is still a category
_SIGNS = "<>&\"'`{}\\$"  # of HTML, of scripts, of templates, and of matplotlib's formulas
_HARMLESS = str.maketrans(dict.fromkeys([*_SIGNS, *map(chr, range(32)), "\x7f"], " "))
_TAKEN = ("index", "df_index")  # names that the library keeps for itself
CATEGORIES = ("binary", "category", "constant")
TEXTS = ("identifier", "text")


@dataclass(frozen=True)
class Harmless:
    """A frame as the library gets it.

    Parameters
    ----------
    names : Mapping
        The name in `frame` → the name in the table.
    notes : tuple of str
        What was changed, with counts.
    """

    frame: pd.DataFrame
    names: Mapping[str, str]
    notes: tuple[str, ...]


def clean_names(names: list[Any]) -> list[str]:
    """Names that mean nothing to a browser and are all different, in the same order."""
    made: dict[str, None] = {}
    for name in names:
        base = " ".join(str(name).translate(_HARMLESS).split())[:LONGEST_NAME] or "column"
        base = f"{base} column" if base in _TAKEN else base
        clean, number = base, 1
        while clean in made:
            number += 1
            clean = f"{base} {number}"
        made[clean] = None
    return list(made)


def harmless(frame: pd.DataFrame, types: Mapping[str, str] | None = None) -> Harmless:
    """The frame with names and words that mean nothing to a browser, and of the four dtypes the library can bear.

    Numbers become float64 or int64, dates nanoseconds without a zone, words categories or text; whatever else a column
    holds becomes its words. Any frame will do: repeated names, complex, Arrow and nullable types included.

    Parameters
    ----------
    types : Mapping, optional
        Column → semantic type; words of an unknown type are a category when they are at most `LEVELS`.
    """
    import pandas as pd

    names = clean_names(list(frame.columns))
    columns, notes = {}, []
    renamed = sum(clean != str(name) for clean, name in zip(names, frame.columns, strict=True))
    if renamed:
        notes.append(f"Column names written without signs that a browser would read, or numbered apart: {renamed:,}.")
    for place, clean in enumerate(names):
        column = frame.iloc[:, place]
        columns[clean], said = _plain(column.reset_index(drop=True), (types or {}).get(str(frame.columns[place])))
        notes += [f"{clean}: {one}" for one in said]
    made = pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))
    return Harmless(made, dict(zip(names, map(str, frame.columns), strict=True)), tuple(notes))


def _plain(column: pd.Series, kind: str | None) -> tuple[pd.Series, list[str]]:
    import pandas as pd
    from pandas.api import types as dtypes

    if dtypes.is_bool_dtype(column.dtype):
        return _words(column.astype(object), "binary")
    if dtypes.is_numeric_dtype(column.dtype) and not dtypes.is_complex_dtype(column.dtype):
        return _numbers(column.astype("float64"))
    if dtypes.is_datetime64_any_dtype(column.dtype):
        zoneless = column.dt.tz_convert(None) if column.dt.tz is not None else column
        low, high = zoneless.min(), zoneless.max()
        if pd.isna(low) or (low > pd.Timestamp.min and high < pd.Timestamp.max):
            return zoneless.astype("datetime64[ns]"), []
        made, notes = _words(zoneless.map(lambda one: None if pd.isna(one) else one.isoformat()), "text")
        return made, ["holds dates before 1678 or after 2262, which the library cannot count with: as words.", *notes]
    return _words(column.astype(object), kind)


def _numbers(column: pd.Series) -> tuple[pd.Series, list[str]]:
    import numpy as np

    values = column.to_numpy()
    infinite = np.isinf(values)
    if infinite.any():
        return column.mask(infinite), [f"{_cells(infinite.sum())} infinite, counted as missing."]
    if len(values) and np.isfinite(values).all() and (np.abs(values) < 2**53).all() and (values % 1 == 0).all():
        return column.astype("int64"), []
    return column, []


def _words(column: pd.Series, kind: str | None) -> tuple[pd.Series, list[str]]:
    import pandas as pd

    codes, levels = pd.factorize(column.map(lambda cell: None if _absent(cell) else str(cell)))
    clean = [str(level).translate(_HARMLESS)[:LONGEST_CELL] for level in levels]
    sizes = pd.Series(codes).value_counts()
    changed = [place for place, level in enumerate(levels) if str(level)[:LONGEST_CELL] != clean[place]]
    cut = [place for place, level in enumerate(levels) if len(str(level)) > LONGEST_CELL]
    notes = []
    if changed:
        notes.append(f"signs that a browser would read are blanks in {_cells(sizes[changed].sum())}.")
    if cut:
        notes.append(f"{_cells(sizes[cut].sum())} cut at {LONGEST_CELL} characters.")
    made = pd.Series([clean[code] if code >= 0 else None for code in codes], dtype=object)
    if kind in CATEGORIES or (kind is None and 0 < len(levels) <= LEVELS):
        made = made.astype("category")
    return made, notes


def _cells(number: float) -> str:
    return f"{int(number):,} {'cell' if number == 1 else 'cells'}"


def _absent(cell: Any) -> bool:
    import pandas as pd

    found = pd.isna(cell)
    return bool(found) if isinstance(found, bool) or getattr(found, "shape", None) == () else False


def sandboxed(html: str) -> str:
    """A page that holds another one in a frame of opaque origin: it cannot reach this page, its cookies or any server.

    The frame may run its own scripts (menus, tabs); its policy lets it load nothing from anywhere, nor go anywhere. The
    policy stands in the outer page too: the inner one inherits it before its first byte is read.
    """
    from html import escape

    policy = (
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
        "font-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
    sealed = (  # no policy reaches WebRTC: measured in Chromium, a STUN packet left the frame with data of its choosing
        "<script>for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection'])"
        "Object.defineProperty(window, name, {value: undefined, writable: false, configurable: false})</script>"
    )
    inner = escape(meta + sealed + html, quote=True)
    return (
        '<!doctype html><html><head><meta charset="utf-8">' + meta + "<style>html,body{margin:0;height:100%}"
        "iframe{border:0;width:100%;height:100%}</style></head><body>"
        f'<iframe sandbox="allow-scripts" referrerpolicy="no-referrer" title="ydata report" srcdoc="{inner}"></iframe>'
        "</body></html>"
    )
