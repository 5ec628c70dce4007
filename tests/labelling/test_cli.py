"""Labelling on the command line: one JSON document each, described by its schema; what is wrong ends with 2."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from mlworkbench.cli import main
from mlworkbench.data import get_dataset, list_datasets
from tests.labelling.conftest import Store, customers

if TYPE_CHECKING:
    from mlworkbench import Project

SCHEMAS = Path(__file__).parents[1] / "cli" / "schemas"
Run = Callable[..., dict[str, Any]]


def command(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["labelling", *map(str, arguments), "--project", "test", "--json"])


@pytest.fixture
def labelling(project: Project, store: Store) -> Run:
    """`labelling("start", …)`: the document, once it is what its schema says."""
    store(customers(150))

    def run(name: str, *arguments: object) -> dict[str, Any]:
        done = command(name, *arguments)
        assert done.exit_code == 0, done.output
        document: dict[str, Any] = json.loads(done.stdout)
        schema = json.loads((SCHEMAS / f"labelling_{name}.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(document, schema)
        return document

    return run


def test_from_a_target_over_labels_to_corrected_labels(labelling: Run, project: Project) -> None:
    planned = labelling(
        "target", "--how", "threshold", "--name", "big", "--column", "spend", "--above", 40, "--preview"
    )
    assert planned["dataset"] is None
    assert len(list_datasets(project)) == 1
    made = labelling("target", "--how", "threshold", "--name", "big", "--column", "spend", "--above", "40")
    assert made["dataset"] == get_dataset(project).id
    assert made["counts"] == planned["counts"]

    found = labelling("errors", "--estimators", "linear", "--cv", 3)
    assert found["suspected"] == len(found["suspects"])
    rows = [one["row"] for one in found["suspects"]]
    if rows:
        decided = labelling("decide", rows[0], "--accept", "--who", "Ann")
        assert (decided["accepted"], decided["open"]) == (1, len(rows) - 1)
        assert labelling("correct")["target"] == "big"
    scored = labelling("baselines", "--cv", 3)
    assert [one["name"] for one in scored["rows"]] == ["guess", "feature", "human"]
    assert scored["features"][0]["column"] == "spend"


def test_labels_given_settled_and_used(labelling: Run) -> None:
    made = labelling("start", "mood", "--column", "mood", "--class", "good", "--class", "bad", "--per-row", 2)
    assert (made["rows"], made["classes"]) == (150, ["good", "bad"])
    for row in range(30):
        for who in ("Ann", "Bob"):
            label = "good" if row % 2 or (who == "Bob" and row < 4) else "bad"
            put = labelling("put", "mood", "--labeller", who, "--label", label, "--seconds", 2)
            assert put["row"] == row, "the next row of this labeller"
    labelling("put", "mood", "--labeller", "Chris", "--row", 0, "--label", "good", "--settle")
    status = labelling("status", "mood")
    assert (status["done"], status["labels"], status["seconds"]) == (30, 60, 120)
    assert [one["settled"] for one in status["disagreements"]] == ["good", ""]
    assert status["agreement"]["pairs"][0]["kappa"] == pytest.approx(status["agreement"]["alpha"], abs=0.02)
    used = labelling("use", "mood")
    assert (used["target"], used["unlabelled_rows"]) == ("mood", 121)


def test_what_is_wrong_ends_with_2_and_writes_nothing(labelling: Run, project: Project) -> None:
    for arguments in (
        ("errors",),
        ("baselines",),
        ("use", "nothing"),
        ("start", "x", "--column", "mood"),
        ("put", "nothing", "--labeller", "Ann", "--label", "good"),
        ("target", "--how", "expression", "--name", "t", "--expression", "spend >"),
    ):
        done = command(*arguments)
        assert (done.exit_code, done.stdout) == (2, ""), arguments
        assert done.stderr.startswith("Error: ")
    assert len(list_datasets(project)) == 1
