"""The contract: what later stages read of the scope, each field checked by itself and against the others."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, NoReturn

from mlworkbench.errors import InvalidInput, listing
from mlworkbench.expressions import parse
from mlworkbench.scoping.metrics import METRICS, check_goal, check_metric

TASKS = ("binary", "multiclass", "regression")
HOLDOUTS = ("random", "stratified", "group", "time", "none")
LONGEST = 300  # characters of a name


@dataclass(frozen=True)
class Contract:
    """What is promised; None (or nothing) is a promise that was not made.

    Parameters
    ----------
    task : {"binary", "multiclass", "regression"}
    target, positive_class : str
        The column to predict, and the class of a binary one that is looked for.
    metric : str
        A scikit-learn scorer, greater is better.
    goal : float
        The value to reach, in the scorer's own sign: an error that scikit-learn negates ("neg_…") is kept negative.
    heuristic : str
        The rule to beat, an expression on raw columns (`mlworkbench.expressions`).
    cost_false_positive, cost_false_negative : float
        What each error costs, both in one unit, 0 or more.
    latency_ms : float
        Milliseconds that one answer may take.
    fairness_columns : tuple of str
        Columns whose groups are compared.
    fairness_bound : float
        Largest difference between groups, 0 to 1.
    time_column : str
        When a row happened.
    label_delay_days : float
        Days from a prediction to its truth.
    holdout : dict
        method, and size, column, gap, seed where they matter.
    retrain_days : int
        A new model after so many days.
    """

    task: str | None = None
    target: str | None = None
    positive_class: str | None = None
    metric: str | None = None
    goal: float | None = None
    heuristic: str | None = None
    cost_false_positive: float | None = None
    cost_false_negative: float | None = None
    latency_ms: float | None = None
    fairness_columns: tuple[str, ...] = ()
    fairness_bound: float | None = None
    time_column: str | None = None
    label_delay_days: float | None = None
    holdout: dict[str, Any] | None = None
    retrain_days: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The fields as JSON knows them."""
        return asdict(self) | {"fairness_columns": list(self.fairness_columns)}

    @property
    def empty(self) -> bool:
        """Whether nothing is promised."""
        return self == Contract()


FIELDS = tuple(one.name for one in fields(Contract))
LABELS = {
    "task": "Task",
    "target": "Target",
    "positive_class": "Positive class",
    "metric": "Metric",
    "goal": "Value to reach",
    "heuristic": "Rule to beat",
    "cost_false_positive": "Cost of a false alarm",
    "cost_false_negative": "Cost of a missed case",
    "latency_ms": "Milliseconds per answer",
    "fairness_columns": "Groups to compare",
    "fairness_bound": "Largest difference",
    "time_column": "Time column",
    "label_delay_days": "Days until the truth",
    "holdout": "Holdout",
    "retrain_days": "Days until a new model",
}


def check_contract(changes: Mapping[str, Any], base: Contract | None = None) -> Contract:
    """A contract with these fields changed, checked as a whole; None takes a promise back.

    Raises
    ------
    InvalidInput
        field is the field that is unknown, of the wrong type, out of its range, or at odds with another field.
    """
    made = base or Contract()
    for name, value in changes.items():
        if name not in FIELDS:
            raise InvalidInput(f"The contract has no field {name!r}. Fields: {listing(FIELDS, 20)}.", field=str(name))
        empty = value is None or value == "" or (name in ("fairness_columns", "holdout") and not value)
        nothing: Any = () if name == "fairness_columns" else None
        changed: dict[str, Any] = {name: nothing if empty else _CHECKS[name](name, value)}
        made = replace(made, **changed)
    if made.metric is not None:
        check_metric(made.metric, made.task)
    if made.goal is not None:
        made = replace(made, goal=check_goal(made.goal, made.metric, made.task))
    _together(made)
    return made


def _together(contract: Contract) -> None:
    """What each field alone allows and all of them together do not."""
    if contract.task in ("multiclass", "regression"):
        for name in ("positive_class", "cost_false_positive", "cost_false_negative"):
            if getattr(contract, name) is not None:
                _wrong(name, f"is for a binary task. The task is {contract.task}: leave it out, or change the task.")
    policy = contract.holdout or {}
    if policy.get("method") == "stratified" and contract.task == "regression":
        _wrong("holdout", "cannot be stratified: a regression has no classes. Choose random, group or time.")
    if policy.get("method") == "time" and not (policy.get("column") or contract.time_column):
        _wrong("holdout", "by time needs a time column. Name the contract's time column.")
    for name in ("time_column", "fairness_columns"):
        value = getattr(contract, name)
        if contract.target is not None and (contract.target == value or (value and contract.target in value)):
            if name == "time_column" and contract.target != value:
                continue
            _wrong(name, f"cannot be the target, {contract.target!r}. Choose another column.")
    if contract.heuristic is not None and contract.target in parse(contract.heuristic).columns:
        _wrong("heuristic", f"reads the target, {contract.target!r}, which it is to predict. Use other columns.")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        _wrong(name, f"is a text of up to {LONGEST} characters. Got {_shown(value)}.")
    return str(value)


def _choice(among: tuple[str, ...]) -> Callable[[str, Any], str]:
    def check(name: str, value: Any) -> str:
        if value not in among:
            _wrong(name, f"is one of {listing(among, 40)}. Got {_shown(value)}.")
        return str(value)

    return check


def _number(low: float | None = None, high: float | None = None, *, whole: bool = False) -> Callable[[str, Any], Any]:
    what = "a whole number" if whole else "a number"
    bounds = f", {low:g} or more" if high is None and low is not None else f" from {low:g} to {high:g}" if high else ""

    def check(name: str, value: Any) -> float | int:
        plain = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not plain or (whole and value != int(value)):
            _wrong(name, f"is {what}{bounds}. Got {_shown(value)}.")
        if (low is not None and value < low) or (high is not None and value > high):
            _wrong(name, f"is {what}{bounds}. Got {value:g}.")
        return int(value) if whole else float(value)

    return check


def _above_zero(name: str, value: Any) -> float:
    number: float = _number(0)(name, value)
    if number == 0:
        _wrong(name, "must be more than 0. Got 0.")
    return number


def _rule(name: str, value: Any) -> str:
    try:
        return parse(value).text
    except InvalidInput as error:
        raise InvalidInput(f"{LABELS[name]}: {error.message}", field=name) from error


def _columns(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, list | tuple):
        _wrong(name, f"is a list of columns. Got {_shown(value)}.")
    columns = tuple(_text(name, one) for one in value)
    if len(set(columns)) < len(columns):
        _wrong(name, "names a column twice. Name each once.")
    return columns


def _holdout(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        _wrong(name, f'is settings such as {{"method": "time", "size": 0.2}}. Got {_shown(value)}.')
    known: dict[str, Callable[[str, Any], Any]] = {
        "method": _choice(HOLDOUTS), "size": _number(0, 1), "column": _text, "gap": _number(0),
        "seed": _number(0, whole=True),
    }  # fmt: skip
    policy: dict[str, Any] = {}
    for key, one in value.items():
        if key not in known:
            _wrong(name, f"has no setting {_shown(key)}. Settings: {listing(known)}.")
        if one is None:
            continue
        try:
            policy[key] = known[key](name, one)
        except InvalidInput as error:
            raise InvalidInput(error.message.replace(LABELS[name], f"The holdout's {key}", 1), field=name) from error
    if "method" not in policy:
        _wrong(name, f"needs a method, one of {listing(HOLDOUTS)}.")
    if policy["method"] == "none":
        return {"method": "none"}
    if not 0 < policy.get("size", 0.2) < 1:
        _wrong(name, f"takes a share between 0 and 1, such as 0.2. Got size {policy['size']:g}.")
    if policy["method"] == "group" and "column" not in policy:
        _wrong(name, "by group needs a column whose groups stay together.")
    useless = [key for key, methods in (("column", ("group", "time")), ("gap", ("time",)))
               if key in policy and policy["method"] not in methods]  # fmt: skip
    if useless:
        _wrong(name, f"by method {policy['method']} has no {useless[0]}. Leave it out.")
    return policy


def _wrong(name: str, message: str) -> NoReturn:
    raise InvalidInput(f"{LABELS[name]} {message}", field=name)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "task": _choice(TASKS),
    "target": _text,
    "positive_class": _text,
    "metric": _choice(tuple(dict.fromkeys(name for names in METRICS.values() for name in names))),
    "goal": _number(),
    "heuristic": _rule,
    "cost_false_positive": _number(0),
    "cost_false_negative": _number(0),
    "latency_ms": _above_zero,
    "fairness_columns": _columns,
    "fairness_bound": _number(0, 1),
    "time_column": _text,
    "label_delay_days": _number(0),
    "holdout": _holdout,
    "retrain_days": _number(1, whole=True),
}
