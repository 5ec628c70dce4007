"""Feature engineering: a recipe is data; it is suggested, edited, previewed, kept and compiled to one transformer."""

from __future__ import annotations

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
