"""The Synthetic Data page: empty, drawn by a click, every tab, an older version, an error beside its field."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlworkbench.data import revise
from mlworkbench.synthesis import get_synthetic, synthesize
from tests.pages.surface import said, sound, work

if TYPE_CHECKING:
    from mlworkbench import Project
    from tests.pages.conftest import Open

PAGE = "3_Synthetic_Data"


def test_without_data_the_way_there_is_shown(open_page: Open, project: Project) -> None:
    assert "No data yet" in said(sound(open_page(PAGE, project="test")))


def test_rows_are_drawn_by_a_click_and_every_tab_opens(open_page: Open, finished: Project) -> None:
    app = open_page(PAGE, project="done")
    assert "No synthetic rows yet" in said(sound(app))
    app.number_input(key="synthetic-rows").set_value(80)
    app.run()
    app.button(key="synthesize").click()
    app.run()
    assert work(finished.workspace).status == "done"
    assert get_synthetic(finished).rows == 80
    for tab in ("Columns", "Rows", "Draw others"):
        app = open_page(PAGE, project="done")
        assert "two halves of the real rows" in said(sound(app))
        app.session_state["synthesis-tabs"] = tab
        sound(app.run())
    revise(finished, types={"tenure": "category"})
    assert "older version" in said(sound(open_page(PAGE, project="done")))


def test_a_value_that_never_occurs_is_said_beside_the_field(open_page: Open, finished: Project) -> None:
    words = next(one.name for one in _columns(finished) if one.type in ("binary", "category"))
    synthesize.submit(finished, rows=30, condition={words: "never seen"})
    assert work(finished.workspace).status == "failed"
    assert "never is" in said(open_page(PAGE, project="done"))


def _columns(project: Project) -> tuple:
    from mlworkbench.data import get_dataset

    return get_dataset(project).columns


@pytest.mark.parametrize("module", ["sdv", "torch", "sdmetrics"])
def test_the_page_imports_none_of_the_heavy_libraries(module: str) -> None:
    import subprocess
    import sys

    code = (
        "import sys, mlworkbench.synthesis, mlworkbench.ui.synthesis_views\n"
        f"from mlworkbench.synthesis import SYNTHESIZERS\nSYNTHESIZERS.names()\nassert {module!r} not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
