"""Any table written by the csv module or pandas, in any dialect that can hold it, comes back as it was written."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from mlworkbench.data.inference import study
from mlworkbench.data.plan import convert
from mlworkbench.data.rawcells import raw_cells
from mlworkbench.data.readers import READERS

LETTERS = some.characters(codec="utf-8", exclude_characters="\x00\r\ufeff", exclude_categories=("Cs", "Cc", "Zl", "Zp"))
CELLS = some.text(some.one_of(LETTERS, some.sampled_from(list(",;\t|\"'\n \\"))), max_size=12)
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@some.composite
def tables(draw: some.DrawFn) -> list[list[str]]:
    """A header of words and one to eight rows of cells, the first column filled so that no row is blank."""
    width = draw(some.integers(2, 5))
    rows = draw(some.lists(some.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8))
    return [[f"name {place}" for place in range(width)], *([f"row{n}", *row[1:]] for n, row in enumerate(rows))]


def read(body: bytes, **options: object) -> tuple[tuple[str, ...], list[list[str]]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "t.csv").write_bytes(body)
        raw = READERS.get("csv").read(folder / "t.csv", options, folder, lambda share: None)
        table = raw_cells(raw.path).table()
        assert raw.rejected_rows == 0
        return raw.names, [list(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


@SLOW
@given(
    table=tables(),
    delimiter=some.sampled_from(",;\t|"),
    encoding=some.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    newline=some.sampled_from(["\n", "\r\n"]),
)
def test_a_table_of_the_csv_module_comes_back(
    table: list[list[str]], delimiter: str, encoding: str, newline: str
) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL).writerows(table)
    names, rows = read(stream.getvalue().encode(encoding), delimiter=delimiter, header=True, skip_rows=0)
    assert list(names) == table[0]
    assert rows == table[1:]


@SLOW
@given(table=tables())
def test_quoting_only_where_it_is_needed_comes_back_too(table: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(table)
    _, rows = read(stream.getvalue().encode(), delimiter=",", header=True, quote='"', skip_rows=0)
    assert rows == table[1:]


NUMBERS = some.lists(some.floats(-1e12, 1e12, allow_nan=False).map(lambda n: round(n, 3)), min_size=3, max_size=30)


@SLOW
@given(numbers=NUMBERS, marks=some.sampled_from([(".", ""), (",", ""), (",", "."), (".", ","), (",", " "), (".", "'")]))
def test_numbers_come_back_from_any_marks_that_are_said(numbers: list[float], marks: tuple[str, str]) -> None:
    point, group = marks
    written = [f"{number:,.3f}".replace(",", "G").replace(".", point).replace("G", group) for number in numbers]
    column = pa.array(written, pa.string())
    plan = study("x", column, type="number", said={"decimal": point, "thousands": group})
    assert convert(column, plan).to_pylist() == pytest.approx(numbers, abs=1e-9)


@SLOW
@given(whole=some.lists(some.integers(-(2**63), 2**63 - 1), min_size=2, max_size=30, unique=True))
def test_whole_numbers_of_64_bits_stay_exact(whole: list[int]) -> None:
    column = pa.array([str(number) for number in whole], pa.string())
    plan = study("x", column, type="integer")
    assert convert(column, plan).to_pylist() == whole
