"""repair on the command line: seen, made, shown as a script; what is wrong ends with 2 and nothing is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from mlworkbench.cli import main
from mlworkbench.data import get_dataset, ingest, list_datasets

if TYPE_CHECKING:
    from mlworkbench import Project

SCHEMA = Path(__file__).parent / "schemas" / "repair.json"
TRIM = '{"step": "trim", "columns": ["kind"], "case": "lower"}'


@pytest.fixture(autouse=True)
def _table(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "first.csv"
    file.write_text("x,kind,y\n" + "".join(f"{n % 7},{('a ', 'A', 'b')[n % 3]},{'pq'[n % 2]}\n" for n in range(60)))
    ingest(project, source=str(file), target="y", types={"kind": "text"})


def command(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["repair", *map(str, arguments), "--project", "test", "--json"])


def document(*arguments: object) -> dict[str, Any]:
    done = command(*arguments)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(found, schema)
    return found


def test_steps_are_seen_made_and_shown_as_a_script(project: Project, tmp_path: Path) -> None:
    steps = tmp_path / "steps.json"
    steps.write_text('[{"step": "filter", "expression": "x > 0"}]')
    seen = document("--file", steps, "--step", TRIM, "--preview")
    assert (seen["rows_before"], seen["rows_after"], seen["cells_changed"]) == (60, 51, 34)
    assert len(list_datasets(project)) == 1
    made = document("--file", steps, "--step", TRIM, "--why", "as agreed")
    assert ([one["step"] for one in made["steps"]], made["rows"]) == (["filter", "trim"], 51)
    assert (made["number"], get_dataset(project).id) == (2, made["dataset"])
    script = document("--script")["script"]
    compile(script, "script", "exec")
    assert "'expression': 'x > 0'" in script
    other = document("--dataset", "v1", "--step", '{"step": "compute", "name": "z", "expression": "x > 3"}',
                     "--target", "z")  # fmt: skip
    assert (other["target"], other["columns"]["z"]) == ("z", "binary")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Got none"),
        (("--step", '{"step": "polish"}'), "no repair named 'polish'"),
        (("--step", "[1]"), "--step must be a JSON object"),
        (("--step", TRIM, "--script"), "leave the steps out"),
        (("--step", TRIM, "--dataset", "v9"), "There is no 'v9'"),
        (("--file", "nowhere.json"), "must be a file with a JSON list of steps"),
        (("--step", '{"step": "drop_columns", "columns": ["y"]}'), "is the target"),
        (("--step", TRIM, "--why", "x" * 501), "500 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(project: Project, arguments: tuple[str, ...], said: str) -> None:
    done = command(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(list_datasets(project)) == 1
