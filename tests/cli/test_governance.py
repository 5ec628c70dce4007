"""`export` and `audit`: files that are whole or not there, one JSON document, bad input is exit 2."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import jsonschema
import pytest

from mlworkbench import Workspace
from mlworkbench.governance import get_card, model_card

SCHEMAS = Path(__file__).parent / "schemas"
Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def home(finished_home: Path, tmp_path: Path) -> Path:
    shutil.copytree(finished_home, tmp_path / "workspace")
    return tmp_path / "workspace"


def document(done: CompletedProcess[str], schema: str) -> dict[str, object]:
    assert done.returncode == 0, done.stderr
    made: dict[str, object] = json.loads(done.stdout)
    jsonschema.validate(made, json.loads((SCHEMAS / f"{schema}.json").read_text()))
    return made


def test_a_card_that_is_missing_is_made_and_written(run_cli: Run, home: Path, tmp_path: Path) -> None:
    done = run_cli("export", "--project", "done", "--what", "card", "--out", "card.md", "--json", home=home)
    made = document(done, "export")
    text = (tmp_path / "card.md").read_text()
    assert text.startswith("# Model card: target")
    assert made["bytes"] == len(text.encode())
    assert made["card"] == get_card(Workspace.open(home).project("done")).id


def test_presentation_and_audit_are_written(run_cli: Run, home: Path, tmp_path: Path) -> None:
    done = run_cli("export", "--project", "done", "--what", "presentation", "--out", "p.html", "--json", home=home)
    document(done, "export")
    assert (tmp_path / "p.html").read_text().startswith("<!doctype html>")
    document(run_cli("export", "--project", "done", "--what", "audit", "--out", "a.csv", "--json", home=home), "export")
    with open(tmp_path / "a.csv", newline="") as stream:
        assert [row["action"] for row in csv.DictReader(stream)][-1] == "project created"


def test_the_audit_log_is_printed_newest_first(run_cli: Run, home: Path) -> None:
    model_card(Workspace.open(home).project("done"))
    made = document(run_cli("audit", "--project", "done", "--limit", 2, "--json", home=home), "audit")
    lines = made["lines"]
    assert isinstance(lines, list)
    assert [line["action"] for line in lines] == ["model card made", "model promoted"]
    only = run_cli("audit", "--project", "done", "--action", "project created", home=home)
    assert only.stdout.strip().endswith("project created")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("export", "--project", "done", "--what", "audit", "--format", "html", "--out", "x"), "written as csv"),
        (("export", "--project", "done", "--what", "card", "--out", "nowhere/x.md"), "does not exist"),
        (("export", "--project", "empty", "--what", "card", "--out", "x.md"), "no champion yet"),
        (("audit", "--project", "done", "--action", "danced"), "has the action"),
        (("audit", "--project", "done", "--limit", "0"), "limit"),
        (("export", "--project", "none", "--what", "audit", "--out", "x"), "no project"),
    ],
)
def test_bad_input_is_said_and_nothing_is_written(
    run_cli: Run, home: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    from mlworkbench.projects import create_project

    if "empty" in arguments:
        create_project(Workspace.open(home), "empty")
    before = sorted(tmp_path.iterdir())
    done = run_cli(*arguments, home=home)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""
    assert sorted(tmp_path.iterdir()) == before
