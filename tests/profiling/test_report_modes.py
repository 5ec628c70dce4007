"""Every mode of the ydata report on a table with something bad in it; real progress; cancelled mid-way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from mlworkbench import artifacts
from mlworkbench.data import ingest, revise
from mlworkbench.errors import NotApplicable
from mlworkbench.jobs import JobCancelled, Progress, cancel_job, ensure_worker, get_job, wait
from mlworkbench.profiling import alerts_of, report_html, reporting, ydata_report

if TYPE_CHECKING:
    from mlworkbench import Project
    from mlworkbench.data import Dataset


class Told(Progress):
    """What a job said; from the `until`th word on it is cancelled."""

    def __init__(self, until: int = 10**9) -> None:
        self.said: list[tuple[float, str]] = []
        self.until = until

    def update(self, fraction: float, message: str = "") -> None:
        self.said.append((fraction, message))
        if len(self.said) >= self.until:
            raise JobCancelled("by the test")


@pytest.fixture
def bad(project: Project, tmp_path: Path) -> Dataset:
    """A table with one of everything that the library stumbles over."""
    rows, random = 160, np.random.default_rng(0)
    level = np.arange(rows) + random.normal(size=rows)
    frame = pd.DataFrame(
        {
            "level $x^": level,
            "twice": 2 * level + 0.001 * random.normal(size=rows),
            "beyond": np.where(np.arange(rows) == 3, np.inf, random.normal(size=rows)),
            "nothing": pd.Series([None] * rows, dtype="float64"),
            "same": "x",
            "word": random.choice(["a$_$", "<b>", "…"], rows),
            "said": [f"{'z' * 5_000 if n == 5 else 'row'} number {n}" for n in range(rows)],
            "old": np.datetime64("1500-01-01", "us") + np.arange(rows).astype("timedelta64[D]") * 700,
            "day": pd.date_range("2020", periods=rows).where(np.arange(rows) > 1),
            "index": np.arange(rows),
        }
    )
    frame.to_parquet(tmp_path / "bad.parquet")
    return ingest(project, source=str(tmp_path / "bad.parquet"))


def test_full_tells_its_progress_and_its_alerts_name_pairs_as_our_columns(project: Project, bad: Dataset) -> None:
    told = Told()
    made = ydata_report(project, mode="full", columns=["level $x^", "twice", "beyond", "word", "said"], progress=told)
    fractions = [fraction for fraction, _ in told.said]
    assert fractions == sorted(fractions)
    assert len({round(fraction, 2) for fraction in fractions}) >= 12
    words = " ".join(message for _, message in told.said)
    for step in ("Counting column 5 of 5", "correlations", "pairs", "missing", "Drawing column 5 of 5", "Writing"):
        assert step in words
    assert "Correlations" in report_html(project, made.id)
    assert any("said: 1 cell cut at 200 characters" in note for note in made.notes)
    found = {one.kind: one for one in alerts_of(project, bad)}
    assert found["HIGH_CORRELATION"].columns == ("level $x^", "twice")
    assert "(1.00)" in found["HIGH_CORRELATION"].message


def test_a_time_series_is_ordered_and_rows_without_a_time_are_counted(project: Project, bad: Dataset) -> None:
    made = ydata_report(
        project, mode="timeseries", time="day", columns=["level $x^", "nothing", "same"], sample_rows=120
    )
    assert (made.mode, made.time, made.rows, made.sampled) == ("timeseries", "day", 120, True)
    assert made.notes[:2] == ("2 rows without a time in day are left out.", "The latest 120 of 158 rows.")
    assert "non_stationary" in {one.code for one in alerts_of(project, made)}
    assert "Time Series" in report_html(project, made.id) or "TimeSeries" in report_html(project, made.id)


def test_two_versions_are_compared_column_by_column(project: Project, bad: Dataset, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"twice": ["few", "many"] * 20, "word": ["a", "b"] * 20, "nothing": np.arange(40.0), "same": 1.5}
    )
    frame.to_parquet(tmp_path / "later.parquet")
    later = ingest(project, source=str(tmp_path / "later.parquet"))
    made = ydata_report(project, mode="comparison", other=bad.id)
    assert (made.dataset, made.other, made.rows) == (later.id, bad.id, 40)
    said = "\n".join(made.notes)
    assert "with values in one version only: nothing" in said
    assert "as words, being of different types: twice" in said
    html = report_html(project, made.id)
    assert f"Data v{later.number}" in html
    assert f"Data v{bad.number}" in html
    assert all(one.columns == () or set(one.columns) <= set(frame.columns) for one in alerts_of(project, later))


def test_cancelled_anywhere_nothing_is_kept_and_the_library_is_as_before(project: Project, bad: Dataset) -> None:
    from data_profiling.model import describe
    from data_profiling.report.structure import report

    before = (describe.tqdm, report.get_render_map)
    for until in (6, 16):  # while it counts, while it draws
        told = Told(until)
        with pytest.raises(JobCancelled):
            ydata_report(project, columns=["twice", "word", "beyond", "same"], progress=told)
        assert len(told.said) == until  # told once to stop, it asked no more
    assert (describe.tqdm, report.get_render_map) == before
    assert not artifacts.list_artifacts(project, "ydata_report")
    assert not list(project.workspace.spool.iterdir())


def test_a_running_job_is_cancelled_and_leaves_nothing(project: Project, bad: Dataset) -> None:
    job_id = ydata_report.submit(project, mode="full", columns=["level $x^", "twice", "beyond", "index"])
    ensure_worker(project.workspace)

    def look(job: object) -> None:
        if get_job(project.workspace, job_id).fraction > 0.1:
            cancel_job(project.workspace, job_id)

    assert wait(project.workspace, job_id, look, timeout=60).status == "cancelled"
    assert not artifacts.list_artifacts(project, "ydata_report")
    assert not artifacts.list_artifacts(project, "ydata_alerts")
    assert not list(project.workspace.spool.iterdir())


def test_a_column_that_the_library_cannot_describe_does_not_stop_the_others(project: Project, tmp_path: Path) -> None:
    whole = np.linspace(0, 1, 50)
    frame = pd.DataFrame({"<beyond>": np.where(whole < 0.5, -1.7e308, 1.7e308 * whole), "x": whole})
    frame.to_parquet(tmp_path / "huge.parquet")
    ingest(project, source=str(tmp_path / "huge.parquet"))
    made = ydata_report(project)
    assert any(note.startswith("<beyond>: left out, the library stopped at it (ValueError") for note in made.notes)
    assert "beyond" not in report_html(project, made.id)
    assert {one.columns for one in alerts_of(project)} == {("x",)}
    with pytest.raises(NotApplicable, match="stopped at this table"):
        ydata_report(project, columns=["<beyond>"])


def test_an_error_of_the_library_is_a_refusal_in_words(
    project: Project, bad: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data_profiling.model import describe

    def broken(*_: object) -> None:
        raise ZeroDivisionError("somewhere inside")

    monkeypatch.setattr(describe, "get_table_stats", broken)
    with pytest.raises(NotApplicable, match=r"stopped at this table .ZeroDivisionError: somewhere inside"):
        ydata_report(project, columns=["twice"])
    assert revise(project, types={}).id
    assert reporting.reports_of(project, bad.id) == ()
