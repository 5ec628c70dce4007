"""Where a contract and a table say different things; pure functions of column types, no table is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from mlworkbench.errors import InvalidInput, listing
from mlworkbench.expressions import parse
from mlworkbench.scoping.metrics import METRICS

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.scoping.contract import Contract

NUMERIC = ("number", "integer")


@dataclass(frozen=True)
class Contradiction:
    """One of them: the contract's field, and a sentence with the way out."""

    field: str
    message: str


class _Column(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...


class Table(Protocol):
    """What has to be known of a dataset: its columns with their types, and its target once it has one."""

    @property
    def columns(self) -> Sequence[_Column]: ...
    @property
    def target(self) -> str | None: ...
    @property
    def task(self) -> str | None: ...
    @property
    def classes(self) -> Sequence[str]: ...


def contradictions(
    contract: Contract, columns: Mapping[str, str], *, classes: Sequence[str] = (), task: str | None = None
) -> tuple[str, ...]:
    """What the contract says and a table does not hold, in sentences.

    Parameters
    ----------
    columns : Mapping
        Type by column name ("number", "integer", "datetime", "category", "binary", "text", "identifier", "constant").
    classes : sequence of str
        Labels of the table's target; () when it has none, or another target than the contract.
    task : str, optional
        The task that the table's target sets.
    """
    return tuple(one.message for one in contradicting(contract, columns, classes=classes, task=task))


def against(contract: Contract, table: Table) -> tuple[Contradiction, ...]:
    """The contradictions of a contract with a dataset; its classes and task count when its target is the contract's."""
    same = contract.target is None or contract.target == table.target
    return contradicting(
        contract,
        {column.name: column.type for column in table.columns},
        classes=tuple(table.classes) if same else (),
        task=table.task if same else None,
    )


def contradicting(
    contract: Contract, columns: Mapping[str, str], *, classes: Sequence[str] = (), task: str | None = None
) -> tuple[Contradiction, ...]:
    """As `contradictions`, each with its field, so that a page can say it beside that."""
    found = [
        *_target(contract, columns, task),
        *_classes(contract, classes),
        *_metric(contract, task),
        *_heuristic(contract, columns, classes, contract.task or task),
        *_fairness(contract, columns),
        *_time(contract, columns),
        *_holdout(contract, columns, task),
    ]
    return tuple(Contradiction(field, message) for field, message in found)


_Said = list[tuple[str, str]]


def _no_column(name: str, columns: Mapping[str, str]) -> str:
    return f"there is no column {name!r} in the data. Columns: {listing(columns)}."


def _target(contract: Contract, columns: Mapping[str, str], task: str | None) -> _Said:
    found: _Said = []
    if contract.target is not None and contract.target not in columns:
        return [("target", f"Target: {_no_column(contract.target, columns)}")]
    if contract.task is not None and task is not None and contract.task != task:
        return [("task", f"Task: the contract says {contract.task}, the data's target makes it {task}.")]
    kind = columns.get(contract.target or "")
    if contract.task == "regression" and kind in ("category", "binary", "text", "datetime", "constant"):
        found.append(("task", f"Task: a regression predicts a number, and {contract.target!r} is {kind} in the data."))
    if contract.task == "multiclass" and kind == "binary":
        found.append(("task", f"Task: multiclass needs 3 classes or more, and {contract.target!r} has 2 in the data."))
    if kind in ("constant", "datetime") and contract.task != "regression":
        found.append(("target", f"Target: {contract.target!r} is {kind} in the data and cannot be predicted."))
    return found


def _classes(contract: Contract, classes: Sequence[str]) -> _Said:
    if contract.positive_class is None or not classes or contract.positive_class in classes:
        return []
    known = listing(repr(one) for one in classes)
    return [("positive_class", f"Positive class: {contract.positive_class!r} is not a class of the target: {known}.")]


def _metric(contract: Contract, task: str | None) -> _Said:
    if contract.metric is None or task not in METRICS or contract.metric in METRICS[task]:
        return []
    usual = listing(METRICS[task], 20)
    return [("metric", f"Metric: {contract.metric} is not for the {task} task of the data. For it: {usual}.")]


def _heuristic(contract: Contract, columns: Mapping[str, str], classes: Sequence[str], task: str | None) -> _Said:
    if contract.heuristic is None:
        return []
    try:
        rule = parse(contract.heuristic, list(columns))
        if contract.target in rule.columns:
            return [("heuristic", f"Rule to beat: it reads the target, {contract.target!r}, which it is to predict.")]
        answer = rule.evaluate(_without_rows(rule.columns, columns))
    except InvalidInput as error:
        return [("heuristic", f"Rule to beat: {error.message}")]
    kind = answer.dtype.kind
    if task == "regression" and kind != "f":
        return [("heuristic", "Rule to beat: a regression needs a number, such as 0.3 * rooms + 2.")]
    if (task == "multiclass" or len(classes) > 2) and kind == "b":
        return [
            ("heuristic", 'Rule to beat: it says true or false, and there are more classes. Use "A" if … else "B".')
        ]
    return []


def _without_rows(used: Sequence[str], columns: Mapping[str, str]) -> pd.DataFrame:
    """A table of no rows with the types that the stages learn from: it shows what does not go together."""
    import pandas as pd

    kinds = dict.fromkeys(NUMERIC, "float64") | {"datetime": "datetime64[us]"}
    return pd.DataFrame({name: pd.Series([], dtype=kinds.get(columns[name], "object")) for name in used})


def _fairness(contract: Contract, columns: Mapping[str, str]) -> _Said:
    return [
        ("fairness_columns", f"Groups to compare: {_no_column(name, columns)}")
        for name in contract.fairness_columns
        if name not in columns
    ]


def _time(contract: Contract, columns: Mapping[str, str]) -> _Said:
    name = contract.time_column
    if name is None:
        return []
    if name not in columns:
        return [("time_column", f"Time column: {_no_column(name, columns)}")]
    if columns[name] == "datetime":
        return []
    return [("time_column", f"Time column: {name!r} is {columns[name]} in the data, not a date. Set its type there.")]


def _holdout(contract: Contract, columns: Mapping[str, str], task: str | None) -> _Said:
    policy: dict[str, Any] = contract.holdout or {}
    method, name = policy.get("method"), policy.get("column")
    if method == "stratified" and task == "regression":
        return [("holdout", "Holdout: it cannot be stratified, the data's target is a number. Choose random or time.")]
    if name is None:
        return []
    if name not in columns:
        return [("holdout", f"Holdout: {_no_column(name, columns)}")]
    if name == contract.target:
        return [("holdout", f"Holdout: it cannot be cut by the target, {name!r}.")]
    if method == "time" and columns[name] not in ("datetime", *NUMERIC):
        return [("holdout", f"Holdout: {name!r} is {columns[name]} in the data; by time needs a date or a number.")]
    return []
