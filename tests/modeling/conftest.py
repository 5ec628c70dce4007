"""Small real tables, ingested; one comparison of each task that many tests look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

from mlworkbench import Workspace
from mlworkbench.data import Dataset, ingest
from mlworkbench.modeling import Comparison, compare
from mlworkbench.projects import create_project

if TYPE_CHECKING:
    from mlworkbench import Project

Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="session")
def tables() -> Tables:
    """A table per task; the binary one has words and gaps, as real ones do."""
    cancer = load_breast_cancer(as_frame=True).frame.iloc[:, [0, 1, 4, 20, 21, 30]].copy()
    cancer.columns = ["radius", "texture", "smoothness", "worst radius", "worst texture", "finding"]
    cancer["finding"] = cancer["finding"].map({0: "malignant", 1: "benign"})
    cancer["site"] = [("left", "right", "both")[row % 3] for row in range(len(cancer))]
    cancer.loc[cancer.index[::17], "texture"] = None
    wine = load_wine(as_frame=True).frame.iloc[:, [0, 1, 6, 9, 13]].rename(columns={"target": "cultivar"})
    wine["cultivar"] = wine["cultivar"].map({0: "Barolo", 1: "Grignolino", 2: "Barbera"})
    diabetes = load_diabetes(as_frame=True).frame
    return {"binary": cancer, "multiclass": wine, "regression": diabetes}


@pytest.fixture(scope="session")
def put(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Dataset]:
    """Ingest a frame through a CSV file, as a user would."""

    def ingested(project: Project, frame: pd.DataFrame, target: str, **settings: Any) -> Dataset:
        file: Path = tmp_path_factory.mktemp("upload") / "table.csv"
        frame.to_csv(file, index=False)
        return ingest(project, source=file, target=target, **settings)

    return ingested


TARGETS = {"binary": "finding", "multiclass": "cultivar", "regression": "target"}


@pytest.fixture(scope="session")
def shared_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace that several tests of this folder look at and none changes."""
    return Workspace.open(tmp_path_factory.mktemp("modeling") / "workspace")


@pytest.fixture(scope="session")
def compared(
    shared_workspace: Workspace, tables: Tables, put: Callable[..., Dataset]
) -> Callable[[str], tuple[Project, Comparison]]:
    """The comparison of a task on its table, made on first use."""
    made: dict[str, tuple[Project, Comparison]] = {}
    chosen = {
        "binary": ["dummy", "linear", "xgboost", "random_forest"],
        "multiclass": ["dummy", "linear", "lightgbm"],
        "regression": ["dummy", "linear", "hist_gradient_boosting"],
    }

    def of(task: str) -> tuple[Project, Comparison]:
        if task not in made:
            project = create_project(shared_workspace, task)
            put(project, tables[task], TARGETS[task])
            made[task] = project, compare(project, estimators=chosen[task], cv=4, n_jobs=2)
        return made[task]

    return of
