"""Awkward tables: every column is profiled or says why not, at a glance and exactly; no exception, none held up."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlworkbench import artifacts
from mlworkbench.errors import NotApplicable
from mlworkbench.profiling import glance, over_time, pair, profile, slices, text_figures
from mlworkbench.profiling.columns import profile_column

if TYPE_CHECKING:
    from mlworkbench import Project
    from tests.profiling.conftest import Store


def awkward(rows: int = 400) -> pd.DataFrame:
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "gone": [None] * rows,
            "same": 7.0,
            "infinite": [np.inf, -np.inf, np.nan, 1.0] * (rows // 4),
            "whole": pd.array([1, 2, None, 4] * (rows // 4), dtype="Int64"),
            "flag": pd.array([True, None, False, True] * (rows // 4), dtype="boolean"),
            "arrow": pd.array(["a", "b", None, "c"] * (rows // 4), dtype=pd.ArrowDtype(pa.string())),
            "old": np.array(["1500-01-01", "1970-01-01", "9999-12-31", "2024-05-05"] * (rows // 4), "M8[us]"),
            "long": ["y", "z", "w", "x" * 1_000_000] + ["y"] * (rows - 4),
            "huge": random.choice([1e300, -1e300, 1e-300], rows),
            "complex": [str(complex(n % 5, 1)) for n in range(rows)],
            'quote " <b>': random.normal(size=rows),
            "left": random.choice(["yes", "no"], rows),
        }
    )


def test_every_column_of_an_awkward_table_is_looked_at(store: Store, project: Project) -> None:
    table = store(awkward(), target="left")
    for made in (glance(project, table), profile(project)):
        assert not [one.name for one in made.columns if one.note]
        assert made.column("gone").missing == 400
        json.dumps(asdict(made), allow_nan=False)
    for by in table.names:
        assert sum(one.rows for one in slices(project, table, by, second="huge").groups) == table.training_rows
        pair(project, table, by, "left" if by != "left" else "same")
    series = over_time(project, table, "old", "huge")
    assert (series.unit, series.starts[0], series.starts[-1]) == ("year", "1500-01-01", "9999-01-01")
    assert text_figures(project, table, "long").cut == 1


def test_a_column_that_fails_says_why_and_holds_up_no_other() -> None:
    broken = pa.chunked_array([pa.array([[1], [2]], pa.list_(pa.int64()))])
    found = profile_column("nested", "text", broken)
    assert found.note.startswith("not computed") or found.distinct == 2
    assert profile_column("half", "number", pa.chunked_array([pa.array([1.5, np.nan], pa.float64())])).infinite == 1


def test_a_version_without_rows_has_a_look_too(store: Store, project: Project) -> None:
    table = store(awkward(40)[["same", "old", "arrow"]])
    none = pq.read_table(artifacts.path(project, table.table)).slice(0, 0)
    cells = artifacts.put_table(project, "table", none)
    keys = artifacts.put_table(project, "row_keys", pa.table({"key": pa.array([], pa.uint64())}))
    columns = tuple(replace(one, missing=0, distinct=0) for one in table.columns)
    empty = replace(table, table=cells.id, keys=keys.id, rows=0, columns=columns, findings=())
    kept = artifacts.put_json(project, "dataset", empty.as_dict(), parents=[table.id], meta={"name": "none"})
    for made in (glance(project, kept.id), profile(project, dataset=kept.id)):
        assert (made.rows, made.associations, made.patterns) == (0, (), ())
        assert all(one.distinct == 0 for one in made.columns)
    assert pair(project, kept.id, "same", "arrow") is None
    assert [one.rows for one in slices(project, kept.id, "arrow").groups] == []
    with pytest.raises(NotApplicable):
        over_time(project, kept.id, "old")
    with pytest.raises(NotApplicable):
        text_figures(project, kept.id, "arrow")


@pytest.mark.parametrize("kind", ["int8", "uint64", "float32", "float16"])
def test_numbers_of_every_width_have_the_same_figures(kind: str) -> None:
    values = np.arange(100) % 11
    one = profile_column("n", "number", pa.chunked_array([pa.array(values.astype(kind))]))
    assert one.mean == pytest.approx(values.mean(), abs=1e-9)
    assert (one.distinct, one.quantiles["1"]) == (11, 10.0)


@pytest.mark.parametrize("places", [0, 1, 3, 6])
def test_decimals_are_counted_to_the_same_figures_as_sorted(places: int) -> None:
    values = np.random.default_rng(0).normal(0, 5, 20_000).round(places)
    values[:3] = [-0.0, 7.5, -7.5]
    for odd in ([], [np.inf], [1e308], [0.1 + 0.2]):
        some = np.concatenate([values, odd])
        one = profile_column("n", "number", pa.chunked_array([pa.array(some)]))
        finite = some[np.isfinite(some)]
        assert one.distinct == len(np.unique(some))
        assert one.quantiles["0.25"] == pytest.approx(np.quantile(finite, 0.25), abs=1e-12)
        assert one.mean == pytest.approx(finite.mean(), rel=1e-9)
        assert sum(count for *_, count in one.histogram) == len(finite)


def test_numbers_at_the_ends_of_what_a_float_holds_can_be_drawn_and_sliced(store: Store, project: Project) -> None:
    part = np.random.default_rng(0).random(300)
    huge = np.where(part < 0.5, -1.7e308, 1.7e308 * part)
    table = store(pd.DataFrame({"huge": huge, "part": part, "word": np.where(part < 0.3, "a", "b")}))
    drawn = pair(project, table.id, "huge", "part")
    assert drawn is not None
    assert sum(map(sum, drawn.table)) == 300
    groups = slices(project, table.id, "word", second="huge").groups
    assert all(one.second is not None and np.isfinite(one.second.low) for one in groups)
