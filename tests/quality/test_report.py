"""The report: reading's findings merged, reasons carried to later versions, own rules, the holdout, awkward tables."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pandas as pd
import pytest

from mlworkbench import Workspace
from mlworkbench.data import holdout_looks, ingest, repair, revise
from mlworkbench.errors import InvalidInput, NotFound
from mlworkbench.quality import (
    QualityReport,
    acknowledge,
    as_rows,
    check_quality,
    find_quality,
    from_rows,
    get_quality,
    get_rules,
    save_rules,
    suggest_rules,
    withdraw,
)
from mlworkbench.quality.catalog import Suspect, per_column
from mlworkbench.quality.scan import Scan
from tests.quality.tables import base, numbers, with_cells, words

if TYPE_CHECKING:
    from mlworkbench import Project

SCHEMA = Path(__file__).parents[1] / "cli" / "schemas" / "findings.json"


def faulty() -> pd.DataFrame:
    """Numbers as text, an empty column, missing cells, a constant, the first rows twice."""
    frame = with_cells("total", {5: " ", 60: "unknown"}, numbers()).assign(empty="", unit="kg")
    frame.loc[:20, "price"] = np.nan
    return pd.concat([frame, frame.iloc[:4]], ignore_index=True)


@pytest.fixture
def checked(project: Project, tmp_path: Path) -> QualityReport:
    faulty().to_csv(tmp_path / "table.csv", index=False)
    ingest(project, source=str(tmp_path / "table.csv"), target="left")
    return check_quality(project)


def codes(report: QualityReport) -> list[str]:
    return [one.code for one in report.findings]


def test_what_reading_found_is_in_the_report_and_nothing_twice(checked: QualityReport) -> None:
    assert {"all_missing", "missing", "constant", "duplicate_rows", "numbers_as_text"} <= set(codes(checked))
    assert len({one.key for one in checked.findings}) == len(checked.findings)
    for code, source in (("all_missing", "reading"), ("constant", "check"), ("numbers_as_text", "check")):
        assert [one.source for one in checked.findings if one.code == code] == [source]
    severities = [one.severity for one in checked.findings]
    assert severities == sorted(severities, key=["problem", "warning", "info"].index)


def test_a_report_is_read_back_as_it_was_made(project: Project, checked: QualityReport) -> None:
    assert get_quality(project, checked.id) == checked
    assert find_quality(project) == checked
    assert checked.sentence.endswith("columns.")
    again = check_quality(project)
    assert again.findings == checked.findings


def test_an_acknowledged_finding_stays_listed_and_is_known_in_the_next_version(
    project: Project, checked: QualityReport
) -> None:
    one = next(one for one in checked.findings if one.code == "numbers_as_text")
    with pytest.raises(InvalidInput) as caught:
        acknowledge(project, one, "   ")
    assert caught.value.field == "reason"
    acknowledge(project, one, "the till writes blanks")
    revise(project, types={"plan": "text"})
    later = check_quality(project)
    known = next(each for each in later.findings if each.key == one.key)
    assert known.acknowledged is not None
    assert known.acknowledged.reason == "the till writes blanks"
    assert known.acknowledged.who
    assert known not in later.open
    assert "1 acknowledged" in later.sentence
    assert [each.key for group in later.groups("acknowledged").values() for each in group] == [one.key]
    withdraw(project, one)
    assert all(each.acknowledged is None for each in get_quality(project).findings)
    with pytest.raises(NotFound):
        withdraw(project, one)


def test_the_holdout_is_looked_at_when_that_is_asked_for_and_once_per_version(
    project: Project, checked: QualityReport
) -> None:
    assert not checked.looked_at_holdout
    assert [one.code for one in checked.not_done] == ["holdout_shift"]
    assert holdout_looks(project) == ()
    assert check_quality(project, holdout=True).looked_at_holdout
    assert len(holdout_looks(project)) == 1
    assert check_quality(project, holdout=True, seed=3).looked_at_holdout
    assert check_quality(project).not_done == ()
    assert len(holdout_looks(project)) == 1


def test_labels_of_the_holdout_are_in_no_check_and_no_example(project: Project, checked: QualityReport) -> None:
    from mlworkbench.data import get_dataset, load_training

    table = get_dataset(project)
    scan = Scan(project, table, sample_rows=5_000, seed=0)
    training = load_training(project, table, ["left"])
    assert scan.filled("left") == len(training) < table.rows
    held = np.setdiff1d(np.arange(table.rows), training.index)
    assert set(scan.texts(("left",), tuple(held.tolist()))) == {("missing",)}


def test_rules_are_ok_warned_of_or_errors_by_their_limits(project: Project, checked: QualityReport) -> None:
    below = {"kind": "range", "column": "size", "low": 50}
    save_rules(
        project,
        [
            {**below, "warning": 0.1, "error": 0.3, "why": "smaller ones do not fit"},
            {"kind": "set", "column": "plan", "values": ["basic", "plus"], "warning": 0.01, "error": 0.9},
            {"kind": "pattern", "column": "plan", "pattern": "[a-z]+"},
            {"kind": "unique", "column": "length"},
            {"kind": "missing", "column": "price", "warning": 0.5, "error": 0.6},
            {"kind": "condition", "expression": "size > 0 and price > 0"},
            {"kind": "unique", "column": "gone"},
            {"kind": "range", "column": "plan", "low": 3},
        ],
    )
    report = check_quality(project)
    frame = faulty()
    counted = {(one.rule.kind, one.rule.column): (one.count, one.status) for one in report.rules}
    assert counted["range", "size"] == (int((frame["size"] < 50).sum()), "error")
    assert counted["set", "plan"] == (int((frame["plan"] == "pro").sum()), "warning")
    assert counted["pattern", "plan"] == (0, "ok")
    assert counted["unique", "length"] == (8, "warning")
    assert counted["missing", "price"] == (int(frame["price"].isna().sum()), "ok")
    assert counted["condition", ""] == (int(frame["price"].isna().sum()), "error")
    by_code = {one.code: one for one in report.findings if one.source == "rule"}
    assert (by_code["rule_range"].severity, by_code["rule_range"].why) == ("problem", "smaller ones do not fit")
    assert by_code["rule_set"].severity == "warning"
    assert "rule_pattern" not in by_code
    assert {one.columns for one in report.not_done if one.columns} == {("gone",), ("plan",)}


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"kind": "between", "column": "a"}, "kind"),
        ({"kind": "range", "column": "a"}, "low, high"),
        ({"kind": "range", "column": "a", "low": 5, "high": 1}, "low, high"),
        ({"kind": "range", "low": 5}, "column"),
        ({"kind": "set", "column": "a", "values": []}, "values"),
        ({"kind": "pattern", "column": "a", "pattern": "(("}, "regular expression"),
        ({"kind": "condition", "expression": "__import__('os')"}, "Rule 1"),
        ({"kind": "unique", "column": "a", "warning": 0.5, "error": 0.1}, "shares"),
        ({"kind": "unique", "column": "a", "strict": True}, "strict"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_in_words(project: Project, rule: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        save_rules(project, [rule])
    assert caught.value.field == "rules"
    assert says in caught.value.message
    assert get_rules(project) == ()


def test_suggested_rules_hold_where_they_come_from_and_survive_the_table_they_are_edited_in(
    project: Project, tmp_path: Path
) -> None:
    base().to_csv(tmp_path / "table.csv", index=False)
    ingest(project, source=str(tmp_path / "table.csv"), target="left")
    suggested = suggest_rules(project)
    assert {one.kind for one in suggested} >= {"range", "set", "missing"}
    assert from_rows(as_rows(suggested)) == suggested
    save_rules(project, suggested)
    assert get_rules(project) == suggested
    assert [one.status for one in check_quality(project).rules if one.status == "error"] == []


def test_a_check_that_fails_on_one_column_says_so_and_looks_at_the_others(
    project: Project, checked: QualityReport
) -> None:
    from mlworkbench.data import get_dataset

    def look(scan: Scan, column: Any) -> list[Suspect]:
        if column.name == "size":
            raise ValueError("no such luck")
        return [Suspect((column.name,), 1, "seen")]

    scan = Scan(project, get_dataset(project), sample_rows=5_000, seed=0)
    scan.code = "odd"
    seen = [one.columns[0] for one in per_column(look, "number")(scan)]
    assert seen == ["price", "length"]
    assert [(one.code, one.columns) for one in scan.left_out] == [("odd", ("size",))]


def test_awkward_tables_are_checked_to_the_end(project: Project, tmp_path: Path) -> None:
    rows = 400
    odd = pd.DataFrame(
        {
            "empty": [None] * rows,
            "same": 7,
            "same again": 7,
            "infinite": np.where(np.arange(rows) % 9 == 0, np.inf, np.arange(rows) / 7),
            "levels": [f"level {n}" for n in range(rows)],
            "long": ["x" * 1_000_000, *words("a", "b", "c", rows=rows - 1)],
            "old": ["1500-01-01", "9999-12-31", *pd.date_range("2020-01-01", periods=rows - 2).strftime("%Y-%m-%d")],
            "huge": np.linspace(-8e307, 8e307, rows),
            "tiny": np.linspace(1e-308, 2e-308, rows),
            "left": words("yes", "no", rows=rows),
        }
    )
    odd.to_csv(tmp_path / "odd.csv", index=False)
    ingest(project, source=str(tmp_path / "odd.csv"), target="left")
    report = check_quality(project)
    assert {"all_missing", "constant", "long_cells", "far_dates", "disguised_missing"} <= set(codes(report))
    assert not [one for one in report.not_done if "Error" in one.reason], report.not_done


@pytest.mark.parametrize("rows", [1, 2])
def test_a_table_of_hardly_any_rows_is_checked(project: Project, tmp_path: Path, rows: int) -> None:
    base(rows).to_csv(tmp_path / "table.csv", index=False)
    ingest(project, source=str(tmp_path / "table.csv"))
    report = check_quality(project)
    assert not [one for one in report.not_done if "Error" in one.reason], report.not_done


def test_many_levels_and_many_columns_are_bounded_and_said(project: Project, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    wide = pd.DataFrame(random.normal(size=(60, 300)).round(3), columns=[f"c{n}" for n in range(300)])
    wide["left"] = words("yes", "no", rows=60)
    wide.to_parquet(tmp_path / "wide.parquet")
    ingest(project, source=str(tmp_path / "wide.parquet"), target="left")
    report = check_quality(project)
    assert {"collinear", "leakage", "near_duplicate_rows"} <= {one.code for one in report.not_done}
    assert not [one for one in report.not_done if "Error" in one.reason], report.not_done
    many = pd.DataFrame({"level": [f"word{n:x}" for n in range(18_000)] * 2, "n": np.arange(36_000) % 97})
    many.to_parquet(tmp_path / "many.parquet")
    ingest(project, source=str(tmp_path / "many.parquet"))
    report = check_quality(project)
    assert "high_cardinality" in codes(report)
    assert [one.columns for one in report.not_done if one.code == "inconsistent_categories"] == [("level",)]


def test_a_repaired_version_has_its_own_report(project: Project, checked: QualityReport) -> None:
    steps = [dict(one.repair) for one in checked.findings if one.code in ("constant", "all_missing") and one.repair]
    made = repair(project, steps=steps, why="they say nothing")
    assert find_quality(project, made.id) is None
    with pytest.raises(NotFound):
        get_quality(project)
    assert {"constant", "all_missing"}.isdisjoint(codes(check_quality(project)))
    assert find_quality(project, checked.dataset) is not None


def test_a_workspace_of_before_gets_the_table_it_needs(tmp_path: Path) -> None:
    from mlworkbench.projects import create_project

    home = tmp_path / "old"
    Workspace.open(home)
    with sqlite3.connect(home / "records.db") as records:
        records.execute("DROP TABLE quality_log")
    for ready in (home / "locks").glob("records.v*"):
        ready.unlink()
    copied = tmp_path / "moved"
    home.rename(copied)
    project = create_project(Workspace.open(copied), "test")
    assert get_rules(project) == ()
    assert save_rules(project, [{"kind": "unique", "column": "a"}]) == get_rules(project)


def test_the_command_checks_acknowledges_and_takes_rules(
    project: Project, checked: QualityReport, run_cli: Any, tmp_path: Path
) -> None:
    (tmp_path / "rules.json").write_text(json.dumps([{"kind": "unique", "column": "plan"}]))
    done = run_cli("findings", "--project", "test", "--rules", tmp_path / "rules.json", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [one["status"] for one in document["rules"]] == ["error"]
    wanted = ("findings", "--project", "test", "--acknowledge", "numbers_as_text:total")
    done = run_cli(*wanted, "--reason", "known", "--json")
    document = json.loads(done.stdout)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    known = [one for one in document["findings"] if one["acknowledged"]]
    assert [(one["code"], one["acknowledged"]["reason"]) for one in known] == [("numbers_as_text", "known")]
    done = run_cli("findings", "--project", "test", "--acknowledge", "nothing", "--reason", "known")
    assert (done.returncode, "numbers_as_text:total" in done.stderr) == (2, True)


def test_a_finding_is_the_same_finding_whatever_the_order_of_its_columns(checked: QualityReport) -> None:
    one = next(one for one in checked.findings if one.columns)
    assert replace(one, columns=(*one.columns, "b", "a")).key == replace(one, columns=("a", "b", *one.columns)).key


def test_alerts_of_a_ydata_report_are_added_where_no_finding_says_the_same(
    project: Project, checked: QualityReport
) -> None:
    from mlworkbench.artifacts import put_json
    from mlworkbench.profiling.alerts import keep
    from mlworkbench.profiling.report_results import Alert

    meta = {"mode": "minimal", "rows": checked.rows, "sampled": False}
    made = put_json(project, "ydata_report", {"made": "by hand"}, parents=(checked.dataset,), meta=meta)
    alerts = [
        Alert("constant", ("unit",), "unit has one value in every row.", "warning", "CONSTANT"),
        Alert("constant", ("plan",), "plan has one value in every row.", "warning", "CONSTANT"),
        Alert("duplicate_rows", (), "4 rows occur more than once.", "warning", "DUPLICATES"),
        Alert("ydata_skewed", ("price",), "price is very skewed.", "info", "SKEWED"),
    ]
    keep(project, made.id, alerts)
    report = get_quality(project)
    added = [(one.code, one.columns, one.severity) for one in report.findings if one.source == "ydata"]
    assert added == [("constant", ("plan",), "warning"), ("ydata_skewed", ("price",), "info")]
    assert len(report.findings) == len(checked.findings) + 2
    acknowledge(project, next(one for one in report.findings if one.code == "ydata_skewed"), "prices are")
    assert "1 acknowledged" in get_quality(project).sentence
