"""The Feature engineering page: a recipe is suggested, edited, previewed and saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.data import ingest
from mlworkbench.features import get_recipe, list_recipes
from tests.pages.surface import hostile_csv, said, sound

if TYPE_CHECKING:
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from mlworkbench import Project
    from tests.pages.conftest import Open

PAGE = "5_Feature_Engineering"


def with_table(project: Project, folder: Path, target: str | None = "target") -> str:
    file = folder / "table.csv"
    file.write_bytes(hostile_csv())
    return ingest(project, source=str(file), target=target).id


def test_without_data_or_target_the_page_says_what_is_missing(
    open_page: Open, project: Project, tmp_path: Path
) -> None:
    assert "No data yet" in said(sound(open_page(PAGE, project="test")))
    with_table(project, tmp_path, target=None)
    assert "No target chosen yet" in said(sound(open_page(PAGE, project="test")))


def test_the_suggested_recipe_is_previewed_and_saved(open_page: Open, project: Project, tmp_path: Path) -> None:
    with_table(project, tmp_path)
    app = sound(open_page(PAGE, project="test"))
    assert "Before and after" in said(app)
    assert not list_recipes(project), "looking must not save"
    app.button(key="save-recipe").click()
    sound(app.run())
    assert get_recipe(project).steps
    assert "onward" in [button.key for button in app.button]


def test_every_column_can_be_previewed(open_page: Open, project: Project, tmp_path: Path) -> None:
    dataset = with_table(project, tmp_path)
    app = open_page(PAGE, project="test")
    box = app.selectbox(key=f"preview-{dataset[:8]}")
    for column in box.options:
        app.selectbox(key=f"preview-{dataset[:8]}").select(column)
        sound(app.run())


def opened(app: AppTest, dataset: str, uid: int) -> AppTest:
    """The page with one step's settings opened."""
    app.session_state[f"step-{dataset[:8]}-{uid}-edit"] = True
    return app.run()


def test_steps_are_moved_removed_and_added(open_page: Open, project: Project, tmp_path: Path) -> None:
    dataset = with_table(project, tmp_path)
    app = open_page(PAGE, project="test")
    key = f"recipe-draft-{dataset}"
    before = [entry["uid"] for entry in app.session_state[key]["entries"]]
    opened(app, dataset, before[1]).button(key=f"step-{dataset[:8]}-{before[1]}-up").click()
    app.run()
    moved = [entry["uid"] for entry in app.session_state[key]["entries"]]
    assert moved[:2] == [before[1], before[0]]
    opened(app, dataset, before[0]).button(key=f"step-{dataset[:8]}-{before[0]}-remove").click()
    app.run()
    assert before[0] not in [entry["uid"] for entry in app.session_state[key]["entries"]]
    app.selectbox(key="add-step-kind").select("drop")
    app.run()
    app.button(key="add-step").click()
    app.run()
    assert not app.exception
    assert "drop" in [entry["step"] for entry in app.session_state[key]["entries"]]


def test_a_recipe_that_cannot_work_is_said_in_words_and_cannot_be_saved(
    open_page: Open, project: Project, tmp_path: Path
) -> None:
    dataset = with_table(project, tmp_path)
    app = open_page(PAGE, project="test")
    for entry in list(app.session_state[f"recipe-draft-{dataset}"]["entries"]):
        opened(app, dataset, entry["uid"]).button(key=f"step-{dataset[:8]}-{entry['uid']}-remove").click()
        app.run()
    sound(app)
    assert len(app.error) == 1
    assert app.button(key="save-recipe").disabled


def test_a_setting_changed_on_the_page_reaches_the_recipe(open_page: Open, project: Project, tmp_path: Path) -> None:
    dataset = with_table(project, tmp_path)
    app = open_page(PAGE, project="test")
    entries = app.session_state[f"recipe-draft-{dataset}"]["entries"]
    encode = next(entry for entry in entries if entry["step"] == "one_hot")
    opened(app, dataset, encode["uid"])
    app.number_input(key=f"step-{dataset[:8]}-{encode['uid']}-min_frequency").set_value(7)
    app.run()
    app.button(key="save-recipe").click()
    sound(app.run())
    step = next(step for step in get_recipe(project).steps if step.step == "one_hot")
    assert step.params["min_frequency"] == 7
