"""Repairs: what each step does to the cells and rows of a table, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlworkbench import Project
from mlworkbench.data import (
    REPAIRS,
    Dataset,
    chain_of,
    checked_steps,
    ingest,
    lineage,
    list_datasets,
    load_holdout,
    load_table,
    load_training,
    preview_repair,
    repair,
    restore_version,
)
from mlworkbench.errors import InvalidInput
from tests.data.faulty import Step, faulty_version, notes, only, people, written


@pytest.fixture
def base(project: Project, tmp_path: Path) -> Dataset:
    return faulty_version(project, tmp_path)


# -- cells --------------------------------------------------------------------------------------------
def test_a_value_that_stands_for_nothing_becomes_missing_and_is_counted(project: Project, base: Dataset) -> None:
    made, table = only(project, {"step": "replace", "column": "income", "old": -999, "new": None})
    assert made.column("income").missing == int(table["income"].isna().sum()) == 10
    assert "-999 → missing in 10 cells: income (10)" in notes(made)
    assert load_table(project, base)["income"].eq(-999).sum() == 10, "the version it was made from stays"


def test_a_part_of_a_text_is_replaced_and_the_whole_cell_only_when_said(project: Project, base: Dataset) -> None:
    part, table = only(project, {"step": "replace", "columns": ["town"], "old": "or", "new": "ar", "whole": False})
    assert set(table["town"].dropna()) == {"Yark", "yark ", "Bath", "Ely"}
    whole = preview_repair(project, steps=[{"step": "replace", "columns": ["town"], "old": "ar", "new": "x"}])
    assert (part.number, whole.cells_changed) == (2, 0)


def test_text_is_trimmed_and_its_case_made_one(project: Project, tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [" x ", "X\u00a0", "a\tb", "a\u200b  b", " \u00a0", "y"] * 3, "n": range(18)})
    ingest(project, source=written(tmp_path, frame), reading={"delimiter": ","}, types={"a": "text"})
    made, table = only(project, {"step": "trim", "columns": ["a"], "case": "lower"})
    assert table["a"].head(6).tolist() == ["x", "x", "a b", "a b", None, "y"]
    assert "3 cells of them had nothing else and became missing" in notes(made)


def test_categories_are_written_one_way_and_the_type_follows(project: Project, base: Dataset) -> None:
    made, table = only(
        project,
        {"step": "trim", "columns": ["town"]},
        {"step": "map_categories", "column": "town", "mapping": {"york": "York", "nowhere": "Y"}, "others": ""},
        {"step": "map_categories", "column": "town", "mapping": {"York": "York"}, "others": "elsewhere"},
    )
    assert set(table["town"].dropna()) == {"York", "elsewhere"}
    assert "not in the column: 'nowhere'" in notes(made)
    assert base.schema["town"] == "text"
    assert made.schema["town"] == "text", "a type that a person chose stays"


def test_a_column_is_retyped_as_reading_would_and_unreadable_cells_are_counted(
    project: Project, base: Dataset, tmp_path: Path
) -> None:
    assert base.schema["spent"] == "text"
    made, table = only(project, {"step": "retype", "column": "spent", "type": "number"})
    lost = int(people()["spent"].eq("free").sum())
    assert (made.schema["spent"], made.column("spent").missing) == ("number", lost)
    read = ingest(project, source=tmp_path / "people.csv", types={"spent": "number"}, reading={"null_words": ["free"]})
    pd.testing.assert_series_equal(table["spent"], load_table(project, read)["spent"])


def test_what_is_learnt_comes_from_training_rows_and_is_kept_in_the_step(project: Project, base: Dataset) -> None:
    made, table = only(
        project,
        {"step": "replace", "columns": "income", "old": -999},
        {"step": "fill", "columns": ["income", "age"], "how": "median"},
        {"step": "fill", "column": "town", "how": "mode"},
    )
    training = load_training(project, base).replace({"income": {-999: np.nan}})
    learnt = chain_of(project, made)[1]["learnt"]
    assert learnt == {"income": training["income"].median(), "age": training["age"].median()}
    assert table["income"].notna().all()
    assert learnt["income"] != load_table(project, base)["income"].replace(-999, np.nan).median()
    assert chain_of(project, made)[2]["learnt"] == {"town": training["town"].mode()[0]}


def test_a_mean_that_is_no_whole_number_makes_a_column_of_numbers(project: Project, base: Dataset) -> None:
    made, table = only(project, {"step": "fill", "columns": ["age"], "how": "mean"})
    assert (base.schema["age"], made.schema["age"]) == ("integer", "number")
    assert table["age"].iloc[3] == pytest.approx(load_training(project, base)["age"].mean())


def test_the_value_before_and_a_constant_fill(project: Project, base: Dataset) -> None:
    before = load_table(project, base)["age"]
    made, table = only(project, {"step": "fill", "columns": ["age"], "how": "previous"})
    pd.testing.assert_series_equal(table["age"], before.ffill())
    assert only(project, {"step": "fill", "columns": ["town"], "value": "no town"})[1]["town"].isna().sum() == 0
    assert made.column("age").missing == 0


def test_cells_are_corrected_by_their_row_whatever_stands_before(project: Project, base: Dataset) -> None:
    steps: list[Step] = [
        {"step": "filter", "expression": "income != -999"},
        {"step": "set_cells", "column": "left", "cells": [[1, "no"], [2, "no"], [0, "yes"], [199, "yes"]]},
    ]
    made, table = only(project, *steps)
    truth = load_table(project, base)
    truth.loc[[1, 2, 199], "left"] = ["no", "no", "yes"]
    expected = truth[truth["income"] != -999].reset_index(drop=True)
    pd.testing.assert_frame_equal(table, expected)
    assert "1 row of those given is not in the table" in notes(made)


def test_a_column_is_computed_with_its_missing_values_said(project: Project, base: Dataset) -> None:
    made, table = only(
        project,
        {"step": "compute", "name": "old", "expression": "age >= 60"},
        {"step": "compute", "name": "ratio", "expression": "income / age"},
        {"step": "compute", "name": "kind", "expression": '"poor" if income < 500 else "rich"'},
    )
    age = load_table(project, base)["age"]
    assert (table["old"] == "True").tolist() == (age >= 60).tolist()
    assert table["ratio"].isna().sum() == age.isna().sum() == 20
    assert (made.schema["old"], made.schema["ratio"], made.schema["kind"]) == ("binary", "number", "binary")
    assert "old = age >= 60; 20 rows have no value in age" in notes(made)


# -- rows ---------------------------------------------------------------------------------------------
def test_rows_kept_and_rows_removed_are_the_rows_before(project: Project, base: Dataset) -> None:
    truth = load_table(project, base)
    made, table = only(project, {"step": "filter", "expression": 'age > 40 and town != "Ely"'})
    kept = truth[(truth["age"] > 40) & truth["town"].notna() & (truth["town"] != "Ely")]
    pd.testing.assert_frame_equal(table, kept.reset_index(drop=True))
    unsure = int((truth["age"].isna() | truth["town"].isna()).sum())
    assert f"{200 - len(kept)} rows dropped" in notes(made)
    assert f"{unsure} of them without a value in age, town" in notes(made)


def test_rows_with_gaps_repeats_and_a_sample(project: Project, base: Dataset) -> None:
    truth = load_table(project, base)
    assert only(project, {"step": "drop_missing", "columns": ["age"]})[0].rows == 180
    restore_version(project, base.id)
    first = only(project, {"step": "deduplicate", "columns": ["town", "left"]})[1]
    expected = truth.drop_duplicates(["town", "left"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(first.drop(columns="age"), expected.drop(columns="age"))
    steps: list[Step] = [{"step": "sample", "share": 0.25, "seed": 7}]
    one, other = (repair(project, steps=steps, dataset=base.id) for _ in range(2))
    assert (one.rows, one.table) == (50, other.table)
    assert load_table(project, one)["id"].is_monotonic_increasing


def test_columns_are_dropped_and_renamed_the_target_too(project: Project, base: Dataset) -> None:
    made, table = only(
        project,
        {"step": "drop_columns", "columns": ["id"]},
        {"step": "rename", "names": {"left": "churn", "age": "years"}},
    )
    assert list(table) == ["income", "years", "town", "spent", "churn"]
    assert (made.target, made.classes, made.holdout) == ("churn", base.classes, base.holdout)
    held = load_holdout(project, made, why="a test")
    assert held["income"].tolist() == load_holdout(project, base, why="a test")["income"].tolist()


def test_another_version_is_joined_by_key(project: Project, base: Dataset, tmp_path: Path) -> None:
    frame = pd.DataFrame({"town": ["York", "Bath", "Rome"], "area": [34.0, 11.0, 99.0], "left": ["a", "b", "c"]})
    towns = ingest(project, source=written(tmp_path, frame, "towns.csv"), target=None)
    joined = repair(
        project, dataset=base.id, steps=[{"step": "join", "dataset": str(towns.number), "on": ["town"]}], why="areas"
    )
    table, truth = load_table(project, joined).fillna(np.nan), load_table(project, base).fillna(np.nan)
    expected = truth.merge(frame, on="town", how="left", suffixes=("", "_right"))
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)
    assert chain_of(project, joined)[0]["dataset"] == towns.id
    assert {base.id, towns.id} <= {one.id for one in lineage(project, joined.id).nodes}
    inner = repair(
        project, dataset=base.id, steps=[{"step": "join", "dataset": towns.id, "on": ["town"], "how": "inner"}]
    )
    assert inner.rows == len(truth.merge(frame, on="town"))
    assert inner.holdout == base.holdout


def test_a_join_that_would_blow_up_is_refused_with_its_figure(project: Project, base: Dataset) -> None:
    with pytest.raises(InvalidInput, match=r"would make [\d,]+ rows of 200") as caught:
        repair(project, steps=[{"step": "join", "dataset": base.id, "on": ["town"]}])
    assert caught.value.field == "steps"
    assert len(list_datasets(project)) == 1


def test_aggregated_rows_have_new_keys_and_a_new_holdout(project: Project, base: Dataset) -> None:
    figures = {"n": ["id", "count"], "spread": ["income", "std"], "middle": ["age", "median"], "first": ["id", "first"],
               "gaps": ["age", "missing"], "kinds": ["spent", "distinct"], "top": ["income", "max"]}  # fmt: skip
    made, table = only(project, {"step": "aggregate", "by": ["town", "left"], "figures": figures})
    groups = load_table(project, base).groupby(["town", "left"], sort=False, dropna=False)
    assert table["n"].tolist() == groups.size().tolist()
    np.testing.assert_allclose(table["spread"], groups["income"].std(), rtol=1e-12)
    np.testing.assert_allclose(table["middle"], groups["age"].median())
    assert table["gaps"].tolist() == groups["age"].apply(lambda ages: ages.isna().sum()).tolist()
    assert table["first"].tolist() == groups["id"].first().tolist()
    assert table["kinds"].tolist() == groups["spent"].nunique().tolist()
    assert (made.target, made.rows) == ("left", 10)
    assert made.holdout not in (None, base.holdout)
    assert "a holdout of their own was cut" in notes(made)
    gone = repair(
        project, dataset=base.id, steps=[{"step": "aggregate", "by": ["town"], "figures": {"n": ["id", "count"]}}]
    )
    assert (gone.target, gone.holdout) == (None, None)
    assert "The target left is not in the new rows" in notes(gone)


# -- what is refused ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([], "Got none"),
        ([{"step": "polish"}], "Step 1: There is no repair named 'polish'"),
        ([{"step": "trim"}], r"Step 1 \(trim\): columns is needed"),
        ([{"step": "trim", "columns": ["town"], "case": "loud"}], r"Step 1 \(trim\): case must be one of"),
        ([{"step": "trim", "columns": ["town"], "tidy": 1}], "no setting 'tidy'"),
        ([{"step": "trim", "columns": ["nowhere"]}], "no column 'nowhere' at this step"),
        ([{"step": "trim", "columns": ["income"]}], "'income' holds numbers. Retype it to text first"),
        (
            [{"step": "trim", "columns": ["town"]}, {"step": "drop_columns", "columns": ["left"]}],
            r"Step 2 .*the target",
        ),
        ([{"step": "replace", "columns": ["income"], "old": "abc", "new": 1}], "'abc' is none"),
        ([{"step": "replace", "columns": ["age"], "old": 30, "new": 30.5}], "holds whole numbers, and 30.5 is none"),
        ([{"step": "replace", "columns": ["town"], "old": None, "new": "x"}], "old is needed"),
        ([{"step": "fill", "columns": ["town"], "how": "mean"}], "The mean is of numbers, and 'town' holds text"),
        ([{"step": "fill", "columns": ["left"], "value": "yes"}], "must not be made up"),
        ([{"step": "fill", "columns": ["age"]}], "value goes with"),
        ([{"step": "filter", "expression": "age >"}], "not understood"),
        ([{"step": "filter", "expression": "age > 900"}], "No row would be left"),
        ([{"step": "filter", "expression": "age + 1"}], "gives no yes or no"),
        ([{"step": "compute", "name": "age", "expression": "income"}], "a name that is not taken"),
        ([{"step": "rename", "names": {"age": "town"}}], "Two columns would be named 'town'"),
        ([{"step": "sample"}], "give one of rows and share"),
        ([{"step": "set_cells", "column": "left", "cells": [[-1, "yes"]]}], "0 for the first"),
        ([{"step": "set_cells", "column": "left", "cells": [[1, "perhaps"]]}], "1 row of: 'perhaps'"),
        ([{"step": "retype", "column": "town", "type": "number"}], "none of its cells can be read"),
        ([{"step": "aggregate", "by": ["town"], "figures": {"x": ["town", "mean"]}}], "The mean is of numbers"),
        ([{"step": "join", "dataset": "99", "on": ["town"]}], "There is no '99'"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_stored(
    project: Project, base: Dataset, steps: list[Step], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said) as caught:
        repair(project, steps=steps)
    assert caught.value.field in ("steps", "target")
    assert len(list_datasets(project)) == 1


def test_every_repair_is_described_and_its_steps_are_plain_json() -> None:
    for spec in REPAIRS:
        assert spec.label
        assert spec.why.endswith(".")
        assert all(one.label for one in spec.params), spec.name
    (step,) = checked_steps([{"step": "trim", "column": "a"}])
    assert step == {"step": "trim", "columns": ["a"], "spaces": True, "control": True, "case": "keep"}
    assert checked_steps([step]) == (step,)
