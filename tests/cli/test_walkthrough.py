"""The script of docs/walkthrough.sh takes real tables from a file to predictions, as the contract writes it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

SCRIPT = Path(__file__).parents[2] / "docs" / "walkthrough.sh"
SEVEN = {"dummy", "linear", "adaboost", "random_forest", "hist_gradient_boosting", "xgboost", "lightgbm"}


def walk(folder: Path, file: Path, target: str, *options: str) -> list[dict[str, Any]]:
    """Run the script in a folder of its own; the documents that its commands printed."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "MLWORKBENCH_HOME": str(folder / "workspace"),
    }
    done = subprocess.run(
        ["sh", str(SCRIPT), str(file), target, "walk", *options],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def check(documents: list[dict[str, Any]], file: Path, folder: Path, scoring: str, classes: set[str]) -> dict[str, Any]:
    """What the contract promises of every command's document; the comparison is returned."""
    project, ingest, recipe, compare, promote, predict, verify = documents
    rows = len(pd.read_csv(file))
    assert project["project"] == "walk"
    assert (ingest["rows"], ingest["rejected_rows"]) == (rows, 0)
    assert ingest["columns"] == len(ingest["schema"])
    assert all({"name", "type"} <= set(column) for column in ingest["schema"])
    assert all({"code", "severity", "columns", "count"} <= set(finding) for finding in ingest["findings"])
    assert recipe["steps"]
    assert compare["scoring"] == scoring
    board = {row["estimator"]: row for row in compare["leaderboard"]}
    assert set(board) == SEVEN
    for row in board.values():
        assert row["status"] == "done"
        assert row["score_std"] >= 0
        assert row["fit_seconds"] > 0
        assert row["predict_ms_per_1000"] > 0
        assert len(row["run_id"]) == 32
    recommended = compare["recommended"]
    assert recommended["run_id"] == board[recommended["estimator"]]["run_id"]
    assert recommended["estimator"] in recommended["tied"]
    assert promote["alias"] == "champion"
    assert (predict["rows"], predict["model_version"]) == (rows, promote["model_version"])
    written = pd.read_csv(folder / predict["out"])
    assert len(written) == rows
    assert "prediction" in written
    assert {name for name in written if name.startswith("probability_")} == {f"probability_{one}" for one in classes}
    if classes:
        assert set(written["prediction"].astype(str)) <= classes
    assert verify["broken"] == []
    return compare


def best(compare: dict[str, Any]) -> float:
    return max(row["score_mean"] for row in compare["leaderboard"])


@pytest.mark.realdata
@pytest.mark.timeout(600)
def test_telco_binary(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "data" / "telco_customer_churn.csv"
    documents = walk(tmp_path, file, "Churn", "--type", "TotalCharges=number")
    compare = check(documents, file, tmp_path, "roc_auc", {"No", "Yes"})
    types = {column["name"]: column["type"] for column in documents[1]["schema"]}
    assert types["TotalCharges"] == "number"
    blanks = [one for one in documents[1]["findings"] if "TotalCharges" in one["columns"]]
    assert 11 in {one["count"] for one in blanks}
    assert best(compare) >= 0.84


@pytest.mark.realdata
@pytest.mark.timeout(600)
def test_penguins_multiclass(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "data" / "penguins.csv"
    documents = walk(tmp_path, file, "species")
    compare = check(documents, file, tmp_path, "roc_auc_ovr", {"Adelie", "Chinstrap", "Gentoo"})
    assert best(compare) >= 0.99


@pytest.mark.realdata
@pytest.mark.timeout(600)
def test_california_regression(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "data" / "california_housing.csv"
    documents = walk(tmp_path, file, "median_house_value")
    compare = check(documents, file, tmp_path, "neg_root_mean_squared_error", set())
    assert -55_000 < best(compare) < 0


@pytest.mark.timeout(600)
def test_a_table_that_scikit_learn_ships(tmp_path: Path) -> None:
    from sklearn.datasets import load_breast_cancer

    frame = load_breast_cancer(as_frame=True).frame
    frame["target"] = frame["target"].map({0: "malignant", 1: "benign"})
    file = tmp_path / "cancer.csv"
    frame.to_csv(file, index=False)
    compare = check(walk(tmp_path, file, "target"), file, tmp_path, "roc_auc", {"benign", "malignant"})
    assert best(compare) >= 0.98
