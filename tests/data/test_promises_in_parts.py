"""A long table is checked against the contract a part at a time, and the report is that of all rows at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlworkbench.data import check_table, read_contract
from mlworkbench.data.promises import parts
from mlworkbench.data.promises.checking import frame_of
from mlworkbench.data.promises.parts import as_it_came, check_stored

CONTRACT = read_contract({
    "columns": [
        {"name": "x", "type": "number", "minimum": 0, "maximum": 5, "unique": True, "nullable": True},
        {"name": "n", "type": "integer", "unique": True, "most_missing": 0.1, "nullable": True},
        {"name": "word", "type": "text", "values": ["a", "b"], "unique": True, "max_length": 1},
        {"name": "when", "type": "datetime", "minimum": "2020-01-01", "unique": True, "nullable": True},
        {"name": "not there", "type": "text"},
    ],
    "rules": [
        {"name": "mostly", "condition": "x > 1", "limit": 0.4},
        {"name": "always", "condition": "x < n or missing(n)"},
        {"name": "of what is not there", "condition": "gone > 1"},
    ],
    "strict": True,
})  # fmt: skip


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 1000), rows=st.integers(0, 220), size=st.integers(1, 90), holes=st.sampled_from([0, 0.05, 0.5])
)
def test_parts_tell_what_the_whole_tells(
    seed: int, rows: int, size: int, holes: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    random = np.random.default_rng(seed)

    def with_holes(values: Any) -> list[Any]:
        return [None if random.random() < holes else value for value in values.tolist()]

    moments = pa.array(with_holes(random.integers(15 * 10**14, 17 * 10**14, rows)), pa.int64())
    table = pa.table({
        "x": pa.array(with_holes(random.normal(2, 2, rows).round(1)), pa.float64()),
        "n": pa.array(with_holes(random.integers(-5, 500, rows)), pa.int64()),
        "word": pa.array(with_holes(random.choice(["a", "b", "ccc", " "], rows)), pa.string()),
        "when": moments.cast(pa.timestamp("us")),
        "extra": pa.array(range(rows), pa.int64()),
    })  # fmt: skip
    path = tmp_path_factory.getbasetemp() / "table.parquet"
    pq.write_table(table, path)
    places = [place for place in range(rows) if table["x"][place].as_py() is None][:5]
    unread = {"x": pd.Series(["many"] * len(places), places, dtype=object)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "ROWS", size)
        in_parts = check_stored(CONTRACT, path, unread)
    assert in_parts == check_table(CONTRACT, as_it_came(frame_of(table), unread))


def test_no_more_is_listed_than_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table.parquet"
    table = pa.table({"x": np.full(5_000, 9.0), "n": np.zeros(5_000, int), "word": ["ccc"] * 5_000})
    pq.write_table(table, path)
    monkeypatch.setattr(parts, "ROWS", 700)
    found = check_stored(CONTRACT, path)
    assert found == check_table(CONTRACT, table)
    assert len(found.violations) == 1_000
