"""The application's error log: one document per line, older lines are read too, what is cut does not stop it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from mlworkbench.governance import error_log, log_error

if TYPE_CHECKING:
    from mlworkbench import Workspace

OLD = """2026-11-20T10:00:00.000001+00:00 error 0a1b2c3d
Traceback (most recent call last):
  File "x.py", line 1, in <module>
ValueError: an older one
{"not": "a document of ours

"""


def failing(message: str) -> Exception:
    try:
        raise RuntimeError(message)
    except RuntimeError as error:
        return error


def test_nothing_yet(workspace: Workspace) -> None:
    assert error_log(workspace) == ()


def test_an_error_is_one_line_with_all_that_is_known(workspace: Workspace) -> None:
    made = log_error(workspace, failing("two\nlines 🙂"), page="Data", project="churn")
    lines = (workspace.logs / "app-errors.log").read_text().splitlines()
    assert len(lines) == 1
    body = json.loads(lines[0])
    assert sorted(body) == ["at", "id", "kind", "message", "page", "project", "traceback"]
    assert error_log(workspace) == (made,)
    assert (made.kind, made.message, made.page) == ("RuntimeError", "two\nlines 🙂", "Data")
    assert "test_errorlog.py" in made.traceback


def test_older_lines_are_read_and_the_newest_come_first(workspace: Workspace) -> None:
    (workspace.logs / "app-errors.log").write_text(OLD)
    log_error(workspace, failing("newer"))
    newer, older = error_log(workspace)
    assert newer.message == "newer"
    assert (older.id, older.message.splitlines()[0]) == ("0a1b2c3d", "an older one")
    assert len(error_log(workspace, limit=1)) == 1


def test_writers_at_once_mix_no_lines(workspace: Workspace) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: log_error(workspace, failing(f"{n} " + "x" * 1500)), range(40)))
    assert {one.message.split()[0] for one in error_log(workspace)} == {str(n) for n in range(40)}
