"""One row at a time: the prediction, what is behind it, and how it moves along one column."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlworkbench.errors import InvalidInput, NotApplicable, listing
from mlworkbench.serving.explain import plan, shapley
from mlworkbench.serving.inputs import dtype, read_row, unusual
from mlworkbench.serving.log import check_source, record
from mlworkbench.serving.predictor import Predictor, repeated, typical_row
from mlworkbench.serving.promised import promised_or_refused
from mlworkbench.serving.results import Answer, Contribution, plain

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from mlworkbench.modeling import InputField
    from mlworkbench.projects import Project
    from mlworkbench.serving.inputs import Columns


def predict_one(
    project: Project,
    inputs: Mapping[str, Any],
    *,
    source: str = "whatif",
    explain: bool = False,
    alias: str = "champion",
) -> Answer:
    """Predict one row given in raw units and add it to the prediction log.

    Parameters
    ----------
    inputs : Mapping
        Column name → value, as `read_row` takes it.
    source : {"whatif", "batch", "api"}
        Who asks, for the log.
    explain : bool
        Also say how far each column moves the answer from the typical row's (`mlworkbench.serving.explain`).

    Raises
    ------
    InvalidInput
        Required columns not given, a value that cannot be read, or one that breaks a data contract which rejects it;
        nothing is logged then.
    NotFound
        No model version has this alias.
    """
    check_source(source)
    predictor = Predictor.load(project, alias)
    start = time.perf_counter()
    version = predictor.version
    row, warnings = read_row(inputs, version.inputs)
    warnings += unusual(row, version.inputs)
    warnings += promised_or_refused(project, row, version.inputs, inputs)
    outputs = predictor.outputs(row)
    prediction = predictor.answers(outputs)[0]
    probabilities = {label: float(share) for label, share in zip(predictor.classes, outputs[0], strict=False)}
    latency = (time.perf_counter() - start) * 1000
    contributions: tuple[Contribution, ...] = ()
    base: float | None = None
    if explain:
        base, contributions = explain_row(predictor, row)
    said = {"prediction": prediction, **{f"probability_{label}": share for label, share in probabilities.items()}}
    identity = record(
        project,
        source=source,
        model_version=version.id,
        rows=1,
        latency_ms=latency,
        inputs={name: plain(cells[0]) for name, cells in row.items()},
        outputs=said,
    )
    return Answer(
        id=identity,
        prediction=prediction if predictor.classes else float(prediction),
        probabilities=probabilities,
        explained=predictor.classes[predictor.explained(outputs)] if predictor.classes else None,
        contributions=contributions,
        base_value=base,
        latency_ms=latency,
        model_version=version.id,
        warnings=tuple(warnings),
    )


def sweep(
    project: Project, inputs: Mapping[str, Any], field: str, points: int = 25, *, alias: str = "champion"
) -> pd.DataFrame:
    """The prediction as one column moves over what the model was trained on, the others staying as they are.

    A way to look at the model, not a prediction about somebody: it is not logged.

    Parameters
    ----------
    field : str
        The column: a number or date moves from its lowest to its highest training value, a word over its categories.
    points : int
        Steps for a number or date, 2 to 500; whole numbers are not repeated.

    Returns
    -------
    DataFrame
        The column (under its own name), prediction, and probability_<class> for classes.

    Raises
    ------
    InvalidInput
        An unknown column, a wrong number of points, or inputs as in `predict_one`.
    NotApplicable
        The column has no range or categories to move over.
    """
    import pandas as pd

    predictor = Predictor.load(project, alias)
    by_name = {one.name: one for one in predictor.version.inputs}
    if field not in by_name:
        raise InvalidInput(f"The model has no input {field!r}. It has: {listing(by_name)}.", field="field")
    if not isinstance(points, int) or not 2 <= points <= 500:
        raise InvalidInput(f"points must be from 2 to 500. Got {points!r}.", field="points")
    row, _ = read_row(inputs, predictor.version.inputs)
    places = _places(by_name[field], points)
    columns = repeated(row, len(places))
    columns[field] = places
    made = predictor.named(predictor.outputs(columns))
    name = field if field not in made else f"input.{field}"
    return pd.DataFrame({name: places, **made})


def _places(field: InputField, points: int) -> NDArray[Any]:
    import numpy as np

    if field.categories and field.type not in ("number", "integer", "datetime"):
        return np.array(field.categories, dtype=object)
    if field.low is None or field.high is None:
        raise NotApplicable(f"{field.name} has neither a range nor categories to move over.", field="field")
    if field.type == "datetime":
        low, high = (np.array([edge]).astype("datetime64[us]").astype(np.int64)[0] for edge in (field.low, field.high))
        return np.unique(np.linspace(low, high, points).astype(np.int64)).astype("datetime64[us]")
    places = np.linspace(float(field.low), float(field.high), points)
    return np.unique(np.round(places) if field.type == "integer" else places)


def explain_row(predictor: Predictor, row: Columns) -> tuple[float, tuple[Contribution, ...]]:
    """The typical row's output and the contributions, from one call of the model."""
    import numpy as np

    fields = predictor.version.inputs
    typical = typical_row(predictor.version)
    differing = [one for one in fields if plain(row[one.name][0]) != plain(typical[one.name][0])]
    made = plan(len(differing))
    columns = repeated(typical, len(made.coalitions))
    for player, one in enumerate(differing):
        mixed = np.where(made.coalitions[:, player], row[one.name], typical[one.name])
        columns[one.name] = mixed.astype(dtype(one))
    outputs = predictor.outputs(columns)
    about = predictor.explained(outputs[-1:])
    amounts, errors = shapley(outputs[:, about], made)
    moved = {one.name: (float(amounts[place]), float(errors[place])) for place, one in enumerate(differing)}
    contributions = [
        Contribution(one.name, plain(row[one.name][0]), plain(typical[one.name][0]), *moved.get(one.name, (0.0, 0.0)))
        for one in fields
    ]
    ranked = sorted(contributions, key=lambda one: -abs(one.amount))
    return float(outputs[0, about]), tuple(ranked)
