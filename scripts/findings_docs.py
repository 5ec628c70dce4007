"""Write docs/findings.md: every code, and every finding on ten clean tables with the argument for it.

    python -m scripts.findings_docs FOLDER

FOLDER holds the tables (the folder `data` of the one that MLWORKBENCH_TEST_DATA names).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from mlworkbench import Workspace
from mlworkbench.data import ingest
from mlworkbench.projects import create_project
from mlworkbench.quality import CHECKS, QualityReport, check_quality

TARGET = Path(__file__).resolve().parents[1] / "docs" / "findings.md"
TABLES: dict[str, str | int] = {
    "penguins_cleaned.xlsx": "species",
    "wine_noheader.csv": -1,
    "insurance_charges.csv": "charges",
    "abalone.csv": "Class_number_of_rings",
    "daily_min_temperatures.csv": "Temp",
    "airline_passengers.csv": "Passengers",
    "mpg.csv": "mpg",
    "cmc.csv": "Contraceptive_method_used",
    "california_housing.csv": "median_house_value",
    "nannyml_california_reference.csv": "clf_target",
}
# (table, code) or (table, code, column): is it so, and why
SORTED = "The rows come sorted by class: cut by place, a part of them would lack a class."
VERDICTS: dict[tuple[str, ...], tuple[bool, str]] = {
    ("penguins_cleaned.xlsx", "non_stationary"): (True, SORTED),
    ("wine_noheader.csv", "non_stationary"): (True, SORTED),
    ("wine_noheader.csv", "no_header"): (True, "The file has none."),
    ("insurance_charges.csv", "conflicting_labels"): (
        True,
        "Two pairs of women of 18, alike in all six features, with charges of 1,632 and 14,133, and 2,203 and 21,345: "
        "what tells them apart (an illness) is not in the table.",
    ),
    ("insurance_charges.csv", "duplicate_rows"): (True, "Rows 196 and 582: a man of 19, charged 1,639.56 twice."),
    ("abalone.csv", "outliers"): (True, "Two snails taller than half a metre in the units of the table; known slips."),
    ("daily_min_temperatures.csv", "monotone"): (True, "A time series, one row a day."),
    ("airline_passengers.csv", "monotone"): (True, "A time series, one row a month."),
    ("airline_passengers.csv", "non_stationary"): (True, "Passengers more than tripled in these twelve years."),
    ("mpg.csv", "monotone"): (True, "Sorted by the year of the model, 1970 to 1982."),
    ("mpg.csv", "non_stationary"): (True, "The years go from before to after the oil crises: cars became smaller."),
    ("mpg.csv", "inconsistent_categories"): (True, "One car, the AMC Concord DL, written in two ways."),
    ("mpg.csv", "high_cardinality"): (True, "The car's name: hardly any is there twice."),
    ("mpg.csv", "multivariate_outliers"): (
        False,
        "A Buick station wagon with the engine of a sports car, quick and light for its class: rare, and right.",
    ),
    ("mpg.csv", "near_duplicate_rows"): (False, "The Datsun PL510 was sold unchanged in 1970 and 1971."),
    ("mpg.csv", "missing"): (True, "The horsepower of six cars is not known."),
    ("cmc.csv", "conflicting_labels"): (True, "Nine coarse answers of a survey: women alike in all of them differ."),
    ("cmc.csv", "duplicate_rows"): (
        False,
        "Different women may well give the same ten coarse answers; dropping them would weigh the common ones down.",
    ),
    ("cmc.csv", "non_stationary"): (True, "Sorted by class in blocks: of the first 500 rows none is of class 3."),
    ("california_housing.csv", "capped"): (True, "The census cut house values at 500,001 dollars."),
    ("california_housing.csv", "missing"): (True, "207 districts have no count of bedrooms."),
    ("nannyml_california_reference.csv", "non_stationary"): (
        True,
        "The rows go through the state from place to place, and have been given hours in that order.",
    ),
    ("nannyml_california_reference.csv", "identifier_like"): (True, "A running number."),
    ("nannyml_california_reference.csv", "monotone"): (True, "One row an hour."),
}
HEAD = """# Findings

Made by `scripts/findings_docs.py`; tests keep the codes true. Each check is one file in `mlworkbench/quality/checks/`.
Every code has a table that shows it and one that nearly does (`tests/quality/tables.py`); twenty generated clean tables
show nothing. Checks that test something have a floor for the effect and adjust for the number of columns.
"""
CLEAN = """
## Ten clean tables
All findings on tables that are known to be in good order, with the argument for each. A finding is **false** when a
person who knows the table would not want to hear of it. Codes of reading (`no_header`, `missing`…) are in
[plugins.md](plugins.md).
"""


def row(*cells: str) -> str:
    """A line of a markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def catalog() -> str:
    """The table of codes."""
    lines = [row("code", "severity", "what", "why it matters"), row(*["---"] * 4)]
    for one in CHECKS:
        what = sys.modules[f"mlworkbench.quality.checks.{one.name}"].__doc__ or ""
        lines.append(row(f"`{one.name}`", one.severity, what.strip().splitlines()[0], one.why))
    return "\n".join(lines) + "\n"


def verdict(table: str, code: str, columns: tuple[str, ...]) -> tuple[bool, str] | None:
    """What was argued about a finding: of its column, or of its code in this table."""
    for key in ((table, code, columns[0] if columns else ""), (table, code)):
        if key in VERDICTS:
            return VERDICTS[key]
    return None


def section(name: str, report: QualityReport) -> tuple[str, int, int]:
    """One table's findings; how many there are, and how many are false."""
    lines = [f"\n### {name}", f"{report.rows:,} rows × {report.columns} columns.\n"]
    false = 0
    if report.findings:
        lines += [row("severity", "code", "finding", "so?", "argument"), row(*["---"] * 5)]
    else:
        lines.append("Nothing is found.")
    for one in report.findings:
        said = verdict(name, one.code, one.columns)
        false += said is not None and not said[0]
        so = "?" if said is None else "true" if said[0] else "**false**"
        lines.append(row(one.severity, f"`{one.code}`", one.message[:300], so, said[1] if said else "not argued"))
    lines += [f"\nNot done: `{one.code}`: {one.reason}." for one in report.not_done]
    return "\n".join(lines) + "\n", len(report.findings), false


def text(folder: Path) -> str:
    """The whole page."""
    parts, total, wrong = [], 0, 0
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace.open(home)
        for name, target in TABLES.items():
            project = create_project(workspace, name)
            table = ingest(project, source=folder / name)
            wanted = table.names[target] if isinstance(target, int) else target
            table = ingest(project, source=folder / name, target=wanted)
            part, found, false = section(name, check_quality(project, holdout=True))
            parts.append(part)
            total, wrong = total + found, wrong + false
            print(part)
    figures = f"\n{total} findings on the ten tables, {wrong} of them false.\n"
    return HEAD + "\n" + catalog() + CLEAN + figures + "".join(parts)


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("Name the folder that holds the tables: python -m scripts.findings_docs FOLDER")
    TARGET.write_text(text(Path(sys.argv[1])), encoding="utf-8")
