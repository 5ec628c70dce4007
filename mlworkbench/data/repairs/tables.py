"""Tables of versions opened for repairs, written and checked after them; the versions that a chain goes through."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.artifacts import path as artifact_path
from mlworkbench.artifacts import read_json
from mlworkbench.data.arrays import as_numpy
from mlworkbench.data.datasets import get_dataset, load_keys
from mlworkbench.data.holdout import TRAINING, sides
from mlworkbench.data.promises.parts import check_stored
from mlworkbench.data.promises.results import CheckReport
from mlworkbench.data.promises.seams import current_promises, reject_broken
from mlworkbench.data.repairs.work import Work
from mlworkbench.data.results import Dataset
from mlworkbench.projects import Project

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 65_536


def open_work(project: Project, base: Dataset, rows: int | None = None) -> Work:
    """A version ready to be repaired; `rows` takes the first ones only."""
    import numpy as np
    import pyarrow.parquet as pq

    file = artifact_path(project, base.table)
    table, keys = pq.read_table(file, memory_map=True), load_keys(project, base)
    learn = sides(project, base.holdout, file, keys) == TRAINING
    if base.target:
        learn &= as_numpy(table[base.target].is_valid())
    policy = read_json(project, base.holdout)["policy"] if base.holdout else {}
    bound = policy["column"] if policy.get("method") == "group" else None
    columns = {one.name: one for one in base.columns}
    size = len(table) if rows is None else rows
    return Work(
        table[:size], columns, keys[:size], np.arange(len(table[:size])), learn[:size], project, base.target, bound
    )


def write_table(table: pa.Table, target: Path) -> None:
    """A table as versions are stored (Parquet, zstd): the same bytes for the same cells."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(field.name, field.type) for field in table.schema])
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in table.combine_chunks().to_batches(_BATCH):
            writer.write_batch(batch)


def check_whole(project: Project, typed: Path) -> CheckReport | None:
    """A table that steps made against the project's data contract; None without one, refused as that says."""
    contract = current_promises(project)
    if contract is None:
        return None
    report = check_stored(contract, typed)
    reject_broken(contract, report)
    return report


def first_of(project: Project, dataset: Dataset) -> Dataset:
    """The version before the first of a version's repairs: it has the columns of the files as they come."""
    while dataset.settings.get("repairs"):
        made = dataset.settings.get("repaired") or dataset.settings["appended"][-1]
        dataset = get_dataset(project, made["dataset"])
    return dataset


def chain_of(project: Project, dataset: Dataset | str | None = None) -> tuple[Mapping[str, Any], ...]:
    """All repairs between the uploaded file and a version, in their order, as they were recorded."""
    found = dataset if isinstance(dataset, Dataset) else get_dataset(project, dataset)
    return tuple(found.settings.get("repairs", ()))
