"""Repaired versions: their way, their rows' keys and holdout, their target; previews, and any chain undone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlworkbench import Project
from mlworkbench.artifacts import verify
from mlworkbench.data import (
    Dataset,
    chain_of,
    compare_versions,
    get_dataset,
    holdout_looks,
    ingest,
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
from tests.data.faulty import Step, faulty_version, notes, only, people, written


@pytest.fixture
def base(project: Project, tmp_path: Path) -> Dataset:
    return faulty_version(project, tmp_path)


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
    steps = [
        {"step": "fill", "columns": ["age"], "how": "median"},
        {"step": "compute", "name": "rich", "expression": "income > 2000"},
    ]
    made = repair(project, steps=steps, target="rich", positive="True")
    assert (made.target, made.task, made.classes) == ("rich", "binary", ("False", "True"))
    assert made.holdout not in (None, base.holdout)
    assert made.holdout_rows == pytest.approx(40, abs=2)
    taught = load_table(project, base)["age"].loc[load_training(project, made).index]
    assert chain_of(project, made)[0]["learnt"] == {"age": taught.median()}, "the new target's training rows only"


def test_a_contract_is_kept_for_repaired_versions_too(project: Project, base: Dataset) -> None:
    save_scope(project, contract={"target": "left", "task": "binary"}, why="as agreed")
    with pytest.raises(InvalidInput, match="contract is about 'left'"):
        repair(project, steps=[{"step": "rename", "names": {"left": "churn"}}])


def test_synthetic_rows_are_not_repaired(project: Project, tmp_path: Path) -> None:
    made = ingest(project, source=written(tmp_path, people()), synthetic=True)
    with pytest.raises(NotApplicable):
        repair(project, dataset=made.id, steps=[{"step": "drop_missing"}])


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
    assert [int(row.split()[0]) - 1 for row in shown["row"]] == odd.tolist()
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


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
