"""A project with a linear champion, and newer rows in which the rule has turned round, or has not."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench import Project


def rows(count: int, seed: int, *, turned: bool = False, start: str = "2024-01-01") -> pd.DataFrame:
    """Rows of which `a` decides, one way or the other."""
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(seed)
    a, b = random.normal(size=(2, count))
    c = random.choice(["x", "y", "z"], count)
    odds = (-2 if turned else 2) * a + b + (c == "x")
    when = pd.date_range(start, periods=count, freq="h").strftime("%Y-%m-%d %H:%M")
    left = np.where(random.random(count) < 1 / (1 + np.exp(-odds)), "yes", "no")
    return pd.DataFrame({"when": when, "a": a.round(4), "b": b.round(4), "c": c, "left": left})


def champion_in(project: Project, folder: Path) -> None:
    """Data, recipe, comparison, champion."""
    from mlworkbench.data import ingest
    from mlworkbench.features import save_recipe, suggest_steps
    from mlworkbench.modeling import compare, promote

    rows(900, 0).to_csv(folder / "old.csv", index=False)
    dataset = ingest(project, source=str(folder / "old.csv"), target="left")
    save_recipe(project, [step for step, _ in suggest_steps(project, dataset)], dataset=dataset)
    compare(project, estimators=["dummy", "linear"], n_jobs=1)
    promote(project)


@pytest.fixture(scope="session")
def champion_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from mlworkbench import Workspace
    from mlworkbench.projects import create_project

    folder = tmp_path_factory.mktemp("champion")
    champion_in(create_project(Workspace.open(folder / "workspace"), "champion"), folder)
    return folder / "workspace"


@pytest.fixture
def crowned(champion_home: Path, tmp_path: Path) -> Any:
    """The project in the test's own copy."""
    from mlworkbench import Workspace

    shutil.copytree(champion_home, tmp_path / "workspace")
    return Workspace.open(tmp_path / "workspace").project("champion")


@pytest.fixture
def turned(tmp_path: Path) -> str:
    """A file of newer rows in which the rule has turned round."""
    rows(500, 1, turned=True, start="2024-06-01").to_csv(tmp_path / "turned.csv", index=False)
    return str(tmp_path / "turned.csv")


@pytest.fixture
def same(tmp_path: Path) -> str:
    """A file of newer rows of the same kind."""
    rows(500, 2, start="2024-06-01").to_csv(tmp_path / "same.csv", index=False)
    return str(tmp_path / "same.csv")
