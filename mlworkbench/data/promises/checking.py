"""Check a table against a data contract, by pandera. Needs pandas, pyarrow and pandera; row rules need mlworkbench.

This file, after `cells.py`, is also the body of the script that a contract is exported as: the two cannot disagree.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mlworkbench.data.promises.cells import MOMENTS, NUMBERS, Cells, arrow_texts, mask, matches, read_cells

KEPT = 1_000  # violations that are listed one by one
SHARES_FROM = 100  # rows from which on a share says something: fewer are not judged by one
LONGEST = 200  # characters of a value that are shown
UNIQUE = "a value of its own"
Test = Callable[[pd.Series], Any]
Tests = dict[tuple[str | None, str], tuple[str, Test]]  # (column, rule) → what is expected, and the test


# -- what is promised of a column ----------------------------------------------------------------------
def tests_of(promise: Mapping[str, Any], cells: Cells) -> Iterator[tuple[str, str, Test]]:
    """The rules of a promise: name, what is expected, and the test, which is true where it is kept."""
    kind = promise["type"]
    yield "type", f"{kind}", lambda _: ~cells.unreadable
    if not promise.get("nullable", False):
        yield "nullable", "a value", lambda _: ~cells.missing
    if kind in NUMBERS:
        yield "finite", "a finite number", lambda column: ~np.isinf(column)
    for name, sign in (("minimum", "at least"), ("maximum", "at most")):
        if promise.get(name) is not None:
            yield name, f"{sign} {_said(promise[name])}", _bound(promise[name], kind, name)
    if promise.get("values") is not None:
        allowed = list(promise["values"])
        yield "values", _among(allowed), lambda column: column.isin(allowed) | column.isna()
    if promise.get("pattern") is not None:
        pattern = str(promise["pattern"])
        alike: Test = lambda column: matches(arrow_texts(column), pattern) | column.isna()  # noqa: E731
        yield "pattern", f"all of it matches {pattern}", alike
    if promise.get("max_length") is not None:
        longest = int(promise["max_length"])
        fits: Test = lambda column: ~mask(pc.greater(pc.utf8_length(arrow_texts(column)), longest))  # noqa: E731
        yield "max_length", f"up to {longest:,} characters", fits
    if promise.get("unique", False):
        yield "unique", UNIQUE, lambda column: ~column.duplicated() | column.isna()


def _bound(edge: float | str, kind: str, name: str) -> Test:
    limit: Any = np.datetime64(str(edge), "us") if kind in MOMENTS else edge

    def kept(column: pd.Series) -> Any:
        inside = column >= limit if name == "minimum" else column <= limit
        endless = np.isinf(column) if kind in NUMBERS else False  # said by "finite"
        return inside | column.isna() | endless

    return kept


def _among(values: list[str]) -> str:
    shown = ", ".join(repr(one[:40]) for one in values[:8])
    return f"one of {shown}" + (f" and {len(values) - 8:,} more" if len(values) > 8 else "")


def _said(value: Any) -> str:
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)


@dataclass(frozen=True)
class Failure:
    """A test that fails: how often, and the first rows (1, 2, 3…) with what is there."""

    rule: str
    column: str | None
    expected: str
    count: int
    shown: list[tuple[int, str | None]]


# -- the table ----------------------------------------------------------------------------------------
def frame_of(table: pa.Table) -> pd.DataFrame:
    """An Arrow table with its whole numbers whole."""
    whole = {pa.int64(): pd.Int64Dtype(), pa.int32(): pd.Int32Dtype(), pa.uint64(): pd.UInt64Dtype()}
    names = [f"{place}" for place in range(table.num_columns)]
    frame: pd.DataFrame = table.rename_columns(names).to_pandas(types_mapper=whole.get)
    return frame.set_axis(table.column_names, axis=1)


def check(contract: Mapping[str, Any], frame: Any, *, inputs: Any = None, by_pandera: bool = True) -> dict[str, Any]:
    """What a table does not keep of a contract.

    Parameters
    ----------
    contract : mapping
        columns, rules, strict, as they are exported.
    inputs : collection of str, optional
        Judge only these columns, and the rules that read no others; the rest may be there or not.
    by_pandera : bool
        False asks the same tests one by one without pandera, which costs more than a few rows are worth.

    Returns
    -------
    dict
        rows; total (violations); breaches: rule, column, expected, count of each; violations: the first of them with
        row (1, 2, 3…; None is the table as a whole), column, rule, value, expected.
    """
    asked = ask(contract, frame, inputs)
    failing = failing_by_pandera if by_pandera else _one_by_one
    found = failures(asked, failing({name: one.typed for name, one in asked.columns.items()}, asked.tests, asked.rows))
    return report(asked.rows, asked.whole, found)


@dataclass(frozen=True)
class Asked:
    """A table and what is asked of it: what it is as a whole already, the tests, the columns that each rule reads."""

    rows: int
    raw: Mapping[str, pd.Series]
    columns: Mapping[str, Cells]
    whole: list[tuple[str, str | None, str, str]]
    tests: Tests
    reads: Mapping[str, tuple[str, ...]]


def ask(contract: Mapping[str, Any], frame: Any, inputs: Any = None) -> Asked:
    """A table's columns, read as they were promised, and the tests of them."""
    rows, cells_of = len(frame), frame.iloc
    places: dict[str, int] = {}
    whole: list[tuple[str, str | None, str, str]] = []
    for place, name in enumerate(map(str, frame.columns)):
        if name in places:
            whole.append(("repeated_column", name, "a name of its own", "another column has this name"))
        places.setdefault(name, place)
    promises = [one for one in contract["columns"] if inputs is None or one["name"] in inputs]
    known = {one["name"] for one in contract["columns"]}
    if contract.get("strict", False):
        extra = [name for name in places if name not in known]
        whole += [("extra_column", name, "no column that is not promised", "the column is there") for name in extra]
    columns, tests = dict[str, Cells](), Tests()
    for one in promises:
        name = one["name"]
        if name not in places:
            if one.get("required", True):
                whole.append(("required", name, "the column is there", "the column is missing"))
            continue
        cells = columns[name] = read_cells(cells_of[:, places[name]], one["type"])
        tests |= {(name, rule): (expected, test) for rule, expected, test in tests_of(one, cells)}
        whole += too_empty(one, int(cells.missing.sum()), rows)
    raw = {name: cells_of[:, place] for name, place in places.items()}
    rules = contract.get("rules", ())
    reads = {rule["name"]: _rule(rule, columns, raw, inputs, rows, tests, whole) for rule in rules}
    return Asked(rows, raw, columns, whole, tests, reads)


def too_empty(promise: Mapping[str, Any], gone: int, rows: int) -> list[tuple[str, str | None, str, str]]:
    """The violation of a column where more rows are without a value than may be."""
    most = promise.get("most_missing")
    if most is None or rows < SHARES_FROM or gone <= most * rows:
        return []
    allowed = f"up to {most:.4g} of the rows without a value"
    return [("most_missing", promise["name"], allowed, f"{gone:,} of {rows:,} rows")]


def failures(asked: Asked, failed: Mapping[tuple[str | None, str], Any], first: int = 0) -> list[Failure]:
    """Of each test that fails: how often, and the first rows, counted from `first` on, with their values."""
    found: list[Failure] = []
    for (column, rule), (expected, _) in asked.tests.items():
        if (column, rule) not in failed:
            continue
        where = np.flatnonzero(failed[column, rule])
        names = asked.reads[rule] if column is None else ()
        values = [
            shown(asked.raw[column].iloc[row])
            if column is not None
            else ", ".join(f"{name}={shown(asked.raw[name].iloc[row])}" for name in names)
            for row in where[:KEPT].tolist()
        ]
        told = list(zip((where[:KEPT] + first + 1).tolist(), values, strict=True))
        found.append(Failure(rule, column, expected, len(where), told))
    return found


def report(rows: int, whole: list[tuple[str, str | None, str, str]], failed: list[Failure]) -> dict[str, Any]:
    """What `check` gives, of what a table is as a whole and its failed tests, both in their order."""
    breaches: list[dict[str, Any]] = [
        {"rule": rule, "column": column, "expected": expected, "count": 1} for rule, column, expected, _ in whole
    ]
    listed: list[tuple[int, int, dict[str, Any]]] = [
        (0, place, {"row": None, "column": column, "rule": rule, "value": value, "expected": expected})
        for place, (rule, column, expected, value) in enumerate(whole)
    ]
    for place, one in enumerate(failed):
        said = {"rule": one.rule, "column": one.column, "expected": one.expected}
        breaches.append({**said, "count": one.count})
        listed += [(row, place, {"row": row, **said, "value": value}) for row, value in one.shown]
    listed.sort(key=lambda one: one[:2])
    total = sum(one["count"] for one in breaches)
    return {"rows": rows, "total": total, "breaches": breaches, "violations": [one for *_, one in listed[:KEPT]]}


def _rule(
    rule: Mapping[str, Any],
    columns: Mapping[str, Cells],
    raw: Mapping[str, pd.Series],
    inputs: Any,
    rows: int,
    tests: Tests,
    whole: list[Any],
) -> tuple[str, ...]:
    """Add the test of a row rule, and the columns it reads; one that cannot be asked is a violation of the table."""
    from mlworkbench.errors import InvalidInput
    from mlworkbench.expressions import parse

    name, limit = rule["name"], float(rule.get("limit", 0))
    if limit and rows < SHARES_FROM:
        return ()
    try:
        condition = parse(rule["condition"])
        if inputs is not None and not set(condition.columns) <= set(inputs):
            return ()
        there = {one: columns[one].typed if one in columns else raw[one] for one in condition.columns if one in raw}
        found = condition.evaluate(
            pd.DataFrame({one: cells.array for one, cells in there.items()}, pd.RangeIndex(rows))
        )
    except InvalidInput as error:
        whole.append((name, None, rule["condition"], error.message))
        return ()
    if found.dtype != bool:
        whole.append((name, None, rule["condition"], "the rule gives no condition"))
        return ()
    holds = found.to_numpy()
    if (~holds).sum() > limit * rows:
        tests[None, name] = (expected_of(rule), lambda _: holds)
    return condition.columns


def expected_of(rule: Mapping[str, Any]) -> str:
    """A row rule in words."""
    limit = float(rule.get("limit", 0))
    return f"{rule['condition']} in all but {limit:.4g} of the rows" if limit else str(rule["condition"])


def failing_by_pandera(columns: Mapping[str, pd.Series], tests: Tests, rows: int) -> dict[tuple[str | None, str], Any]:
    """Where each test fails, by a pandera schema that is validated lazily."""
    import pandera.pandas as pandera
    from pandera.errors import SchemaErrors

    def checks(of: str | None) -> list[Any]:
        return [
            pandera.Check(
                lambda column, test=test: pd.Series(np.asarray(test(column), bool), index=column.index),
                name=rule, error=expected, ignore_na=False, n_failure_cases=1,
            )
            for (column, rule), (expected, test) in tests.items()
            if column == of
        ]  # fmt: skip

    parts = {name: pandera.Column(None, nullable=True, checks=checks(name)) for name in columns}
    schema = pandera.DataFrameSchema(parts, checks=checks(None), strict=False)
    try:
        schema.validate(
            pd.DataFrame({name: cells.array for name, cells in columns.items()}, pd.RangeIndex(rows)), lazy=True
        )
    except SchemaErrors as found:
        failed: dict[tuple[str | None, str], Any] = {}
        for one in found.schema_errors:
            if one.check_output is None:
                raise one from found  # a test that cannot be asked is our fault, not the table's
            column = one.schema.name if isinstance(one.schema, pandera.Column) else None
            failed[column, one.check.name] = ~one.check_output.to_numpy(bool)
        return failed
    return {}


def _one_by_one(columns: Mapping[str, pd.Series], tests: Tests, rows: int) -> dict[tuple[str | None, str], Any]:
    """As `failing_by_pandera`, for few rows."""
    found = {}
    for (name, rule), (_, test) in tests.items():
        kept = np.asarray(test(columns[name] if name is not None else pd.Series(dtype=object)), bool)
        if not kept.all():
            found[name, rule] = ~kept
    return found


def shown(cell: Any) -> str | None:
    """A cell as text; None when it is missing."""
    if isinstance(cell, str):
        return cell if len(cell) <= LONGEST else f"{cell[:LONGEST]}… ({len(cell):,} characters)"
    if cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and cell != cell):
        return None
    if isinstance(cell, bool | np.bool_ | date | Decimal):
        return str(cell)[:LONGEST]
    if isinstance(cell, int | np.integer):
        return str(cell) if abs(int(cell)) < 10**LONGEST else f"a whole number of {int(cell).bit_length():,} bits"
    return f"{float(cell):.15g}" if isinstance(cell, float | np.floating) else reprlib.repr(cell)[:LONGEST]
