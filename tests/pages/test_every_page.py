"""What holds on every page: it opens, the code that is shown runs, imports are light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mlworkbench.artifacts import list_artifacts
from mlworkbench.data import get_dataset, revise
from mlworkbench.features import get_recipe
from mlworkbench.lifecycle import STAGES
from mlworkbench.modeling import promote
from tests.pages.conftest import REPOSITORY
from tests.pages.surface import said, sound, work

if TYPE_CHECKING:
    from mlworkbench import Project
    from mlworkbench.jobs import JobFunction
    from tests.pages.conftest import Open

BUILT = [Path(stage.page).stem for stage in STAGES]


def test_every_stage_has_its_page_and_every_page_its_stage() -> None:
    assert sorted(stage.page for stage in STAGES) == sorted(
        f"pages/{path.name}" for path in (REPOSITORY / "pages").glob("*.py")
    )


@pytest.mark.parametrize("stem", ["", *BUILT])
def test_a_finished_project_opens_on_every_page(open_page: Open, finished: Project, stem: str) -> None:
    sound(open_page(stem, project="done"))


@pytest.mark.parametrize("stem", ["5_Feature_Engineering", "7_Live_Prediction"])
def test_the_code_that_is_shown_does_the_same_again(open_page: Open, finished: Project, stem: str) -> None:
    app = open_page(stem, project="done")
    app.session_state["show-code"] = True
    sound(app.run())
    scripts = [block.value for block in app.code if "Workspace.open()" in block.value]
    assert len(scripts) == 1
    before = (get_recipe(finished).id, get_dataset(finished).id)
    exec(compile(scripts[0], stem, "exec"), {})
    assert (get_recipe(finished).id, get_dataset(finished).id) == before


@pytest.mark.parametrize(
    ("stem", "function", "settings"),
    [
        ("2_Data", revise, {"types": {"tenure": "category"}}),
        ("6_Model_Comparison", promote, {"run": "linear", "reason": "it's simple"}),
    ],
    ids=["revise", "promote"],
)
def test_the_code_of_a_job_is_shown_and_runs(
    open_page: Open, finished: Project, stem: str, function: JobFunction[..., Any], settings: dict[str, Any]
) -> None:
    function.submit(finished, **settings)
    assert work(finished.workspace).status == "done"
    app = open_page(stem, project="done")
    app.session_state["show-code"] = True
    sound(app.run())
    script = next(block.value for block in app.code if f"{function.__name__}(" in block.value)
    known = {artifact.id for artifact in list_artifacts(finished)}
    scope: dict[str, Any] = {}
    exec(compile(script, function.__name__, "exec"), scope)
    assert scope["result"].id in {artifact.id for artifact in list_artifacts(finished)}
    if function is revise:
        assert scope["result"].id in known, "the same settings give the same artifact"


def test_an_unforeseen_error_is_a_sentence_with_a_number_and_goes_to_the_log(
    open_page: Open, finished: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("mlworkbench.ui.live.predict_one", broken)
    app = open_page("7_Live_Prediction", project="done")
    assert not app.exception
    assert "went wrong on our side" in app.error[0].value
    assert "secret" not in said(app)
    number = app.error[0].value.split("**")[1]
    log = (finished.workspace.logs / "app-errors.log").read_text()
    assert number in log
    assert "a secret detail" in log


def test_the_overview_imports_nothing_heavy() -> None:
    """What every first visit waits for: checked in a process of its own, by what it loaded."""
    script = (
        "import sys, mlworkbench.ui.frame, mlworkbench.figures, mlworkbench.ui.text\n"
        "heavy = {'pandas', 'numpy', 'pyarrow', 'sklearn', 'mlflow', 'scipy', 'xgboost', 'shap'}\n"
        "print(','.join(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
