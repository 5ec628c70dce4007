"""Hold what we read of awkward files against what must come out, and write the table of outcomes.

`python -m scripts.any_table FOLDER` reads FOLDER/EXPECTED.csv and the files beside it and writes docs/any-table.md.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlworkbench.data import Dataset, ingest, preview
from mlworkbench.errors import WorkbenchError
from mlworkbench.projects import Project, create_project
from mlworkbench.workspace import Workspace

DOCS = Path(__file__).parents[1] / "docs" / "any-table.md"
SECONDS = 20.0
WORDS = {
    "read": "read as detected",
    "settings": "read with a setting that a person must give",
    "refused": "refused with a reason",
    "wrong": "wrong",
}


@dataclass(frozen=True)
class Outcome:
    """What became of one file: `kind` is a key of `WORDS`, `said` the refusal or the findings, `wrong` why it is."""

    file: str
    kind: str
    said: str
    settings: Mapping[str, Any]
    wrong: str = ""


def expectations(folder: Path) -> list[dict[str, str]]:
    """The rows of EXPECTED.csv."""
    with (folder / "EXPECTED.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def outcome(project: Project, folder: Path, expected: Mapping[str, str]) -> Outcome:
    """Read one file as detected, and with the settings that a person may have to give when that is not right."""
    given = json.loads(expected["settings"])
    first = _attempt(project, folder, expected, {})
    if first.kind in ("read", "refused") and not (first.kind == "refused" and given):
        return first
    second = _attempt(project, folder, expected, given) if given else first
    if second.kind == "read":
        return Outcome(second.file, "settings", second.said, given)
    return first if first.kind == "refused" else second


def _attempt(project: Project, folder: Path, expected: Mapping[str, str], given: Mapping[str, Any]) -> Outcome:
    name = expected["file"]
    reading = {"null_words" if key == "null" else key: value for key, value in given.items() if key != "text_columns"}
    start = time.perf_counter()
    try:
        dataset = ingest(project, source=folder / name, reading=reading)
    except WorkbenchError as error:
        allowed = expected["status"] != "ok"
        return Outcome(name, "refused" if allowed else "wrong", str(error), given, "" if allowed else "refused")
    found = ", ".join(dict.fromkeys(finding.code for finding in dataset.findings))
    said = f"{dataset.rows:,} × {len(dataset.columns)}" + (f"; {found}" if found else "")
    wrong = next(_faults(project, dataset, expected, told=bool(given)), "")
    if time.perf_counter() - start > SECONDS:
        wrong = f"took more than {SECONDS:.0f} s"
    return Outcome(name, "wrong" if wrong else "read", said, given, wrong)


def _faults(project: Project, dataset: Dataset, expected: Mapping[str, str], *, told: bool) -> Iterator[str]:
    if expected["status"] == "reject":
        yield f"read ({dataset.rows} × {len(dataset.columns)}), and must be refused"
    for what, count in (("rows", dataset.rows), ("cols", len(dataset.columns))):
        if expected[what] and int(expected[what]) != count:
            yield f"{count} {what} where {expected[what]} are expected"
    frame = preview(project, dataset, dataset.rows)
    for check in json.loads(expected["cells"]):
        row, column = check["row"], check["col"]
        if row >= len(frame) or column >= frame.shape[1]:
            yield f"no cell at row {row}, column {column}"
        elif not _same(frame.iat[row, column], check["value"]):
            yield f"cell {row}, {column} is {frame.iat[row, column]!r} where {check['value']!r} is expected"
    if expected["must_report"] and not dataset.findings and not told:
        yield f"nothing was reported where this should be: {expected['must_report']}"


def _same(got: Any, wanted: Any) -> bool:
    import pandas as pd

    missing = pd.isna(got) or str(got).strip() == ""
    if wanted is None or missing:
        return missing and wanted is None
    if isinstance(wanted, bool):
        return str(got).lower() == str(wanted).lower()
    if isinstance(wanted, int | float):
        try:
            return abs(float(got) - wanted) <= 1e-9 * max(1.0, abs(wanted))
        except ValueError:
            return False
    return str(got).strip().startswith(wanted.strip()) if _date(wanted) else str(got).strip() == wanted.strip()


def _date(wanted: str) -> bool:
    return len(wanted) >= 10 and wanted[:4].isdigit() and wanted[4] == wanted[7] == "-"


def page(outcomes: list[Outcome]) -> str:
    """The table of outcomes as Markdown; texts of files stand in code quotes."""
    counts = Counter(one.kind for one in outcomes)
    readable = counts["read"] + counts["settings"]
    lines = [
        "# Any table in: what becomes of awkward files",
        "",
        "Files made by other projects to break readers: their own test suites, the Pollock benchmark, real tables of "
        "offices. Each is read or refused as it must be; a test holds this page to what happens.",
        "",
        *(f"- {words}: **{counts[kind]}**" for kind, words in WORDS.items()),
        f"- of the {readable} that were read, {counts['read'] / max(readable, 1):.0%} needed no setting",
        "",
        "| file | outcome | what was said | setting given |",
        "|---|---|---|---|",
    ]
    for one in outcomes:
        given = _code(json.dumps(one.settings, ensure_ascii=False)) if one.kind == "settings" else ""
        lines.append(f"| {_code(one.file)} | {WORDS[one.kind]} | {_code(one.said)} | {given} |")
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    plain = " ".join(text.replace("`", "'").replace("|", "¦").split())
    return f"`{plain[:160]}`"


def main() -> None:
    """Write the page."""
    folder = Path(sys.argv[1])
    project = create_project(Workspace.open(tempfile.mkdtemp()), "any table")
    outcomes = [outcome(project, folder, expected) for expected in expectations(folder)]
    DOCS.write_text(page(outcomes), encoding="utf-8")
    for one in outcomes:
        if one.kind == "wrong":
            print(f"{one.file:40} {one.wrong[:150]} {one.said[:200]}")
    print(Counter(one.kind for one in outcomes))


if __name__ == "__main__":
    main()
