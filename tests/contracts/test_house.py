"""The rules of the house that no single room can hold alone."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mlworkbench

REPOSITORY = Path(mlworkbench.__file__).resolve().parents[1]
PAGES = [REPOSITORY / "Home.py", *sorted((REPOSITORY / "pages").glob("*.py"))]
MODULES = sorted((REPOSITORY / "mlworkbench").rglob("*.py"))
SOURCES = [*PAGES, *MODULES]
EXECUTES = {"eval", "exec", "compile", "__import__", "execfile"}
UNPICKLES = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "marshal"}
LOADS = {
    ("joblib", "load"),
    ("torch", "load"),
    ("pandas", "read_pickle"),
    ("pd", "read_pickle"),
    ("yaml", "load"),
    ("os", "system"),
}
# Written in parts, so that this file does not hold what it looks for.
MACHINE = re.compile(
    "|".join(
        [
            r"/wo" r"rk/",
            r"/ro" r"ot/",
            r"/ho" r"me/\w",
            r"/Us" r"ers/\w",
            r"/tm" r"p/ve",
            r"pypi\." r"org",
            r"pythonhosted\." r"org",
        ]
    )
)
# What a job wrote itself, for the processes it fits its folds in.
ITS_OWN = {("mlworkbench/modeling/fitting.py", "joblib.load")}
HEAVY = {"streamlit", "pandas", "numpy", "sklearn", "mlflow", "xgboost", "lightgbm", "plotly", "shap", "torch"}


def name(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """Top names of everything imported anywhere in a file."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def tracked() -> list[Path]:
    """Every text file that git knows, or would with the next `git add`."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if listed.returncode:
        return SOURCES
    paths = [REPOSITORY / line for line in listed.stdout.splitlines()]
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()]


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_page_is_at_most_150_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 150


def test_a_module_is_at_most_400_lines() -> None:
    long = {
        name(path): lines for path in MODULES if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


def test_only_the_interface_imports_streamlit() -> None:
    interface = REPOSITORY / "mlworkbench" / "ui"
    assert not [name(path) for path in MODULES if interface not in path.parents and "streamlit" in imports(path)]


def test_no_page_renders_html_of_its_own() -> None:
    assert not [name(path) for path in SOURCES if "unsafe_allow_html" in path.read_text(encoding="utf-8")]


def test_nothing_executes_or_unpickles_what_it_was_given() -> None:
    found = []
    for path in SOURCES:
        found += [(name(path), module) for module in sorted(imports(path) & UNPICKLES)]
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in EXECUTES:
                found.append((name(path), node.func.id))
            if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
                called = (node.func.value.id, node.func.attr)
                found += [(name(path), ".".join(called))] if called in LOADS else []
            if any(word.arg == "shell" and getattr(word.value, "value", True) for word in node.keywords):
                found.append((name(path), "shell=True"))
    assert set(found) <= ITS_OWN


def test_no_file_names_a_machine_or_a_package_host() -> None:
    found = []
    for path in tracked():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if MACHINE.search(line):
                found.append(f"{name(path)}:{number}: {line.strip()[:120]}")
    assert not found


def test_what_we_import_is_what_we_declare() -> None:
    declared = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    distributions = {re.split(r"[\[<>=~! ]", line)[0].lower().replace("-", "_") for line in declared}
    called = {"scikit_learn": "sklearn", "fg_data_profiling": "data_profiling", "pyyaml": "yaml"}
    known = {called.get(one, one) for one in distributions} | set(sys.stdlib_module_names) | {"mlworkbench"}
    known.add("ydata_profiling")  # the name under which fg-data-profiling is imported too
    undeclared = {f"{name(path)}: {module}" for path in SOURCES for module in imports(path) - known}
    assert not undeclared


def test_every_dependency_is_pinned_once() -> None:
    lines = [
        line.split(";")[0].strip() for line in (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()
    ]
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+==[\w.]+", pin) for pin in pins), "exact versions only, no local versions"
    assert pins[0].startswith("torch==")
    pinned = [pin.partition("==")[0] for pin in pins]
    assert len(pinned) == len(set(pinned))
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [line for group in (project["dependencies"], *project["optional-dependencies"].values()) for line in group]
    names = {re.split(r"[\[<>=~! ]", line)[0].lower().replace("_", "-") for line in wanted} - {"mlworkbench"}
    assert names <= set(pinned)


@pytest.mark.parametrize("module", ["mlworkbench", "mlworkbench.ui.launch", "mlworkbench.jobs.worker"])
def test_what_starts_every_process_is_light(module: str) -> None:
    code = f"import sys, {module}; print(*sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
