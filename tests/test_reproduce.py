"""What was clicked can be run as a script, whatever the names in it are."""

from __future__ import annotations

import subprocess
import sys

from mlworkbench import Workspace
from mlworkbench.artifacts import list_artifacts
from mlworkbench.jobs.rehearsal import rehearse
from mlworkbench.projects import create_project
from mlworkbench.reproduce import as_python


def test_the_script_of_a_job_function_makes_the_same_artifact(workspace: Workspace) -> None:
    project = create_project(workspace, """it's "quoted" \\ {x}; import os""")
    settings = {"steps": 1, "pause": 0, "label": 'a\'b\n"""'}
    script = as_python(project, rehearse, settings).replace(
        "mlworkbench.jobs import", "mlworkbench.jobs.rehearsal import"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
    made = list_artifacts(project)
    assert [artifact.id for artifact in made] == [rehearse(project, steps=1, pause=0, label=settings["label"]).id]


def test_the_script_names_no_folder_of_this_machine(workspace: Workspace) -> None:
    project = create_project(workspace, "p")
    assert str(workspace.root) not in as_python(project, rehearse, {"steps": 1})
