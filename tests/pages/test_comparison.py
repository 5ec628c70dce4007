"""The Model comparison page: models compared by a job, the recommended one registered, the holdout looked at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlworkbench.data import get_dataset, holdout_looks, revise
from mlworkbench.jobs import list_jobs
from mlworkbench.modeling import get_comparison, get_model_version, list_comparisons
from mlworkbench.scoping import Contract, save_scope
from tests.pages.surface import said, sound, work

if TYPE_CHECKING:
    from mlworkbench import Project
    from tests.pages.conftest import Open

PAGE = "6_Model_Comparison"


def without(project: Project, *names: str) -> None:
    """Take aliases away: the project as it was before that stage."""
    from sqlalchemy import delete

    from mlworkbench.records import aliases

    with project.workspace.write() as connection:
        connection.execute(delete(aliases).where(aliases.c.project_id == project.id, aliases.c.alias.in_(names)))


def test_without_a_recipe_the_page_says_so(open_page: Open, project: Project) -> None:
    assert "No data yet" in said(sound(open_page(PAGE, project="test")))


def test_compare_then_register(open_page: Open, finished: Project) -> None:
    without(finished, "comparison", "champion")
    app = sound(open_page(PAGE, project="done"))
    app.get("button_group")[0].set_value(["dummy", "linear"])
    app.number_input(key="cv").set_value(3)
    app.run()
    app.button(key="compare").click()
    sound(app.run())
    assert "waiting for its turn" in said(app)
    job = list_jobs(finished.workspace)[0]
    assert (job.params["estimators"], job.params["cv"]) == (["dummy", "linear"], 3)
    assert work(finished.workspace).status == "done"
    sound(app.run())
    assert "recommended" in app.info[0].value
    looks = len(holdout_looks(finished, get_dataset(finished)))
    app.button(key="register").click()
    sound(app.run())
    assert app.button(key="register").disabled, "one click registers once"
    assert work(finished.workspace).status == "done"
    sound(app.run())
    assert get_model_version(finished).comparison == get_comparison(finished).id
    assert len(holdout_looks(finished, get_dataset(finished))) == looks + 1
    assert any("holdout rows" in success.value for success in app.success)
    sound(app.run())
    assert len(holdout_looks(finished, get_dataset(finished))) == looks + 1, "drawing the page must not look"


def test_results_of_an_older_version_are_called_so(open_page: Open, finished: Project) -> None:
    revise(finished, types={"tenure": "category"})
    app = sound(open_page(PAGE, project="done"))
    assert any("older version" in warning.value for warning in app.warning)
    assert "compare-stale" in [button.key for button in app.button]


def test_nothing_chosen_cannot_be_compared(open_page: Open, finished: Project) -> None:
    without(finished, "comparison", "champion")
    app = open_page(PAGE, project="done")
    app.get("button_group")[0].set_value([])
    sound(app.run())
    assert app.button(key="compare").disabled


def test_a_failing_comparison_says_why_and_shows_no_traceback(open_page: Open, finished: Project) -> None:
    without(finished, "comparison", "champion")
    app = open_page(PAGE, project="done")
    app.selectbox(key="splitter").select("grouped")
    app.run()
    app.selectbox(key="by").select("tenure")
    app.number_input(key="cv").set_value(20)
    app.run()
    app.button(key="compare").click()
    app.run()
    ended = work(finished.workspace)
    sound(app.run())
    if ended.status == "failed":
        assert app.error
        assert "Traceback" not in said(app)
        assert not list_comparisons(finished)[1:]


@pytest.mark.parametrize("tab", ["Folds", "More scores", "Settings", "Runs", "Curves"])
def test_every_detail_opens(open_page: Open, finished: Project, tab: str) -> None:
    app = open_page(PAGE, project="done")
    app.session_state["comparison-tabs"] = tab
    sound(app.run())
    charts = len(app.get("plotly_chart"))
    assert charts == {"Folds": 2, "Curves": 3}.get(tab, 1)


def test_a_goal_that_is_not_reached_leaves_a_choice_that_needs_a_reason(open_page: Open, finished: Project) -> None:
    without(finished, "champion")
    save_scope(finished, contract=Contract(target="target", metric="roc_auc", goal=0.9999), why="as agreed")
    app = sound(open_page(PAGE, project="done"))
    assert "register" not in [button.key for button in app.button]
    assert any("of at least 1.000" in warning.value for warning in app.warning)
    app.button(key="register-despite").click()
    sound(app.run())
    assert "give the reason" in app.error[0].value
    assert not [job for job in list_jobs(finished.workspace) if job.active]
    app.text_input(key="despite-reason").set_value("a pilot")
    app.button(key="register-despite").click()
    sound(app.run())
    assert work(finished.workspace).status == "done"
    assert get_model_version(finished).reason == "a pilot"


def test_the_contracts_metric_is_preselected_and_its_rule_told_of(open_page: Open, finished: Project) -> None:
    without(finished, "comparison", "champion")
    rule = "`![x](http://127.0.0.1:9/pixel.png)` > 60"
    save_scope(finished, contract=Contract(target="target", metric="balanced_accuracy", heuristic=rule), why="agreed")
    app = sound(open_page(PAGE, project="done"))
    assert app.selectbox(key="scoring").value == "balanced_accuracy"
    app.get("button_group")[0].set_value(["dummy"])
    app.run()
    app.button(key="compare").click()
    sound(app.run())
    assert work(finished.workspace).status == "done"
    sound(app.run())
    comparison = get_comparison(finished)
    assert {row.estimator for row in comparison.rows} == {"dummy", "heuristic"}
    assert comparison.recommended == "heuristic"
