"""Files that come in: streamed in blocks under a name of ours, hashed on the way, stored as they are."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from mlworkbench.artifacts import Artifact, find, put_file
from mlworkbench.artifacts import path as artifact_path
from mlworkbench.data.arriving import Arriving, Whole
from mlworkbench.data.readers import file_ends, suffix_of
from mlworkbench.errors import InvalidInput, NotFound, WorkbenchError, listing
from mlworkbench.projects import Project
from mlworkbench.workspace import Workspace

BLOCK = 1 << 16  # copied and hashed while it is in the processor's cache
LARGE = 8 << 20  # bytes: from so many on a file is read while it is copied, and typed while it is read
LIMIT = 8 << 30
_BESIDE = 8 << 20  # bytes: what the database writes at most before it tidies up, and a dataset's own record


@dataclass(frozen=True)
class Incoming:
    """A whole file of ours to read from; it becomes an upload when `store` is called, if it is none yet."""

    path: Path
    name: str
    suffix: str
    digest: str
    artifact: Artifact | None = None
    arriving: Arriving | None = None

    def file(self) -> Whole:
        """To be read while it is still copied in, if it is."""
        return self.arriving or Whole(self.path)

    def store(self, project: Project) -> Artifact:
        """The upload: the artifact there is, or a new one made of the file (which is moved)."""
        if self.artifact is not None:
            return self.artifact
        digest = self.digest if self.arriving is None else self.arriving.digest()
        meta = {"name": self.name, "bytes": self.path.stat().st_size}
        return put_file(project, "upload", self.path, suffix=self.suffix, meta=meta, digest=digest)


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
    with scratch(project.workspace) as folder:
        return copy_in(source, folder, name, size=size, limit=limit).store(project)


@contextlib.contextmanager
def scratch(workspace: Workspace) -> Iterator[Path]:
    """A folder in the spool that goes when the block ends; a full disk is told in words."""
    with workspace.scratch("data") as folder:
        try:
            yield folder
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise WorkbenchError(
                    "The disk of the workspace is full; nothing was stored. Free some space and try again.",
                    field="source",
                ) from error
            raise


def room_for(folder: Path, rows: int) -> None:
    """Raise OSError unless the disk has room for all that is stored beside a finished table of so many rows.

    To be asked before the first thing is stored, so that a full disk leaves the store as it was.
    """
    if shutil.disk_usage(folder).free < _BESIDE + 24 * rows:  # keys of the rows and of the holdout
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def copy_in(
    source: IO[bytes] | Path | str,
    folder: Path,
    name: str | None = None,
    *,
    size: int | None = None,
    limit: int = LIMIT,
) -> Incoming:
    """Copy a file into a scratch folder under a name of ours, hashing it; see `receive`."""
    if isinstance(source, str | Path):
        path = Path(source)
        name = path.name if name is None else name
        try:
            with path.open("rb") as stream:
                return copy_in(stream, folder, name, size=os.fstat(stream.fileno()).st_size, limit=limit)
        except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
            raise InvalidInput(
                f"A file that can be read was expected. {name!r}: {error.strerror}. Check the path.", field="source"
            ) from error
    shown, suffix = _named(name)
    if size is not None and size > limit:
        raise _oversized(limit)
    part = folder / f"upload{suffix}"
    digest, written = _copy(source, part, limit)
    if written == 0:
        raise InvalidInput(f"{shown!r} is empty (0 bytes). Choose a file with a header and rows.", field="source")
    if size is not None and written != size:
        raise InvalidInput(
            f"The upload was cut: {size:,} bytes were announced, {written:,} came. Send the file again.", field="source"
        )
    return Incoming(part, shown, suffix, digest)


def _named(name: str | None) -> tuple[str, str]:
    """What the file is called, as text only, and the suffix that chooses its reader."""
    shown = PurePosixPath((name or "").replace("\\", "/").replace("\0", "")).name[-200:]
    suffix = suffix_of(shown)
    if suffix is None:
        known = listing(file_ends())
        raise InvalidInput(f"The file's name must end in one of: {known}. Got {shown!r}.", field="source")
    return shown, suffix


def _copy(source: IO[bytes], part: Path, limit: int) -> tuple[str, int]:
    digest, written = hashlib.sha256(), 0
    with part.open("xb") as target:
        while block := source.read(BLOCK):
            written += len(block)
            if written > limit:
                raise _oversized(limit)
            target.write(block)
            digest.update(block)
    return digest.hexdigest(), written


def _oversized(limit: int) -> InvalidInput:
    return InvalidInput(
        f"The file is larger than {limit / 1e6:,.0f} MB, the most that is taken. "
        "Send it as Parquet or .csv.gz, or fewer rows.",
        field="source",
    )


def known_upload(project: Project, artifact: Artifact, name: str | None = None) -> Incoming:
    """A stored upload, ready to be read again."""
    shown = str(artifact.meta.get("name", "")) if name is None else name
    return Incoming(artifact_path(project, artifact.id), shown, artifact.suffix, artifact.id, artifact)


@contextlib.contextmanager
def arriving_source(project: Project, source: str | Path, folder: Path) -> Iterator[Incoming]:
    """As `open_source`; a large file is still copied while it can be read (`Incoming.file`) until the block ends."""
    path = Path(source)
    size = path.stat().st_size if path.is_file() and os.access(path, os.R_OK) else 0
    if size < max(LARGE, 1) or size > LIMIT:
        yield open_source(project, source, folder)
        return
    shown, suffix = _named(path.name)
    part = folder / f"upload{suffix}"
    arriving = Arriving(path.open("rb", buffering=0), part, size)
    try:
        yield Incoming(part, shown, suffix, "", arriving=arriving)
    finally:
        arriving.end()


def open_source(project: Project, source: str | Path, folder: Path) -> Incoming:
    """A file by its path, copied in; or an upload by its id."""
    if isinstance(source, str) and not Path(source).exists():
        try:
            return known_upload(project, find(project, source))
        except NotFound as error:
            raise InvalidInput(
                f"A file or the id of an upload was expected. Got {source!r}, which is neither. Check the path.",
                field="source",
            ) from error
    return copy_in(source, folder)
