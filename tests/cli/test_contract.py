"""The contract on the command line: the positive class, the goal in the document, a gate that ends with 3."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mlworkbench.jobs import list_jobs
from mlworkbench.modeling import list_model_versions
from mlworkbench.scoping import Contract, save_scope

if TYPE_CHECKING:
    from mlworkbench import Project

Cli = Callable[..., subprocess.CompletedProcess[str]]


def test_the_positive_class_is_chosen_and_comes_last(project: Project, run_cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text("x,kind\n" + "".join(f"{n},{'ab'[n % 2]}\n" for n in range(60)))
    wrong = run_cli("ingest", file, "--project", "test", "--target", "kind", "--positive", "c", "--json")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "'a', 'b'" in wrong.stderr
    done = run_cli("ingest", file, "--project", "test", "--target", "kind", "--positive", "a", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["classes"] == ["b", "a"]


def test_a_gate_that_is_not_met_ends_with_3_and_a_reason_opens_it(finished: Project, run_cli: Cli) -> None:
    save_scope(finished, contract=Contract(target="target", metric="roc_auc", goal=0.9999), why="as agreed")
    before = list_model_versions(finished)
    closed = run_cli("promote", "--project", "done", "--json")
    assert (closed.returncode, closed.stdout) == (3, "")
    assert "roc_auc of at least 1.000" in closed.stderr
    assert "--despite-contract" in closed.stderr
    assert run_cli("promote", "--project", "done", "--despite-contract").returncode == 2
    assert list_model_versions(finished) == before
    opened = run_cli("promote", "--project", "done", "--despite-contract", "--reason", "a pilot", "--json")
    assert opened.returncode == 0, opened.stderr
    assert list_model_versions(finished)[0].reason == "a pilot"


def test_a_comparison_says_whether_the_goal_is_reached(finished: Project, run_cli: Cli) -> None:
    rule = "tenure > 12"
    save_scope(finished, contract=Contract(target="target", metric="accuracy", goal=0.2, heuristic=rule), why="agreed")
    jobs = len(list_jobs(finished.workspace))
    wrong = run_cli("compare", "--project", "done", "--estimators", "magic")
    assert wrong.returncode == 2
    assert len(list_jobs(finished.workspace)) == jobs, "what is misspelt is not even queued"
    done = run_cli("compare", "--project", "done", "--estimators", "dummy,linear", "--cv", "3", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["scoring"], document["goal"], document["goal_met"]) == ("accuracy", 0.2, True)
    rows = {row["estimator"]: row for row in document["leaderboard"]}
    assert set(rows) == {"heuristic", "dummy", "linear"}
    assert rows["heuristic"]["label"] == f"Heuristic: {rule}"
