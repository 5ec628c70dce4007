"""Slices side by side: the table grouped by one column, with the target and a second column in each group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench.data import Dataset, draw_rows, get_dataset, learning_frame
from mlworkbench.errors import InvalidInput
from mlworkbench.profiling.linking import Coded, interval_of, parts_of
from mlworkbench.profiling.looking import unit_of
from mlworkbench.profiling.sampling import remembered

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.projects import Project

MOST_ROWS = 100_000
MOST_CELLS = 3_000_000
LEVELS = 12
FEWEST = 5  # rows for an interval


@dataclass(frozen=True)
class Estimate:
    """A share or mean with its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Group:
    """One slice: its rows, the share of its cells that are missing, the target and the second column in it."""

    label: str
    rows: int
    share: float
    missing: float
    target: Estimate | None
    second: Estimate | None


@dataclass(frozen=True)
class Slices:
    """The table grouped by a column.

    Parameters
    ----------
    target_unit, second_unit : str
        What the two estimates are; empty where there is none.
    rows, sampled : int, bool
        Training rows that it is computed on, and whether they are a sample.
    """

    by: str
    second: str | None
    target_unit: str
    second_unit: str
    rows: int
    sampled: bool
    groups: tuple[Group, ...]
    overall: Group


def slices(
    project: Project, dataset: Dataset | str | None = None, by: str = "", *, second: str | None = None, seed: int = 0
) -> Slices:
    """Group the training rows by a column and put the groups side by side.

    Words: the twelve most frequent values and the rest; numbers and dates: eighths; missing is a group of its own.
    Of a big table 100,000 rows are drawn by the seed. Shares have E. B. Wilson's interval (1927), means the normal one.

    Raises
    ------
    InvalidInput
        field="by" or "second": no column of the table.
    """
    table = dataset if isinstance(dataset, Dataset) else get_dataset(project, dataset)
    for name, where in ((by, "by"), (second, "second")):
        if name is not None and name not in table.names:
            raise InvalidInput(f"Slices are by columns of the table. It has no column {name!r}.", field=where)
    return remembered(
        project, ("slices", table.id, by, second, seed), lambda: _slices(project, table, by, second, seed)
    )


def _slices(project: Project, table: Dataset, by: str, second: str | None, seed: int) -> Slices:
    import numpy as np

    rows = min(MOST_ROWS, max(2_000, MOST_CELLS // len(table.columns)))
    drawn = draw_rows(project, table, rows, seed=seed, training=True)
    wanted = list(dict.fromkeys(name for name in (by, second, table.target) if name))
    frame = learning_frame(drawn.table.select(wanted))
    gaps = np.zeros(len(frame))
    for cells in drawn.table.columns:
        if cells.null_count:
            gaps += cells.is_null().to_numpy()
    grouped = Coded(by, frame[by])
    target, target_unit = _figure(Coded(table.target, frame[table.target]) if table.target else None, table)
    other, second_unit = _figure(Coded(second, frame[second]) if second else None, table)
    everything = np.ones(len(frame), dtype=bool)

    def group(label: str, mask: np.ndarray) -> Group:
        many = int(mask.sum())
        missing = float(gaps[mask].mean()) / len(table.columns) if many else 0.0
        share = many / len(frame) if len(frame) else 0.0
        return Group(label[:60], many, share, missing, _estimate(target, mask), _estimate(other, mask))

    groups = [group(label, mask) for label, mask in _parts(grouped) if mask.any()]
    return Slices(
        by, second, target_unit if target else "", second_unit, len(frame), len(frame) < table.training_rows,
        tuple(groups), group("all", everything),
    )  # fmt: skip


_Figure = tuple["np.ndarray", "np.ndarray", bool]


def _figure(column: Coded | None, table: Dataset) -> tuple[_Figure | None, str]:
    """What is averaged of a column (values, where they are known, whether they are zeros and ones), and its name."""
    import numpy as np

    if column is None:
        return None, ""
    if column.numeric:
        return None if column.dated else (column.values, column.known, False), f"mean of {column.name}"
    if column.name == table.target and table.task != "binary":
        return None, ""
    if not column.levels:
        return None, ""
    mine = column.name == table.target and table.classes[-1] in column.levels
    at = column.levels.index(table.classes[-1]) if mine else 0
    unit = unit_of(table) if mine else f"share of {column.name} = {column.levels[at]}"
    return ((column.values == at).astype(np.float64), column.known, True), unit


def _estimate(figure: _Figure | None, mask: np.ndarray) -> Estimate | None:
    if figure is None:
        return None
    values, known, share = figure
    some = values[mask & known]
    return Estimate(*interval_of(some, share)) if len(some) >= FEWEST else None


def _parts(column: Coded) -> list[tuple[str, Any]]:
    import numpy as np

    parts = []
    if column.numeric and column.known.any():
        for label, inside in parts_of(column, column.values[column.known]):
            mask = np.zeros(len(column.known), dtype=bool)
            mask[column.known] = inside
            parts.append((label, mask))
    elif not column.numeric:
        parts = [(name, column.values == code) for code, name in enumerate(column.levels[:LEVELS])]
        if len(column.levels) > LEVELS:
            parts.append(("others", column.values >= LEVELS))
    return [*parts, ("missing", ~column.known)]
