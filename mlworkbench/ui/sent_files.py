"""Files that people send go through the server's disk, never through its memory.

Streamlit's server spools what comes in to a file and then reads that into memory, where it stays while the page is
open: 190 MB sent are 400 MB more for the server. Here it keeps the open file instead. A small file, and every file in a
server that was not started by us, comes as Streamlit gives it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from mlworkbench.data import receive

if TYPE_CHECKING:
    from mlworkbench.artifacts import Artifact
    from mlworkbench.projects import Project


class OnDisk(bytes):
    """Stands where Streamlit keeps the bytes of a file: it knows their number, and the open file that has them."""

    file: IO[bytes]
    size: int

    def __new__(cls, file: IO[bytes]) -> OnDisk:
        """Take over an open file."""
        made = super().__new__(cls)
        made.file, made.size = file, os.fstat(file.fileno()).st_size
        return made

    def __len__(self) -> int:
        return self.size


def keep_on_disk(folder: Path) -> None:
    """Let this process's server spool into a folder, and keep what is spooled there as `OnDisk`."""
    from starlette.datastructures import UploadFile

    in_memory = UploadFile.read

    async def read(self: UploadFile, size: int = -1) -> bytes:
        if size >= 0 or self._in_memory:
            return await in_memory(self, size)
        self.file.flush()
        return OnDisk(os.fdopen(os.dup(self.file.fileno()), "rb"))

    UploadFile.read = read  # type: ignore[method-assign]
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(folder)


def take(project: Project, file: Any) -> Artifact:
    """Store what a file_uploader returned as an upload; see `mlworkbench.data.receive`."""
    return receive(project, _opened(file), file.name, size=file.size)


def _opened(file: Any) -> IO[bytes]:
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    context = get_script_run_ctx(suppress_warning=True)
    records = context.uploaded_file_mgr.get_files(context.session_id, [file.file_id]) if context else []
    data = records[0].data if records else b""
    if not isinstance(data, OnDisk):
        opened: IO[bytes] = file
        return opened
    data.file.seek(0)
    return data.file
