"""A few rows of a big table, drawn without reading all of it: whole where that is cheap, else from a few places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlworkbench.artifacts import path as artifact_path
from mlworkbench.artifacts import read_json
from mlworkbench.data.arrays import as_numpy
from mlworkbench.data.holdout import TRAINING, sides_of_rows
from mlworkbench.data.results import Dataset
from mlworkbench.projects import Project

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

CHEAP_CELLS = 5_000_000  # read in some tenths of a second
PLACES = 24


@dataclass(frozen=True)
class DrawnRows:
    """Rows of a table as they are stored.

    Parameters
    ----------
    table : pyarrow.Table
        The columns asked for; words as codes.
    positions : numpy.ndarray
        Where each row stands in the table, ascending.
    training : numpy.ndarray of bool
        The rows that models learn from; all of a table without a target.
    places : numpy.ndarray or None
        The part of the file that each row was read from; None when every row was drawn on its own. Rows of one part
        may be alike, so what is estimated from them errs as the parts differ, not as the rows do.
    """

    table: pa.Table
    positions: np.ndarray
    training: np.ndarray
    places: np.ndarray | None


def draw_rows(
    project: Project,
    dataset: Dataset,
    rows: int,
    *,
    seed: int = 0,
    columns: Sequence[str] | None = None,
    training: bool = False,
) -> DrawnRows:
    """Draw rows by a seed: one by one, or (of a big table) equally many from up to 24 of its parts, spread evenly.

    Parameters
    ----------
    training : bool
        Draw from the rows that models learn from only.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    place = artifact_path(project, dataset.table)
    words = [field.name for field in pq.read_schema(place) if pa.types.is_string(field.type)]
    file = pq.ParquetFile(place, read_dictionary=words)
    names = list(columns) if columns is not None else list(dataset.names)
    random = np.random.default_rng(seed)
    sizes = np.array([file.metadata.row_group(one).num_rows for one in range(file.num_row_groups)], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if len(sizes) else sizes
    parts = _parts(sizes, len(names), random)
    read = list(dict.fromkeys([*names, *_needed(project, dataset)]))
    cells = file.read_row_groups([int(one) for one in parts], read) if len(parts) else file.schema_arrow.empty_table()
    positions = np.concatenate([np.arange(starts[one], starts[one] + sizes[one]) for one in parts] or [sizes])
    places = np.repeat(np.arange(len(parts)), sizes[parts]) if len(parts) < len(sizes) else None
    mask = _training(project, dataset, cells, positions, starts)
    usable = np.flatnonzero(mask) if training else np.arange(len(positions))
    if len(usable) > rows:
        usable = np.sort(random.choice(usable, rows, replace=False))
    taken = cells.select(names).take(pa.array(usable))
    return DrawnRows(taken, positions[usable], mask[usable], places[usable] if places is not None else None)


def _parts(sizes: np.ndarray, columns: int, random: np.random.Generator) -> np.ndarray:
    """The row groups to read: all, or one of each of equally many strips of the file."""
    import numpy as np

    total = int(sizes.sum())
    if total * columns <= CHEAP_CELLS or len(sizes) < 3:
        return np.arange(len(sizes))
    few = min(PLACES, max(2, int(CHEAP_CELLS / (total / len(sizes) * columns))))
    if few >= len(sizes):
        return np.arange(len(sizes))
    return np.array([int(random.choice(strip)) for strip in np.array_split(np.arange(len(sizes)), few)])


def _needed(project: Project, dataset: Dataset) -> tuple[str, ...]:
    """Columns that tell on which side of the holdout a row is."""
    policy = read_json(project, dataset.holdout)["policy"] if dataset.holdout else {}
    return tuple(name for name in (dataset.target, policy.get("column")) if name in dataset.names)


def _training(
    project: Project, dataset: Dataset, cells: pa.Table, positions: np.ndarray, starts: np.ndarray
) -> np.ndarray:
    import numpy as np
    import pyarrow.parquet as pq

    if not dataset.target:
        return np.ones(len(positions), dtype=bool)
    labelled: np.ndarray = as_numpy(cells[dataset.target].is_valid())
    if dataset.holdout is None or not len(positions):
        return labelled
    file = pq.ParquetFile(artifact_path(project, dataset.keys))
    sizes = np.array([file.metadata.row_group(one).num_rows for one in range(file.num_row_groups)])
    ends = np.cumsum(sizes)
    wanted = np.unique(np.searchsorted(ends, positions, side="right"))
    keys = file.read_row_groups([int(one) for one in wanted], ["key"])["key"].to_numpy()
    first = np.concatenate([[0], np.cumsum(sizes[wanted])[:-1]])  # where each of the groups read begins in `keys`
    group = np.searchsorted(ends, positions, side="right")
    place = first[np.searchsorted(wanted, group)] + positions - (ends - sizes)[group]
    side = sides_of_rows(project, dataset.holdout, cells, keys[place])
    both: np.ndarray = labelled & (side == TRAINING)
    return both
