"""Round the circle by clicking: scope, look, watch, truth, retrain, promote, back again, account for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page

from mlworkbench import Workspace
from mlworkbench.data import ingest
from mlworkbench.features import save_recipe, suggest_steps
from mlworkbench.jobs import list_jobs
from mlworkbench.lifecycle import stage_states
from mlworkbench.modeling import compare, get_model_version, promote
from mlworkbench.monitoring import get_report
from mlworkbench.profiling import get_profile
from mlworkbench.projects import create_project
from mlworkbench.retraining import list_retrainings
from mlworkbench.scoping import get_contract
from mlworkbench.serving import predict_file
from mlworkbench.synthesis import get_synthetic
from tests.browser.conftest import App
from tests.browser.test_walkthrough import key, pick, press

if TYPE_CHECKING:
    from mlworkbench import Project

LONG = 280_000  # ms


def crowned(home: Path, file: Path, folder: Path) -> Project:
    """A project with a champion of 6,000 rows, and predictions for a later file, as the first journey left it."""
    table = pd.read_csv(file, dtype=str, keep_default_na=False).sample(frac=1, random_state=1)
    table.iloc[:6000].to_csv(folder / "first.csv", index=False)
    later = table.iloc[6000:].copy()
    later.to_csv(folder / "later.csv", index=False)
    shifted = later.copy()
    shifted["MonthlyCharges"] = (shifted["MonthlyCharges"].astype(float) * 1.3).round(2).astype(str)
    shifted.to_csv(folder / "shifted.csv", index=False)
    flip = np.random.default_rng(0).random(len(later)) < 0.5
    later["Churn"] = np.where(flip, np.where(later["Contract"] == "Two year", "Yes", "No"), later["Churn"])
    later.to_csv(folder / "newer.csv", index=False)
    project = create_project(Workspace.open(home), "Telco churn")
    types = {"TotalCharges": "number"}
    dataset = ingest(project, source=str(folder / "first.csv"), target="Churn", types=types)
    save_recipe(project, [step for step, _ in suggest_steps(project, dataset)], dataset=dataset)
    compare(project, estimators=["dummy", "linear"])
    promote(project)
    batch = predict_file(project, source=str(folder / "later.csv"))
    truth = {"prediction_id": batch.log, "row": range(1, len(later) + 1), "Churn": table.iloc[6000:]["Churn"]}
    pd.DataFrame(truth).to_csv(folder / "truth.csv", index=False)
    return project


@pytest.mark.realdata
@pytest.mark.timeout(900)
def test_telco_round_the_circle_by_clicking(app: App, shared_data: Path, tmp_path: Path) -> None:
    project = crowned(app.server.home, shared_data / "data" / "telco_customer_churn.csv", tmp_path)
    page = app.page
    champion = get_model_version(project)

    def go(where: str, heading: str) -> Page:
        app.open(where, project="Telco churn")
        page.get_by_role("heading", name=heading, exact=True).wait_for()
        return page

    def picture(name: str, **how: object) -> None:
        app.no_exception()
        app.screenshot(name, **how)  # type: ignore[arg-type]
        app.no_sideways_scroll()
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1440, "height": 900})
        app.idle()

    def done() -> None:
        """Wait until no job runs any more and the page has noticed."""
        page.wait_for_function(
            "() => !document.querySelector('[data-testid=stSidebar] [data-testid=stProgress]')", timeout=LONG
        )
        app.idle()
        assert not list_jobs(project.workspace, active=True)

    # scope: a canvas begun, the target promised, saved with a reason
    go("Scoping", "Scoping")
    picture("13_scoping_empty")
    press(app, "begin")
    pick(app, "Target", "Churn")
    press(app, "save-scope")
    assert get_contract(project).target == "Churn"
    picture("13_scoping")
    picture("13_scoping_400", width=400)

    # profile: the first look without a click, exact figures soon after
    go("Profiling", "Profiling")
    page.get_by_text("cells are missing").first.wait_for(timeout=LONG)
    picture("14_profiling_glance")
    page.get_by_text("Exact figures of all").first.wait_for(timeout=LONG)
    done()
    assert get_profile(project).links[0].column in ("Contract", "tenure")
    picture("14_profiling")
    picture("14_profiling_400", width=400)
    page.get_by_role("tab", name="What goes together").click()
    app.idle()
    picture("14_profiling_together")

    # synthetic rows, with the evidence
    go("Synthetic_Data", "Synthetic data")
    picture("15_synthetic_empty")
    press(app, "synthesize")
    page.get_by_text("two halves of the real rows").first.wait_for(timeout=LONG)
    done()
    assert get_synthetic(project).quality.overall > 0.7
    picture("15_synthetic")
    picture("15_synthetic_400", width=400)

    # monitoring: the file unshifted is quiet, with a planted shift it is named
    go("Monitoring", "Monitoring")
    picture("16_monitoring_empty")
    press(app, "first")
    page.get_by_text("Quiet").first.wait_for(timeout=LONG)
    done()
    assert get_report(project).verdict == "quiet"
    picture("16_monitoring_quiet")
    press(app, "again")
    page.locator("input[type=file]").first.set_input_files(tmp_path / "shifted.csv")
    page.get_by_text("MonthlyCharges is higher").first.wait_for(timeout=LONG)
    done()
    assert "MonthlyCharges" in {one.column for one in get_report(project).columns if one.drifted}
    picture("16_monitoring_changed")
    picture("16_monitoring_400", width=400)

    # the truth arrives: labels by prediction id
    page.get_by_role("tab", name="Truth").click()
    app.idle()
    page.locator("input[type=file]").last.set_input_files(tmp_path / "truth.csv")
    page.get_by_text("The labels were added").wait_for(timeout=LONG)
    done()

    # retraining: all three strategies; the challenger is promoted with a reason, and taken back
    go("Retraining", "Retraining")
    picture("17_retraining_empty")
    page.locator("input[type=file]").set_input_files(tmp_path / "newer.csv")
    app.idle()
    press(app, "retrain")
    key(page, "decision").wait_for(timeout=LONG)
    done()
    assert {one.strategy for one in list_retrainings(project)} == {"all", "recent_weighted", "window"}
    picture("17_retraining")
    picture("17_retraining_400", width=400)
    page.get_by_role("textbox", name="Why", exact=True).fill("the rule has changed")
    press(app, "promote")
    app.idle()
    assert get_model_version(project).id != champion.id
    press(app, "roll-back-menu")
    page.get_by_role("textbox", name="Why go back").fill("complaints")
    page.get_by_role("textbox", name="Why go back").press("Tab")
    app.idle()
    press(app, "roll-back")
    assert get_model_version(project).id == champion.id

    # governance: the card, and the page to hand over
    go("Governance", "Governance")
    picture("18_governance_empty")
    press(app, "make-card")
    key(page, "present").wait_for(timeout=LONG)
    done()
    picture("18_governance")
    picture("18_governance_400", width=400)
    press(app, "present")
    page.wait_for_url("**present=1**")
    app.idle()
    picture("19_presentation")
    picture("19_presentation_dark", dark=True)
    picture("19_presentation_400", width=400)
    app.open("", project="Telco churn")
    picture("20_home_all")


@pytest.mark.timeout(600)
def test_the_demo_is_opened_by_a_click_and_walks_every_stage(page: Page, start_server, tmp_path: Path) -> None:
    server = start_server(tmp_path / "workspace")
    app = App(page, server)
    app.open()
    press(app, "demo")
    page.get_by_role("heading", name="Churn demo", exact=True).wait_for()
    page.get_by_text("Running the demo").first.wait_for()
    app.page.get_by_text("v1 · 4,800 × 13").first.wait_for(timeout=LONG)  # the map fills while the visitor watches
    key(page, "lifecycle").get_by_text("promises kept").wait_for(timeout=LONG)
    app.idle()
    app.no_exception()
    states = stage_states(Workspace.open(server.home).project("Churn demo"))
    assert {state.state for state in states} == {"done"}
    app.screenshot("21_demo")
    for name in ("Monitoring", "Retraining", "Governance", "Scoping"):
        app.open(name, project="Churn demo")
        app.no_exception()
        app.screenshot(f"22_demo_{name.lower()}")
