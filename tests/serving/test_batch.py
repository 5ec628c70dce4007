"""A file: predicted row by row, written beside its own cells, logged as one record."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from mlworkbench import Project
from mlworkbench.artifacts import find, list_artifacts
from mlworkbench.data import receive
from mlworkbench.errors import InvalidInput
from mlworkbench.jobs import run_to_end
from mlworkbench.modeling import get_model_version
from mlworkbench.serving import (
    count_predictions,
    export_batch,
    get_batch,
    list_batches,
    predict_file,
    predict_one,
    prediction_log,
    prediction_requests,
)
from tests.features.tables import mixed

Served = Callable[[str], Project]
File = Callable[..., Path]


def rows(count: int = 30) -> pd.DataFrame:
    return mixed(count, seed=9).drop(columns="answer")


def read_cells(path: Path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_every_row_is_predicted_as_it_would_be_alone(served: Served, file: File, tmp_path: Path) -> None:
    project = served("binary")
    frame = rows()
    batch = predict_file(project, source=file(frame), out=str(tmp_path / "out.csv"))
    written = read_cells(tmp_path / "out.csv")
    assert (batch.rows, len(written)) == (30, 30)
    inputs = [one.name for one in get_model_version(project).inputs]
    for place in (0, 7, 29):
        alone = predict_one(project, {name: frame[name].iloc[place] for name in inputs})
        assert written[place]["prediction"] == alone.prediction
        assert float(written[place]["probability_yes"]) == pytest.approx(alone.probabilities["yes"])


def test_the_files_own_cells_come_back_as_they_were(served: Served, file: File, tmp_path: Path) -> None:
    project = served("binary")
    frame = rows(6).astype(object)
    frame["size"] = ["1.50", "+3", "", "NA", "1e2", "55"]
    frame["extra"] = ["007", "9007199254740993", " padded ", 'a "quote", comma', "line\nbreak", "ünï"]
    source = file(frame)
    predict_file(project, source=source, out=str(tmp_path / "out.csv"))
    before, after = read_cells(source), read_cells(tmp_path / "out.csv")
    assert [{name: row[name] for name in before[0]} for row in after] == before


def test_cells_that_a_spreadsheet_would_run_are_made_harmless(served: Served, file: File, tmp_path: Path) -> None:
    project = served("binary")
    frame = rows(6)
    frame["=note"] = ["=1+1", "+cmd", "-2+3", "@x", "-2.5", "fine"]
    predict_file(project, source=file(frame), out=str(tmp_path / "out.csv"))
    written = read_cells(tmp_path / "out.csv")
    assert [row["'=note"] for row in written] == ["'=1+1", "'+cmd", "'-2+3", "'@x", "-2.5", "fine"]


def test_columns_named_like_ours_stay_apart(served: Served, file: File, tmp_path: Path) -> None:
    project = served("binary")
    frame = rows(5).assign(prediction="old")
    batch = predict_file(project, source=file(frame), out=str(tmp_path / "out.csv"))
    written = read_cells(tmp_path / "out.csv")
    assert {row["prediction (file)"] for row in written} == {"old"}
    assert {row["prediction"] for row in written} <= {"yes", "no"}
    assert any("prediction" in warning for warning in batch.warnings)


@pytest.mark.parametrize("name", ["new.parquet", "new.xlsx", "new.csv"])
def test_all_formats_give_the_same_predictions(served: Served, file: File, tmp_path: Path, name: str) -> None:
    project = served("multiclass")
    out = tmp_path / "out.parquet"
    batch = predict_file(project, source=file(rows(), name), out=str(out))
    reference = predict_file(project, source=file(rows(), "reference.csv"))
    written = pd.read_parquet(out)
    expected = prediction_log(project, ["batch"], limit=30)
    assert list(written["prediction"]) == list(expected["prediction"])
    assert list(written.columns[-4:]) == ["prediction", "probability_low", "probability_mid", "probability_top"]
    assert batch.predictions == reference.predictions  # the same table, known by its content
    assert batch.id != reference.id


def test_a_batch_is_one_record_whose_rows_are_in_the_log(served: Served, file: File) -> None:
    project = served("regression")
    before = count_predictions(project, ["batch"])
    batch = predict_file(project, source=file(rows(12)))
    assert count_predictions(project, ["batch"]) == before + 12
    logged = prediction_log(project, ["batch"], limit=12)
    assert list(logged["row"]) == list(range(1, 13))
    assert logged["id"].nunique() == 1
    assert logged["prediction"].dtype == float
    assert set(logged["input.colour"].dropna()) <= {"red", "green", "blue"}
    assert len(prediction_log(project, limit=5)) == 5
    assert find(project, batch.predictions).kind == "predictions"
    assert batch == get_batch(project, batch.id[:12]) == list_batches(project)[0]


def test_a_replay_of_history_says_when_predictions_count_and_the_log_is_cut_by_it(served: Served, file: File) -> None:
    project = served("regression")
    source = file(rows(4), "replay.csv")
    predict_file(project, source=source, at="2020-01-31")
    predict_file(project, source=source, at="2020-02-29T23:30:00-01:00")
    assert set(prediction_log(project, since="2020-01-31", until="2020-03-01T00:30:00Z")["at"]) == {
        "2020-01-31T00:00:00.000000+00:00"
    }
    both = prediction_requests(project, ["batch"], until="2020-04-01")
    assert list(both["at"]) == ["2020-03-01T00:30:00.000000+00:00", "2020-01-31T00:00:00.000000+00:00"]
    assert list(both["rows"]) == [4, 4]
    assert not set(both["id"]) & set(prediction_log(project, since="2020-04-01")["id"])


@pytest.mark.parametrize("at", ["yesterday", "2999-01-01", "", "2020-13-01"])
def test_predictions_of_the_future_or_of_no_time_are_refused(served: Served, file: File, at: str) -> None:
    project = served("regression")
    before = count_predictions(project)
    for act in (predict_file, predict_file.submit):
        with pytest.raises(InvalidInput) as refused:
            act(project, source=str(file(rows(4))), at=at)
        assert refused.value.field == "at"
    assert count_predictions(project) == before


def test_an_empty_log_still_has_its_columns(project: Project) -> None:
    assert list(prediction_log(project).columns)[:3] == ["id", "row", "at"]
    assert count_predictions(project) == 0
    with pytest.raises(InvalidInput, match="whatif"):
        prediction_log(project, ["mail"])


def test_a_batch_can_be_written_again_later(served: Served, file: File, tmp_path: Path) -> None:
    project = served("binary")
    first = tmp_path / "first.csv"
    batch = predict_file(project, source=file(rows()), out=str(first))
    again = export_batch(project, batch.id, tmp_path / "again.csv")
    assert again.read_bytes() == first.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".part")) == []


def test_as_a_job_from_an_upload(served: Served, file: File) -> None:
    project = served("binary")
    upload = receive(project, file(rows(8)))
    job = run_to_end(project.workspace, predict_file.submit(project, source=upload.id))
    assert job.result is not None
    batch = get_batch(project, job.result["artifact"])
    assert (batch.rows, batch.upload, batch.out) == (8, upload.id, None)


def test_unreadable_cells_are_missing_with_a_warning_that_counts_them(served: Served, file: File) -> None:
    project = served("binary")
    frame = rows().astype(object)
    frame.loc[[3, 4], "size"] = ["tall", "wide"]
    batch = predict_file(project, source=file(frame))
    assert any("2 cells of size" in warning and "tall" in warning for warning in batch.warnings)
    logged = prediction_log(project, ["batch"], limit=30).set_index("row")
    assert logged["input.size"].loc[[4, 5]].isna().all()


def test_a_wrong_file_is_refused_and_nothing_is_written(served: Served, file: File, tmp_path: Path) -> None:
    project = served("binary")
    kinds = ("predictions", "batch")
    before = [list_artifacts(project, kind) for kind in kinds], count_predictions(project)
    good, out = file(rows(), "good.csv"), tmp_path / "out.csv"
    wrong = [
        (
            file(rows().drop(columns=["size", "town"]), "a.csv"),
            out,
            r"lacks 2 of the \d columns .*: size, town",
            "source",
        ),
        (file(rows().head(0), "b.csv"), out, "no rows", "source"),
        (file(rows().assign(size="tall"), "c.csv"), out, "right file", "source"),
        (tmp_path / "absent.csv", out, "was expected", "source"),
        (good, tmp_path / "out.txt", r"\.csv or \.parquet", "out"),
        (good, tmp_path / "no" / "folder" / "out.csv", "no folder", "out"),
    ]
    for source, target, words, field in wrong:
        with pytest.raises(InvalidInput, match=words) as refused:
            predict_file(project, source=str(source), out=str(target))
        assert refused.value.field == field
        assert not target.exists()
    assert ([list_artifacts(project, kind) for kind in kinds], count_predictions(project)) == before


def test_rows_without_a_value_that_the_model_needs_are_named(needy: Project, file: File) -> None:
    frame = pd.DataFrame({"a": [1.0, None, None], "b": [1.0, 2.0, 3.0]})
    with pytest.raises(InvalidInput, match=r"value of a, and 2 rows have none, the first of them row 2"):
        predict_file(needy, source=file(frame))


@pytest.mark.realdata
def test_telco_by_slider_and_by_file(project: Project, shared_data: Path, tmp_path: Path) -> None:
    from mlworkbench.data import ingest
    from mlworkbench.modeling import compare, promote
    from mlworkbench.serving import starting_row

    source = shared_data / "data" / "telco_customer_churn.csv"
    ingest(project, source=str(source), target="Churn", types={"TotalCharges": "number"})
    compare(project, estimators=["linear"], cv=2, n_jobs=1)
    row = starting_row(promote(project))
    chances = [predict_one(project, {**row, "tenure": tenure}).probabilities["Yes"] for tenure in (1, 30, 70)]
    assert chances[0] > chances[1] > chances[2]
    contract = predict_one(project, {**row, "Contract": "Two year", "tenure": 1}, explain=True)
    amounts = {one.column: one.amount for one in contract.contributions}
    assert amounts["Contract"] < 0 < amounts["tenure"]
    batch = predict_file(project, source=str(source), out=str(tmp_path / "telco.csv"))
    written = pd.read_csv(tmp_path / "telco.csv")
    assert len(written) == batch.rows == 7043
    assert written["probability_Yes"].between(0, 1).all()
    assert ((written["prediction"] == "Yes") == (written["probability_Yes"] > 0.5)).all()
    assert any("11 cells of TotalCharges" in warning for warning in batch.warnings)
    assert (written["prediction"] == written["Churn"]).mean() > 0.78
