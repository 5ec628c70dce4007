"""Real models, made once for all tests of serving: one project per task in one workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from mlworkbench import Project, Workspace
from mlworkbench.features import Step, save_recipe, suggest_steps
from mlworkbench.modeling import compare, promote
from mlworkbench.projects import create_project
from tests.features.tables import ingested, mixed

ESTIMATOR = {"binary": "random_forest", "multiclass": "xgboost", "regression": "linear"}


@pytest.fixture(scope="session")
def served_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace.open(tmp_path_factory.mktemp("serving") / "workspace")


@pytest.fixture(scope="session")
def served(served_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Project]:
    """A project of that task with a champion; the same one for every test, so look only at what you added."""
    made: dict[str, Project] = {}

    def serve(task: str) -> Project:
        if task not in made:
            project = create_project(served_workspace, task)
            folder = tmp_path_factory.mktemp(task)
            ingested(project, folder, mixed(task=task), types={"town": "category"}, task=task)
            save_recipe(project, [step for step, _ in suggest_steps(project)])
            compare(project, estimators=[ESTIMATOR[task]], cv=2, n_jobs=1)
            promote(project)
            made[task] = project
        return made[task]

    return serve


@pytest.fixture(scope="session")
def needy(served_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose champion refuses a missing number: a linear model without imputing."""
    project = create_project(served_workspace, "needy")
    frame = pd.DataFrame({"a": [float(n % 17) for n in range(120)], "b": [float(n % 5) for n in range(120)]})
    frame["answer"] = (3 * frame["a"] - frame["b"]).round(1)
    ingested(project, tmp_path_factory.mktemp("needy"), frame, task="regression")
    save_recipe(project, [Step("scale", ("a", "b"))])
    compare(project, estimators=["linear"], cv=2, n_jobs=1)
    promote(project)
    return project


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Rows as a file of that name."""

    def write(frame: pd.DataFrame, name: str = "new.csv") -> Path:
        path = tmp_path / name
        if path.suffix == ".parquet":
            frame.to_parquet(path, index=False)
        elif path.suffix == ".xlsx":
            frame.to_excel(path, index=False)
        else:
            frame.to_csv(path, index=False)
        return path

    return write
