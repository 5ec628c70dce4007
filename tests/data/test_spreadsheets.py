"""OpenDocument spreadsheets, written here by the words of the standard."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from mlworkbench import Project
from mlworkbench.data import ingest, load_table

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
