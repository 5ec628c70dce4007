"""The workspace: one folder (and, by setting, other services) in which everything lives.

`MLWORKBENCH_HOME` (default `./workspace`) moves it all. `MLWORKBENCH_DATABASE_URL` and
`MLWORKBENCH_TRACKING_URI` point the records and the runs elsewhere when a team outgrows the folder.
All paths inside are relative, so a workspace can be copied: what MLflow stores as absolute paths is
rewritten when the folder is opened in another place.
"""

from __future__ import annotations

import contextlib
import fcntl
import getpass
import json
import os
import re
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from mlworkbench import records
from mlworkbench.errors import Conflict, InvalidInput

if TYPE_CHECKING:
    from mlworkbench.projects import Project

FOLDERS = ("artifacts", "spool", "locks", "logs", "mlflow")
_open: dict[tuple[int, str], Workspace] = {}
_open_lock = threading.Lock()


class Workspace:
    """Where projects, artifacts, records, jobs and runs live. Make one with `Workspace.open`."""

    def __init__(self, root: Path, engine: Engine) -> None:
        self.root = root
        self._engine = engine

    @classmethod
    def open(cls, root: str | Path | None = None) -> Workspace:
        """Open the workspace in `root`, making what is missing; several processes may do so at once.

        Parameters
        ----------
        root : path, optional
            Default: `MLWORKBENCH_HOME`, else `./workspace`.

        Raises
        ------
        InvalidInput
            When the folder cannot be made or written.
        """
        folder = Path(root or os.environ.get("MLWORKBENCH_HOME") or "workspace").expanduser().resolve()
        key = (os.getpid(), str(folder))
        with _open_lock:
            if key in _open and folder.is_dir():
                return _open[key]
            try:
                for name in FOLDERS:
                    (folder / name).mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise InvalidInput(
                    f"The workspace folder cannot be made: {error.strerror}. "
                    "Set MLWORKBENCH_HOME to a folder you may write.",
                    field="MLWORKBENCH_HOME",
                ) from error
            url = os.environ.get("MLWORKBENCH_DATABASE_URL") or f"sqlite:///{folder / 'records.db'}"
            workspace = cls(folder, records.make_engine(url))
            workspace._prepare()
            _open[key] = workspace
            return workspace

    def _prepare(self) -> None:
        ready = self.root / "locks" / "records.v3"
        if ready.exists():
            return
        with self.lock("records"):
            if not ready.exists():
                records.metadata.create_all(self._engine)
                write_atomically(ready, b"records tables, version 3\n")

    # -- places -----------------------------------------------------------------------------------
    @property
    def artifacts(self) -> Path:
        """Folder of the content-addressed files."""
        return self.root / "artifacts"

    @property
    def spool(self) -> Path:
        """Folder for files on their way in or out; on the same disk as the artifacts."""
        return self.root / "spool"

    def spool_name(self, purpose: str) -> Path:
        """A new name in the spool that tells whose it is, so that `sweep` knows when nobody needs it any more."""
        from mlworkbench.jobs.process import started_at

        return self.spool / f"{purpose}-{os.getpid()}-{int(started_at(os.getpid()) or 0)}-{uuid.uuid4().hex}"

    @contextlib.contextmanager
    def scratch(self, purpose: str) -> Iterator[Path]:
        """A folder in the spool that goes when the block ends; what dead processes left there is swept first."""
        self.sweep()
        folder = self.spool_name(purpose)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> int:
        """Remove from the spool what processes that are gone left there; how many files and folders."""
        from mlworkbench.jobs.process import is_alive

        gone = 0
        for entry in self.spool.iterdir():
            parts = entry.name.split("-")
            if len(parts) != 4 or not (parts[1].isdigit() and parts[2].isdigit()):
                continue
            if not is_alive(int(parts[1]), float(parts[2])):
                shutil.rmtree(entry, ignore_errors=True) if entry.is_dir() else entry.unlink(missing_ok=True)
                gone += 1
        return gone

    @property
    def logs(self) -> Path:
        """Folder of the job logs and the application's error log."""
        return self.root / "logs"

    @property
    def cores(self) -> int:
        """How many cores jobs may use: `MLWORKBENCH_CORES`, else what this process may run on."""
        given = os.environ.get("MLWORKBENCH_CORES", "")
        if given.isdigit() and int(given) > 0:
            return int(given)
        affinity = getattr(os, "sched_getaffinity", None)
        return len(affinity(0)) if affinity else (os.cpu_count() or 1)

    @property
    def user(self) -> str:
        """Who acts, for the audit log."""
        try:
            return os.environ.get("MLWORKBENCH_USER") or getpass.getuser()
        except (KeyError, OSError):
            return "unknown"

    # -- records ----------------------------------------------------------------------------------
    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection on one consistent snapshot of the records; nothing is written."""
        with self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in one write transaction: committed when the block ends, undone when it raises."""
        with self._engine.connect() as plain:
            connection = plain.execution_options(mlworkbench_write=True)
            with connection.begin():
                yield connection

    # -- locks ------------------------------------------------------------------------------------
    @contextlib.contextmanager
    def lock(self, name: str, timeout: float = 120.0) -> Iterator[None]:
        """Hold a lock between processes and threads; the system frees it when its holder dies.

        Raises
        ------
        Conflict
            When it is not free within `timeout` seconds.
        """
        if not re.fullmatch(r"[a-z0-9_.-]{1,80}", name):
            raise InvalidInput(f"A lock's name is made of a-z, 0-9, dot, dash and underscore. Got {name!r}.")
        deadline = time.monotonic() + timeout
        with open(self.root / "locks" / f"{name}.lock", "a") as handle:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise Conflict(
                            f"Another process has held the lock {name!r} for over {timeout:.0f} s. "
                            "Try again, or look for a process that hangs."
                        ) from None
                    time.sleep(0.02)
            try:
                yield
            finally:
                fcntl.flock(handle, fcntl.LOCK_UN)

    # -- MLflow -----------------------------------------------------------------------------------
    @property
    def tracking_uri(self) -> str:
        """MLflow's tracking URI; its SQLite store is made on first use, once, under a lock."""
        given = os.environ.get("MLWORKBENCH_TRACKING_URI")
        if given:
            return given
        database = self.root / "mlflow" / "mlflow.db"
        uri = f"sqlite:///{database}"
        marker = self.root / "mlflow" / "home.json"
        if _home_of(marker) != str(self.root):
            from mlworkbench.tracking_store import create_store, move_store

            with self.lock("mlflow"):
                before = _home_of(marker)
                if before is None:
                    create_store(database)
                elif before != str(self.root):
                    move_store(database, before, str(self.root))
                write_atomically(marker, json.dumps({"root": str(self.root)}).encode())
        return uri

    # -- projects ---------------------------------------------------------------------------------
    def project(self, name: str) -> Project:
        """The project of that name; NotFound lists the names there are."""
        from mlworkbench.projects import get_project

        return get_project(self, name)

    def __repr__(self) -> str:
        return f"Workspace({str(self.root)!r})"


def _home_of(marker: Path) -> str | None:
    try:
        return str(json.loads(marker.read_text())["root"])
    except (FileNotFoundError, ValueError, KeyError):
        return None


def write_atomically(target: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the whole new one: temp file, fsync, rename."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    fsync_folder(target.parent)


def fsync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
