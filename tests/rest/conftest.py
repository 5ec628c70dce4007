"""A real service on a free port of 127.0.0.1, and a project whose champion it serves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mlworkbench import Project, Workspace
from mlworkbench.features import save_recipe, suggest_steps
from mlworkbench.modeling import compare, promote
from mlworkbench.projects import create_project
from tests.features.tables import ingested, mixed


@dataclass
class Service:
    """A running service."""

    address: str
    project: Project

    def send(
        self, path: str, body: Any = None, *, raw: bytes | None = None, content: str = "application/json"
    ) -> tuple[int, Any]:
        """(status, document) of a GET, or of a POST with a body."""
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": content})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def predict(self, *rows: Any, **more: Any) -> tuple[int, Any]:
        """(status, document) of rows."""
        return self.send("/v1/predict", {"rows": list(rows), **more})


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace, made once: "served" with a forest as champion, "values" with a regression, "empty" with nothing."""
    home = tmp_path_factory.mktemp("rest") / "workspace"
    workspace = Workspace.open(home)
    for name, task, models in (("served", "binary", ["random_forest", "dummy"]), ("values", "regression", ["linear"])):
        project = create_project(workspace, name)
        folder = tmp_path_factory.mktemp(name)
        ingested(project, folder, mixed(task=task), types={"town": "category"}, task=task)
        save_recipe(project, [step for step, _ in suggest_steps(project)])
        compare(project, estimators=models, cv=2, n_jobs=1)
        promote(project, run=models[0])
    create_project(workspace, "empty")
    return home


def start(home: Path, name: str) -> tuple[subprocess.Popen[str], str]:
    """The service as a program, once it takes connections, and its address."""
    command = [sys.executable, "-m", "mlworkbench.cli", "serve", "--project", name, "--port", "0", "--json"]
    environment = os.environ | {"MLWORKBENCH_HOME": str(home)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        assert process.stderr is not None
        raise AssertionError(process.stderr.read())
    return process, json.loads(line)["address"]


@pytest.fixture(scope="module")
def serving(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Service]]:
    """`serving("served")`: that project served from the module's own copy of the workspace."""
    home = tmp_path_factory.mktemp("copy") / "workspace"
    shutil.copytree(trained, home)
    running: dict[str, tuple[subprocess.Popen[str], Service]] = {}

    def serve(name: str) -> Service:
        if name not in running:
            process, address = start(home, name)
            running[name] = process, Service(address, Workspace.open(home).project(name))
        return running[name][1]

    yield serve
    for process, service in running.values():
        process.terminate()
        _, said = process.communicate(timeout=30)
        assert process.returncode == 0, f"{service.project.name}: {said}"
        assert "Traceback" not in said


@pytest.fixture
def service(serving: Callable[[str], Service]) -> Service:
    """The project with a forest, served."""
    return serving("served")
