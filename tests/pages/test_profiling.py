"""The Profiling page: figures at once and exact ones by a job, columns, closer looks, notes, parts, a wide table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from mlworkbench.data import holdout_looks, ingest, revise
from mlworkbench.governance import model_card
from mlworkbench.jobs import list_jobs
from mlworkbench.profiling import notes_of, profile
from mlworkbench.ui import opening_views
from tests.pages.surface import HOSTILE, said, sound, work

if TYPE_CHECKING:
    from mlworkbench import Project
    from tests.pages.conftest import Open

PAGE = "4_Profiling"


def test_without_data_the_way_there_is_shown(open_page: Open, project: Project) -> None:
    assert "No data yet" in said(sound(open_page(PAGE, project="test")))


def test_figures_are_there_without_a_click_and_exact_ones_follow(open_page: Open, finished: Project) -> None:
    text = said(sound(open_page(PAGE, project="done")))
    assert "rows ×" in text
    assert "All 120 rows at a glance" in text
    assert [job.function.endswith(":profile") for job in list_jobs(finished.workspace)] == [True]
    assert work(finished.workspace).status == "done"
    text = said(sound(open_page(PAGE, project="done")))
    assert "Exact figures of all 120 rows" in text
    assert len(list_jobs(finished.workspace)) == 1  # nothing is counted twice


def test_what_takes_long_is_said_beforehand_and_waits_to_be_asked(
    open_page: Open, finished: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening_views, "PATIENCE", 0.1)
    app = sound(open_page(PAGE, project="done"))
    assert not list_jobs(finished.workspace)
    assert app.button(key="look").label.startswith("Count all rows (about ")
    app.button(key="look").click()
    app.run()
    assert work(finished.workspace).status == "done"
    assert "Exact figures" in said(sound(open_page(PAGE, project="done")))


@pytest.mark.parametrize("tab", ["Columns", "What goes together", "Gaps", "ydata report"])
def test_every_tab_opens(open_page: Open, finished: Project, tab: str) -> None:
    profile(finished)
    app = open_page(PAGE, project="done")
    app.session_state["profile-tabs"] = tab
    sound(app.run())


def test_associations_are_shown_as_a_map(open_page: Open, finished: Project) -> None:
    profile(finished)
    app = open_page(PAGE, project="done")
    app.session_state["profile-tabs"] = "What goes together"
    app.session_state["pairs-as"] = "Map"
    assert "Click a cell for its chart" in said(sound(app.run()))


def test_columns_are_searched_and_shown_one_by_one(open_page: Open, finished: Project) -> None:
    made = profile(finished)
    app = open_page(PAGE, project="done")
    for one in made.columns:
        app.selectbox(key="one-column").select(one.name)
        sound(app.run())
    app.text_input(key="search").set_value(made.columns[0].name[:3])
    assert made.columns[0].name in sound(app.run()).selectbox(key="one-column").options


def test_a_note_is_pinned_shown_as_itself_and_taken_away(open_page: Open, finished: Project) -> None:
    app = open_page(PAGE, project="done")
    app.selectbox(key="one-column").select("tenure")
    app.run()
    app.text_area(key="note-tenure").set_value(f"months since {HOSTILE[0]}")
    app.button(key="keep-note").click()
    assert "months since" in said(sound(app.run()))
    assert notes_of(finished)["tenure"].text == f"months since {HOSTILE[0]}"
    data = next(one for one in model_card(finished).sections if one.name == "training_data")
    assert next(grid for grid in data.grids if grid.title == "Notes on columns").rows[0][0] == "tenure"
    app.text_area(key="note-tenure").set_value("")
    app.button(key="keep-note").click()
    sound(app.run())
    assert not notes_of(finished)


@pytest.mark.parametrize("doing", ["Slices", "Over time", "Text", "Compare"])
def test_every_closer_look_opens(open_page: Open, finished: Project, doing: str) -> None:
    app = open_page(PAGE, project="done")
    app.session_state["profile-tabs"] = "Closer look"
    app.session_state["closer"] = doing
    sound(app.run())
    for box in app.selectbox:
        if box.key != "slice-by" and len(box.options) > 1:
            box.select(box.options[-1])
    sound(app.run())


def test_training_rows_and_holdout_are_compared_once_and_the_look_is_counted(
    open_page: Open, finished: Project
) -> None:
    before = len(holdout_looks(finished))
    app = open_page(PAGE, project="done")
    app.session_state["profile-tabs"] = "Closer look"
    app.session_state["closer"] = "Compare"
    app.run()
    app.button(key="compare-parts").click()
    app.run()
    assert work(finished.workspace).status == "done"
    text = said(sound(app.run()))
    assert "the training rows and the holdout" in text
    assert len(holdout_looks(finished)) == before + 1


def test_another_version_is_looked_at_anew(open_page: Open, finished: Project) -> None:
    profile(finished)
    revise(finished, types={"tenure": "category"})
    assert "at a glance" in said(sound(open_page(PAGE, project="done")))
    assert len(list_jobs(finished.workspace)) == 1


def test_of_a_wide_table_associations_are_asked_for(open_page: Open, project: Project, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    wide = pd.DataFrame(random.normal(size=(100, 80)), columns=[f"c{n}" for n in range(80)])
    wide.to_parquet(tmp_path / "wide.parquet")
    ingest(project, source=str(tmp_path / "wide.parquet"))
    app = open_page(PAGE, project="test")
    app.session_state["profile-tabs"] = "What goes together"
    app = sound(app.run())
    app.multiselect(key="asked").set_value(["c3", "c7", "c9"])
    assert "3 pairs" in said(sound(app.run()))
