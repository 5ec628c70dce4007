"""The script of docs/walkthrough.sh takes real tables from a file to predictions, as the contract writes it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest

SCRIPT = Path(__file__).parents[2] / "docs" / "walkthrough.sh"
SCHEMAS = Path(__file__).parent / "schemas"
SEVEN = {"dummy", "linear", "adaboost", "random_forest", "hist_gradient_boosting", "xgboost", "lightgbm"}


COMMANDS = ("projects_create", "scope", "ingest", "profile", "report", "findings", "repair", "synthesize", "recipe")
COMMANDS += ("labelling_baselines", "compare", "promote", "predict", "monitor", "retrain", "export", "audit", "verify")


def walk(folder: Path, file: Path, target: str, *options: str) -> dict[str, Any]:
    """Run the script in a folder of its own, a tenth of the rows coming later; each command's valid document."""
    table = pd.read_csv(file, dtype=str, keep_default_na=False).sample(frac=1, random_state=0)
    later = len(table) // 10
    table.iloc[later:].to_csv(folder / "table.csv", index=False)
    table.iloc[:later].to_csv(folder / "newer.csv", index=False)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "MLWORKBENCH_HOME": str(folder / "workspace"),
    }
    done = subprocess.run(
        ["sh", str(SCRIPT), "table.csv", "newer.csv", target, "walk", *options],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    documents = dict(zip(COMMANDS, map(json.loads, done.stdout.splitlines()), strict=True))
    for command, document in documents.items():
        jsonschema.validate(document, json.loads((SCHEMAS / f"{command}.json").read_text(encoding="utf-8")))
    return documents


def check(documents: dict[str, Any], folder: Path, scoring: str, classes: set[str]) -> dict[str, Any]:
    """What the contract promises of every command's document; the comparison is returned."""
    ingest, compare, promote, predict = (documents[name] for name in ("ingest", "compare", "promote", "predict"))
    rows, newer = len(pd.read_csv(folder / "table.csv")), len(pd.read_csv(folder / "newer.csv"))
    assert documents["projects_create"]["project"] == "walk"
    assert documents["scope"]["contract"]["target"] == ingest["target"]
    assert (ingest["rows"], ingest["rejected_rows"]) == (rows, 0)
    assert ingest["columns"] == len(ingest["schema"])
    assert (documents["profile"]["rows"], len(documents["profile"]["columns"])) == (rows, ingest["columns"])
    assert documents["synthesize"]["rows"] == len(pd.read_csv(folder / "synthetic.csv")) == 200
    assert documents["synthesize"]["dataset"] != ingest["dataset"]
    assert documents["recipe"]["steps"]
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
    assert (predict["rows"], predict["model_version"]) == (newer, promote["model_version"])
    written = pd.read_csv(folder / predict["out"])
    assert len(written) == newer
    assert "prediction" in written
    assert {name for name in written if name.startswith("probability_")} == {f"probability_{one}" for one in classes}
    if classes:
        assert set(written["prediction"].astype(str)) <= classes
    assert documents["monitor"]["drift"] is False  # the newer rows were drawn at random
    assert documents["retrain"]["alias"] == "challenger"
    assert documents["retrain"]["model_version"] != promote["model_version"]
    assert promote["model_version"][:12] in (folder / "card.md").read_text(encoding="utf-8")
    assert documents["verify"]["broken"] == []
    return dict(compare)


def best(compare: dict[str, Any]) -> float:
    return max(row["score_mean"] for row in compare["leaderboard"])


@pytest.mark.realdata
@pytest.mark.timeout(900)
def test_telco_binary(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "data" / "telco_customer_churn.csv"
    documents = walk(tmp_path, file, "Churn", "--type", "TotalCharges=number")
    compare = check(documents, tmp_path, "roc_auc", {"No", "Yes"})
    types = {column["name"]: column["type"] for column in documents["ingest"]["schema"]}
    assert types["TotalCharges"] == "number"
    blanks = [one for one in documents["ingest"]["findings"] if "TotalCharges" in one["columns"]]
    table = pd.read_csv(tmp_path / "table.csv", dtype=str)
    assert int((table["TotalCharges"].str.strip() == "").sum()) in {one["count"] for one in blanks}
    assert best(compare) >= 0.84


@pytest.mark.realdata
@pytest.mark.timeout(900)
def test_penguins_multiclass(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "data" / "penguins.csv"
    documents = walk(tmp_path, file, "species")
    compare = check(documents, tmp_path, "roc_auc_ovr", {"Adelie", "Chinstrap", "Gentoo"})
    assert best(compare) >= 0.99


@pytest.mark.realdata
@pytest.mark.timeout(900)
def test_california_regression(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "data" / "california_housing.csv"
    documents = walk(tmp_path, file, "median_house_value")
    compare = check(documents, tmp_path, "neg_root_mean_squared_error", set())
    assert -55_000 < best(compare) < 0


@pytest.mark.timeout(900)
def test_a_table_that_scikit_learn_ships(tmp_path: Path) -> None:
    from sklearn.datasets import load_breast_cancer

    frame = load_breast_cancer(as_frame=True).frame
    frame["target"] = frame["target"].map({0: "malignant", 1: "benign"})
    file = tmp_path / "cancer.csv"
    frame.to_csv(file, index=False)
    compare = check(walk(tmp_path, file, "target"), tmp_path, "roc_auc", {"benign", "malignant"})
    assert best(compare) >= 0.98
