"""A recipe compiles to one transformer, or says in words why it cannot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlworkbench.data import Dataset
from mlworkbench.errors import InvalidInput
from mlworkbench.features import Recipe, Step, compile_recipe, feature_names, feature_origin, input_columns
from tests.features.tables import described

TYPES = {"age": "number", "size": "integer", "plan": "category", "since": "datetime", "id": "identifier"}
GOOD = (
    Step("drop", ("id",)),
    Step("date_parts", ("since",), {"hour": False, "days": False}),
    Step("impute", ("age", "since")),
    Step("impute", ("plan",), {"strategy": "constant"}),
    Step("one_hot", ("plan",), {"min_frequency": 1}),
    Step("scale", ("age", "since")),
)


def dataset(types: dict[str, str] = TYPES) -> Dataset:
    return described(types, target="left")


def recipe(*steps: Step) -> Recipe:
    return Recipe("", 1, "d", "left", steps, "")


def rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age": [1.0, np.nan, 3.0, 4.0],
            "size": [1.0, 2.0, 3.0, np.nan],
            "plan": pd.Series(["a", None, "b", "a"], dtype=object),
            "since": pd.to_datetime(["2020-01-05", "2021-02-06", None, "2022-03-07"]).astype("datetime64[us]"),
            "id": pd.Series(["w", "x", "y", "z"], dtype=object),
        }
    )


def test_equal_chains_share_a_branch_and_numbers_without_a_step_pass_as_they_are() -> None:
    transformer = compile_recipe(
        recipe(Step("impute", ("age", "size")), *GOOD[:2], Step("impute", ("since",)), *GOOD[3:5]), dataset()
    )
    branches = {name: list(columns) for name, _, columns in transformer.transformers}
    assert branches["1-impute"] == ["age", "size"]
    plain = compile_recipe(recipe(*GOOD), dataset()).fit(rows())
    assert np.isnan(plain.transform(rows())[3, feature_names(plain).index("size")])


def test_features_are_named_after_the_raw_column_and_traced_to_it() -> None:
    transformer = compile_recipe(recipe(*GOOD), dataset()).fit(rows())
    assert feature_origin(transformer) == {
        "age": "age",
        "size": "size",
        "plan=a": "plan",
        "plan=b": "plan",
        "plan=missing": "plan",
        "since.year": "since",
        "since.month": "since",
        "since.day": "since",
        "since.weekday": "since",
    }
    assert transformer.transform(rows()).shape == (4, 9)


def test_names_that_would_be_the_same_stay_apart() -> None:
    frame = pd.DataFrame({"a=b": [1.0, 2.0], "a": pd.Series(["b", "c"], dtype=object)})
    both = dataset({"a=b": "number", "a": "category"})
    transformer = compile_recipe(recipe(Step("one_hot", ("a",), {"min_frequency": 1})), both).fit(frame)
    assert feature_origin(transformer) == {"a=b": "a=b", "a=b #2": "a", "a=c": "a"}


def test_dropped_columns_are_no_inputs_and_may_be_absent_later() -> None:
    assert input_columns(recipe(*GOOD), dataset()) == ("age", "size", "plan", "since")
    transformer = compile_recipe(recipe(*GOOD), dataset()).fit(rows())
    without = transformer.transform(rows().drop(columns="id"))
    np.testing.assert_array_equal(without, transformer.transform(rows()))


@pytest.mark.parametrize(
    ("steps", "words", "field"),
    [
        ((Step("drop", ("left",)),), "left, which is the target", "columns"),
        ((Step("scale", ("height",)),), "does not have: height", "columns"),
        ((Step("scale", ("age", "age")),), "twice: age", "columns"),
        ((Step("scale", ()),), "has no columns", "columns"),
        ((Step("polish", ("age",)),), "'polish'", "step"),
        ((Step("scale", ("age",), {"method": "log"}),), "method must be one of", "method"),
        ((Step("scale", ("age",), {"speed": 3}),), "no setting 'speed'", "speed"),
        ((Step("scale", ("plan",)),), "plan is category", "columns"),
        ((Step("one_hot", ("age",)),), "age is number", "columns"),
        ((Step("impute", ("since",)),), "since is datetime", "columns"),
        ((Step("impute", ("plan",)),), "median is for numbers", "strategy"),
        ((Step("impute", ("plan",), {"strategy": "constant", "indicator": True}),), "indicator", "indicator"),
        ((Step("impute", ("age",), {"strategy": "constant", "value": "x"}),), "must be a number", "value"),
        ((Step("date_parts", ("since",), {"reference": "soon"}),), "2020-01-31", "reference"),
        ((Step("one_hot", ("plan",)), Step("impute", ("plan",))), "wrong order", "columns"),
        ((Step("scale", ("age",)), Step("impute", ("age",))), "wrong order", "columns"),
        ((Step("one_hot", ("plan",)), Step("ordinal", ("plan",))), "same thing twice", "columns"),
        ((Step("drop", ("plan",)), Step("one_hot", ("plan",))), "dropped and then used", "columns"),
        ((Step("drop", ("id",)), Step("drop", ("since",))), "plan (category)", "columns"),
        ((Step("drop", ("id", "plan")),), "since (datetime)", "columns"),
        ((Step("drop", tuple(TYPES)),), "no column to learn from", "columns"),
    ],
)
def test_a_recipe_that_cannot_work_is_refused_with_the_setting_named(
    steps: tuple[Step, ...], words: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        compile_recipe(recipe(*steps), dataset())
    assert words in refused.value.message
    assert refused.value.field == field


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"step": "scale"},
        {"step": 1, "columns": []},
        {"step": "scale", "columns": "age"},
        {"step": "scale", "columns": [1]},
        {"step": "scale", "columns": [], "colour": 1},
    ],
)
def test_a_step_that_is_not_one_is_refused(body: object) -> None:
    with pytest.raises(InvalidInput, match="must"):
        Step.from_json(body)


def test_a_step_is_the_same_after_json() -> None:
    assert [Step.from_json(step.to_json()) for step in GOOD] == list(GOOD)
