"""The tab of the ydata report: a prediction before the click, the refusal with its sample, the fields of each mode."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mlworkbench.data import get_dataset, ingest
from mlworkbench.jobs import list_jobs
from mlworkbench.profiling import predicting, profile, reports_of
from tests.pages.surface import said, sound, work

if TYPE_CHECKING:
    import pytest

    from mlworkbench import Project
    from tests.pages.conftest import Open

PAGE = "4_Profiling"


def test_every_mode_says_what_it_takes_or_what_it_lacks(open_page: Open, finished: Project) -> None:
    profile(finished)
    app = open_page(PAGE, project="done")
    app.session_state["profile-tabs"] = "ydata report"
    sound(app.run())
    for mode, words in (
        ("minimal", "about"),
        ("full", "about"),
        ("comparison", "no other version"),
        ("timeseries", "holds dates"),
    ):
        app.selectbox(key="report-mode").select(mode)
        assert words in said(sound(app.run())), mode


def test_a_refusal_offers_a_sample_that_is_then_made(
    open_page: Open, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pd.DataFrame({"x": np.arange(3_000.0) % 7, "y": np.arange(3_000.0) % 3})
    frame.to_parquet(tmp_path / "table.parquet")
    ingest(project, source=str(tmp_path / "table.parquet"))
    profile(project)
    seconds = predicting.cost(predicting.Shape(2_000, 2, 0, 0, 0), "minimal")[0]
    monkeypatch.setattr(predicting, "MOST_SECONDS", seconds)
    app = open_page(PAGE, project="test")
    app.session_state["profile-tabs"] = "ydata report"
    text = said(sound(app.run()))
    assert "With a sample of 2,000 rows or less it fits" in text
    assert "make-report" not in {one.key for one in app.button}
    app.button(key="take-sample").click()
    sound(app.run())
    app.button(key="make-report").click()
    app.run()
    assert list_jobs(project.workspace)[0].params["sample_rows"] == 2_000
    assert work(project.workspace).status == "done"
    assert reports_of(project, get_dataset(project).id)[0].rows == 2_000
    assert "Minimal report of a sample of 2,000 rows" in said(sound(app.run()))
