"""The ydata report: nothing in it that a browser would run, refusals before any work, and what would fit instead."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from mlworkbench.data import FINDINGS, SEVERITIES, ingest
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound
from mlworkbench.jobs import list_jobs
from mlworkbench.profiling import alerts, alerts_of, get_report, predict_report, report_html, sandboxed, ydata_report
from mlworkbench.profiling.predicting import MOST_GIGABYTES, MOST_MEGABYTES, MOST_SECONDS, Shape, cost, fits, predict
from mlworkbench.profiling.report_results import MODES
from mlworkbench.profiling.sealing import harmless
from mlworkbench.quality import CHECKS

if TYPE_CHECKING:
    from mlworkbench import Project
    from mlworkbench.data import Dataset

HOSTILE = "<script>parent.document.title='owned'</script>"


def stored(project: Project, folder: Path, frame: pd.DataFrame, **settings: Any) -> Dataset:
    frame.to_parquet(folder / "table.parquet")
    return ingest(project, source=str(folder / "table.parquet"), **settings)


# -- what goes in ----------------------------------------------------------------------------------------
def test_names_and_cells_mean_nothing_to_a_browser_stay_distinct_and_are_counted() -> None:
    frame = pd.DataFrame([[1, "<img src=x onerror=alert(1)>"], [2, None]], columns=[HOSTILE, "<b>"])
    frame["b"] = 1
    made = harmless(frame)
    assert not any(set("<>&\"'`{}\\$") & set(name) for name in made.frame.columns)
    assert list(made.names.values()) == [HOSTILE, "<b>", "b"]
    assert len(set(made.frame.columns)) == 3
    assert "<" not in made.frame.iloc[0, 1]
    assert pd.isna(made.frame.iloc[1, 1])
    assert made.notes[0].endswith("numbered apart: 3.")
    assert any("blanks in 1 cell." in note for note in made.notes)


def test_every_dtype_becomes_one_that_the_library_can_bear() -> None:
    frame = pd.DataFrame(
        {
            "complex": np.array([1 + 2j, 3j, 4]),
            "arrow": pd.array([1, None, 3], dtype=pd.ArrowDtype(pa.int64())),
            "nullable": pd.array([1, None, 3], dtype="Int64"),
            "infinite": [1.0, np.inf, -np.inf],
            "empty": [None, None, None],
            "long": ["a" * 1_000_000, "b", None],
            "old": pd.Series(np.array(["1066-10-14", "2020-01-01", "NaT"], "datetime64[us]")),
            "zone": pd.to_datetime(["2020-01-01", None, "2021-01-01"]).tz_localize("Europe/Paris"),
            "yes": [True, False, True],
            "lists": [[1], [2, 3], None],
            "index": [1, 2, 3],
            "level": pd.Categorical(["b", None, "a"]),
        }
    )
    twice = pd.concat([frame, frame[["arrow"]]], axis=1)
    twice.index = pd.Index([7, 7, 7])
    made = harmless(twice)
    assert {str(dtype) for dtype in made.frame.dtypes} <= {"int64", "float64", "datetime64[ns]", "object", "category"}
    assert [made.names[name] for name in made.frame.columns] == [*frame.columns, "arrow"]
    assert "index" not in made.frame.columns
    assert made.frame["arrow 2"].tolist()[::2] == [1.0, 3.0]
    assert made.frame["infinite"].isna().sum() == 2
    assert made.frame["old"].iloc[0].startswith("1066-10-14")
    said = "\n".join(made.notes)
    for words in ("2 cells infinite, counted as missing", "before 1678", "1 cell cut at 200 characters"):
        assert words in said
    assert harmless(frame.iloc[:0]).frame.shape == (0, 12)


# -- what is refused -------------------------------------------------------------------------------------
def test_what_would_be_too_much_is_refused_before_any_work_with_what_fits(project: Project, tmp_path: Path) -> None:
    wide = pd.DataFrame(np.random.default_rng(0).normal(size=(5, 450))).rename(columns="c{}".format)
    stored(project, tmp_path, wide)
    with pytest.raises(NotApplicable, match="choose at most about") as refused:
        ydata_report.submit(project)
    assert refused.value.field == "mode"
    with pytest.raises(InvalidInput):
        ydata_report.submit(project, sample_rows=3)
    assert not list_jobs(project.workspace)
    with pytest.raises(NotFound):
        get_report(project)
    assert not predict_report(project, columns=[f"c{n}" for n in range(40)]).reason
    assert alerts_of(project) == ()


@pytest.mark.parametrize("mode", MODES)
def test_a_refusal_offers_rows_that_fit_and_more_rows_never_cost_less(mode: str) -> None:
    shape = Shape(5_000_000, 6, 6, 2, 1)
    refused = predict(shape, mode)
    assert refused.reason
    assert refused.fitting_rows is not None
    assert 100 <= refused.fitting_rows < shape.rows
    assert f"{refused.fitting_rows:,} rows" in refused.reason
    assert not predict(Shape(refused.fitting_rows, 6, 6, 2, 1), mode).reason
    assert not fits(Shape(2 * refused.fitting_rows, 6, 6, 2, 1), mode)
    costs = [cost(Shape(rows, 6, 6, 2, 1), mode) for rows in (100, 1_000, 10_000, 100_000)]
    assert costs == sorted(costs)


def test_the_limits_are_those_of_the_prediction() -> None:
    for mode in MODES:
        assert predict(Shape(1_000, 3, 3, 0, 1), mode).seconds < MOST_SECONDS
        wide = predict(Shape(1_000, 900, 900, 9, 1), mode)
        assert wide.seconds > MOST_SECONDS or wide.megabytes > MOST_MEGABYTES
        assert wide.fitting_rows is None
    assert cost(Shape(200_000, 10, 10, 0, 0), "minimal")[2] < MOST_GIGABYTES


def test_settings_that_make_no_sense_are_named(project: Project, tmp_path: Path) -> None:
    days = pd.date_range("2020", periods=40)
    frame = pd.DataFrame({"x": np.arange(40.0), "made": days, "sold": days + pd.Timedelta("1d")})
    dataset = stored(project, tmp_path, frame)
    for settings, field in (
        ({"mode": "huge"}, "mode"),
        ({"mode": "comparison"}, "other"),
        ({"mode": "comparison", "other": dataset.id}, "other"),
        ({"other": dataset.id}, "other"),
        ({"mode": "timeseries"}, "time"),
        ({"mode": "timeseries", "time": "x"}, "time"),
        ({"time": "made"}, "time"),
        ({"columns": ["y"]}, "columns"),
        ({"columns": []}, "columns"),
    ):
        with pytest.raises(InvalidInput) as refused:
            ydata_report.submit(project, **settings)
        assert refused.value.field == field, settings
    assert not list_jobs(project.workspace)
    assert predict_report(project, mode="timeseries", time="made", columns=["x"]).columns == 2


def test_a_table_without_rows_or_with_too_few_times_is_refused(project: Project, tmp_path: Path) -> None:
    few = pd.DataFrame({"x": np.arange(5.0), "day": pd.date_range("2020", periods=5)})
    stored(project, tmp_path, few)
    with pytest.raises(NotApplicable, match="at least 30 rows"):
        ydata_report(project, mode="timeseries")
    same = pd.DataFrame({"x": np.arange(50.0), "day": pd.to_datetime(["2020-01-01"] * 50)})
    stored(project, tmp_path, same, types={"day": "datetime"})
    with pytest.raises(NotApplicable, match="two different times"):
        ydata_report(project, mode="timeseries")


# -- what comes out --------------------------------------------------------------------------------------
def test_a_report_of_a_hostile_table_holds_none_of_its_scripts(project: Project, tmp_path: Path) -> None:
    frame = pd.DataFrame({HOSTILE: np.arange(150) % 7, "word": [HOSTILE, "fine"] * 75, "one": ["same"] * 150})
    dataset = stored(project, tmp_path, frame)
    made = ydata_report(project, sample_rows=120)
    html = report_html(project, made.id)
    assert "<script>parent" not in html
    assert (made.rows, made.sampled, made.mode, made.dataset) == (120, True, "minimal", dataset.id)
    assert made.notes[0].startswith("120 of 150 rows")
    assert get_report(project, dataset=dataset.id) == made
    warned = {(one.code, one.columns) for one in alerts_of(project, dataset)}
    assert ("constant", ("one",)) in warned
    assert ("ydata_zeros", (HOSTILE,)) in warned  # under the name it has in the table
    assert all(one.message.endswith(", in a sample of 120.") for one in alerts_of(project, dataset))
    assert alerts_of(project, made) == alerts_of(project, made.id) == alerts_of(project)


def test_every_code_is_that_of_a_finding_of_ours_or_says_whose_it_is() -> None:
    ours = {spec.name for spec in CHECKS} | {spec.name for spec in FINDINGS}
    codes = {code for code, _, _ in alerts._KINDS.values()}
    assert {code for code in codes if not code.startswith("ydata_")} <= ours
    assert {severity for _, severity, _ in alerts._KINDS.values()} <= set(SEVERITIES)


def test_the_frame_is_of_opaque_origin_and_may_load_nothing() -> None:
    page = sandboxed('<p title="quote">\'</p></iframe><script>1</script>')
    assert page.count("<iframe") == page.count("</iframe>") == 1
    assert 'sandbox="allow-scripts"' in page
    assert "allow-same-origin" not in page
    assert "connect-src &amp;#x27;none&amp;#x27;" in page
    assert "<script>" not in page
