"""Promises about a table as frozen data, and the strict reading of a contract that somebody wrote."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mlworkbench.data.results import TYPES
from mlworkbench.errors import InvalidInput, listing

ENFORCE = ("warn", "reject")
NUMBERS = ("number", "integer")
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
ORDERED = (*NUMBERS, "datetime")
MOST_VALUES, MOST_RULES, LONGEST_NAME = 10_000, 200, 100_000


@dataclass(frozen=True)
class Promise:
    """What holds of one column.

    Parameters
    ----------
    type : str
        One of the types of a dataset's columns; numbers may come as text, words as numbers, dates as ISO 8601 text.
    required : bool
        Whether the column must be there.
    nullable : bool
        Whether cells may have no value; `most_missing` bounds their share, judged from 100 rows on.
    minimum, maximum : float or str, optional
        For numbers; ISO 8601 text for dates.
    values : tuple of str, optional
        All that words may be.
    pattern : str, optional
        A regular expression (RE2) that all of a word matches.
    max_length : int, optional
        Characters of a word.
    why : str
        The evidence; may quote cells, so it is text from outside.
    """

    name: str
    type: str
    required: bool = True
    nullable: bool = False
    unique: bool = False
    minimum: float | str | None = None
    maximum: float | str | None = None
    values: tuple[str, ...] | None = None
    pattern: str | None = None
    max_length: int | None = None
    most_missing: float | None = None
    why: str = ""


@dataclass(frozen=True)
class RowRule:
    """A condition (`mlworkbench.expressions`) that holds in every row, or in all but the share `limit` of them.

    A comparison with a missing value is false: write `missing(end) or end >= start`. A limit other than 0 is judged
    from 100 rows on.
    """

    name: str
    condition: str
    limit: float = 0.0


@dataclass(frozen=True)
class DataContract:
    """What every table of a project satisfies.

    Parameters
    ----------
    strict : bool
        Whether a column that is not promised is a violation.
    enforce : {"warn", "reject"}
        What a violation does: it is said, or nothing is stored or predicted.
    dataset : str
        The dataset it was inferred from, "" when it was written.
    id, number, who, why, created_at
        The revision; "" and 0 while it is not saved.
    """

    columns: tuple[Promise, ...]
    rules: tuple[RowRule, ...] = ()
    strict: bool = False
    enforce: str = "warn"
    dataset: str = ""
    id: str = ""
    number: int = 0
    who: str = ""
    why: str = ""
    created_at: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The promised columns."""
        return tuple(one.name for one in self.columns)

    def as_dict(self) -> dict[str, Any]:
        """The terms, as they are stored and exported; what is not promised is left out."""
        return {
            "enforce": self.enforce,
            "strict": self.strict,
            "dataset": self.dataset,
            "columns": [
                {
                    key: list(value) if isinstance(value, tuple) else value
                    for key, value in vars(one).items()
                    if value is not None and (key != "why" or value)
                }
                for one in self.columns
            ],
            "rules": [dict(vars(one)) for one in self.rules],
        }


@dataclass(frozen=True)
class Violation:
    """One cell, row or table that does not keep a promise; `row` is 1, 2, 3…, None for the table as a whole.

    `rule` is type, nullable, finite, minimum, maximum, values, pattern, max_length, unique, most_missing, required,
    extra_column, repeated_column or the name of a row rule. All but `row` and `rule` may hold text from outside.
    """

    row: int | None
    column: str | None
    rule: str
    value: str | None
    expected: str

    @property
    def sentence(self) -> str:
        """In words."""
        place = f"{self.column}: " if self.column is not None else f"{self.rule}: "
        came = "no value" if self.value is None else self.value
        return f"{place}expected {self.expected}, got {came}."


@dataclass(frozen=True)
class Breach:
    """How often a rule is not kept."""

    rule: str
    column: str | None
    expected: str
    count: int


@dataclass(frozen=True)
class CheckReport:
    """A table against a contract: all breaches counted, and the first violations one by one."""

    rows: int
    total: int
    breaches: tuple[Breach, ...]
    violations: tuple[Violation, ...]

    @property
    def kept(self) -> bool:
        """Whether the table keeps all promises."""
        return not self.breaches

    @property
    def not_shown(self) -> int:
        """Violations beyond those that are listed."""
        return self.total - len(self.violations)

    @property
    def sentence(self) -> str:
        """In words, the most frequent breaches first."""
        if self.kept:
            return f"{_rows(self.rows)} kept the data contract."
        told = sorted(self.breaches, key=lambda one: -one.count)
        parts = [f"{_named(one)} ({one.count:,}; expected {one.expected[:120]})" for one in told]
        words = "1 violation" if self.total == 1 else f"{self.total:,} violations"
        return f"{words} of the data contract in {_rows(self.rows)}: {_told(parts)}."

    def as_dict(self) -> dict[str, Any]:
        """As stored."""
        return {
            "rows": self.rows,
            "total": self.total,
            "breaches": [dict(vars(one)) for one in self.breaches],
            "violations": [dict(vars(one)) for one in self.violations],
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> CheckReport:
        """As `as_dict` gave it."""
        breaches = tuple(Breach(**one) for one in body["breaches"])
        return cls(body["rows"], body["total"], breaches, tuple(Violation(**one) for one in body["violations"]))


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"


def _named(one: Breach) -> str:
    return one.rule if one.column is None else f"{one.column[:80]}, {one.rule}"


def _told(parts: Sequence[str], most: int = 6) -> str:
    return "; ".join(parts[:most]) + (f"; and {len(parts) - most:,} more rules" if len(parts) > most else "")


# -- reading what somebody wrote ------------------------------------------------------------------------
_KEYS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "name": (str, "a text"),
    "type": (str, f"one of {listing(TYPES)}"),
    "required": (bool, "true or false"),
    "nullable": (bool, "true or false"),
    "unique": (bool, "true or false"),
    "minimum": ((int, float, str), "a number, or a date such as 2024-01-31"),
    "maximum": ((int, float, str), "a number, or a date such as 2024-01-31"),
    "values": ((list, tuple), "a list of texts"),
    "pattern": (str, "a regular expression"),
    "max_length": (int, "a whole number from 0"),
    "most_missing": ((int, float), "a share from 0 to 1"),
    "why": (str, "a text"),
}
_TOP = ("enforce", "strict", "dataset", "columns", "rules")


def read_contract(body: Any) -> DataContract:
    """The contract that a document describes.

    Raises
    ------
    InvalidInput
        field is "promises", "rules", "strict" or "enforce"; every mistake is counted, the first are told.
    """
    if not isinstance(body, Mapping) or not isinstance(body.get("columns"), list | tuple):
        raise InvalidInput("A data contract is an object with a list of columns, each with name and type.",
                           field="promises")  # fmt: skip
    unknown = [name for name in body if name not in _TOP]
    if unknown:
        raise InvalidInput(f"A data contract has no {listing(unknown)}. It has: {listing(_TOP)}.", field="promises")
    strict, enforce, dataset = body.get("strict", False), body.get("enforce", "warn"), body.get("dataset", "")
    if not isinstance(strict, bool):
        raise InvalidInput(f"strict is true or false. Got {str(strict)[:80]!r}.", field="strict")
    if enforce not in ENFORCE:
        raise InvalidInput(f"enforce is {' or '.join(ENFORCE)}. Got {str(enforce)[:80]!r}.", field="enforce")
    if not isinstance(dataset, str) or not re.fullmatch(r"[0-9a-f]{0,64}", dataset):
        raise InvalidInput("dataset is the id of the dataset that the contract was inferred from.", field="promises")
    wrong: list[str] = []
    promises = tuple(_promise(one, place, wrong) for place, one in enumerate(body["columns"], 1))
    names = [one.name for one in promises if one is not None]
    repeated = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    wrong += [f"{name!r} is promised twice." for name in repeated]
    _tell(wrong, "promises")
    rules = _rules(body.get("rules") or (), wrong)
    _tell(wrong, "rules")
    return DataContract(tuple(one for one in promises if one is not None), rules, strict, enforce, dataset)


def _tell(wrong: list[str], field: str) -> None:
    if wrong:
        more = f" And {len(wrong) - 5:,} more." if len(wrong) > 5 else ""
        raise InvalidInput(" ".join(wrong[:5]) + more, field=field)


def _promise(body: Any, place: int, wrong: list[str]) -> Promise | None:
    if not isinstance(body, Mapping) or not isinstance(body.get("name"), str):
        wrong.append(f"Column {place} of the contract is an object with a name and a type.")
        return None
    name, before = body["name"], len(wrong)
    said = repr(name[:80])
    if len(name) > LONGEST_NAME:
        wrong.append(f"{said}: a name has up to {LONGEST_NAME:,} characters.")
    unknown = [str(key) for key in body if key not in _KEYS]
    if unknown:
        wrong.append(f"{said} has no {listing(unknown)}. A promise has: {listing(_KEYS)}.")
    values = {key: value for key, value in body.items() if value is not None and key in _KEYS}
    for key, value in values.items():
        kinds, words = _KEYS[key]
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            wrong.append(f"{key} of {said} is {words}. Got {str(value)[:80]!r}.")
    if values.get("type") not in TYPES:
        wrong.append(f"The type of {said} is one of {listing(TYPES)}. Got {str(values.get('type'))[:80]!r}.")
    if len(wrong) > before:
        return None
    for key in ("minimum", "maximum"):  # YAML takes 1e300 for a text
        edge = values.get(key)
        if values["type"] in NUMBERS and isinstance(edge, str) and re.fullmatch(NUMBER, edge, re.ASCII):
            values[key] = float(edge)
    if "values" in values:
        values["values"] = tuple(values["values"])
    promise = Promise(**values)
    wrong += [f"{said}: {one}" for one in _mistakes(promise)]
    return promise


def _mistakes(one: Promise) -> list[str]:
    found = []
    edges = {"minimum": one.minimum, "maximum": one.maximum}
    if one.type in ORDERED:
        readable = True
        for key, edge in edges.items():
            if edge is not None and not _is_edge(edge, one.type):
                kind = "a date such as 2024-01-31, without a zone" if one.type == "datetime" else "a finite number"
                found.append(f"the {key} of a {one.type} is {kind}. Got {str(edge)[:80]!r}.")
                readable = False
        if (
            readable
            and one.minimum is not None
            and one.maximum is not None
            and _order(one.minimum) > _order(one.maximum)
        ):
            found.append(f"the minimum {one.minimum} is above the maximum {one.maximum}.")
        worded = [key for key in ("values", "pattern", "max_length") if getattr(one, key) is not None]
        if worded:
            found.append(f"{listing(worded)} can be promised of words. This is a {one.type}: bound it instead.")
    elif any(edge is not None for edge in edges.values()):
        found.append(f"a minimum or maximum can be promised of a number or date. This is a {one.type}.")
    if one.values is not None:
        if not one.values or len(one.values) > MOST_VALUES or not all(isinstance(value, str) for value in one.values):
            found.append(f"values are 1 to {MOST_VALUES:,} texts, numbers among them in quotes.")
        elif len(set(one.values)) < len(one.values):
            found.append("values names one twice.")
    if one.max_length is not None and one.max_length < 0:
        found.append("max_length is a whole number from 0.")
    if one.most_missing is not None and not 0 <= one.most_missing <= 1:
        found.append("most_missing is a share from 0 to 1.")
    if one.pattern is not None:
        found += _pattern_mistake(one.pattern)
    return found


def _pattern_mistake(pattern: str) -> list[str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(pattern) > 1_000:
        return ["a pattern has up to 1,000 characters."]
    try:
        pc.match_substring_regex(pa.array([""]), rf"\A(?:{pattern})\z")
    except (pa.ArrowInvalid, UnicodeEncodeError) as error:
        return [f"the pattern is no regular expression of RE2: {' '.join(str(error).split())[:160]}."]
    return []


def _is_edge(edge: float | str, kind: str) -> bool:
    if kind == "datetime":
        try:
            return isinstance(edge, str) and datetime.fromisoformat(edge).tzinfo is None
        except ValueError:
            return False
    return not isinstance(edge, str) and abs(edge) <= 2**1023 and math.isfinite(edge)


def _order(edge: float | str) -> Any:
    return datetime.fromisoformat(edge) if isinstance(edge, str) else edge


def _rules(body: Any, wrong: list[str]) -> tuple[RowRule, ...]:
    from mlworkbench.expressions import parse

    if not isinstance(body, list | tuple) or len(body) > MOST_RULES:
        wrong.append(f"rules is a list of up to {MOST_RULES} objects with name, condition and limit.")
        return ()
    found: list[RowRule] = []
    for place, one in enumerate(body, 1):
        known = isinstance(one, Mapping) and set(one) <= {"name", "condition", "limit"}
        if not known or not all(isinstance(one.get(key), str) and one[key].strip() for key in ("name", "condition")):
            wrong.append(f"Rule {place} has a name, a condition and, if it may fail, a limit; nothing else.")
            continue
        limit = one.get("limit", 0.0)
        if isinstance(limit, bool) or not isinstance(limit, int | float) or not 0 <= limit < 1:
            wrong.append(f"The limit of rule {one['name'][:80]!r} is a share from 0 to below 1.")
            continue
        if len(one["name"]) > 200 or one["name"] in (*_RESERVED, *(rule.name for rule in found)):
            wrong.append(f"The name {one['name'][:80]!r} of rule {place} is too long, taken, or one of ours.")
            continue
        try:
            parse(one["condition"])
        except InvalidInput as error:
            wrong.append(f"Rule {one['name'][:80]!r}: {error.message}")
            continue
        found.append(RowRule(one["name"], one["condition"], float(limit)))
    return tuple(found)


_RESERVED = (
    "type", "nullable", "finite", "minimum", "maximum", "values", "pattern", "max_length", "unique", "most_missing",
    "required", "extra_column", "repeated_column",
)  # fmt: skip
