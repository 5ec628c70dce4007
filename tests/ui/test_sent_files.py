"""Files that people send stay on the server's disk."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import pytest
from starlette.datastructures import UploadFile

from mlworkbench.ui.sent_files import OnDisk, keep_on_disk


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The server's way of keeping files, for one test."""
    monkeypatch.setattr(UploadFile, "read", UploadFile.read)
    monkeypatch.setattr(tempfile, "tempdir", tempfile.gettempdir())
    keep_on_disk(tmp_path / "spool")
    return tmp_path / "spool"


def _sent(content: bytes) -> UploadFile:
    spooled = tempfile.SpooledTemporaryFile(max_size=1000)  # noqa: SIM115  # the route closes it
    spooled.write(content)
    spooled.seek(0)
    return UploadFile(spooled, filename="t.csv")


def test_a_large_file_is_an_open_file_after_the_route_closed_its_own(kept: Path) -> None:
    content = b"a,b\n" * 5000
    upload = _sent(content)
    data = asyncio.run(upload.read())
    upload.file.close()
    assert isinstance(data, OnDisk)
    assert len(data) == len(content)
    data.file.seek(0)
    assert data.file.read() == content
    assert not list(kept.iterdir()), "the file has no name that could be left behind"


def test_a_small_file_is_its_bytes(kept: Path) -> None:
    assert asyncio.run(_sent(b"a,b\n1,2\n").read()) == b"a,b\n1,2\n"
