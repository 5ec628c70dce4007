"""A disk that is really full, a small one in memory: the store is as before, and what happened is said."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FULL = """
import sys
from pathlib import Path
from mlworkbench import Workspace
from mlworkbench.artifacts import list_artifacts, verify
from mlworkbench.data import ingest
from mlworkbench.errors import WorkbenchError
from mlworkbench.projects import create_project

disk, source = Path(sys.argv[1]), Path(sys.argv[2])
project = create_project(Workspace.open(disk / "workspace"), "full")
said = []
for megabytes in (9, 12, 16, 20, 24, 30, 40):  # left on the disk, from too few for the copy to enough for all
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(max(0, 60_000_000 - megabytes * 1_000_000)))
    before = [one.id for one in list_artifacts(project)]
    try:
        ingest(project, source=source)
    except WorkbenchError as error:
        assert "disk of the workspace is full" in error.message, error.message
        said.append(megabytes)
        assert [one.id for one in list_artifacts(project)] == before
    assert verify(project) == ()
    assert not list(project.workspace.spool.iterdir())
    ballast.unlink()
    if megabytes not in said:
        break
print(*said)
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> list[str]:
    """The words that run a command where `tmp_path / "disk"` is a file system of 60 MB."""
    (tmp_path / "disk").mkdir()
    mount = f"mount -t tmpfs -o size=60000000 none {tmp_path / 'disk'}"
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "sh", "-c", mount], check=False).returncode:
        pytest.skip("no file system of its own may be mounted here")
    return ["unshare", "-rm", "sh", "-c", f'{mount} && exec "$0" "$@"']


def test_nothing_is_stored_on_a_full_disk(small_disk: list[str], tmp_path: Path) -> None:
    source = tmp_path / "table.csv"
    lines = "".join(f"{place},{place * 7919 % 10007 / 8},K{place * 31:07d}\n" for place in range(450_000))
    source.write_text("id,amount,code\n" + lines)
    assert source.stat().st_size > 9_000_000
    done = subprocess.run(
        [*small_disk, sys.executable, "-c", FULL, str(tmp_path / "disk"), str(source)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) >= 2, done.stdout
