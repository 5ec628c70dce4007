"""The Profiling page: empty, the look, one column, what goes together, an older version, the report's refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlworkbench.data import revise
from mlworkbench.profiling import profile
from tests.pages.surface import said, sound, work

if TYPE_CHECKING:
    from mlworkbench import Project
    from tests.pages.conftest import Open

PAGE = "4_Profiling"


def test_without_data_the_way_there_is_shown(open_page: Open, project: Project) -> None:
    assert "No data yet" in said(sound(open_page(PAGE, project="test")))


def test_the_first_look_is_taken_by_one_click(open_page: Open, finished: Project) -> None:
    app = open_page(PAGE, project="done")
    assert "Not looked at yet" in said(sound(app))
    app.button(key="look").click()
    app.run()
    assert work(finished.workspace).status == "done"
    text = said(sound(open_page(PAGE, project="done")))
    assert "rows ×" in text
    assert "cells are missing" in text


@pytest.mark.parametrize("tab", ["Columns", "What goes together", "ydata report"])
def test_every_tab_opens(open_page: Open, finished: Project, tab: str) -> None:
    profile(finished)
    app = open_page(PAGE, project="done")
    app.session_state["profile-tabs"] = tab
    sound(app.run())


def test_columns_are_searched_and_shown_one_by_one(open_page: Open, finished: Project) -> None:
    made = profile(finished)
    app = open_page(PAGE, project="done")
    for one in made.columns:
        app.selectbox(key="one-column").select(one.name)
        sound(app.run())
    app.text_input(key="search").set_value(made.columns[0].name[:3])
    assert made.columns[0].name in sound(app.run()).selectbox(key="one-column").options


def test_a_look_at_an_older_version_says_so(open_page: Open, finished: Project) -> None:
    profile(finished)
    revise(finished, types={"tenure": "category"})
    assert "older version" in said(sound(open_page(PAGE, project="done")))
