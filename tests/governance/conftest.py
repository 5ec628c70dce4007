"""One project with a scope, a model and a file predicted, made once; tests that change something copy it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from mlworkbench import Workspace
from mlworkbench.data import ingest
from mlworkbench.features import save_recipe, suggest_steps
from mlworkbench.governance import model_card
from mlworkbench.modeling import compare, promote
from mlworkbench.projects import create_project
from mlworkbench.scoping import save_scope
from mlworkbench.serving import predict_file

if TYPE_CHECKING:
    from mlworkbench import Project

BAD = "<script>alert(1)</script>"
CONTRACT = {
    "task": "binary",
    "target": "left",
    "positive_class": "yes",
    "metric": "roc_auc",
    "goal": 0.6,
    "latency_ms": 1000,
    "fairness_columns": ["region", BAD],
    "fairness_bound": 0.5,
    "retrain_days": 30,
}
CANVAS = {
    "customer": "account managers",
    "need": "to know whom to call",
    "product": "radar",
    "category": "list",
    "benefit": f"saves calls {BAD}",
    "decisions": "The forty with the highest probability are called.",
}


def customers(rows: int = 900) -> pd.DataFrame:
    """Customers, of whom the newer leave more often; "west" is rare, and the name of one column is markup."""
    random = np.random.default_rng(0)
    tenure = random.integers(0, 60, rows)
    score = 2.0 - 0.08 * tenure + random.normal(0, 1.0, rows)
    region = np.where(np.arange(rows) % 45 == 0, "west", np.where(random.random(rows) < 0.5, "north", "south"))
    frame = pd.DataFrame({"tenure": tenure, "region": region, BAD: random.choice(["a", "b"], rows)})
    frame["left"] = np.where(score > 0, "yes", "no")
    return frame


@pytest.fixture(scope="session")
def governed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace with project "churn", its card made."""
    folder = tmp_path_factory.mktemp("governed")
    customers().to_csv(folder / "customers.csv", index=False)
    project = create_project(Workspace.open(folder / "workspace"), "churn")
    save_scope(project, canvas=CANVAS, contract=CONTRACT, why="agreed")
    dataset = ingest(project, source=str(folder / "customers.csv"), target="left")
    save_recipe(project, [step for step, _ in suggest_steps(project, dataset)])
    compare(project, estimators=["dummy", "linear"], cv=5, n_jobs=1)
    promote(project, reason="the only one better than guessing")
    predict_file(project, source=str(folder / "customers.csv"))
    model_card(project)
    return folder / "workspace"


@pytest.fixture(scope="session")
def seen(governed_home: Path) -> Project:
    """The project, to look at only."""
    return Workspace.open(governed_home).project("churn")


@pytest.fixture
def governed(governed_home: Path, tmp_path: Path) -> Project:
    """The project in the test's own copy."""
    shutil.copytree(governed_home, tmp_path / "workspace")
    return Workspace.open(tmp_path / "workspace").project("churn")
