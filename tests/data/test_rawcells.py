"""Raw cells come back as they were written, in either format, by column and by rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlworkbench.data.keys import value_keys
from mlworkbench.data.plan import Plan, by_value, convert
from mlworkbench.data.rawcells import raw_cells

WORDS = st.sampled_from(
    ["", " ", "a", "A", "NA", "?", "true", "TRUE", "1", "+1", "1.0", " 1", "007", ".5", "-.5e3", "2020-01-02",
     "2020-1-2", "2020-01-02 00:00", "9007199254740993", "9007199254740993.0", "-", "+", "é", "a" * 70, "1e400"]
)  # fmt: skip


def written(folder: Path, kind: str, batches: list[pa.RecordBatch]) -> Path:
    path = folder / f"raw{kind}"
    if kind == ".arrow":
        with pa.ipc.new_file(str(path), batches[0].schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
            for batch in batches:
                writer.write_batch(batch)
    else:
        with pq.ParquetWriter(path, batches[0].schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
    return path


def batches_of(*sizes: int) -> list[pa.RecordBatch]:
    made, begin = [], 0
    for size in sizes:
        cells = [str(n) for n in range(begin, begin + size)]
        made.append(
            pa.RecordBatch.from_arrays(
                [pa.array(cells, pa.string()), pa.array(cells[::-1], pa.string())], names=["c0", "c1"]
            )
        )
        begin += size
    return made


@pytest.mark.parametrize("kind", [".arrow", ".parquet"])
@pytest.mark.parametrize("sizes", [(5, 0, 3), (1,) * 40, (100, 7, 64), (0,)], ids=str)
def test_cells_come_back_by_column_and_by_rows(tmp_path: Path, kind: str, sizes: tuple[int, ...]) -> None:
    batches = batches_of(*sizes)
    whole = pa.Table.from_batches(batches)
    cells = raw_cells(written(tmp_path, kind, batches))
    assert cells.schema.names == ["c0", "c1"]
    assert cells.table().equals(whole)
    assert cells.column("c1").to_pylist() == whole["c1"].to_pylist()
    assert [cell for piece in cells.pieces("c1") for cell in piece.to_pylist()] == whole["c1"].to_pylist()
    lengths = [len(batch) for batch in cells.batches(16)]
    assert sum(lengths) == len(whole)
    assert max(lengths, default=0) <= 16
    assert len(cells.sizes()) == 2


def test_rows_of_short_batches_are_joined_to_full_ones(tmp_path: Path) -> None:
    cells = raw_cells(written(tmp_path, ".arrow", batches_of(*(3,) * 50)))  # more than are held
    assert [len(batch) for batch in cells.batches(64)] == [64, 64, 22]


@given(st.lists(st.none() | WORDS | st.text(max_size=12), max_size=60))
def test_keys_and_cells_are_the_same_by_value_and_cell_by_cell(texts: list[str | None]) -> None:
    cells = pa.array(texts, pa.string())
    many, few = (Plan("a", "a", "text", "", False, max(len(texts), 1), 0, each, ()) for each in (len(texts) + 1, 0))
    assert pa.types.is_dictionary(by_value(cells, few).type)
    assert convert(by_value(cells, few), few).equals(convert(cells, many))
    wide = pa.concat_arrays(
        [cells, pa.array([f"w{n}" for n in range(1000 - len(texts))], pa.string())]
    )  # mostly different: hashed
    one_by_one = np.concatenate([value_keys(pa.array([cell], pa.string())) for cell in texts] or [value_keys(cells)])
    for way in (cells, cells.dictionary_encode(), wide):
        assert (value_keys(way)[: len(texts)] == one_by_one).all()
