"""Files that come in: streamed in blocks under a name of ours, hashed on the way, stored as they are."""

from __future__ import annotations

import errno
import hashlib
import os
import uuid
from pathlib import Path, PurePosixPath
from typing import IO

from mlworkbench.artifacts import Artifact, put_file
from mlworkbench.data.readers import READERS, suffix_of
from mlworkbench.errors import InvalidInput, WorkbenchError, listing
from mlworkbench.projects import Project
from mlworkbench.workspace import Workspace

BLOCK = 1 << 20
LIMIT = 8 << 30


def receive(
    project: Project,
    source: IO[bytes] | Path | str,
    name: str | None = None,
    *,
    size: int | None = None,
    limit: int = LIMIT,
) -> Artifact:
    """Store an upload as it came: kind "upload", known by the sha256 of its bytes.

    Parameters
    ----------
    source : binary file object or path
        Read once, in blocks of 1 MB; never held in memory.
    name : str, optional
        What the file was called by whoever sent it; kept as text only, its suffix chooses the reader.
        Default: the path's own name.
    size : int, optional
        Bytes that were announced; fewer means that the upload was cut.
    limit : int
        Most bytes accepted.

    Raises
    ------
    InvalidInput
        field="source": no such file, a suffix that no reader takes, an empty, cut or oversized file.
    """
    if isinstance(source, str | Path):
        path = Path(source)
        name = path.name if name is None else name
        try:
            with path.open("rb") as stream:
                return receive(project, stream, name, size=os.fstat(stream.fileno()).st_size, limit=limit)
        except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
            raise InvalidInput(
                f"A file that can be read was expected. {name!r}: {error.strerror}. Check the path.", field="source"
            ) from error
    shown = PurePosixPath((name or "").replace("\\", "/").replace("\0", "")).name[-200:]
    suffix = suffix_of(shown)
    if suffix is None:
        known = listing(end for reader in READERS for end in reader.suffixes)
        raise InvalidInput(f"The file's name must end in one of {known}. Got {shown!r}.", field="source")
    if size is not None and size > limit:
        raise _oversized(limit)
    sweep(project.workspace)
    part = project.workspace.spool / f"upload-{os.getpid()}-{_started(os.getpid())}-{uuid.uuid4().hex}.part"
    try:
        digest, written = _copy(source, part, limit)
        if written == 0:
            raise InvalidInput(f"{shown!r} is empty (0 bytes). Choose a file with a header and rows.", field="source")
        if size is not None and written != size:
            raise InvalidInput(
                f"The upload was cut: {size:,} bytes were announced, {written:,} came. Send the file again.",
                field="source",
            )
        meta = {"name": shown, "bytes": written}
        return put_file(project, "upload", part, suffix=suffix, meta=meta, digest=digest)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise WorkbenchError(
                "The disk of the workspace is full; nothing was stored. Free some space and send the file again.",
                field="source",
            ) from error
        raise
    finally:
        part.unlink(missing_ok=True)


def _copy(source: IO[bytes], part: Path, limit: int) -> tuple[str, int]:
    digest, written = hashlib.sha256(), 0
    with part.open("xb") as target:
        while block := source.read(BLOCK):
            written += len(block)
            if written > limit:
                raise _oversized(limit)
            digest.update(block)
            target.write(block)
    return digest.hexdigest(), written


def _oversized(limit: int) -> InvalidInput:
    return InvalidInput(
        f"The file is larger than {limit / 1e6:,.0f} MB, the most that is taken. "
        "Send it as Parquet or .csv.gz, or fewer rows.",
        field="source",
    )


def sweep(workspace: Workspace) -> int:
    """Remove parts of uploads whose process is gone; how many there were."""
    gone = 0
    for part in workspace.spool.glob("upload-*.part"):
        _, pid, started, _ = part.name.split("-", 3)
        if _started(int(pid)) != started:
            part.unlink(missing_ok=True)
            gone += 1
    return gone


def _started(pid: int) -> str:
    """When the process of that id began, in milliseconds; "0" when there is none (ids are used again)."""
    import psutil

    try:
        return str(int(psutil.Process(pid).create_time() * 1000))
    except psutil.NoSuchProcess:
        return "0"
