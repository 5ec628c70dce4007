"""The tab "Repairs": a step staged by its form, seen, made into a version, shown as a script, gone back on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mlworkbench.data import REPAIRS, get_dataset, list_datasets, load_table, repair
from mlworkbench.profiling import profile
from tests.pages.surface import HOSTILE, said, sound, work

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from mlworkbench import Project
    from tests.pages.conftest import Open


@pytest.fixture
def looked(finished: Project) -> Project:
    profile(finished)
    return finished


def opened(open_page: Open, *steps: dict[str, Any]) -> AppTest:
    app = open_page("4_Profiling", project="done")
    app.session_state["profile-tabs"] = "Repairs"
    if steps:
        app.session_state["repair-steps"] = list(steps)
    return sound(app.run())


def test_the_empty_tab_says_what_a_repair_is(open_page: Open, looked: Project) -> None:
    assert "Nothing is staged" in said(opened(open_page))


def test_the_form_of_every_repair_opens_and_says_what_is_needed(open_page: Open, looked: Project) -> None:
    app = opened(open_page)
    for spec in REPAIRS:
        app.selectbox(key="repair-kind").select(spec.name)
        sound(app.run())
        app.button(key="stage-repair").click()
        sound(app.run())
        needed = any(one.required for one in spec.params) or spec.name == "sample"
        assert bool(app.session_state["repair-steps"]) != needed, spec.name
        assert bool(app.error) == needed, spec.name
        app.session_state["repair-steps"] = []


def test_a_step_is_staged_seen_made_and_undone(open_page: Open, looked: Project) -> None:
    before = get_dataset(looked)
    app = opened(open_page)
    app.selectbox(key="repair-kind").select("filter")
    app.run()
    app.text_input(key="repair-filter-0-expression").set_value("tenure > 4")
    app.button(key="stage-repair").click()
    sound(app.run())
    kept = int((load_table(looked, before)["tenure"] > 4).sum())
    assert f"120 rows → {kept}" in said(app)
    app.text_input(key="repair-why").set_value("newcomers are odd")
    app.button(key="make-repair").click()
    app.run()
    assert work(looked.workspace).status == "done"
    made = get_dataset(looked)
    assert (made.rows, made.settings["repairs"][0]["expression"]) == (kept, "tenure > 4")
    text = said(sound(app.run()))
    assert "was made by 1 repair" in text
    assert "staged" not in text.replace("Nothing is staged", "")
    app.button(key="undo-repair").click()
    sound(app.run())
    assert get_dataset(looked) == before


def test_steps_are_put_in_order_and_left_out(open_page: Open, looked: Project) -> None:
    drop, rename = {"step": "drop_columns", "columns": ["tenure"]}, {"step": "rename", "names": {"tenure": "months"}}
    app = opened(open_page, drop, rename)
    assert "no column 'tenure'" in " ".join(one.value for one in app.error).replace("\\", "")
    app.button(key="repair-up-1").click()
    sound(app.run())
    assert [one["step"] for one in app.session_state["repair-steps"]] == ["rename", "drop_columns"]
    app.button(key="repair-remove-1").click()
    sound(app.run())
    assert not app.error
    assert app.session_state["repair-steps"] == [rename]
    assert "new: months; gone: tenure" in said(app).replace("\u200b", "")


def test_hostile_names_and_cells_are_shown_as_themselves(open_page: Open, looked: Project) -> None:
    steps = [{"step": "replace", "columns": [name], "old": "*b*", "new": HOSTILE[0]} for name in HOSTILE[1:]]
    app = opened(open_page, *steps, {"step": "rename", "names": {HOSTILE[1]: HOSTILE[1] + "!"}})
    assert "cells changed" in said(app)
    repair(looked, steps=steps)
    sound(app.run())
    app.session_state["repair-script"] = True
    assert "ingest(" in "".join(block.value for block in sound(app.run()).code)
    assert len(list_datasets(looked)) == 2
