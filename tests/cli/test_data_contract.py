"""`mlworkbench contract`: infer, show, set and check, each with its document; nothing written on bad input."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from mlworkbench.data import get_promises, ingest

if TYPE_CHECKING:
    from mlworkbench import Project

Cli = Callable[..., subprocess.CompletedProcess[str]]
SCHEMAS = Path(__file__).parent / "schemas"


@pytest.fixture
def stored(project: Project, tmp_path: Path) -> Project:
    ingest(project, source=table(tmp_path, "table.csv"), target="kind")
    return project


def table(folder: Path, name: str, bad: str = "") -> str:
    rows = "".join(f"{n % 40},{'ab'[n % 2]},{n:06d}\n" for n in range(120))
    (folder / name).write_text("x,kind,code\n" + rows + bad)
    return str(folder / name)


def document(done: subprocess.CompletedProcess[str], schema: str) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    jsonschema.validate(found, json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8")))
    return found


def test_a_contract_is_inferred_saved_shown_changed_and_checked(stored: Project, run_cli: Cli, tmp_path: Path) -> None:
    drawn = document(run_cli("contract", "infer", "--project", "test", "--json"), "contract")
    assert drawn["id"] is None
    assert get_promises(stored) is None
    saved = document(run_cli("contract", "infer", "--save", "--project", "test", "--json"), "contract")
    assert (saved["number"], saved["contract"]) == (1, drawn["contract"])
    assert run_cli("contract", "show", "--project", "test", "--out", "c.yaml").returncode == 0
    edited = (tmp_path / "c.yaml").read_text().replace("enforce: warn", "enforce: reject")
    (tmp_path / "c.yaml").write_text(edited)
    put = run_cli("contract", "set", "--file", "c.yaml", "--strict", "--why", "agreed", "--project", "test", "--json")
    changed = document(put, "contract")
    assert (changed["number"], changed["contract"]["enforce"], changed["contract"]["strict"]) == (2, "reject", True)
    bad = table(tmp_path, "bad.csv", "-5,c,000200\nmuch,a,7\n")
    out = tmp_path / "violations.csv"
    report = document(run_cli("contract", "check", bad, "--out", out, "--project", "test", "--json"), "contract_check")
    found = {(one["row"], one["column"], one["rule"], one["value"]) for one in report["violations"]}
    expected = {(121, "x", "minimum", "-5"), (121, "kind", "values", "c"), (122, "x", "type", "much")}
    assert expected | {(122, "code", "pattern", "7")} <= found
    with out.open(newline="") as stream:
        assert len(list(csv.reader(stream))) == 1 + len(report["violations"])
    refused = run_cli("ingest", bad, "--project", "test", "--type", "x=integer")
    assert refused.returncode == 2
    assert "rejected" in refused.stderr


def test_bad_input_is_exit_2_and_writes_nothing(stored: Project, run_cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("columns: [{name: x, type: numbers}]")
    (tmp_path / "broken.yaml").write_text("columns: [{name: x, type: integer, maximum: 3}]")
    for arguments, said in (
        (("show",), "contract infer --save"),
        (("check", "table.csv"), "contract infer --save"),
        (("set",), "nothing to change"),
        (("set", "--strict"), "contract infer --save"),
        (("set", "--file", "bad.yaml"), "The type of"),
        (("set", "--file", "broken.yaml"), "breaks this contract"),
        (("set", "--file", "broken.yaml", "--despite-data"), "Say why"),
        (("infer", "--dataset", "abcdef"), "There is no dataset"),
    ):
        done = run_cli("contract", *arguments, "--project", "test")
        assert (done.returncode, done.stdout) == (2, ""), (arguments, done.stderr)
        assert said in done.stderr, (arguments, done.stderr)
    assert get_promises(stored) is None
