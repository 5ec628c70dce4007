"""A 190 MB file sent through the page while another tab goes from page to page, and what the server's memory grows by.

    .venv/bin/python benchmarks/upload_page.py [--rounds 6]

The other tab's page switches during the upload and the reading are set against its switches before, in the same run.
The limit of the server's growth is that it holds no copy of the file: its memory before the upload is taken after both
tabs have been everywhere once.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
from ingest import TABLE, run
from playwright.sync_api import Page, sync_playwright

from mlworkbench import Workspace
from mlworkbench.projects import create_project
from pages import CHROMIUM, FLAGS, REPOSITORY, server, settled, telco_sized

PAGES = ("Data", "Feature engineering", "Overview")
ROWS = 2_450_000  # 190 MB


class Watch(threading.Thread):
    """The largest memory of a process while this runs, MB."""

    def __init__(self, process: psutil.Process) -> None:
        super().__init__(daemon=True)
        self.process, self.peak, self.over = process, 0.0, threading.Event()

    def run(self) -> None:
        """Look twenty times a second."""
        while not self.over.wait(0.05):
            self.peak = max(self.peak, self.process.memory_info().rss / 1e6)


def switches(page: Page, rounds: int) -> list[float]:
    """Seconds of each page switch."""
    times = []
    for _ in range(rounds):
        for name in PAGES:
            began = time.perf_counter()
            page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
            settled(page, "Telco-sized" if name == "Overview" else name)
            times.append(time.perf_counter() - began)
    return times


def main() -> None:
    """Print the two ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=6)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder, home = Path(temporary), Path(temporary) / "home"
        telco_sized(home)
        create_project(Workspace.open(home), "Large")
        file = folder / "large.csv"
        run(TABLE, str(ROWS), str(file))
        worker = subprocess.Popen(
            [sys.executable, "-m", "mlworkbench.cli", "worker"],
            env=os.environ | {"MLWORKBENCH_HOME": str(home), "OMP_WAIT_POLICY": "PASSIVE"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            with server(REPOSITORY / "Home.py", home) as address:
                other, sender = browser.new_page(), browser.new_page()
                other.goto(f"{address}/?project=Telco-sized")
                settled(other, "Telco-sized")
                sender.goto(f"{address}/Data?project=Large")
                settled(sender, "Data")
                switches(other, 2)
                idle = switches(other, rounds)
                port = int(address.rsplit(":", 1)[1])
                process = next(
                    one for one in psutil.process_iter() if f"--server.port {port}" in " ".join(one.cmdline())
                )
                before = process.memory_info().rss / 1e6
                watch = Watch(process)
                watch.start()
                sender.locator('input[type="file"]').set_input_files(str(file))
                busy = []
                while not sender.get_by_text("Set target, cut holdout").count():
                    busy += switches(other, 1)
                watch.over.set()
                print(f"{file.stat().st_size / 1e6:,.0f} MB sent, read and shown while {len(busy)} pages were opened")
        finally:
            worker.terminate()
            worker.wait(20)
            browser.close()
    ratio, growth = statistics.median(busy) / statistics.median(idle), watch.peak - before
    print(
        f"page switch in another tab: {statistics.median(busy):.2f} s against {statistics.median(idle):.2f} s idle, "
        f"ratio {ratio:.2f} (limit 2) {'ok' if ratio <= 2 else 'MISSED'}"
    )
    print(f"the server grows by {growth:,.0f} MB from {before:,.0f} (limit 30) {'ok' if growth <= 30 else 'MISSED'}")


if __name__ == "__main__":
    main()
