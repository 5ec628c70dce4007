"""The rows a ydata report is about: all, a sample, or the latest of a time series; two tables made comparable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlworkbench import artifacts
from mlworkbench.data import Dataset, learning_frame
from mlworkbench.errors import NotApplicable
from mlworkbench.profiling.sealing import harmless

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlworkbench.projects import Project

BATCH = 65_536


@dataclass(frozen=True)
class Part:
    """One table of a report with the columns that are looked at; `time` orders its rows."""

    dataset: Dataset
    names: tuple[str, ...]
    time: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """What was read of a part."""

    part: Part
    frame: pd.DataFrame
    sampled: bool
    notes: tuple[str, ...] = ()


def sample(project: Project, part: Part, rows: int | None, seed: int) -> Rows:
    """All rows, or so many drawn by `seed`, in the order of the table."""
    import numpy as np

    total = part.dataset.rows
    if rows is None or rows >= total:
        return Rows(part, _read(project, part), False, part.notes)
    places = np.sort(np.random.default_rng(seed).choice(total, rows, replace=False))
    said = f"{rows:,} of {total:,} rows of data v{part.dataset.number}, drawn with seed {seed}."
    return Rows(part, _read(project, part, places), True, (said, *part.notes))


def rows_in_time(project: Project, part: Part, time: str, rows: int | None) -> Rows:
    """The rows that have a time, ordered by it; with `rows` the latest ones.

    Raises
    ------
    NotApplicable
        All rows have the same time or none.
    """
    import numpy as np

    times = _read(project, replace(part, names=(time,)))[time]
    order = np.argsort(times.to_numpy(), kind="stable")
    known = order[times.notna().to_numpy()[order]]
    if times.nunique() < 2:
        raise NotApplicable(
            f"A time series needs at least two different times; {time!r} has {times.nunique()}.", field="time"
        )
    notes = []
    if len(known) < len(order):
        notes.append(f"{len(order) - len(known):,} rows without a time in {time} are left out.")
    sampled = rows is not None and rows < len(known)
    if sampled:
        notes.append(f"The latest {rows:,} of {len(known):,} rows.")
        known = known[-(rows or 0) :]
    frame = _read(project, part, np.sort(known))
    ordered = frame.sort_values(time, kind="stable", ignore_index=True)
    return Rows(part, ordered, sampled, (*notes, *part.notes))


def comparable(read: Sequence[Rows]) -> tuple[list[pd.DataFrame], Mapping[str, str], tuple[str, ...]]:
    """The frames as the library can bear them, the names it will use → ours, and what was changed, with counts.

    Of two tables only columns that are of one kind in both: one that has values on one side only is left out, one that
    is read as different types is written as words.

    Raises
    ------
    NotApplicable
        No column is left.
    """
    types = [{one.name: one.type for one in rows.part.dataset.columns} for rows in read]
    frames = [rows.frame for rows in read]
    notes = [note for rows in read for note in rows.notes]
    if len(read) == 2:
        names, empty, mixed = [], [], []
        for name in read[0].part.names:
            sides = [frame[name].notna().any() for frame in frames]
            if sides[0] != sides[1]:
                empty.append(name)
                continue
            names.append(name)
            if frames[0][name].dtype != frames[1][name].dtype or types[0][name] != types[1][name]:
                kinds = {_kind(frame[name], kind[name]) for frame, kind in zip(frames, types, strict=True)}
                if len(kinds) > 1:
                    mixed.append(name)
        if not names:
            raise NotApplicable("No column has values in both versions.", field="other")
        if empty:
            notes.append(f"Left out, with values in one version only: {', '.join(empty)[:200]}.")
        if mixed:
            notes.append(f"Compared as words, being of different types: {', '.join(mixed)[:200]}.")
        frames = [frame[names].astype(dict.fromkeys(mixed, object)) for frame in frames]
        types = [kind | dict.fromkeys(mixed, "text") for kind in types]
    made = [harmless(frame, kind) for frame, kind in zip(frames, types, strict=True)]
    for one, rows in zip(made, read, strict=True):
        about = f"Data v{rows.part.dataset.number}, " if len(read) > 1 else ""
        notes += [f"{about}{note}" for note in one.notes]
    return [one.frame for one in made], made[0].names, tuple(notes)


def _kind(column: pd.Series, type_: str) -> str:
    if column.dtype.kind in "fiub":
        return "number"
    return "date" if column.dtype.kind == "M" else "category" if type_ in ("binary", "category", "constant") else "text"


def _read(project: Project, part: Part, places: np.ndarray | None = None) -> pd.DataFrame:
    """Rows at these places (ascending), batch by batch: a sample of a large table never has the whole in memory."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(artifacts.path(project, part.dataset.table))
    pieces, at = [], 0
    for batch in file.iter_batches(BATCH, columns=list(part.names)):
        inside = slice(None) if places is None else slice(*np.searchsorted(places, (at, at + len(batch))))
        taken = batch if places is None else batch.take(pa.array(places[inside] - at))
        pieces.append(taken.select(list(part.names)))
        at += len(batch)
    schema = pa.schema([file.schema_arrow.field(name) for name in part.names])
    return learning_frame(pa.Table.from_batches(pieces, schema=schema))
