"""Reading recipes: how files of a kind are read, kept under a name, so that the next one takes one click."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlworkbench.artifacts import Artifact, list_artifacts, put_json, read_json
from mlworkbench.data.datasets import get_dataset
from mlworkbench.data.inference import check_type
from mlworkbench.errors import InvalidInput, NotFound, listing
from mlworkbench.projects import Project, audit

KIND = "reading"


@dataclass(frozen=True)
class ReadingRecipe:
    """How files whose names fit `pattern` (as in a shell: * and ?) are read.

    Parameters
    ----------
    reading : Mapping
        Options of the reader.
    types : Mapping
        Column → type, where inference is not to decide.
    """

    id: str
    name: str
    pattern: str
    reading: Mapping[str, Any]
    types: Mapping[str, str]
    created_at: str = ""


def pattern_of(file_name: str) -> str:
    """The pattern of files named like this one: digits stand for any digits ("sales_2024-01.csv" → "sales_*-*.csv")."""
    plain = re.sub(r"[\[\]*?]", "?", file_name)
    return re.sub(r"\d+", "*", plain)


def save_reading(
    project: Project,
    name: str,
    *,
    reading: Mapping[str, Any],
    types: Mapping[str, str] | None = None,
    pattern: str = "",
) -> ReadingRecipe:
    """Keep a way of reading under a name; the same name again replaces it.

    Raises
    ------
    InvalidInput
        field="name": empty or longer than 80 characters; field="types": an unknown type.
    """
    name = name.strip()
    if not 0 < len(name) <= 80:
        raise InvalidInput(f"A reading recipe needs a name of 1 to 80 characters. Got {len(name)}.", field="name")
    for column, kind in (types or {}).items():
        check_type(column, kind)
    body = {"name": name, "pattern": pattern, "reading": dict(reading), "types": dict(types or {})}
    kept = put_json(project, KIND, body, meta={"name": name})
    audit(project, "reading recipe saved", {"reading": kept.id, "name": name})
    return _recipe(kept, body)


def keep_reading(
    project: Project, name: str, *, dataset: str | None = None, pattern: str | None = None
) -> ReadingRecipe:
    """Keep the way in which a dataset was read (default: the current one), and the types that were chosen for it."""
    table = get_dataset(project, dataset)
    settled = {**(table.settings.get("read_as") or {}), **(table.settings.get("reading") or {})}
    reading = {key: value for key, value in settled.items() if key != "reader" and value is not None}
    return save_reading(
        project,
        name,
        reading=reading,
        types=table.settings.get("types") or {},
        pattern=pattern_of(table.name) if pattern is None else pattern,
    )


def list_readings(project: Project) -> tuple[ReadingRecipe, ...]:
    """All reading recipes, the newest first; of a name the newest only."""
    newest: dict[str, ReadingRecipe] = {}
    for artifact in list_artifacts(project, KIND):
        recipe = _recipe(artifact, read_json(project, artifact.id))
        newest.setdefault(recipe.name, recipe)
    return tuple(newest.values())


def get_reading(project: Project, name: str) -> ReadingRecipe:
    """The recipe of that name; NotFound lists those there are."""
    known = {recipe.name: recipe for recipe in list_readings(project)}
    if name not in known:
        raise NotFound(f"There is no reading recipe {name!r}. There are: {listing(known) or 'none'}.", field="reading")
    return known[name]


def reading_for(project: Project, file_name: str) -> ReadingRecipe | None:
    """The newest recipe whose pattern fits a file's name, None when there is none."""
    return next(
        (one for one in list_readings(project) if one.pattern and fnmatch.fnmatchcase(file_name, one.pattern)), None
    )


def _recipe(artifact: Artifact, body: Mapping[str, Any]) -> ReadingRecipe:
    return ReadingRecipe(
        artifact.id, body["name"], body["pattern"], body["reading"], body["types"], artifact.created_at
    )
