"""How a file would be read is shown from its beginning; what a person says is taken and kept for the next file."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from mlworkbench import Project
from mlworkbench.data import (
    detect_reading,
    get_reading,
    ingest,
    list_readings,
    pattern_of,
    reading_for,
    receive,
    save_reading,
)
from mlworkbench.errors import InvalidInput, NotFound

GERMAN = "Größe;Preis;Datum\n" + "klein;1.234,50;03.04.2024\nmittel;7,25;15.04.2024\n" * 30


def upload(project: Project, folder: Path, body: bytes, name: str = "t.csv") -> str:
    (folder / name).write_bytes(body)
    return receive(project, folder / name).id


def test_all_that_was_detected_is_shown_beside_the_lines(project: Project, tmp_path: Path) -> None:
    seen = detect_reading(project, upload(project, tmp_path, GERMAN.encode("cp1252")))
    assert seen.problem == ""
    assert (seen.reading["delimiter"], seen.sure) == (";", 1.0)
    assert seen.types == {"Größe": "binary", "Preis": "number", "Datum": "datetime"}
    assert seen.frame is not None
    assert seen.frame["Preis"].tolist()[:2] == [1234.5, 7.25]
    assert seen.lines[0] == "Größe;Preis;Datum"
    assert len(seen.encodings) > 1
    assert any("not UTF-8" in note for note in seen.notes)


def test_a_choice_changes_the_preview_and_a_wrong_one_says_why(project: Project, tmp_path: Path) -> None:
    source = upload(project, tmp_path, b"a,b\n1,x\n2,y\n")
    seen = detect_reading(project, source, {"header": False, "names": ["left", "right"]})
    assert seen.frame is not None
    assert (list(seen.frame.columns), len(seen.frame)) == (["left", "right"], 3)
    assert "1 names were given" in detect_reading(project, source, {"names": ["one"]}).problem
    bad = detect_reading(project, upload(project, tmp_path, b"a,b\n1,\x81\n"), {"encoding": "utf-8"})
    assert "not in utf-8" in bad.problem
    assert bad.lines
    with pytest.raises(InvalidInput, match="has no option"):
        detect_reading(project, source, {"sheet": "x"})
    with pytest.raises(NotFound):
        detect_reading(project, "0" * 64)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_of_a_large_file_the_beginning_is_enough(project: Project, tmp_path: Path, encoding: str) -> None:
    text = "n,word\n" + "".join(f'{i},"two\nlines {i}"\n' for i in range(150_000))
    source = upload(project, tmp_path, text.encode(encoding))
    seen = detect_reading(project, source)
    assert (seen.problem, seen.whole, seen.types["n"]) == ("", False, "identifier")
    assert seen.frame is not None
    assert seen.frame["word"][1] == "two\nlines 1"
    assert ingest(project, source=source).rows == 150_000


def test_a_workbook_is_shown_too(project: Project, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["a", "b"], [1, "x"], [2, "y"]):
        book.active.append(row)
    book.save(tmp_path / "b.xlsx")
    seen = detect_reading(project, receive(project, tmp_path / "b.xlsx").id)
    assert (seen.reader, seen.lines, list(seen.types)) == ("excel", (), ["a", "b"])


def test_a_reading_is_kept_and_found_again_by_the_files_name(project: Project) -> None:
    assert pattern_of("sales_2024-01.csv") == "sales_*-*.csv"
    save_reading(project, "sales", reading={"decimal": ","}, types={"n": "number"}, pattern="sales_*.csv")
    newer = save_reading(project, "sales", reading={"decimal": "."}, pattern="sales_*.csv")
    assert [one.reading for one in list_readings(project)] == [{"decimal": "."}]
    assert reading_for(project, "sales_2025.csv") == newer
    assert reading_for(project, "costs.csv") is None
    assert get_reading(project, "sales").types == {}
    with pytest.raises(NotFound, match="sales"):
        get_reading(project, "other")
    with pytest.raises(InvalidInput, match="name of 1 to 80"):
        save_reading(project, " ", reading={})
    with pytest.raises(InvalidInput, match="not a type"):
        save_reading(project, "x", reading={}, types={"n": "money"})
