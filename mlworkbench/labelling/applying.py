"""From labels and accepted suspicions to a new version of the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlworkbench.data import get_dataset, load_keys, repair
from mlworkbench.errors import InvalidInput, NotApplicable, listing
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.labelling.deciding import get_label_errors
from mlworkbench.labelling.tables import get_labelling
from mlworkbench.labelling.turns import final_labels

if TYPE_CHECKING:
    from mlworkbench.data import Dataset
    from mlworkbench.projects import Project

CORRECTIONS = ("set", "clear")


def label_steps(project: Project, name: str, dataset: str | None = None) -> tuple[list[dict[str, Any]], str]:
    """The repair steps that put a labelling's final labels into a version (the current one), and what is to be said.

    Raises
    ------
    NotApplicable
        There is no final label yet, or none of the rows is in that version.
    """
    labelling, table = get_labelling(project, name), get_dataset(project, dataset)
    final, disputed = final_labels(project, name)
    if not final:
        raise NotApplicable(f"No row of {labelling.name!r} has a final label yet. Label some first.", field="name")
    placed, lost = _moved(project, get_dataset(project, labelling.dataset), table, final)
    said = f"{len(placed):,} labels of {labelling.name!r}"
    said += f"; {disputed:,} disputed rows are left as they are" if disputed else ""
    said += f"; {lost:,} rows are not in this version, or not to be told apart" if lost else ""
    steps: list[dict[str, Any]] = []
    if labelling.column not in table.names:
        steps.append({"step": "compute", "name": labelling.column, "expression": '""'})
    steps.append({"step": "set_cells", "column": labelling.column, "cells": [[r, v] for r, v in placed.items()]})
    return steps, said


def _check_labels(project: Project, **given: Any) -> None:
    label_steps(project, given["name"], given.get("dataset"))


@job(lane="light", title="Putting labels into the table", check=_check_labels)
def use_labels(
    project: Project,
    *,
    name: str,
    dataset: str | None = None,
    target: bool = True,
    why: str = "",
    progress: Progress = SILENT,
) -> Dataset:
    """Make a version that has the final labels of a labelling; what was there before stays in its parent.

    Parameters
    ----------
    dataset : str, optional
        The version to put them in; by default the current one. Its rows are found by their keys.
    target : bool
        Whether the column becomes the target, where it is not already.

    Raises
    ------
    NotApplicable
        There is no final label yet.
    """
    steps, said = label_steps(project, name, dataset)
    base, column = get_dataset(project, dataset), get_labelling(project, name).column
    aim = column if target and base.target != column else None
    return repair(project, steps=steps, dataset=base.id, target=aim, why=why or said, progress=progress)


def correction_steps(
    project: Project, errors: str | None = None, how: str = "set", dataset: str | None = None
) -> tuple[list[dict[str, Any]], str]:
    """The repair step that answers accepted suspicions, and what is to be said.

    Parameters
    ----------
    errors : str, optional
        A search for label errors; by default the last one.
    how : {"set", "clear"}
        Put the suggested label in, or none: then the row teaches nothing.
    """
    if how not in CORRECTIONS:
        raise InvalidInput(f"how is one of: {listing(CORRECTIONS)}. Got {how!r}.", field="how")
    found, table = get_label_errors(project, errors), get_dataset(project, dataset)
    accepted = {
        one.row: one.suggested if how == "set" else None for one in found.suspects if one.decision == "accepted"
    }
    if not accepted:
        raise NotApplicable("No suspicion was accepted yet. Accept some first.", field="row")
    if found.target not in table.names:
        raise NotApplicable(f"This version has no column {found.target!r}.", field="dataset")
    placed, lost = _moved(project, get_dataset(project, found.dataset), table, accepted)
    said = f"{len(placed):,} labels of {found.target} {'corrected' if how == 'set' else 'cleared'}"
    said += f"; {lost:,} rows are not in this version, or not to be told apart" if lost else ""
    return [{"step": "set_cells", "column": found.target, "cells": [[r, v] for r, v in placed.items()]}], said


def _check_corrections(project: Project, **given: Any) -> None:
    correction_steps(project, given.get("errors"), given.get("how", "set"), given.get("dataset"))


@job(lane="light", title="Correcting labels", check=_check_corrections)
def correct_labels(
    project: Project,
    *,
    errors: str | None = None,
    how: str = "set",
    dataset: str | None = None,
    why: str = "",
    progress: Progress = SILENT,
) -> Dataset:
    """Make a version in which the accepted suspicions are answered; see `correction_steps`.

    Raises
    ------
    NotApplicable
        Nothing was accepted.
    """
    steps, said = correction_steps(project, errors, how, dataset)
    base = get_dataset(project, dataset).id
    return repair(project, steps=steps, dataset=base, why=why or said, progress=progress)


def _moved(project: Project, old: Dataset, new: Dataset, values: Mapping[int, Any]) -> tuple[dict[int, Any], int]:
    """Values by the rows of another version: by place where all rows are the same, else by keys that stand there once.

    Returns
    -------
    placed : dict
    lost : int
        Rows that are not there, or more than once.
    """
    import numpy as np

    before = load_keys(project, old)
    after = before if new.id == old.id else load_keys(project, new)
    if np.array_equal(before, after):
        return dict(values), 0
    found, places, counts = np.unique(after, return_index=True, return_counts=True)
    once = dict(zip(found[counts == 1].tolist(), places[counts == 1].tolist(), strict=True))
    own, own_counts = np.unique(before, return_counts=True)
    single = set(own[own_counts == 1].tolist())
    placed = {
        once[int(before[row])]: value
        for row, value in values.items()
        if int(before[row]) in once and int(before[row]) in single
    }
    if not placed:
        raise NotApplicable(
            "None of these rows can be found in this version. Go back to their version.", field="dataset"
        )
    return placed, len(values) - len(placed)
