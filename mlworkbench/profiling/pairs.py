"""Two columns side by side: what a chart of their association needs, and associations that somebody asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlworkbench.data import Dataset, get_dataset
from mlworkbench.errors import InvalidInput
from mlworkbench.profiling.linking import FEWEST, MOST_COLUMNS, Coded, associate, associations
from mlworkbench.profiling.looking import SAMPLE
from mlworkbench.profiling.results import Association
from mlworkbench.profiling.sampling import remembered, training_sample

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.projects import Project

BINS = 24
LEVELS = 12


@dataclass(frozen=True)
class Box:
    """Quantiles of numbers in one group: 5 %, 25 %, 50 %, 75 %, 95 %."""

    label: str
    rows: int
    quantiles: tuple[float, ...]


@dataclass(frozen=True)
class Pair:
    """Two columns, counted together on sampled training rows.

    Parameters
    ----------
    kind : {"grid", "boxes", "counts"}
        Two columns of numbers: rows per cell of a grid; words and numbers: quantiles per word; words: rows per pair.
    x, y : str
        Columns; of boxes x has the numbers.
    x_edges, y_edges : tuple of float
        Of a grid; dates as microseconds since 1970.
    x_labels, y_labels : tuple of str
        Of counts.
    table : tuple of tuple of int
        Rows by (y, x).
    """

    kind: str
    x: str
    y: str
    rows: int
    association: Association | None
    x_dated: bool = False
    y_dated: bool = False
    x_edges: tuple[float, ...] = ()
    y_edges: tuple[float, ...] = ()
    x_labels: tuple[str, ...] = ()
    y_labels: tuple[str, ...] = ()
    table: tuple[tuple[int, ...], ...] = ()
    boxes: tuple[Box, ...] = ()


def pair(
    project: Project,
    dataset: Dataset | str | None,
    left: str,
    right: str,
    *,
    sample_rows: int = SAMPLE,
    seed: int = 0,
) -> Pair | None:
    """Count two columns together on the training rows that associations are computed on; None with too few rows.

    Raises
    ------
    InvalidInput
        field="columns": one is no column of the table.
    """
    table = dataset if isinstance(dataset, Dataset) else get_dataset(project, dataset)
    _check(table, (left, right))

    def make() -> Pair | None:
        columns = None if {left, right} <= set(_usual(table)) else tuple(dict.fromkeys((left, right)))
        sample = training_sample(project, table, sample_rows, seed, columns)
        a, b = sample.column(left), sample.column(right)
        return _pair(a, b) if a is not None and b is not None else None

    return remembered(project, ("pair", table.id, left, right, sample_rows, seed), make)


def associations_among(
    project: Project,
    dataset: Dataset | str | None,
    columns: Sequence[str],
    *,
    sample_rows: int = SAMPLE,
    seed: int = 0,
) -> tuple[Association, ...]:
    """The associations of the columns asked for, the strongest first: the way to those of a wide table.

    Raises
    ------
    InvalidInput
        field="columns": fewer than two or more than 60, or no columns of the table.
    """
    table = dataset if isinstance(dataset, Dataset) else get_dataset(project, dataset)
    names = tuple(dict.fromkeys(columns))
    _check(table, names)
    if not 2 <= len(names) <= MOST_COLUMNS:
        raise InvalidInput(
            f"Associations are computed among 2 to {MOST_COLUMNS} columns. Got {len(names)}.", field="columns"
        )

    def make() -> tuple[Association, ...]:
        sample = training_sample(project, table, sample_rows, seed, names)
        return associations([one for name in names if (one := sample.column(name)) is not None])

    return remembered(project, ("associations", table.id, names, sample_rows, seed), make)


def _usual(table: Dataset) -> tuple[str, ...]:
    from mlworkbench.profiling.sampling import looked_at_together

    return (*looked_at_together(table), *([table.target] if table.target else []))


def _check(table: Dataset, names: Sequence[str]) -> None:
    for name in names:
        if name not in table.names:
            raise InvalidInput(f"The table has no column {name!r}.", field="columns")


def _pair(a: Coded, b: Coded) -> Pair | None:
    import numpy as np

    both = a.known & b.known
    rows = int(both.sum())
    if rows < FEWEST:
        return None
    found = associate(a, b)
    if a.numeric and b.numeric:
        x, y = a.values[both], b.values[both]
        x_edges, y_edges = _edges(x), _edges(y)
        counts = np.histogram2d(
            np.clip(y, y_edges[0], y_edges[-1]), np.clip(x, x_edges[0], x_edges[-1]), bins=(y_edges, x_edges)
        )[0]
        return Pair(
            "grid", a.name, b.name, rows, found, a.dated, b.dated,
            x_edges=tuple(x_edges.tolist()), y_edges=tuple(y_edges.tolist()), table=_whole(counts),
        )  # fmt: skip
    if a.numeric or b.numeric:
        numbers, words = (a, b) if a.numeric else (b, a)
        values, codes = numbers.values[both], words.values[both]
        boxes = tuple(
            Box(label, int(mask.sum()), tuple(map(float, np.quantile(values[mask], (0.05, 0.25, 0.5, 0.75, 0.95)))))
            for label, mask in _groups(words, codes)
            if mask.any()
        )
        return Pair("boxes", numbers.name, words.name, rows, found, x_dated=numbers.dated, boxes=boxes)
    x_groups, y_groups = _groups(a, a.values[both]), _groups(b, b.values[both])
    counts = np.array([[int((mine & other).sum()) for _, mine in x_groups] for _, other in y_groups])
    return Pair(
        "counts", a.name, b.name, rows, found,
        x_labels=tuple(label for label, _ in x_groups), y_labels=tuple(label for label, _ in y_groups),
        table=_whole(counts),
    )  # fmt: skip


def _edges(values: np.ndarray) -> np.ndarray:
    """Equal bins over the middle 99 %; what lies beyond is counted in the outer ones."""
    import numpy as np

    low, high = np.quantile(values, (0.005, 0.995))
    if low == high:
        low, high = values.min(), values.max()
    if low == high:
        low, high = low - 0.5, high + 0.5
    whole = bool((values == np.round(values)).all()) and high / 2 - low / 2 < BINS / 2
    edges: np.ndarray = np.arange(np.floor(low) - 0.5, np.ceil(high) + 1) if whole else np.empty(0)
    return edges if whole else 2 * np.linspace(low / 2, high / 2, BINS + 1)  # halves: their distance is always finite


def _groups(column: Coded, codes: np.ndarray) -> list[tuple[str, np.ndarray]]:
    named = [(name[:60], codes == code) for code, name in enumerate(column.levels[:LEVELS])]
    return named if len(column.levels) <= LEVELS else [*named, ("others", codes >= LEVELS)]


def _whole(counts: np.ndarray) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(one) for one in row) for row in counts)
