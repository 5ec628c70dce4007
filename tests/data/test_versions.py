"""Datasets: ingest and revise, the task, bad input, nothing stored when something is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlworkbench import Project, Workspace
from mlworkbench.artifacts import aliases, find, lineage, list_artifacts, verify
from mlworkbench.data import (
    get_dataset,
    ingest,
    list_datasets,
    load_keys,
    load_table,
    load_training,
    preview,
    read_rows,
    receive,
    revise,
    sample_names,
    sample_target,
    write_sample,
)
from mlworkbench.data.typed import unique_names
from mlworkbench.errors import InvalidInput, NotFound
from mlworkbench.jobs import JobCancelled, Progress
from mlworkbench.projects import create_project


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """200 rows: an id, a number with odd cells, words, dates, a whole number, two targets."""
    random = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "id": [f"P{i:04d}" for i in range(200)],
            "income": [f"{value:.2f}" for value in random.gamma(3, 900, 200)],
            "town": random.choice(["York", "Bath", "Ely"], 200),
            "since": pd.date_range("2019-03-01", periods=200).strftime("%Y-%m-%d"),
            "visits": random.integers(0, 40, 200),
            "left": random.choice(["yes", "no"], 200, p=[0.3, 0.7]),
            "spend": random.normal(50, 9, 200).round(3),
        }
    )
    frame.loc[[3, 9], "income"] = " "
    frame.loc[[5], "visits"] = np.nan
    path = tmp_path / "people.csv"
    frame.to_csv(path, index=False)
    return path


def test_a_file_becomes_a_typed_version_with_its_lineage(project: Project, people: Path) -> None:
    dataset = ingest(project, source=people, target="left")
    assert dataset.schema == {
        "id": "identifier",
        "income": "text",
        "town": "category",
        "since": "datetime",
        "visits": "number",
        "left": "binary",
        "spend": "number",
    }
    assert (dataset.number, dataset.name, dataset.rows, dataset.rejected_rows) == (1, "people.csv", 200, 0)
    assert (dataset.task, dataset.classes) == ("binary", ("no", "yes"))
    assert dataset.features == ("id", "income", "town", "since", "visits", "spend")
    assert dataset.training_rows + dataset.holdout_rows == 200
    assert get_dataset(project) == dataset == get_dataset(project, dataset.id[:8]) == list_datasets(project)[0]
    assert aliases(project)["dataset"] == dataset.id
    kinds = {artifact.kind for artifact in lineage(project, dataset.id)}
    assert {"dataset", "upload", "table", "row_keys", "holdout"} <= kinds
    assert verify(project) == ()


def test_frames_for_learning_have_floats_dates_and_words(project: Project, people: Path) -> None:
    dataset = ingest(project, source=people, types={"income": "number", "visits": "integer"}, target="left")
    frame = load_training(project, dataset)
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "id": "object",
        "income": "float64",
        "town": "object",
        "since": "datetime64[us]",
        "visits": "float64",
        "left": "object",
        "spend": "float64",
    }
    whole = load_table(project, dataset)
    assert whole["income"].isna().sum() == 2
    assert whole.loc[0, "since"] == pd.Timestamp("2019-03-01")
    pd.testing.assert_frame_equal(whole.loc[frame.index], frame)
    shown = preview(project, dataset, rows=7)
    assert len(shown) == 7
    assert str(shown.dtypes["visits"]) == "Int64"
    assert list(load_table(project, dataset, ["spend", "id"]).columns) == ["spend", "id"]
    with pytest.raises(InvalidInput, match="no column 'nope'"):
        load_table(project, dataset, ["nope"])


def test_missing_words_are_none(project: Project, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\nx,1\n,2\ny,\n")
    frame = load_table(project, ingest(project, source=tmp_path / "t.csv"))
    assert frame["a"].tolist() == ["x", None, "y"]
    assert frame["b"].isna().tolist() == [False, False, True]


def test_revise_changes_what_is_said_and_keeps_the_rest(project: Project, people: Path) -> None:
    first = ingest(project, source=people, target="left", types={"town": "text"}, seed=5)
    second = revise(project, types={"income": "number"})
    assert (second.schema["income"], second.schema["town"], second.target) == ("number", "text", "left")
    assert (second.upload, second.keys, second.holdout) == (first.upload, first.keys, first.holdout)
    assert second.number == 2
    assert get_dataset(project) == second
    third = revise(project, types={"town": None, "income": None})
    assert (third.schema["town"], third.schema["income"]) == ("category", "text")
    fourth = revise(project, target="spend")
    assert (fourth.task, fourth.classes) == ("regression", ())
    assert fourth.holdout not in (None, first.holdout)
    back = revise(project, dataset=first.id, types={})
    assert back.id == first.id


def test_the_same_file_and_settings_give_the_same_ids_everywhere(people: Path, tmp_path: Path) -> None:
    ids = []
    for name in ("one", "two"):
        project = create_project(Workspace.open(tmp_path / name), name)
        dataset = ingest(project, source=people, target="left", types={"income": "number"}, seed=3)
        ids.append((dataset.id, dataset.table, dataset.upload, dataset.keys, dataset.holdout))
    assert ids[0] == ids[1]


def test_an_upload_is_read_by_its_id_and_as_a_job_setting(project: Project, people: Path) -> None:
    with people.open("rb") as stream:
        upload = receive(project, stream, "sent.csv")
    dataset = ingest(project, source=upload.id)
    assert (dataset.name, dataset.upload) == ("sent.csv", upload.id)
    settings = ingest.checked({"source": upload.id, "types": {"income": "number"}, "holdout": {"size": 0.3}})
    assert json.loads(json.dumps(settings)) == settings


@pytest.mark.parametrize(
    ("column", "task"),
    [
        ("words2", "binary"),
        ("words3", "multiclass"),
        ("flag", "binary"),
        ("code", "multiclass"),
        ("float01", "binary"),
        ("count", "regression"),
        ("real", "regression"),
    ],
)
def test_the_task_follows_from_the_target(project: Project, tmp_path: Path, column: str, task: str) -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "words2": random.choice(["a", "b"], 120),
            "words3": random.choice(["a", "b", "c"], 120),
            "flag": random.choice([True, False], 120),
            "code": random.choice([1, 2, 10], 120),
            "float01": random.choice([0.0, 1.0], 120),
            "count": random.integers(0, 60, 120),
            "real": random.normal(size=120),
        }
    )
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_parquet(tmp_path / "t.parquet")
    csv = ingest(project, source=tmp_path / "t.csv", target=column)
    parquet = ingest(project, source=tmp_path / "t.parquet", target=column)
    assert csv.task == parquet.task == task
    assert csv.classes == parquet.classes == tuple(sorted(csv.classes))
    values = load_training(project, csv)[column]
    if task == "regression":
        assert values.dtype == np.float64
    else:
        assert set(values) == set(csv.classes)
    assert csv.classes in {(), ("a", "b"), ("a", "b", "c"), ("False", "True"), ("1", "10", "2"), ("0", "1")}


def test_the_task_can_be_chosen(project: Project, people: Path, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n" + "".join(f"{i},{i % 2}\n" for i in range(40)))
    chosen = ingest(project, source=tmp_path / "t.csv", target="b", task="regression")
    assert (chosen.schema["b"], chosen.task) == ("integer", "regression")
    assert "target of a regression" in chosen.column("b").evidence


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"target": "gone"}, "target", "Got 'gone'. Columns: id, income"),
    ({"target": "id"}, "target", "200 different values"),
    ({"target": "since"}, "target", "holds dates"),
    ({"target": "left", "task": "regression"}, "task", "numeric target"),
    ({"target": "left", "task": "multiclass"}, "task", "Choose binary"),
    ({"target": "town", "task": "binary"}, "task", "Choose multiclass"),
    ({"target": "left", "task": "guess"}, "task", "A task is one of"),
    ({"task": "binary"}, "target", "needs a target"),
    ({"types": {"gone": "text"}}, "types", "no column 'gone'"),
    ({"types": {"town": "number"}}, "types", "cannot be number"),
    ({"types": {"town": "float"}}, "types", "not a type"),
    ({"target": "left", "holdout": {"method": "odd"}}, "holdout", "method is one of"),
    ({"target": "left", "holdout": {"size": 1.5}}, "holdout", "between 0 and 1"),
    ({"target": "left", "holdout": {"share": 0.5}}, "holdout", "no setting 'share'"),
    ({"target": "left", "holdout": {"method": "time", "column": "town"}}, "holdout", "datetime or number"),
    ({"target": "left", "holdout": {"method": "group", "column": "gone"}}, "holdout", "needs a column"),
    ({"target": "left", "holdout": {"method": "time", "column": "since", "gap": 9999}}, "holdout", "0 to learn"),
    ({"target": "left", "holdout": {"method": "time", "column": "since", "gap": -1}}, "holdout", "gap"),
    ({"target": "spend", "holdout": {"method": "stratified"}}, "holdout", "needs classes"),
    ({"reading": {"colour": 1}}, "reading", "no option 'colour'"),
]


@pytest.mark.parametrize(("settings", "field", "words"), WRONG)
def test_a_wrong_setting_is_named_and_nothing_is_stored(
    project: Project, people: Path, settings: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words) as caught:
        ingest(project, source=people, **settings)
    assert caught.value.field == field
    assert list_artifacts(project) == ()
    assert aliases(project) == {}
    assert not list(project.workspace.spool.iterdir())


@pytest.mark.parametrize(
    ("text", "settings", "field", "words"),
    [
        ("a,b\n", {}, "source", "header and no rows"),
        ("", {}, "source", "empty"),
        ("a,b\n1,x\n2,x\n", {"target": "b"}, "target", "constant: every row says 'x'"),
        ("a,b\n1,\n2,\n", {"target": "b"}, "target", "no value in any row"),
        ("a,b\n1,x\n2,y\n3,x\n4,x\n5,z\n6,z\n", {"target": "b"}, "target", "1 row of: 'y'"),
    ],
)
def test_a_table_that_cannot_be_learnt_is_named_and_not_stored(
    project: Project, tmp_path: Path, text: str, settings: dict[str, Any], field: str, words: str
) -> None:
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(InvalidInput, match=words) as caught:
        ingest(project, source=tmp_path / "t.csv", **settings)
    assert caught.value.field == field
    assert list_artifacts(project) == ()


def test_a_parquet_of_one_column_and_an_unknown_source_are_named(project: Project, tmp_path: Path) -> None:
    pd.DataFrame({"a": [1, 2]}).to_parquet(tmp_path / "t.parquet")
    with pytest.raises(InvalidInput, match="only column"):
        ingest(project, source=tmp_path / "t.parquet", target="a")
    with pytest.raises(InvalidInput, match="neither"):
        ingest(project, source="0123456789abcdef")
    with pytest.raises(NotFound, match="no dataset yet"):
        get_dataset(project)


def test_rows_without_a_target_stay_and_teach_nothing(project: Project, tmp_path: Path) -> None:
    rows = "".join(f"{i},{'' if i % 10 == 0 else 'xy'[i % 2]}\n" for i in range(100))
    (tmp_path / "t.csv").write_text("a,b\n" + rows)
    dataset = ingest(project, source=tmp_path / "t.csv", target="b")
    assert (dataset.rows, dataset.unlabelled_rows) == (100, 10)
    assert dataset.training_rows + dataset.holdout_rows == 90
    frame = load_training(project, dataset)
    assert len(frame) == dataset.training_rows
    assert frame["b"].notna().all()
    assert len(load_training(project, dataset, columns=["a"])) == dataset.training_rows


def test_a_cancelled_reading_leaves_nothing(project: Project, people: Path) -> None:
    class Stop(Progress):
        def update(self, fraction: float, message: str = "") -> None:
            if fraction > 0.6:
                raise JobCancelled

    with pytest.raises(JobCancelled):
        ingest(project, source=people, target="left", progress=Stop())
    assert list_artifacts(project) == ()
    assert not list(project.workspace.spool.iterdir())


def test_progress_only_rises(project: Project, people: Path) -> None:
    seen: list[float] = []

    class Watch(Progress):
        def update(self, fraction: float, message: str = "") -> None:
            seen.append(fraction)

    ingest(project, source=people, target="left", progress=Watch())
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)


def test_names_are_made_unique_without_stealing_one() -> None:
    names, renamed = unique_names(["a", "a", "", "a_2", "a"])
    assert names == ("a", "a_3", "column_3", "a_2", "a_4")
    assert renamed == (("a", "a_3"), ("", "column_3"), ("a", "a_4"))


def test_hostile_names_and_dots_are_ordinary_columns(project: Project, tmp_path: Path) -> None:
    names = ["a", "a.b", "a/b", "<img src=x>", "x\x00y", "=1+1", "ünï", "select *"]
    frame = pd.DataFrame({name: [f"v{i}", f"w{i}"] * 20 for i, name in enumerate(names)})
    frame["row"] = np.arange(40)
    frame.to_parquet(tmp_path / "t.parquet")
    dataset = ingest(project, source=tmp_path / "t.parquet", target="a.b", holdout={"method": "group", "column": "row"})
    assert dataset.names == (*names, "row")
    assert load_table(project, dataset, ["a.b"])["a.b"].tolist() == ["v1", "w1"] * 20
    assert set(load_training(project, dataset)["<img src=x>"]) == {"v3", "w3"}


def test_a_file_is_read_as_the_types_of_a_known_table(project: Project, people: Path, tmp_path: Path) -> None:
    dataset = ingest(project, source=people, types={"income": "number"}, target="left")
    new = tmp_path / "new.csv"
    new.write_text("income,town,visits,extra\n1.5,York,x,1\nodd,Nowhere,2,2\n")
    read = read_rows(project, new, dataset.schema)
    assert read.frame["income"].tolist()[0] == 1.5
    assert read.frame["income"].isna().tolist() == [False, True]
    assert read.frame["visits"].tolist()[1] == 2.0
    assert {finding.columns for finding in read.findings} == {("income",), ("visits",)}
    assert "since" not in read.frame
    again = read_rows(project, people, dataset.schema)
    pd.testing.assert_frame_equal(again.frame, load_table(project, dataset))
    assert (again.keys == load_keys(project, dataset)).all()
    assert list_artifacts(project, "upload") == (find(project, dataset.upload),)


def test_a_file_that_does_not_tell_day_from_month_is_read_as_the_known_table_was(
    project: Project, tmp_path: Path
) -> None:
    known, new = tmp_path / "known.csv", tmp_path / "new.csv"
    known.write_text("when,y\n" + "".join(f"01/{day:02d}/2024,{day % 2}\n" for day in range(1, 29)))
    new.write_text("when,y\n03/04/2024,1\n05/06/2024,0\n")
    dataset = ingest(project, source=known)
    assert dataset.column("when").day_first is False
    read = read_rows(project, new, dataset.schema, like=dataset)
    assert read.frame["when"].tolist() == [pd.Timestamp("2024-03-04"), pd.Timestamp("2024-05-06")]
    assert read.findings == ()


@pytest.mark.parametrize("name", sample_names())
def test_samples_are_written_and_read_with_their_target(project: Project, tmp_path: Path, name: str) -> None:
    path = write_sample(name, tmp_path)
    dataset = ingest(project, source=path, target=sample_target(name))
    expected = {"breast_cancer": "binary", "diabetes": "regression"}.get(name, "multiclass")
    assert dataset.task == expected
    assert dataset.rows > 100
    assert not [finding for finding in dataset.findings if finding.severity == "problem"]


def test_an_unknown_sample_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="breast_cancer, diabetes, iris, wine"):
        write_sample("boston", tmp_path)
    with pytest.raises(InvalidInput, match="folder"):
        write_sample("iris", tmp_path / "gone")
