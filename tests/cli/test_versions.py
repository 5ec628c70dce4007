"""Versions on the command line: one JSON document each, described by its schema; what is wrong ends with 2."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from mlworkbench.cli import main
from mlworkbench.data import get_dataset, ingest, list_datasets

if TYPE_CHECKING:
    from mlworkbench import Project

SCHEMAS = Path(__file__).parent / "schemas"


def command(*arguments: object) -> Result:
    """The commands in this process: a program of its own for each would take most of a minute."""
    return CliRunner().invoke(main, ["versions", *map(str, arguments), "--project", "test", "--json"])


@pytest.fixture
def versions(project: Project, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """`versions("list")`: the document, once it is what its schema says."""
    file = tmp_path / "first.csv"
    file.write_text("id,x,kind\n" + "".join(f"{n},{n % 7},{'ab'[n % 2]}\n" for n in range(60)))
    ingest(project, source=str(file), target="kind", types={"id": "identifier"})

    def run(name: str, *arguments: object) -> dict[str, Any]:
        done = command(name, *arguments)
        assert done.exit_code == 0, done.output
        document: dict[str, Any] = json.loads(done.stdout)
        schema = json.loads((SCHEMAS / f"versions_{name}.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(document, schema)
        return document

    return run


def test_append_diff_tag_restore_and_download_by_command(
    versions: Callable[..., dict[str, Any]], project: Project, tmp_path: Path
) -> None:
    more = tmp_path / "more.csv"
    more.write_text("kind;id;x\na;60;=1+1\n" + "".join(f"b;{n};1\n" for n in range(61, 80)))
    made = versions("append", more, "--reading", '{"delimiter": ";"}', "--why", "the week after")
    assert (made["rows"], made["appended_rows"], made["number"]) == (80, 20, 2)
    assert "unreadable_as_type" in {one["code"] for one in made["findings"]}
    newest, first = versions("list")["versions"]
    assert (newest["why"], newest["current"], newest["parents"][0]) == ("the week after", True, first["dataset"])
    assert versions("tag", "v1", "as agreed", "--why", "for the review")["tags"] == ["as agreed"]
    diff = versions("diff", "as agreed", "2", "--key", "id")
    assert (diff["rows_added"], diff["rows_removed"], diff["rows_changed"]) == (20, 0, 0)
    assert versions("restore", "as agreed", "--why", "too early")["number"] == 1
    assert get_dataset(project).number == 1
    out = tmp_path / "out.csv"
    down = versions("download", "2", "--format", "csv", "--out", out)
    assert (down["number"], len(out.read_text(encoding="utf-8").splitlines())) == (2, 81)
    assert versions("download", "--format", "upload", "--out", out)["bytes"] == out.stat().st_size
    assert out.read_bytes() == (tmp_path / "first.csv").read_bytes()


def test_what_is_wrong_is_said_and_nothing_is_written(
    versions: Callable[..., dict[str, Any]], project: Project, tmp_path: Path
) -> None:
    other = tmp_path / "other.csv"
    other.write_text("id,x,sort\n1,2,a\n")
    for arguments, said in (
        (("diff", "1", "nope"), "There is no 'nope'"),
        (("diff", "1", "1", "--key", "x"), "is not unique in version 1"),
        (("append", other), "Perhaps renamed: kind → sort"),
        (("tag", "1", "v7"), "reads as a version's number"),
        (("download", "--out", tmp_path / "nowhere" / "x.csv"), "does not exist"),
    ):
        done = command(*arguments)
        assert (done.exit_code, done.stdout) == (2, ""), done.output
        assert said in done.stderr
    assert len(list_datasets(project)) == 1
