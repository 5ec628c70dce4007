"""Readers of what is no delimited text: workbooks, Parquet, Feather, JSON, ARFF, zip; right or refused in words."""

from __future__ import annotations

import csv
import datetime as dt
import decimal
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlworkbench import Project
from mlworkbench.data import detect_reading, ingest, receive, revise
from mlworkbench.data.rawcells import raw_cells
from mlworkbench.data.readers import Raw, check_options, reader_for, suffix_of
from mlworkbench.data.readers import excel as excel_reader
from mlworkbench.data.readers import feather as feather_reader
from mlworkbench.data.readers import json_records as json_reader
from mlworkbench.data.readers import parquet as parquet_reader
from mlworkbench.data.readers.magic import check_content, sniff
from mlworkbench.errors import InvalidInput

Rows = list[list[Any]]


def silent(share: float) -> None:
    assert 0 <= share <= 1


def read(path: Path, folder: Path, **options: Any) -> tuple[Raw, Rows]:
    suffix = suffix_of(path.name)
    assert suffix is not None
    spec = reader_for(suffix)
    check_options(spec, options)
    raw = spec.read(path, options, folder, silent)
    return raw, cells_of(raw)


def cells_of(raw: Raw) -> Rows:
    table = raw_cells(raw.path).table()
    assert table.num_rows == raw.rows
    assert table.num_columns == len(raw.names)
    return [list(row) for row in zip(*(column.to_pylist() for column in table.columns), strict=True)]


def refused(path: Path, folder: Path, **options: Any) -> str:
    with pytest.raises(InvalidInput) as wrong:
        read(path, folder, **options)
    assert wrong.value.field in ("source", "reading")
    return wrong.value.message


def put(folder: Path, name: str, body: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


def notes(raw: Raw) -> dict[str, int]:
    return {code: count for code, count, _ in raw.notes}


# ---------------------------------------------------------------- the torture suite

WORDS = {
    "duckdb_whitespace_only.json": "no data",
    "messy_encrypted.xls": "encrypted",
    "parquet_bad_ARROW-GH-41317.parquet": "damaged",
    "parquet_bad_ARROW-RS-GH-6229-DICTHEADER.parquet": "damaged",
    "parquet_bad_ARROW-RS-GH-6229-LEVELS.parquet": "damaged",
    "parquet_corrupt_checksum.parquet": "checksum",
    "parquet_large_string_map.parquet": "too large",
    "polars_empty.xlsx": "has only a header",
    "refine_notazip.zip": "zip archive was expected",
}
TOLD = {
    "duckdb_inconsistent_schemas.ndjson": "mixed_kinds",
    "fric_many_sheets.xlsx": "other_sheets",
    "fric_multirow_header.xlsx": "joined_header",
    "parquet_int96_far_dates.parquet": "unrepresentable_times",
    "parquet_nested_structs.parquet": "nested_columns",
    "polars_mixed_types.xlsx": "mixed_kinds",
    "refine_dates.xls": "other_sheets",
    "sheetjs_error_types.xlsx": "error_cells",
}


def fits(found: Any, wanted: Any) -> bool:
    if wanted is None or found is None:
        return wanted is None and found in (None, "", "nan")
    text = found.isoformat() if isinstance(found, dt.datetime) else str(found).strip()
    if isinstance(wanted, bool):
        return text.lower() == str(wanted).lower()
    return float(text) == float(wanted) if isinstance(wanted, int | float) else text.startswith(str(wanted))


@pytest.mark.realdata
def test_every_awkward_file_of_these_formats_is_right_or_refused_in_words(
    shared_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for reader in (parquet_reader, excel_reader):  # without a process for each; the contract tests have the whole way

        def here(module: str, *given: Any, read_file: Any = reader.read_file) -> Raw:
            return read_file(*given)  # type: ignore[no-any-return]

        monkeypatch.setattr(reader, "fenced", here)
    torture = next(at / "torture" for at in (shared_data, shared_data.parent) if (at / "torture").is_dir())
    seen = 0
    for row in csv.DictReader((torture / "EXPECTED.csv").open(encoding="utf-8")):
        name = row["file"]
        if not name.endswith((".xlsx", ".xls", ".parquet", ".json", ".ndjson", ".zip")):
            continue
        seen += 1
        how = {key: value for key, value in json.loads(row["settings"]).items() if key != "null"}
        folder = tmp_path / str(seen)
        folder.mkdir()
        if name in WORDS:
            assert row["status"] != "ok"
            assert WORDS[name] in refused(torture / name, folder, **how), name
            continue
        assert row["status"] != "reject", name
        raw, cells = read(torture / name, folder, **how)
        if row["rows"]:
            assert raw.rows == int(row["rows"]), name
        if row["cols"]:
            assert len(raw.names) == int(row["cols"]), name
        for one in json.loads(row["cells"]):
            assert fits(cells[one["row"]][one["col"]], one["value"]), (name, one, cells[one["row"]])
        if name in TOLD:
            assert TOLD[name] in notes(raw), (name, raw.notes)
    assert seen == 32


def test_shared_files_say_what_happened_to_them(shared_data: Path, tmp_path: Path) -> None:
    torture = next(at / "torture" for at in (shared_data, shared_data.parent) if (at / "torture").is_dir())
    raw, _ = read(torture / "duckdb_unterminated.ndjson", tmp_path)
    assert [(one.row, one.text) for one in raw.rejected] == [(3, '{"id":3,"name":"The Firm}')]
    raw, cells = read(torture / "parquet_int96_far_dates.parquet", tmp_path)
    assert cells[2] == [dt.datetime(9999, 12, 31, 3)]
    assert notes(raw)["unrepresentable_times"] == 1
    raw, _ = read(torture / "parquet_nested_structs.parquet", tmp_path, flatten=True)
    assert len(raw.names) == 216
    assert raw.names[0] == "roll_num.min"
    raw, _ = read(torture / "fric_multirow_header.xlsx", tmp_path, header=5)
    assert raw.names[:2] == ("Region", "Caloric contribution (%)")
    assert raw.names[3].endswith("from baseline (%)")
    raw, _ = read(torture / "sheetjs_error_types.xlsx", tmp_path)
    assert notes(raw)["error_cells"] > 10
    with pytest.raises(InvalidInput, match="is a zip archive"):
        check_content(torture / "fric_zip_named.csv", "delimited text")


# ---------------------------------------------------------------- contents and names


def test_what_a_file_is_is_seen_by_its_first_bytes(tmp_path: Path) -> None:
    frame = pd.DataFrame({"a": [1, 2]})
    frame.to_parquet(tmp_path / "p")
    frame.to_feather(tmp_path / "f")
    frame.to_excel(tmp_path / "x.xlsx", index=False)
    with zipfile.ZipFile(tmp_path / "z", "w") as archive:
        archive.writestr("t.csv", "a\n1\n")
    put(tmp_path, "g", gzip.compress(b"a,b\n"))
    put(tmp_path, "t", "PAR,b\n1,2\n")
    put(tmp_path, "n", "")
    put(tmp_path, "b", "BZh1,name\n")
    found = {name: sniff(tmp_path / name) for name in ("p", "f", "x.xlsx", "z", "g", "t", "n", "b")}
    assert found == {
        "p": "parquet", "f": "feather", "x.xlsx": "xlsx", "z": "zip", "g": "gz", "t": None, "n": None, "b": None,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["t.xlsx", "t.feather", "t.json", "t.arff", "t.zip"])
def test_a_suffix_that_lies_is_named(tmp_path: Path, name: str) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "p.parquet")
    assert "it is a Parquet file" in refused((tmp_path / "p.parquet").rename(tmp_path / name), tmp_path)


RUBBISH = [b"no such thing", b"PAR1PAR1PAR1", b"ARROW1\0\0" + b"\xff" * 64, b"PK\x03\x04", b"\0" * 99]


ENDS = ["xlsx", "parquet", "feather", "json", "ndjson", "json.gz", "arff", "zip"]


@pytest.mark.parametrize("name", [f"t.{end}" for end in ENDS])
@pytest.mark.parametrize("body", RUBBISH, ids=range(len(RUBBISH)))
def test_rubbish_is_refused_in_words(tmp_path: Path, name: str, body: bytes) -> None:
    assert len(refused(put(tmp_path, name, body), tmp_path)) > 40


# ---------------------------------------------------------------- JSON


def test_json_numbers_stay_exact_and_names_apart(tmp_path: Path) -> None:
    text = '{"n":12345678901234567890,"N":0.1000000000000000000001,"t":"007","b":true,"x":{"y":[1.50,null,"é"]}}\n'
    raw, cells = read(put(tmp_path, "t.ndjson", text), tmp_path)
    assert raw.names == ("n", "N", "t", "b", "x")
    row = ["12345678901234567890", "0.1000000000000000000001", "007", "True", '{"y": [1.50, null, "é"]}']
    assert cells == [row]
    assert notes(raw) == {"nested_columns": 1}
    raw, cells = read(tmp_path / "t.ndjson", tmp_path, flatten=True)
    assert raw.names[-1] == "x.y"
    assert cells[0][-1] == '[1.50, null, "é"]'


def test_malformed_lines_are_left_out_with_number_text_and_reason(tmp_path: Path) -> None:
    deep = '{"a":' + "[" * 100_000 + "]" * 100_000 + "}"
    good = "".join(f'{{"a":{n}}}\n' for n in range(20))
    bad = ['{"a":1', '{"a":1}x', "5", '{"a":1,"a":2}', '{"a":"\\ud800"}', deep]
    path = put(tmp_path, "t.jsonl", (good + "\n".join(bad) + "\n").encode() + b'{"a":"\xff"}\n\n{"a":20}')
    raw, cells = read(path, tmp_path)
    assert [row[0] for row in cells] == [str(n) for n in range(21)]
    assert [one.row for one in raw.rejected] == [21, 22, 23, 24, 25, 26, 27]
    assert [one.reason.split(" at ")[0][:24] for one in raw.rejected[1:6]] == [
        "text after the JSON valu", "a value that is no objec", "the key 'a' occurs twice", "half of a character (a l",
        "nested too deep",
    ]  # fmt: skip
    assert (raw.rows, raw.rejected_rows) == (21, 7)
    assert raw.rejected_file is not None
    csv.field_size_limit(1 << 20)
    assert len(list(csv.reader(raw.rejected_file.open(encoding="utf-8", newline="")))) == 7


def test_columns_met_late_are_empty_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlworkbench.data.readers.records._CELLS", 100)
    lines = [json.dumps({"a": n} | ({"late": n} if n >= 150 else {})) for n in range(300)]
    raw, cells = read(put(tmp_path, "t.ndjson", "\n".join(lines)), tmp_path)
    assert raw.names == ("a", "late")
    assert cells == [[str(n), str(n) if n >= 150 else None] for n in range(300)]


@pytest.mark.parametrize("orient", ["records", "columns", "list", "data"])
def test_documents_that_pandas_writes_come_back(tmp_path: Path, orient: str) -> None:
    frame = pd.DataFrame({"a": [1, 2, 3], "b": ["x", None, "ü"]})
    if orient == "list":
        text = json.dumps(json.loads(frame.to_json(orient="records")) and {"a": [1, 2, 3], "b": ["x", None, "ü"]})
    elif orient == "data":
        text = json.dumps({"page": 1, "data": json.loads(frame.to_json(orient="records"))}, indent=2)
    else:
        text = frame.to_json(orient=orient)  # type: ignore[call-overload]
    raw, cells = read(put(tmp_path, "t.json", text), tmp_path)
    assert raw.names == ("a", "b")
    assert cells == [["1", "x"], ["2", None], ["3", "ü"]]
    assert ("records_path" in notes(raw)) == (orient != "records")


def test_arrays_are_read_across_the_borders_of_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlworkbench.data.readers.documents._BLOCK", 7)
    rows = [{"n": n * 1111, "t": f'q"]}},{{é\\{n}'} for n in range(200)]
    for encoding in ("utf-8-sig", "utf-16", "utf-32"):
        _, cells = read(put(tmp_path, "t.json", json.dumps(rows, ensure_ascii=False).encode(encoding)), tmp_path)
        assert cells == [[str(row["n"]), row["t"]] for row in rows]
    assert "there is text after the array" in refused(put(tmp_path, "u.json", '[{"a":1}] 5'), tmp_path)
    assert "the file ends" in refused(put(tmp_path, "u.json", '[{"a":1},{"a":2}'), tmp_path)
    assert "in element 2" in refused(put(tmp_path, "u.json", '[{"a":1},{"a" 2}, {"a":"' + "x" * 99 + '"}]'), tmp_path)


def test_records_are_found_where_a_person_says(tmp_path: Path) -> None:
    path = put(tmp_path, "t.json", '{"r":{"a":[{"x":1}],"b":[{"y":2},{"y":3}]},"m":[{"z":1}],"o":[{"z":1}]}')
    raw, cells = read(path, tmp_path, records="r.b")
    assert (raw.names, cells) == (("y",), [["2"], ["3"]])
    assert "no key 'c'; there are: a, b" in refused(path, tmp_path, records="r.c")
    lines = (json.dumps({f"{n}_{k}": 1 for k in range(300)}) for n in range(70))
    assert "different keys" in refused(put(tmp_path, "k.ndjson", "\n".join(lines)), tmp_path)


def test_packed_text_is_read_and_a_cut_one_or_a_bomb_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = gzip.compress(b"".join(b'{"a":%d,"w":"%x"}\n' % (n, n * n) for n in range(5000)))
    raw, _ = read(put(tmp_path, "t.ndjson.gz", body), tmp_path)
    assert raw.rows == 5000
    assert "damaged or cut" in refused(put(tmp_path, "t.ndjson.gz", body[: len(body) // 2]), tmp_path)
    monkeypatch.setattr("mlworkbench.data.readers.bounded.SMALL", 1 << 20)
    for name in ("t.ndjson.gz", "t.json.gz", "t.arff.gz"):
        bomb = gzip.compress((b"%" if "arff" in name else b"[") + b" " * (8 << 20))
        assert "too large when unpacked" in refused(put(tmp_path, name, bomb), tmp_path)


# ---------------------------------------------------------------- workbooks


def book(path: Path, *rows: list[Any], merge: str = "") -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    made.save(path)
    return path


def test_sheets_with_titles_merged_heads_times_and_late_starts(tmp_path: Path) -> None:
    path = book(
        tmp_path / "t.xlsx",
        ["Sales of all shops"],
        [],
        [None, "when", None, "x"],
        [None, "day", "hour", None],
        [None, dt.date(2024, 2, 29), dt.time(12, 30), "=1+1"],
        [None, dt.date(1999, 1, 1), dt.timedelta(hours=26), "007"],
        merge="B3:C3",
    )
    raw, cells = read(path, tmp_path, skip_rows=2, header=2)
    assert raw.names == ("", "when day", "when hour", "x")
    assert cells[1] == [None, "1999-01-01", "26:00:00", "007"]
    assert cells[0][:3] == [None, "2024-02-29", "12:30:00"]
    assert notes(raw) == {"joined_header": 2, "skipped_lines": 2}
    raw, cells = read(book(tmp_path / "u.xlsx", ["a", 1], ["b", 2]), tmp_path, header=False)
    assert (raw.names, cells) == (("column_1", "column_2"), [["a", "1"], ["b", "2"]])
    assert raw.reading == {"reader": "excel", "sheet": "Sheet", "header": False}


def test_an_xls_that_is_an_xlsx_is_read_and_a_csv_named_so_is_not(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", ["a"], [1], ["x"], [True]).rename(tmp_path / "t.xls")
    raw, cells = read(path, tmp_path)
    assert cells == [["1"], ["x"], ["True"]]
    assert notes(raw) == {"mixed_kinds": 1}
    assert "looks like text" in refused(put(tmp_path, "c.xls", "a,b\n1,2\n"), tmp_path)


def test_a_sheet_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", ["a", "b"], [1, 2])
    far = tmp_path / "far.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(far, "w") as new:
        for one in old.infolist():
            body = old.read(one)
            if one.filename == "xl/worksheets/sheet1.xml":
                body = body.replace(b'r="B2"', b'r="XFD1048576"').replace(b'<row r="2"', b'<row r="1048576"')
                body = body.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"').replace(b'r="A2"', b'r="A1048576"')
            new.writestr(one, body)
    assert "damaged, or too large when unpacked" in refused(far, tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as made, made.open("xl/x.xml", "w") as member:
        for _ in range(300):
            member.write(b" " * (1 << 20))
    assert "The workbook is too large when unpacked" in refused(path, tmp_path)


# ---------------------------------------------------------------- Parquet and Feather


def test_awkward_types_become_exact_text_or_true_times(tmp_path: Path) -> None:
    big = decimal.Decimal("12345678901234567890.123")
    table = pa.table(
        {
            "decimal": pa.array([big, None], pa.decimal128(25, 3)),
            "unsigned": pa.array([2**64 - 1, 1], pa.uint64()),
            "far": pa.array([2**40, 0], pa.timestamp("s")),
            "fine": pa.array([1_000_000_001, -1], pa.timestamp("ns")),
            "zone": pa.array([0, 3600], pa.timestamp("s", "Europe/Berlin")),
            "day": pa.array([19000, 10**8], pa.date32()),
            "bytes": pa.array([b"ok", b"\xff"], pa.binary()),
            "word": pa.array(["a", "b"]).dictionary_encode(),
            "took": pa.array([93_600_000_000_500, None], pa.duration("ns")),
            "map": pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int8())),
            "list": pa.array([[{"t": dt.date(2020, 1, 1), "b": None}], []]),
        }
    )
    expected = [
        ["12345678901234567890.123", None],
        ["18446744073709551615", "1"],
        [None, dt.datetime(1970, 1, 1)],
        [dt.datetime(1970, 1, 1, 0, 0, 1), dt.datetime(1969, 12, 31, 23, 59, 59, 999999)],
        [dt.datetime(1970, 1, 1), dt.datetime(1970, 1, 1, 1)],
        [dt.datetime(2022, 1, 8), None],
        ["ok", "\\xff"],
        ["a", "b"],
        ["26:00:00.0000005", None],
        ['[{"key": "k", "value": 1}]', None],
        ['[{"t": "2020-01-01", "b": null}]', "[]"],
    ]
    pq.write_table(table, tmp_path / "t.parquet")
    feather.write_feather(table, tmp_path / "t.feather")
    for name in ("t.parquet", "t.feather"):
        raw, cells = read(tmp_path / name, tmp_path)
        assert [list(column) for column in zip(*cells, strict=True)] == expected
        counts = {"nested_columns": 2, "unrepresentable_times": 2, "cut_nanoseconds": 2, "bytes_as_text": 1}
        assert notes(raw) == counts


def test_a_long_cell_repeated_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = "x" * (1 << 20)
    indices = pa.array([0] * 5_000, pa.int32())
    table = pa.table({"w": pa.DictionaryArray.from_arrays(indices, pa.array([word]))})
    pq.write_table(table, tmp_path / "t.parquet")
    assert (tmp_path / "t.parquet").stat().st_size < 2 << 20
    assert "too large" in refused(tmp_path / "t.parquet", tmp_path)
    monkeypatch.setattr("mlworkbench.data.readers.fence.MEMORY", 400_000_000)
    zeros = pa.table({"z": pa.array([b"\0" * (1 << 28)] * 2, pa.binary())})
    feather.write_feather(zeros, tmp_path / "t.feather", compression="zstd")
    assert (tmp_path / "t.feather").stat().st_size < 1 << 20
    assert "too large" in refused(tmp_path / "t.feather", tmp_path)


def test_structs_become_columns_on_request_and_cut_files_are_refused(tmp_path: Path) -> None:
    table = pa.table({"p": [{"x": 1, "q": {"y": "a"}}, None, {"x": 3, "q": None}], "n": [1, 2, 3]})
    pq.write_table(table, tmp_path / "t.parquet")
    feather.write_feather(table, tmp_path / "t.feather")
    for name in ("t.parquet", "t.feather"):
        raw, cells = read(tmp_path / name, tmp_path, flatten=True)
        assert raw.names == ("p.q.y", "p.x", "n") if raw.names[0] == "p.q.y" else raw.names == ("p.x", "p.q.y", "n")
        assert sorted(map(str, cells[1])) == ["2", "None", "None"]
        body = (tmp_path / name).read_bytes()
        assert "Write it again" in refused(put(tmp_path, f"cut.{name}", body[: len(body) - 40]), tmp_path)


# ---------------------------------------------------------------- ARFF


ARFF = """% made by hand
@RELATION 'a b'
@attribute 'the size' NUMERIC
@attribute kind {red,'dark blue', "it's", 1}
@attribute note string
@attribute at date "yyyy-MM-dd HH:mm"
@data
1.50, red, 'say \\'hi\\', ok', "2024-02-29 12:30"
?,'dark blue',?,?
% between
12345678901234567890,"it's",plain words here,'1999-01-01 00:00'
2,1,'?',?
3,green,,?
x,red,a,?
1,red
"""


def test_arff_names_types_and_quotes_are_honoured(tmp_path: Path) -> None:
    raw, cells = read(put(tmp_path, "t.arff", ARFF), tmp_path)
    assert raw.names == ("the size", "kind", "note", "at")
    assert cells == [
        ["1.50", "red", "say 'hi', ok", dt.datetime(2024, 2, 29, 12, 30)],
        [None, "dark blue", None, None],
        ["12345678901234567890", "it's", "plain words here", dt.datetime(1999, 1, 1)],
        ["2", "1", "?", None],
        ["3", "green", "", None],
    ]
    assert [(one.row, one.reason) for one in raw.rejected] == [
        (14, "'x' is no number (the size)"),
        (15, "2 values where 4 were declared"),
    ]
    assert notes(raw) == {"undeclared_values": 1, "nominal_digits": 1}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("@attribute a numeric\n@data\n{0 1}\n", "sparse"),
        ("@attribute a numeric\n1\n", "@data was expected"),
        ("@attribute a relational\n@data\n1\n", "known are numeric"),
        ("@attribute a {x,'y\n@data\nx\n", "do not end"),
        ("@attribute a date Q\n@data\n1\n", "not known"),
        ("@attribute a numeric\n", "no @data"),
        ("@data\n1\n", "no @attribute"),
    ],
)
def test_arff_that_is_not_read_says_why(tmp_path: Path, body: str, words: str) -> None:
    assert words in refused(put(tmp_path, "t.arff", body), tmp_path)


# ---------------------------------------------------------------- archives


def archive(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in members.items():
            made.writestr(name.replace("__", "."), body)
    return path


def test_the_one_table_of_an_archive_is_read_and_of_several_the_chosen_one(tmp_path: Path) -> None:
    one = archive(tmp_path / "a.zip", read__me=b"hello", t__csv=b"a;b\n1;2\n3;4\n")
    raw, cells = read(one, tmp_path)
    assert cells == [["1", "2"], ["3", "4"]]
    assert raw.reading is not None
    assert (raw.reading["reader"], raw.reading["member"], raw.reading["delimiter"]) == ("zip", "t.csv", ";")
    two = archive(tmp_path / "b.zip", t__csv=b"a,b\n1,2\n", u__ndjson=b'{"c":1}\n{"c":2}\n')
    assert "holds 2 tables: t.csv, u.ndjson" in refused(two, tmp_path)
    raw, cells = read(two, tmp_path, member="u.ndjson")
    assert (raw.names, cells) == (("c",), [["1"], ["2"]])
    assert "no table 'x'" in refused(two, tmp_path, member="x")
    assert "no option" in refused(two, tmp_path, member="u.ndjson", delimiter=",")
    assert "no file that can be read" in refused(archive(tmp_path / "c.zip", a__exe=b"x", b__zip=b"PK"), tmp_path)


def test_bombs_and_encrypted_and_lying_archives_are_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made, made.open("t.csv", "w") as member:
        for _ in range(300):
            member.write(b"\0" * (1 << 20))
    assert "too large when unpacked" in refused(bomb, tmp_path)
    body = bytearray(archive(tmp_path / "a.zip", t__csv=b"a,b\n" + b"1,2\n" * 500).read_bytes())
    place = body.rindex(b"PK\x01\x02")
    body[place + 24 : place + 28] = (100).to_bytes(4, "little")
    assert "damaged" in refused(put(tmp_path, "lies.zip", bytes(body)), tmp_path)
    body = bytearray((tmp_path / "a.zip").read_bytes())
    body[body.rindex(b"PK\x01\x02") + 8] |= 1
    body[6] |= 1
    assert "encrypted" in refused(put(tmp_path, "secret.zip", bytes(body)), tmp_path)


def test_a_packed_table_becomes_a_dataset_with_its_notes_and_rejected_lines(project: Project, tmp_path: Path) -> None:
    lines = [json.dumps({"n": n, "x": {"y": f"=cmd|{n % 3}"}}) for n in range(50)]
    path = archive(tmp_path / "t.zip", t__ndjson="\n".join([*lines, "{oops"]).encode())
    seen = detect_reading(project, receive(project, path).id, {"flatten": True})
    assert (seen.problem, list(seen.types)) == ("", ["n", "x.y"])
    made = ingest(project, source=path)
    assert (made.rows, made.rejected_rows, [one.name for one in made.columns]) == (50, 1, ["n", "x"])
    assert {"nested_columns", "rejected_rows"} <= {one.code for one in made.findings}
    flat = revise(project, reading={"flatten": True})
    assert [one.name for one in flat.columns] == ["n", "x.y"]


# ---------------------------------------------------------------- round trips

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
XML = st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF), max_size=12)
SOME = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TABLE = st.lists(
    st.tuples(
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.floats(allow_nan=False),
        st.none() | TEXT,
        st.none() | st.booleans(),
        st.none() | st.datetimes(),
    ),
    min_size=1,
    max_size=8,
)


def typed(rows: list[tuple[Any, ...]]) -> pa.Table:
    kinds = [pa.int64(), pa.float64(), pa.string(), pa.bool_(), pa.timestamp("us")]
    columns = [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), kinds, strict=True)]
    return pa.table(columns, names=["whole", "real", "text", "flag", "time"])


@SOME
@given(rows=TABLE)
def test_any_table_of_pyarrow_comes_back_from_parquet_and_feather(rows: list[tuple[Any, ...]], tmp_path: Path) -> None:
    pq.write_table(typed(rows), tmp_path / "t.parquet")
    feather.write_feather(typed(rows), tmp_path / "t.feather")
    for reader, name in ((parquet_reader, "t.parquet"), (feather_reader, "t.feather")):
        raw = reader.read_file(tmp_path / name, {}, tmp_path, silent)
        assert cells_of(raw) == [list(row) for row in rows]


@SOME
@given(rows=TABLE, lines=st.booleans())
def test_any_table_of_records_comes_back_from_json(rows: list[tuple[Any, ...]], lines: bool, tmp_path: Path) -> None:
    records = [dict(zip("abcd", row[:4], strict=True)) for row in rows]
    body = "\n".join(map(json.dumps, records)) if lines else json.dumps(records)
    name = "t.ndjson" if lines else "t.json"
    raw = json_reader._read(put(tmp_path, name, body), {}, tmp_path, silent)
    expected = [
        [None if n is None else str(n), None if x is None else json.dumps(x), t, None if b is None else str(b)]
        for n, x, t, b, _ in rows
    ]
    assert cells_of(raw) == expected


@SOME
@given(rows=st.lists(st.tuples(st.integers(-(2**53), 2**53), st.floats(-1e20, 1e20), XML, st.booleans()), min_size=1))
def test_any_table_of_openpyxl_comes_back_from_a_workbook(rows: list[tuple[Any, ...]], tmp_path: Path) -> None:
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet("t")
    sheet.append(["n", "x", "t", "b"])
    for n, x, text, b in rows:
        cell = openpyxl.cell.WriteOnlyCell(sheet, text)
        cell.data_type = "s"
        sheet.append([n, x, cell, b])
    stream = io.BytesIO()
    made.save(stream)
    raw = excel_reader.read_file(put(tmp_path, "t.xlsx", stream.getvalue()), {}, tmp_path, silent)
    for (n, x, text, b), cells in zip(rows, cells_of(raw), strict=True):
        assert (cells[0], cells[2] or "", cells[3]) == (str(n), text, str(b))
        assert float(cells[1]) == float(f"{x:.16g}")  # what openpyxl writes
