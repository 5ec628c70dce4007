"""A report: a planted shift is named, no shift is quiet, and what cannot be compared is said in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from mlworkbench import Project
from mlworkbench.artifacts import get_alias, list_artifacts
from mlworkbench.data import receive
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound
from mlworkbench.jobs import run_to_end
from mlworkbench.modeling import get_model_version, load_oof
from mlworkbench.monitoring import get_report, list_reports, monitor, timeline
from mlworkbench.serving import count_predictions, predict_file, predict_one
from tests.monitoring.conftest import File, customers

Own = Callable[..., Project]


def test_a_planted_shift_is_named_and_the_same_rows_without_it_are_quiet(own: Own, file: File) -> None:
    project = own()
    rows = customers(500, 7)
    quiet = monitor(project, current=str(file(rows)))
    assert (quiet.verdict, quiet.drifted) == ("quiet", False)
    assert quiet.sentence.startswith("Quiet: ")
    rows["charge"] *= 1.3
    changed = monitor(project, current=str(file(rows, "shift.csv")))
    assert changed.drifted_columns == ("charge",)
    assert changed.sentence.startswith("Something changed: charge is higher (median ")
    assert changed.columns[0].column == "charge"
    assert changed.column("charge").distribution is not None  # type: ignore[union-attr]
    assert count_predictions(project) == 0, "looking is not predicting"
    assert changed == get_report(project) == list_reports(project)[0]


def test_training_rows_are_judged_by_out_of_fold_predictions(own: Own, file: File) -> None:
    """A forest knows its training rows by heart: its answers for them would look like drift of the predictions."""
    project = own()
    learnt = customers(1500)
    report = monitor(project, current=str(file(learnt)))
    assert not report.drifted
    assert report.prediction is not None
    assert any("equal a training row" in note for note in report.notes)
    kept = load_oof(project, "champion")["probability_yes"]
    assert report.prediction.reference_middle == pytest.approx(float(kept.median()))


def test_the_spread_of_a_forests_answers_is_no_drift_of_the_world(own: Own, file: File) -> None:
    """The models of two folds saw half the rows: their answers spread otherwise than the champion's, for ever."""
    alarms = 0
    project = own()
    for seed in range(60, 70):
        report = monitor(project, current=str(file(customers(500, seed))))
        alarms += bool(report.prediction and report.prediction.drifted)
    assert alarms <= 1


def test_columns_that_are_gone_new_or_renamed(own: Own, file: File) -> None:
    rows = customers(300, 8).rename(columns={"contract": "Contract_", "charge": "monthly amount"}).assign(note="x")
    report = monitor(own(), current=str(file(rows)))
    gone = {one.column: one.renamed_to for one in report.columns if "absent" in one.reasons}
    assert gone == {"contract": "Contract_", "charge": "monthly amount"}
    assert report.drifted
    assert "the column contract is gone (renamed to Contract_?)" in report.sentence
    assert set(report.extra) == {"Contract_", "monthly amount", "note"}
    assert report.prediction is None
    assert "needs all its columns" in report.notes[-1]


@pytest.mark.parametrize(
    ("count", "verdict", "words"),
    [(1, "unknown", "1 row, and at least 20"), (30, "quiet", "So few rows show large changes only")],
)
def test_few_rows_are_not_over_read(own: Own, file: File, count: int, verdict: str, words: str) -> None:
    report = monitor(own(), current=str(file(customers(30, 9).head(count))))
    assert report.verdict == verdict
    assert words in report.sentence


def test_what_cannot_be_compared_is_refused_and_nothing_is_written(own: Own, file: File) -> None:
    project = own()
    before = list_artifacts(project, "monitor_report")
    empty = file(customers(5, 9).head(0), "empty.csv")
    other = file(pd.DataFrame({"a": [1, 2], "b": [3, 4]}), "other.csv")
    cases: list[tuple[dict[str, Any], type[Exception], str]] = [
        ({"current": str(empty)}, InvalidInput, "no rows"),
        ({"current": str(other)}, InvalidInput, "Is this the right file"),
        ({"current": "nowhere.csv"}, InvalidInput, "Check the path"),
        ({}, NotApplicable, "No predictions by champion"),
        ({"sources": ["mail"]}, InvalidInput, "sources"),
        ({"since": "2024-02-01", "until": "2024-01-01"}, InvalidInput, "later"),
        ({"freq": "hour"}, InvalidInput, "freq"),
        ({"checks_per_month": 0}, InvalidInput, "checks_per_month"),
        ({"alias": "shadow"}, NotFound, "shadow"),
        ({"alpha": 2}, InvalidInput, "alpha"),
    ]
    for settings, error, words in cases:
        with pytest.raises(error, match=words):
            monitor(project, **settings)
    for settings in ({}, {"alpha": 2}, {"current": "nowhere.csv"}):
        with pytest.raises((InvalidInput, NotApplicable)):
            monitor.submit(project, **settings)
    assert list_artifacts(project, "monitor_report") == before
    assert get_alias(project, "report") is None


def test_the_log_is_compared_window_by_window_and_only_production_counts(own: Own, file: File) -> None:
    project = own()
    for month in range(1, 7):
        rows = customers(300, 20 + month)
        if month > 4:
            rows["tenure"] = (rows["tenure"] * 0.4).round().clip(lower=1).astype(int)
        predict_file(project, source=str(file(rows, f"{month}.csv")), at=f"2024-{month:02d}-10")
    inputs = {one.name: one.median for one in get_model_version(project).inputs}
    predict_one(project, inputs, source="whatif")
    predict_one(project, inputs, source="api")
    done = run_to_end(project.workspace, monitor.submit(project, until="2024-12-31"))
    report = get_report(project, (done.result or {})["artifact"])
    assert report.current.rows == 1800
    assert report.volume.requests == 6
    assert "tenure is lower" in report.sentence
    assert [one.label for one in report.windows] == [f"2024-{month:02d}" for month in range(1, 7)]
    assert [one.drifted for one in report.windows] == [False] * 4 + [True] * 2
    assert [one.columns for one in report.windows[4:]] == [("tenure",)] * 2
    for one in report.windows[:4]:
        assert one.prediction is not None
        assert one.band_low is not None
        assert one.band_low < one.prediction < one.band_high  # type: ignore[operator]
    assert monitor(project, sources=["api"]).current.rows == 1
    assert [one.rows for one in timeline(project, "quarter", until="2024-12-31")] == [900, 900]
    assert not monitor(project, until="2024-05-01").drifted
    assert report.expected_false_alarms == pytest.approx(0.05 * 4)


def test_a_value_is_compared_too_and_an_upload_can_be_named(own: Own, file: File) -> None:
    project = own("value")
    rows = customers(300, 31).drop(columns=["customer", "left"])
    upload = receive(project, file(rows))
    report = monitor(project, current=upload.id)
    assert report.prediction is not None
    assert report.prediction.column == "predicted spent"
    assert not report.drifted
    again = monitor(project, current=upload.id)
    assert again.id == report.id, "the same rows and seed give the same report"


def test_without_a_champion_there_is_nothing_to_compare_with(project: Project) -> None:
    with pytest.raises(NotFound, match="champion"):
        monitor(project)
    with pytest.raises(NotFound, match="no monitoring report yet"):
        get_report(project)
