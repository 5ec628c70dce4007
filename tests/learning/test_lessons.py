"""Every stage says why it exists, and works its example on the project's own artifacts where there are some."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlworkbench.artifacts import aliases
from mlworkbench.learning import LESSONS, lesson
from mlworkbench.learning.examples import _WORKED
from mlworkbench.lifecycle import STAGES

if TYPE_CHECKING:
    from mlworkbench import Project

NAMES = [stage.name for stage in STAGES]


def test_every_stage_has_one_lesson() -> None:
    assert sorted(LESSONS) == sorted(NAMES) == sorted(_WORKED)


@pytest.mark.parametrize("name", NAMES)
def test_the_why_is_two_sentences(name: str) -> None:
    told = LESSONS[name]
    assert told.why.count(".") + told.why.count("?") == 2
    assert told.example
    assert len(told.points) >= 2


@pytest.mark.parametrize("name", NAMES)
def test_without_a_project_of_its_own_the_demo_is_the_example(project: Project, name: str) -> None:
    assert lesson(name, project) == LESSONS[name]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "scoping"])
def test_the_example_is_worked_on_the_projects_own_table(finished: Project, name: str) -> None:
    assert set(_WORKED[name][0]) <= set(aliases(finished))
    told = lesson(name, finished)
    assert told.own
    assert told.example != LESSONS[name].example


def test_the_data_drift_example_uses_the_models_own_range(finished: Project) -> None:
    from mlworkbench.modeling import get_model_version

    field = next(one for one in get_model_version(finished).inputs if one.type in ("number", "integer"))
    assert field.name in lesson("monitoring", finished).example


def test_costs_of_the_contract_become_a_threshold(project: Project) -> None:
    from mlworkbench.scoping import save_scope

    save_scope(project, contract={"task": "binary", "cost_false_positive": 1, "cost_false_negative": 9})
    assert "10%" in lesson("scoping", project).example
