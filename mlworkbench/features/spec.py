"""What a recipe is made of: steps as data, and the catalog of the kinds of step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from mlworkbench.catalog import Catalog, Param
from mlworkbench.errors import InvalidInput

if TYPE_CHECKING:
    import pandas as pd

NUMBERS = ("number", "integer")
WORDS = ("binary", "category", "text", "identifier", "constant")
EVERYTHING = (*NUMBERS, *WORDS, "datetime")


@dataclass(frozen=True)
class StepSpec:
    """A kind of step.

    Parameters
    ----------
    types : tuple of str
        The column types it takes, at its place in the chain; what an encoder or date part gives is a "number".
    make : callable
        (checked params, task) → a fresh, unfitted transformer on arrays; None for a step that removes its columns.
        Its `get_feature_names_out` must build each name around the name of the column it came from.
    creates : {"same", "new", "none"}
        The columns stay what they are, become new numbers, or go.
    order : int
        Steps on one column must come in rising order.
    check : callable, optional
        (checked params, type of the column at that place) → raises InvalidInput when they do not go together.
    trusted : tuple of str
        Dotted names of the classes that skops does not know and a saved model may hold because of this step.
    """

    name: str
    label: str
    help: str
    types: tuple[str, ...]
    params: tuple[Param, ...]
    make: Callable[[Mapping[str, Any], str], Any] | None
    creates: Literal["same", "new", "none"]
    order: int
    check: Callable[[Mapping[str, Any], str], None] | None = None
    trusted: tuple[str, ...] = ()


STEPS: Catalog[StepSpec] = Catalog("step", "mlworkbench.features.steps")


@dataclass(frozen=True)
class Step:
    """One step of a recipe: its kind, the columns it is for, and the settings that differ from the defaults."""

    step: str
    columns: tuple[str, ...]
    params: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", tuple(self.columns))

    def to_json(self) -> dict[str, Any]:
        """The step as plain data: {"step", "columns", "params"}."""
        return {"step": self.step, "columns": list(self.columns), "params": dict(self.params)}

    @classmethod
    def from_json(cls, body: Any) -> Step:
        """A step from its plain data; InvalidInput when it does not have that form."""
        form = 'A step must look like {"step": "scale", "columns": ["age"], "params": {}}.'
        if not isinstance(body, Mapping) or not {"step", "columns"} <= set(body) <= {"step", "columns", "params"}:
            raise InvalidInput(f"{form} Got {str(body)[:200]!r}.", field="steps")
        name, columns, params = body["step"], body["columns"], body.get("params") or {}
        if not isinstance(name, str) or not isinstance(params, Mapping):
            raise InvalidInput(f"{form} Got {str(body)[:200]!r}.", field="steps")
        if not isinstance(columns, list | tuple) or not all(isinstance(column, str) for column in columns):
            raise InvalidInput(f"{form} columns must be a list of names. Got {str(columns)[:200]!r}.", field="steps")
        return cls(name, tuple(columns), dict(params))


@dataclass(frozen=True)
class Recipe:
    """Steps for one dataset, kept as an artifact; `dataset` is that artifact's id."""

    id: str
    number: int
    dataset: str
    target: str
    steps: tuple[Step, ...]
    created_at: str


@dataclass(frozen=True)
class RecipePreview:
    """The same training rows before and after a recipe fitted on a sample of the training rows.

    `created` maps each raw column to the features it became; `fitted_on` counts the rows of the sample.
    """

    before: pd.DataFrame
    after: pd.DataFrame
    created: Mapping[str, tuple[str, ...]]
    dropped: tuple[str, ...]
    fitted_on: int
