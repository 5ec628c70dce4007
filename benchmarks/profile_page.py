"""The Profiling page in Chromium: how soon its first figure stands, whether anything moves, what is sent.

1. Opened for the first time (figures from a sample, exact ones still being counted) and again (exact figures): from the
   address until the first figures in numbers are painted, the list with a histogram of each column, and the chart of
   one column, against the heading of the smallest Streamlit page.
2. Layout shifts (Chromium's own measure, those after a click not counted) in the page's content until the exact
   figures stand; Streamlit's own, its sidebar opening, are counted apart.
3. What the server sends for the page: every message and file but Streamlit's own program, needed by an empty page too.

    .venv/bin/python benchmarks/profile_page.py [--rounds 3]

A table of 5,000 × 200 columns; each round has a project of its own and fresh servers of both kinds.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from mlworkbench import Workspace
from mlworkbench.data import ingest
from mlworkbench.projects import create_project
from pages import CHROMIUM, FLAGS, REPOSITORY, empty_app, report, server

SHIFTS = """(() => {
    window.shifts = [];
    const content = '[data-testid=stMainBlockContainer] *';
    const inside = node => (node?.closest ? node : node?.parentElement)?.closest(content);
    new PerformanceObserver(list => window.shifts.push(...list.getEntries().filter(one => !one.hadRecentInput)
        .map(one => [one.value, one.sources.some(source => inside(source.node))])
    )).observe({type: 'layout-shift', buffered: true});
})()"""
FIGURES = '[data-testid="stMetricValue"]'
LIST = ".st-key-columns canvas"
CHART = ".st-key-one-figure .marks"
HEADING = "h1"
PAINTED = """(() => {
    window.painted = {};
    const seen = new Set();
    const look = () => WANTED.filter(what => !seen.has(what) && document.querySelector(what)).forEach(what => {
        seen.add(what);
        requestAnimationFrame(() => setTimeout(() => { window.painted[what] = performance.now() / 1000; }));
    });
    new MutationObserver(look).observe(document, {childList: true, subtree: true});
})()""".replace("WANTED", repr([FIGURES, LIST, CHART, HEADING]))


def table(file: Path, rows: int, columns: int) -> None:
    """Numbers, words, dates, gaps, and a target that follows the first number."""
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(0)
    made = {}
    for n in range(columns - 1):
        made[f"column {n}"] = (
            random.gamma(2.0, 10.0, rows).round(3),
            random.choice([f"level {k}" for k in range(3 + n % 20)], rows),
            np.where(random.random(rows) < 0.2, np.nan, random.normal(size=rows)),
            np.datetime64("2020-01-01") + random.integers(0, 900, rows).astype("timedelta64[D]"),
        )[n % 4]
    made["left"] = np.where(random.random(rows) < 1 / (1 + np.exp(2 - made["column 0"] / 10)), "yes", "no")
    pd.DataFrame(made).to_parquet(file)


class Watched:
    """A fresh browser page that counts what it is sent."""

    def __init__(self, browser: Browser) -> None:
        self.page: Page = browser.new_page(viewport={"width": 1440, "height": 900})
        self.page.add_init_script(SHIFTS)
        self.page.add_init_script(PAINTED)
        self.sent = 0
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._count))
        self.page.on("response", self._response)

    def _count(self, payload: str | bytes) -> None:
        self.sent += len(payload)

    def _response(self, answer) -> None:
        if "/static/" not in answer.url and answer.request.resource_type in ("fetch", "xhr", "image", "media"):
            self.sent += int(answer.headers.get("content-length") or 0)

    def opened(self, address: str, *wanted: str) -> list[float]:
        """Seconds from the address until each of these was painted."""
        self.page.goto(address)
        for one in wanted:
            self.page.wait_for_function("what => window.painted[what]", arg=one, timeout=60_000)
        return [self.page.evaluate("what => window.painted[what]", one) for one in wanted]


def main() -> None:
    """Print times, shifts and bytes against their limits."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    base: list[float] = []
    first: list[list[float]] = []
    again: list[list[float]] = []
    shifts: list[tuple[float, ...]] = []
    sent: list[int] = []
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        plain, home, file = empty_app(folder / "plain"), folder / "home", folder / "table.parquet"
        home.mkdir()
        table(file, 5_000, 200)
        for turn in range(given.rounds + 1):
            for name in (f"warm {turn}", f"table {turn}"):
                ingest(create_project(Workspace.open(home), name), source=str(file), target="left")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        wanted = (FIGURES, LIST, CHART)
        for turn in range(given.rounds + 1):
            with server(plain, folder / "none") as address:
                Watched(browser).opened(f"{address}/One", HEADING)
                empty = Watched(browser).opened(f"{address}/One", HEADING)[0]
            with server(REPOSITORY / "Home.py", home) as address:
                warm = Watched(browser)  # what the page imports, and its worker
                warm.opened(f"{address}/Profiling?project=warm {turn}", *wanted)
                warm.page.get_by_text("Exact figures of all").wait_for(timeout=60_000)
                warm.page.wait_for_timeout(1_000)  # until its job has ended altogether
                warm.page.close()
                new = Watched(browser)
                times = new.opened(f"{address}/Profiling?project=table {turn}", *wanted)
                new.page.get_by_text("Exact figures of all").wait_for(timeout=60_000)
                new.page.wait_for_timeout(1_000)
                seen = Watched(browser)
                later = seen.opened(f"{address}/Profiling?project=table {turn}", *wanted)
                seen.page.wait_for_timeout(1_000)
            if not turn:
                continue  # the browser's own first pages
            base.append(empty)
            first.append(times)
            again.append(later)
            for one in (new, seen):
                found = one.page.evaluate("window.shifts")
                shifts.append(tuple(sum(value for value, mine in found if mine is ours) for ours in (True, False)))
            sent.append(seen.sent)
        browser.close()
    for what, times in (("first opening", first), ("opened again", again)):
        for place, told in enumerate(("first figures", "list with histograms", "chart of a column")):
            report(f"{what}, {told}", base, [one[place] for one in times], 2.0)
    (shift, frame), many = max(shifts), statistics.median(sent) / 1e6
    verdict = "ok" if shift < 0.1 else "MISSED"
    print(
        f"layout shift of two openings, worst of {len(shifts)}: {shift:.3f} (limit 0.1) {verdict}; sidebar {frame:.3f}"
    )
    print(f"sent for the page of 200 columns: {many:.2f} MB (limit 1) {'ok' if many <= 1 else 'MISSED'}")


if __name__ == "__main__":
    main()
