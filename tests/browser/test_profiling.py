"""The first look at 200,000 rows in a browser: there at once, exact later in the same place, nobody has to wait."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from mlworkbench import Workspace
from mlworkbench.data import ingest
from mlworkbench.jobs import list_jobs
from mlworkbench.profiling import find_profile
from mlworkbench.projects import create_project
from tests.browser.conftest import App
from tests.browser.test_walkthrough import key

# What moves in the page without anybody having clicked; Streamlit's sidebar, opening, moves the page as a whole.
SHIFTS = """() => {
    window.shifts = [];
    const content = '[data-testid=stMainBlockContainer] *';
    const inside = node => (node?.closest ? node : node?.parentElement)?.closest(content);
    new PerformanceObserver(list => window.shifts.push(...list.getEntries()
        .filter(one => !one.hadRecentInput && one.sources.some(source => inside(source.node)))
        .map(one => one.value))).observe({type: 'layout-shift', buffered: true});
}"""
ROW = 35  # pixels of a row of a table, its header too


def table(rows: int) -> pd.DataFrame:
    random = np.random.default_rng(0)
    frame = pd.DataFrame({f"number {n}": random.gamma(2.0, 10.0, rows).round(3) for n in range(5)})
    frame["twice"] = (frame["number 1"] * 2 + random.normal(0, 3, rows)).round(3)
    frame["plan"] = random.choice(["basic", "plus", "pro"], rows)
    frame["day"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(random.integers(0, 300, rows), unit="D")
    frame["gaps"] = np.where(random.random(rows) < 0.2, np.nan, random.normal(size=rows).round(4))
    frame["left"] = np.where(random.random(rows) < 1 / (1 + np.exp(2 - frame["number 0"] / 10)), "yes", "no")
    return frame


def test_200_000_rows_are_profiled_while_somebody_clicks_around(app: App, tmp_path: Path) -> None:
    project = create_project(Workspace.open(app.server.home), "big")
    table(200_000).to_parquet(tmp_path / "big.parquet")
    dataset = ingest(project, source=str(tmp_path / "big.parquet"), target="left")
    page = app.page
    page.add_init_script(f"({SHIFTS})()")

    # figures without a click, from a sample that says so, while all rows are being counted
    page.goto(f"{app.server.url}/Profiling?project=big")
    page.get_by_text("Figures from a sample of 10,000 of 200,000 rows").wait_for()
    page.get_by_role("tab", name="What goes together").click()
    key(page, "pair-figure").wait_for()
    page.get_by_role("tab", name="Columns").click()
    key(page, "one-figure").wait_for()

    # the exact ones take their place by themselves, and nothing moves
    page.get_by_text("Exact figures of all 200,000 rows").wait_for()
    app.idle()
    app.no_exception()
    assert find_profile(project, dataset.id) is not None
    assert [job.status for job in list_jobs(project.workspace, project)] == ["done"]
    assert sum(page.evaluate("() => window.shifts")) < 0.1

    # a column is searched, and chosen in the list
    search = page.get_by_role("textbox", name="Search columns")
    search.fill("number")
    search.press("Enter")
    page.get_by_text("7 columns. Click").wait_for()
    app.idle()
    key(page, "columns").locator(".dvn-scroller").click(position={"x": 14, "y": ROW * 3.5})
    key(page, "one-column").get_by_text("number 2").or_(page.locator("input[value='number 2']")).first.wait_for()
    app.idle()

    # its chart says how many rows a bar stands for
    key(page, "one-figure").locator("path[aria-roledescription=bar]").nth(9).hover()
    page.locator("#vg-tooltip-element").get_by_text("rows").wait_for()

    # an association is clicked, its chart drawn
    page.get_by_role("tab", name="What goes together").click()
    app.idle()
    page.get_by_text("number 1 and twice").wait_for()
    key(page, "pairs").locator(".dvn-scroller").click(position={"x": 14, "y": ROW * 2.5})
    page.get_by_text("number 1 and twice").wait_for(state="hidden")
    app.idle()
    app.no_exception()

    # or its cell in the map
    key(page, "pairs-as").get_by_text("Map", exact=True).click()
    page.get_by_text("number 1 and twice").wait_for()
    key(page, "pairs-map").locator(".mark-rect.role-mark path").nth(20).click()
    page.get_by_text("number 1 and twice").wait_for(state="hidden")
    app.idle()
    app.no_exception()

    # every tab and every closer look fits a telephone
    page.set_viewport_size({"width": 400, "height": 900})
    for name in ("Columns", "What goes together", "Gaps", "Closer look"):
        page.get_by_role("tab", name=name).click()
        app.idle()
        app.no_sideways_scroll()
    for name in ("Over time", "Text", "Compare"):
        key(page, "closer").get_by_text(name, exact=True).click()
        app.idle()
        app.no_exception()
        app.no_sideways_scroll()
