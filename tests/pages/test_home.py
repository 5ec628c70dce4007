"""The overview: projects are made, chosen, renamed and put away; the lifecycle says where one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.jobs import list_jobs
from mlworkbench.projects import create_project, list_projects
from tests.pages.surface import HOSTILE, said, sound

if TYPE_CHECKING:
    from mlworkbench import Project, Workspace
    from tests.pages.conftest import Open


def test_newcomer_is_told_what_this_is_and_makes_a_project(open_page: Open, workspace: Workspace) -> None:
    app = sound(open_page())
    assert "Start with a project" in said(app)
    app.text_input(key="new-project-name").input("Churn")
    app.button(key="create-project").click()
    sound(app.run())
    assert [project.name for project in list_projects(workspace)] == ["Churn"]
    assert app.title[0].value == "Churn"
    assert app.query_params["project"] == "Churn"


def test_wrong_name_is_said_in_words_and_nothing_is_made(
    open_page: Open, workspace: Workspace, project: Project
) -> None:
    app = open_page(project="test")
    for wrong, words in (("", "needs a name"), ("test", "exists already")):
        app.text_input(key="new-project-name").input(wrong)
        app.button(key="create-project").click()
        sound(app.run())
        assert words in app.error[0].value
        assert len(list_projects(workspace)) == 1


def test_unknown_project_in_the_address_is_said_and_another_shown(open_page: Open, project: Project) -> None:
    app = sound(open_page(project="gone"))
    assert "no project" in app.warning[0].value
    assert app.title[0].value == "test"


def test_rename_and_archive(open_page: Open, workspace: Workspace, project: Project) -> None:
    app = open_page(project="test")
    app.text_input(key=f"rename-{project.id}").input("renamed")
    app.button(key="rename-project").click()
    sound(app.run())
    assert app.title[0].value == "renamed"
    app.button(key="archive-project").click()
    sound(app.run())
    assert not list_projects(workspace)
    assert workspace.project("renamed").archived


def test_rename_to_a_taken_name_is_refused_in_words(open_page: Open, workspace: Workspace, project: Project) -> None:
    create_project(workspace, "taken")
    app = open_page(project="test")
    app.text_input(key=f"rename-{project.id}").input("taken")
    app.button(key="rename-project").click()
    sound(app.run())
    assert any("exists already" in error.value for error in app.error)
    assert workspace.project("test").id == project.id


def test_choosing_another_project_changes_page_and_address(
    open_page: Open, workspace: Workspace, project: Project
) -> None:
    create_project(workspace, "other")
    app = open_page(project="test")
    app.selectbox(key="project-chooser").select("other")
    sound(app.run())
    assert app.title[0].value == "other"
    assert app.query_params["project"] == "other"


def test_hostile_project_name_is_shown_as_text(open_page: Open, workspace: Workspace) -> None:
    create_project(workspace, HOSTILE[0])
    app = sound(open_page(project=HOSTILE[0]))
    assert app.title[0].value.startswith("\\!\\[x\\]")


def test_finished_project_shows_true_figures_and_every_stage(open_page: Open, finished: Project) -> None:
    app = sound(open_page(project="done"))
    figures = {metric.label: metric.value for metric in app.metric}
    assert figures["Data, rows × columns"] == "120 × 6"
    assert figures["Holdout looked at"] == "once"
    score = next(value for label, value in figures.items() if "champion" in label)
    assert 0.5 < float(score) <= 1
    assert "not built yet" not in said(app)


def test_the_demo_is_one_click_away_for_a_newcomer_and_beside_other_projects(
    open_page: Open, workspace: Workspace
) -> None:
    app = sound(open_page())
    app.button(key="demo").click()
    sound(app.run())
    assert app.title[0].value == "Churn demo"
    assert app.query_params["project"] == "Churn demo"
    app.button(key="another-demo").click()
    sound(app.run())
    assert app.title[0].value == "Churn demo 2"
    assert {job.title for job in list_jobs(workspace)} == {"Running the demo"}
    assert len(list_jobs(workspace, active=True)) == 2


def test_while_the_demo_runs_the_lifecycle_fills_and_it_can_be_cancelled(open_page: Open, workspace: Workspace) -> None:
    app = open_page()
    app.button(key="demo").click()
    sound(app.run())
    assert "Running the demo" in said(app)
    assert "Lifecycle" in said(app)
    (job,) = list_jobs(workspace, active=True)
    app.button(key=f"cancel-{job.id}").click()
    sound(app.run())
    assert not list_jobs(workspace, active=True)
    assert "was cancelled" in "\n".join(one.proto.title for one in app.warning)
