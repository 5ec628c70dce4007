"""What goes together: associations of mixed types, and each column's link to the target, on sampled training rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

from mlworkbench.profiling.measures import (
    Z,
    correlation,
    eta_of,
    information,
    interval_of_chi,
    interval_of_correlation,
    mean_interval,
    ranked,
    share_interval,
    v_of,
)
from mlworkbench.profiling.results import Association, Slice, TargetLink

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MOST_COLUMNS = 60  # with more, only links to the target are computed, and the pairs that somebody asks for
MOST_LEVELS = 50  # of words; the rest is one level
BINS = 8
FEWEST = 20  # rows that both columns must have


class Coded:
    """A column as numbers (dates too) or as codes of its levels (words), −1 or NaN where it is missing."""

    def __init__(self, name: str, values: pd.Series[Any]) -> None:
        import numpy as np
        import pandas as pd

        self.name = name
        self.dated = pd.api.types.is_datetime64_any_dtype(values)
        self.numeric = self.dated or (pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values))
        if self.numeric:
            plain = values.astype("int64").where(values.notna()) if self.dated else values
            numbers = plain.to_numpy(dtype=np.float64, na_value=np.nan)
            self.values = np.where(np.isfinite(numbers), numbers, np.nan)
            self.known = np.isfinite(self.values)
            self.levels: list[str] = []
        else:
            codes, levels = pd.factorize(values, sort=False)
            counts = np.bincount(codes[codes >= 0], minlength=len(levels))
            keep = np.argsort(-counts, kind="stable")[:MOST_LEVELS]
            place = np.full(len(levels) + 1, len(keep))
            place[keep] = np.arange(len(keep))
            self.values = np.where(codes >= 0, place[codes], -1)
            self.known = codes >= 0
            self.levels = [str(levels[at]) for at in keep] + (["others"] if len(levels) > len(keep) else [])
        self.complete = bool(self.known.all())

    @cached_property
    def ranks(self) -> np.ndarray:
        """Ranks of numbers less their mean; of a column without gaps."""
        return ranked(self.values)

    @cached_property
    def edges(self) -> np.ndarray:
        """Where a column of numbers is cut into eight parts of equal size (fewer where values repeat)."""
        import numpy as np

        return np.unique(np.quantile(self.values[self.known], np.linspace(0, 1, BINS + 1)))

    @cached_property
    def cells(self) -> tuple[np.ndarray, int]:
        """The part or level of each row, and how many there are; one more stands for missing."""
        import numpy as np

        if not self.numeric:
            many = len(self.levels)
            return np.where(self.known, self.values, many), many
        if not self.known.any():
            return np.zeros(len(self.values), dtype=np.int64), 0
        many = max(len(self.edges) - 1, 1)
        codes = np.clip(np.searchsorted(self.edges, self.values, side="right") - 1, 0, many - 1)
        return np.where(self.known, codes, many), many


def crossed(left: Coded, right: Coded) -> np.ndarray:
    """How many rows have each pair of levels or parts."""
    import numpy as np

    (a, rows), (b, columns) = left.cells, right.cells
    size = columns + 1
    table: np.ndarray = np.bincount(a * size + b, minlength=(rows + 1) * size).reshape(rows + 1, size)[:-1, :-1]
    return table


def associate(left: Coded, right: Coded, *, interval: bool = False) -> Association | None:
    """The association that fits the types of two columns; None where too few rows have both, or one is constant."""
    whole = left.complete and right.complete
    both = slice(None) if whole else left.known & right.known
    rows = len(left.known) if whole else int(left.known[both].sum())
    if rows < FEWEST:
        return None
    table = crossed(left, right)
    shared, chance_of_it = information(table)
    extra: dict[str, Any] = {"information": shared, "information_noise": chance_of_it}
    if left.numeric and right.numeric:
        a, b = left.values[both], right.values[both]
        found = correlation(left.ranks, right.ranks) if whole else correlation(ranked(a), ranked(b))
        chance = math.erfc(abs(found) * math.sqrt((rows - 1) / 2)) if math.isfinite(found) else 1.0
        pearson = correlation(a, b)
        extra["pearson"] = pearson if math.isfinite(pearson) else None
        bounds = interval_of_correlation(found, rows) if interval else (None, None)
        return _made(left, right, "spearman", found, Z / math.sqrt(rows - 1), rows, chance, bounds, extra)
    if not left.numeric and not right.numeric:
        strength, noise, chance, chi, freedom, scale = v_of(table)
        measure = "cramers_v"
    else:
        words, numbers = (right, left) if left.numeric else (left, right)
        ranks = numbers.ranks if whole else ranked(numbers.values[both])
        codes = words.values[both]
        strength, noise, chance, chi, freedom, scale = eta_of(codes, ranks)
        measure = "correlation_ratio"
    bounds = interval_of_chi(strength, chi, freedom, scale) if interval else (None, None)
    return _made(left, right, measure, strength, noise, rows, chance, bounds, extra)


def _made(
    left: Coded,
    right: Coded,
    measure: str,
    strength: float,
    noise: float,
    rows: int,
    chance: float,
    bounds: tuple[float | None, float | None],
    extra: dict[str, Any],
) -> Association | None:
    if not math.isfinite(strength):
        return None
    found = Association(left.name, right.name, measure, strength, noise, rows, chance, **extra)
    return replace(found, low=bounds[0], high=bounds[1])


def associations(columns: Sequence[Coded], most: int | None = MOST_COLUMNS) -> tuple[Association, ...]:
    """All pairs, the strongest first; none with more than `most` columns."""
    if most is not None and len(columns) > most:
        return ()
    found = [associate(left, right) for left, right in combinations(columns, 2)]
    return tuple(sorted((one for one in found if one), key=lambda one: (-abs(one.strength), one.left, one.right)))


def surely(links: Sequence[TargetLink], rate: float = 0.05) -> tuple[TargetLink, ...]:
    """The links that are no chance, in their order: Benjamini and Hochberg (1995) over all of them."""
    ordered = sorted(one.association.p_value for one in links)
    passed = [p for place, p in enumerate(ordered, start=1) if p <= rate * place / len(ordered)]
    return tuple(one for one in links if passed and one.association.p_value <= passed[-1])


def link(column: Coded, target: Coded, positive: int | None) -> TargetLink | None:
    """A column's association with the target, and the target over the column's values.

    Parameters
    ----------
    positive : int, optional
        Code of the class whose share is shown; None for a number (its mean) or several classes (no slices).
    """
    found = associate(column, target, interval=True)
    if found is None:
        return None
    if not target.numeric and positive is None:
        return TargetLink(column.name, found)
    return TargetLink(column.name, found, _slices(column, target, positive))


def _slices(column: Coded, target: Coded, positive: int | None) -> tuple[Slice, ...]:
    import numpy as np

    both = column.known & target.known
    values = column.values[both]
    truth = target.values[both] if positive is None else (target.values[both] == positive).astype(np.float64)
    made = []
    for label, rows in parts_of(column, values):
        n = int(rows.sum())
        if n >= 5:
            made.append(Slice(label[:60], n, *interval_of(truth[rows], positive is not None)))
    return tuple(made)


def parts_of(column: Coded, values: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """The parts a column's known values fall into, named: levels of words, eighths of numbers, spans of dates."""
    import numpy as np

    if not column.numeric:
        return [(name, values == code) for code, name in enumerate(column.levels[:BINS])]
    edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)))
    if len(edges) < 3:
        return [(_edge(column, edge), values == edge) for edge in edges]
    places = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    return [
        (f"{_edge(column, edges[at])} to {_edge(column, edges[at + 1])}", places == at) for at in range(len(edges) - 1)
    ]


def _edge(column: Coded, value: float) -> str:
    from mlworkbench.profiling.columns import iso

    return iso(value) if column.dated else f"{value:.4g}"


def interval_of(values: np.ndarray, share: bool) -> tuple[float, float, float]:
    """A share (of ones among zeros) or a mean, with its 95% interval."""
    return share_interval(float(values.sum()), len(values)) if share else mean_interval(values)
