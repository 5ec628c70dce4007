"""The tab "Labels": each part with nothing there yet, and with something; hostile names stay text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlworkbench.data import get_dataset, load_table
from mlworkbench.labelling import (
    baselines,
    decide,
    final_labels,
    find_label_errors,
    get_label_errors,
    get_labelling,
    list_labellings,
    put_label,
    start_labelling,
)
from tests.pages.surface import HOSTILE, said, sound, work

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from mlworkbench import Project
    from tests.pages.conftest import Open


@pytest.fixture
def labels(open_page: Open, finished: Project) -> AppTest:
    """The tab, opened."""
    app = open_page("4_Profiling", project="done")
    app.session_state["profile-tabs"] = "Labels"
    return sound(app.run())


def part(app: AppTest, name: str) -> AppTest:
    app.session_state["labels-part"] = name
    return sound(app.run())


def test_label_errors_are_looked_for_decided_and_corrected(labels: AppTest, finished: Project) -> None:
    assert "The holdout is not read" in said(labels)
    labels.button(key="find-errors").click().run()
    assert work(finished.workspace).status == "done"
    found = get_label_errors(finished)
    assert "labels are doubted" in said(sound(labels.run()))
    if not found.suspects:
        return
    assert labels.button(key="correct-labels").disabled
    decide(finished, found, found.suspects[0].row, True)
    sound(labels.run()).button(key="correct-labels").click().run()
    assert work(finished.workspace).status == "done"
    made = get_dataset(finished)
    assert load_table(finished, made, ["target"])["target"][found.suspects[0].row] == found.suspects[0].suggested


def test_a_labelling_is_started_and_its_rows_are_labelled(labels: AppTest, finished: Project) -> None:
    part(labels, "Label rows")
    labels.text_input(key="labelling-name").set_value(HOSTILE[2])
    labels.text_input(key="labelling-column").set_value("mood")
    labels.text_input(key="labelling-classes").set_value(f"good, {HOSTILE[0]}")
    labels.button(key="start").click()
    sound(labels.run())
    (made,) = list_labellings(finished)
    assert made.classes == ("good", HOSTILE[0])
    first, second = made.rows[:2]
    labels.button(key=f"label-{first}-1").click()
    sound(labels.run())
    assert final_labels(finished, made.name)[0] == {first: HOSTILE[0]}
    labels.button(key=f"label-{second}-skip").click()
    sound(labels.run()).button(key="label-undo").click()
    sound(labels.run()).button(key=f"label-{second}-0").click()
    sound(labels.run())
    assert final_labels(finished, made.name)[0] == {first: HOSTILE[0], second: "good"}
    labels.button(key="use-labels").click().run()
    assert work(finished.workspace).status == "failed", "two rows cannot be a target with a holdout"
    assert said(sound(labels.run())).strip()
    labels.checkbox(key="labels-target").uncheck()
    sound(labels.run()).button(key="use-labels").click().run()
    assert work(finished.workspace).status == "done"
    made_now = get_dataset(finished)
    assert made_now.target == "target"
    assert load_table(finished, made_now, ["mood"])["mood"].dropna().to_dict() == {first: HOSTILE[0], second: "good"}


def test_two_labellers_and_what_they_differ_on(labels: AppTest, finished: Project) -> None:
    start_labelling(finished, name="two", column="mood", classes=["good", "bad"], per_row=2, price_per_hour=30)
    rows = get_labelling(finished, "two").rows[:10]
    for place, row in enumerate(rows):
        put_label(finished, "two", row, "good" if place % 2 else "bad", HOSTILE[1], seconds=4)
        put_label(finished, "two", row, "good" if place % 2 or place < 2 else "bad", "Bob", seconds=6)
    labels.session_state["labellers-agree"] = True
    part(labels, "Label rows")
    text = said(labels)
    assert "90" in text
    assert "Cohen's kappa" in text
    assert [button.key for button in labels.button if str(button.key).startswith("label-")]
    labels.button(key="settle").click()
    sound(labels.run())
    assert final_labels(finished, "two")[1] == 0


def test_a_target_is_planned_while_it_is_typed_and_made(labels: AppTest, finished: Project) -> None:
    part(labels, "Target")
    labels.selectbox(key="target-how").select("threshold")
    sound(labels.run())
    labels.text_input(key="target-name").set_value("long")
    labels.selectbox(key="target-of").select("tenure")
    labels.number_input(key="target-above").set_value(12.0)
    assert "of them Yes" in said(sound(labels.run()))
    labels.button(key="make-target").click().run()
    assert work(finished.workspace).status == "done"
    assert (get_dataset(finished).target, get_dataset(finished).classes) == ("long", ("No", "Yes"))


def test_every_way_to_a_target_opens(labels: AppTest) -> None:
    part(labels, "Target")
    for how in ("column", "window", "expression"):
        labels.selectbox(key="target-how").select(how)
        sound(labels.run())
    labels.text_input(key="target-name").set_value("t")
    labels.text_input(key="target-rule").set_value("tenure >")
    assert "At character" in said(sound(labels.run()))


def test_baselines_are_scored_and_shown(labels: AppTest, finished: Project) -> None:
    part(labels, "Baselines")
    labels.button(key="score-baselines").click().run()
    assert work(finished.workspace).status == "done"
    assert "A model has to beat" in said(sound(labels.run()))


def test_errors_and_baselines_of_another_version_are_not_shown_as_this_ones(labels: AppTest, finished: Project) -> None:
    from mlworkbench.data import revise

    find_label_errors(finished, estimators=["linear"], cv=2)
    baselines(finished, cv=2)
    revise(finished, types={"tenure": "category"})
    for name, words in (("Suspected errors", "are listed here"), ("Baselines", "What needs no model")):
        assert words in said(part(labels, name))
