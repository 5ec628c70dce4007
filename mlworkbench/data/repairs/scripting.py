"""The way from the uploaded files to a version, as a Python script that runs anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.artifacts import find
from mlworkbench.data.datasets import get_dataset, get_holdout
from mlworkbench.data.repairs.spec import brief
from mlworkbench.data.results import Dataset
from mlworkbench.projects import Project

_HEAD = '''"""Make a version of a table again from the files it came from: python SCRIPT FILE..."""

import sys

from mlworkbench import Workspace
from mlworkbench.data import append, ingest, repair
from mlworkbench.errors import NotFound
from mlworkbench.projects import create_project

names = {names!r}
files = sys.argv[1:]
if len(files) != len(names):
    sys.exit(f"Give the files as they were uploaded, in this order: {{', '.join(names)}}")
workspace = Workspace.open()
try:
    project = workspace.project({project!r})
except NotFound:
    project = create_project(workspace, {project!r})

'''
_TAIL = """
print({last}.table)
if {last}.table != {table!r}:
    sys.exit("This is another table than the one the script was written for: are these its files?")
"""


def script_of(project: Project, dataset: Dataset | str | None = None) -> str:
    """A script from the uploaded files to a version: each read with its settings, repaired, appended, joined.

    It takes the files as arguments, works in the workspace that MLWORKBENCH_HOME names, and says whether the table is
    the same, byte for byte. It holds no path, and text from data only as literals.

    Raises
    ------
    NotFound
        No such version.
    """
    writer = _Writer(project)
    last = writer.version(dataset if isinstance(dataset, Dataset) else get_dataset(project, dataset))
    names = [str(find(project, ref).meta.get("name", "")) for ref in writer.uploads]
    table = next(one.table for one, name in writer.known.values() if name == last)
    head = _HEAD.format(names=names, project=project.name)
    return head + "\n".join(writer.lines) + "\n" + _TAIL.format(last=last, table=table)


class _Writer:
    def __init__(self, project: Project) -> None:
        self.project = project
        self.lines: list[str] = []
        self.uploads: list[str] = []
        self.known: dict[str, tuple[Dataset, str]] = {}

    def version(self, dataset: Dataset) -> str:
        """The variable that holds a version; what makes it is written before."""
        if dataset.id in self.known:
            return self.known[dataset.id][1]
        settings = dataset.settings
        if settings.get("repaired"):
            call = self._repaired(dataset, settings["repaired"])
        elif settings.get("appended"):
            part = settings["appended"][-1]
            base = self.version(get_dataset(self.project, part["dataset"]))
            given = {"reading": part["said"]} if part["said"] else {}
            call = self._call("append", f"source={self._file(part['upload'])}", f"dataset={base}.id", given)
        else:
            call = self._ingested(dataset)
        name = f"v{dataset.number}"
        self.known[dataset.id] = (dataset, name)
        self.lines.append(f"{name} = {call}")
        return name

    def _file(self, upload: str) -> str:
        if upload not in self.uploads:
            self.uploads.append(upload)
        return f"files[{self.uploads.index(upload)}]"

    def _ingested(self, dataset: Dataset) -> str:
        settings = dataset.settings
        given = {name: settings.get(name) for name in ("types", "reading", "seed", "synthetic")}
        if dataset.target:
            holdout = get_holdout(self.project, dataset)
            given |= {"target": dataset.target, "task": dataset.task, "positive": dataset.positive}
            given["holdout"] = dict(holdout.policy) if holdout else {"method": "none"}
        return self._call("ingest", f"source={self._file(dataset.upload)}", given)

    def _repaired(self, dataset: Dataset, made: Mapping[str, Any]) -> str:
        base = self.version(get_dataset(self.project, made["dataset"]))
        steps = []
        for step in dataset.settings["repairs"][-made["steps"] :]:
            short, other = brief(step), ""
            if step["step"] == "join":
                other = f", 'dataset': {self.version(get_dataset(self.project, step['dataset']))}.id"
                del short["dataset"]
            steps.append(f"        {repr(short)[:-1]}{other}}},")
        aim = {name: value for name, value in made.items() if name not in ("dataset", "steps")}
        return self._call("repair", f"dataset={base}.id", "steps=[\n" + "\n".join(steps) + "\n    ]", aim)

    def _call(self, function: str, *parts: str | Mapping[str, Any]) -> str:
        said = []
        for part in parts:
            if isinstance(part, str):
                said.append(part)
            else:
                said += [f"{name}={value!r}" for name, value in part.items() if value not in (None, {}, [])]
        return f"{function}(\n    project,\n" + "".join(f"    {one},\n" for one in said) + ")"
