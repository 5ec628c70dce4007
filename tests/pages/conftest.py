"""The app without a browser: pages run by Streamlit's AppTest on a workspace of the test's own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import mlworkbench
from tests.pages.surface import hostile_csv

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from mlworkbench import Project

REPOSITORY = Path(mlworkbench.__file__).resolve().parents[1]
Open = Callable[..., "AppTest"]


@pytest.fixture(scope="session")
def finished_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace, made once, whose project went from a hostile table to a champion; tests copy it."""
    from mlworkbench import Workspace
    from mlworkbench.data import ingest
    from mlworkbench.features import save_recipe, suggest_steps
    from mlworkbench.modeling import compare, promote
    from mlworkbench.projects import create_project

    folder = tmp_path_factory.mktemp("finished")
    table = folder / "table.csv"
    table.write_bytes(hostile_csv())
    project = create_project(Workspace.open(folder / "workspace"), "done")
    dataset = ingest(project, source=str(table), target="target")
    save_recipe(project, [step for step, _ in suggest_steps(project, dataset)], dataset=dataset.id)
    compare(project, estimators=["dummy", "linear"], cv=2, n_jobs=1)
    promote(project)
    return folder / "workspace"


@pytest.fixture
def finished(finished_home: Path, tmp_path: Path) -> Project:
    """The project that has everything, in the test's own copy."""
    from mlworkbench import Workspace

    shutil.copytree(finished_home, tmp_path / "workspace")
    return Workspace.open(tmp_path / "workspace").project("done")


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
