"""Rows appended to a version, versions tagged, restored and downloaded, and where they come from."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from mlworkbench import Project
from mlworkbench.artifacts import file_digest, path, verify
from mlworkbench.data import (
    append,
    download,
    get_dataset,
    get_version,
    ingest,
    lineage,
    list_datasets,
    list_versions,
    load_holdout,
    load_keys,
    load_table,
    load_training,
    restore_version,
    revise,
    tag_version,
)
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound
from mlworkbench.governance import audit_log


def people(rows: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "id": [f"{seed}-{n:04d}" for n in range(rows)],
            "income": random.gamma(3, 900, rows).round(2),
            "town": random.choice(["York", "Bath", "Ely"], rows),
            "left": random.choice(["yes", "no"], rows),
        }
    )


def written(folder: Path, name: str, frame: pd.DataFrame, **how: object) -> Path:
    frame.to_csv(folder / name, index=False, **how)  # type: ignore[call-overload]
    return folder / name


@pytest.fixture
def base(project: Project, tmp_path: Path) -> Project:
    ingest(project, source=written(tmp_path, "first.csv", people(300, 1)), target="left", types={"town": "text"})
    return project


def test_a_file_is_appended_in_a_new_version_of_both(base: Project, tmp_path: Path) -> None:
    first = get_dataset(base)
    held = load_holdout(base, first, why="a test")
    more = people(80, 2)[["left", "town", "income", "id"]]
    more = pd.concat([more, people(300, 1).loc[held.index[:3]], people(300, 1).loc[load_training(base).index[:2]]])
    second = append(base, source=written(tmp_path, "more.csv", more), why="the week after")
    assert (second.number, second.rows, second.schema) == (2, 385, first.schema)
    assert (second.target, second.task, second.holdout) == (first.target, first.task, first.holdout)
    assert second.holdout_rows == first.holdout_rows + 3, "the same rows are on the same side, others are learnt from"
    assert second.training_rows == first.training_rows + 82
    table = load_table(base, second)
    pd.testing.assert_frame_equal(table.head(300), load_table(base, first))
    assert table["id"].tail(85).tolist() == more["id"].tolist()
    assert load_keys(base, second)[:300].tolist() == load_keys(base, first).tolist()
    counts = {finding.code: finding.count for finding in second.findings}
    assert (counts["appended_rows"], counts["appended_known_rows"], counts["duplicate_rows"]) == (85, 5, 5)
    assert get_dataset(base) == second
    assert get_dataset(base, first.id) == first
    assert verify(base) == ()
    assert pq.ParquetFile(path(base, second.table)).schema_arrow == pq.ParquetFile(path(base, first.table)).schema_arrow
    version = list_versions(base)[0]
    assert (version.why, version.current) == ("the week after", True)
    assert version.parents[0] == first.id
    assert len(version.parents) == 2
    assert version.who


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"columns": {"town": "Town "}}, r"Missing: town\. Not in version 1: Town\. Perhaps renamed: town → Town"),
        ({"columns": {"income": "salary"}}, r"Perhaps renamed: income → salary"),
    ],
)
def test_a_file_with_other_columns_is_refused_and_they_are_named(
    base: Project, tmp_path: Path, change: dict[str, dict[str, str]], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said) as caught:
        append(base, source=written(tmp_path, "more.csv", people(9, 2).rename(**change)))  # type: ignore[call-overload]
    assert caught.value.field == "source"
    assert len(list_datasets(base)) == 1


def test_missing_and_extra_columns_another_class_and_no_rows_are_refused(base: Project, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="Missing: income, town") as caught:
        append(base, source=written(tmp_path, "few.csv", people(9, 2)[["id", "left"]]))
    assert "Not in" not in caught.value.message
    with pytest.raises(InvalidInput, match="Not in version 1: more"):
        append(base, source=written(tmp_path, "extra.csv", people(9, 2).assign(more=1)))
    with pytest.raises(InvalidInput, match="rows of 'perhaps'"):
        append(base, source=written(tmp_path, "class.csv", people(9, 2).assign(left="perhaps")))
    with pytest.raises(InvalidInput, match="no rows"):
        append(base, source=written(tmp_path, "none.csv", people(0, 2)))
    with pytest.raises(InvalidInput, match="500 characters"):
        append.submit(base, source=str(tmp_path / "few.csv"), why="x" * 501)
    assert len(list_datasets(base)) == 1


def test_cells_that_cannot_be_read_as_the_type_are_missing_and_said(base: Project, tmp_path: Path) -> None:
    more = people(50, 2).astype({"income": object})
    more.loc[[3, 4], "income"] = "a lot"
    second = append(base, source=written(tmp_path, "more.csv", more))
    assert second.column("income").missing == 2
    (finding,) = [one for one in second.findings if one.code == "unreadable_as_type"]
    assert finding.count == 2
    assert finding.message.startswith("In the appended more.csv: ")


def test_another_format_and_another_reading_are_appended_too(base: Project, tmp_path: Path) -> None:
    more = people(50, 2)
    more.to_parquet(tmp_path / "more.parquet")
    second = append(base, source=tmp_path / "more.parquet")
    file = written(tmp_path, "more.csv", people(20, 3), sep=";")
    third = append(base, source=file, reading={"delimiter": ";"})
    assert (second.rows, third.rows) == (350, 370)
    assert third.name == "first.csv + 2 files"
    assert load_table(base, third)["income"].tail(20).tolist() == people(20, 3)["income"].tolist()


def test_a_version_that_rows_were_appended_to_can_be_revised(base: Project, tmp_path: Path) -> None:
    append(base, source=written(tmp_path, "more.csv", people(50, 2)))
    append(base, source=written(tmp_path, "again.csv", people(30, 3)))
    revised = revise(base, types={"town": "category"}, why="few towns")
    assert (revised.rows, revised.schema["town"], revised.target) == (380, "category", "left")
    assert list_versions(base)[0].why == "few towns"


def test_left_out_rows_of_both_files_are_kept(project: Project, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n" + "1,2\n" * 30 + "1,2,3,4\n")
    (tmp_path / "b.csv").write_text("a,b\n" + "3,4\n" * 30 + "5,6,7\n")
    first = ingest(project, source=tmp_path / "a.csv")
    second = append(project, source=tmp_path / "b.csv")
    assert second.rejected_rows == first.rejected_rows + 1
    assert second.rejected is not None
    lines = list(csv.reader(path(project, second.rejected).read_text(encoding="utf-8").splitlines()))
    assert len(lines) == second.rejected_rows
    assert lines[-1][1].startswith("b.csv: ")


def test_groups_that_are_held_out_stay_so(project: Project, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"who": random.integers(0, 40, 400), "x": random.normal(size=400), "y": random.random(400)})
    policy = {"method": "group", "column": "who"}
    first = ingest(project, source=written(tmp_path, "a.csv", frame), target="y", holdout=policy)
    second = append(project, source=written(tmp_path, "b.csv", frame.assign(x=random.normal(size=400))))
    held = set(load_holdout(project, second, why="a test")["who"])
    assert not held & set(load_training(project, second)["who"])
    counts = {finding.code: finding.count for finding in second.findings}
    assert counts["appended_held_out"] == second.holdout_rows - first.holdout_rows > 0


def test_tags_are_unique_move_and_are_audited(base: Project) -> None:
    first = get_dataset(base)
    second = revise(base, types={"town": "category"})
    assert tag_version(base, first.id, " frozen  for review ", why="audit").tags == ("frozen for review",)
    tag_version(base, second.id, "frozen for review")
    by_id = {one.id: one.tags for one in list_versions(base)}
    assert (by_id[first.id], by_id[second.id]) == ((), ("frozen for review",))
    assert get_version(base, "frozen for review") == second
    assert [get_version(base, ref).number for ref in ("1", "v2", first.id[:9])] == [1, 2, 1]
    log = audit_log(base, 10, ("version tagged",))
    assert len(log) == 2
    assert first.id in str(log["detail"].iloc[0]), "the log says where the tag was before"
    for wrong in ("", "  ", "v2", "17", "deadbeef", "<b>", "x" * 61, "../a"):
        with pytest.raises(InvalidInput) as caught:
            tag_version(base, first.id, wrong)
        assert caught.value.field == "tag"
    with pytest.raises(NotFound, match="v1"):
        get_version(base, "nope")


def test_an_older_version_is_restored_and_nothing_goes(base: Project, tmp_path: Path) -> None:
    first = get_dataset(base)
    revise(base, types={"town": "category"})
    assert restore_version(base, first.id, why="towns were fine").current
    assert get_dataset(base) == first
    assert len(list_datasets(base)) == 2
    log = audit_log(base, 10, ("version restored",))
    assert "towns were fine" in str(log["detail"].iloc[0])
    drawn = ingest(base, source=written(tmp_path, "drawn.csv", people(20, 8)), synthetic=True)
    with pytest.raises(NotApplicable, match="synthetic"):
        restore_version(base, drawn.id)


def test_formulas_are_neutralised_and_numbers_are_not(project: Project, tmp_path: Path) -> None:
    cells = ["=1+1", "+49 30 1234", "-5", "+3.5", "-1,5 %", "@SUM(A1)", "plain", "-x", '"quoted", text', "\tx", None]
    frame = pd.DataFrame({"=cmd": cells, "number": range(-5, 6)})
    file = written(tmp_path, "t.csv", frame)
    dataset = ingest(project, source=file, types={"=cmd": "text"})
    made = download(project, format="csv")
    rows = list(csv.reader(io.StringIO(made.path.read_text(encoding="utf-8"), newline="")))
    assert rows[0] == ["'=cmd", "number"]
    stored = load_table(project, dataset)["=cmd"].tolist()
    risky = {"=1+1", "@SUM(A1)", "-x", "\tx"}
    expected = ["" if cell is None else f"'{cell}" if cell in risky else cell for cell in stored]
    assert [row[0] for row in rows[1:]] == expected
    assert [row[1] for row in rows[1:]] == [str(number) for number in range(-5, 6)]
    assert made.neutralised == 1 + sum(cell in risky for cell in stored)
    assert download(project, format="csv") == made
    assert made.name == "version-1.csv"


def test_parquet_and_the_upload_are_the_stored_bytes(base: Project, tmp_path: Path) -> None:
    first = get_dataset(base)
    assert file_digest(download(base).path) == first.table
    assert download(base, format="upload").path.read_bytes() == (tmp_path / "first.csv").read_bytes()
    more = written(tmp_path, "more.csv", people(30, 2))
    append(base, source=more)
    both = download(base, format="upload")
    with zipfile.ZipFile(both.path) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [
            (tmp_path / "first.csv").read_bytes(),
            more.read_bytes(),
        ]
    with pytest.raises(InvalidInput, match="parquet, csv, upload"):
        download(base, format="pickle")


def test_lineage_goes_from_uploads_to_what_was_made_of_them(base: Project, tmp_path: Path) -> None:
    first = get_dataset(base)
    second = append(base, source=written(tmp_path, "more.csv", people(30, 2)))
    drawn = lineage(base, first.id)
    assert [node.kind for node in drawn.nodes] == ["upload", "dataset", "dataset"]
    whole = lineage(base, second.id)
    assert {node.label for node in whole.nodes} >= {"data v1 · first.csv", "data v2 · first.csv + more.csv"}
    assert set(whole.edges) == {
        (first.upload, first.id),
        (first.id, second.id),
        (next(node.id for node in whole.nodes if node.name == "more.csv"), second.id),
    }, "that the new version has the first upload's rows follows from its parent"
    assert {node.depth for node in whole.nodes if node.id == second.id} == {2}


def test_lineage_of_a_finished_project_ends_at_the_model(finished: Project) -> None:
    drawn = lineage(finished, get_dataset(finished).id)
    assert [node.kind for node in drawn.nodes] == ["upload", "dataset", "recipe", "comparison", "model_version"]
    assert len(drawn.edges) == 4
    assert [node.depth for node in drawn.nodes] == [0, 1, 2, 3, 4]
