"""kill -9 of the server while a file is on its way in: the store is as before, and the next upload goes through."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from mlworkbench import Workspace
from mlworkbench.artifacts import list_artifacts, verify
from mlworkbench.data import get_dataset, ingest
from mlworkbench.jobs import list_jobs
from mlworkbench.projects import create_project

KILLS = int(os.environ.get("MLWORKBENCH_KILLS", "8"))  # 20 and more before a release: `make soak`
ROWS = 400_000


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """About 24 MB of CSV."""
    rng = random.Random(0)
    file = tmp_path_factory.mktemp("big") / "big.csv"
    with open(file, "w") as stream:
        stream.write("a,b,c,d\n")
        for number in range(ROWS):
            stream.write(f"{number},{rng.random()},{rng.random()},{number % 7}\n")
    return file


@pytest.mark.timeout(900)
def test_the_server_killed_mid_upload(page: Page, start_server: Callable[..., Any], tmp_path: Path, big: Path) -> None:
    from tests.browser.conftest import App

    home = tmp_path / "workspace"
    small = tmp_path / "small.csv"
    small.write_text("x,y\n" + "".join(f"{n},{n * n}\n" for n in range(50)))
    workspace = Workspace.open(home)
    project = create_project(workspace, "uploads")
    first = ingest(project, source=str(small))
    rng = random.Random(3)
    for _ in range(KILLS):
        server = start_server(home)
        app = App(page, server)
        app.open("Data", project="uploads")
        page.get_by_role("button", name="New version").click()
        streamlit = server.part("streamlit")
        page.locator("input[type=file]").set_input_files(big)
        page.wait_for_timeout(rng.uniform(0, 2500))  # the random moment at which it is killed
        streamlit.send_signal(signal.SIGKILL)
        server.process.wait(30)  # the launcher sees it, ends the worker, and says so
        assert verify(project) == ()
        for dataset in list_artifacts(project, "dataset"):
            assert get_dataset(project, dataset.id).rows in (50, ROWS)
        for job in list_jobs(workspace):
            assert job.status in ("done", "interrupted", "queued")
            assert job.status != "interrupted" or job.resumable
        for upload in list_artifacts(project, "upload"):
            assert upload.size in (small.stat().st_size, big.stat().st_size)
    assert get_dataset(project, first.id).rows == 50

    server = start_server(home)
    app = App(page, server)
    app.open("Data", project="uploads")
    resume = page.get_by_role("button", name="Resume")
    if resume.count():
        resume.click()
    elif get_dataset(project).rows == 50:
        page.get_by_role("button", name="New version").click()
        page.locator("input[type=file]").set_input_files(big)
    page.get_by_text(f"{ROWS:,} × 4").first.wait_for()
    app.no_exception()
    assert get_dataset(project).rows == ROWS
    assert verify(project) == ()
