"""A file that is typed while it is read comes out as if all of it had been read first, or is read again that way."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlworkbench import Project, Workspace
from mlworkbench.artifacts import list_artifacts, verify
from mlworkbench.data import adopt_promises, ingest, load_keys, one_pass, receive, typed, typed_file, uploads
from mlworkbench.data.arriving import Arriving
from mlworkbench.errors import InvalidInput, WorkbenchError
from mlworkbench.projects import create_project

HEAD, ROWS = 21_000, 24_000
LATE = ROWS - 10  # beyond the rows that the guess is made of


def _frame() -> pd.DataFrame:
    random = np.random.default_rng(0)
    seconds = random.integers(0, 10**9, ROWS).astype("timedelta64[s]")
    return pd.DataFrame({
        "id": np.arange(ROWS),
        "when": (np.datetime64("2001-01-01T00:00:00") + seconds).astype(str),
        "day": (np.datetime64("2001-01-01") + random.integers(0, 90, ROWS)).astype(str),
        "amount": random.gamma(2, 50, ROWS).round(1),
        "ratio": random.normal(size=ROWS),
        "far": random.integers(-(10**12), 10**12, ROWS),
        "gaps": np.where(random.random(ROWS) < 0.2, np.nan, random.normal(10, 3, ROWS).round(3)),
        "known": np.where(random.random(ROWS) < 0.2, "?", random.normal(10, 3, ROWS).round(2).astype(str)),
        "code": [f"K{value:07d}" for value in random.integers(0, 9_999_999, ROWS)],
        "size": random.choice(["1", " 2", "+3", "NA", ""], ROWS),
        "note": random.choice(["ok", "call, again", 'said "no"', "two\nlines", ""], ROWS),
    }).astype(object)  # fmt: skip


BASE = _frame()


def _with(column: str, value: object, row: int = LATE) -> pd.DataFrame:
    frame = BASE.copy()
    frame.loc[row, column] = value
    return frame


def _text(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def _ragged(text: bytes) -> bytes:
    lines = text.split(b"\n")
    lines[7:7] = [b"999999,"]
    return b"\n".join([*lines[:-1], b"1,2,3,4,5,6,7,8,9,10,11,12", b"", b",,,,,,,,,,", b"total 7", b""])


CASES: dict[str, tuple[bool, Callable[[], bytes], dict[str, Any]]] = {
    "all as guessed": (True, lambda: _text(BASE), {}),
    "ragged, blank and rejected rows": (True, lambda: _ragged(_text(BASE)), {}),
    "a target of numbers": (True, lambda: _text(BASE), {"target": "amount"}),
    "a target of words, types said": (True, lambda: _text(BASE), {"target": "note", "types": {"day": "text"}}),
    "other words for missing": (False, lambda: _text(BASE), {"reading": {"null_words": ["ok"]}}),
    "semicolons and names": (
        True,
        lambda: BASE.to_csv(index=False, sep=";").encode(),
        {"reading": {"names": [f"the {name}" for name in BASE]}},
    ),
    "a late number that is not whole": (False, lambda: _text(_with("id", "1.5")), {}),
    "a late double number, that names rows no longer": (False, lambda: _text(_with("id", 5)), {}),
    "a late word among numbers": (False, lambda: _text(_with("amount", "free")), {}),
    "a late word for missing": (False, lambda: _text(_with("gaps", "NA")), {}),
    "a late word for missing beside another": (False, lambda: _text(_with("known", "NA")), {}),
    "a late number with more digits than a double keeps": (False, lambda: _text(_with("ratio", "0." + "123" * 7)), {}),
    "a late number that two whole ones share": (False, lambda: _text(_with("ratio", "9007199254740993.0")), {}),
    "a late number with zeros before it": (False, lambda: _text(_with("far", "007")), {}),
    "a late day that is none": (False, lambda: _text(_with("when", "2001-02-30T00:00:00")), {}),
    "a late number among words": (False, lambda: _text(_with("code", "12")), {}),
    "late words that are numbers no more": (False, lambda: _text(_with("size", "four")), {}),
    "a late value like the others": (True, lambda: _text(_with("note", "NA")), {}),
    "a late letter that is no UTF-8": (False, lambda: _text(_with("note", "caf§")).replace("§".encode(), b"\xe9"), {}),
    "a late letter of two bytes": (True, lambda: _text(_with("code", "Köln")), {}),
}


@pytest.fixture(autouse=True)
def _few_rows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_pass, "ROWS", HEAD)
    monkeypatch.setattr(typed, "ROWS", HEAD)


@pytest.mark.parametrize("case", CASES)
def test_one_pass_tells_what_the_long_way_tells(
    case: str, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once, text, settings = CASES[case]
    file = tmp_path / "table.csv"
    file.write_bytes(text())
    taken, real = [], typed_file.in_one_pass

    def seen(*given: Any, **more: Any) -> Any:
        taken.append(real(*given, **more))
        return taken[-1]

    monkeypatch.setattr(typed_file, "in_one_pass", seen)
    found = []
    for name, large in (("one", 1), ("long", 1 << 40)):
        monkeypatch.setattr(typed_file, "LARGE", large)
        monkeypatch.setattr(uploads, "LARGE", large)
        project = create_project(workspace, name)
        dataset = ingest(project, source=file, **settings)
        told = {key: value for key, value in dataset.as_dict().items() if key not in ("id", "number")}
        found.append((told, load_keys(project, dataset.id).tolist()))
    assert [one is not None for one in taken] == [at_once]
    assert found[0] == found[1]  # the table by the hash of its file, too


def test_what_waits_on_disk_is_counted_as_what_waits_in_memory(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(_text(BASE))
    monkeypatch.setattr(typed_file, "LARGE", 1)
    usual = ingest(project, source=file)
    monkeypatch.setattr("mlworkbench.data.distinct._MEMORY", 0)
    monkeypatch.setattr("mlworkbench.data.distinct._SOME", 1)
    assert ingest(project, source=file).columns == usual.columns


def test_a_contract_is_checked_after_one_pass_as_after_the_long_way(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, told = tmp_path / "table.csv", []
    for name, large in (("one", 1), ("long", 1 << 40)):
        monkeypatch.setattr(typed_file, "LARGE", large)
        project = create_project(workspace, name)
        file.write_bytes(_text(BASE))
        adopt_promises(project, dataset=ingest(project, source=file).id)
        file.write_bytes(_text(_with("amount", "1e9")))
        broken = ingest(project, source=file, types={"size": "number"}), ingest(project, source=file)
        told.append([[one.message for one in made.findings if "contract" in one.code] for made in broken])
    assert told[0] == told[1]
    assert all("amount" in said for one in told[0] for said in one)


def test_an_upload_is_typed_while_it_is_read(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(_text(BASE))
    usual = ingest(project, source=file)
    monkeypatch.setattr(typed_file, "LARGE", 1)
    again = ingest(project, source=receive(project, file).id)
    assert (again.table, again.keys, again.upload) == (usual.table, usual.keys, usual.upload)


def test_a_copy_can_be_read_before_it_is_whole(tmp_path: Path) -> None:
    ours, theirs = os.pipe()
    body = os.urandom(300_000)
    with os.fdopen(theirs, "wb", buffering=0) as end:
        file = Arriving(os.fdopen(ours, "rb", buffering=0), tmp_path / "copy", len(body))
        end.write(body[:20_000])
        with file.stream() as stream:
            assert stream.read(20_000) == body[:20_000]
            end.write(body[20_000:])
            assert stream.read(1 << 20) == body[20_000:]
            assert stream.read(1) == b""
    assert file.lines() == body.count(b"\n")
    assert (tmp_path / "copy").read_bytes() == body
    file.end()


@pytest.mark.parametrize("change", [lambda text: text[: len(text) // 2], lambda text: text + b"x" * 9])
def test_a_file_that_changes_while_it_is_copied_is_refused(tmp_path: Path, change: Callable[[bytes], bytes]) -> None:
    (tmp_path / "source").write_bytes(change(_text(BASE)))
    file = Arriving((tmp_path / "source").open("rb", buffering=0), tmp_path / "copy", len(_text(BASE)))
    with pytest.raises(InvalidInput, match="changed while it was read"):
        file.wait()
    with pytest.raises(InvalidInput, match="changed while it was read"), file.stream() as stream:
        stream.read(1 << 30)
    file.end()


def test_a_large_file_that_changes_leaves_nothing(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "table.csv"
    file.write_bytes(_text(BASE))
    for module in (typed_file, uploads):
        monkeypatch.setattr(module, "LARGE", 1)
    monkeypatch.setattr(uploads, "Arriving", lambda source, place, size: Arriving(source, place, size + 1))
    with pytest.raises(WorkbenchError, match="changed while it was read"):
        ingest(project, source=file)
    assert not list(project.workspace.spool.iterdir())
    assert not list_artifacts(project)
    assert verify(project) == ()
