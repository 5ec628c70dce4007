"""One worker and one Streamlit server, started and ended together: `make run` and `mlworkbench app`.

Streamlit itself is not imported here. Both run in sessions of their own, so that Ctrl-C in the terminal
reaches only this process, which then ends them in order and leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterable
from pathlib import Path

import psutil

import mlworkbench
from mlworkbench.errors import InvalidInput
from mlworkbench.workspace import Workspace

ROOT = Path(mlworkbench.__file__).resolve().parents[1]
SERVER = "mlworkbench.ui.streamlit_server"
FIRST_PORT = 8501
GRACE = 2.0  # seconds between TERM and KILL
STABLE = 5.0  # a worker that lived this long is restarted at once, one that did not, only MAX_RESTARTS times
MAX_RESTARTS = 3
PREPARE = "import os, sys; os.nice(10); from mlworkbench import Workspace; Workspace.open(sys.argv[1]).tracking_uri"


def launch(root: str | Path | None = None, *, port: int | None = None, browser: bool = True) -> int:
    """Serve the app with its worker until Ctrl-C (or TERM, or the terminal closes); then end both within 3 s.

    Parameters
    ----------
    root : path, optional
        The workspace. Default: `MLWORKBENCH_HOME`, else `./workspace`.
    port : int, optional
        The first port to try; the next free one is taken. Default: `MLWORKBENCH_PORT`, else 8501.
    browser : bool
        Open the page in the user's browser, where there is a display.

    Returns
    -------
    int
        Exit code: 0 when asked to end, 1 when the server ended by itself.

    Raises
    ------
    InvalidInput
        When Home.py is not beside the package, or the port or the workspace is not usable.
    """
    if not (ROOT / "Home.py").is_file():
        raise InvalidInput(
            f"The app's pages are expected beside the package, in {ROOT}, and Home.py is not there. "
            "Run it from a clone of the repository, installed with `make run` or `pip install -e .`."
        )
    port = free_port(_first_port() if port is None else port)
    workspace = Workspace.open(root)
    with _Family(workspace.root) as family:
        family.start_worker()
        family.start("app", "-m", SERVER, "run", "Home.py", f"--server.port={port}", "--server.address=127.0.0.1")
        family.start("prepare", "-c", PREPARE, str(workspace.root))
        return _watch(family, f"http://127.0.0.1:{port}", port, browser)


def _watch(family: _Family, url: str, port: int, browser: bool) -> int:
    served = False
    while not family.asked_to_end:
        if not family.alive("app"):
            _say(f"The app ended by itself (exit code {family.code('app')}); ending the worker too.")
            return 1
        if not family.alive("worker"):
            family.restart_worker()
        if not served and is_healthy(port):
            served = True
            _say(f"mlworkbench is at {url}  (workspace: {family.root}; Ctrl-C ends it)")
            if browser and _has_display():
                webbrowser.open(url)
        time.sleep(0.1 if not served else 0.25)
    _say("Ending the app and the worker ...")
    return 0


class _Family:
    """The processes started here, and every process they started in turn."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.signals = 0
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._worker_started = 0.0
        self._restarts = 0
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> _Family:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
                self._before[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.end()
        finally:
            for number, handler in self._before.items():
                signal.signal(number, handler)  # type: ignore[arg-type]  # what signal.signal returned

    def _on_signal(self, *_: object) -> None:
        self.signals += 1

    @property
    def asked_to_end(self) -> bool:
        return self.signals > 0

    def start(self, name: str, *arguments: str) -> None:
        """Start Python with `arguments` in the clone's folder, in a session of its own; only the app talks here."""
        with contextlib.ExitStack() as opened:
            quiet = name != "app"
            log = opened.enter_context(open(self.root / "logs" / f"{name}.log", "ab")) if quiet else None
            self._children[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=os.environ | {"MLWORKBENCH_HOME": str(self.root)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_worker(self) -> None:
        self._worker_started = time.monotonic()
        self.start("worker", "-m", "mlworkbench.jobs.worker", "--root", str(self.root), "--while-pid", str(os.getpid()))

    def restart_worker(self) -> None:
        """Start the worker again; one that dies at once again and again is left dead, and said so."""
        if self._restarts > MAX_RESTARTS:
            return
        lived = time.monotonic() - self._worker_started
        self._restarts = 0 if lived > STABLE else self._restarts + 1
        if self._restarts > MAX_RESTARTS:
            _say(
                f"The worker keeps ending (exit code {self.code('worker')}): jobs will wait. See {self.root / 'logs'}."
            )
            return
        code = self.code("worker")
        self.start_worker()
        _say(f"The worker ended (exit code {code}); it was started again.")

    def alive(self, name: str) -> bool:
        return self._children[name].poll() is None

    def code(self, name: str) -> int | None:
        return self._children[name].poll()

    def end(self) -> None:
        """TERM to each child, KILL after GRACE seconds (or a second Ctrl-C) to whatever of theirs still runs."""
        known = self._descendants(set())
        asked = self.signals
        for child in self._children.values():
            child.terminate()
        deadline = time.monotonic() + GRACE
        while (running := _running(known)) and time.monotonic() < deadline and self.signals <= max(asked, 1):
            time.sleep(0.05)
            known = self._descendants(known)
        for process in running:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        for child in self._children.values():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def _descendants(self, known: set[psutil.Process]) -> set[psutil.Process]:
        for child in self._children.values():
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(child.pid)
                known |= {process, *process.children(recursive=True)}
        return known


def _running(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    alive = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                alive.append(process)
    return alive


def free_port(first: int) -> int:
    """The first free port of 127.0.0.1 from `first` on; InvalidInput when 100 in a row are taken."""
    if not 1 <= first <= 65535:
        raise InvalidInput(f"A port is a number from 1 to 65535. Got {first}.", field="port")
    for port in range(first, min(first + 100, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise InvalidInput(f"No port from {first} on is free. Choose another with --port.", field="port")


def is_healthy(port: int) -> bool:
    """Whether a Streamlit server on 127.0.0.1 answers its health check."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _first_port() -> int:
    given = os.environ.get("MLWORKBENCH_PORT", "")
    if given and not given.isdigit():
        raise InvalidInput(
            f"MLWORKBENCH_PORT is a number such as {FIRST_PORT}. Got {given!r}.", field="MLWORKBENCH_PORT"
        )
    return int(given or FIRST_PORT)


def _has_display() -> bool:
    if os.environ.get("CI"):
        return False
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _say(sentence: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be closed already
        print(sentence, flush=True)
