"""Uploads: streamed, hashed, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import random
import subprocess
import sys
from pathlib import Path

import pytest

from mlworkbench import Project
from mlworkbench.artifacts import list_artifacts, path, verify
from mlworkbench.data import receive
from mlworkbench.data.uploads import BLOCK, scratch
from mlworkbench.errors import InvalidInput, WorkbenchError


class Blocks(io.RawIOBase):
    """A stream that notes the size of each read and may break."""

    def __init__(self, body: bytes, error: OSError | None = None) -> None:
        self.rest, self.asked, self.error = body, [], error

    def read(self, size: int = -1) -> bytes:
        self.asked.append(size)
        if self.error and not self.rest:
            raise self.error
        block, self.rest = self.rest[:size], self.rest[size:]
        return block


def nothing_left(project: Project) -> bool:
    return not list(project.workspace.spool.iterdir()) and not list_artifacts(project)


def test_an_upload_is_known_by_its_content_and_read_in_blocks(project: Project) -> None:
    body = b"a,b\n" + b"1,2\n" * 600_000
    stream = Blocks(body)
    upload = receive(project, stream, "../../etc/pass wd\0.CSV", size=len(body))
    assert upload.id == hashlib.sha256(body).hexdigest()
    assert path(project, upload.id).read_bytes() == body
    assert set(stream.asked) == {BLOCK}
    assert upload.meta["name"] == "pass wd.CSV"
    assert path(project, upload.id).name == f"{upload.id}.csv"
    assert verify(project) == ()


def test_the_same_bytes_twice_are_one_artifact(project: Project) -> None:
    one = receive(project, io.BytesIO(b"a,b\n1,2\n"), "one.csv")
    assert receive(project, io.BytesIO(b"a,b\n1,2\n"), "two.csv").id == one.id
    assert len(list_artifacts(project)) == 1


@pytest.mark.parametrize(
    ("body", "name", "options", "words"),
    [
        (b"", "a.csv", {}, "empty"),
        (b"a,b\n1", "a.csv", {"size": 10}, "cut: 10 bytes were announced, 5 came"),
        (b"a,b\n1,2\n", "a.csv", {"limit": 4}, "larger than"),
        (b"a,b\n1,2\n", "a.csv", {"limit": 4, "size": 8}, "larger than"),
        (b"MZ", "a.exe", {}, "must end in"),
        (b"a,b\n", "", {}, "must end in"),
    ],
)
def test_a_bad_upload_is_named_and_leaves_nothing(
    project: Project, body: bytes, name: str, options: dict[str, int], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        receive(project, io.BytesIO(body), name, **options)
    assert caught.value.field == "source"
    assert nothing_left(project)


def test_a_missing_file_is_named(project: Project, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="No such file"):
        receive(project, tmp_path / "none.csv")
    with pytest.raises(InvalidInput, match="directory"):
        receive(project, tmp_path)


def test_a_full_disk_says_so(project: Project) -> None:
    with pytest.raises(WorkbenchError, match="disk of the workspace is full"):
        receive(project, Blocks(b"a,b\n", OSError(28, "No space left on device")), "a.csv")
    assert nothing_left(project)


def test_an_upload_cut_at_any_byte_leaves_the_store_as_before(project: Project) -> None:
    chance = random.Random(4)
    whole = b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(40_000))
    for _ in range(50):
        cut = chance.randrange(len(whole))
        broken = chance.choice([None, OSError(104, "Connection reset by peer")])
        with pytest.raises((InvalidInput, OSError), match=r"cut: [\d,]+ bytes were announced|empty|reset by peer"):
            receive(project, Blocks(whole[:cut], broken), "a.csv", size=len(whole))
        assert nothing_left(project)


def test_parts_of_a_killed_process_are_swept_and_those_of_a_living_one_kept(project: Project) -> None:
    script = (
        "import os, sys, signal; from mlworkbench import Workspace; from mlworkbench.data.uploads import scratch\n"
        "with scratch(Workspace.open(sys.argv[1])) as folder:\n"
        "    (folder / 'upload.csv').write_text('half'); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = str(project.workspace.root)
    subprocess.run([sys.executable, "-c", script, root], check=False)
    left = list(project.workspace.spool.iterdir())
    assert len(left) == 1
    with scratch(project.workspace) as folder:
        assert not left[0].exists()
        assert project.workspace.sweep() == 0
        assert folder.exists()
    assert nothing_left(project)
