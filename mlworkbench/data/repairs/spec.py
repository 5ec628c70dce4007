"""What a repair is: one frozen spec per kind of step, with settings that can be checked without a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from mlworkbench.catalog import Catalog, Param
from mlworkbench.errors import InvalidInput, NotFound, listing

if TYPE_CHECKING:
    from mlworkbench.data.repairs.work import Work

Kind = Literal[
    "column", "columns", "value", "values", "text", "expression", "mapping", "cells", "figures", "dataset",
    "choice", "bool", "int", "float",
]  # fmt: skip
Scalar = (str, int, float)
FIGURES = ("count", "sum", "mean", "median", "min", "max", "std", "distinct", "missing", "first", "last")


def wrong(message: str) -> InvalidInput:
    """The error of a step, InvalidInput(field="steps")."""
    return InvalidInput(message, field="steps")


@dataclass(frozen=True)
class Setting:
    """One setting of a repair, enough to draw its form and to check a value that came from anywhere.

    Parameters
    ----------
    kind : str
        "column", "columns" (a name alone is taken for a list of one), "value" (text, number or None for missing),
        "values" (a value or a list of them), "text", "expression", "mapping" (text → text or None),
        "cells" ([[row, value], …]), "figures" ({name: [column, function]}), "dataset" (a version), or as in `Param`.
    required : bool
        Whether it cannot be left out (or be empty).
    """

    name: str
    kind: Kind
    default: Any = None
    label: str = ""
    help: str = ""
    choices: tuple[Any, ...] = ()
    low: float | None = None
    high: float | None = None
    required: bool = False

    def check(self, value: Any) -> Any:
        """The value as this setting's type; InvalidInput(field="steps") otherwise."""
        if self.required and (value is None or value in ("", [], {}, ())):
            raise wrong(f"{self.name} is needed: {self.label or self.name}.")
        if value is None and not self.required:
            return [] if self.kind in ("columns", "values") and self.default == [] else self.default
        if self.kind in ("choice", "bool", "int", "float"):
            kind: Any = self.kind
            try:
                return Param(self.name, kind, self.default, "", "", self.choices, self.low, self.high).check(value)
            except InvalidInput as error:
                raise wrong(error.message) from error
        return _CHECKS[self.kind](self.name, value)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise wrong(f"{name} must be text. Got {value!r}.")
    return value


def _value(name: str, value: Any) -> Any:
    if value is None or (isinstance(value, Scalar) and not isinstance(value, bool) and value == value):
        return value
    raise wrong(f"{name} must be text, a number or null (missing). Got {value!r}.")


def _values(name: str, value: Any) -> list[Any]:
    return [_value(name, one) for one in (value if isinstance(value, list | tuple) else [value])]


def _columns(name: str, value: Any) -> list[str]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(one, str) for one in names):
        raise wrong(f"{name} must be a list of columns. Got {value!r}.")
    return list(dict.fromkeys(names))


def _mapping(name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value):
        raise wrong(f'{name} must be a mapping such as {{"old": "new"}}. Got {value!r}.')
    bad = next((new for new in value.values() if new is not None and not isinstance(new, str)), None)
    if bad is not None:
        raise wrong(f"{name} maps text to text, or to null (missing). Got {bad!r}.")
    return dict(value)


def _cells(name: str, value: Any) -> list[list[Any]]:
    if not isinstance(value, list | tuple):
        raise wrong(f"{name} must be a list of [row, value]. Got {value!r}.")
    found: dict[int, Any] = {}
    for one in value:
        if not isinstance(one, list | tuple) or len(one) != 2:
            raise wrong(f"{name} must be a list of [row, value]. Got {one!r} in it.")
        row, new = one
        if isinstance(row, bool) or not isinstance(row, int) or row < 0:
            raise wrong(f"A row is its place in the table, 0 for the first. Got {row!r}.")
        if row in found and found[row] != new:
            raise wrong(f"Row {row} is given two values: {found[row]!r} and {new!r}. Give one.")
        found[row] = _value(name, new)
    return [[row, found[row]] for row in sorted(found)]


def _figures(name: str, value: Any) -> dict[str, list[str]]:
    if not isinstance(value, Mapping):
        raise wrong(f'{name} must be a mapping such as {{"spent": ["amount", "sum"]}}. Got {value!r}.')
    for new, pair in value.items():
        fits = isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(one, str) for one in pair)
        if not isinstance(new, str) or not new.strip() or not fits:
            raise wrong(f"{name} gives each new column a [column, function]. Got {new!r}: {pair!r}.")
        if pair[1] not in FIGURES:
            raise wrong(f"A figure is one of: {listing(FIGURES)}. Got {pair[1]!r}.")
    return {new: list(pair) for new, pair in value.items()}


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "column": _text, "text": _text, "expression": _text, "dataset": _text, "columns": _columns, "value": _value,
    "values": _values, "mapping": _mapping, "cells": _cells, "figures": _figures,
}  # fmt: skip


@dataclass(frozen=True)
class Done:
    """What a step did: how many cells, rows or columns, in words.

    `learnt` are figures that it took from the table and `settled` settings as they were understood: both are kept in
    the step, so that it does the same again.
    """

    count: int
    text: str
    learnt: Mapping[str, Any] = field(default_factory=dict)
    settled: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RepairSpec:
    """A kind of repair.

    Parameters
    ----------
    why : str
        What it is for, one sentence.
    kind : {"cells", "rows"}
        "cells": each row by itself, whatever the others are; such steps are applied to files that are read like the
        repaired version too. "rows": it chooses, makes or corrects particular rows of this table.
    apply : callable
        (work, settings) → Done; changes the work. Settings have passed `checked`.
    again : {"repeat", "skip", "refuse"}
        What is done with it on rows that are appended later: the same, nothing (it was about particular rows), or
        the appending is refused, since it would have to be made on all rows anew.
    check : callable, optional
        Settings that do not go together: raises InvalidInput(field="steps").
    beyond : callable, optional
        Whether, with these settings, a step of kind "cells" looks at other rows as well.
    """

    name: str
    label: str
    why: str
    params: tuple[Setting, ...]
    kind: Literal["cells", "rows"]
    apply: Callable[[Work, Mapping[str, Any]], Done]
    again: Literal["repeat", "skip", "refuse"] = "repeat"
    check: Callable[[Mapping[str, Any]], None] | None = None
    beyond: Callable[[Mapping[str, Any]], bool] | None = None

    def by_row(self, step: Mapping[str, Any]) -> bool:
        """Whether the step treats each row by itself, so that it can be applied to other files."""
        return self.kind == "cells" and not (self.beyond and self.beyond(step))

    def on_new_rows(self, step: Mapping[str, Any]) -> str:
        """What is done with the step on appended rows: "repeat", "skip" or "refuse"."""
        return "refuse" if self.beyond and self.beyond(step) else self.again

    @property
    def one_column(self) -> bool:
        """Whether it is about a list of columns, for which `column` may be given with one."""
        names = {one.name for one in self.params}
        return "columns" in names and "column" not in names

    def checked(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """All its settings, those left out at their defaults; InvalidInput(field="steps") for what cannot be."""
        values = dict(given)
        if self.one_column and "column" in values and "columns" not in values:
            values["columns"] = values.pop("column")
        known = {one.name: one for one in self.params}
        strange = [name for name in values if name not in known]
        if strange:
            raise wrong(f"There is no setting {strange[0]!r}. Settings: {listing(known)}.")
        settings = {name: one.check(values.get(name, one.default)) for name, one in known.items()}
        if self.check is not None:
            self.check(settings)
        return settings


REPAIRS: Catalog[RepairSpec] = Catalog("repair", "mlworkbench.data.repairs.steps")


def checked_steps(steps: Any) -> tuple[dict[str, Any], ...]:
    """Steps as they are recorded: {"step": name, every setting, "learnt" where it has something}.

    Raises
    ------
    InvalidInput
        field="steps": no steps, a kind that is none, a setting that is wrong; says which step.
    """
    if not isinstance(steps, list | tuple) or not steps:
        raise wrong('Steps are a list such as [{"step": "trim", "columns": ["town"]}]. Got none.')
    found = []
    for place, one in enumerate(steps, 1):
        if not isinstance(one, Mapping) or not isinstance(one.get("step"), str):
            raise wrong(f'Step {place} must be a mapping with "step" in it. Got {one!r}.')
        try:
            spec = REPAIRS.get(one["step"])
        except NotFound as error:
            raise wrong(f"Step {place}: {error.message}") from error
        learnt = one.get("learnt") or {}
        if not isinstance(learnt, Mapping):
            raise wrong(f"Step {place} ({spec.name}): learnt is a mapping of figures. Got {learnt!r}.")
        with said(place, spec.name):
            settings = spec.checked({name: value for name, value in one.items() if name not in ("step", "learnt")})
        found.append({"step": spec.name, **settings, **({"learnt": dict(learnt)} if learnt else {})})
    return tuple(found)


def brief(step: Mapping[str, Any]) -> dict[str, Any]:
    """A step without the settings that are at their defaults."""
    usual = {one.name: one.default for one in REPAIRS.get(step["step"]).params}
    return {name: value for name, value in step.items() if name == "step" or value != usual.get(name, ...)}


def in_words(step: Mapping[str, Any]) -> str:
    """A step as people say it: its label, and the settings that were chosen; quotes names and cells."""
    parts = []
    for name, value in brief(step).items():
        if name in ("step", "learnt", "new"):
            continue
        if name == "old":
            new = "missing" if step.get("new") is None else repr(step["new"])
            parts.append(f"{listing(map(repr, value), 4)} → {new}")
            continue
        if isinstance(value, Mapping):
            pairs = [f"{old} → {'missing' if new is None else new}" for old, new in list(value.items())[:3]]
            shown = ", ".join(pairs) + (f" and {len(value) - 3} more" if len(value) > 3 else "")
        elif name == "cells":
            shown = f"{len(value)} cells" if len(value) != 1 else "1 cell"
        elif isinstance(value, list):
            shown = listing((str(one) for one in value), 4)
        else:
            shown = str(value)[:80]
        parts.append(shown if name in ("column", "columns", "expression") else f"{name.replace('_', ' ')} {shown}")
    return f"{REPAIRS.get(step['step']).label}: {'; '.join(parts)}" if parts else REPAIRS.get(step["step"]).label


class said:
    """Errors of a step say which one it is."""

    def __init__(self, place: int, name: str) -> None:
        self.where = f"Step {place} ({name}): "

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, InvalidInput | NotFound) and not error.message.startswith(self.where):
            raise InvalidInput(f"{self.where}{error.message}", field="steps") from error
