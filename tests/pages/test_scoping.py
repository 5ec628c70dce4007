"""The Scoping page: a draft is edited, contradictions stand at their fields, a save is a revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.data import ingest
from mlworkbench.scoping import get_scope, list_scopes, save_scope
from tests.pages.surface import HOSTILE, hostile_csv, said, sound

if TYPE_CHECKING:
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from mlworkbench import Project
    from tests.pages.conftest import Open

PAGE = "1_Scoping"


def key(app: AppTest, project: Project, name: str) -> str:
    turn = app.session_state[f"scope-draft-{project.id}"]["turn"]
    return f"scope-{project.id[:8]}-{turn}-{name}"


def started(open_page: Open, project: Project) -> AppTest:
    """The page of a project whose scope was just begun, with nothing in it."""
    app = sound(open_page(PAGE, project=project.name))
    app.button(key="begin").click()
    return sound(app.run())


def test_without_a_project_the_page_says_where_to_make_one(open_page: Open) -> None:
    assert "A project comes first" in said(sound(open_page(PAGE)))


def test_an_empty_scope_offers_one_way_to_begin_and_saves_nothing(open_page: Open, project: Project) -> None:
    app = sound(open_page(PAGE, project="test"))
    assert "Say first what is promised" in said(app)
    assert [button.key for button in app.button if button.proto.type == "primary"] == ["begin"]
    app.button(key="begin").click()
    sound(app.run())
    assert not list_scopes(project)


def test_boxes_and_contract_are_saved_with_a_reason(open_page: Open, project: Project) -> None:
    app = started(open_page, project)
    app.text_area(key=key(app, project, "customer")).set_value("nurses")
    app.text_area(key=key(app, project, "need")).set_value("to see **who** is at risk")
    app.text_input(key=key(app, project, "target")).set_value("readmitted")
    app.selectbox(key=key(app, project, "task")).set_value("binary")
    app.number_input(key=key(app, project, "goal")).set_value(0.7)
    app.text_input(key=key(app, project, "why")).set_value("first talk")
    sound(app.run())
    assert "For nurses who need to see" in said(app)
    assert "to see **who**" not in said(app), "text of a box is not markup"
    app.button(key="save-scope").click()
    sound(app.run())
    scope = get_scope(project)
    assert (scope.number, scope.why, scope.contract.target, scope.contract.goal) == (1, "first talk", "readmitted", 0.7)
    assert "onward" in [button.key for button in app.button]


def test_what_cannot_be_is_said_at_its_field_and_cannot_be_saved(open_page: Open, project: Project) -> None:
    app = started(open_page, project)
    app.text_area(key=key(app, project, "heuristic")).set_value("__import__('os')")
    sound(app.run())
    assert any("no such function" in warning.value for warning in app.warning)
    assert app.button(key="save-scope").disabled
    app.text_area(key=key(app, project, "heuristic")).set_value("x > 1")
    sound(app.run())
    assert not app.button(key="save-scope").disabled


def test_an_error_of_numbers_is_stated_without_its_sign(open_page: Open, project: Project) -> None:
    save_scope(project, contract={"task": "regression", "metric": "neg_mean_absolute_error", "goal": 12})
    app = sound(open_page(PAGE, project="test"))
    field = app.number_input(key=key(app, project, "goal"))
    assert (field.label, field.value) == ("At most", 12)
    assert "saved" in said(app) or "onward" in [button.key for button in app.button]


def test_the_columns_of_the_data_are_offered_and_contradicted(
    open_page: Open, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_bytes(hostile_csv())
    ingest(project, source=str(tmp_path / "t.csv"), target="target")
    contract = {
        "target": "target",
        "positive_class": "maybe",
        "time_column": "tenure",
        "fairness_columns": [HOSTILE[0]],
    }
    save_scope(project, contract=contract)
    app = sound(open_page(PAGE, project="test"))
    assert set(HOSTILE) < set(app.selectbox(key=key(app, project, "target")).options)
    told = " ".join(warning.value for warning in app.warning)
    assert "is not a class" in told
    assert "not a date" in told
    app.selectbox(key=key(app, project, "positive_class")).set_value("yes")
    sound(app.run())
    assert "is not a class" not in " ".join(warning.value for warning in app.warning)


def test_a_draft_survives_another_page_and_a_template_fills_it(open_page: Open, project: Project) -> None:
    app = started(open_page, project)
    app.text_area(key=key(app, project, "goals")).set_value("half the waste")
    sound(app.run())
    sound(app.switch_page("pages/2_Data.py").run())
    sound(app.switch_page(f"pages/{PAGE}.py").run())
    assert "half the waste" in said(app)
    assert not list_scopes(project)


def test_dropping_changes_goes_back_to_what_is_saved(open_page: Open, project: Project) -> None:
    save_scope(project, canvas={"goals": "less waste"})
    app = sound(open_page(PAGE, project="test"))
    app.text_area(key=key(app, project, "goals")).set_value("world peace")
    sound(app.run())
    app.button(key="discard").click()
    assert "less waste" in said(sound(app.run()))


def test_two_editors_do_not_overwrite_each_other(open_page: Open, project: Project) -> None:
    save_scope(project, canvas={"goals": "less waste"}, contract={"goal": 0.6})
    app = sound(open_page(PAGE, project="test"))
    app.text_area(key=key(app, project, "constraints")).set_value("no names")
    sound(app.run())
    save_scope(project, contract={"goal": 0.9}, why="the board")
    app.button(key="save-scope").click()
    sound(app.run())
    assert "meanwhile" in app.error[0].value
    assert len(list_scopes(project)) == 2
    app.button(key="rebase").click()
    sound(app.run())
    app.button(key="save-scope").click()
    sound(app.run())
    scope = get_scope(project)
    assert (scope.canvas["constraints"], scope.canvas["goals"], scope.contract.goal) == ("no names", "less waste", 0.9)


def test_revisions_are_listed_and_compared(open_page: Open, project: Project) -> None:
    save_scope(project, template="churn", why="start")
    save_scope(project, contract={"goal": 0.8}, why="harder")
    app = open_page(PAGE, project="test")
    app.session_state["scope-tabs"] = "Revisions"
    app.session_state["export-scope"] = True
    sound(app.run())
    assert "1 difference from revision 1 to revision 2" in said(app)
    assert len(app.get("download_button")) == 2
