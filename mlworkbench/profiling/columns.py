"""The exact figures of one column, from its Arrow array; whatever is in it, the other columns are not held up."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mlworkbench.profiling.results import ColumnProfile

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
BINS = 30
TOP = 12
LONGEST = 80  # characters of a value that is shown


def profile_column(name: str, kind: str, column: pa.ChunkedArray) -> ColumnProfile:
    """All figures of a column; what cannot be computed is said in its note."""
    import pyarrow as pa
    import pyarrow.compute as pc

    base: dict[str, Any] = {"name": name, "type": kind, "missing": int(column.null_count)}
    try:
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
            return ColumnProfile(**base, **_numbers(column))
        if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
            return ColumnProfile(**base, **_times(column))
        if pa.types.is_dictionary(column.type):  # counted by their codes
            return ColumnProfile(**base, **_words(column.unify_dictionaries()))
        return ColumnProfile(**base, **_words(pc.cast(column, pa.string())))
    except (pa.ArrowException, ValueError, OverflowError, ArithmeticError) as error:
        return ColumnProfile(**base, distinct=0, note=f"not computed: {type(error).__name__}: {str(error)[:200]}")


def _numbers(column: pa.ChunkedArray) -> dict[str, Any]:
    """Moments: B. P. Welford's are not needed, two passes in float64 are exact enough (numpy's mean and var)."""
    import numpy as np

    raw = column.drop_null().to_numpy()
    present = raw.astype(np.float64, copy=False)
    finite = np.isfinite(present)
    ordered = _sorted(raw) if finite.all() else np.sort(present[finite])
    infinite = len(present) - len(ordered)
    negatives = int(np.searchsorted(ordered, 0.0, side="left"))
    figures: dict[str, Any] = {
        "distinct": _distinct(ordered) + (len(np.unique(present[~finite])) if infinite else 0),
        "zeros": int(np.searchsorted(ordered, 0.0, side="right")) - negatives,
        "negatives": negatives,
        "infinite": infinite,
    }
    if not len(ordered):
        return figures
    size = float(max(abs(ordered[0]), abs(ordered[-1])))
    power = math.frexp(size)[1] if size > 1e90 or 0 < size < 1e-90 else 0  # cubes would leave what float64 can hold
    scaled = np.ldexp(ordered, -power) if power else ordered
    centre = float(scaled.mean())
    centred = scaled - centre
    squared = centred * centred
    spread = float(squared.mean())
    return figures | {
        "quantiles": dict(zip(map("{:g}".format, QUANTILES), map(float, _at(ordered)), strict=True)),
        "mean": math.ldexp(centre, power),
        "sd": math.ldexp(math.sqrt(spread * len(ordered) / (len(ordered) - 1)), power) if len(ordered) > 1 else None,
        "skew": float((squared * centred).mean() / spread**1.5) if spread > 0 else None,
        "histogram": tuple((float(a), float(b), int(n)) for a, b, n in _histogram(ordered)),
    }


def _sorted(values: np.ndarray) -> np.ndarray:
    """Sorted as float64; whole numbers of a small range by counting them, which is several times faster."""
    import numpy as np

    if values.dtype.kind == "i" and len(values):
        low, high = int(values.min()), int(values.max())
        if high - low < len(values) and max(abs(low), abs(high)) < 1 << 53:
            return np.repeat(np.arange(low, high + 1, dtype=np.float64), np.bincount(values - low))
    return np.sort(values.astype(np.float64, copy=False))


def _times(column: pa.ChunkedArray) -> dict[str, Any]:
    import numpy as np

    stamps = column.drop_null().to_numpy().astype("datetime64[us]").astype(np.int64)
    ordered = np.sort(stamps)
    figures: dict[str, Any] = {"distinct": _distinct(ordered)}
    if not len(ordered):
        return figures
    places = [ordered[round(share * (len(ordered) - 1))] for share in QUANTILES]
    return figures | {
        "quantiles": dict(zip(map("{:g}".format, QUANTILES), map(_iso, places), strict=True)),
        "histogram": tuple((_iso(a), _iso(b), int(n)) for a, b, n in _histogram(ordered.astype(np.float64))),
        "longest_gap_days": float(np.diff(ordered).max()) / 86_400e6 if len(ordered) > 1 else None,
    }


def _words(column: pa.ChunkedArray) -> dict[str, Any]:
    import numpy as np
    import pyarrow.compute as pc

    values, sizes = _counted(column)
    if not len(values):
        return {"distinct": 0}
    order = np.lexsort((np.arange(len(sizes)), -sizes))[:TOP]
    lengths = pc.utf8_length(values).to_numpy()
    by_length = np.argsort(lengths, kind="stable")
    middle = np.searchsorted(np.cumsum(sizes[by_length]), (sizes.sum() + 1) / 2)
    return {
        "distinct": len(values),
        "top": tuple((str(values[int(at)].as_py())[:LONGEST], int(sizes[at])) for at in order),
        "lengths": (int(lengths.min()), int(lengths[by_length[middle]]), int(lengths.max())),
    }


def _counted(column: pa.ChunkedArray) -> tuple[Any, np.ndarray]:
    """The values of a column and how often each occurs."""
    import numpy as np
    import pyarrow as pa

    if not pa.types.is_dictionary(column.type):
        counts = column.drop_null().value_counts()
        return counts.field("values"), counts.field("counts").to_numpy()
    if not column.num_chunks:
        return pa.array([], pa.string()), np.array([], dtype=np.int64)
    codes = np.concatenate([chunk.indices.drop_null().to_numpy(zero_copy_only=False) for chunk in column.chunks])
    values = column.chunk(0).dictionary
    sizes = np.bincount(codes, minlength=len(values))
    there = np.flatnonzero(sizes)
    return values.take(pa.array(there)).cast(pa.string()), sizes[there]


def _distinct(ordered: np.ndarray) -> int:
    return int((ordered[1:] != ordered[:-1]).sum()) + 1 if len(ordered) else 0


def _at(ordered: np.ndarray) -> list[float]:
    """Linear quantiles of sorted values: numpy's and pandas' default (R's type 7)."""
    found = []
    for share in QUANTILES:
        place = share * (len(ordered) - 1)
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        found.append(float(ordered[low] + (ordered[high] - ordered[low]) * (place - low)))
    return found


def _histogram(ordered: np.ndarray) -> list[tuple[float, float, int]]:
    """Equal bins over the middle 99 %; what lies beyond is counted in the outer ones."""
    import numpy as np

    low, high = ordered[int(0.005 * (len(ordered) - 1))], ordered[int(0.995 * (len(ordered) - 1))]
    if low == high:
        low, high = ordered[0], ordered[-1]
    if low == high:
        return [(float(low), float(high), len(ordered))]
    some = ordered[:: max(1, len(ordered) // 1000)]
    whole = bool((some == np.round(some)).all() and (ordered == np.round(ordered)).all())
    bins = int(min(BINS, high - low + 1)) if whole else BINS
    edges = np.linspace(low, high, bins + 1)
    cuts = np.concatenate([[0], np.searchsorted(ordered, edges[1:-1], side="left"), [len(ordered)]])
    return list(zip(edges[:-1], edges[1:], np.diff(cuts), strict=True))


def _iso(stamp: float) -> str:
    import numpy as np

    try:
        text = datetime.fromtimestamp(stamp / 1e6, UTC).isoformat(timespec="seconds")
        return text.removesuffix("+00:00").removesuffix("T00:00:00")
    except (ValueError, OverflowError, OSError):  # beyond what Python's dates can say
        return str(np.datetime64(int(stamp), "us"))
