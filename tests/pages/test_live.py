"""The Live prediction page: the answer follows the widgets, every prediction is logged once, a file is predicted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.lifecycle import count_predictions
from mlworkbench.modeling import get_model_version
from mlworkbench.scoping import Contract, save_scope
from mlworkbench.serving import list_batches, prediction_log
from tests.pages.surface import hostile_csv, said, sound, work

if TYPE_CHECKING:
    from mlworkbench import Project
    from tests.pages.conftest import Open

PAGE = "7_Live_Prediction"


def key_of(project: Project, column: str, turn: int = 0) -> str:
    version = get_model_version(project)
    place = [field.name for field in version.inputs].index(column)
    return f"in-{version.id[:8]}-{turn}-{place}"


def test_without_a_champion_the_page_says_so(open_page: Open, project: Project) -> None:
    assert "No model registered yet" in said(sound(open_page(PAGE, project="test")))


def test_the_prediction_follows_a_slider(open_page: Open, finished: Project) -> None:
    app = sound(open_page(PAGE, project="done"))
    first = app.metric[0].value
    slider = app.slider(key=key_of(finished, "tenure"))
    slider.set_value(slider.max)
    sound(app.run())
    assert app.metric[0].value != first
    log = prediction_log(finished, sources=["whatif"])
    assert len(log) == 2


def test_drawing_the_page_again_logs_nothing(open_page: Open, finished: Project) -> None:
    app = open_page(PAGE, project="done")
    app.run()
    sound(app.run())
    assert count_predictions(finished) == 1


def test_typical_case_resets_the_form(open_page: Open, finished: Project) -> None:
    app = open_page(PAGE, project="done")
    first = app.metric[0].value
    slider = app.slider(key=key_of(finished, "tenure"))
    slider.set_value(slider.max)
    app.run()
    app.button(key="reset").click()
    sound(app.run())
    assert app.metric[0].value == first


def test_a_number_can_be_missing(open_page: Open, finished: Project) -> None:
    app = open_page(PAGE, project="done")
    app.toggle(key="allow-missing").set_value(True)
    app.run()
    app.checkbox(key=f"{key_of(finished, 'tenure')}-none").check()
    sound(app.run())
    newest = prediction_log(finished, sources=["whatif"]).iloc[0]
    assert newest["input.tenure"] != newest["input.tenure"]
    assert any("tenure" in warning.value for warning in app.warning)


def test_a_file_is_predicted_by_a_job(open_page: Open, finished: Project) -> None:
    app = open_page(PAGE, project="done")
    app.session_state["live-tabs"] = "A file"
    sound(app.run())
    app.file_uploader[0].upload("rows.csv", hostile_csv(40))
    sound(app.run())
    assert work(finished.workspace).status == "done"
    sound(app.run())
    assert "40 rows predicted" in said(app)
    assert list_batches(finished)[0].rows == 40
    assert app.get("download_button")


def test_a_file_without_the_columns_is_refused_at_the_uploader(open_page: Open, finished: Project) -> None:
    app = open_page(PAGE, project="done")
    app.session_state["live-tabs"] = "A file"
    app.run()
    app.file_uploader[0].upload("rows.csv", b"a,b\n1,2\n3,4\n")
    app.run()
    assert work(finished.workspace).status == "failed"
    sound(app.run())
    assert "lacks" in app.error[0].value
    assert not list_batches(finished)


def test_the_costs_of_errors_make_the_decision(open_page: Open, finished: Project) -> None:
    assert "At your costs" not in said(open_page(PAGE, project="done"))
    costs = {"cost_false_positive": 23, "cost_false_negative": 77}
    save_scope(finished, contract=Contract(target="target", **costs), why="ours")
    app = sound(open_page(PAGE, project="done"))
    assert "At your costs act from 23.0 %: **act**." in said(app)
    save_scope(finished, contract={"cost_false_positive": 77, "cost_false_negative": 23}, why="ours")
    assert "At your costs act from 77.0 %: **do not act**." in said(sound(open_page(PAGE, project="done")))
    save_scope(finished, contract={"cost_false_negative": None}, why="nobody knows")
    assert "At your costs" not in said(sound(open_page(PAGE, project="done")))


def test_answers_that_take_longer_than_promised_are_said(open_page: Open, finished: Project) -> None:
    save_scope(finished, contract=Contract(target="target", latency_ms=1e-6), why="as agreed")
    app = sound(open_page(PAGE, project="done"))
    assert any("the contract allows" in warning.value for warning in app.warning)
