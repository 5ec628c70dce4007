"""What the profiling stage gives back. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

_RECORD = ("id", "number", "created_at")


@dataclass(frozen=True)
class ColumnProfile:
    """One column.

    Parameters
    ----------
    missing, distinct : int
        Cells without a value; different values, exactly counted.
    quantiles : Mapping
        "0", "0.05", "0.25", "0.5", "0.75", "0.95", "1" → value; numbers, ISO times for dates; empty for words.
    mean, sd, skew : float or None
        Moments of finite numbers; sd with ddof 1, skew as scipy's (biased).
    zeros, negatives, infinite : int or None
        Of numbers.
    histogram : tuple of (low, high, count)
        At most 30 bins between the 0.5 % and 99.5 % quantiles, the outer ones taking what lies beyond; for dates ISO.
    top : tuple of (value, count)
        The most frequent values of words, at most 12.
    lengths : tuple of int or None
        Shortest, median and longest text, in characters.
    longest_gap_days, longest_gap : float or None, (start, end) or None
        Of dates: the longest time between two neighbouring values.
    days : (with a value, from the first to the last) or None
        Of dates: days covered.
    outliers : int or None
        Of numbers: values beyond Tukey's outer fences; None where half of all values are the same.
    errors : Mapping
        Empty for exact figures; of estimates "mean" and "share" (of the most frequent value): standard errors,
        "rank": how far any quantile's rank may be off, 0 to 1, in 95 of 100 samples.
    note : str
        What could not be computed and why.
    """

    name: str
    type: str
    missing: int
    distinct: int
    quantiles: Mapping[str, Any] = field(default_factory=dict)
    mean: float | None = None
    sd: float | None = None
    skew: float | None = None
    zeros: int | None = None
    negatives: int | None = None
    infinite: int | None = None
    histogram: tuple[tuple[Any, Any, int], ...] = ()
    top: tuple[tuple[str, int], ...] = ()
    lengths: tuple[int, int, int] | None = None
    longest_gap_days: float | None = None
    longest_gap: tuple[str, str] | None = None
    days: tuple[int, int] | None = None
    outliers: int | None = None
    errors: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    @property
    def sketch(self) -> tuple[int, ...]:
        """How the values are spread in at most fifteen counts: pairs of bins, or the most frequent values."""
        sizes = [size for _, _, size in self.histogram] or [size for _, size in self.top]
        if len(sizes) <= 15:
            return tuple(sizes)
        return tuple(sum(sizes[at : at + 2]) for at in range(0, len(sizes), 2))


@dataclass(frozen=True)
class Association:
    """How strongly two columns go together.

    Parameters
    ----------
    measure : {"spearman", "cramers_v", "correlation_ratio"}
    strength : float
        −1 to 1 for Spearman, 0 to 1 else.
    noise : float
        What unrelated columns stay below, in absolute value, in 95 of 100 samples of this size.
    rows : int
        Rows in which both have a value.
    p_value : float
        Of no link at all: normal for Spearman, chi-square for the others.
    pearson : float or None
        Of two columns of numbers; its noise is that of Spearman.
    information, information_noise : float or None
        Mutual information as the size of the correlation that would carry as much (0 to 1), and its noise.
    low, high : float or None
        95% interval of the strength; of links to the target.
    """

    left: str
    right: str
    measure: str
    strength: float
    noise: float
    rows: int
    p_value: float = 1.0
    pearson: float | None = None
    information: float | None = None
    information_noise: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def beyond_chance(self) -> bool:
        """Whether it is stronger than chance would make it."""
        return abs(self.strength) > self.noise


@dataclass(frozen=True)
class Pattern:
    """A combination of columns that are missing together, and in how many rows; no column: complete rows."""

    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Slice:
    """The target in a part of a column's values: its rate or mean with a 95% interval."""

    label: str
    rows: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class TargetLink:
    """A column and the target, over training rows."""

    column: str
    association: Association
    slices: tuple[Slice, ...] = ()


@dataclass(frozen=True)
class Profile:
    """A first look at a table.

    Parameters
    ----------
    sampled_rows : int
        Training rows that associations and links to the target were computed on; all other figures are exact.
    duplicates : int
        Rows beyond the first of each set of identical ones.
    missing_together : tuple of (left, right, count)
        Pairs of columns whose gaps coincide most.
    target_unit : str
        What the slices' values are: "share of …" or "mean of …".
    patterns, pattern_count : tuple of Pattern, int
        The most frequent combinations of missing columns, at most 20, and how many there are.
    looked_rows : int
        Rows that the figures of the columns come from: all of them, unless `estimated`.
    estimated : bool
        Whether these are estimates from a sample, counts scaled up to the table.
    seconds : float or None
        How long it took.
    """

    id: str
    number: int
    dataset: str
    rows: int
    cells_missing: int
    duplicates: int
    columns: tuple[ColumnProfile, ...]
    missing_together: tuple[tuple[str, str, int], ...]
    associations: tuple[Association, ...]
    links: tuple[TargetLink, ...]
    target: str | None
    target_unit: str
    sampled_rows: int
    training_rows: int
    seed: int
    sentence: str
    created_at: str = ""
    patterns: tuple[Pattern, ...] = ()
    pattern_count: int = 0
    looked_rows: int = 0
    estimated: bool = False
    seconds: float | None = None

    def column(self, name: str) -> ColumnProfile:
        """The column of that name."""
        return next(one for one in self.columns if one.name == name)

    def link(self, name: str) -> TargetLink | None:
        """How a column goes with the target; None where that is not known."""
        return next((one for one in self.links if one.column == name), None)

    def to_json(self) -> dict[str, Any]:
        """The stored document."""
        return {name: value for name, value in asdict(self).items() if name not in _RECORD}

    @classmethod
    def from_json(cls, body: Mapping[str, Any], *, id: str, number: int, created_at: str) -> Profile:  # noqa: A002
        """The profile from its stored document and its artifact's record."""
        lists: dict[str, Any] = {
            "columns": tuple(_column(one) for one in body["columns"]),
            "missing_together": tuple(tuple(one) for one in body["missing_together"]),
            "associations": tuple(Association(**one) for one in body["associations"]),
            "patterns": tuple(Pattern(tuple(one["columns"]), one["rows"]) for one in body.get("patterns", ())),
            "links": tuple(
                TargetLink(
                    one["column"],
                    Association(**one["association"]),
                    tuple(Slice(**part) for part in one["slices"]),
                )
                for one in body["links"]
            ),
        }
        known = {one.name for one in fields(cls)}
        return cls(
            **{**{k: v for k, v in body.items() if k in known}, **lists}, id=id, number=number, created_at=created_at
        )


def _column(body: Mapping[str, Any]) -> ColumnProfile:
    lists = {
        "histogram": tuple(tuple(one) for one in body["histogram"]),
        "top": tuple(tuple(one) for one in body["top"]),
        **{name: tuple(body[name]) if body.get(name) else None for name in ("lengths", "longest_gap", "days")},
    }
    return ColumnProfile(**{**body, **lists})
