"""What the README shows is true: its worked example of a plug-in is added to a copy of the package and used."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import mlworkbench

PACKAGE = Path(mlworkbench.__file__).resolve().parent
README = (PACKAGE.parent / "README.md").read_text(encoding="utf-8")


def test_the_worked_example_of_a_plug_in_is_compared_and_registered(run_cli, tmp_path: Path) -> None:
    from sklearn.datasets import load_iris

    place, code = re.search(r"as `(mlworkbench/[\w/]+\.py)`:\n```python\n(.*?)```", README, re.DOTALL).groups()
    shutil.copytree(PACKAGE, tmp_path / "mlworkbench", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / place).write_text(code, encoding="utf-8")
    load_iris(as_frame=True).frame.to_csv(tmp_path / "iris.csv", index=False)
    named = Path(place).stem
    said = None
    for command in (
        "projects create iris",
        "ingest iris.csv --project iris --target target --type target=category",
        "recipe --project iris --suggest",
        f"compare --project iris --estimators dummy,{named} --cv 3",
        f"promote --project iris --run {named}",
    ):
        done = run_cli(*command.split(), "--json", env={"PYTHONPATH": str(tmp_path)})
        assert done.returncode == 0, f"{command}: {done.stderr}"
        said = json.loads(done.stdout)
    assert said["estimator"] == named
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"mlworkbench", "iris.csv", "workspace"}, "a command writes into the workspace only"


def test_the_pictures_and_folders_that_the_readme_names_exist() -> None:
    named = re.findall(r"\]\(([\w./-]+)\)", README) + [
        f"mlworkbench/{one}" for one in re.findall(r"`((?:data|features)/\w+/)`", README)
    ]
    assert len(named) >= 4
    assert not [path for path in named if not (PACKAGE.parent / path).exists()]
