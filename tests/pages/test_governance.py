"""The Governance page: readiness first, the card with its texts, the audit log, errors; and the presentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.governance import audit_log, get_card, get_prose, log_error, model_card, save_prose
from mlworkbench.lifecycle import count_predictions
from mlworkbench.modeling import promote
from tests.pages.surface import said, sound, work

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from mlworkbench import Project, Workspace
    from tests.pages.conftest import Open

PAGE = "10_Governance"


def at_tab(app: AppTest, name: str) -> AppTest:
    app.session_state["governance-tabs"] = name
    return sound(app.run())


def presented(open_page: Open, project: str) -> AppTest:
    app = open_page(project=project)
    app.query_params["present"] = "1"
    return app.switch_page(f"pages/{PAGE}.py").run()


def test_without_a_project_it_says_so(open_page: Open, workspace: Workspace) -> None:
    assert "A project comes first" in said(sound(open_page(PAGE)))


def test_without_a_champion_readiness_is_shown_and_the_way_to_one(open_page: Open, project: Project) -> None:
    app = sound(open_page(PAGE, project="test"))
    assert "0 of" in app.metric[0].value
    assert "checks hold" in said(app)
    assert "No model registered yet" in said(at_tab(app, "Model card"))


def test_the_card_is_made_by_the_one_primary_button(open_page: Open, finished: Project) -> None:
    app = sound(open_page(PAGE, project="done"))
    assert app.button(key="make-card").label == "Make the model card"
    assert "No model card yet" in said(at_tab(app, "Model card"))
    app.button(key="make-card").click()
    sound(app.run())
    assert work(finished.workspace).status == "done"
    text = said(sound(app.run()))
    assert "computed" in text
    assert "ROC AUC" in text
    assert len(app.get("download_button")) == 3
    promote(finished, run="dummy", reason="to see")
    app.run()
    assert app.button(key="make-card").label == "Update it"
    assert any("champion changed" in warning.value for warning in app.warning)


def test_a_text_is_saved_where_it_stands(open_page: Open, finished: Project) -> None:
    model_card(finished)
    app = at_tab(open_page(PAGE, project="done"), "Model card")
    app.text_area(key="prose-owner-None").input("Team **Retention**")
    app.button(key="save-owner-None").click()
    sound(app.run())
    prose = get_prose(finished)
    assert prose.texts == {"owner": "Team **Retention**"}
    assert app.text_area(key=f"prose-owner-{prose.id}").value == "Team **Retention**"


def test_a_text_changed_meanwhile_is_not_overwritten(open_page: Open, finished: Project) -> None:
    model_card(finished)
    app = at_tab(open_page(PAGE, project="done"), "Model card")
    save_prose(finished, "owner", "somebody else's")
    app.text_area(key="prose-owner-None").input("mine")
    app.button(key="save-owner-None").click()
    sound(app.run())
    assert get_prose(finished).texts == {"owner": "somebody else's"}
    assert "Nothing was overwritten" in said(app)
    assert app.text_area(key="prose-owner-None").value == "mine"
    app.button(key="newer-texts").click()
    sound(app.run())
    assert app.text_area(key=f"prose-owner-{get_prose(finished).id}").value == "somebody else's"


def test_the_audit_log_is_filtered(open_page: Open, finished: Project) -> None:
    app = at_tab(open_page(PAGE, project="done"), "Audit log")
    assert len(app.dataframe[0].value) == len(audit_log(finished))
    app.multiselect(key="audit-actions").select("project created")
    sound(app.run())
    assert list(app.dataframe[0].value["action"]) == ["project created"]


def test_errors_of_the_application_are_listed(open_page: Open, finished: Project) -> None:
    app = at_tab(open_page(PAGE, project="done"), "Errors")
    assert "No error" in said(app)
    log_error(finished.workspace, RuntimeError("**broken** <img src=x>"), page="Data", project="done")
    app = at_tab(app, "Errors")
    assert list(app.dataframe[0].value["message"]) == ["**broken** <img src=x>"]
    assert "<img" not in said(app)


def test_all_checks_show_their_evidence(open_page: Open, finished: Project) -> None:
    app = open_page(PAGE, project="done")
    app.session_state["all-checks"] = True
    sound(app.run())
    rows = app.dataframe[0].value
    assert set(rows[""]) <= {"holds", "does not hold", "cannot be told yet"}
    assert rows["evidence"].str.len().min() > 0


def test_the_presentation_writes_nothing_and_has_no_sidebar(open_page: Open, finished: Project) -> None:
    model_card(finished)
    before = (count_predictions(finished), len(audit_log(finished)))
    app = sound(presented(open_page, "done"))
    assert app.title[0].value == "Predicting target"
    assert len(app.sidebar.children) == 0
    first = app.metric[-1].value
    slider = app.select_slider(key="what-if-0")
    slider.set_value(0 if slider.value else len(slider.options) - 1)
    sound(app.run())
    assert app.metric[-1].value != first
    assert (count_predictions(finished), len(audit_log(finished))) == before


def test_the_presentation_of_an_unfinished_project_says_what_is_missing(open_page: Open, project: Project) -> None:
    assert "Not done" in said(sound(presented(open_page, "test")))


def test_a_presentation_of_nothing_is_said_in_words(open_page: Open, project: Project) -> None:
    app = open_page(project="test")
    app.query_params["present"] = "1"
    app.query_params["project"] = "gone"
    app = sound(app.switch_page(f"pages/{PAGE}.py").run())
    assert "There is no project" in app.error[0].value


def test_present_opens_when_the_card_is_current(open_page: Open, finished: Project) -> None:
    model_card(finished)
    app = sound(open_page(PAGE, project="done"))
    app.button(key="present").click()
    sound(app.run())
    assert app.query_params["present"] in ("1", ["1"])
    assert app.title[0].value == "Predicting target"
    assert get_card(finished).number == 1
