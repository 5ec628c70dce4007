"""One row: predicted as the pipeline itself would, explained, logged; wrong inputs named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import numpy as np
import pytest

from mlworkbench import Project
from mlworkbench.data import load_training
from mlworkbench.errors import InvalidInput, NotFound
from mlworkbench.features import save_recipe, suggest_steps
from mlworkbench.modeling import compare, get_model_version, load_model, promote
from mlworkbench.serving import count_predictions, predict_one, prediction_log, starting_row, sweep
from mlworkbench.serving.predictor import Predictor

Served = Callable[[str], Project]
MOVED = {"size": 71.5, "count": 3, "colour": "red", "member": "No", "since": "2020-02-03T10:30:00", "town": "town 7"}


def moved(project: Project, **changes: object) -> dict[str, object]:
    """A row that differs from the typical one in every column."""
    return {**starting_row(get_model_version(project)), **MOVED, **changes}


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_training_rows_are_predicted_as_by_the_pipeline_itself(served: Served, task: str) -> None:
    project = served(task)
    version = get_model_version(project)
    pipeline = load_model(project, version)
    rows = load_training(project, version.dataset).head(4)
    for place in range(len(rows)):
        raw = {one.name: rows[one.name].iloc[place] for one in version.inputs}
        answer = predict_one(project, raw)
        if task == "regression":
            assert answer.prediction == pytest.approx(pipeline.predict(rows)[place])
            assert answer.probabilities == {}
        else:
            expected = pipeline.predict_proba(rows)[place]
            assert tuple(answer.probabilities) == version.classes
            np.testing.assert_allclose(list(answer.probabilities.values()), expected)
            assert answer.prediction == version.classes[int(expected.argmax())]
        assert answer.model_version == version.id


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_contributions_lead_from_the_typical_row_to_this_one(served: Served, task: str) -> None:
    project = served(task)
    version = get_model_version(project)
    answer = predict_one(project, moved(project), explain=True)
    assert answer.explained == {"binary": "yes", "multiclass": answer.prediction, "regression": None}[task]
    here = answer.probabilities[answer.explained] if answer.explained else float(answer.prediction)
    typical = predict_one(project, starting_row(version))
    start = typical.probabilities[answer.explained] if answer.explained else float(typical.prediction)
    assert answer.base_value == pytest.approx(start)
    total = sum(one.amount for one in answer.contributions)
    assert answer.base_value is not None
    assert answer.base_value + total == pytest.approx(here, abs=1e-9)
    assert {one.column for one in answer.contributions} == {one.name for one in version.inputs}
    sizes = [abs(one.amount) for one in answer.contributions]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 0.01
    assert predict_one(project, moved(project), explain=True).contributions == answer.contributions


def test_a_single_changed_column_bears_the_whole_difference(served: Served) -> None:
    project = served("binary")
    row = {**starting_row(get_model_version(project)), "size": 75.0}
    answer = predict_one(project, row, explain=True)
    by_column = {one.column: one for one in answer.contributions}
    assert answer.base_value is not None
    assert by_column["size"].amount == pytest.approx(answer.probabilities["yes"] - answer.base_value)
    assert (by_column["size"].value, by_column["size"].error) == (75.0, 0.0)
    assert all(one.amount == 0 for one in answer.contributions if one.column != "size")


def test_the_typical_row_has_nothing_to_explain(served: Served) -> None:
    project = served("binary")
    answer = predict_one(project, starting_row(get_model_version(project)), explain=True)
    assert all(one.amount == 0 for one in answer.contributions)
    assert answer.base_value == answer.probabilities["yes"]


def test_values_may_come_as_text_or_as_python_has_them(served: Served) -> None:
    project = served("binary")
    same = [
        predict_one(project, moved(project, size=size, since=since)).probabilities
        for size, since in (
            (60, "2020-02-03"),
            ("60.0", date(2020, 2, 3)),
            (np.float32(60), datetime(2020, 2, 3)),
            (" 6e1 ", datetime(2020, 2, 3, tzinfo=UTC)),
            (60.0, np.datetime64("2020-02-03")),
        )
    ]
    assert all(answer == same[0] for answer in same)


@pytest.mark.parametrize("nothing", [None, "", " ", float("nan"), np.float64("nan")])
def test_every_column_may_be_missing(served: Served, nothing: object) -> None:
    project = served("binary")
    row = dict.fromkeys(starting_row(get_model_version(project)), nothing)
    answer = predict_one(project, row, explain=True)
    assert sum(answer.probabilities.values()) == pytest.approx(1)
    assert any("member: missing" in warning for warning in answer.warnings)


def test_what_training_never_saw_is_predicted_with_a_warning(served: Served) -> None:
    project = served("binary")
    answer = predict_one(project, moved(project, size=9000, colour="<b>pink</b>", since="2090-01-01", shoe=44))
    said = " ".join(answer.warnings)
    assert "size: 9000 is outside the usual range in training" in said
    assert "colour: <b>pink</b> is not among the training values: blue, green, red" in said
    assert "since: 2090-01-01 is outside" in said
    assert "Not used by the model: shoe" in said
    assert not predict_one(project, starting_row(get_model_version(project))).warnings


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"size": "tall"}, "size", "'tall'"),
        ({"size": float("inf")}, "size", "finite"),
        ({"size": True}, "size", "number"),
        ({"size": [1]}, "size", "number"),
        ({"size": "0x10"}, "size", "number"),
        ({"size": "1e999"}, "size", "finite"),
        ({"since": "soon"}, "since", "'soon'"),
        ({"since": 20200203}, "since", "date"),
        ({"colour": ["red"]}, "colour", "text"),
    ],
)
def test_what_cannot_be_read_is_refused_and_not_logged(
    served: Served, changes: dict[str, object], field: str, words: str
) -> None:
    project = served("binary")
    before = count_predictions(project)
    with pytest.raises(InvalidInput) as refused:
        predict_one(project, moved(project, **changes))
    assert refused.value.field == field
    assert words in refused.value.message
    assert count_predictions(project) == before


def test_columns_that_are_not_named_are_listed(served: Served) -> None:
    project = served("binary")
    row = moved(project)
    row["Size"] = row.pop("size")
    del row["town"]
    with pytest.raises(InvalidInput, match=r"lack 2 of the \d columns.*size, town"):
        predict_one(project, row)
    with pytest.raises(InvalidInput, match="by column name"):
        predict_one(project, ["size"])  # type: ignore[arg-type]


def test_a_model_that_cannot_do_without_a_value_asks_for_it(needy: Project) -> None:
    assert all(one.required for one in get_model_version(needy).inputs)
    with pytest.raises(InvalidInput, match="without a value of: a"):
        predict_one(needy, {"a": None, "b": 1})


def test_unknown_sources_and_aliases_are_refused(served: Served) -> None:
    project = served("binary")
    with pytest.raises(InvalidInput, match="whatif, batch, api"):
        predict_one(project, moved(project), source="spam")
    with pytest.raises(NotFound):
        predict_one(project, moved(project), alias="challenger")


def test_a_single_answer_is_in_the_log_with_inputs_outputs_and_version(served: Served) -> None:
    project = served("multiclass")
    answer = predict_one(project, moved(project, colour=None), source="api")
    logged = prediction_log(project, ["api"], limit=1).iloc[0]
    assert (logged["id"], logged["row"], logged["source"]) == (answer.id, 1, "api")
    assert logged["prediction"] == answer.prediction
    assert logged["probability_top"] == answer.probabilities["top"]
    assert logged["input.size"] == 71.5
    assert logged["input.since"] == "2020-02-03T10:30:00.000000"
    assert logged["model_version"] == answer.model_version
    assert logged["latency_ms"] == answer.latency_ms > 0


def test_a_sweep_moves_one_column_and_is_not_logged(served: Served) -> None:
    project = served("binary")
    row = moved(project)
    before = count_predictions(project)
    along = sweep(project, row, "size", points=5)
    assert list(along.columns) == ["size", "prediction", "probability_no", "probability_yes"]
    field = next(one for one in get_model_version(project).inputs if one.name == "size")
    assert (along["size"].iloc[0], along["size"].iloc[-1]) == (field.low, field.high)
    assert along["probability_yes"].nunique() > 1
    colours = sweep(project, row, "colour")
    assert list(colours["colour"]) == ["blue", "green", "red"]
    days = sweep(project, row, "since", points=4)
    assert len(days) == 4
    whole = sweep(project, row, "count", points=500)["count"]
    assert (whole == whole.round()).all()
    assert whole.is_unique
    assert count_predictions(project) == before
    third = predict_one(project, {**row, "size": along["size"].iloc[2]})
    assert along["probability_yes"].iloc[2] == pytest.approx(third.probabilities["yes"])


def test_a_sweep_over_nothing_is_refused(served: Served) -> None:
    project = served("regression")
    assert list(sweep(project, moved(project), "size").columns) == ["size", "prediction"]
    with pytest.raises(InvalidInput, match="no input 'code'"):
        sweep(project, moved(project), "code")
    with pytest.raises(InvalidInput, match="points"):
        sweep(project, moved(project), "size", points=1)


def test_a_model_is_loaded_once_and_the_alias_is_followed(served: Served) -> None:
    project = served("regression")
    first = Predictor.load(project)
    assert Predictor.load(project).pipeline is first.pipeline
    settings = first.pipeline.get_params()
    assert all(value == 1 for name, value in settings.items() if name.endswith("n_jobs"))
    save_recipe(project, [step for step, _ in suggest_steps(project) if step.step != "scale"])
    compare(project, estimators=["dummy"], cv=2, n_jobs=1)
    other = promote(project, alias="challenger")
    assert predict_one(project, moved(project), alias="challenger").model_version == other.id
    assert Predictor.load(project).version.id == first.version.id
