"""Settings that can be seen to be wrong without reading the table: said when the work is asked for, and again in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.artifacts import find
from mlworkbench.data.datasets import get_dataset
from mlworkbench.data.holdout import check_words
from mlworkbench.data.inference import check_type
from mlworkbench.data.readers import check_options, reader_for, suffix_of
from mlworkbench.data.results import Dataset
from mlworkbench.data.targets import check_target, check_task
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound, listing

if TYPE_CHECKING:
    from mlworkbench.projects import Project


def check_columns(types: Mapping[str, str | None] | None, names: Sequence[str]) -> None:
    """InvalidInput(field="types") unless every typed column is one of the table's."""
    for column in types or {}:
        if column not in names:
            raise InvalidInput(f"The table has no column {column!r} to type. It has: {listing(names)}.", field="types")


def check_ingest(
    project: Project,
    *,
    source: str | Path,
    types: Mapping[str, str | None] | None,
    task: str | None,
    holdout: Mapping[str, Any] | None,
    reading: Mapping[str, Any] | None,
    **_: Any,
) -> None:
    """What `ingest` can say at once: the source, and words that are no types, tasks, methods or options."""
    for name, kind in (types or {}).items():
        if kind is not None:
            check_type(name, kind)
    check_task(task)
    check_words(holdout)
    check_options(reader_for(_suffix(project, source)), reading or {})


def check_revise(
    project: Project,
    *,
    dataset: str | None,
    types: Mapping[str, str | None] | None,
    target: str | None,
    reading: Mapping[str, Any] | None,
    **settings: Any,
) -> None:
    """As `check_ingest`, and the columns of the dataset, unless another way of reading changes them."""
    base = get_dataset(project, dataset)
    check_real(base)
    if not reading:
        check_columns(types, base.names)
        if target is not None:
            check_target(target, base.names)
    check_ingest(project, source=base.upload, types=types, reading=reading, **settings)


def check_real(dataset: Dataset) -> None:
    """NotApplicable for synthetic rows: with a target or other types they would become the current table."""
    if dataset.synthetic:
        raise NotApplicable(
            f"Version {dataset.number} holds synthetic rows: it is not revised and never becomes the current table. "
            "Revise the version they were learned from, or export the rows and use them elsewhere.",
            field="dataset",
        )


def _suffix(project: Project, source: str | Path) -> str:
    if Path(source).is_file():
        return suffix_of(Path(source).name) or Path(source).suffix
    try:
        return find(project, str(source)).suffix
    except NotFound as error:
        raise InvalidInput(
            f"A file or the id of an upload was expected. Got {str(source)!r}, which is neither. Check the path.",
            field="source",
        ) from error
