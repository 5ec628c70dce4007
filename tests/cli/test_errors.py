"""Wrong input on the command line: a sentence on stderr, exit code 2, nothing on stdout, nothing written."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from mlworkbench import Project
from mlworkbench.artifacts import aliases, list_artifacts

Cli = Callable[..., subprocess.CompletedProcess[str]]
TABLE = "x,y,kind\n" + "".join(f"{n},{n * 7 % 13},{'ab'[n % 2]}\n" for n in range(60))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "table.csv"
    file.write_text(TABLE)
    return file


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--target", "nobody"], ["'nobody'", "x, y, kind"]),
        (["--type", "x=colour"], ["colour", "number"]),
        (["--type", "nobody=number"], ["nobody"]),
        (["--type", "x"], ["COL=TYPE"]),
        (["--type", "kind=number"], ["kind"]),
        (["--holdout", "{"], ["JSON"]),
        (["--target", "kind", "--holdout", '{"method": "magic"}'], ["magic"]),
        (["--target", "kind", "--task", "regression"], ["kind"]),
    ],
)
def test_a_wrong_setting_of_ingest_is_named_and_leaves_no_version(
    project: Project, run_cli: Cli, table: Path, options: list[str], words: list[str]
) -> None:
    refused(run_cli("ingest", table, "--project", "test", "--json", *options), *words)
    assert aliases(project) == {}
    assert list_artifacts(project) == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.csv", b""), ("header.csv", b"a,b,c\n"), ("lies.xlsx", b"not a workbook"), ("lies.parquet", b"PAR1 no"),
     ("page.exe", b"MZ")],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused(
    project: Project, run_cli: Cli, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    refused(run_cli("ingest", tmp_path / name, "--project", "test", "--json"))
    assert list_artifacts(project) == ()


def test_what_is_missing_is_named_with_the_way_to_make_it(project: Project, run_cli: Cli, table: Path) -> None:
    refused(run_cli("ingest", "nowhere.csv", "--project", "test"), "nowhere.csv")
    refused(run_cli("ingest", table, "--project", "nobody"), "nobody", "test")
    refused(run_cli("recipe", "--project", "test", "--suggest"))
    refused(run_cli("compare", "--project", "test"))
    refused(run_cli("promote", "--project", "test"))
    refused(run_cli("predict", table, "--project", "test"))
    refused(run_cli("jobs", "show", "nobody"))
    refused(run_cli("compare", "--project", "test", "--cv", "many"))
    assert list_artifacts(project, "model_version") == ()


def test_a_comparison_with_wrong_settings_leaves_none(project: Project, run_cli: Cli, table: Path) -> None:
    done = run_cli("ingest", table, "--project", "test", "--target", "kind", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["task"] == "binary"
    assert run_cli("recipe", "--project", "test", "--suggest").returncode == 0
    refused(run_cli("compare", "--project", "test", "--estimators", "linear,magic"), "magic", "random_forest")
    refused(run_cli("compare", "--project", "test", "--cv", "1"), "cv")
    refused(run_cli("compare", "--project", "test", "--cv", "40"), "cv")
    refused(run_cli("compare", "--project", "test", "--scoring", "neg_root_mean_squared_error"), "roc_auc")
    refused(run_cli("compare", "--project", "test", "--splitter", "magic"), "magic")
    assert list_artifacts(project, "comparison") == ()


def test_a_recipe_file_that_makes_no_sense_is_refused(
    project: Project, run_cli: Cli, table: Path, tmp_path: Path
) -> None:
    assert run_cli("ingest", table, "--project", "test", "--target", "kind").returncode == 0
    for content in ("{", "steps: 3", '[{"step": "magic", "columns": ["x"]}]', '[{"step": "scale", "columns": ["no"]}]'):
        file = tmp_path / "recipe.yaml"
        file.write_text(content)
        refused(run_cli("recipe", "--project", "test", "--file", file))
    assert list_artifacts(project, "recipe") == ()


def test_every_command_has_complete_help(run_cli: Cli) -> None:
    for command in ("", "projects", "jobs", "ingest", "recipe", "compare", "promote", "predict", "verify", "app"):
        done = run_cli(*command.split(), "--help")
        assert done.returncode == 0
        assert "Usage:" in done.stdout
