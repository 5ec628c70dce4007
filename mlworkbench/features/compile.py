"""From a recipe, which is data, to one scikit-learn ColumnTransformer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlworkbench.catalog import check_params
from mlworkbench.errors import InvalidInput, NotFound, listing
from mlworkbench.features.spec import NUMBERS, STEPS, WORDS, Recipe, Step, StepSpec

if TYPE_CHECKING:
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

    from mlworkbench.data import Dataset

_READERS = ("mlworkbench.features.transformers.Numbers", "mlworkbench.features.transformers.Words")
Chain = tuple[tuple[StepSpec, Mapping[str, Any]], ...]


def trusted_types() -> tuple[str, ...]:
    """Dotted names of classes that recipes put into a pipeline and skops does not know: part of our allow-list."""
    return tuple(sorted({*_READERS, *(name for spec in STEPS for name in spec.trusted)}))


def warm_up() -> None:
    """Import what compiled recipes are made of, so that the first fit does not wait for it."""
    import mlworkbench.features.transformers  # noqa: F401


def check_steps(steps: Iterable[Step], dataset: Dataset) -> tuple[Step, ...]:
    """The steps with every setting filled in, once they are known to fit the dataset.

    Raises
    ------
    InvalidInput
        Unknown or repeated columns, the target in a step, a wrong setting, steps in an order that cannot work, a
        column of words or dates that no step turns into numbers, nothing left to learn from.
    """
    checked = tuple(_check_step(step, dataset) for step in steps)
    chains = _chains(checked, dataset)
    if all(_dropped(chain) for chain in chains.values()):
        raise InvalidInput("This recipe leaves no column to learn from. Keep at least one.", field="columns")
    return checked


def input_columns(recipe: Recipe, dataset: Dataset) -> tuple[str, ...]:
    """The raw columns that the compiled recipe reads, in the order of the dataset."""
    chains = _chains(check_steps(recipe.steps, dataset), dataset)
    return tuple(name for name, chain in chains.items() if not _dropped(chain))


def compile_recipe(recipe: Recipe, dataset: Dataset) -> ColumnTransformer:
    """The unfitted transformer of a recipe; columns with the same chain of steps share one branch.

    Its input is a DataFrame in the form that `load_training` gives, its output a dense float array. A number column
    that no step names passes through as it is; every other column must be turned into numbers or dropped.
    `feature_names` names the output.

    Raises
    ------
    InvalidInput
        As `check_steps`: the recipe may have been written for another version of the table.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline

    task = str(dataset.task)
    branches: dict[str, tuple[str, Chain, list[str]]] = {}
    for name, chain in _chains(check_steps(recipe.steps, dataset), dataset).items():
        if _dropped(chain):
            continue
        kind = _kind(dataset.column(name).type)
        key = json.dumps([kind, [(spec.name, dict(params)) for spec, params in chain]], sort_keys=True)
        branches.setdefault(key, (kind, chain, []))[2].append(name)
    transformers = []
    for number, (kind, chain, columns) in enumerate(branches.values(), start=1):
        links = [("read", _reader(kind))]
        links += [(spec.name, spec.make(params, task)) for spec, params in chain if spec.make is not None]
        transformers.append(
            (f"{number}-{'-'.join(name for name, _ in links[1:]) or 'as-is'}", Pipeline(links), columns)
        )
    return ColumnTransformer(transformers, remainder="drop", sparse_threshold=0, verbose_feature_names_out=False)


def build_pipeline(recipe: Recipe, dataset: Dataset, estimator: Any) -> Pipeline:
    """The recipe and an estimator as one unfitted Pipeline with the steps "recipe" and "estimator"."""
    from sklearn.pipeline import Pipeline

    return Pipeline([("recipe", compile_recipe(recipe, dataset)), ("estimator", estimator)])


def feature_origin(pipeline: Any) -> dict[str, str]:
    """Each feature that a fitted pipeline (or its "recipe" step) makes → the raw column it came from, in order.

    Names are unique: where two columns would make the same one ("a=b" and category "b" of "a"), the later is numbered.
    """
    compiled = pipeline.named_steps["recipe"] if hasattr(pipeline, "named_steps") else pipeline
    origin: dict[str, str] = {}
    for _, branch, columns in compiled.transformers_:
        if branch == "drop":
            continue
        # a token that no data can contain stands for each column, so that a made name always says where it is from
        tokens = [f"\x00{index}\x00" for index in range(len(columns))]
        for made in branch.get_feature_names_out(tokens):
            before, index, after = str(made).split("\x00", 2)
            raw = columns[int(index)]
            name, again = f"{before}{raw}{after}", 1
            while name in origin:
                again += 1
                name = f"{before}{raw}{after} #{again}"
            origin[name] = raw
    return origin


def feature_names(pipeline: Any) -> list[str]:
    """The names of the features that a fitted pipeline makes, in the order of its columns."""
    return list(feature_origin(pipeline))


def _reader(kind: str) -> Any:
    from mlworkbench.features import transformers

    return {"number": transformers.Numbers, "word": transformers.Words, "date": transformers.Dates}[kind]()


def _kind(column_type: str) -> str:
    return "number" if column_type in NUMBERS else "word" if column_type in WORDS else "date"


def _dropped(chain: Chain) -> bool:
    return any(spec.creates == "none" for spec, _ in chain)


def _check_step(step: Step, dataset: Dataset) -> Step:
    try:
        spec = STEPS.get(step.step)
    except NotFound as error:
        raise InvalidInput(error.message, field="step") from error
    if not step.columns:
        raise InvalidInput(f"The step {spec.name} has no columns. Choose some or remove it.", field="columns")
    repeated = sorted({name for name in step.columns if step.columns.count(name) > 1})
    if repeated:
        raise InvalidInput(f"The step {spec.name} names a column twice: {listing(repeated)}.", field="columns")
    if dataset.target in step.columns:
        raise InvalidInput(
            f"The step {spec.name} names {dataset.target}, which is the target. Take it out: a model must not see it.",
            field="columns",
        )
    unknown = [name for name in step.columns if name not in dataset.features]
    if unknown:
        raise InvalidInput(
            f"The step {spec.name} names columns that this dataset does not have: {listing(unknown)}. "
            f"It has: {listing(dataset.features)}.",
            field="columns",
        )
    return replace(step, params=check_params(spec.params, dict(step.params), f"The step {spec.name}"))


def _chains(steps: tuple[Step, ...], dataset: Dataset) -> dict[str, Chain]:
    """Every feature of the dataset → its steps in order, checked."""
    chains: dict[str, list[tuple[StepSpec, Mapping[str, Any]]]] = {name: [] for name in dataset.features}
    for step in steps:
        for name in step.columns:
            chains[name].append((STEPS.get(step.step), step.params))
    raw: list[str] = []
    for name, chain in chains.items():
        if _walk(name, dataset.column(name).type, chain) not in (*NUMBERS, "none"):
            raw.append(f"{name} ({dataset.column(name).type})")
    if raw:
        raise InvalidInput(
            f"A model needs numbers, and no step turns these columns into numbers: {listing(raw)}. Add one_hot, "
            "target_encode or ordinal for words, date_parts for dates, or drop them.",
            field="columns",
        )
    return {name: tuple(chain) for name, chain in chains.items()}


def _walk(name: str, column_type: str, chain: list[tuple[StepSpec, Mapping[str, Any]]]) -> str:
    """The type of the column after its chain."""
    before: StepSpec | None = None
    for spec, params in chain:
        if before is not None and before.creates == "none":
            raise InvalidInput(f"{name} is dropped and then used by {spec.name}. Remove one.", field="columns")
        if before is not None and spec.order <= before.order:
            hint = "do the same thing twice" if spec.order == before.order else "are in the wrong order"
            order = listing(known.name for known in sorted(STEPS, key=lambda known: known.order))
            raise InvalidInput(
                f"On column {name} the steps {before.name} and {spec.name} {hint}. The order is: "
                f"{order}; one encoder is enough.",
                field="columns",
            )
        if column_type not in spec.types:
            raise InvalidInput(
                f"The step {spec.name} is for {listing(spec.types)} columns; {name} is {column_type} there.",
                field="columns",
            )
        if spec.check is not None:
            spec.check(params, column_type)
        column_type = {"same": column_type, "new": "number", "none": "none"}[spec.creates]
        before = spec
    return column_type
