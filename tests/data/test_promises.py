"""The data contract: inferred with evidence, saved by revision, exported, and checked wherever tables come in."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlworkbench.artifacts import list_artifacts
from mlworkbench.data import (
    DataContract,
    adopt_promises,
    append,
    check_table,
    check_version,
    current_promises,
    from_yaml,
    get_dataset,
    get_promises,
    infer_promises,
    ingest,
    last_check,
    list_promises,
    load_table,
    load_training,
    read_contract,
    revise,
    save_promises,
    to_python,
    to_yaml,
)
from mlworkbench.errors import Conflict, InvalidInput, NotFound

if TYPE_CHECKING:
    from mlworkbench import Project

HOSTILE = (
    "it's \"quoted\"", "line\nbreak", '"""', "\\", "{contract}", "‮right to left", "NUL\x00", "'); import os #",
    "key: [a, *b]", "- dash", "é ü 漢", "",
)  # fmt: skip


def table(rows: int = 200) -> pd.DataFrame:
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "customer": [f"C-{row:05d}" for row in range(rows)],
            "age": random.integers(18, 80, rows),
            "income": np.where(np.arange(rows) % 10 == 0, np.nan, random.uniform(0, 9_000, rows).round(2)),
            "change": random.normal(0, 5, rows).round(3),
            "since": pd.date_range("2020-01-01", periods=rows, freq="D").strftime("%Y-%m-%d"),
            "plan": random.choice(["basic", "gold", "silver"], rows),
            "mail": [f"someone{row}@example.org" for row in range(rows)],
            "left": random.choice(["no", "yes"], rows),
        }
    )


def written(folder: Path, frame: pd.DataFrame, name: str = "table.csv") -> str:
    frame.to_csv(folder / name, index=False)
    return str(folder / name)


@pytest.fixture
def stored(project: Project, tmp_path: Path) -> Project:
    ingest(project, source=written(tmp_path, table()), target="left")
    return project


def contract(*columns: dict[str, Any], **terms: Any) -> DataContract:
    return read_contract({"columns": list(columns), **terms})


def rules_of(report: Any) -> set[tuple[str | None, str]]:
    return {(one.column, one.rule) for one in report.breaches}


# -- inferring ----------------------------------------------------------------------------------------
def test_promises_follow_from_the_training_rows_with_stated_slack_and_evidence(stored: Project) -> None:
    made = {one.name: one for one in infer_promises(stored).columns}
    training = load_training(stored)
    low, high = training["change"].min(), training["change"].max()
    inner, outer = training["change"].quantile([0.005, 0.995])
    assert made["change"].minimum == pytest.approx(low - 0.1 * (outer - inner), rel=1e-4)
    assert made["change"].maximum == pytest.approx(high + 0.1 * (outer - inner), rel=1e-4)
    assert made["income"].minimum == 0
    assert made["income"].nullable
    assert not made["age"].nullable
    assert made["plan"].values == ("basic", "gold", "silver")
    assert made["left"].values == ("no", "yes")
    assert made["customer"].unique
    assert made["customer"].pattern == "C\\-[0-9]{5}"
    assert made["mail"].values is None
    assert "@" in (made["mail"].pattern or "")
    assert str(made["since"].minimum) < "2020-01-01"
    assert made["since"].maximum is None
    assert not any(one.unique for name, one in made.items() if name not in ("customer", "mail"))
    for one in made.values():
        assert "training rows have a value" in one.why, one
    assert "10 %" in made["change"].why


def test_the_training_rows_keep_what_was_inferred_from_them(stored: Project) -> None:
    made = infer_promises(stored)
    report = check_table(made, load_training(stored))
    assert report.kept, report.sentence


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=30))
def test_bounds_are_outside_of_what_was_seen_and_do_not_cross_zero(values: list[float]) -> None:
    from mlworkbench.data.promises.inferring import _numbers
    from mlworkbench.data.results import Column

    column: Any = Column("x", "number", 0, len(values), "")
    made, _ = _numbers(pd.Series(values), column, None)  # type: ignore[arg-type]
    if made:
        assert made["minimum"] <= min(values)
        assert made["maximum"] >= max(values)
        assert made["minimum"] >= 0 or min(values) < 0
        read_contract({"columns": [{"name": "x", "type": "number", **made}]})


# -- checking -----------------------------------------------------------------------------------------
def test_each_kind_of_bad_cell_is_a_violation_with_its_row_value_and_expectation() -> None:
    made = contract(
        {"name": "n", "type": "number", "minimum": 0, "maximum": 10},
        {"name": "i", "type": "integer"},
        {"name": "d", "type": "datetime", "minimum": "2020-01-01"},
        {"name": "c", "type": "category", "values": ["a", "b"], "nullable": True},
        {"name": "t", "type": "text", "max_length": 5, "pattern": "[a-z]+"},
        {"name": "k", "type": "identifier", "unique": True},
        {"name": "gone", "type": "number"},
        {"name": "may", "type": "number", "required": False},
        strict=True,
        rules=[{"name": "order", "condition": "missing(n) or missing(i) or n <= i"}],
    )
    frame = pd.DataFrame(
        {
            "n": [1, -1, 11, "x", None, np.inf],
            "i": [1, 2.5, 3, 4, 5, 6],
            "d": ["2020-01-01", "2019-12-31", "nonsense", datetime(2021, 1, 1), date(2021, 1, 1), 5],
            "c": ["a", "z", None, "b", "a", ["list"]],
            "t": ["abc", "ABC", "abcdefg", "x" * 1_000_000, "a\n", "ok"],
            "k": [1, 1, 2, 3, 4, 5],
            "more": 0,
        }
    )
    report = check_table(made, frame)
    found = {(one.row, one.column, one.rule) for one in report.violations}
    assert found == {
        (None, "more", "extra_column"), (None, "gone", "required"),
        (2, "n", "minimum"), (3, "n", "maximum"), (4, "n", "type"), (5, "n", "nullable"), (6, "n", "finite"),
        (2, "i", "type"), (2, "d", "minimum"), (3, "d", "type"), (6, "d", "type"),
        (2, "c", "values"), (6, "c", "type"),
        (2, "t", "pattern"), (3, "t", "max_length"), (4, "t", "max_length"), (5, "t", "pattern"), (2, "k", "unique"),
        (3, None, "order"), (6, None, "order"),
    }  # fmt: skip
    assert report.total == len(report.violations) == len(found)
    by_place = {(one.row, one.column): one for one in report.violations}
    assert by_place[2, "n"].value == "-1"
    assert by_place[2, "n"].expected == "at least 0"
    assert by_place[5, "n"].value is None
    assert len(by_place[4, "t"].value or "") < 300
    assert "1,000,000 characters" in (by_place[4, "t"].value or "")


BAD: dict[str, Any] = {
    "nothing at all": [None] * 120,
    "not a number": [np.nan] * 120,
    "text": ["word"] * 120,
    "huge text": ["9" * 1_000_000] * 2 + ["1"] * 118,
    "endless": [np.inf, -np.inf] * 60,
    "yes and no": [True, False] * 60,
    "lists": [[1], {2: 3}] * 60,
    "bytes": [b"\xff"] * 120,
    "complex": np.full(120, 1j),
    "spans": pd.to_timedelta(np.arange(120), "D"),
    "dates": pd.date_range("2020", periods=120, tz="Asia/Tokyo"),
    "huge numbers": pd.Series([10**400, Decimal("sNaN"), *[Decimal("1e999999")] * 118], dtype=object),
    "half a surrogate": ["\ud800"] * 120,
    "categories": pd.Categorical(["b", "a"] * 60),
    "mixed": [1, "a", None, 2.5, datetime(2020, 1, 1), (), b"", pd.NaT, pd.NA, object()] * 12,
    "periods": pd.period_range("2020", periods=120, freq="M"),
    "intervals": pd.interval_range(0, 120),
    "nullable": pd.array([7, None] * 60, dtype="Int64"),
    "arrow": pd.array(["x", None] * 60, dtype="string[pyarrow]"),
}
TYPES: dict[str, dict[str, Any]] = {
    "number": {"minimum": 0, "maximum": 1},
    "integer": {"minimum": 0, "maximum": 0},
    "datetime": {"minimum": "2030-01-01"},
    "category": {"values": ["a"], "pattern": "a", "max_length": 1, "unique": True},
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_column_is_a_violation_and_never_an_exception(kind: str) -> None:
    frame = pd.DataFrame({"x": BAD[kind]})
    for type_, terms in TYPES.items():
        made = contract({"name": "x", "type": type_, "nullable": True, "most_missing": 0.5, **terms})
        report = check_table(made, frame)
        assert report.total, type_
        assert check_table(made, frame, few=True) == report
        json.dumps(report.as_dict(), allow_nan=False)


def test_an_empty_table_twice_the_same_name_and_a_table_without_columns() -> None:
    made = contract({"name": "x", "type": "number"}, rules=[{"name": "r", "condition": "x > 0"}])
    assert check_table(made, pd.DataFrame({"x": []})).kept
    assert rules_of(check_table(made, pd.DataFrame(index=range(3)))) == {("x", "required"), (None, "r")}
    twice = pd.DataFrame([[1, 2]], columns=["x", "x"])
    assert rules_of(check_table(made, twice)) == {("x", "repeated_column")}
    assert check_table(made, pa.table({"x": [1.5]})).kept


def test_the_first_thousand_violations_are_listed_and_the_rest_is_counted() -> None:
    made = contract({"name": "a", "type": "number", "maximum": 0}, {"name": "b", "type": "number", "maximum": 0})
    report = check_table(made, pd.DataFrame({"a": np.ones(3_000), "b": np.ones(3_000)}))
    assert report.total == 6_000
    assert {(one.column, one.count) for one in report.breaches} == {("a", 3_000), ("b", 3_000)}
    assert [one.row for one in report.violations] == [row for row in range(1, 501) for _ in "ab"]
    assert report.not_shown == 5_000


def test_a_rule_may_fail_in_a_share_of_the_rows_and_few_rows_say_nothing_of_shares() -> None:
    made = contract({"name": "x", "type": "number"}, rules=[{"name": "mostly", "condition": "x > 0", "limit": 0.02}])
    assert check_table(made, pd.DataFrame({"x": [-1] * 2 + [1] * 98})).kept
    report = check_table(made, pd.DataFrame({"x": [-1] * 3 + [1] * 97}))
    assert [(one.rule, one.count) for one in report.breaches] == [("mostly", 3)]
    assert report.violations[0].value == "x=-1"
    assert check_table(made, pd.DataFrame({"x": [-1]})).kept


def test_rows_to_predict_are_asked_for_inputs_only() -> None:
    made = contract(
        {"name": "x", "type": "number", "maximum": 1},
        {"name": "target", "type": "binary"},
        strict=True,
        rules=[{"name": "about target", "condition": 'target == "yes"'}, {"name": "about x", "condition": "x > 0"}],
    )
    report = check_table(made, pd.DataFrame({"x": [2, -1]}), inputs={"x"})
    assert rules_of(report) == {("x", "maximum"), (None, "about x")}


# -- export -------------------------------------------------------------------------------------------
def hostile() -> DataContract:
    columns: list[dict[str, Any]] = [
        {"name": name, "type": "text", "values": list(HOSTILE), "why": name} for name in HOSTILE
    ]
    columns += [{"name": "n", "type": "number", "minimum": -1.5, "maximum": 1e300, "nullable": True}]
    return contract(*columns, strict=True, rules=[{"name": HOSTILE[0], "condition": "missing(n) or n > 0"}])


def test_yaml_with_hostile_names_comes_back_equal() -> None:
    made = hostile()
    assert from_yaml(to_yaml(made)) == made
    assert from_yaml(json.dumps(made.as_dict())) == made


@pytest.mark.parametrize("suffix", [".parquet", ".csv"])
def test_the_exported_script_says_the_same_of_the_same_table(tmp_path: Path, suffix: str) -> None:
    made = hostile()
    frame = pd.DataFrame({name: [*HOSTILE[:-1], "other"] * 20 for name in HOSTILE if "\x00" not in name})
    if suffix == ".csv":
        frame = frame.replace("NUL\x00", "no").replace("\r", " ")
    frame["n"] = np.tile([1.0, -1.0, np.nan, -9.0], len(frame))[: len(frame)]
    place = tmp_path / f"table{suffix}"
    if suffix == ".csv":
        frame.to_csv(place, index=False)
        seen = pd.read_csv(place, dtype=str, keep_default_na=False, na_values=[""])
        seen.columns = [("" if name.startswith("Unnamed") else name) for name in seen.columns]
        made = contract(*[one for one in made.as_dict()["columns"] if one["name"]], rules=made.as_dict()["rules"])
        seen = pd.read_csv(place, dtype=str, keep_default_na=False, na_values=[""])
    else:
        frame.to_parquet(place)
        seen = frame
    script = tmp_path / "contract.py"
    script.write_text(to_python(made), encoding="utf-8")
    ran = subprocess.run([sys.executable, script, place], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stderr
    assert json.loads(ran.stdout) == json.loads(json.dumps(check_table(made, seen).as_dict()))


def test_the_exported_script_accepts_what_keeps_the_contract(stored: Project, tmp_path: Path) -> None:
    made = infer_promises(stored)
    load_training(stored).to_parquet(tmp_path / "t.parquet")
    (tmp_path / "c.py").write_text(to_python(made), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "c.py", "t.parquet"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr + ran.stdout
    assert json.loads(ran.stdout)["total"] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1", "not understood"), ("columns: 5", "list of columns"), ("- a", "list of columns"),
        ("columns: []\nmore: 1", "has no more"), ("columns: []\ncolumns: []", "twice"),
        ("columns: [{name: a, type: number, minimum: x}]", "finite number"),
        ("columns: [{name: a, type: number, minimum: .inf}]", "finite number"),
        ("columns: [{name: a, type: number, minimum: 2, maximum: 1}]", "above the maximum"),
        ("columns: [{name: a, type: numbers}]", "The type of"),
        ("columns: [{name: a, type: text, minimum: 2}]", "This is a text"),
        ("columns: [{name: a, type: number, values: [a]}]", "bound it instead"),
        ("columns: [{name: a, type: text, values: [1]}]", "in quotes"),
        ("columns: [{name: a, type: text, pattern: '('}]", "no regular expression"),
        ("columns: [{name: a, type: text, nullable: 1}]", "true or false"),
        ("columns: [{name: a, type: text, colour: red}]", "has no colour"),
        ("columns: [{name: a, type: text}, {name: a, type: text}]", "promised twice"),
        ("columns: [{type: text}]", "Column 1"),
        ("columns: []\nenforce: maybe", "warn or reject"),
        ("columns: []\nrules: [{name: r, condition: 'a.b'}]", "Rule 'r'"),
        ("columns: []\nrules: [{name: type, condition: 'a > 1'}]", "one of ours"),
        ("columns: []\nrules: [{name: r, condition: 'a > 1', limit: 2}]", "share from 0"),
        ("a: &a [1]\ncolumns: *a", "aliases"),
        ("columns: !!python/object/apply:os.system [ls]", "not understood"),
    ],
)  # fmt: skip
def test_a_contract_that_is_not_understood_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        from_yaml(text)
    assert said in caught.value.message
    assert caught.value.field


# -- revisions ----------------------------------------------------------------------------------------
def test_revisions_carry_who_and_why_and_a_save_on_an_older_one_is_told_what_changed(stored: Project) -> None:
    assert get_promises(stored) is None
    first = adopt_promises(stored)
    assert (first.number, first.why) == (1, "inferred from version 1")
    assert first.who
    body = first.as_dict() | {"strict": True}
    second = save_promises(stored, contract=body, why="no surprises", based_on=first.id)
    assert [one.number for one in list_promises(stored)] == [2, 1]
    assert get_promises(stored) == second == get_promises(stored, "2")
    with pytest.raises(Conflict, match=r"no surprises.*strict"):
        save_promises(stored, contract=body | {"enforce": "reject"}, based_on=first.id)
    assert save_promises(stored, contract=body, based_on=second.id) == second
    again = adopt_promises(stored, based_on=second.id)
    assert again.strict, "an inferred contract keeps the terms that a person set"


def test_a_contract_that_the_data_contradicts_is_said_and_saved_with_a_reason_only(stored: Project) -> None:
    body = {"columns": [{"name": "age", "type": "integer", "maximum": 20}, {"name": "height", "type": "number"}]}
    with pytest.raises(InvalidInput, match=r"age, maximum.*height, required") as caught:
        save_promises(stored, contract=body, based_on="")
    assert caught.value.field == "despite_data"
    with pytest.raises(InvalidInput, match="Say why"):
        save_promises(stored, contract=body, despite_data=True)
    assert get_promises(stored) is None
    made = save_promises(stored, contract=body, despite_data=True, why="the next export has it")
    assert made.number == 1
    checked = check_version(stored)
    assert not checked.report.kept
    assert last_check(stored, get_dataset(stored).table) == checked


def test_a_check_without_a_contract_says_how_to_make_one(stored: Project) -> None:
    with pytest.raises(NotFound, match="contract infer"):
        check_version(stored)
    with pytest.raises(InvalidInput):
        save_promises.submit(stored, contract={"columns": [{"name": "a"}]})


# -- new versions -------------------------------------------------------------------------------------
def test_without_a_contract_a_new_version_is_as_before(stored: Project) -> None:
    assert current_promises(stored) is None
    assert not [one for one in get_dataset(stored).findings if one.code == "breaks_data_contract"]
    assert not list_artifacts(stored, "data_check")


def test_a_new_version_that_breaks_the_contract_has_a_finding_and_its_violations_by_row(
    stored: Project, tmp_path: Path
) -> None:
    adopt_promises(stored)
    bad = table().astype(object)
    bad.loc[3, "age"] = -7
    bad.loc[5, "income"] = "a lot"
    bad.loc[8, "plan"] = "platinum"
    dataset = ingest(
        stored, source=written(tmp_path, bad, "next.csv"), target="left", types={"income": "number", "age": "integer"}
    )
    finding = next(one for one in dataset.findings if one.code == "breaks_data_contract")
    assert finding.severity == "warning"
    assert set(finding.columns) >= {"age", "income", "plan"}
    assert any("row 4" in one and "-7" in one for one in finding.examples)
    checked = last_check(stored, dataset.table)
    assert checked is not None
    found = {(one.row, one.column, one.rule, one.value) for one in checked.report.violations}
    assert {(4, "age", "minimum", "-7"), (6, "income", "type", "a lot"), (9, "plan", "values", "platinum")} <= found
    assert finding.count == checked.report.total
    assert last_check(stored, revise(stored, target="left").table) is not None


def test_rows_that_are_appended_are_counted_from_the_top_of_the_whole_table(stored: Project, tmp_path: Path) -> None:
    adopt_promises(stored)
    more = table().tail(3).astype(object).assign(customer=["C-90000", "C-00001", "9"])
    more.iloc[1, list(more.columns).index("age")] = "old"
    dataset = append(stored, source=written(tmp_path, more, "more.csv"))
    checked = last_check(stored, dataset.table)
    assert checked is not None
    found = {(one.row, one.column, one.rule, one.value) for one in checked.report.violations if (one.row or 0) > 200}
    assert {(202, "customer", "unique", "C-00001"), (203, "customer", "pattern", "9")} <= found
    assert (202, "age", "type", "old") in found
    finding = next(one for one in dataset.findings if one.code == "breaks_data_contract")
    assert finding.count == checked.report.total


def test_a_contract_that_rejects_stops_a_version_before_anything_is_stored(stored: Project, tmp_path: Path) -> None:
    first = adopt_promises(stored)
    save_promises(stored, contract=first.as_dict() | {"enforce": "reject"}, why="strict", despite_data=True)
    before = {one.id for one in list_artifacts(stored)}
    bad = table().drop(columns="plan")
    with pytest.raises(InvalidInput, match=r"revision 2.*plan, required") as caught:
        ingest(stored, source=written(tmp_path, bad, "bad.csv"), target="left")
    assert caught.value.field == "source"
    assert {one.id for one in list_artifacts(stored)} == before
    good = load_table(stored).head(150)
    kept = good[[not one for one in _broken(stored, good)]]
    dataset = ingest(stored, source=written(tmp_path, kept, "good.csv"), target="left")
    assert dataset.number == 2


def _broken(project: Project, frame: pd.DataFrame) -> list[bool]:
    made = get_promises(project)
    assert made is not None
    rows = {one.row for one in check_table(made, frame).violations}
    return [row in rows for row in range(1, len(frame) + 1)]
