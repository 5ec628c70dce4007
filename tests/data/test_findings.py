"""Findings: each code has a table that triggers it and one that nearly does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from mlworkbench import Project
from mlworkbench.data import FINDINGS, SEVERITIES, Dataset, Finding, ingest, save_promises
from mlworkbench.scoping import save_scope

ROWS = "".join(f"{i % 17},{i % 3}.5,{'xyz'[i % 3]}\n" for i in range(40))


def read(project: Project, folder: Path, text: str | bytes, **options: Any) -> Dataset:
    path = folder / "t.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return ingest(project, source=path, **options)


def found(dataset: Dataset, code: str) -> Finding | None:
    return next((finding for finding in dataset.findings if finding.code == code), None)


def table(header: str = "a,b,c", extra: str = "") -> str:
    return f"{header}\n{ROWS}{extra}"


CASES: list[tuple[str, str, dict[str, Any], int, str, dict[str, Any]]] = [
    ("numbers_as_text", table(extra="1,n.a.,x\n1,n.b.,x\n"), {}, 2, table(extra="1,,x\n"), {}),
    (
        "unreadable_as_type",
        table(extra="1,n.a.,x\n"),
        {"types": {"b": "number"}},
        1,
        table(),
        {"types": {"b": "number"}},
    ),
    ("null_words", table(extra="1,NA,x\nNA,1,x\n"), {}, 2, table(extra="1,,NA\n"), {}),
    ("kept_null_words", table(extra="1,1,NA\n"), {}, 1, table(extra="1,NA,x\n"), {}),
    ("missing", table(extra=",1,x\n1,,x\n"), {}, 2, table(), {}),
    ("all_missing", "a,b,c\n1,,x\n2,,y\n", {}, 1, "a,b,c\n1,,x\n2,1,y\n", {}),
    ("constant", "a,b,c\n1,7,x\n2,7,y\n", {}, 1, "a,b,c\n1,7,x\n2,,y\n", {}),
    ("duplicate_rows", "a,b\n1,x\n1.0,x\n2,y\n1,x\n", {}, 2, "a,b\n1,x\n1,y\n2,x\n", {}),
    ("duplicate_names", table("a,a,"), {}, 2, table("a,A,a_2"), {}),
    (
        "identifier_like",
        "id,b\n" + "".join(f"K{i},{i % 2}\n" for i in range(20)),
        {},
        1,
        "id,b\n" + "K1,1\nK2,0\n" * 9,
        {},
    ),
    ("hostile_name", table('<b>x</b>,"![i](http://x.y/z)",c'), {}, 2, table("length [mm],<5 kg,a_b"), {}),
    ("rejected_rows", table(extra="1,2,3,5\n1,2,3,4\n"), {}, 2, table(extra='1,"2,3",4\n'), {}),
    ("rare_class", table(extra="1,1,q\n1,2,q\n"), {"target": "c"}, 1, table(), {"target": "c"}),
    ("class_imbalance", table(extra="1,1,q\n1,2,q\n"), {"target": "c"}, 2, table(), {"target": "c"}),
    ("day_or_month", "d,b\n01/02/2020,1\n03/04/2020,2\n", {}, 2, "d,b\n01/02/2020,1\n13/04/2020,2\n", {}),
    ("rounded_numbers", table(extra="1,82544000000000707.52,x\n"), {}, 1, table(extra="1,1234567890123.4567,x\n"), {}),
    ("unlabelled_rows", table(extra="1,2,\n"), {"target": "c"}, 1, table(extra="1,,x\n"), {"target": "c"}),
    ("no_header", ROWS, {}, 1, table(), {}),
    ("short_rows", table(extra="1,2\n1,2,3\n"), {}, 1, table(extra="1,2,\n"), {}),
    ("trailing_fields", table(extra="1,2,3,\n1,2,3\n"), {}, 1, table(extra="1,2,\n"), {}),
    ("skipped_lines", "A title\n\n" + table(), {}, 2, table(), {}),
    ("joined_header", "x,y,z\n" + table(), {"reading": {"header": 2}}, 2, table(), {}),
    ("number_marks", "a;b\n1,234;x\n5,678;y\n", {}, 2, "a;b\n1,234;x\n5,67;y\n", {}),
    ("one_column", "a\n1\n2\n", {}, 1, table(), {}),
    ("leading_zeros", "a,b\n01,x\n002,y\n3,z\n", {}, 2, "a,b\n0,x\n0.5,y\n", {}),
    ("damaged_text", "a,b\n1,fa\ufffdade\n2,x\n", {}, 1, "a,b\n1,façade\n2,x\n", {}),
    ("joined_lines", table(extra='1,2,"x\ny"\n\n'), {}, 2, table(extra='1,2,"x y"\n'), {}),
]


@pytest.mark.parametrize(("code", "text", "options", "count", "nearly", "its"), CASES, ids=[case[0] for case in CASES])
def test_a_finding_is_raised_where_it_should_be_and_only_there(
    project: Project, tmp_path: Path, code: str, text: str, options: Any, count: int, nearly: str, its: Any
) -> None:
    finding = found(read(project, tmp_path, text, **options), code)
    assert finding is not None
    assert finding.count == count
    assert finding.severity in SEVERITIES
    assert f"{count:,}" in finding.message or code == "no_header"
    assert found(read(project, tmp_path, nearly, **its), code) is None


def test_encoding_guessed_and_other_sheets_and_blank_rows(project: Project, tmp_path: Path) -> None:
    body = ("name,n\n" + "José,1\nFrançois,2\nJürgen,3\n" * 20).encode("cp1252")
    assert found(read(project, tmp_path, body), "encoding_guessed")
    book = openpyxl.Workbook()
    for row in (["a", "b"], [1, 2], [None, None], [3, 4]):
        book.active.append(row)
    book.active.merge_cells("A4:B4")
    book.create_sheet("more")
    book.save(tmp_path / "b.xlsx")
    dataset = ingest(project, source=tmp_path / "b.xlsx")
    assert {"other_sheets", "blank_rows", "merged_cells"} <= {finding.code for finding in dataset.findings}
    assert dataset.rows == 2


def test_a_smaller_version_says_that_the_holdout_is_partial(project: Project, tmp_path: Path) -> None:
    rows = [f"{i},{i % 5},{'xy'[i % 2]}\n" for i in range(60)]
    first = read(project, tmp_path, "a,b,c\n" + "".join(rows), target="c")
    assert found(first, "holdout_partial") is None
    second = read(project, tmp_path, "a,b,c\n" + "".join(rows[:30]), target="c")
    finding = found(second, "holdout_partial")
    assert finding is not None
    assert finding.count == first.holdout_rows - second.holdout_rows > 0


def test_a_table_without_a_column_that_the_contract_speaks_of_says_so(project: Project, tmp_path: Path) -> None:
    save_scope(project, contract={"target": "c", "fairness_columns": ["gender"]}, why="as agreed")
    finding = found(read(project, tmp_path, table()), "contract")
    assert finding is not None
    assert "gender" in finding.message
    save_scope(project, contract={"fairness_columns": ["a"]}, why="there is no gender")
    assert found(read(project, tmp_path, table()), "contract") is None


def test_a_table_that_breaks_the_data_contract_says_so(project: Project, tmp_path: Path) -> None:
    save_promises(project, contract={"columns": [{"name": "height", "type": "number"}]}, why="as agreed")
    finding = found(read(project, tmp_path, table()), "breaks_data_contract")
    assert finding is not None
    assert (finding.columns, finding.count) == (("height",), 1)
    assert "height, required" in finding.message
    save_promises(project, contract={"columns": [{"name": "a", "type": "text", "nullable": True}]}, why="no height")
    assert found(read(project, tmp_path, table()), "breaks_data_contract") is None


def test_every_code_is_tested_in_this_folder() -> None:
    tested = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("test_*.py")))
    assert [code for code in FINDINGS.names() if f'"{code}"' not in tested] == []
    assert all(spec.why.endswith(".") for spec in FINDINGS)


def test_findings_come_with_the_gravest_first(project: Project, tmp_path: Path) -> None:
    dataset = read(project, tmp_path, table(extra="1,2,3,4\n,1,x\n1,1,x\n1,1,x\n"))
    assert [finding.code for finding in dataset.findings][:2] == ["rejected_rows", "duplicate_rows"]
    assert dataset.findings[-1].severity == "info"
