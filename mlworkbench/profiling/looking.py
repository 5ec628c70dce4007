"""The first look: exact figures of every column, and what goes together on a sample."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import Dataset, get_dataset, load_keys, row_keys
from mlworkbench.errors import InvalidInput, NotFound
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.profiling.results import Association, ColumnProfile, Profile, TargetLink

if TYPE_CHECKING:
    from mlworkbench.profiling.sampling import Sampled
    from mlworkbench.projects import Project

SAMPLE = 5_000
# Seconds, measured on one slow core: per column, per pair of columns that is looked at, per cell by its type.
_COLUMN, _PAIR, _START = 0.003, 0.0003, 1.5
_CELL = {"number": 1.3e-7, "datetime": 1.3e-7, "integer": 0.8e-7, "identifier": 3e-7, "text": 3e-7}
_CELL_ELSE = 0.3e-7


def _check(project: Project, **settings: Any) -> None:
    rows = settings.get("sample_rows", SAMPLE)
    if isinstance(rows, bool) or not isinstance(rows, int) or not 100 <= rows <= 1_000_000:
        raise InvalidInput(f"sample_rows is a whole number from 100 to 1,000,000. Got {rows!r}.", field="sample_rows")
    get_dataset(project, settings.get("dataset"))


@job(lane="light", title="Taking the first look", check=_check)
def profile(
    project: Project,
    *,
    dataset: str | None = None,
    sample_rows: int = SAMPLE,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Profile:
    """Look at every column of a table, at what is missing, and at what goes together.

    Counts, quantiles, moments and top values are exact, over all rows. Associations and links to the target are
    computed on a sample of training rows: the holdout is not looked at.

    Parameters
    ----------
    dataset : str, optional
        By default the current one.
    sample_rows : int
        Training rows for associations, drawn by `seed`.

    Raises
    ------
    NotFound
        There is no such dataset.
    InvalidInput
        field="sample_rows".
    """
    from mlworkbench.profiling.sampling import training_sample

    _check(project, dataset=dataset, sample_rows=sample_rows)
    began = time.perf_counter()
    table = get_dataset(project, dataset)
    columns, patterns, together, duplicates = exact(project, table, progress)
    progress.update(0.85, "Looking for what goes together")
    pairs, links, sampled = look_together(table, training_sample(project, table, sample_rows, seed))
    made = assembled(
        table, columns, patterns=patterns, together=together, duplicates=duplicates, pairs=pairs, links=links,
        sampled=sampled, looked=table.rows, seed=seed,
    )  # fmt: skip
    kept = artifacts.put_json(
        project,
        "profile",
        made.to_json(),
        parents=(table.id,),
        meta={
            "figure": f"{table.rows:,} × {len(columns)}",
            "remark": _strongest(table, links),
            "seconds": time.perf_counter() - began,
            "predicted": _predicted(table),
        },
    )
    artifacts.set_alias(project, "profile", kept.id)
    return get_profile(project, kept.id)


def exact(
    project: Project, table: Dataset, progress: Progress = SILENT
) -> tuple[tuple[ColumnProfile, ...], Any, Any, int]:
    """The figures over all rows: of each column, patterns of gaps, gaps that coincide, and repeated rows."""
    from mlworkbench.profiling.storage import gaps_of, open_table, profile_stored, repeated

    place = artifacts.path(project, table.table)
    file = open_table(place)
    columns = []
    with project.workspace.scratch("profile") as folder:
        for at, one in enumerate(table.columns):
            progress.update(0.7 * at / len(table.columns), f"Counting column {at + 1} of {len(table.columns)}")
            columns.append(profile_stored(file, place, one, folder))
    progress.update(0.7, "Looking for gaps that coincide")
    patterns, many, pairs = gaps_of(file, columns)
    progress.update(0.8, "Looking for repeated rows")
    duplicates = repeated(_cell_keys(file) if table.settings.get("repairs") else load_keys(project, table).copy())
    return tuple(columns), (patterns, many), pairs, duplicates


def _cell_keys(file: Any) -> Any:
    """Keys of the rows by what they say now; those kept beside a repaired table are of the rows they came from."""
    import numpy as np
    import pyarrow as pa

    keys = [row_keys(pa.Table.from_batches([batch])) for batch in file.iter_batches(batch_size=1 << 18)]
    return np.concatenate(keys) if keys else np.zeros(0, dtype=np.uint64)


def assembled(
    table: Dataset,
    columns: Sequence[ColumnProfile],
    *,
    patterns: Any,
    together: Any,
    duplicates: int,
    pairs: tuple[Association, ...],
    links: tuple[TargetLink, ...],
    sampled: int,
    looked: int,
    seed: int,
    estimated: bool = False,
) -> Profile:
    """A profile of its parts."""
    return Profile(
        id="",
        number=0,
        dataset=table.id,
        rows=table.rows,
        cells_missing=sum(one.missing for one in columns),
        duplicates=duplicates,
        columns=tuple(columns),
        missing_together=together,
        associations=pairs,
        links=links,
        target=table.target,
        target_unit=unit_of(table),
        sampled_rows=sampled,
        training_rows=table.training_rows,
        seed=seed,
        sentence=sentence_of(table, links if sampled else None),
        patterns=patterns[0],
        pattern_count=patterns[1],
        looked_rows=looked,
        estimated=estimated,
    )


def get_profile(project: Project, ref: str | None = None) -> Profile:
    """A profile by id or unique prefix, the current one by default; NotFound says how to make one."""
    if ref is None and artifacts.get_alias(project, "profile") is None:
        raise NotFound("This table was not looked at yet. Take the first look.", field="profile")
    found = artifacts.find(project, ref or "profile", kind="profile")
    body = artifacts.read_json(project, found.id)
    made = Profile.from_json(body, id=found.id, number=found.number, created_at=found.created_at)
    return replace(made, seconds=found.meta.get("seconds"))


def find_profile(project: Project, dataset: str) -> Profile | None:
    """The newest exact look at a version of the table, if there is one; those of older programs lack figures."""
    for found in artifacts.list_artifacts(project, "profile", parent=dataset):
        if "predicted" in found.meta:
            return get_profile(project, found.id)
    return None


def predict_seconds(project: Project, table: Dataset) -> float:
    """How long the exact look will take: by the size and types of the table, and by how long earlier ones took."""
    past = [
        one.meta["seconds"] / one.meta["predicted"]
        for one in artifacts.list_artifacts(project, "profile", limit=5)
        if one.meta.get("predicted")
    ]
    factor = min(10.0, max(0.2, median(past))) if past else 1.0
    return _START + factor * _predicted(table)


def _predicted(table: Dataset) -> float:
    from mlworkbench.profiling.linking import MOST_COLUMNS

    many = len(table.columns)
    pairs = many * (many - 1) / 2 if many <= MOST_COLUMNS else many
    cells = sum(_CELL.get(one.type, _CELL_ELSE) for one in table.columns) * table.rows
    return 0.1 + _COLUMN * many + _PAIR * pairs + cells


def look_together(table: Dataset, sample: Sampled) -> tuple[tuple[Association, ...], tuple[TargetLink, ...], int]:
    """Associations and links to the target on some training rows."""
    from mlworkbench.profiling.linking import associations, link

    pairs = associations(sample.columns)
    if sample.target is None:
        return pairs, (), sample.rows
    positive = None
    if table.task == "binary" and table.classes[-1] in sample.target.levels:
        positive = sample.target.levels.index(table.classes[-1])
    links = [link(one, sample.target, positive) for one in sample.columns]
    found = sorted((one for one in links if one), key=lambda one: (-abs(one.association.strength), one.column))
    return pairs, tuple(found), sample.rows


def unit_of(table: Dataset) -> str:
    """What the target's figure of a part of the table is."""
    if table.task == "binary":
        return f"share of {table.target} = {table.classes[-1]}"
    return f"mean of {table.target}" if table.task == "regression" else ""


def _strongest(table: Dataset, links: tuple[TargetLink, ...]) -> str:
    from mlworkbench.profiling.linking import surely

    names = [one.column for one in surely(links)][:2]
    return f"{' and '.join(names)} go most with {table.target}" if names else ""


def sentence_of(table: Dataset, links: tuple[TargetLink, ...] | None = None) -> str:
    """What was found, in one or two sentences; links are None where they were not looked at."""
    from mlworkbench.profiling.linking import surely

    gaps = [one.name for one in table.columns if one.missing]
    where = f", all in {gaps[0]}" if len(gaps) == 1 else f" in {len(gaps)} columns" if gaps else ""
    said = f"{table.rows:,} rows × {len(table.columns)} columns; {cells_missing(table):,} cells are missing{where}."
    names = [one.column for one in surely(links or ())][:3]
    if names:
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        said += f" {listed} {'goes' if len(names) == 1 else 'go'} most with {table.target}."
    elif table.target and links is not None:
        said += f" No column goes with {table.target} more than chance would make it."
    return said


def cells_missing(table: Dataset) -> int:
    """Cells without a value, as counted when the table was read."""
    return sum(one.missing for one in table.columns)


def repeated_rows(table: Dataset) -> int:
    """Rows that repeat an earlier one, as counted when the table was read."""
    return next((one.count for one in table.findings if one.code == "duplicate_rows"), 0)
