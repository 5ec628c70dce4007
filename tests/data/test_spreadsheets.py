"""OpenDocument and binary Excel spreadsheets, written here by the words of their standards (OASIS; MS-XLSB)."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from mlworkbench import Project
from mlworkbench.data import ingest, load_table
from mlworkbench.errors import InvalidInput

_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
_KIND = "application/vnd.oasis.opendocument.spreadsheet"


def _cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if str(value)[:4].isdigit() and str(value)[4:5] == "-":
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
    text = f"<text:p>{escape(str(value))}</text:p>"
    return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'


def write_ods(file: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """A spreadsheet of those sheets."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    content = f'<?xml version="1.0"?><office:document-content {_SPACES}>{body}</office:document-content>'
    entry = '<manifest:file-entry manifest:full-path="{}" manifest:media-type="{}"/>'
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    manifest += entry.format("/", _KIND) + entry.format("content.xml", "text/xml") + "</manifest:manifest>"
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("mimetype", _KIND)
        packed.writestr("content.xml", content)
        packed.writestr("META-INF/manifest.xml", manifest)
    return file


ROWS: list[list[object]] = [
    ["name", "age", "score", "since"],
    ["Zoë", 41, 1.5, "2021-03-01"],
    ["=1+1", 7, None, "2022-12-31"],
    ["<b>x</b>", 9, -2.25, None],
]


def test_an_open_document_spreadsheet_is_read(project: Project, tmp_path: Path) -> None:
    made = ingest(project, source=write_ods(tmp_path / "t.ods", {"People": ROWS}))
    assert {one.name: one.type for one in made.columns} == {
        "name": "text",
        "age": "integer",
        "score": "number",
        "since": "datetime",
    }
    table = load_table(project, made)
    assert table["name"].tolist() == ["Zoë", "=1+1", "<b>x</b>"]
    assert table["age"].tolist() == [41, 7, 9]
    assert table["score"].isna().tolist() == [False, True, False]
    assert str(table["since"][0].date()) == "2021-03-01"


@pytest.mark.parametrize(("sheet", "rows"), [(None, 3), ("Other", 2)])
def test_the_sheet_is_chosen_and_the_others_are_told(
    project: Project, tmp_path: Path, sheet: str | None, rows: int
) -> None:
    file = write_ods(tmp_path / "t.ods", {"People": ROWS, "Other": ROWS[:3]})
    made = ingest(project, source=file, reading={"sheet": sheet} if sheet else None)
    assert made.rows == rows
    assert "other_sheets" in {one.code for one in made.findings}


def _record(kind: int, body: bytes = b"") -> bytes:
    """A record of MS-XLSB: its number and size in groups of seven bits."""

    def number(value: int) -> bytes:
        groups = [value & 127 | 128 for value in (value, value >> 7)] if value > 127 else [value]
        return bytes([*groups[:-1], groups[-1] & 127])

    return number(kind) + number(len(body)) + body


def _text(value: str) -> bytes:
    letters = value.encode("utf-16-le")
    return struct.pack("<I", len(letters) // 2) + letters


def _binary_cell(column: int, value: object) -> bytes:
    place = struct.pack("<II", column, 0)
    if value is None:
        return _record(1, place)
    if isinstance(value, bool):
        return _record(4, place + bytes([value]))
    if isinstance(value, int | float):
        return _record(5, place + struct.pack("<d", value))
    return _record(6, place + _text(str(value)))


def write_xlsb(file: Path, sheets: dict[str, list[list[object]]]) -> Path:
    """A binary workbook of those sheets."""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    links, parts, listed = "", {}, b""
    for number, (name, rows) in enumerate(sheets.items(), 1):
        target = f"worksheets/sheet{number}.bin"
        links += f'<Relationship Id="rId{number}" Type="{kinds}/worksheet" Target="{target}"/>'
        listed += _record(156, struct.pack("<II", 0, number) + _text(f"rId{number}") + _text(name))
        size = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
        cells = b"".join(
            _record(0, struct.pack("<II", place, 0) + bytes(9)) + b"".join(map(_binary_cell, range(len(row)), row))
            for place, row in enumerate(rows)
        )
        parts[target] = _record(129) + _record(148, size) + _record(145) + cells + _record(146) + _record(130)
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("[Content_Types].xml", f'<Types xmlns="{packages}/content-types"/>')
        book = f'<Relationship Id="rId1" Type="{kinds}/officeDocument" Target="xl/workbook.bin"/>'
        for path, inside in (("_rels/.rels", book), ("xl/_rels/workbook.bin.rels", links)):
            packed.writestr(path, f'<Relationships xmlns="{packages}/relationships">{inside}</Relationships>')
        packed.writestr("xl/workbook.bin", _record(131) + _record(143) + listed + _record(144) + _record(132))
        for target, body in parts.items():
            packed.writestr(f"xl/{target}", body)
    return file


def test_a_binary_workbook_is_read_and_its_sheet_chosen(project: Project, tmp_path: Path) -> None:
    file = write_xlsb(tmp_path / "t.xlsb", {"People": ROWS, "Other": [["a", "b"], [1, True], [2, False]]})
    made = ingest(project, source=file)
    assert {one.name: one.type for one in made.columns} == {
        "name": "text",
        "age": "integer",
        "score": "number",
        "since": "datetime",
    }
    assert load_table(project, made)["name"].tolist() == ["Zoë", "=1+1", "<b>x</b>"]
    other = ingest(project, source=file, reading={"sheet": "Other"})
    assert (other.rows, other.names) == (2, ("a", "b"))


def test_a_binary_workbook_that_is_cut_is_refused_in_words(project: Project, tmp_path: Path) -> None:
    whole = write_xlsb(tmp_path / "t.xlsb", {"People": ROWS}).read_bytes()
    (tmp_path / "cut.xlsb").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InvalidInput):
        ingest(project, source=tmp_path / "cut.xlsb")
