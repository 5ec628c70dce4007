"""Model files: our types and no others, bytes that depend on the model alone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from mlworkbench import artifacts
from mlworkbench.errors import InvalidInput, WorkbenchError
from mlworkbench.modeling import load_model, promote
from mlworkbench.modeling.store import allowed_types, read_model, write_model

if TYPE_CHECKING:
    from mlworkbench import Project
    from mlworkbench.modeling import Comparison

WRITE = """
import sys
from pathlib import Path
import numpy as np
from mlworkbench.modeling.spec import ESTIMATORS
from mlworkbench.modeling.store import write_model
X = np.random.default_rng(0).normal(size=(80, 3))
for spec in ESTIMATORS:
    write_model(spec.make("binary", 1).fit(X, (X[:, 0] > 0).astype(int)), Path(sys.argv[1]) / spec.name)
"""


def leave_a_mark(values: Any) -> Any:
    """What a crafted file would like to run; it only leaves a file."""
    Path(os.environ["MARK"]).touch()
    return values


def test_a_crafted_file_with_another_type_is_refused_and_nothing_of_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, file = tmp_path / "mark", tmp_path / "crafted.skops"
    monkeypatch.setenv("MARK", str(mark))
    skops.io.dump(FunctionTransformer(leave_a_mark), file)
    with pytest.raises(InvalidInput, match="leave_a_mark") as caught:
        read_model(file)
    assert caught.value.field == "model"
    assert not mark.exists()


@pytest.mark.parametrize("function", [os.system, eval, __import__])
def test_functions_that_run_code_are_not_on_the_list(function: Any, tmp_path: Path) -> None:
    names = {f"{function.__module__}.{function.__name__}", function.__name__}
    assert not names & set(allowed_types())
    assert not any(name.startswith(("os.", "posix.", "subprocess.", "builtins.")) for name in allowed_types())


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_model_file_is_said_in_words(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "model.skops"
    file.write_bytes(content)
    with pytest.raises(InvalidInput, match="not a model file"):
        read_model(file)


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    for hashing in ("1", "2"):
        (tmp_path / hashing).mkdir()
        environment = os.environ | {"PYTHONHASHSEED": hashing, "OMP_NUM_THREADS": "1"}
        subprocess.run([sys.executable, "-c", WRITE, str(tmp_path / hashing)], check=True, env=environment)
    written = sorted((tmp_path / "1").iterdir())
    assert len(written) >= 7
    for file in written:
        assert file.read_bytes() == (tmp_path / "2" / file.name).read_bytes(), file.name


def test_text_that_looks_like_the_archives_own_names_is_kept(tmp_path: Path) -> None:
    hostile = '"__id__": 12, "file": "12.npy"'
    model = Pipeline([("estimator", LogisticRegression())]).fit(np.array([[0.0], [1.0]]), np.array([hostile, "x"]))
    write_model(model, tmp_path / "model.skops")
    assert list(read_model(tmp_path / "model.skops").classes_) == [hostile, "x"]


def test_a_model_file_that_was_changed_after_registration_is_not_loaded(
    project: Project, compared: Callable[[str], tuple[Project, Comparison]]
) -> None:
    owner, comparison = compared("regression")
    version = promote(owner, run="linear", alias="tampered", comparison=comparison.id)
    assert load_model(owner, version).predict is not None
    file = artifacts.path(owner, version.model)
    whole = file.read_bytes()
    file.chmod(0o644)
    try:
        with zipfile.ZipFile(file, "a") as archive:
            archive.writestr("more.txt", "more")
        with pytest.raises(WorkbenchError, match="changed after it was written"):
            load_model(owner, "tampered")
    finally:
        file.write_bytes(whole)
    assert load_model(owner, "tampered") is not None
