"""A challenger is judged in pairs on rows that nobody learned from; the champion changes by decision only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from mlworkbench.artifacts import aliases, lineage, verify
from mlworkbench.data import chain_of, get_dataset, holdout_looks, ingest, load_keys, load_training, repair
from mlworkbench.errors import Conflict, GateNotMet, InvalidInput, NotApplicable, NotFound
from mlworkbench.features import save_recipe, suggest_steps
from mlworkbench.modeling import compare, get_model_version, load_model, load_oof, promote
from mlworkbench.retraining import (
    STRATEGIES,
    champion_history,
    compare_strategies,
    decide,
    get_retraining,
    list_retrainings,
    retrain,
    roll_back,
)
from mlworkbench.scoping import save_scope
from tests.retraining.conftest import rows

if TYPE_CHECKING:
    from mlworkbench import Project


def test_after_the_rule_turned_dropping_the_old_rows_wins(crowned: Project, turned: str) -> None:
    best = compare_strategies(crowned, data=turned)
    made = {one.strategy: one for one in list_retrainings(crowned)}
    assert set(made) == set(STRATEGIES.names())
    assert best.strategy == "window"
    assert made["window"].challenger_score > made["all"].challenger_score + 0.1
    assert best.verdict == "better"
    assert best.primary.rows_of == "recent"
    assert "concept drift" in best.sentence
    assert aliases(crowned)["challenger"] == best.challenger


def test_rows_of_the_same_kind_change_nothing(crowned: Project, same: str) -> None:
    best = compare_strategies(crowned, data=same)
    assert {one.verdict for one in list_retrainings(crowned)} == {"cannot tell"}
    assert best.strategy == "all"


def test_nobody_learns_from_the_holdout_or_from_what_is_put_aside(crowned: Project, turned: str) -> None:
    made = retrain(crowned, data=turned)
    champion, challenger = get_model_version(crowned), get_model_version(crowned, made.challenger)
    old, newer = get_dataset(crowned, champion.dataset), get_dataset(crowned, made.dataset)
    learned = set(load_oof(crowned, challenger)["row"])
    held = set(range(old.rows)) - set(load_training(crowned, old, ["left"]).index)
    assert len(held) == old.holdout_rows
    assert not learned & held
    keys = load_keys(crowned, newer)
    aside = {at for at in range(old.rows, newer.rows) if keys[at] % 5 == 0}
    assert not learned & aside
    assert made.learned_rows == len(learned)
    assert made.aside_rows == made.primary.rows > 40


def test_the_champion_and_the_current_table_stay_until_somebody_decides(crowned: Project, turned: str) -> None:
    before = aliases(crowned)
    looks = len(holdout_looks(crowned))
    made = retrain(crowned, data=turned, strategy="window")
    after = aliases(crowned)
    assert after["champion"] == before["champion"]
    assert after["dataset"] == before["dataset"]
    assert after["challenger"] == made.challenger
    assert len(holdout_looks(crowned)) == looks + 1
    assert verify(crowned) == ()
    assert {before["champion"], made.dataset} <= {one.id for one in lineage(crowned, made.id)}


def test_promoting_and_going_back_again(crowned: Project, turned: str) -> None:
    first = get_model_version(crowned)
    made = retrain(crowned, data=turned, strategy="window")
    with pytest.raises(InvalidInput, match="Say why"):
        decide(crowned, choice="promote", reason=" ")
    assert decide(crowned, choice="promote", reason="better on recent rows").id == made.challenger
    assert load_model(crowned).predict(rows(5, 9)).shape == (5,)
    with pytest.raises(Conflict, match="changed"):
        decide(crowned, made.id, choice="promote", reason="again")
    assert roll_back(crowned, reason="complaints").id == first.id == get_model_version(crowned).id
    with pytest.raises(NotApplicable, match="no earlier champion"):
        roll_back(crowned, reason="further")
    said = [(one.what, one.reason) for one in champion_history(crowned)][:2]
    assert said == [("champion rolled back", "complaints"), ("challenger promoted", "better on recent rows")]


def test_keeping_the_champion_is_a_decision_too(crowned: Project, same: str) -> None:
    first = get_model_version(crowned)
    retrain(crowned, data=same)
    assert decide(crowned, choice="keep", reason="no gain").id == first.id
    assert champion_history(crowned)[0].what == "champion kept"


def test_a_goal_of_the_contract_is_a_gate(crowned: Project, turned: str) -> None:
    save_scope(crowned, contract={"task": "binary", "target": "left", "metric": "roc_auc", "goal": 0.99})
    made = retrain(crowned, data=turned, strategy="window")
    with pytest.raises(GateNotMet, match=r"0\.99"):
        decide(crowned, made.id, choice="promote", reason="better")
    assert decide(crowned, made.id, choice="promote", reason="better", despite_contract=True).id == made.challenger


def test_the_same_settings_give_the_same_challenger(crowned: Project, turned: str) -> None:
    first = retrain(crowned, data=turned, strategy="recent_weighted", settings={"half_life": 200.0})
    again = retrain(crowned, data=turned, strategy="recent_weighted", settings={"half_life": 200.0})
    assert first.judged == again.judged
    one, two = (get_model_version(crowned, made.challenger) for made in (first, again))
    assert (one.cv_score, one.oof) == (two.cv_score, two.oof)


def test_rows_that_are_there_already_are_left_out_and_counted(crowned: Project, tmp_path: Path) -> None:
    both = pd.concat([rows(900, 0).head(120), rows(300, 3, start="2024-06-01")])
    both.to_csv(tmp_path / "both.csv", index=False)
    made = retrain(crowned, data=str(tmp_path / "both.csv"))
    assert (made.mode, made.duplicate_rows, made.new_rows) == ("append", 120, 300)
    assert get_dataset(crowned, made.dataset).rows == 1200


def test_a_file_that_holds_the_table_stands_in_its_place(crowned: Project, tmp_path: Path) -> None:
    pd.concat([rows(900, 0), rows(200, 3)]).to_csv(tmp_path / "all.csv", index=False)
    made = retrain(crowned, data=str(tmp_path / "all.csv"))
    assert (made.mode, made.new_rows) == ("replace", 200)
    held = load_training(crowned, get_dataset(crowned), ["left"]).index
    keys = load_keys(crowned, get_dataset(crowned))
    learned = load_keys(crowned, get_dataset(crowned, made.dataset))[load_oof(crowned, made.challenger)["row"]]
    assert not np.isin(learned, np.delete(keys, held)).any()


@pytest.mark.parametrize("mode", ["append", "replace"])
def test_a_champion_of_a_repaired_table_is_retrained_on_files_as_they_come(
    project: Project, tmp_path: Path, mode: str
) -> None:
    old = rows(600, 0).assign(b=lambda frame: frame["b"].mask(frame["b"] > 1.5, 9999.0))
    old.to_csv(tmp_path / "old.csv", index=False)
    first = ingest(project, source=str(tmp_path / "old.csv"), target="left")
    steps = [
        {"step": "replace", "columns": ["b"], "old": 9999},
        {"step": "fill", "columns": ["b"], "how": "median"},
        {"step": "compute", "name": "sum", "expression": "a + b"},
        {"step": "filter", "expression": "a > -2"},
    ]
    made = repair(project, steps=steps)
    save_recipe(project, [step for step, _ in suggest_steps(project, made)], dataset=made)
    compare(project, estimators=["linear"], cv=3, n_jobs=1)
    promote(project)
    more = rows(300, 3, start="2024-06-01")
    (pd.concat([old.head(100), more]) if mode == "append" else pd.concat([old, more])).to_csv(
        tmp_path / "newer.csv", index=False
    )
    tried = retrain(project, data=str(tmp_path / "newer.csv"), strategy="all")
    newer = get_dataset(project, tried.dataset)
    assert (tried.mode, tried.new_rows) == (mode, int((more["a"] > -2).sum()))
    assert [one["step"] for one in chain_of(project, newer)] == [one["step"] for one in steps]
    assert newer.holdout == first.holdout
    assert get_dataset(project) == made
    held = np.delete(load_keys(project, made), load_training(project, made, ["left"]).index)
    assert not np.isin(load_keys(project, newer)[load_oof(project, tried.challenger)["row"]], held).any()


@pytest.mark.parametrize(
    ("spoil", "field", "words"),
    [
        (lambda frame: frame.drop(columns="left"), "data", "no column 'left'"),
        (lambda frame: frame.drop(columns="a"), "data", "lacks a"),
        (lambda frame: frame.assign(left="maybe"), "data", "does not know: maybe"),
        (lambda frame: rows(900, 0).head(50), "data", "already"),
    ],
    ids=["no target", "no input", "new class", "nothing new"],
)
def test_a_file_that_does_not_fit_is_refused_in_words(
    crowned: Project, tmp_path: Path, spoil: Any, field: str, words: str
) -> None:
    spoil(rows(200, 4, start="2024-06-01")).to_csv(tmp_path / "odd.csv", index=False)
    with pytest.raises((InvalidInput, NotApplicable), match=words) as caught:
        retrain(crowned, data=str(tmp_path / "odd.csv"))
    assert caught.value.field == field
    assert list_retrainings(crowned) == ()
    assert "challenger" not in aliases(crowned)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"strategy": "window", "settings": {"window": -1.0}}, "window"),
        ({"strategy": "window", "settings": {"half_life": 3.0}}, "half_life"),
        ({"mode": "merge"}, "mode"),
        ({"dataset": "x", "data": "y"}, "data"),
    ],
)
def test_wrong_settings_are_refused_before_they_are_queued(
    crowned: Project, settings: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        retrain.submit(crowned, **({"data": "newer.csv"} | settings))
    assert caught.value.field == field
    with pytest.raises(NotFound):
        retrain.submit(crowned, data="newer.csv", strategy="magic")


def test_without_a_champion_there_is_nothing_to_retrain(project: Project, same: str) -> None:
    with pytest.raises(NotFound, match="no champion"):
        retrain(project, data=same)
    with pytest.raises(NotFound, match="Nothing was retrained"):
        get_retraining(project)
