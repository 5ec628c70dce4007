"""A glance is a sample that says so and errs as it says; big tables are read in a few places, and as a stream."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlworkbench import artifacts
from mlworkbench.data import Column, draw_rows, ingest, load_training
from mlworkbench.data import sampling as drawing
from mlworkbench.jobs import list_jobs
from mlworkbench.profiling import glance, predict_seconds, profile, storage
from mlworkbench.profiling.columns import profile_column
from mlworkbench.profiling.glancing import standard_error

if TYPE_CHECKING:
    from mlworkbench import Project
    from tests.profiling.conftest import Store


def big(rows: int = 60_000) -> pd.DataFrame:
    random = np.random.default_rng(5)
    frame = pd.DataFrame({"size": random.gamma(2.0, 10.0, rows), "visits": random.poisson(3, rows)})
    frame["plan"] = random.choice(["basic", "plus", "pro"], rows, p=[0.6, 0.3, 0.1])
    frame["gap"] = np.where(random.random(rows) < 0.3, np.nan, random.normal(size=rows))
    frame["day"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 900, rows), unit="D")
    frame["left"] = np.where(random.random(rows) < 1 / (1 + np.exp(2 - frame["size"] / 10)), "yes", "no")
    return frame


def test_a_glance_needs_no_job_and_stays_within_the_errors_it_names(store: Store, project: Project) -> None:
    frame = big()
    table = store(frame, target="left")
    seen = glance(project, table)
    assert not list_jobs(project.workspace)
    assert seen is glance(project, table.id)  # kept by the dataset's id
    assert (seen.estimated, seen.looked_rows, seen.rows) == (True, 10_000, 60_000)
    made = profile(project)
    assert not made.estimated
    for name in ("size", "visits", "gap"):
        guess, truth = seen.column(name), made.column(name)
        assert abs(guess.mean - truth.mean) < 4 * guess.errors["mean"]
        there = frame[name].dropna()
        below, upto = (there < guess.quantiles["0.5"]).mean(), (there <= guess.quantiles["0.5"]).mean()
        assert below - 1.5 * guess.errors["rank"] < 0.5 < upto + 1.5 * guess.errors["rank"]
        assert sum(part[2] for part in guess.histogram) == pytest.approx(60_000 - guess.missing, abs=40)
    guess, truth = seen.column("plan"), made.column("plan")
    assert abs(guess.top[0][1] - truth.top[0][1]) / 60_000 < 4 * guess.errors["share"]
    assert seen.patterns[0].rows == pytest.approx(made.patterns[0].rows, rel=0.05)
    assert {one.column for one in seen.links} == {one.column for one in made.links}


def test_the_errors_of_a_glance_are_those_of_repeated_glances(store: Store, project: Project) -> None:
    table = store(big(20_000)[["size", "plan"]])
    seen = [glance(project, table, seed=seed) for seed in range(30)]
    spread = np.std([one.column("size").mean for one in seen])
    assert spread == pytest.approx(seen[0].column("size").errors["mean"], rel=0.4)


def test_rows_of_one_place_that_are_alike_make_the_error_larger() -> None:
    random = np.random.default_rng(0)
    places = np.repeat(np.arange(20), 100)
    alike = random.normal(size=20)[places] + random.normal(0, 0.1, 2000)
    assert standard_error(alike, places, 1e9) > 5 * standard_error(alike, None, 1e9)
    apart = random.normal(size=2000)
    assert standard_error(apart, places, 1e9) == pytest.approx(standard_error(apart, None, 1e9), rel=0.5)


def test_of_a_big_file_a_few_parts_are_read_and_training_rows_stay_training_rows(
    store: Store, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = store(big(200_000)[["size", "plan", "left"]], target="left")
    learnt = set(load_training(project, table, ["size"]).index)
    whole = draw_rows(project, table, 3_000, seed=1)
    assert whole.places is None
    assert {at in learnt for at in whole.positions} == {True, False}
    monkeypatch.setattr(drawing, "CHEAP_CELLS", 300_000)
    some = draw_rows(project, table, 3_000, seed=1, training=True)
    assert some.places is not None
    assert set(some.places) == {0, 1}
    assert len(some.positions) == 3_000
    assert set(some.positions.tolist()) <= learnt
    values = pq.read_table(artifacts.path(project, table.table), columns=["size"])["size"].to_numpy()
    np.testing.assert_array_equal(values[some.positions], some.table["size"].to_numpy())


def test_a_small_table_is_looked_at_whole_and_a_prediction_learns_from_the_past(store: Store, project: Project) -> None:
    table = store(big(300))
    assert not glance(project, table).estimated
    first = predict_seconds(project, table)
    assert 0.5 < first < 10
    kept = profile(project)
    assert (kept.seconds or 0) > 0
    meta = artifacts.find(project, kept.id).meta
    factor = min(10.0, max(0.2, meta["seconds"] / meta["predicted"]))
    assert predict_seconds(project, table) == pytest.approx(1.5 + factor * meta["predicted"])


@pytest.mark.parametrize("name", ["size", "visits", "plan", "gap", "day", "many"])
def test_columns_read_as_a_stream_have_the_figures_of_those_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    frame = big(5_000)
    frame["many"] = [f'word "{n % 1700}"' if n % 7 else None for n in range(5_000)]
    place = tmp_path / "table.parquet"
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), place, row_group_size=700)
    stored = pq.read_table(place)
    if name == "day":
        stored = stored.set_column(4, "day", stored["day"].cast(pa.timestamp("us")))
        pq.write_table(stored, place, row_group_size=700)
    missing, distinct = stored[name].null_count, frame[name].nunique()
    file, kind = storage.open_table(place), "text" if name in ("plan", "many") else "number"
    whole = profile_column(name, kind, file.read([name])[name])
    monkeypatch.setattr(storage, "WHOLE_ROWS", 100)
    monkeypatch.setattr(storage, "IN_MEMORY", 1_000)
    monkeypatch.setattr(storage, "MOST_WORDS", 100)
    found = storage.profile_stored(file, place, Column(name, kind, missing, distinct, ""), tmp_path)
    assert found.note == ""
    assert (found.missing, found.distinct, found.quantiles) == (whole.missing, whole.distinct, whole.quantiles)
    assert (found.mean, found.sd, found.histogram) == (whole.mean, whole.sd, whole.histogram)
    assert (found.lengths, found.longest_gap) == (whole.lengths, whole.longest_gap)
    assert sorted(size for _, size in found.top) == sorted(size for _, size in whole.top)


def test_patterns_of_gaps_agree_with_pandas(project: Project, tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    frame = pd.DataFrame(np.where(random.random((3_000, 20)) < 0.15, np.nan, 1.5), columns=[f"c{n}" for n in range(20)])
    frame["c1"] = frame["c1"].where(frame["c0"].notna())
    frame["row"] = np.arange(3_000.0)
    frame.to_parquet(tmp_path / "gaps.parquet")
    ingest(project, source=str(tmp_path / "gaps.parquet"))
    made = profile(project)
    masks = frame.isna().apply(lambda row: frozenset(row.index[row]), axis=1)
    counts = masks.value_counts()
    assert made.pattern_count == len(counts)
    assert {frozenset(one.columns): one.rows for one in made.patterns}.items() <= dict(counts).items()
    assert [one.rows for one in made.patterns] == counts.head(20).tolist()
    left, right, both = made.missing_together[0]
    assert {left, right} == {"c0", "c1"}
    assert both == int((frame["c0"].isna() & frame["c1"].isna()).sum())
