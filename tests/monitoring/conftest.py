"""A champion that several tests of monitoring look at, and rows that look, or do not look, like its training rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlworkbench import Project, Workspace
from mlworkbench.features import save_recipe, suggest_steps
from mlworkbench.modeling import compare, promote
from mlworkbench.projects import create_project
from tests.features.tables import ingested

File = Callable[..., Path]


def customers(rows: int = 600, seed: int = 0) -> pd.DataFrame:
    """A table of customers, the same population for every seed: who leaves follows tenure and contract."""
    random = np.random.default_rng(seed)
    tenure = random.integers(1, 73, rows)
    contract = random.choice(["monthly", "yearly", "two years"], rows, p=[0.55, 0.25, 0.2])
    charge = random.normal(65, 20, rows).round(2)
    chance = 1 / (1 + np.exp(0.06 * (tenure - 25) - 1.5 * (contract == "monthly") - 0.02 * (charge - 65)))
    return pd.DataFrame(
        {
            "customer": [f"C{seed:03d}-{row:05d}" for row in range(rows)],
            "tenure": tenure,
            "contract": contract,
            "charge": np.where(random.random(rows) < 0.03, np.nan, charge),
            "senior": random.choice(["yes", "no"], rows, p=[0.2, 0.8]),
            "left": np.where(random.random(rows) < chance, "yes", "no"),
        }
    )


def served(workspace: Workspace, name: str, folder: Path, table: pd.DataFrame, target: str, estimator: str) -> Project:
    """A project whose champion is that estimator."""
    project = create_project(workspace, name)
    ingested(project, folder, table, target=target)
    save_recipe(project, [step for step, _ in suggest_steps(project)])
    compare(project, estimators=[estimator], cv=2, n_jobs=1)
    promote(project)
    return project


@pytest.fixture(scope="session")
def monitored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the projects "binary" (a forest, which knows its training rows by heart) and "value"."""
    root = tmp_path_factory.mktemp("monitored")
    workspace = Workspace.open(root / "workspace")
    served(workspace, "binary", tmp_path_factory.mktemp("table"), customers(1500), "left", "random_forest")
    values = (
        customers(500).drop(columns=["customer", "left"]).assign(spent=lambda one: 3.0 * one["tenure"] + one.index % 7)
    )
    served(workspace, "value", tmp_path_factory.mktemp("table"), values, "spent", "linear")
    return root / "workspace"


@pytest.fixture
def own(monitored: Path, tmp_path: Path) -> Callable[[str], Project]:
    """One of these projects in the test's own copy."""
    import shutil

    def copy(name: str = "binary") -> Project:
        if not (tmp_path / "workspace").exists():
            shutil.copytree(monitored, tmp_path / "workspace")
        return Workspace.open(tmp_path / "workspace").project(name)

    return copy


@pytest.fixture
def file(tmp_path: Path) -> File:
    """Rows as a CSV file."""

    def write(frame: pd.DataFrame, name: str = "rows.csv") -> Path:
        frame.to_csv(tmp_path / name, index=False)
        return tmp_path / name

    return write
