"""`mlworkbench scope`: shown, changed, exported; what is wrong ends with 2 and writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from mlworkbench.cli.scoping import scope
from mlworkbench.data import ingest
from mlworkbench.scoping import get_scope, list_scopes
from tests.pages.surface import hostile_csv

if TYPE_CHECKING:
    from mlworkbench import Project

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "scope.json").read_text(encoding="utf-8"))
Run = Callable[..., Result]


@pytest.fixture
def run(project: Project) -> Run:
    return lambda *arguments: CliRunner().invoke(scope, ["--project", project.name, *map(str, arguments)])


def document(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    made: dict[str, Any] = json.loads(result.stdout)
    jsonschema.validate(made, SCHEMA)
    return made


def test_an_empty_scope_is_shown_and_nothing_is_saved(run: Run, project: Project) -> None:
    made = document(run("--json"))
    assert (made["scope"], made["number"], made["contract"]["target"]) == (None, 0, None)
    assert "Nothing is promised" in run().stdout
    assert not list_scopes(project)


def test_fields_are_set_as_they_are_typed(run: Run, project: Project) -> None:
    made = document(
        run("--json", "--why", "start", "--set", "target=Churn", "--set", "positive_class=1", "--set", "goal=0.8",
            "--set", "metric=roc_auc", "--set", 'heuristic=tenure < 12 and plan == "basic"',
            "--set", "fairness_columns=gender, age", "--set", "holdout={method: stratified, size: 0.25}",
            "--set", "retrain_days=30", "--set", "canvas.goals=a = b")
    )  # fmt: skip
    contract = made["contract"]
    assert (contract["target"], contract["positive_class"], contract["goal"]) == ("Churn", "1", 0.8)
    assert contract["heuristic"] == 'tenure < 12 and plan == "basic"'
    assert contract["fairness_columns"] == ["gender", "age"]
    assert contract["holdout"] == {"method": "stratified", "size": 0.25}
    assert made["canvas"] == {"goals": "a = b"}
    assert document(run("--json", "--set", "goal="))["contract"]["goal"] is None
    assert get_scope(project, "1").why == "start"


@pytest.mark.parametrize(
    "text",
    [
        "target: Churn\npositive_class: Yes\ntime_column: when\nholdout:\n  method: time\n  size: 0.3\n  gap: 7\n",
        '{"contract": {"target": "Churn", "positive_class": "Yes", "time_column": "when", '
        '"holdout": {"method": "time", "size": 0.3, "gap": 7}}, "canvas": {}}',
    ],
    ids=["yaml", "json"],
)
def test_a_file_keeps_what_it_says(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "contract.yaml").write_text(text, encoding="utf-8")
    contract = document(run("--json", "--file", tmp_path / "contract.yaml"))["contract"]
    assert contract["positive_class"] == "Yes", "YAML would make it true"
    assert contract["holdout"] == {"method": "time", "size": 0.3, "gap": 7.0}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--set", "colour=red"], "no field 'colour'"),
        (["--set", "goal"], "FIELD=VALUE"),
        (["--set", "goal=high"], "is a number"),
        (["--set", "goal=0.8", "--set", "metric=r2x"], "Metric"),
        (["--set", "heuristic=eval(1)"], "no such function"),
        (["--set", "holdout={method: [}"], "not understood as YAML"),
        (["--set", "canvas.goal=x"], "no box 'goal'"),
        (["--template", "astrology"], "churn, demand, fraud, quality"),
        (["--why", "because"], "goes with a change"),
        (["--file", "nowhere.yaml"], "cannot be read"),
        (["--out", "x.md"], "--export"),
        (["--export", "html", "--json"], "--out"),
        (["--export", "html", "--out", "nowhere/x.html", "--set", "goal=0.5"], "folder that exists"),
    ],
)
def test_what_is_wrong_ends_with_2_and_writes_nothing(
    run: Run, project: Project, arguments: list[str], words: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""
    assert not list_scopes(project)


@pytest.mark.parametrize(
    "text",
    ["", "- a\n- b\n", "goal: 0.5\ngoal: 0.6\n", "contract: 3\n", "a: &a [x]\nb: *a\n", "goal: [1, 2]\n", "\x00",
     "goal: !!python/object/apply:os.system [id]\n", "[" * 3000],
)  # fmt: skip
def test_files_that_are_no_contract_are_refused(run: Run, project: Project, tmp_path: Path, text: str) -> None:
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    result = run("--file", tmp_path / "c.yaml")
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert not list_scopes(project)


def test_a_contract_that_contradicts_the_data_is_saved_only_when_meant(
    run: Run, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_bytes(hostile_csv())
    ingest(project, source=str(tmp_path / "t.csv"), target="target")
    refused = run("--set", "target=target", "--set", "positive_class=maybe")
    assert refused.exit_code == 2
    assert "is not a class of the target" in refused.stderr
    assert not list_scopes(project)
    made = document(run("--json", "--set", "target=target", "--set", "positive_class=maybe", "--despite-data"))
    assert [one["field"] for one in made["contradictions"]] == ["positive_class"]
    assert document(run("--json", "--set", "latency_ms=50"))["number"] == 2, "what stood before does not block the rest"


def test_history_and_documents(run: Run, tmp_path: Path) -> None:
    run("--template", "churn", "--why", "start")
    run("--set", "goal=0.9")
    history = document(run("--json", "--history"))["history"]
    assert [(one["number"], one["why"], one["changed"][-1]) for one in history] == [
        (2, None, "goal"), (1, "start", "retrain_days"),
    ]  # fmt: skip
    made = document(run("--json", "--export", "html", "--out", tmp_path / "scope.html"))
    assert (tmp_path / "scope.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert made["out"] == str(tmp_path / "scope.html")
    assert run("--export", "markdown").stdout.startswith("# Scope of test")
    assert list(tmp_path.glob(".*.part")) == []
