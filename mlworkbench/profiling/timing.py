"""A column over time: resampled, taken apart into trend and season, its gaps marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench.data import Dataset, draw_rows, get_dataset, learning_frame
from mlworkbench.errors import InvalidInput, NotApplicable, listing
from mlworkbench.profiling.columns import DAY, iso
from mlworkbench.profiling.sampling import remembered

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.projects import Project

MOST_ROWS = 1_000_000
MOST_POINTS = 400
MOST_GAPS = 50
# Unit: its length in microseconds, and the seasons (in units) that are usual at that pace.
UNITS: dict[str, tuple[float, tuple[int, ...]]] = {
    "second": (1e6, (60,)),
    "minute": (6e7, (60,)),
    "hour": (3.6e9, (24, 168)),
    "day": (DAY, (7, 365)),
    "week": (7 * DAY, (52,)),
    "month": (30.44 * DAY, (12,)),
    "quarter": (91.31 * DAY, (4,)),
    "year": (365.25 * DAY, ()),
}


@dataclass(frozen=True)
class Series:
    """A column over time.

    Parameters
    ----------
    unit, value_unit : str
        One of `UNITS`; what the values are ("mean of …", "share of …", "rows").
    starts, counts : tuple
        When each period begins (ISO), and its rows.
    values, trend, season : tuple of float or None
        None where there were no rows (or no trend: half a season at both ends). Of a multiplicative series the season
        is a factor.
    season_length : int or None
        Periods of one season; None where none could be told: fewer than two whole ones, or no usual one at this pace.
    season_strength : float or None
        0 no season, 1 nothing but season.
    gaps : tuple of (first, last)
        Periods without rows, the longest 50; `gap_count` says how many there are.
    rows, sampled, undated : int, bool, int
        Rows it is computed on, whether they are a sample, and rows without a time, which are left out.
    """

    time: str
    value: str | None
    unit: str
    value_unit: str
    multiplicative: bool
    starts: tuple[str, ...]
    counts: tuple[int, ...]
    values: tuple[float | None, ...]
    trend: tuple[float | None, ...]
    season: tuple[float | None, ...]
    season_length: int | None
    season_strength: float | None
    gaps: tuple[tuple[str, str], ...]
    gap_count: int
    rows: int
    sampled: bool
    undated: int


def over_time(
    project: Project,
    dataset: Dataset | str | None = None,
    time: str = "",
    value: str | None = None,
    *,
    unit: str | None = None,
    multiplicative: bool = False,
    seed: int = 0,
) -> Series:
    """Resample a column by a column of dates and take it apart into trend and season.

    Numbers: the mean of each period; words: the share of the most frequent one (of the target: of its positive class,
    on training rows); no column: rows. Periods without rows are gaps; for the trend they are filled by a straight line.

    Parameters
    ----------
    unit : str, optional
        One of `UNITS`; by default the finest that has at most 400 periods and is no finer than the rows.
    multiplicative : bool
        The season grows with the level.

    Raises
    ------
    InvalidInput
        field="time", "value" or "unit".
    NotApplicable
        field="time": no row has a time; field="multiplicative": there are values of zero or less.
    """
    table = dataset if isinstance(dataset, Dataset) else get_dataset(project, dataset)
    dates = [one.name for one in table.columns if one.type == "datetime"]
    if time not in dates:
        raise InvalidInput(
            f"A series needs a column of dates. Got {time!r}. There are: {listing(dates)}.", field="time"
        )
    if value is not None and value not in table.names:
        raise InvalidInput(f"The table has no column {value!r}.", field="value")
    if unit is not None and unit not in UNITS:
        raise InvalidInput(f"A period is one of {listing(UNITS)}. Got {unit!r}.", field="unit")
    key = ("over_time", table.id, time, value, unit, multiplicative, seed)
    return remembered(project, key, lambda: _over_time(project, table, time, value, unit, multiplicative, seed))


def _over_time(
    project: Project, table: Dataset, time: str, value: str | None, unit: str | None, multiplicative: bool, seed: int
) -> Series:
    import numpy as np

    names = list(dict.fromkeys(name for name in (time, value) if name))
    drawn = draw_rows(project, table, MOST_ROWS, seed=seed, columns=names, training=value == table.target is not None)
    frame = learning_frame(drawn.table)
    whole = table.training_rows if value == table.target is not None else table.rows
    dated = frame[time].notna().to_numpy()
    if not dated.any():
        raise NotApplicable(f"No row has a value of {time!r}. Choose another column of dates.", field="time")
    stamps = frame[time][dated].to_numpy().astype("datetime64[us]").astype(np.int64)
    values, value_unit = _values(frame[value][dated] if value else None, value, table)
    unit = unit or fitting_unit(stamps)
    index = periods(stamps, unit)
    first, many = int(index.min()), int(index.max() - index.min()) + 1
    if many > 50 * MOST_POINTS:
        raise InvalidInput(f"By {unit} these are {many:,} periods. Choose a longer one.", field="unit")
    counts = np.bincount(index - first, minlength=many)
    if values is None:
        means = counts * (whole / max(1, len(frame)))
    else:
        known = np.isfinite(values)
        sums = np.bincount(index[known] - first, weights=values[known], minlength=many)
        sizes = np.bincount(index[known] - first, minlength=many)
        means = np.divide(sums, sizes, out=np.full(many, np.nan), where=sizes > 0)
    if multiplicative and np.nanmin(means) <= 0:
        raise NotApplicable(
            f"A season that grows with the level needs values above 0; {value_unit} has others.", field="multiplicative"
        )
    length, trend, season, strength = _best(_bridged(means), UNITS[unit][1], multiplicative)
    gaps = _runs(counts == 0)
    longest = sorted(sorted(gaps, key=lambda gap: gap[0] - gap[1])[:MOST_GAPS])
    return Series(
        time, value, unit, value_unit, multiplicative,
        starts=tuple(started(first + at, unit) for at in range(many)),
        counts=tuple(counts.tolist()),
        values=_plain(means),
        trend=_plain(trend),
        season=_plain(season),
        season_length=length,
        season_strength=strength,
        gaps=tuple((started(first + a, unit), started(first + b, unit)) for a, b in longest),
        gap_count=len(gaps),
        rows=len(frame),
        sampled=len(frame) < whole,
        undated=int((~dated).sum()),
    )  # fmt: skip


def _values(column: Any, name: str | None, table: Dataset) -> tuple[np.ndarray | None, str]:
    """What is averaged, NaN where it is missing, and what the average is called."""
    import numpy as np

    from mlworkbench.profiling.linking import Coded
    from mlworkbench.profiling.looking import unit_of

    if column is None:
        return None, "rows"
    coded = Coded(str(name), column)
    if coded.numeric and not coded.dated:
        return coded.values, f"mean of {name}"
    if coded.dated or not coded.levels:
        return None, "rows"
    mine = name == table.target and table.task == "binary" and table.classes[-1] in coded.levels
    at = coded.levels.index(table.classes[-1]) if mine else 0
    said = unit_of(table) if mine else f"share of {name} = {coded.levels[at][:40]}"
    return np.where(coded.known, (coded.values == at).astype(np.float64), np.nan), said


def fitting_unit(stamps: np.ndarray) -> str:
    """The finest unit with at most 400 periods that is no finer than the usual distance of two times."""
    import numpy as np

    ordered = np.unique(stamps)
    usual = float(np.median(np.diff(ordered))) if len(ordered) > 1 else 0.0
    span = float(ordered[-1] - ordered[0])
    fitting = (name for name, (size, _) in UNITS.items() if span / size <= MOST_POINTS and 1.1 * size >= usual)
    return next(fitting, "year")


def periods(stamps: np.ndarray, unit: str) -> np.ndarray:
    """The number of the period that each time (microseconds since 1970) is in; weeks begin on Monday."""
    import numpy as np

    if unit in ("month", "quarter", "year"):
        months: np.ndarray = stamps.view("datetime64[us]").astype("datetime64[M]").astype(np.int64)
        return months // {"month": 1, "quarter": 3, "year": 12}[unit]
    if unit == "week":
        return (stamps // DAY + 3) // 7
    found: np.ndarray = stamps // int(UNITS[unit][0])
    return found


def started(period: int, unit: str) -> str:
    """When a period begins."""
    import numpy as np

    if unit in ("month", "quarter", "year"):
        month = np.datetime64(period * {"month": 1, "quarter": 3, "year": 12}[unit], "M")
        return str(month.astype("datetime64[D]"))
    return iso((period * 7 - 3) * DAY if unit == "week" else period * int(UNITS[unit][0]))


def _bridged(values: np.ndarray) -> np.ndarray:
    import numpy as np

    known = np.isfinite(values)
    places = np.arange(len(values))
    return np.interp(places, places[known], values[known]) if known.any() else np.zeros(len(values))


def _best(
    values: np.ndarray, lengths: tuple[int, ...], multiplicative: bool
) -> tuple[int | None, np.ndarray, np.ndarray, float | None]:
    """The decomposition by the season that explains most; without two whole seasons a trend alone."""
    import numpy as np

    made = []
    for length in lengths:
        if len(values) >= 2 * length:
            trend, season, rest = decompose(values, length, multiplicative)
            made.append((_strength(season, rest, multiplicative), length, trend, season))
    if made:
        strength, length, trend, season = max(made, key=lambda one: one[0])
        return length, trend, season, strength
    width = max(3, len(values) // 10 | 1)
    return None, _moving(values, width), np.full(len(values), np.nan), None


def decompose(values: np.ndarray, length: int, multiplicative: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Trend, season and rest of a series without gaps: the classical decomposition.

    R. Hyndman and G. Athanasopoulos, Forecasting: Principles and Practice (3rd ed., 2021), section 3.4; the same as
    statsmodels' `seasonal_decompose`: a centred moving average over one season, then the mean of each phase.
    """
    import numpy as np

    trend = _moving(values, length)
    without = values / trend if multiplicative else values - trend
    phases = np.array([np.nanmean(without[phase::length]) for phase in range(length)])
    phases = phases / phases.mean() if multiplicative else phases - phases.mean()
    season = np.tile(phases, len(values) // length + 1)[: len(values)]
    rest = without / season if multiplicative else without - season
    return trend, season, rest


def _moving(values: np.ndarray, length: int) -> np.ndarray:
    """A centred moving average; of an even length the two ends count half."""
    import numpy as np

    weights = np.full(length, 1 / length) if length % 2 else np.array([0.5, *[1.0] * (length - 1), 0.5]) / length
    trend = np.full(len(values), np.nan)
    half = len(weights) // 2
    if len(values) >= len(weights):
        trend[half : len(values) - half] = np.convolve(values, weights, "valid")
    return trend


def _strength(season: np.ndarray, rest: np.ndarray, multiplicative: bool) -> float:
    """How much of what is not trend is season (X. Wang, K. Smith and R. Hyndman 2006)."""
    import numpy as np

    known = np.isfinite(rest) & ((rest > 0) if multiplicative else True)
    if known.sum() < 2:
        return 0.0
    a, b = (np.log(season[known]), np.log(rest[known])) if multiplicative else (season[known], rest[known])
    whole = float((a + b).var())
    return max(0.0, 1 - float(b.var()) / whole) if whole > 0 else 0.0


def _runs(empty: np.ndarray) -> list[tuple[int, int]]:
    """First and last place of each run of True."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate([[0], empty.astype(np.int8), [0]])))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _plain(values: np.ndarray) -> tuple[float | None, ...]:
    return tuple(None if value != value else value for value in values.tolist())
