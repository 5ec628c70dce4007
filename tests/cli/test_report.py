"""report on the command line: one JSON document of its schema, the page as a file, a refusal that writes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pandas as pd

from mlworkbench.data import ingest
from mlworkbench.jobs import list_jobs

if TYPE_CHECKING:
    from mlworkbench import Project

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "report.json").read_text(encoding="utf-8"))


def test_a_report_is_predicted_made_and_refused(project: Project, tmp_path: Path, run_cli: Any) -> None:
    frame = pd.DataFrame({"x": np.arange(150) % 4, "day": pd.date_range("2020", periods=150)})
    frame.to_parquet(tmp_path / "table.parquet")
    ingest(project, source=str(tmp_path / "table.parquet"))
    done = run_cli("report", "--project", "test", "--predict", "--mode", "timeseries", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    jsonschema.validate(document, SCHEMA)
    assert document["report"] is None
    assert document["predicted"]["seconds"] > 0
    done = run_cli("report", "--project", "test", "--column", "x", "--out", "page.html", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    jsonschema.validate(document, SCHEMA)
    assert document["report"]["rows"] == 150
    assert [one["code"] for one in document["alerts"]] == ["ydata_zeros"]
    assert (tmp_path / "page.html").stat().st_size == document["report"]["size"]
    jobs = len(list_jobs(project.workspace))
    for wrong in (["--mode", "comparison"], ["--out", "page.txt"]):
        done = run_cli("report", "--project", "test", *wrong, "--json")
        assert (done.returncode, done.stdout) == (2, ""), wrong
    assert len(list_jobs(project.workspace)) == jobs
