"""Datasets read back: the document, the table for display, and the frames that models learn from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlworkbench.artifacts import Artifact, find, get_alias, list_artifacts, read_json
from mlworkbench.artifacts import path as artifact_path
from mlworkbench.data.arrays import as_numpy
from mlworkbench.data.holdout import HELD, TRAINING, count_look, looks_at, sides
from mlworkbench.data.results import Dataset, Holdout, Look
from mlworkbench.errors import NotApplicable, NotFound
from mlworkbench.projects import Project

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

KIND = "dataset"


def get_dataset(project: Project, ref: str | None = None) -> Dataset:
    """A dataset by id, unique prefix or alias; default: the project's current one.

    Raises
    ------
    NotFound
        When there is none.
    """
    artifact = get_alias(project, KIND) if ref is None else find(project, ref, kind=KIND)
    if artifact is None:
        raise NotFound(
            f"{project.name!r} has no dataset yet. Upload one on the Data page, or: mlworkbench ingest FILE",
            field=KIND,
        )
    return of_artifact(project, artifact)


def list_datasets(project: Project) -> tuple[Dataset, ...]:
    """All datasets of a project, newest first."""
    return tuple(of_artifact(project, artifact) for artifact in list_artifacts(project, KIND))


def of_artifact(project: Project, artifact: Artifact) -> Dataset:
    """The dataset that a stored document describes."""
    return Dataset.from_dict(
        read_json(project, artifact.id),
        id=artifact.id,
        number=artifact.number,
        name=str(artifact.meta.get("name", "")),
        created_at=artifact.created_at,
    )


def _dataset(project: Project, dataset: Dataset | str | None) -> Dataset:
    return dataset if isinstance(dataset, Dataset) else get_dataset(project, dataset)


def learning_frame(table: pa.Table) -> pd.DataFrame:
    """A typed table as models take it: numbers float64, timestamps datetime64[us], text object with None."""
    import pandas as pd
    import pyarrow as pa

    columns = {}
    for name in table.column_names:
        column = table[name]
        if pa.types.is_integer(column.type):
            column = column.cast(pa.float64(), safe=False)
        columns[name] = column.to_pandas()
        if pa.types.is_string(column.type):
            columns[name] = columns[name].astype(object).where(columns[name].notna(), None)
    return pd.DataFrame(columns, index=pd.RangeIndex(len(table)))


def load_table(
    project: Project, dataset: Dataset | str | None = None, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """All rows of a dataset, the holdout's included, as frames for learning have them.

    For looking and counting. What learns takes `load_training`.
    """
    return learning_frame(_read(project, _dataset(project, dataset), columns))


def _read(project: Project, dataset: Dataset, columns: Sequence[str] | None = None) -> pa.Table:
    import pyarrow.parquet as pq

    names = [dataset.column(name).name for name in columns] if columns is not None else None
    return pq.read_table(artifact_path(project, dataset.table), columns=names)


def preview(project: Project, dataset: Dataset | str | None = None, rows: int = 100) -> pd.DataFrame:
    """The first rows as they are stored (whole numbers whole), for display."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(artifact_path(project, _dataset(project, dataset).table))
    batch = next(file.iter_batches(batch_size=max(rows, 1)), None)
    table = pa.Table.from_batches([batch] if batch is not None else [], schema=file.schema_arrow)[:rows]
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return frame


def load_keys(project: Project, dataset: Dataset | str | None = None) -> np.ndarray:
    """The key of each row, in the order of the table (uint64)."""
    import pyarrow.parquet as pq

    keys: np.ndarray = pq.ParquetFile(artifact_path(project, _dataset(project, dataset).keys)).read()["key"].to_numpy()
    return keys


def _sides(project: Project, dataset: Dataset) -> np.ndarray:
    return sides(project, dataset.holdout, artifact_path(project, dataset.table), load_keys(project, dataset))


def load_training(
    project: Project, dataset: Dataset | str | None = None, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """The rows to learn from: with a target, outside the holdout and its gap.

    Returns
    -------
    pandas.DataFrame
        Indexed by the row's position in the table.
    """
    dataset = _dataset(project, dataset)
    return _part(project, dataset, _sides(project, dataset) == TRAINING, columns)


def load_holdout(
    project: Project, dataset: Dataset | str | None = None, *, why: str, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """The rows of the holdout that are in this dataset. Every call is recorded with its reason.

    Raises
    ------
    NotApplicable
        When the dataset has no holdout, or none of its rows.
    """
    dataset = _dataset(project, dataset)
    if dataset.holdout is None:
        raise NotApplicable(
            f"Dataset v{dataset.number} has no holdout. Choose a target, and a holdout other than 'none'.",
            field="holdout",
        )
    held = _sides(project, dataset) == HELD
    if not held.any():
        raise NotApplicable(
            f"None of the holdout's rows is in dataset v{dataset.number}. Score on the version it was cut from.",
            field="holdout",
        )
    count_look(project, dataset.holdout, why)
    return _part(project, dataset, held, columns)


def _part(project: Project, dataset: Dataset, rows: np.ndarray, columns: Sequence[str] | None) -> pd.DataFrame:
    import numpy as np
    import pyarrow as pa

    names = list(columns) if columns is not None else list(dataset.names)
    extra = [dataset.target] if dataset.target and dataset.target not in names else []
    table = _read(project, dataset, [*names, *extra])
    if dataset.target:
        rows = rows & as_numpy(table[dataset.target].combine_chunks().is_valid())
    frame = learning_frame(table.select(names).filter(pa.array(rows)))
    frame.index = np.flatnonzero(rows)
    return frame


def get_holdout(project: Project, dataset: Dataset | str | None = None) -> Holdout | None:
    """What is known of a dataset's holdout, without looking at it; None when it has none."""
    dataset = _dataset(project, dataset)
    if dataset.holdout is None:
        return None
    body = read_json(project, dataset.holdout)
    labelled = max(dataset.rows - dataset.unlabelled_rows, 1)
    return Holdout(
        dataset.holdout,
        body["policy"],
        dataset.holdout_rows,
        dataset.gap_rows,
        dataset.holdout_rows / labelled,
        tuple(body["columns"]),
        dataset.id,
    )


def holdout_looks(project: Project, dataset: Dataset | str | None = None) -> tuple[Look, ...]:
    """Every look at a dataset's holdout, the oldest first."""
    return looks_at(project, _dataset(project, dataset).holdout)
