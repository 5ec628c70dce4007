"""A real server with its worker, and a real browser that may talk to nobody else.

`page` is Playwright's page on a fresh context; `app` opens pages of the server and waits until they are idle.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psutil
import pytest
from playwright.sync_api import BrowserContext, Page

from mlworkbench.ui.launch import ROOT, free_port
from scripts.browser import find

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
ARGUMENTS += ["--disable-component-update", "--disable-sync"]
PATIENCE = 60_000  # ms; two slow cores
IDLE = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    return app && app.dataset.testScriptState === 'notRunning' && app.dataset.testConnectionState === 'CONNECTED'
        && !document.querySelector('[data-testid=stSkeleton], [data-stale=true]');
}"""
TOO_WIDE = """() => {
    const room = document.documentElement.clientWidth;
    const panes = document.querySelectorAll('[data-testid=stMain], [data-testid=stAppViewContainer]');
    const name = e => e.dataset.testid || e.className || e.tagName;
    const culprits = e => [...e.querySelectorAll('*')].filter(c => c.getBoundingClientRect().right > room + 1);
    return [document.documentElement, ...panes].filter(e => e.scrollWidth > e.clientWidth + 1)
        .map(e => `${name(e)}: ${e.scrollWidth} > ${e.clientWidth} by ${culprits(e).slice(0, 5).map(name).join(', ')}`);
}"""


@dataclass(frozen=True)
class Server:
    """A running app with its worker, as `make run` starts them."""

    url: str
    home: Path
    process: subprocess.Popen[str]
    said: list[str]

    def part(self, words: str) -> psutil.Process:
        """The process of this server whose command line holds `words`: "streamlit", "jobs.worker", "jobs.child"."""
        for process in psutil.Process(self.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # a zombie is one too
                if words in " ".join(process.cmdline()):
                    return process
        raise AssertionError(f"No process of this server runs {words!r}.")


@pytest.fixture(scope="session")
def start_server() -> Iterator[Callable[..., Server]]:
    """Start a server on a workspace: `start_server(home) -> Server`; all are ended after the last test."""
    started: list[Server] = []

    def start(home: Path, **environment: str) -> Server:
        port = free_port(_unlikely_port())
        process = subprocess.Popen(
            [sys.executable, "-m", "mlworkbench.cli", "app", "--no-browser", "--port", str(port)],
            cwd=ROOT,
            env=os.environ | {"MLWORKBENCH_HOME": str(home)} | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        server = Server(f"http://127.0.0.1:{port}", home, process, [])
        ready = threading.Event()
        threading.Thread(target=_listen, args=(server, ready), daemon=True).start()
        started.append(server)
        assert ready.wait(PATIENCE / 1000), f"The server did not start:\n{''.join(server.said)}"
        assert process.poll() is None, f"The server ended at once:\n{''.join(server.said)}"
        return server

    yield start
    for server in started:
        _end(server.process)


def _listen(server: Server, ready: threading.Event) -> None:
    """Read what the server says, for as long as it runs, so that it never waits for a reader."""
    for line in server.process.stdout or ():
        server.said.append(line)
        if server.url in line:
            ready.set()
    ready.set()


def _unlikely_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end(process: subprocess.Popen[str]) -> None:
    if process.poll() is not None:
        return
    family = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
    for left in family:
        if left.is_running():
            left.kill()
    process.wait()


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on a fresh workspace, one per test module."""
    server = start_server(tmp_path_factory.mktemp("served") / "workspace")
    yield server
    _end(server.process)


# -- the browser: pytest-playwright's fixtures with our settings ---------------------------------------
@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": find(), "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_context_args,
        "viewport": {"width": 1440, "height": 900},
        "color_scheme": "light",
        "locale": "en-US",
    }


@pytest.fixture(autouse=True)
def strangers(context: BrowserContext) -> Iterator[list[str]]:
    """What the browser asked of anybody but this machine; a test in which that happens fails."""
    asked: list[str] = []

    def refuse(route: Any) -> None:
        asked.append(route.request.url)
        route.abort()  # noted and refused: no connection is tried

    context.route(_foreign, refuse)
    context.set_default_timeout(PATIENCE)
    yield asked
    assert not asked, f"The browser asked others for: {asked}"


def _foreign(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob", "about") and parts.hostname != "127.0.0.1"


class App:
    """The pages of a server, seen in a browser."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.server = server

    def open(self, path: str = "", **query: str) -> Page:
        """Open a page ("", "Data", "Model_Comparison", …) and wait until it is idle."""
        self.page.goto(f"{self.server.url}/{path}" + (f"?{urlencode(query)}" if query else ""))
        self.idle()
        return self.page

    def idle(self, timeout: float = PATIENCE) -> None:
        """Wait until the script has run, nothing is stale and no skeleton is left; a change just made is under way."""
        self.page.wait_for_timeout(150)  # Streamlit debounces widget changes before it marks itself as running
        self.page.wait_for_function(IDLE, timeout=timeout)

    def no_exception(self) -> None:
        """No traceback, and no alert that stands for one, is on the page."""
        shown = self.page.locator("[data-testid=stException]")
        assert shown.count() == 0, shown.first.inner_text() + "".join(self.server.said[-40:])
        assert self.page.get_by_text("Page not found").count() == 0

    def no_sideways_scroll(self) -> None:
        """The page is not wider than its window; wide tables scroll inside themselves."""
        wide = self.page.evaluate(TOO_WIDE)
        assert not wide, wide

    def screenshot(self, name: str, *, dark: bool = False, width: int = 1440) -> Path:
        """A picture of the whole page as NAME.png in MLWORKBENCH_SCREENSHOTS (default: test-results/screenshots)."""
        folder = Path(os.environ.get("MLWORKBENCH_SCREENSHOTS") or ROOT / "test-results" / "screenshots")
        folder.mkdir(parents=True, exist_ok=True)
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.page.set_viewport_size({"width": width, "height": 900})
        self.idle()
        height = self.page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollHeight")
        self.page.set_viewport_size({"width": width, "height": max(900, min(int(height), 4000))})
        self.idle()
        self.page.screenshot(path=folder / f"{name}.png")
        self.page.set_viewport_size({"width": width, "height": 900})
        return folder / f"{name}.png"


@pytest.fixture
def app(page: Page, server: Server) -> App:
    """The pages of `server` in a fresh browser context."""
    return App(page, server)
