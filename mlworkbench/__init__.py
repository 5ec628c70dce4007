"""mlworkbench: the lifecycle of a machine learning model on one table, from scope to governance.

Importing the package is light. It sets, where the caller has not, the environment that must stand
before any numeric library is imported (idle OpenMP threads sleep instead of spinning) and switches
the telemetry of the libraries underneath off.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Project", "Workspace", "__version__"]

for _name, _value in {
    "OMP_WAIT_POLICY": "PASSIVE",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "YDATA_PROFILING_NO_ANALYTICS": "true",
    "GIT_PYTHON_REFRESH": "quiet",
}.items():
    os.environ.setdefault(_name, _value)

if TYPE_CHECKING:
    from mlworkbench.projects import Project
    from mlworkbench.workspace import Workspace


def __getattr__(name: str) -> Any:
    if name == "Workspace":
        from mlworkbench.workspace import Workspace

        return Workspace
    if name == "Project":
        from mlworkbench.projects import Project

        return Project
    raise AttributeError(f"module 'mlworkbench' has no attribute {name!r}")
