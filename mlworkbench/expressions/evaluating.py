"""A checked tree on a table: column-wise, in numpy, with one kind of value per column."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

import numpy as np
import pandas as pd

from mlworkbench.errors import listing
from mlworkbench.expressions.parsing import Tree, literal, refusal

Kind = Literal["number", "text", "bool", "date"]
_KINDS = {"number": "a number", "text": "text", "bool": "a condition", "date": "a date"}
_SIGNS: dict[type[ast.AST], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Eq: ("==", operator.eq), ast.NotEq: ("!=", operator.ne), ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le), ast.Gt: (">", operator.gt), ast.GtE: (">=", operator.ge),
    ast.Add: ("+", np.add), ast.Sub: ("-", np.subtract), ast.Mult: ("*", np.multiply), ast.Div: ("/", np.divide),
    ast.FloorDiv: ("//", np.floor_divide), ast.Mod: ("%", np.mod), ast.Pow: ("**", np.power),
}  # fmt: skip
_OF_NUMBERS: dict[str, Callable[..., Any]] = {
    "abs": np.abs, "log": np.log, "exp": np.exp, "sqrt": np.sqrt, "min": np.minimum, "max": np.maximum,
}  # fmt: skip


@dataclass(frozen=True)
class Value:
    """Values of one kind: number float64, text object, bool bool, date datetime64; `name` as messages call it.

    `data` has one value per row, or a single one (shape ()) that counts for every row.
    """

    kind: Kind
    data: Any
    name: str

    @property
    def missing(self) -> Any:
        """Where there is no value."""
        return np.zeros(np.shape(self.data), bool) if self.kind == "bool" else pd.isna(self.data)


def evaluate(tree: Tree, columns: tuple[str, ...], frame: pd.DataFrame) -> pd.Series:
    """See `Expression.evaluate`."""
    unknown = [name for name in columns if name not in frame.columns]
    if unknown:
        raise refusal(f"The table lacks {listing(map(repr, unknown))}. Columns: {listing(frame.columns)}.")
    values = {name: _column(frame, name) for name in columns}
    with np.errstate(all="ignore"):
        found = _Evaluation(tree, values).of(tree.root)
    if found.kind == "date":
        raise refusal(f"A rule gives a condition, a number or text. {_said(found)} Compare it with another.")
    dtype: Any = {"number": np.float64, "bool": np.bool_}.get(found.kind, object)
    data = np.empty(len(frame), dtype)
    data[...] = found.data
    return pd.Series(data, index=frame.index)


def _column(frame: pd.DataFrame, name: str) -> Value:
    named = int((frame.columns == name).sum())
    if named > 1:
        raise refusal(f"The table has {named} columns named {name!r}. Rename all but one.")
    cells, spoken = frame[name], f"the column {name!r}"
    kind = cells.dtype.kind
    if pd.api.types.is_bool_dtype(cells.dtype):
        return Value("bool", cells.fillna(False).to_numpy(bool), spoken)
    if pd.api.types.is_numeric_dtype(cells.dtype) and kind != "c":
        return Value("number", cells.to_numpy(np.float64, na_value=np.nan), spoken)
    if kind == "M":
        zoned = getattr(cells.dt, "tz", None) is not None
        plain = cells.dt.tz_convert("UTC").dt.tz_localize(None) if zoned else cells
        return Value("date", plain.to_numpy("datetime64[us]"), spoken)
    there = cells.notna().to_numpy()
    data = cells.to_numpy(object, copy=True)
    data[~there] = None
    found = {type(one) for one in data[there]}
    if all(issubclass(one, str) for one in found):
        return Value("text", data, spoken)
    if all(issubclass(one, bool | np.bool_) for one in found):
        return Value("bool", np.where(there, data, False).astype(bool), spoken)
    if all(issubclass(one, int | float | np.number) and not issubclass(one, bool) for one in found):
        return Value("number", np.where(there, data, np.nan).astype(np.float64), spoken)
    kinds = listing(sorted(one.__name__ for one in found))
    raise refusal(f"A column holds numbers, text, conditions or dates. {name!r} holds {kinds}.")


@dataclass(frozen=True)
class _Evaluation:
    tree: Tree
    columns: dict[str, Value]

    def of(self, node: ast.expr) -> Value:
        """The value of a node."""
        match node:
            case ast.Constant():
                return _single(node.value)
            case ast.Name():
                text = self.tree.texts.get(node.id)
                return self.columns[self.tree.column(node)] if text is None else _single(text)
            case ast.BoolOp():
                conditions = [self._condition(one, "'and' and 'or' join conditions") for one in node.values]
                joined = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
                return Value("bool", reduce(joined, conditions), "this condition")
            case ast.UnaryOp():
                if isinstance(node.op, ast.Not):
                    return Value("bool", ~self._condition(node.operand, "'not' turns a condition"), "this condition")
                data = self._number(node.operand, "a sign stands before numbers")
                return Value("number", -data if isinstance(node.op, ast.USub) else +data, "this number")
            case ast.BinOp():
                sign, act = _SIGNS[type(node.op)]
                sides = [self._number(one, f"{sign!r} works on numbers") for one in (node.left, node.right)]
                return Value("number", act(*sides), "this number")
            case ast.Compare():
                return self._compare(node)
            case ast.IfExp():
                return self._choose(node)
            case ast.Call(func=ast.Name(id=name)):
                return self._call(name, node)
        raise AssertionError(f"{type(node).__name__} passed the check")

    def _condition(self, node: ast.expr, rule: str) -> Any:
        value = self.of(node)
        if value.kind != "bool":
            self.tree.wrong(node, f"{rule}. {_said(value)} Compare it with something.")
        return value.data

    def _number(self, node: ast.expr, rule: str) -> Any:
        value = self.of(node)
        if value.kind not in ("number", "bool"):
            self.tree.wrong(node, f"{rule}. {_said(value)}")
        return np.asarray(value.data, np.float64)

    def _compare(self, node: ast.Compare) -> Value:
        left = self.of(node.left)
        if isinstance(node.ops[0], ast.In | ast.NotIn):
            return self._among(left, node.comparators[0], node, inside=isinstance(node.ops[0], ast.In))
        found: Any = np.True_
        for op, part in zip(node.ops, node.comparators, strict=True):
            right = self.of(part)
            sign, act = _SIGNS[type(op)]
            found = found & self._pair(left, right, act, part, sign)
            left = right
        return Value("bool", found, "this condition")

    def _among(self, left: Value, items: ast.expr, node: ast.expr, *, inside: bool) -> Value:
        assert isinstance(items, ast.Tuple | ast.List)
        found: Any = np.False_
        for item in items.elts:
            found = found | self._pair(left, _single(literal(self.tree, item)), operator.eq, item, "in")
        return Value("bool", found if inside else ~(found | left.missing), "this condition")

    def _pair(self, left: Value, right: Value, act: Callable[[Any, Any], Any], node: ast.expr, sign: str) -> Any:
        """One comparison; false wherever either side is missing."""
        left, right = self._dated(left, right, node), self._dated(right, left, node)
        kinds = {"number" if one.kind == "bool" else one.kind for one in (left, right)}
        if len(kinds) > 1:
            said = " ".join(_said(one) for one in (left, right))
            hint = " A number in quotes is text." if kinds == {"text", "number"} else ""
            self.tree.wrong(node, f"'{sign}' compares values of one kind. {said}{hint}")
        a, b = np.broadcast_arrays(left.data, right.data)
        there = ~np.broadcast_to(left.missing | right.missing, a.shape)
        if kinds != {"text"}:
            return act(a, b) & there
        found = np.zeros(a.shape, bool)
        found[there] = act(a[there], b[there])
        return found

    def _dated(self, one: Value, other: Value, node: ast.expr) -> Value:
        """A single text beside a date, read as a date."""
        if one.kind != "text" or other.kind != "date" or np.ndim(one.data):
            return one
        stamp = _stamp(str(one.data))
        if stamp is None:
            self.tree.wrong(node, f'{_said(other)} {_start(one.name)} is no date; write it like "2024-12-31".')
        return Value("date", np.asarray(stamp.to_datetime64(), "datetime64[us]"), one.name)

    def _choose(self, node: ast.IfExp) -> Value:
        test = self._condition(node.test, "'if' asks a condition")
        yes, no = self.of(node.body), self.of(node.orelse)
        kinds = {yes.kind, no.kind}
        if kinds == {"number", "bool"}:
            yes, no = (Value("number", np.asarray(one.data, np.float64), one.name) for one in (yes, no))
        elif len(kinds) > 1:
            self.tree.wrong(node, f"both sides of 'if' must be of one kind. {_said(yes)} {_said(no)}")
        return Value(yes.kind, np.where(test, yes.data, no.data), f"this {'text' if yes.kind == 'text' else 'value'}")

    def _call(self, name: str, node: ast.Call) -> Value:
        if name == "missing":
            return Value("bool", np.asarray(self.of(node.args[0]).missing), "this condition")
        if name in ("lower", "contains"):
            return self._text_call(name, node)
        if name == "round":
            digits = literal(self.tree, node.args[1]) if len(node.args) == 2 else 0
            return Value("number", np.round(self._number(node.args[0], "round takes a number"), int(digits or 0)),
                         "this number")  # fmt: skip
        parts = [self._number(one, f"{name} takes numbers") for one in node.args]
        act = _OF_NUMBERS[name]
        return Value("number", reduce(act, parts) if len(parts) > 1 else act(parts[0]), "this number")

    def _text_call(self, name: str, node: ast.Call) -> Value:
        value = self.of(node.args[0])
        if value.kind != "text":
            self.tree.wrong(node.args[0], f"{name} takes text. {_said(value)}")
        flat = np.atleast_1d(value.data)
        if name == "lower":
            made = np.array([None if one is None else one.lower() for one in flat], dtype=object)
            return Value("text", made.reshape(np.shape(value.data)), "this text")
        wanted = str(literal(self.tree, node.args[1]))
        held = np.array([one is not None and wanted in one for one in flat], dtype=bool)
        return Value("bool", held.reshape(np.shape(value.data)), "this condition")


def _stamp(text: str) -> pd.Timestamp | None:
    """The moment (UTC, without a zone) that an ISO 8601 text names; pandas alone would also take "now" and "1/2/24"."""
    if not re.match(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        stamp = pd.Timestamp(text)
    except ValueError:
        return None
    return stamp if stamp.tzinfo is None else stamp.tz_convert("UTC").tz_localize(None)


def _single(value: Any) -> Value:
    """A value that the rule itself holds."""
    if isinstance(value, bool):
        return Value("bool", np.asarray(value), str(value))
    if isinstance(value, str):
        return Value("text", np.asarray(value, object), f"the text {value[:60]!r}")
    return Value("number", np.asarray(value, np.float64), f"the number {value}")


def _said(value: Value) -> str:
    return f"{_start(value.name)} is {_KINDS[value.kind]}."


def _start(sentence: str) -> str:
    return f"{sentence[:1].upper()}{sentence[1:]}"
