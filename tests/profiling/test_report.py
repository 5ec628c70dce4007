"""The ydata report: harmless names, refusals before any work, a frame that reaches nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from mlworkbench.data import ingest
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound
from mlworkbench.jobs import list_jobs
from mlworkbench.profiling import get_report, report_html, sandboxed, ydata_report
from mlworkbench.profiling.reporting import harmless

if TYPE_CHECKING:
    from mlworkbench import Project

HOSTILE = "<script>parent.document.title='owned'</script>"


def test_names_and_cells_mean_nothing_to_a_browser_and_stay_distinct() -> None:
    frame = pd.DataFrame([[1, "<img src=x onerror=alert(1)>"], [2, None]], columns=[HOSTILE, "<b>"])
    frame["b"] = 1
    made = harmless(frame)
    assert not any(set("<>&\"'`{}") & set(name) for name in made.columns)
    assert len(set(made.columns)) == 3
    assert "<" not in made.iloc[0, 1]
    assert made.iloc[1, 1] is None


def test_a_report_of_a_hostile_table_holds_none_of_its_scripts(project: Project, tmp_path: Path) -> None:
    frame = pd.DataFrame({HOSTILE: np.arange(150) % 7, "word": [HOSTILE, "fine"] * 75})
    frame.to_parquet(tmp_path / "hostile.parquet")
    dataset = ingest(project, source=str(tmp_path / "hostile.parquet"))
    made = ydata_report(project, sample_rows=120)
    html = report_html(project, made.id)
    assert "<script>parent" not in html
    assert (made.rows, made.sampled, made.minimal, made.dataset) == (120, True, True, dataset.id)
    assert get_report(project, dataset=dataset.id) == made


def test_the_frame_is_of_opaque_origin_and_may_load_nothing() -> None:
    page = sandboxed('<p title="quote">\'</p></iframe><script>1</script>')
    assert page.count("<iframe") == page.count("</iframe>") == 1
    assert 'sandbox="allow-scripts"' in page
    assert "allow-same-origin" not in page
    assert "connect-src &amp;#x27;none&amp;#x27;" in page
    assert "<script>" not in page


def test_what_would_be_too_much_is_refused_with_the_way_out(project: Project, tmp_path: Path) -> None:
    pd.DataFrame(np.zeros((5, 2000)) + np.arange(2000)).rename(columns="c{}".format).to_parquet(tmp_path / "w.parquet")
    ingest(project, source=str(tmp_path / "w.parquet"))
    with pytest.raises(NotApplicable, match="first look"):
        ydata_report.submit(project)
    with pytest.raises(InvalidInput):
        ydata_report.submit(project, sample_rows=3)
    assert not list_jobs(project.workspace)
    with pytest.raises(NotFound):
        get_report(project)
