"""Workers of the test's own workspace."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from mlworkbench import Workspace

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def start_worker(workspace: Workspace) -> Iterator[Start]:
    """Start workers of this workspace; all are ended with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "mlworkbench.jobs.worker", "--root", str(workspace.root)]
        started.append(subprocess.Popen(command, start_new_session=True))
        return started[-1]

    yield start
    for process in started:
        process.terminate()
        assert process.wait(20) in (0, -signal.SIGKILL)
