"""Baselines: guessing, one column, the contract's rule and people, on the same folds; none sees the holdout."""

from __future__ import annotations

import numpy as np
import pytest

from mlworkbench import Project
from mlworkbench.data import holdout_looks
from mlworkbench.errors import NotApplicable
from mlworkbench.labelling import baselines, get_baselines, put_label, settle, start_labelling
from mlworkbench.scoping import Contract, save_scope
from tests.labelling.conftest import Store, customers


def test_guessing_one_column_the_rule_and_people(project: Project, store: Store) -> None:
    frame = customers(300)
    store(frame, target="left")
    rule = "spend > 40"
    save_scope(project, contract=Contract(target="left", metric="accuracy", heuristic=rule), why="agreed")
    made = start_labelling(project, name="check", only="all", per_row=3, limit=20)
    for place, row in enumerate(made.rows):
        for who in ("Ann", "Bob", "Cleo"):
            put_label(project, "check", row, "yes" if who == "Cleo" and place < 4 else "no", who)
    settle(project, "check", made.rows[0], "yes", "Dora")
    found = baselines(project)
    by_name = {one.name: one for one in found.rows}
    assert list(by_name) == ["guess", "feature", "heuristic", "human"]
    guess, feature, heuristic, human = found.rows
    assert guess.score == pytest.approx((frame["left"] == frame["left"].mode()[0]).mean(), abs=0.02)
    assert "spend" in feature.label
    assert found.features[0][0] == "spend"
    assert feature.gain == pytest.approx(feature.score - guess.score)  # type: ignore[operator]
    assert feature.gain_low > 0  # type: ignore[operator]
    assert len(feature.fold_scores) == len(heuristic.fold_scores) == 5
    # Row 0 is settled: one of three right there. In rows 1 to 3 Cleo is wrong; whoever is asked is held against the
    # others, and the others of Ann (no, yes) have no majority, nor have Bob's.
    truth = 1 + 3 * 0 + 16 * 3
    assert human.accuracy == pytest.approx(truth / (3 + 3 + 48))
    assert human.score is None or human.score == pytest.approx(human.accuracy)
    assert human.accuracy_low < human.accuracy < human.accuracy_high  # type: ignore[operator]
    assert "6 without a majority" in human.note
    assert holdout_looks(project) == ()
    assert "A model has to beat accuracy" in found.sentence
    assert get_baselines(project).rows == found.rows


def test_the_best_column_of_noise_is_not_flattered_by_the_choice(project: Project, store: Store) -> None:
    random = np.random.default_rng(5)
    frame = customers(240)[["left"]].assign(**{f"n{at}": random.normal(size=240) for at in range(20)})
    frame["left"] = random.permutation(frame["left"])
    store(frame, target="left")
    feature = next(one for one in baselines(project).rows if one.name == "feature")
    assert feature.low < 0.5 < feature.high  # type: ignore[operator]


def test_numbers_have_a_mean_and_a_best_column(project: Project, store: Store) -> None:
    frame = customers(200)
    frame["value"] = frame["spend"] * 2 + np.random.default_rng(0).normal(0, 5, 200)
    store(frame.drop(columns="left"), target="value")
    found = baselines(project)
    guess, feature, human = found.rows
    assert guess.score == pytest.approx(-frame["value"].std(), rel=0.1)
    assert found.features[0][0] == "spend"
    assert feature.accuracy is None
    assert (human.score, human.rows) == (None, 0)


def test_a_rule_that_says_nothing_of_some_rows_is_told(project: Project, store: Store) -> None:
    frame = customers(100)
    frame.loc[3, "spend"] = None
    store(frame, target="left")
    save_scope(project, contract=Contract(target="left", heuristic="spend / visits"), why="agreed")
    one = next(one for one in baselines(project).rows if one.name == "heuristic")
    assert one.score is None
    assert "cannot be used" in one.note


def test_without_a_target_there_is_nothing_to_guess(project: Project, store: Store) -> None:
    store(customers(30))
    with pytest.raises(NotApplicable):
        baselines.submit(project)


def test_old_dates_rare_classes_and_a_long_cell_stop_nobody(project: Project, store: Store) -> None:
    frame = customers(150).assign(note="n" * 5000, empty=None)
    frame["born"] = np.where(frame["left"] == "yes", "1500-01-01", "2024-02-03")
    frame.loc[:1, "left"] = "moved"
    store(frame, target="left", holdout={"method": "none"})
    found = baselines(project)
    assert found.training_rows == 148
    assert found.features[0][0] == "born"
    assert any("2 rows of class moved" in note for note in found.notes)
