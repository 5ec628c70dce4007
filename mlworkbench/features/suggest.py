"""A first recipe from the types of the columns, each step with its reason in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlworkbench.features.recipes import _dataset
from mlworkbench.features.spec import NUMBERS, Step

if TYPE_CHECKING:
    from mlworkbench.data import Column, Dataset
    from mlworkbench.projects import Project

MANY_CATEGORIES = 50
_DROPS = {
    "empty": "No value at all: there is nothing to learn from.",
    "constant": "The same value in every row: it cannot tell rows apart.",
    "identifier": "An identifier: a value of its own for nearly every row. A model could only learn it by heart.",
    "text": "Free text: hardly two rows alike, so its words would have to be read first. No step does that yet.",
}


def suggest_steps(project: Project, dataset: str | Dataset | None = None) -> tuple[tuple[Step, str], ...]:
    """Steps that make every usable column of the dataset into numbers, each with the reason for it.

    Raises
    ------
    NotApplicable
        The dataset has no target yet.
    """
    chosen = _dataset(project, dataset)
    kept: dict[str, list[str]] = {}
    for name in chosen.features:
        kept.setdefault(_role(chosen.column(name), chosen.rows), []).append(name)
    found: list[tuple[Step, str]] = []

    def add(step: str, columns: list[str], reason: str, **params: Any) -> None:
        if columns:
            found.append((Step(step, tuple(columns), params), reason))

    for role, reason in _DROPS.items():
        add("drop", kept.get(role, []), reason)
    plain, timed = _dates(project, chosen, kept.get("date", []))
    parts = "A date says little as one number; its year, month, weekday and so on can each matter."
    add("date_parts", timed, parts)
    add("date_parts", plain, parts + " It has no time of day.", hour=False)
    numbers = kept.get("number", [])
    gaps = [name for name in numbers if chosen.column(name).missing]
    full = [name for name in numbers if not chosen.column(name).missing] + plain + timed
    add(
        "impute",
        gaps,
        "Some values are missing: the median stands in, and a 0/1 column keeps the fact that one was missing.",
        indicator=True,
    )
    add("impute", full, "Nothing is missing here now; the median stands ready for when a value is missing later.")
    words, many = kept.get("word", []), kept.get("many", [])
    add("impute", words + many, "Missing becomes a category of its own: it often means something.", strategy="constant")
    add("one_hot", words, f"At most {MANY_CATEGORIES} categories: a 0/1 column for each, rare ones together.")
    add(
        "target_encode",
        many,
        f"More than {MANY_CATEGORIES} categories: one column with the target's average in each, taken from other rows.",
    )
    add(
        "scale",
        gaps + full + many,
        "Mean 0 and deviation 1, so that linear models weigh all columns alike; trees do not mind.",
    )
    return tuple(found)


def _role(column: Column, rows: int) -> str:
    if column.missing >= rows:
        return "empty"
    if column.type in NUMBERS:
        return "number"
    if column.type == "datetime":
        return "date"
    if column.type in _DROPS:
        return column.type
    return "many" if column.distinct > MANY_CATEGORIES else "word"


def _dates(project: Project, dataset: Dataset, columns: list[str]) -> tuple[list[str], list[str]]:
    """The date columns without and with a time of day in the training rows."""
    if not columns:
        return [], []
    from mlworkbench.data import load_training

    frame = load_training(project, dataset, columns)
    timed = [name for name in columns if (frame[name].dropna() != frame[name].dropna().dt.normalize()).any()]
    return [name for name in columns if name not in timed], timed
