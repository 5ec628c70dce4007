"""Check a table against a data contract, by pandera. Needs pandas, pyarrow and pandera; row rules need mlworkbench.

This file is also the body of the script that a contract is exported as: the two cannot disagree.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

KEPT = 1_000  # violations that are listed one by one
SHARES_FROM = 100  # rows from which on a share says something: fewer are not judged by one
LONGEST = 200  # characters of a value that are shown
NUMBERS, MOMENTS = ("number", "integer"), ("datetime",)
NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
Test = Callable[[pd.Series], Any]
Tests = dict[tuple[str | None, str], tuple[str, Test]]  # (column, rule) → what is expected, and the test


# -- cells --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cells:
    """A column read as its promised type: what has no value, and what has one that cannot be read, is missing."""

    typed: pd.Series
    missing: Any
    unreadable: Any


def read_cells(cells: pd.Series, kind: str) -> Cells:
    """Numbers may come as plain text, dates as ISO 8601 text, words as numbers; blank text is missing."""
    cells = cells.reset_index(drop=True)
    if isinstance(cells.dtype, pd.CategoricalDtype | pd.StringDtype):
        cells = cells.astype(object)
    try:
        missing = cells.isna().to_numpy(bool)
    except InvalidOperation:  # pandas stumbles over a signalling NaN
        whole = [None if isinstance(cell, Decimal) and cell.is_nan() else cell for cell in cells]
        cells = pd.Series(whole, dtype=object)
        missing = cells.isna().to_numpy(bool)
    text = None
    if cells.dtype == object:
        if pd.api.types.infer_dtype(cells, skipna=True) in ("string", "empty"):
            text = _arrow(cells)
            missing = missing | _mask(pc.equal(pc.utf8_trim_whitespace(text), ""))
        else:
            blank = (isinstance(cell, str) and not cell.strip() for cell in cells)
            missing = missing | np.fromiter(blank, bool, len(cells))
    read = _numbers if kind in NUMBERS else _moments if kind in MOMENTS else _words
    typed = read(cells, text, missing)
    unreadable = typed.isna().to_numpy(bool) & ~missing
    if kind == "integer" and typed.dtype.kind == "f":
        values = typed.to_numpy()
        broken = np.isfinite(values) & (values != np.floor(values))
        typed, unreadable = typed.mask(broken), unreadable | broken
    return Cells(typed, missing, unreadable)


def _arrow(cells: pd.Series) -> pa.Array:
    """Texts for Arrow, which knows no half of a surrogate pair."""
    try:
        return pa.array(cells, pa.large_string(), from_pandas=True)
    except UnicodeEncodeError:
        whole = [one.encode("utf-8", "replace").decode() if isinstance(one, str) else None for one in cells]
        return pa.array(whole, pa.large_string())


def _mask(found: Any) -> Any:
    return pc.fill_null(found, False).to_numpy(zero_copy_only=False)


def _matches(text: pa.Array, pattern: str) -> Any:
    """Whether all of a text is of the pattern (RE2: linear in the text, whatever the pattern)."""
    return _mask(pc.match_substring_regex(text, rf"\A(?:{pattern})\z"))


def _numbers(cells: pd.Series, text: pa.Array | None, missing: Any) -> pd.Series:
    kind = cells.dtype.kind
    if kind in "iu" and not missing.any():
        return pd.Series(cells.to_numpy())
    if kind in "iuf":
        return pd.Series(cells.to_numpy(np.float64, na_value=np.nan))
    found = np.full(len(cells), np.nan)
    if text is not None:
        trimmed = pc.utf8_trim_whitespace(text)
        plain = _matches(trimmed, NUMBER)
        found[plain] = np.array(trimmed.filter(pa.array(plain)).to_pylist(), dtype=np.float64)
    elif kind == "O":
        found[:] = [_number(cell) for cell in cells]
    return pd.Series(found)


def _number(cell: Any) -> float:
    if isinstance(cell, str):
        return float(cell) if re.fullmatch(NUMBER, cell.strip()) else np.nan
    if isinstance(cell, bool | np.bool_) or not isinstance(cell, Real | Decimal):
        return np.nan
    try:
        return float(cell)
    except OverflowError:  # a whole number of 400 digits
        return np.inf
    except ValueError:  # a signalling NaN
        return np.nan


def _moments(cells: pd.Series, text: pa.Array | None, missing: Any) -> pd.Series:
    if cells.dtype.kind == "M":
        zoned = getattr(cells.dt, "tz", None) is not None
        return (cells.dt.tz_convert("UTC").dt.tz_localize(None) if zoned else cells).astype("datetime64[us]")
    found = np.full(len(cells), np.datetime64("NaT"), dtype="datetime64[us]")
    if text is not None:
        places = text.dictionary_encode()
        known = [_moment(one) for one in places.dictionary.to_pylist()]
        there = ~missing
        found[there] = np.array(known, dtype="datetime64[us]")[places.indices.filter(pa.array(there)).to_numpy()]
    elif cells.dtype.kind == "O":
        found[:] = [_moment(cell) for cell in cells]
    return pd.Series(found)


def _moment(cell: Any) -> datetime | None:
    if isinstance(cell, str):
        try:
            cell = datetime.fromisoformat(cell.strip())
        except ValueError:
            return None
    if isinstance(cell, np.datetime64):
        cell = cell.astype("datetime64[us]").item()
    if cell is pd.NaT or not isinstance(cell, date):
        return None
    if not isinstance(cell, datetime):
        return datetime.combine(cell, time())
    if isinstance(cell, pd.Timestamp):
        cell = cell.to_pydatetime(warn=False)
    moment: datetime = cell
    try:
        return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:  # beyond the year 9999 in another zone
        return None


def _words(cells: pd.Series, text: pa.Array | None, missing: Any) -> pd.Series:
    if text is not None:
        found = cells.to_numpy(object, copy=True)
        found[missing] = None
        return pd.Series(found, dtype=object)
    if cells.dtype.kind in "iu" and not missing.any():
        return cells.astype(str).astype(object)
    if cells.dtype.kind in "iufb":
        places, values = pd.factorize(cells)
        known = np.array([*(_word(value) for value in values), None], dtype=object)
        return pd.Series(known[places], dtype=object)
    return pd.Series([None if gone else _word(cell) for cell, gone in zip(cells, missing, strict=True)], dtype=object)


def _word(cell: Any) -> str | None:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool | np.bool_):
        return str(bool(cell))
    if isinstance(cell, int | np.integer):
        return str(int(cell))
    if isinstance(cell, float | np.floating):
        return str(int(cell)) if float(cell).is_integer() else repr(float(cell))
    if isinstance(cell, date | np.datetime64 | Real | Decimal):
        return str(cell)
    return None


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
        alike: Test = lambda column: _matches(_arrow(column), pattern) | column.isna()  # noqa: E731
        yield "pattern", f"all of it matches {pattern}", alike
    if promise.get("max_length") is not None:
        longest = int(promise["max_length"])
        fits: Test = lambda column: ~_mask(pc.greater(pc.utf8_length(_arrow(column)), longest))  # noqa: E731
        yield "max_length", f"up to {longest:,} characters", fits
    if promise.get("unique", False):
        yield "unique", "a value of its own", lambda column: ~column.duplicated() | column.isna()


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
        most, gone = one.get("most_missing"), int(cells.missing.sum())
        if most is not None and rows >= SHARES_FROM and gone > most * rows:
            allowed = f"up to {most:.4g} of the rows without a value"
            whole.append(("most_missing", name, allowed, f"{gone:,} of {rows:,} rows"))
    raw = {name: cells_of[:, place] for name, place in places.items()}
    rules = contract.get("rules", ())
    reads = {rule["name"]: _rule(rule, columns, raw, inputs, rows, tests, whole) for rule in rules}
    ask = _by_pandera if by_pandera else _one_by_one
    failed = ask({name: one.typed for name, one in columns.items()}, tests, rows)
    breaches: list[dict[str, Any]] = [
        {"rule": rule, "column": column, "expected": expected, "count": 1} for rule, column, expected, _ in whole
    ]
    listed: list[tuple[int, int, dict[str, Any]]] = [
        (0, place, {"row": None, "column": column, "rule": rule, "value": value, "expected": expected})
        for place, (rule, column, expected, value) in enumerate(whole)
    ]
    for place, (key, (expected, _)) in enumerate(tests.items()):
        if key not in failed:
            continue
        column, rule = key
        where = np.flatnonzero(failed[key])
        breaches.append({"rule": rule, "column": column, "expected": expected, "count": len(where)})
        for row in where[:KEPT].tolist():
            value = (
                _shown(raw[column].iloc[row])
                if column is not None
                else ", ".join(f"{name}={_shown(raw[name].iloc[row])}" for name in reads[rule])
            )
            said = {"row": row + 1, "column": column, "rule": rule, "value": value, "expected": expected}
            listed.append((row + 1, place, said))
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
        share = f" in all but {limit:.4g} of the rows" if limit else ""
        tests[None, name] = (f"{rule['condition']}{share}", lambda _: holds)
    return condition.columns


def _by_pandera(columns: Mapping[str, pd.Series], tests: Tests, rows: int) -> dict[tuple[str | None, str], Any]:
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
    """As `_by_pandera`, for few rows."""
    found = {}
    for (name, rule), (_, test) in tests.items():
        kept = np.asarray(test(columns[name] if name is not None else pd.Series(dtype=object)), bool)
        if not kept.all():
            found[name, rule] = ~kept
    return found


def _shown(cell: Any) -> str | None:
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
