"""Each kind of step keeps the promises that recipes rely on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer

from mlworkbench.features import STEPS, Recipe, Step, compile_recipe, feature_names, trusted_types
from mlworkbench.features.transformers import DateParts, Imputer, OneHot
from tests.features.tables import described

ROWS = 120
MADE_BY = [spec.name for spec in STEPS if spec.make is not None]


def table() -> pd.DataFrame:
    random = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "number": np.where(random.random(ROWS) < 0.2, np.nan, random.normal(size=ROWS)),
            "word": pd.Series(random.choice(["a", "b", "c", None], ROWS), dtype=object),
            "when": pd.Series(pd.date_range("1999-12-30", periods=ROWS, freq="31h")).astype("datetime64[us]"),
        }
    )


def compiled(name: str, task: str) -> tuple[ColumnTransformer, str]:
    """The step alone on a column of a type it takes, made learnable where it leaves words."""
    spec = STEPS.get(name)
    column, kind = next(
        (column, kind)
        for column, kind in (("number", "number"), ("word", "category"), ("when", "datetime"))
        if kind in spec.types
    )
    recipe = Recipe("", 1, "d", "y", (Step(name, (column,)),), "")
    return compile_recipe(recipe, described({column: kind}, task=task)), column


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
@pytest.mark.parametrize("name", MADE_BY)
def test_a_step_fits_names_its_features_survives_a_file_and_meets_the_unknown(name: str, task: str) -> None:
    import skops.io as skops

    random = np.random.default_rng(0)
    y = (
        random.normal(size=ROWS).round()
        if task == "regression"
        else random.integers(0, 2 + (task == "multiclass"), ROWS)
    )
    frame = table()
    transformer, column = compiled(name, task)
    transformer.fit(frame[[column]], y)
    features = transformer.transform(frame[[column]])
    assert features.dtype == np.float64
    assert features.shape == (ROWS, len(set(feature_names(transformer))))

    reread = skops.loads(skops.dumps(transformer), trusted=list(trusted_types()))
    np.testing.assert_array_equal(reread.transform(frame[[column]]), features)

    again = clone(transformer).fit(frame[[column]], y)
    np.testing.assert_array_equal(again.transform(frame[[column]]), features)

    strange = pd.DataFrame(
        {
            "number": [np.nan, 1e9],
            "word": pd.Series([None, "never seen"], dtype=object),
            "when": pd.Series([pd.NaT, pd.Timestamp("2200-01-01")]).astype("datetime64[us]"),
        }
    )
    assert transformer.transform(strange[[column]]).shape == (2, features.shape[1])


def test_date_parts_agree_with_pandas_also_before_1970() -> None:
    dates = pd.Series(pd.to_datetime(["1901-02-28 23:30", "1969-12-31 00:00", "2024-02-29 12:15", None]))
    parts = DateParts().fit(dates.to_numpy("datetime64[us]")[:, None])
    made = pd.DataFrame(parts.transform(dates.to_numpy("datetime64[us]")[:, None]), columns=list(parts.parts))
    expected = {
        "year": dates.dt.year,
        "month": dates.dt.month,
        "day": dates.dt.day,
        "weekday": dates.dt.weekday,
        "hour": dates.dt.hour + dates.dt.minute / 60,
        "days": (dates - dates.min()) / pd.Timedelta(days=1),
    }
    for part, values in expected.items():
        np.testing.assert_allclose(made[part], values.astype(float), err_msg=part)
    assert made.iloc[3].isna().all()


def test_date_parts_reach_years_beyond_nanoseconds() -> None:
    dates = np.array([["0007-03-04"], ["9999-12-31"]], dtype="datetime64[us]")
    made = DateParts(("year", "month", "day"), None).fit(dates).transform(dates)
    np.testing.assert_array_equal(made, [[7, 3, 4], [9999, 12, 31]])


@pytest.mark.parametrize(
    ("strategy", "expected"), [("median", 3.0), ("mean", 4.0), ("most_frequent", 1.0), ("constant", -5.0)]
)
def test_the_imputer_fills_numbers_with_what_it_learnt(strategy: str, expected: float) -> None:
    X = np.array([[1.0], [1.0], [3.0], [5.0], [10.0], [np.nan]])
    imputer = Imputer(strategy, value=-5.0, indicator=True).fit(X)
    np.testing.assert_array_equal(imputer.transform(np.array([[np.nan], [2.0]])), [[expected, 1.0], [2.0, 0.0]])
    assert list(imputer.get_feature_names_out(["x"])) == ["x", "x is missing"]


def test_the_imputer_treats_every_kind_of_missing_word_alike() -> None:
    words = pd.DataFrame({"w": pd.Series(["b", None, "b", "a", np.nan, pd.NA], dtype=object)})
    recipe = Recipe(
        "",
        1,
        "d",
        "y",
        (Step("impute", ("w",), {"strategy": "constant"}), Step("one_hot", ("w",), {"min_frequency": 1})),
        "",
    )
    transformer = compile_recipe(recipe, described({"w": "category"})).fit(words)
    assert feature_names(transformer) == ["w=a", "w=b", "w=missing"]
    np.testing.assert_array_equal(transformer.transform(words).sum(axis=0), [1, 2, 3])


def test_columns_without_any_value_are_filled_and_not_lost() -> None:
    empty = np.full((3, 1), np.nan)
    assert Imputer("median").fit(empty).transform(empty).tolist() == [[0.0]] * 3
    words = np.full((3, 1), np.nan, dtype=object)
    assert Imputer("most_frequent").fit(words).transform(words).tolist() == [["missing"]] * 3


def test_rare_and_unseen_categories_share_one_column() -> None:
    X = np.array([["a"]] * 10 + [["b"]] * 10 + [["c"], ["d"]], dtype=object)
    encoder = OneHot(handle_unknown="infrequent_if_exist", min_frequency=5, sparse_output=False).fit(X)
    assert list(encoder.get_feature_names_out(["x"])) == ["x=a", "x=b", "x=(rare)"]
    np.testing.assert_array_equal(encoder.transform([["c"], ["new"]]), [[0, 0, 1], [0, 0, 1]])


def test_target_averages_of_training_rows_do_not_hold_their_own_answer() -> None:
    random = np.random.default_rng(0)
    words = pd.DataFrame({"w": pd.Series([f"v{number}" for number in range(ROWS)], dtype=object)})
    y = random.integers(0, 2, ROWS)
    recipe = Recipe("", 1, "d", "y", (Step("target_encode", ("w",)),), "")
    fitted = compile_recipe(recipe, described({"w": "category"})).fit_transform(words, y)[:, 0]
    assert abs(np.corrcoef(fitted, y)[0, 1]) < 0.4  # each value occurs once: a naive average would be y itself
