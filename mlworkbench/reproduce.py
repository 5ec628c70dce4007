"""Clicks that become a script: the Python that repeats what was just done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mlworkbench.jobs.model import JobFunction
from mlworkbench.projects import Project


def as_python(
    project: Project, function: JobFunction[..., Any] | Callable[..., Any], settings: Mapping[str, Any]
) -> str:
    """A script that calls a stage's public function on this project with these settings.

    Values are written with `repr`, so that text from data stays a literal; the workspace is the one that
    MLWORKBENCH_HOME names, so that the script holds no path of this machine.
    """
    module = ".".join(function.__module__.split(".")[:2])
    name = str(getattr(function, "__name__", ""))
    given = "".join(f"    {key}={value!r},\n" for key, value in settings.items())
    call = f"{name}(\n    project,\n{given})" if given else f"{name}(project)"
    return (
        "from mlworkbench import Workspace\n"
        f"from {module} import {name}\n\n"
        f"project = Workspace.open().project({project.name!r})\n"
        f"result = {call}\n"
        "print(result)\n"
    )
