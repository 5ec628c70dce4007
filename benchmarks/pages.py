"""How long a person waits for a page: ours against the smallest Streamlit apps, in the same run, in Chromium.

1. First page of a fresh server: from opening the address to a settled page, against a one-line app.
2. Page switch in a project of Telco's size (7,043 x 20, compared and registered), against two empty pages.

    .venv/bin/python benchmarks/pages.py [--rounds 5]

Each round starts new servers of both kinds, one after the other; the ratio of the medians is what counts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

from mlworkbench import Workspace
from mlworkbench.projects import create_project
from mlworkbench.ui.launch import SERVER

REPOSITORY = Path(__file__).resolve().parents[1]
CHROMIUM = os.environ.get("MLWORKBENCH_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
PAGES = ("Data", "Feature engineering", "Model comparison", "Live prediction", "Overview")


@contextmanager
def server(script: Path, home: Path) -> Iterator[str]:
    """A fresh Streamlit server of a script; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    module = SERVER if script.parent == REPOSITORY else "streamlit"  # ours is started as `make run` starts it
    command = [sys.executable, "-m", module, "run", script.name, "--server.port", str(port)]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false"]
    process = subprocess.Popen(
        command,
        cwd=script.parent,
        env=os.environ | {"MLWORKBENCH_HOME": str(home), "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while True:
            try:
                with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1) as answer:
                    if answer.status == 200:
                        break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def settled(page: Page, heading: str) -> None:
    """Wait until the page shows its heading and its script has ended."""
    page.get_by_role("heading", name=heading, exact=True).first.wait_for(timeout=60_000)
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=60_000)


def empty_app(folder: Path) -> Path:
    """One line, and two empty pages."""
    (folder / "pages").mkdir(parents=True)
    (folder / "Home.py").write_text('import streamlit as st; st.title("Home")\n')
    (folder / "pages" / "1_One.py").write_text('import streamlit as st; st.title("One")\n')
    (folder / "pages" / "2_Two.py").write_text('import streamlit as st; st.title("Two")\n')
    return folder / "Home.py"


def telco_sized(home: Path) -> None:
    """A project with a table of Telco's size, compared and registered."""
    import numpy as np
    import pandas as pd

    from mlworkbench.data import ingest
    from mlworkbench.features import save_recipe, suggest_steps
    from mlworkbench.modeling import compare, promote

    rng = np.random.default_rng(0)
    rows = 7043
    frame = pd.DataFrame({f"number {n}": rng.gamma(2.0, 10.0, rows).round(2) for n in range(4)})
    for n in range(15):
        frame[f"choice {n}"] = rng.choice(["yes", "no", "no service"], rows)
    odds = frame["number 0"] / 20 - 2 + (frame["choice 0"] == "yes")
    frame["churn"] = np.where(rng.random(rows) < 1 / (1 + np.exp(-odds)), "Yes", "No")
    file = home / "telco-sized.csv"
    home.mkdir(parents=True, exist_ok=True)
    frame.to_csv(file, index=False)
    project = create_project(Workspace.open(home), "Telco-sized")
    dataset = ingest(project, source=str(file), target="churn")
    save_recipe(project, [step for step, _ in suggest_steps(project, dataset)], dataset=dataset)
    compare(project, estimators=["dummy", "linear", "lightgbm"])
    promote(project)


def first_page(page: Page, script: Path, home: Path, heading: str) -> float:
    """Seconds from opening a fresh server's address to a settled page."""
    with server(script, home) as address:
        began = time.perf_counter()
        page.goto(address)
        settled(page, heading)
        return time.perf_counter() - began


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        plain, fresh, used = empty_app(folder / "plain"), folder / "fresh", folder / "used"
        telco_sized(used)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        first_page(page, plain, fresh, "Home")  # the browser's own first page is not counted
        base = []
        ours = []
        for _ in range(rounds):
            base.append(first_page(page, plain, fresh, "Home"))
            ours.append(first_page(page, REPOSITORY / "Home.py", fresh, "mlworkbench"))
        report("first page of a fresh server", base, ours, 1.5)

        base = []
        with server(plain, fresh) as address:
            page.goto(address)
            settled(page, "Home")
            for name in ("One", "Two") * (rounds + 1):
                began = time.perf_counter()
                page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
                settled(page, name)
                base.append(time.perf_counter() - began)
        times: dict[str, list[float]] = {name: [] for name in PAGES}
        with server(REPOSITORY / "Home.py", used) as address:
            page.goto(f"{address}/?project=Telco-sized")
            settled(page, "Telco-sized")
            for number in range(rounds + 1):
                for name in PAGES:
                    heading = "Telco-sized" if name == "Overview" else name
                    began = time.perf_counter()
                    page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
                    settled(page, heading)
                    if number:  # the first visit of a page imports what it needs
                        times[name].append(time.perf_counter() - began)
                    else:
                        print(f"first visit of {name}: {time.perf_counter() - began:.2f} s")
        for name, seconds in times.items():
            report(f"switch to {name}", base[2:], seconds, 2.0)
        report("switch, all pages", base[2:], [one for some in times.values() for one in some], 2.0)
        browser.close()


def report(what: str, base: list[float], ours: list[float], limit: float) -> None:
    """One line: medians, spread and the ratio against its limit."""
    ratio = statistics.median(ours) / statistics.median(base)
    print(
        f"{what}: ours {statistics.median(ours):.2f} s ({min(ours):.2f} to {max(ours):.2f}), "
        f"baseline {statistics.median(base):.2f} s ({min(base):.2f} to {max(base):.2f}), "
        f"ratio {ratio:.2f} (limit {limit}) {'ok' if ratio <= limit else 'MISSED'}",
        flush=True,
    )


if __name__ == "__main__":
    main()
