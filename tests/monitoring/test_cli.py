"""The command line: monitor and labels, one valid document each; drift is no error."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema

from mlworkbench import Project
from mlworkbench.monitoring import get_labels, get_report
from mlworkbench.serving import predict_file
from tests.monitoring.conftest import File, customers

SCHEMAS = Path(__file__).parents[1] / "cli" / "schemas"


def document(done: subprocess.CompletedProcess[str], name: str) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(found, json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8")))
    return found


def test_monitor_and_labels(
    own: Callable[..., Project], file: File, run_cli: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    project, rows = own(), customers(300, 50)
    rows["charge"] *= 1.4
    done = run_cli("monitor", "--project", "binary", "--current", file(rows), "--json")
    found = document(done, "monitor")
    assert found["drift"] is True
    assert [one["column"] for one in found["columns"] if one["drifted"]] == ["charge"]
    assert get_report(project).id == found["report"]
    predict_file(project, source=str(file(rows.drop(columns="left"))))
    added = document(run_cli("labels", file(rows, "truth.csv"), "--project", "binary", "--json"), "labels")
    assert (added["added"], len(get_labels(project))) == (300, 300)
    wrong = run_cli("labels", file(rows, "truth.csv"), "--project", "binary")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "have a label already" in wrong.stderr
