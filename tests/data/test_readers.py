"""Readers: dialect, encoding, header; rows read = rows kept + rows rejected."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mlworkbench.data.rawcells import raw_cells
from mlworkbench.data.readers import READERS, Raw, check_options, reader_for, suffix_of
from mlworkbench.errors import InvalidInput


def read(tmp_path: Path, body: bytes | str, name: str = "t.csv", **options: Any) -> tuple[Raw, list[list[str | None]]]:
    path = tmp_path / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return read_file(path, tmp_path, options)


def read_file(path: Path, folder: Path, options: dict[str, Any]) -> tuple[Raw, list[list[str | None]]]:
    suffix = suffix_of(path.name)
    assert suffix is not None
    raw = reader_for(suffix).read(path, options, folder, lambda share: None)
    table = raw_cells(raw.path).table()
    return raw, [list(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_and_header_are_found(tmp_path: Path, delimiter: str) -> None:
    text = "name,size\nann,1.5\nbob,2\n".replace(",", delimiter)
    raw, rows = read(tmp_path, text)
    assert raw.names == ("name", "size")
    assert rows == [["ann", "1.5"], ["bob", "2"]]
    assert raw.reading is not None
    assert raw.reading["delimiter"] == delimiter


def test_cells_stay_as_they_are_written(tmp_path: Path) -> None:
    _, rows = read(tmp_path, 'id,note\n007," NA "\n1e5,\n9007199254740993,"say ""hi"", or\nnot"\n')
    assert rows == [["007", " NA "], ["1e5", ""], ["9007199254740993", 'say "hi", or\nnot']]


def test_ragged_rows_are_mended_where_nothing_is_lost_and_left_out_where_something_would_be(tmp_path: Path) -> None:
    raw, rows = read(tmp_path, "a,b,c\n1,2,3\n1,2\n4,5,6\n7,8,9,10\n1,1,1,\n1,1,1\n")
    assert rows == [["1", "2", "3"], ["1", "2", ""], ["4", "5", "6"], ["1", "1", "1"], ["1", "1", "1"]]
    assert (raw.rows, raw.rejected_rows) == (5, 1)
    assert [(one.row, one.text) for one in raw.rejected] == [(5, "7,8,9,10")]
    assert "4 fields where 3" in raw.rejected[0].reason
    assert {code: count for code, count, _ in raw.notes} == {"short_rows": 1, "trailing_fields": 1}
    assert raw.rejected_file is not None
    assert raw.rejected_file.read_text() == '5,4 fields where 3 were expected,"7,8,9,10"\n'


def test_mended_rows_stand_where_they_stood_over_many_blocks(tmp_path: Path) -> None:
    lines = [f"{i}" if i % 1000 == 7 else f"{i},{'x' * 40}" for i in range(400_000)]
    raw, rows = read(tmp_path, "n,word\n" + "\n".join(lines) + "\n")
    assert [row[0] for row in rows] == [str(i) for i in range(400_000)]
    assert raw.rejected_rows == 0
    assert ("short_rows", 400) in [note[:2] for note in raw.notes]


def test_titles_above_and_notes_below_are_no_rows(tmp_path: Path) -> None:
    text = "Sales,,\nall shops,,\n,,\nshop,year,sold\nA,2020,1\nB,2021,2\nC,2021,3\n,,\nSource: our books\n"
    raw, rows = read(tmp_path, text)
    assert raw.names == ("shop", "year", "sold")
    assert rows == [["A", "2020", "1"], ["B", "2021", "2"], ["C", "2021", "3"]]
    assert {code: count for code, count, _ in raw.notes} == {"skipped_lines": 3, "blank_rows": 1}
    assert [one.reason for one in raw.rejected] == ["a line after the table"]


def test_escapes_and_zstandard_and_a_header_of_several_rows(tmp_path: Path) -> None:
    _, rows = read(tmp_path, 'a,b\n1,"say \\"hi\\", then"\n2,"x"\n')
    assert rows == [["1", 'say "hi", then'], ["2", "x"]]
    with pa.CompressedOutputStream(str(tmp_path / "t.csv.zst"), "zstd") as stream:
        stream.write(b"a,b\n1,x\n")
    assert read_file(tmp_path / "t.csv.zst", tmp_path, {})[1] == [["1", "x"]]
    raw, rows = read(tmp_path, "sales,,stock\nin,out,\n1,2,3\n", header=2)
    assert (raw.names, rows) == (("sales in", "out", "stock"), [["1", "2", "3"]])


def test_a_table_whose_rows_mostly_do_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="The header has 2 names, but 2 of 2 rows"):
        read(tmp_path, "a,b\n1,2,3\n1,2,3\n", header=True, delimiter=",")


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("1,2\n3,4\n", False),
        ("a,b\n1,2\n", True),
        ("name,town\nann,york\nbob,bath\n", True),
        ("ham,hello\nspam,win\nham,bye\n", False),
        ("5,3\n?,4\n1,1\n", False),
    ],
)
def test_a_header_is_told_from_data(tmp_path: Path, text: str, header: bool) -> None:
    raw, rows = read(tmp_path, text)
    assert raw.reading is not None
    assert raw.reading["header"] is header
    assert len(rows) == text.count("\n") - header
    assert header or raw.names == ("column_1", "column_2")
    assert header == ("no_header" not in {code for code, _, _ in raw.notes})


def test_an_unpaired_quote_does_not_swallow_rows(tmp_path: Path) -> None:
    text = "label\ttext\n" + 'ham\t"unbalanced\nspam\tplain "word" here\n' * 50
    raw, rows = read(tmp_path, text, "t.tsv")
    assert len(rows) == 100
    assert rows[0] == ["ham", '"unbalanced']
    assert raw.rejected_rows == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_with_and_without_mark(tmp_path: Path, encoding: str) -> None:
    text = "naïve,größe\nÅse,1\nŁukasz,2\n"
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    raw, rows = read(tmp_path, mark + text.encode(encoding))
    assert raw.names == ("naïve", "größe")
    assert rows == [["Åse", "1"], ["Łukasz", "2"]]


def test_another_encoding_is_guessed_and_said_or_taken_as_told(tmp_path: Path) -> None:
    body = ("name,town\n" + "José,Málaga\nFrançois,Besançon\nJürgen,Köln\n" * 20).encode("cp1252")
    raw, rows = read(tmp_path, body)
    assert rows[0] == ["José", "Málaga"]
    assert "encoding_guessed" in {code for code, _, _ in raw.notes}
    raw, rows = read(tmp_path, body, encoding="cp1252")
    assert rows[2] == ["Jürgen", "Köln"]
    assert raw.notes == ()


def test_gzip_and_its_damage(tmp_path: Path) -> None:
    body = gzip.compress(b"a,b\n" + b"1,x\n" * 5000)
    assert read(tmp_path, body, "t.csv.gz")[0].rows == 5000
    with pytest.raises(InvalidInput, match="damaged or cut"):
        read(tmp_path, body[:-20], "t.csv.gz")
    with pytest.raises(InvalidInput, match="damaged or cut"):
        read(tmp_path, b"a,b\n1,2\n", "t.csv.gz")


@pytest.mark.parametrize(
    ("body", "options", "words"),
    [
        (b"\n\n  \n", {}, "empty"),
        (b"a b c d\n1 2 3 4\n2 3 4 5\n", {}, "Only one column was found, yet every line holds a space"),
        (b"a,b\n1,\x00\n", {}, "NUL bytes"),
        (b"a,b\n1,2\n", {"encoding": "klingon"}, "no known encoding"),
        (b"a,b\n1,\xff\n", {"encoding": "utf-8"}, "not in utf-8"),
        (b"a,b\n1,2\n", {"delimiter": ",,"}, "one character"),
        (b"a,b\n1,2\n", {"quote": "x"}, "A quote is"),
    ],
)
def test_a_bad_text_file_is_named(tmp_path: Path, body: bytes, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read(tmp_path, body, **options)


def test_options_are_checked_before_reading() -> None:
    csv = READERS.get("csv")
    for wrong in ({"sheet": "x"}, {"header": "yes"}, {"null_words": "NA"}, {"null_words": [1]}, {"delimiter": 3}):
        with pytest.raises(InvalidInput) as caught:
            check_options(csv, wrong)
        assert caught.value.field == "reading"
    check_options(csv, {"header": None, "null_words": ["-"], "day_first": False, "delimiter": ";"})


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_excel_cells_become_the_text_a_csv_would_have(tmp_path: Path) -> None:
    rows = [
        ["id", "when", "ok", "x"],
        [1, dt.datetime(2024, 2, 29), True, 0.1],
        ["007", dt.datetime(2024, 2, 29, 12, 30), False, None],
        [None, None, None, None],
        [2.5, None, None, "é"],
    ]
    path = workbook(tmp_path / "b.xlsx", {"one": rows, "two": [["z"]]})
    raw, cells = read_file(path, tmp_path, {})
    assert raw.names == ("id", "when", "ok", "x")
    assert cells == [
        ["1", "2024-02-29", "True", "0.1"],
        ["007", "2024-02-29 12:30:00", "False", None],
        ["2.5", None, None, "é"],
    ]
    notes = {code: (count, text) for code, count, text in raw.notes}
    assert notes["blank_rows"][0] == 1
    assert notes["other_sheets"][0] == 1
    assert "'two'" in notes["other_sheets"][1]


def test_excel_sheets_are_chosen_and_bad_books_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", {"one": [["a", "b"], [1, 2]], "two": [["c", "d"], [3, 4]], "no": []})
    assert read_file(path, tmp_path, {"sheet": "two"})[1] == [["3", "4"]]
    with pytest.raises(InvalidInput, match=r"no sheet 'x'\. It has: one, two"):
        read_file(path, tmp_path, {"sheet": "x"})
    with pytest.raises(InvalidInput, match="'no' is empty"):
        read_file(path, tmp_path, {"sheet": "no"})
    with pytest.raises(InvalidInput, match="Excel workbook was expected"):
        read(tmp_path, b"not a workbook", "c.xlsx")


def test_parquet_keeps_its_types_and_survives_double_names(tmp_path: Path) -> None:
    table = pa.table([pa.array([1, 2]), pa.array(["x", None]), pa.array([[1], [2]])], names=["a", "a", "l"])
    pq.write_table(table, tmp_path / "t.parquet")
    raw, cells = read_file(tmp_path / "t.parquet", tmp_path, {})
    assert raw.names == ("a", "a", "l")
    assert cells == [[1, "x", "[1]"], [2, None, "[2]"]]
    with pytest.raises(InvalidInput, match="Parquet file was expected"):
        read(tmp_path, b"PAR1 no", "u.parquet")


def test_a_parquet_with_a_damaged_page_is_refused_whole(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": list(range(9000)), "b": [f"x{i}" for i in range(9000)]}), tmp_path / "t.parquet")
    body = bytearray((tmp_path / "t.parquet").read_bytes())
    body[40:400] = b"\xff" * 360
    with pytest.raises(InvalidInput, match="Parquet file was expected"):
        read(tmp_path, bytes(body), "u.parquet")
