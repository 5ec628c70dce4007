"""The holdout: cut once, the same everywhere, never leaking a row, every look counted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlworkbench import Project, Workspace
from mlworkbench.data import (
    Dataset,
    get_holdout,
    holdout_looks,
    ingest,
    load_holdout,
    load_keys,
    load_table,
    load_training,
    revise,
    row_keys,
)
from mlworkbench.errors import Conflict, InvalidInput, NotApplicable
from mlworkbench.projects import create_project


def frame_of(rows: int = 600, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "x": random.normal(size=rows).round(4),
            "site": random.choice([f"s{i}" for i in range(30)], rows),
            "day": pd.date_range("2021-01-01", periods=rows).strftime("%Y-%m-%d"),
            "y": random.choice(["no", "yes", "maybe"], rows, p=[0.6, 0.3, 0.1]),
        }
    )


def write(frame: pd.DataFrame, folder: Path, name: str = "t.csv") -> Path:
    frame.to_csv(folder / name, index=False)
    return folder / name


def both(project: Project, dataset: Dataset) -> tuple[pd.DataFrame, pd.DataFrame]:
    return load_training(project, dataset), load_holdout(project, dataset, why="test")


def test_stratified_by_class_is_the_default(project: Project, tmp_path: Path) -> None:
    frame = frame_of()
    dataset = ingest(project, source=write(frame, tmp_path), target="y")
    training, held = both(project, dataset)
    assert len(training) == dataset.training_rows
    assert len(held) == dataset.holdout_rows
    assert sorted([*training.index, *held.index]) == list(range(600))
    expected = (frame["y"].value_counts() * 0.2).round()
    assert ((held["y"].value_counts() - expected).abs() <= 1).all()
    known = get_holdout(project, dataset)
    assert known is not None
    assert (known.policy["method"], known.rows) == ("stratified", len(held))
    assert known.share == pytest.approx(0.2, abs=0.01)
    assert known.key_columns == ("day", "site", "x", "y")


def test_random_for_a_regression_of_the_size_asked(project: Project, tmp_path: Path) -> None:
    dataset = ingest(project, source=write(frame_of(), tmp_path), target="x", holdout={"size": 0.25})
    known = get_holdout(project, dataset)
    assert known is not None
    assert known.policy == {"method": "random", "size": 0.25, "seed": 0}
    assert dataset.holdout_rows == 150


@pytest.mark.parametrize("method", ["stratified", "random"])
def test_a_repeated_row_is_never_on_both_sides(project: Project, tmp_path: Path, method: str) -> None:
    frame = frame_of(300)[["x", "y"]].round(1)
    dataset = ingest(project, source=write(frame, tmp_path), target="y", holdout={"method": method})
    assert len(np.unique(load_keys(project, dataset))) < 200
    training, held = both(project, dataset)
    assert len(held) > 30
    assert not set(row_keys(training)) & set(row_keys(held))


def test_groups_stay_together_and_new_rows_of_a_held_group_are_kept_out(project: Project, tmp_path: Path) -> None:
    frame = frame_of()
    policy = {"method": "group", "column": "site", "size": 0.3}
    first = ingest(project, source=write(frame, tmp_path), target="y", holdout=policy)
    training, held = both(project, first)
    assert not set(training["site"]) & set(held["site"])
    assert 0.2 < len(held) / 600 < 0.4
    newer = pd.concat([frame, frame_of(200, seed=9)])
    second = ingest(project, source=write(newer, tmp_path), target="y")
    assert second.holdout == first.holdout
    later, still = both(project, second)
    assert set(still["site"]) == set(held["site"])
    assert not set(later["site"]) & set(held["site"])
    assert len(still) > len(held)


def test_time_takes_the_last_rows_with_a_gap_that_is_in_neither(project: Project, tmp_path: Path) -> None:
    frame = frame_of().sample(frac=1, random_state=1)
    policy = {"method": "time", "column": "day", "size": 0.2, "gap": 10}
    dataset = ingest(project, source=write(frame, tmp_path), target="y", holdout=policy)
    training, held = both(project, dataset)
    assert (len(held), dataset.gap_rows, len(training)) == (120, 10, 470)
    assert held["day"].min() - training["day"].max() == pd.Timedelta(days=11)
    assert dataset.training_rows == 470


def test_time_by_a_number_with_ties_and_holes(project: Project, tmp_path: Path) -> None:
    frame = frame_of(200)
    frame["step"] = np.arange(200) // 7 + 0.5
    frame.loc[:9, "step"] = np.nan
    policy = {"method": "time", "column": "step", "size": 0.2, "gap": 1}
    dataset = ingest(project, source=write(frame, tmp_path), target="y", holdout=policy)
    training, held = both(project, dataset)
    assert held["step"].min() > training["step"].max() + 1
    assert len(training) + len(held) + dataset.gap_rows == 200
    assert dataset.gap_rows >= 10 + 7


def test_without_a_holdout_all_rows_teach(project: Project, tmp_path: Path) -> None:
    dataset = ingest(project, source=write(frame_of(), tmp_path), target="y", holdout={"method": "none"})
    assert (dataset.holdout, get_holdout(project, dataset), len(load_training(project, dataset))) == (None, None, 600)
    with pytest.raises(NotApplicable, match="no holdout"):
        load_holdout(project, dataset, why="test")


def test_it_is_cut_once_whatever_comes_after(project: Project, tmp_path: Path) -> None:
    frame = frame_of()
    first = ingest(project, source=write(frame, tmp_path), target="y", seed=1)
    held = load_holdout(project, first, why="before")
    shuffled = pd.concat([frame.sample(frac=1, random_state=3), frame_of(150, seed=5)])
    second = ingest(project, source=write(shuffled, tmp_path), target="y", seed=2)
    third = revise(project, types={"site": "text", "day": "text"})
    for dataset in (second, third):
        assert dataset.holdout == first.holdout
        again = load_holdout(project, dataset, why="after")
        assert sorted(again["x"]) == sorted(held["x"])
        assert len(load_training(project, dataset)) == 750 - len(held)
    with pytest.raises(Conflict, match="cut already") as caught:
        revise(project, holdout={"method": "random"})
    assert caught.value.field == "holdout"
    assert revise(project, holdout={"method": "stratified", "size": 0.2, "seed": 1}).holdout == first.holdout


def test_another_target_has_a_holdout_of_its_own(project: Project, tmp_path: Path) -> None:
    first = ingest(project, source=write(frame_of(), tmp_path), target="y")
    second = revise(project, target="x")
    assert second.holdout not in (None, first.holdout)
    assert revise(project, target="y").holdout == first.holdout


def test_csv_and_parquet_and_the_order_of_rows_give_the_same_holdout(tmp_path: Path) -> None:
    frame = frame_of()
    held = []
    for name, table in (("a", frame), ("b", frame.sample(frac=1, random_state=1)[["y", "day", "x", "site"]])):
        project = create_project(Workspace.open(tmp_path / name), name)
        dataset = ingest(project, source=write(table, tmp_path), target="y")
        held.append(sorted(row_keys(load_holdout(project, dataset, why="test"))))
    project = create_project(Workspace.open(tmp_path / "c"), "c")
    frame["day"] = pd.to_datetime(frame["day"])
    frame.to_parquet(tmp_path / "t.parquet")
    dataset = ingest(project, source=tmp_path / "t.parquet", target="y")
    held.append(sorted(row_keys(load_holdout(project, dataset, why="test"))))
    assert held[0] == held[1] == held[2]


def test_a_seed_draws_another_holdout(tmp_path: Path) -> None:
    path, held = write(frame_of(), tmp_path), []
    for seed in (0, 1):
        project = create_project(Workspace.open(tmp_path / str(seed)), "p")
        dataset = ingest(project, source=path, target="y", seed=seed)
        held.append(set(load_holdout(project, dataset, why="test").index))
    assert len(held[0] & held[1]) < 0.5 * len(held[0])


def test_only_looks_are_counted_and_all_of_them(project: Project, tmp_path: Path) -> None:
    dataset = ingest(project, source=write(frame_of(), tmp_path), target="y")
    load_training(project, dataset)
    load_table(project, dataset)
    get_holdout(project, dataset)
    assert holdout_looks(project, dataset) == ()
    load_holdout(project, dataset, why="promotion of linear")
    load_holdout(project, revise(project, types={"site": "text"}), why=" again ")
    looks = holdout_looks(project, dataset)
    assert [look.why for look in looks] == ["promotion of linear", "again"]
    assert looks[0].at < looks[1].at
    with pytest.raises(InvalidInput, match="reason"):
        load_holdout(project, dataset, why=" ")
    assert len(holdout_looks(project, dataset)) == 2


def test_a_version_without_its_rows_says_so_and_counts_no_look(project: Project, tmp_path: Path) -> None:
    ingest(project, source=write(frame_of(), tmp_path), target="y")
    other = ingest(project, source=write(frame_of(90, seed=77), tmp_path), target="y")
    assert (other.holdout_rows, other.training_rows) == (0, 90)
    with pytest.raises(NotApplicable, match="None of the holdout's rows"):
        load_holdout(project, other, why="test")
    assert holdout_looks(project, other) == ()


def test_a_class_of_two_rows_keeps_one_to_learn_from(project: Project, tmp_path: Path) -> None:
    frame = frame_of(100)
    frame.loc[[4, 8], "y"] = "rare"
    dataset = ingest(project, source=write(frame, tmp_path), target="y", holdout={"size": 0.9})
    training, held = both(project, dataset)
    assert (training["y"] == "rare").sum() == (held["y"] == "rare").sum() == 1


def test_two_processes_cut_one_holdout(workspace: Workspace, project: Project, tmp_path: Path) -> None:
    path = write(frame_of(), tmp_path)
    script = (
        "import sys; from mlworkbench import Workspace; from mlworkbench.data import ingest\n"
        "project = Workspace.open(sys.argv[1]).project('test')\n"
        "print(ingest(project, source=sys.argv[2], target='y', seed=int(sys.argv[3])).holdout)\n"
    )
    command: list[Any] = [sys.executable, "-c", script, workspace.root, path]
    running = [
        subprocess.Popen([*map(str, command), str(seed)], stdout=subprocess.PIPE, text=True) for seed in range(3)
    ]
    told = {process.communicate()[0].strip() for process in running}
    assert len(told) == 1
    assert len(told.pop()) == 64
