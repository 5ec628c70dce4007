"""The app without a browser: pages run by Streamlit's AppTest on a workspace of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import mlworkbench

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest


REPOSITORY = Path(mlworkbench.__file__).resolve().parents[1]
Open = Callable[..., "AppTest"]


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Open:
    """`open_page("2_Data", project="test")`: the app at that page, no worker started beside it."""
    from streamlit.testing.v1 import AppTest

    monkeypatch.chdir(REPOSITORY)
    monkeypatch.setattr("mlworkbench.ui.frame.ensure_worker", lambda workspace: None)
    monkeypatch.setattr("mlworkbench.ui.jobs.ensure_worker", lambda workspace: None)

    def go(page: str = "", project: str | None = None) -> AppTest:
        app = AppTest.from_file(str(REPOSITORY / "Home.py"), default_timeout=60)
        if project is not None:
            app.query_params["project"] = project
        app.run()
        return app.switch_page(f"pages/{page}.py").run() if page else app

    return go
