"""Recipes as artifacts of a project, and the look at what one does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound, listing
from mlworkbench.features.compile import check_steps, compile_recipe, feature_names, feature_origin
from mlworkbench.features.spec import Recipe, RecipePreview, Step
from mlworkbench.projects import audit

if TYPE_CHECKING:
    from mlworkbench.artifacts import Artifact
    from mlworkbench.data import Dataset
    from mlworkbench.projects import Project

_SAMPLE = 5000


def save_recipe(
    project: Project, steps: Iterable[Step | Mapping[str, Any]], *, dataset: str | Dataset | None = None
) -> Recipe:
    """Check the steps against the dataset (the current one by default), keep them, make them the current recipe.

    Raises
    ------
    InvalidInput
        As `check_steps`; nothing is written then.
    NotApplicable
        The dataset has no target yet.
    """
    chosen = _dataset(project, dataset)
    checked = check_steps(as_steps(steps), chosen)
    body = {"dataset": chosen.id, "target": chosen.target, "steps": [step.to_json() for step in checked]}
    used = len({name for step in checked if step.step != "drop" for name in step.columns})
    meta = {"figure": f"{len(checked)} steps on {used} columns", "remark": f"made for data v{chosen.number}"}
    kept = artifacts.put_json(project, "recipe", body, parents=(chosen.id,), meta=meta)
    artifacts.set_alias(project, "recipe", kept.id)
    audit(project, "recipe saved", {"recipe": kept.id, "dataset": chosen.id, "steps": len(checked)})
    return _recipe(kept, body)


def get_recipe(project: Project, ref: str | None = None) -> Recipe:
    """A recipe by id or unique prefix, the current one by default; NotFound says how to make one."""
    if ref is None and artifacts.get_alias(project, "recipe") is None:
        raise NotFound("This project has no recipe yet. Save one first.", field="recipe")
    found = artifacts.find(project, ref or "recipe", kind="recipe")
    return _recipe(found, artifacts.read_json(project, found.id))


def list_recipes(project: Project) -> tuple[Recipe, ...]:
    """All recipes of the project, newest first."""
    found = artifacts.list_artifacts(project, "recipe")
    return tuple(_recipe(one, artifacts.read_json(project, one.id)) for one in found)


def preview_recipe(
    project: Project,
    steps: Iterable[Step | Mapping[str, Any]],
    *,
    dataset: str | Dataset | None = None,
    columns: Iterable[str] | None = None,
    rows: int = 200,
) -> RecipePreview:
    """What a recipe does to the first `rows` training rows; fitted on up to 5000 training rows, never the holdout.

    Parameters
    ----------
    columns : iterable of str, optional
        Show these raw columns and what became of them; all by default.
    rows : int
        Rows to show, 1 to 5000.

    Raises
    ------
    InvalidInput
        As `check_steps`, unknown `columns`, or a recipe that cannot be fitted on the sample.
    """
    import pandas as pd

    from mlworkbench.data import load_training

    chosen = _dataset(project, dataset)
    if not 1 <= rows <= _SAMPLE:
        raise InvalidInput(f"rows must be from 1 to {_SAMPLE}. Got {rows}.", field="rows")
    wanted = list(chosen.features if columns is None else columns)
    unknown = [name for name in wanted if name not in chosen.features]
    if unknown:
        raise InvalidInput(f"This dataset has no features named: {listing(unknown)}.", field="columns")
    recipe = Recipe("", 0, chosen.id, str(chosen.target), as_steps(steps), "")
    compiled = compile_recipe(recipe, chosen)
    frame = load_training(project, chosen)
    frame = frame[frame[chosen.target].notna()]
    if len(frame) > _SAMPLE:
        frame = frame.sample(_SAMPLE, random_state=0).sort_index()
    try:
        compiled.fit(frame[list(chosen.features)], frame[chosen.target])
    except ValueError as error:
        raise InvalidInput(
            f"This recipe cannot be fitted on {len(frame)} training rows: {error}", field="steps"
        ) from error
    shown = frame[list(chosen.features)].head(rows)
    after = pd.DataFrame(compiled.transform(shown), columns=feature_names(compiled), index=shown.index)
    created: dict[str, list[str]] = {name: [] for name in wanted}
    for feature, raw in feature_origin(compiled).items():
        if raw in created:
            created[raw].append(feature)
    return RecipePreview(
        before=shown[wanted],
        after=after[[feature for made in created.values() for feature in made]],
        created={raw: tuple(made) for raw, made in created.items() if made},
        dropped=tuple(raw for raw, made in created.items() if not made),
        fitted_on=len(frame),
    )


def as_steps(steps: Iterable[Step | Mapping[str, Any]]) -> tuple[Step, ...]:
    """Steps from Step objects or from their plain data."""
    return tuple(step if isinstance(step, Step) else Step.from_json(step) for step in steps)


def _recipe(artifact: Artifact, body: Mapping[str, Any]) -> Recipe:
    steps = as_steps(body["steps"])
    return Recipe(artifact.id, artifact.number, body["dataset"], body["target"], steps, artifact.created_at)


def _dataset(project: Project, dataset: str | Dataset | None) -> Dataset:
    from mlworkbench.data import get_dataset

    chosen = get_dataset(project, dataset) if dataset is None or isinstance(dataset, str) else dataset
    if not chosen.target:
        raise NotApplicable("This dataset has no target yet. Choose one on the Data page first.", field="target")
    return chosen
