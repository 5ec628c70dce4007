"""Planted label errors are found on a real table; decisions hold; the holdout is neither read nor listed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes

from mlworkbench import Project
from mlworkbench.data import get_dataset, holdout_looks, load_table, load_training, repair
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound
from mlworkbench.jobs import list_jobs
from mlworkbench.labelling import (
    correct_labels,
    decide,
    decide_many,
    find_label_errors,
    get_label_errors,
    next_row,
    start_labelling,
    suspect_cells,
)
from tests.labelling.conftest import Store, customers

FAST = {"estimators": ["linear"], "cv": 3}


def planted(seed: int = 0) -> tuple[pd.DataFrame, np.ndarray]:
    """Breast cancer, ten columns, with one label in ten flipped."""
    bunch = load_breast_cancer(as_frame=True)
    frame = bunch.data.iloc[:, 20:].assign(kind=bunch.target.map({0: "malignant", 1: "benign"}))
    flipped = np.random.default_rng(seed).choice(len(frame), 57, replace=False)
    frame.loc[flipped, "kind"] = frame.loc[flipped, "kind"].map({"malignant": "benign", "benign": "malignant"})
    return frame, flipped


def test_planted_errors_are_found_ranked_and_corrected(project: Project, store: Store) -> None:
    frame, flipped = planted()
    table = store(frame, target="kind")
    found = find_label_errors(project)
    training = load_training(project, table).index
    there = set(flipped) & set(training)
    listed = [one.row for one in found.suspects]
    assert found.judged == table.training_rows
    assert set(listed) <= set(training), "no row of the holdout is listed"
    assert holdout_looks(project) == ()
    assert len(there & set(listed)) / len(there) > 0.75
    assert len(there & set(listed)) / len(listed) > 0.75
    assert len(there & set(listed[: len(there) // 2])) / (len(there) // 2) > 0.9
    assert found.low <= found.noise <= found.high
    assert found.low < 0.1 < found.high + 0.02
    assert [one.score for one in found.suspects] == sorted((one.score for one in found.suspects), reverse=True)

    (first, *_), names = suspect_cells(project, found, listed[:2]), set(frame.columns) - {"kind"}
    assert float(first[f"row {listed[1]}"]) == pytest.approx(frame.loc[listed[1], first["column"]])
    assert {one["column"] for one in suspect_cells(project, found, listed[:1])} == names

    decide_many(project, found.id, listed[:20], True, "Ann")
    decide(project, found.id, listed[20], False, "Bob")
    decide(project, found.id, listed[0], None, "Ann")
    again = {one.row: one for one in get_label_errors(project, found.id).suspects}
    assert (again[listed[0]].decision, again[listed[1]].decision) == ("", "accepted")
    assert (again[listed[20]].decision, again[listed[20]].by) == ("rejected", "Bob")

    made = correct_labels(project)
    assert made.id == get_dataset(project).id != table.id
    before, after = (load_table(project, one, ["kind"])["kind"] for one in (table, made))
    assert set(np.flatnonzero(before != after)) == set(listed[1:20])
    assert all(after[row] == again[row].suggested for row in listed[1:20])
    assert made.holdout == table.holdout, "the holdout stays cut as it is"
    assert set(load_training(project, made).index) == set(training)

    later = find_label_errors(project, seed=1, **FAST)
    one = {one.row: one for one in later.suspects}.get(listed[20])
    assert one is None or one.decision == "rejected", "a rejected suspicion stays rejected in the next search"
    assert not set(listed[1:20]) & {one.row for one in later.suspects if one.decision == "accepted"}


def test_a_rejected_suspect_stays_listed_and_rejected_and_clearing_leaves_rows_without_label(
    project: Project, store: Store
) -> None:
    store(planted()[0], target="kind")
    first = find_label_errors(project, **FAST)
    row = first.suspects[0].row
    decide(project, first, row, False, "Ann")
    decide(project, first, first.suspects[1].row, True, "Ann")
    second = find_label_errors(project, seed=3, **FAST)
    assert second.id != first.id
    assert {one.row: one.decision for one in second.suspects}[row] == "rejected"
    assert {one.row: one.decision for one in second.suspects}[first.suspects[1].row] == ""
    made = correct_labels(project, errors=first.id, how="clear")
    assert made.unlabelled_rows == 1
    assert pd.isna(load_table(project, made, ["kind"])["kind"][first.suspects[1].row])


def test_numbers_far_from_what_models_expect_are_suspected(project: Project, store: Store) -> None:
    frame = load_diabetes(as_frame=True).frame
    wrong = [5, 50, 150, 250]
    frame.loc[wrong, "target"] = [2000.0, 1500.0, -900.0, 1800.0]
    table = store(frame, target="target")
    found = find_label_errors(project, **FAST)
    there = set(wrong) & set(load_training(project, table).index)
    assert there <= {one.row for one in found.suspects[: len(there)]}
    assert found.suspected < 15
    assert (found.classes, found.joint) == ((), ())
    decide(project, found, found.suspects[0].row, True)
    made = load_table(project, correct_labels(project), ["target"])["target"]
    assert made[found.suspects[0].row] == pytest.approx(found.suspects[0].suggested)


def test_the_least_certain_rows_are_labelled_first(project: Project, store: Store) -> None:
    frame = customers(300)
    frame.loc[200:, "left"] = None
    store(frame, target="left")
    with pytest.raises(NotApplicable) as caught:
        start_labelling(project, name="active", order="uncertain")
    assert caught.value.field == "order"
    find_label_errors(project, **FAST)
    made = start_labelling(project, name="active", order="uncertain", limit=30)
    assert set(made.rows) <= set(range(200, 300))
    unsure = frame["spend"] / 15 - 3 + 1.5 * (frame["plan"] == "pro")
    assert unsure[list(made.rows)].abs().mean() < 0.6 * unsure[200:].abs().mean()
    assert next_row(project, "active", "Ann") is not None


def test_classes_too_rare_to_judge_are_said_to_be_left_out(project: Project, store: Store) -> None:
    frame = customers(200)
    frame.loc[:1, "left"] = "moved"
    store(frame, target="left", holdout={"method": "none"})
    found = find_label_errors(project, **FAST)
    assert found.classes == ("no", "yes")
    assert found.judged == 198
    assert any("2 rows of class moved" in note for note in found.notes)


def test_wrong_settings_are_refused_before_anything_is_queued(project: Project, store: Store) -> None:
    store(customers(60))
    with pytest.raises(NotApplicable):
        find_label_errors.submit(project)
    store(customers(60), target="left")
    for field, wrong in (("cv", {"cv": 1}), ("estimators", {"estimators": ["dummy"]}), ("prune", {"prune": "all"})):
        with pytest.raises(InvalidInput) as caught:
            find_label_errors.submit(project, **wrong)
        assert caught.value.field == field
    assert list_jobs(project.workspace) == ()
    with pytest.raises(NotFound):
        get_label_errors(project)
    found = find_label_errors(project, **FAST)
    with pytest.raises(InvalidInput):
        decide(project, found, 59 if 59 not in {one.row for one in found.suspects} else 58, True)
    with pytest.raises(NotApplicable):
        correct_labels.submit(project)


def test_a_correction_finds_its_rows_in_a_later_version(project: Project, store: Store) -> None:
    store(customers(200), target="left")
    found = find_label_errors(project, **FAST)
    rows = [one.row for one in found.suspects[:4]]
    decide_many(project, found, rows, True)
    before = load_table(project)
    later = repair(project, steps=[{"step": "filter", "expression": f'number != "{before["number"][rows[0]]}"'}])
    assert later.rows == 199
    made = load_table(project, correct_labels(project)).set_index("number")["left"]
    old = before.set_index("number")["left"].drop(before["number"][rows[0]])
    assert set(old.index[old != made.reindex(old.index)]) == set(before["number"][rows[1:]])


def test_rows_held_out_by_time_or_group_are_not_judged(project: Project, store: Store) -> None:
    frame = customers(240).assign(day=pd.date_range("2024-01-01", periods=240).strftime("%Y-%m-%d"))
    table = store(frame, target="left", holdout={"method": "time", "column": "day"})
    found = find_label_errors(project, **FAST)
    assert (found.judged, found.splitter) == (table.training_rows, "3 folds, stratified")
    assert max(one.row for one in found.suspects) < 240 - table.holdout_rows
    frame["shop"] = [f"s{at % 24}" for at in range(240)]
    table = store(frame, target="left", holdout={"method": "group", "column": "shop"})
    grouped = find_label_errors(project, **FAST)
    assert grouped.splitter == "3 folds, grouped by shop"
    assert {one.row for one in grouped.suspects} <= set(load_training(project, table).index)
