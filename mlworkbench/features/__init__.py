"""Feature engineering: a recipe is data; it is suggested, edited, previewed, kept and compiled to one transformer."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlworkbench.features.compile import (
        build_pipeline,
        check_steps,
        compile_recipe,
        feature_names,
        feature_origin,
        input_columns,
        trusted_types,
        warm_up,
    )
    from mlworkbench.features.recipes import get_recipe, list_recipes, preview_recipe, save_recipe
    from mlworkbench.features.spec import STEPS, Recipe, RecipePreview, Step, StepSpec
    from mlworkbench.features.suggest import suggest_steps

__all__ = [
    "STEPS",
    "Recipe",
    "RecipePreview",
    "Step",
    "StepSpec",
    "build_pipeline",
    "check_steps",
    "compile_recipe",
    "feature_names",
    "feature_origin",
    "get_recipe",
    "input_columns",
    "list_recipes",
    "preview_recipe",
    "save_recipe",
    "suggest_steps",
    "trusted_types",
    "warm_up",
]

# Found on first use: the processes that fit folds need the transformers and nothing of the database.
_HOMES = {
    "compile": (
        "build_pipeline",
        "check_steps",
        "compile_recipe",
        "feature_names",
        "feature_origin",
        "input_columns",
        "trusted_types",
        "warm_up",
    ),
    "recipes": ("get_recipe", "list_recipes", "preview_recipe", "save_recipe"),
    "spec": ("STEPS", "Recipe", "RecipePreview", "Step", "StepSpec"),
    "suggest": ("suggest_steps",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
