"""What all tests share: a workspace of their own, the command line as a program, the folder of real tables."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import mlworkbench  # sets OMP_WAIT_POLICY and switches telemetry off before any test imports a numeric library

if TYPE_CHECKING:
    from mlworkbench import Project, Workspace

REPOSITORY = Path(mlworkbench.__file__).resolve().parents[1]
REAL = "MLWORKBENCH_TEST_DATA"
FOREIGN = ("MLWORKBENCH_HOME", "MLWORKBENCH_PORT", "MLWORKBENCH_DATABASE_URL", "MLWORKBENCH_TRACKING_URI")


def pytest_configure(config: pytest.Config) -> None:
    named = os.environ.get(REAL)
    if named and not (Path(named) / "data").is_dir():
        raise pytest.UsageError(f"{REAL} names {named}, and there is no folder 'data' in it.")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.relative_to(REPOSITORY).parts[1:-1]:
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group(f"browser-{_half(item.path)}"))
        if "shared_data" in getattr(item, "fixturenames", ()):
            item.add_marker("realdata")
        if item.get_closest_marker("realdata") and not os.environ.get(REAL):
            item.add_marker(pytest.mark.skip(reason=f"{REAL} is not set"))
    # Playwright keeps an event loop in the main thread from its first test on: these come last.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def _half(file: Path) -> int:
    """One browser at a time for each of two workers; the walkthrough takes as long as five others."""
    if file.stem == "test_walkthrough":
        return 1
    return sorted(file.parent.glob("test_*.py")).index(file) % 2


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = sum("realdata" in report.keywords for report in terminalreporter.stats.get("skipped", ()))
    if left_out and not os.environ.get(REAL):
        terminalreporter.write_line(
            f"{left_out} tests on real tables were left out: {REAL} does not name the folder that holds them.",
            yellow=True,
        )


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that a test does by default reaches the developer's workspace or services."""
    for name in FOREIGN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MLWORKBENCH_HOME", str(tmp_path / "workspace"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A fresh workspace in the test's own folder; MLWORKBENCH_HOME names it too."""
    from mlworkbench import Workspace

    return Workspace.open(tmp_path / "workspace")


@pytest.fixture
def project(workspace: Workspace) -> Project:
    """A project in the fresh workspace."""
    from mlworkbench.projects import create_project

    return create_project(workspace, "test")


@pytest.fixture(scope="session")
def finished_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace, made once, whose project "done" has everything; tests copy it."""
    from tests.pages.surface import finish

    return finish(tmp_path_factory.mktemp("finished") / "workspace", "done")


@pytest.fixture
def finished(finished_home: Path, tmp_path: Path) -> Project:
    """The project that has everything, in the test's own copy."""
    from mlworkbench import Workspace

    shutil.copytree(finished_home, tmp_path / "workspace")
    return Workspace.open(tmp_path / "workspace").project("done")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real tables (`data/…csv` in it); tests that ask for it count as `realdata`."""
    return Path(os.environ[REAL]).resolve()


@pytest.fixture
def run_cli(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command line as a program of its own: `run_cli("projects", "create", "demo", home=…, env=…)`."""

    def run(
        *arguments: object, home: Path | None = None, env: dict[str, str] | None = None, timeout: float = 280
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mlworkbench.cli", *map(str, arguments)],
            cwd=tmp_path,
            env=os.environ
            | {"MLWORKBENCH_HOME": str(home or tmp_path / "workspace"), "PYTHONPATH": str(REPOSITORY)}
            | (env or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    return run
