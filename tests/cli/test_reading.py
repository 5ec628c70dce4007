"""How a file is read on the command line: every option of the wizard, and recipes for the next file."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlworkbench import Project

Cli = Callable[..., subprocess.CompletedProcess[str]]


def test_a_file_is_read_as_told_and_the_next_one_by_the_recipe(project: Project, run_cli: Cli, tmp_path: Path) -> None:
    body = "Verkauf 2024\n\nOrt\tWert\tTag\nKöln\t1,5\t3.4.2024\nBonn\t-\t5.6.2024\n" + "Ulm\t2,5\t7.8.2024\n" * 9
    first, second = tmp_path / "sales_01.csv", tmp_path / "sales_02.csv"
    first.write_bytes(body.encode("cp1252"))
    second.write_bytes(body.replace("2,5", "4,25").encode("cp1252"))
    told = ("--delimiter", "tab", "--encoding", "cp1252", "--decimal", ",", "--null", "-", "--skip-rows", "2")
    done = run_cli("ingest", first, "--project", "test", *told, "--day-first", "--keep-as", "sales", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert [one["type"] for one in document["schema"]] == ["category", "number", "datetime"]
    assert document["read_as"]["delimiter"] == "\t"
    done = run_cli("ingest", second, "--project", "test", "--recipe", "sales", "--why", "the week after", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["schema"] == document["schema"]
    done = run_cli("versions", "list", "--project", "test", "--json")
    assert [one["why"] for one in json.loads(done.stdout)["versions"]] == ["the week after", ""]


def test_what_is_told_wrong_is_named_and_nothing_is_written(project: Project, run_cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("a,b\n1,2\n3,4\n")
    for told, words in [
        (("--delimiter", "ab"), "one character"),
        (("--encoding", "klingon"), "no known encoding"),
        (("--header", "perhaps"), "yes, no or a number"),
        (("--sheet", "one"), "no option 'sheet'"),
        (("--recipe", "none"), "no reading recipe"),
        (("--name", "only"), "1 names were given"),
    ]:
        done = run_cli("ingest", file, "--project", "test", *told, "--json")
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        assert words in done.stderr
