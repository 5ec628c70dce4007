"""The exact figures of one column, from its cells; whatever is in it, the other columns are not held up."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mlworkbench.profiling.results import ColumnProfile

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pyarrow as pa

QUANTILES = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
BINS = 30
TOP = 12
LONGEST = 80  # characters of a value that is shown
FAR = 3.0  # times the distance of the quartiles
DAY = 86_400_000_000
_EXACT = 1 << 53  # whole numbers up to here are floats too
_BLOCK = 1 << 15  # stays in the cache


def profile_column(name: str, kind: str, column: pa.ChunkedArray) -> ColumnProfile:
    """All figures of a column; what cannot be computed is said in its note."""
    import pyarrow as pa
    import pyarrow.compute as pc

    base: dict[str, Any] = {"name": name, "type": kind, "missing": int(column.null_count)}
    try:
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
            return ColumnProfile(**base, **of_numbers(column.drop_null().to_numpy()))
        if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
            stamps = column.drop_null().to_numpy().astype("datetime64[us]")
            return ColumnProfile(**base, **of_times(stamps.view("int64")))
        if pa.types.is_dictionary(column.type):  # counted by their codes
            return ColumnProfile(**base, **of_words(*_counted(column.unify_dictionaries())))
        return ColumnProfile(**base, **of_words(*_counted(pc.cast(column, pa.string()))))
    except (pa.ArrowException, ValueError, TypeError, OverflowError, ArithmeticError, MemoryError) as error:
        return not_computed(base, error)


def not_computed(base: dict[str, Any], error: Exception) -> ColumnProfile:
    """A column whose figures could not be had, and why."""
    return ColumnProfile(**base, distinct=0, note=f"not computed: {type(error).__name__}: {str(error)[:200]}")


def of_numbers(raw: np.ndarray) -> dict[str, Any]:
    """Figures of numbers without gaps, in any order; `raw` may be sorted in place.

    Moments in two passes over blocks, whose sums `math.fsum` adds without error; quantiles as numpy's default
    (R. Hyndman and Y. Fan 1996, type 7); outliers beyond J. Tukey's outer fences (Exploratory Data Analysis, 1977):
    three times the distance of the quartiles away from them.
    """
    import numpy as np

    ordered = _sorted(raw)
    low, high = _finite(ordered)
    infinite = len(ordered) - (high - low)
    distinct_infinite = len(np.unique(np.concatenate([ordered[:low], ordered[high:]]))) if infinite else 0
    ordered = ordered[low:high]
    negatives = int(np.searchsorted(ordered, 0.0, side="left"))
    figures: dict[str, Any] = {
        "distinct": distinct(ordered) + distinct_infinite,
        "zeros": int(np.searchsorted(ordered, 0.0, side="right")) - negatives,
        "negatives": negatives,
        "infinite": infinite,
    }
    if not len(ordered):
        return figures
    mean, sd, skew = _moments(ordered)
    return figures | {
        "quantiles": dict(zip(map("{:g}".format, QUANTILES), _at(ordered), strict=True)),
        "mean": mean,
        "sd": sd,
        "skew": skew,
        "outliers": _far_out(ordered),
        "histogram": tuple((float(a), float(b), int(n)) for a, b, n in histogram(ordered)),
    }


def _sorted(values: np.ndarray) -> np.ndarray:
    """Sorted as float64; whole numbers and decimals of few places and small range by counting: several times faster."""
    import numpy as np

    places, whole = (0, values) if values.dtype.kind == "i" else _decimals(values)
    if whole is not None and len(whole):
        low, high = int(whole.min()), int(whole.max())
        if high - low < len(values) and max(abs(low), abs(high)) < _EXACT:
            counted = np.arange(low, high + 1, dtype=np.float64)
            return np.repeat(counted / 10**places if places else counted, np.bincount(whole - low))
    if values.dtype == np.float64 and values.flags.writeable:
        values.sort()
        return values
    return np.sort(values.astype(np.float64, copy=False))


def _decimals(values: np.ndarray) -> tuple[int, np.ndarray | None]:
    """Numbers of at most three decimal places as whole numbers, and the places; None where one has more."""
    import numpy as np

    few = values[:: max(1, len(values) // 100)]
    if len(values) < 1000 or values.dtype != np.float64 or not np.isfinite(few).all():
        return 0, None
    with np.errstate(over="ignore", invalid="ignore"):  # what leaves the floats is not exact, and not counted
        for places in range(4):
            tens = 10**places
            if (np.rint(few * tens) / tens == few).all():
                if not -_EXACT < values.min() * tens <= values.max() * tens < _EXACT:  # NaN and infinity too
                    return 0, None
                whole = np.empty(len(values), dtype=np.int64)
                for start in range(0, len(values), _BLOCK):
                    block = values[start : start + _BLOCK]
                    some = np.rint(block * tens)
                    if not (some / tens == block).all():  # else dividing gives the very same numbers back
                        return 0, None
                    whole[start : start + _BLOCK] = some
                return places, whole
    return 0, None


def _finite(ordered: np.ndarray) -> tuple[int, int]:
    """Where the finite values of sorted ones begin and end; NaN is sorted behind +inf."""
    import numpy as np

    if not len(ordered):
        return 0, 0
    return int(np.searchsorted(ordered, -np.inf, side="right")), int(np.searchsorted(ordered, np.inf, side="left"))


def _moments(ordered: np.ndarray) -> tuple[float, float | None, float | None]:
    """Mean, standard deviation (n − 1) and skewness; cubes of huge or tiny values stay within what float64 holds."""
    size, count = float(max(abs(ordered[0]), abs(ordered[-1]))), len(ordered)
    power = math.frexp(size)[1] if size > 1e90 or 0 < size < 1e-90 else 0
    centre = math.fsum(float(block.sum()) for block in _blocks(ordered, power)) / count
    squares, cubes = [], []
    for block in _blocks(ordered, power):
        centred = block - centre
        squared = centred * centred
        squares.append(float(squared.sum()))
        cubes.append(float((squared * centred).sum()))  # not np.dot: its threads wait by spinning
    spread, third = math.fsum(squares) / count, math.fsum(cubes) / count
    sd = math.ldexp(math.sqrt(spread * count / (count - 1)), power) if count > 1 else None
    return math.ldexp(centre, power), sd, third / spread**1.5 if spread > 0 else None


def _blocks(ordered: np.ndarray, power: int) -> Iterator[np.ndarray]:
    import numpy as np

    for start in range(0, len(ordered), _BLOCK):
        block = ordered[start : start + _BLOCK]
        yield np.ldexp(block, -power) if power else block


def _far_out(ordered: np.ndarray) -> int | None:
    """Values beyond the outer fences; None where half of all values are the same and no fence can be set."""
    import numpy as np

    lower, upper = quantile(ordered, 0.25), quantile(ordered, 0.75)
    reach = FAR * (upper - lower)
    if not 0 < reach < math.inf:
        return None
    below = int(np.searchsorted(ordered, lower - reach, side="left"))
    return below + len(ordered) - int(np.searchsorted(ordered, upper + reach, side="right"))


def of_times(stamps: np.ndarray) -> dict[str, Any]:
    """Figures of times, as whole microseconds; they may be sorted in place."""
    import numpy as np

    if not stamps.flags.writeable:
        stamps = stamps.copy()
    stamps.sort()
    ordered = stamps
    figures: dict[str, Any] = {"distinct": distinct(ordered)}
    if not len(ordered):
        return figures
    places = [ordered[round(share * (len(ordered) - 1))] for share in QUANTILES]
    figures |= {
        "quantiles": dict(zip(map("{:g}".format, QUANTILES), map(iso, places), strict=True)),
        "histogram": tuple((iso(a), iso(b), int(n)) for a, b, n in histogram(ordered.astype(np.float64))),
        "days": (distinct(ordered // DAY), int(ordered[-1] // DAY) - int(ordered[0] // DAY) + 1),
    }
    if len(ordered) > 1:
        at = int(np.diff(ordered).argmax())
        figures["longest_gap_days"] = (int(ordered[at + 1]) - int(ordered[at])) / DAY
        figures["longest_gap"] = (iso(ordered[at]), iso(ordered[at + 1]))
    return figures


def of_words(values: Any, sizes: np.ndarray) -> dict[str, Any]:
    """Figures of words: their different values (an Arrow array), and how often each occurs."""
    import numpy as np
    import pyarrow.compute as pc

    if not len(values):
        return {"distinct": 0}
    order = np.lexsort((np.arange(len(sizes)), -sizes))[:TOP]
    lengths = pc.utf8_length(values).to_numpy()
    by_length = np.argsort(lengths, kind="stable")
    middle = np.searchsorted(np.cumsum(sizes[by_length]), (sizes.sum() + 1) // 2)
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
    values = column.chunk(0).dictionary
    sizes = np.zeros(len(values), dtype=np.int64)
    for chunk in column.chunks:
        sizes += np.bincount(chunk.indices.drop_null().to_numpy(zero_copy_only=False), minlength=len(values))
    there = np.flatnonzero(sizes)
    return values.take(pa.array(there)).cast(pa.string()), sizes[there]


def distinct(ordered: np.ndarray) -> int:
    """How many different values sorted ones have."""
    return int((ordered[1:] != ordered[:-1]).sum()) + 1 if len(ordered) else 0


def quantile(ordered: np.ndarray, share: float) -> float:
    """A quantile of sorted values, linear between neighbours: numpy's and pandas' default."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    a, b, part = float(ordered[low]), float(ordered[high]), place - low
    return a + (b - a) * part if math.isfinite(b - a) else a * (1 - part) + b * part


def _at(ordered: np.ndarray) -> list[float]:
    return [quantile(ordered, share) for share in QUANTILES]


def histogram(ordered: np.ndarray) -> list[tuple[float, float, int]]:
    """Equal bins over the middle 99 % of sorted values; what lies beyond is counted in the outer ones."""
    import numpy as np

    low, high = ordered[int(0.005 * (len(ordered) - 1))], ordered[int(0.995 * (len(ordered) - 1))]
    if low == high:
        low, high = ordered[0], ordered[-1]
    if low == high or not math.isfinite(float(high) - float(low)):
        return [(float(low), float(high), len(ordered))]
    some = ordered[:: max(1, len(ordered) // 1000)]
    whole = bool((some == np.round(some)).all() and (ordered == np.round(ordered)).all())
    bins = int(min(BINS, high - low + 1)) if whole else BINS
    edges = np.linspace(low, high, bins + 1)
    cuts = np.concatenate([[0], np.searchsorted(ordered, edges[1:-1], side="left"), [len(ordered)]])
    return list(zip(edges[:-1], edges[1:], np.diff(cuts), strict=True))


def iso(stamp: float) -> str:
    """A time in microseconds since 1970 as ISO 8601; a day where it is midnight."""
    import numpy as np

    try:
        text = datetime.fromtimestamp(stamp / 1e6, UTC).isoformat(timespec="seconds")
        return text.removesuffix("+00:00").removesuffix("T00:00:00")
    except (ValueError, OverflowError, OSError):  # beyond what Python's dates can say
        return str(np.datetime64(int(stamp), "us"))
