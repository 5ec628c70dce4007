"""Row keys: what a row says, not how it was typed; the same everywhere and for ever."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from mlworkbench import Project
from mlworkbench.data import ingest, load_keys, load_table, row_keys
from mlworkbench.data.keys import value_keys


def keys_of(cells: list[object], kind: pa.DataType | None = None) -> np.ndarray:
    return value_keys(pa.array(cells, kind))


def test_one_value_in_many_spellings_is_one_key() -> None:
    texts = ["29.85", "29.850", " 29.85 ", "+29.85", "2985e-2"]
    assert len(set(keys_of(texts))) == 1
    assert keys_of(texts)[0] == keys_of([29.85])[0] == keys_of([29.85], pa.float32())[0]
    assert len({keys_of(["3"])[0], keys_of(["3.0"])[0], keys_of([3])[0], keys_of([3.0])[0], keys_of(["03"])[0]}) == 1
    assert keys_of(["TRUE"])[0] == keys_of([True])[0] != keys_of([False])[0]
    assert keys_of(["0"])[0] == keys_of([-0.0])[0]
    missing = [None, "", " ", "NA", "NaN", "null", "?"]
    assert len(set(keys_of(missing))) == 1
    assert keys_of([None, "NA"])[0] == keys_of([float("nan")])[0] == keys_of([None], pa.timestamp("us"))[0]
    day = dt.datetime(2020, 1, 31)
    assert len({keys_of([day])[0], keys_of(["2020-01-31"])[0], keys_of(["2020-01-31 00:00:00"])[0]}) == 1


def test_different_values_have_different_keys() -> None:
    cells = ["1", "2", "01/02/2020", "02/01/2020", "a", "A", "a ", "x1", "2020-01-31", "2020-02-30", "9" * 20, "9" * 21]
    assert len(set(keys_of(cells))) == len(cells)
    numbers = np.arange(200_000)
    assert len(set(keys_of(numbers.tolist()))) == len(numbers)


def test_whole_numbers_beyond_doubles_stay_apart_and_alike_in_every_type() -> None:
    big = [2**53 + 1, 2**53 + 2, 2**62, 2**62 + 1]
    assert len(set(keys_of(big))) == 4
    assert (keys_of(big) == keys_of([str(number) for number in big])).all()
    assert keys_of([1e17])[0] == keys_of([10**17])[0] == keys_of(["1e17"])[0] == keys_of(["100000000000000000"])[0]


def test_keys_do_not_depend_on_column_order_or_container() -> None:
    frame = pd.DataFrame({"b": ["x", None, "y"], "a": [1.5, 2.0, np.nan]})
    expected = row_keys(frame)
    assert (row_keys(frame[["a", "b"]]) == expected).all()
    assert (row_keys(pa.Table.from_pandas(frame)) == expected).all()
    assert (row_keys(frame, ["a"]) != expected).all()
    swapped = frame.rename(columns={"a": "b", "b": "a"})
    assert (row_keys(swapped)[:2] != expected[:2]).all()


def test_keys_are_the_same_in_another_process_and_never_change() -> None:
    script = (
        "import pandas as pd; from mlworkbench.data import row_keys;"
        "print(row_keys(pd.DataFrame({'a': ['x', '2.50', None], 'b': [1.5, 2.0, 3.0]})).tolist())"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    expected = [
        2095087417117323378,
        17359271517778183807,
        10842915207471415257,
    ]  # stored in every workspace: a change here orphans every holdout
    assert run.stdout.strip() == str(expected)


def test_csv_parquet_and_excel_of_one_table_have_the_same_keys(project: Project, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "when": pd.date_range("2024-01-01", periods=40, freq="7h").floor("s"),
            "whole": np.arange(40),
            "real": (np.linspace(-1, 1, 40) / 3).round(12),  # a workbook keeps 15 digits
            "word": ["a", "B b", None, "é"] * 10,
            "flag": [True, False] * 20,
            "holes": [1.0, None, 3.0, 4.5] * 10,
        }
    )
    frame.to_csv(tmp_path / "t.csv", index=False)
    frame.to_parquet(tmp_path / "t.parquet")
    frame.to_excel(tmp_path / "t.xlsx", index=False)
    read = [ingest(project, source=tmp_path / f"t.{suffix}") for suffix in ("csv", "parquet", "xlsx")]
    expected = load_keys(project, read[0])
    assert len(set(expected)) == 40
    for dataset in read:
        assert (load_keys(project, dataset) == expected).all(), dataset.name
        assert (row_keys(load_table(project, dataset)) == expected).all(), dataset.name
        assert dataset.schema == read[0].schema


@pytest.mark.parametrize("types", [{"a": "text"}, {"a": "number"}, {"b": "category"}, {"b": "number"}])
def test_retyping_never_changes_a_key(project: Project, tmp_path: Path, types: dict[str, str]) -> None:
    (tmp_path / "t.csv").write_text("a,b\n" + "".join(f"{i}.50,{i % 7}\n" for i in range(50)) + "x,?\n 3,NA\n")
    before = ingest(project, source=tmp_path / "t.csv")
    after = ingest(project, source=tmp_path / "t.csv", types=types)
    assert after.schema != before.schema or after.id != before.id
    assert after.keys == before.keys
