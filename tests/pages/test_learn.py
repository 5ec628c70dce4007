"""The foot of every page: why this stage, drawn when it is opened, with and without data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlworkbench.learning import LESSONS
from mlworkbench.lifecycle import STAGES, Stage
from tests.pages.surface import said, sound

if TYPE_CHECKING:
    from mlworkbench import Project
    from tests.pages.conftest import Open


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_the_demos_example_is_told_before_there_is_data(open_page: Open, project: Project, stage: Stage) -> None:
    app = open_page(Path(stage.page).stem, project="test")
    assert LESSONS[stage.name].why not in said(app)
    app.session_state[f"learn-{stage.name}"] = True
    text = said(sound(app.run()))
    assert LESSONS[stage.name].why in text
    assert all(point.name in text for point in LESSONS[stage.name].points)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_the_projects_own_example_is_told(open_page: Open, finished: Project, stage: Stage) -> None:
    app = open_page(Path(stage.page).stem, project="done")
    app.session_state[f"learn-{stage.name}"] = True
    assert LESSONS[stage.name].why in said(sound(app.run()))
