"""Repairs: what each step does to the cells, what is refused, and what becomes of rows, target and holdout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlworkbench import Project
from mlworkbench.artifacts import verify
from mlworkbench.data import (
    REPAIRS,
    Dataset,
    chain_of,
    checked_steps,
    compare_versions,
    get_dataset,
    holdout_looks,
    ingest,
    lineage,
    list_datasets,
    list_versions,
    load_holdout,
    load_keys,
    load_table,
    load_training,
    preview_repair,
    repair,
    restore_version,
)
from mlworkbench.errors import InvalidInput, NotApplicable
from mlworkbench.governance import audit_log
from mlworkbench.scoping import save_scope

Step = dict[str, Any]


def people(rows: int = 200, seed: int = 1) -> pd.DataFrame:
    """A table with a fault in every column but the target."""
    random = np.random.default_rng(seed)
    income = random.gamma(3, 900, rows).round(2).astype(object)
    income[::20] = -999
    town = random.choice(["York", "york ", "Bath", "Ely"], rows).astype(object)
    town[1::25] = ""
    return pd.DataFrame(
        {
            "id": [f"P{number:04d}" for number in range(rows)],
            "income": income,
            "age": [None if place % 10 == 3 else int(age) for place, age in enumerate(random.integers(18, 90, rows))],
            "town": town,
            "spent": [f"{value:.2f}".replace(".", ",") if value > 5 else "free" for value in random.gamma(2, 40, rows)],
            "left": random.choice(["yes", "no"], rows),
        }
    )


def written(folder: Path, frame: pd.DataFrame, name: str = "people.csv") -> Path:
    frame.to_csv(folder / name, index=False)
    return folder / name


@pytest.fixture
def base(project: Project, tmp_path: Path) -> Dataset:
    return ingest(
        project, source=written(tmp_path, people()), target="left", types={"town": "text", "age": "integer"},
        reading={"delimiter": ","},
    )  # fmt: skip


def only(project: Project, *steps: Step) -> tuple[Dataset, pd.DataFrame]:
    made = repair(project, steps=steps)
    return made, load_table(project, made)


def notes(dataset: Dataset) -> str:
    return " ".join(one.message for one in dataset.findings if one.code == "repaired")


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
    figures = {"n": ["id", "count"], "spread": ["income", "std"], "middle": ["age", "median"], "gaps": ["age", "missing"],
               "first": ["id", "first"], "kinds": ["spent", "distinct"], "top": ["income", "max"]}  # fmt: skip
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


# -- what a new version is ----------------------------------------------------------------------------
def test_a_chain_makes_one_version_with_its_way_its_reason_and_its_parent(project: Project, base: Dataset) -> None:
    steps: list[Step] = [{"step": "trim", "columns": ["town"]}, {"step": "filter", "expression": "age > 20"}]
    made = repair(project, steps=steps, why="  seen in  the first look ")
    assert [one.number for one in list_datasets(project)] == [2, 1]
    version = list_versions(project)[0]
    assert (version.why, version.parents, version.current) == ("seen in the first look", (base.id,), True)
    assert [one["step"] for one in chain_of(project)] == ["trim", "filter"]
    more = repair(project, steps=[{"step": "drop_columns", "columns": ["id"]}])
    assert [one["step"] for one in chain_of(project, more)] == ["trim", "filter", "drop_columns"]
    assert audit_log(project)["action"].iloc[0] == "dataset repaired"
    assert verify(project) == ()
    restore_version(project, base.id, why="the repair was wrong")
    assert get_dataset(project) == base
    assert get_dataset(project, made.id) == made


def test_the_holdout_stays_cut_whatever_the_cells_become(project: Project, base: Dataset) -> None:
    held = set(load_holdout(project, base, why="a test")["id"])
    steps: list[Step] = [
        {"step": "replace", "column": "income", "old": -999},
        {"step": "fill", "columns": ["income", "age"], "how": "mean"},
        {"step": "retype", "column": "spent", "type": "number"},
        {"step": "filter", "expression": "age > 30"},
    ]
    made, table = only(project, *steps)
    assert set(load_holdout(project, made, why="a test")["id"]) == held & set(table["id"])
    assert set(load_training(project, made)["id"]) == set(table["id"]) - held
    assert made.holdout == base.holdout
    assert len(holdout_looks(project, made)) == 2, "looks are counted for the holdout, not for the version"
    assert np.isin(load_keys(project, made), load_keys(project, base)).all()
    assert made.training_rows + made.holdout_rows == made.rows


def test_rows_that_repairs_made_alike_are_found_on_both_sides_of_the_holdout(project: Project, base: Dataset) -> None:
    made, table = only(project, {"step": "drop_columns", "columns": ["id", "income", "age", "spent"]})
    (finding,) = [one for one in made.findings if one.code == "duplicate_rows"]
    assert finding.count == int(table.duplicated().sum()) > 100
    assert "rows of the holdout repeat a training row" in finding.message


@pytest.mark.parametrize("method", ["group", "time"])
def test_a_holdout_by_group_or_time_stays_and_its_group_must_stay_too(
    project: Project, tmp_path: Path, method: str
) -> None:
    frame = people().assign(day=pd.date_range("2024-01-01", periods=200).strftime("%Y-%m-%d"))
    column = "town" if method == "group" else "day"
    first = ingest(
        project, source=written(tmp_path, frame.assign(town=frame["town"].str.strip())), target="left",
        holdout={"method": method, "column": column}, reading={"delimiter": ","},
    )  # fmt: skip
    held = set(load_holdout(project, first, why="a test")["id"])
    drop: list[Step] = [{"step": "drop_columns", "columns": [column]}]
    if method == "group":
        with pytest.raises(InvalidInput, match="Groups of 'town' are held out"):
            repair(project, steps=drop)
        with pytest.raises(InvalidInput, match="Groups of 'town' are held out"):
            repair(project, steps=[{"step": "trim", "columns": ["town"], "case": "upper"}])
        drop = [{"step": "drop_columns", "columns": ["day"]}]
    made = repair(project, steps=[*drop, {"step": "filter", "expression": "income != -999"}])
    assert set(load_holdout(project, made, why="a test")["id"]) == held & set(load_table(project, made)["id"])


def test_classes_joined_make_another_task_and_the_holdout_stays(project: Project, tmp_path: Path) -> None:
    frame = people().assign(left=np.random.default_rng(0).choice(["yes", "no", "nope"], 200))
    first = ingest(project, source=written(tmp_path, frame), target="left", reading={"delimiter": ","})
    made = repair(project, steps=[{"step": "map_categories", "column": "left", "mapping": {"nope": "no"}}])
    assert (first.task, made.task, made.classes) == ("multiclass", "binary", ("no", "yes"))
    assert (made.holdout, made.schema["left"]) == (first.holdout, "binary")
    assert "The classes of left were no, nope, yes and are no, yes now; looked for is yes." in notes(made)


def test_a_target_is_made_and_chosen_in_one_go(project: Project, base: Dataset) -> None:
    steps = [{"step": "compute", "name": "rich", "expression": "income > 2000"}]
    made = repair(project, steps=steps, target="rich", positive="True")
    assert (made.target, made.task, made.classes) == ("rich", "binary", ("False", "True"))
    assert made.holdout not in (None, base.holdout)
    assert made.holdout_rows == pytest.approx(40, abs=2)


def test_a_contract_is_kept_for_repaired_versions_too(project: Project, base: Dataset) -> None:
    save_scope(project, contract={"target": "left", "task": "binary"}, why="as agreed")
    with pytest.raises(InvalidInput, match="contract is about 'left'"):
        repair(project, steps=[{"step": "rename", "names": {"left": "churn"}}])


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


def test_synthetic_rows_are_not_repaired(project: Project, tmp_path: Path) -> None:
    made = ingest(project, source=written(tmp_path, people()), synthetic=True)
    with pytest.raises(NotApplicable):
        repair(project, dataset=made.id, steps=[{"step": "drop_missing"}])


def test_every_repair_is_described_and_its_steps_are_plain_json() -> None:
    for spec in REPAIRS:
        assert spec.label
        assert spec.why.endswith(".")
        assert all(one.label for one in spec.params), spec.name
    (step,) = checked_steps([{"step": "trim", "column": "a"}])
    assert step == {"step": "trim", "columns": ["a"], "spaces": True, "control": True, "case": "keep"}
    assert checked_steps([step]) == (step,)


# -- preview ------------------------------------------------------------------------------------------
def test_a_preview_says_what_would_change_and_stores_nothing(project: Project, base: Dataset) -> None:
    steps: list[Step] = [
        {"step": "replace", "columns": ["income"], "old": -999, "new": None},
        {"step": "drop_columns", "columns": ["spent"]},
        {"step": "filter", "expression": "age > 30"},
    ]
    seen = preview_repair(project, steps=steps, rows=5)
    made = repair(project, steps=steps)
    gone = 200 - made.rows
    assert (seen.rows_before, seen.rows_after, seen.columns_removed) == (200, made.rows, ("spent",))
    truth = load_table(project, base)
    assert seen.cells_changed == int(((truth["income"] == -999) & (truth["age"] > 30)).sum())
    assert len(seen.before) == 5
    shown = seen.changes()
    odd = truth[(truth["income"] == -999) | ~(truth["age"] > 30)].index[:5]
    assert [int(row.split()[0]) for row in shown["row"]] == odd.tolist()
    assert shown["row"].str.endswith("(goes)").tolist() == (~(truth["age"] > 30))[odd].tolist()
    assert f"200 rows → {200 - gone}" in seen.sentence
    assert len(list_datasets(project)) == 2


def test_a_preview_of_a_large_table_says_of_how_many_rows(
    project: Project, base: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mlworkbench.data.repairs.previewing.MOST", 50)
    seen = preview_repair(project, steps=[{"step": "trim", "columns": ["town"]}])
    assert seen.sentence.startswith("Of the first 50 of 200 rows: ")
    assert seen.rows_after == 50
    assert "→ York" not in seen.changes().to_string()
    assert "york  → york" in seen.changes().to_string()


def test_versions_with_the_same_columns_differ_by_the_repaired_cells(project: Project, base: Dataset) -> None:
    made = repair(project, steps=[{"step": "set_cells", "column": "town", "cells": [[0, "Rome"], [5, "Rome"]]}])
    diff = compare_versions(project, base.id, made.id)
    assert (diff.rows_added, diff.rows_removed, diff.rows_same) == (2, 2, 198)


# -- properties ---------------------------------------------------------------------------------------
STEPS: tuple[Callable[[int], Step], ...] = (
    lambda n: {"step": "filter", "expression": f"age > {n % 60}"},
    lambda n: {"step": "sample", "share": 0.5, "seed": n},
    lambda n: {"step": "drop_missing", "columns": ["age"]},
    lambda n: {"step": "trim", "columns": ["town"], "case": ("lower", "upper")[n % 2]},
    lambda n: {"step": "fill", "columns": ["age"], "how": ("median", "mode")[n % 2]},
    lambda n: {"step": "replace", "columns": ["income"], "old": -999, "new": n},
    lambda n: {"step": "deduplicate", "columns": ["income", "town"]},
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(range(len(STEPS))), st.integers(0, 99)), min_size=1, max_size=4))
def test_any_chain_can_be_made_twice_and_undone(project: Project, base: Dataset, picked: list[tuple[int, int]]) -> None:
    steps = [STEPS[which](number) for which, number in picked]
    one = repair(project, steps=steps, dataset=base.id)
    other = repair(project, steps=chain_of(project, one), dataset=base.id)
    assert (one.table, one.keys) == (other.table, other.keys), "the recorded steps make the same table"
    removed = sum(found.count for found in one.findings if found.code == "repaired" and "dropped" in found.message)
    removed += sum(found.count for found in one.findings if found.code == "repaired" and "left out" in found.message)
    assert one.rows + removed == base.rows
    held = set(load_keys(project, base)[load_holdout(project, base, why="a test").index])
    assert held.isdisjoint(load_keys(project, one)[load_training(project, one).index])
    assert restore_version(project, base.id).current
    assert get_dataset(project) == base
