"""The newer table: a file added to the champion's rows or put in their place, and who may learn from which row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import (
    Dataset,
    append,
    get_dataset,
    ingest,
    load_keys,
    load_table,
    load_training,
    read_rows,
    repair_like,
    row_keys,
)
from mlworkbench.errors import InvalidInput, listing
from mlworkbench.jobs import Progress
from mlworkbench.modeling import ModelVersion
from mlworkbench.scoping import get_contract

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.projects import Project

MODES = ("append", "replace")
SHARED = 0.5  # a file that has this share of the table's rows is a new edition of it
ASIDE = 5  # of the newer rows, every fifth by key is put aside to judge on
FEWEST_ASIDE = 40  # fewer would judge nothing


@dataclass(frozen=True)
class Newer:
    """A newer table and its rows' parts.

    Parameters
    ----------
    learn, aside : array of int
        Positions that may be learned from; positions of newer rows that are put aside to judge on.
    ages : array of float
        Age of each row of `learn`, 0 for the newest, in `unit`.
    """

    dataset: Dataset
    mode: str
    learn: np.ndarray
    aside: np.ndarray
    ages: np.ndarray
    unit: str
    new_rows: int
    duplicate_rows: int
    notes: tuple[str, ...]


def bring(
    project: Project,
    champion: ModelVersion,
    *,
    data: str | None,
    dataset: str | None,
    mode: str | None,
    seed: int,
    progress: Progress,
) -> Newer:
    """Make or find the newer table; the project's current table stays what it is."""
    if (data is None) == (dataset is None):
        raise InvalidInput("Give newer data either as a file or as a version of the table, not both.", field="data")
    if mode is not None and mode not in MODES:
        raise InvalidInput(f"The mode is one of: {listing(MODES)}. Got {mode!r}.", field="mode")
    old = get_dataset(project, champion.dataset)
    if dataset is not None:
        newer = get_dataset(project, dataset)
        if newer.id == old.id:
            raise InvalidInput(
                f"Version {newer.number} is what the champion learned from. Choose a newer one, or bring a file.",
                field="dataset",
            )
        return _parts(project, old, newer, "version", 0, ())
    return _from_file(project, old, champion, str(data), mode, seed, progress)


def _from_file(
    project: Project, old: Dataset, champion: ModelVersion, data: str, mode: str | None, seed: int, progress: Progress
) -> Newer:
    import numpy as np

    read = read_rows(project, data, old.schema, like=old)
    progress.update(0.05, "Comparing the rows with the champion's")
    if champion.target not in read.frame.columns:
        raise InvalidInput(
            f"The file has no column {champion.target!r}, and without outcomes there is nothing to learn. "
            f"It has: {listing(read.frame.columns)}.",
            field="data",
        )
    if gone := [one.name for one in champion.inputs if one.name not in read.frame.columns]:
        raise InvalidInput(
            f"The file lacks {listing(gone)}, which the champion takes. It has: {listing(read.frame.columns)}.",
            field="data",
        )
    if champion.classes:
        unknown = sorted(set(read.frame[champion.target].dropna().astype(str)) - set(champion.classes))
        if unknown:
            raise InvalidInput(
                f"The file has classes that the champion does not know: {listing(unknown)}. It knows "
                f"{listing(champion.classes)}. Correct them, or compare models on a table that has them.",
                field="data",
            )
    known = load_keys(project, old) if read.repaired or not old.settings.get("repairs") else _contents(project, old)
    there = np.isin(read.keys, known)
    chosen = mode or ("replace" if len(known) and np.isin(known, read.keys).mean() >= SHARED else "append")
    notes = [f"{read.rejected_rows:,} rows of the file could not be read"] if read.rejected_rows else []
    current = artifacts.get_alias(project, "dataset")
    with project.workspace.scratch("retrain") as folder:
        source: str | Path = data
        if chosen == "append":
            frame = read.frame[~there]
            if frame.empty:
                raise InvalidInput(
                    f"All {len(there):,} rows of the file are in the champion's table already. Bring newer rows.",
                    field="data",
                )
            if extra := [name for name in frame.columns if name not in old.names]:
                notes.append(f"columns that the table does not have were left out: {listing(extra)}")
            if not read.repaired:
                source = Path(folder) / f"version-{old.number}-and-newer.parquet"
                _append(project, old, frame, source)
        positive = champion.classes[-1] if len(champion.classes) == 2 else None
        try:
            if read.repaired and chosen == "replace":
                newer = repair_like(
                    project, old, source=source, target=champion.target, task=champion.task, positive=positive
                )
            elif read.repaired:
                newer = append(project, source=data, dataset=old.id)
            else:
                newer = ingest(
                    project,
                    source=str(source),
                    types={one.name: one.type for one in old.columns if one.type not in ("binary", "constant")},
                    target=champion.target,
                    task=champion.task,
                    positive=positive,
                    holdout=old.settings.get("holdout"),
                    seed=seed,
                )
        finally:
            if current is not None:
                artifacts.set_alias(project, "dataset", current.id)
    duplicates = int(there.sum()) if chosen == "append" else 0
    return _parts(project, old, newer, chosen, duplicates, tuple(notes))


def _append(project: Project, old: Dataset, frame: Any, target: Path) -> None:
    """The old table as it is stored, and the newer rows in its types, in one file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(artifacts.path(project, old.table))
    columns = []
    for field in table.schema:
        if field.name in frame.columns:
            columns.append(pa.array(frame[field.name], from_pandas=True).cast(field.type))
        else:
            columns.append(pa.nulls(len(frame), field.type))
    pq.write_table(pa.concat_tables([table, pa.table(columns, schema=table.schema)]), target, compression="zstd")


def _parts(project: Project, old: Dataset, newer: Dataset, mode: str, duplicates: int, notes: tuple[str, ...]) -> Newer:
    """Who may learn from which row: never from the holdout, never from what is put aside to judge on."""
    import numpy as np

    keys, known = load_keys(project, newer), load_keys(project, old)
    learnable = load_training(project, newer, [str(newer.target)]).index.to_numpy()
    if old.settings.get("repairs") and mode == "replace" and not newer.settings.get("repairs"):
        known = _contents(project, old)  # the file came repaired: its rows are known by what they say
        taught = load_training(project, old, [str(old.target)]).index.to_numpy()
        held = np.delete(known, taught)
        learnable = learnable[~np.isin(keys[learnable], held)]
    fresh = ~np.isin(keys, known)
    if mode == "append":  # the old rows stand first, in their order: by position too, none of the holdout is learned
        fresh = (np.arange(len(keys)) >= old.rows) & (fresh | (not newer.settings.get("repairs")))
        allowed = load_training(project, old, [str(old.target)]).index.to_numpy()
        learnable = learnable[fresh[learnable] | np.isin(learnable, allowed)]
    aside = learnable[fresh[learnable] & (keys[learnable] % ASIDE == 0)]
    if len(aside) < FEWEST_ASIDE:
        aside = aside[:0]
    learn = learnable[~np.isin(learnable, aside)]
    ages, unit = _ages(project, newer, learn)
    return Newer(newer, mode, learn, aside, ages, unit, int(fresh.sum()), duplicates, notes)


def _contents(project: Project, dataset: Dataset) -> np.ndarray:
    """A key per row of what its cells say, whatever row it came from."""
    return row_keys(load_table(project, dataset))


def _ages(project: Project, dataset: Dataset, rows: np.ndarray) -> tuple[np.ndarray, str]:
    """How old each row is: in days by the contract's time column, else by its place in the table."""
    import numpy as np

    column = get_contract(project).time_column
    if column in dataset.names and dataset.column(str(column)).type == "datetime":
        times = load_table(project, dataset, [str(column)])[column].iloc[rows]
        days = (times.max() - times).dt.total_seconds().to_numpy(dtype=np.float64, na_value=np.nan) / 86_400
        oldest = float(np.nanmax(days)) if np.isfinite(days).any() else 0.0
        return np.nan_to_num(days, nan=oldest), "days"
    return (rows.max() - rows).astype(np.float64) if len(rows) else rows.astype(np.float64), "rows"
