"""One person, one table, only clicks: from an empty workspace to a live prediction and a predicted file."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from mlworkbench import Workspace
from mlworkbench.artifacts import verify
from mlworkbench.data import get_dataset, get_holdout, holdout_looks
from mlworkbench.jobs import list_jobs
from mlworkbench.modeling import get_comparison, get_model_version
from mlworkbench.serving import list_batches, prediction_log
from tests.browser.conftest import App

SEVEN = {"dummy", "linear", "adaboost", "random_forest", "hist_gradient_boosting", "xgboost", "lightgbm"}
LONG = 280_000  # ms; a comparison on two slow cores


def key(page: Page, name: str):
    """The widget or container of that key."""
    return page.locator(f".st-key-{name}")


def press(app: App, name: str) -> None:
    key(app.page, name).get_by_role("button").first.click()
    app.idle()


def onward(app: App, heading: str) -> None:
    """Press the page's primary button and arrive."""
    key(app.page, "onward").get_by_role("button").click()
    app.page.get_by_role("heading", name=heading, exact=True).wait_for()
    app.idle()
    app.no_exception()


def pick(app: App, label: str, value: str) -> None:
    box = app.page.get_by_role("combobox", name=label)
    box.click()
    box.fill(value)
    box.press("Enter")
    app.idle()


def walk(app: App, file: Path, rows: int, best: float, *, pictures: bool) -> None:
    page, workspace = app.page, Workspace.open(app.server.home)

    def picture(name: str, **how: object) -> None:
        app.no_exception()
        if pictures:
            app.screenshot(name, **how)  # type: ignore[arg-type]
            app.no_sideways_scroll()

    # a project
    app.open()
    picture("01_welcome")
    page.get_by_role("textbox", name="Name of the project").fill("Telco churn")
    press(app, "create-project")
    page.get_by_role("heading", name="Telco churn", exact=True).wait_for()
    project = workspace.project("Telco churn")

    # the table comes in; one column's type is put right; the target is chosen and the holdout is cut
    onward(app, "Data")
    picture("02_data_empty")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text(f"{rows:,} rows and").wait_for()
    app.idle()
    assert get_dataset(project).column("TotalCharges").type != "number"
    picture("03_data_findings")
    page.get_by_role("button", name="Read as number").first.click()
    page.get_by_text("TotalCharges → number").first.wait_for()
    pick(app, "Target: the column to predict", "Churn")
    press(app, "apply-data")
    key(page, "onward").wait_for()
    app.idle()
    dataset = get_dataset(project)
    assert (dataset.column("TotalCharges").type, dataset.column("TotalCharges").missing) == ("number", 11)
    assert (dataset.rows, dataset.target, dataset.task) == (rows, "Churn", "binary")
    holdout = get_holdout(project, dataset)
    assert holdout is not None
    assert dataset.holdout_rows + dataset.training_rows == rows
    page.get_by_text(f"holdout {dataset.holdout_rows:,} rows").first.wait_for()
    picture("04_data")

    # the suggested recipe is kept
    onward(app, "Feature engineering")
    picture("05_features")
    press(app, "save-recipe")
    key(page, "onward").wait_for()

    # seven models come in, fast ones first; a second tab and a refresh show the same
    onward(app, "Model comparison")
    picture("06_comparison_settings")
    press(app, "compare")
    page.get_by_role("button", name="Cancel", exact=True).wait_for()
    expect(key(page, "latency")).to_be_visible(timeout=LONG)  # a model is in …
    assert rows < 5_000 or list_jobs(workspace, active=True), "… while others still run; of few rows all may be in"
    picture("07_comparison_running")
    second = page.context.new_page()
    second.goto(page.url)
    expect(key(second, "latency")).to_be_visible(timeout=60_000)
    assert len(list_jobs(workspace, project)) == len({job.id for job in list_jobs(workspace, project)}) == 3
    page.reload()
    for tab in (page, second):
        key(tab, "register").get_by_role("button").wait_for(timeout=LONG)
    second.close()
    app.idle()
    comparison = get_comparison(project)
    assert {row.estimator for row in comparison.rows} == SEVEN
    assert {row.status for row in comparison.rows} == {"done"}
    assert max(row.score_mean or 0 for row in comparison.rows) >= best
    expect(page.get_by_text("recommended").first).to_be_visible()
    assert holdout_looks(project, dataset) == ()

    # the recommended one is registered: one look at the holdout
    press(app, "register")
    page.get_by_text("Registered as champion v1").wait_for()
    app.idle()
    assert len(holdout_looks(project, dataset)) == 1
    picture("08_comparison")
    picture("08_comparison_dark", dark=True)
    picture("08_comparison_400", width=400)
    picture("08_comparison_400_dark", width=400, dark=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})

    # a slider moves, and the probability with it
    onward(app, "Live prediction")
    shown = key(page, "answer").get_by_test_id("stMetricValue")
    before = shown.inner_text()
    slider = page.get_by_role("slider", name="tenure")
    slider.focus()
    slider.press("Home")
    expect(shown).not_to_have_text(before)
    app.idle()
    page.get_by_text("tenure = ").first.wait_for()
    logged = prediction_log(project)
    assert set(logged["source"]) == {"whatif"}
    assert len(logged) >= 2
    version = get_model_version(project)
    picture("09_live")
    picture("09_live_400", width=400)
    page.set_viewport_size({"width": 1440, "height": 900})

    # a file is predicted and downloaded
    page.get_by_role("tab", name="A file").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_text(f"{rows:,} rows predicted").first.wait_for()
    app.idle()
    picture("10_live_file")
    assert [batch.rows for batch in list_batches(project)] == [rows]
    with page.expect_response(lambda response: "/media/" in response.url) as media:
        link = page.evaluate(
            """() => new Promise(done => {
                const click = HTMLAnchorElement.prototype.click;
                HTMLAnchorElement.prototype.click = function () { done(this.href); };
                document.querySelector('.st-key-download button').click();
                setTimeout(() => HTMLAnchorElement.prototype.click = click, 5000);
            })"""
        )
        text = page.evaluate("url => fetch(url).then(answer => answer.text())", link)
    assert media.value.ok
    predicted = list(csv.DictReader(io.StringIO(text)))
    assert len(predicted) == rows
    assert {"prediction", "probability_No", "probability_Yes"} <= set(predicted[0])
    assert {row["prediction"] for row in predicted} == {"No", "Yes"}

    # the overview tells it all
    app.open("", project="Telco churn")
    picture("11_home")
    picture("11_home_dark", dark=True)
    picture("11_home_400", width=400)
    picture("11_home_400_dark", width=400, dark=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1440, "height": 900})
    for name in ("Scoping", "Synthetic_Data", "Profiling", "Monitoring", "Retraining", "Governance"):
        app.open(name, project="Telco churn")
        picture(f"12_{name.lower()}")
    assert version.estimator == comparison.recommended
    assert verify(project) == ()


@pytest.mark.realdata
@pytest.mark.timeout(900)
def test_telco_from_upload_to_predictions_by_clicking(app: App, shared_data: Path) -> None:
    walk(app, shared_data / "data" / "telco_customer_churn.csv", 7043, 0.84, pictures=True)


@pytest.mark.timeout(900)
def test_a_generated_table_from_upload_to_predictions_by_clicking(page: Page, start_server, tmp_path: Path) -> None:
    walk(App(page, start_server(tmp_path / "workspace")), generated(tmp_path), 600, 0.7, pictures=False)


def generated(folder: Path) -> Path:
    """Six hundred customers of our own making, with blanks among the numbers of one column."""
    rng = random.Random(5)
    rows = []
    for number in range(600):
        tenure, monthly = rng.randint(0, 72), round(rng.uniform(20, 110), 2)
        contract = rng.choice(["Month-to-month", "One year", "Two year"])
        odds = 0.02 * monthly - 0.06 * tenure + (1.5 if contract == "Month-to-month" else -1.0)
        rows.append(
            {
                "customerID": f"{number:04d}-{rng.randint(10**6, 10**7)}",
                "tenure": tenure,
                "Contract": contract,
                "MonthlyCharges": monthly,
                "TotalCharges": " " if number % 55 == 0 else f"{tenure * monthly:.2f}",
                "Churn": "Yes" if rng.gauss(odds, 1.0) > 0.5 else "No",
            }
        )
    pd.DataFrame(rows).to_csv(folder / "customers.csv", index=False)
    return folder / "customers.csv"
