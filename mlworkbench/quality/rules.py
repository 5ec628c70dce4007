"""Quality rules of the user's own: range, set, pattern, uniqueness, missing share, row condition, with limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlworkbench.errors import InvalidInput, listing

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.quality.scan import Scan

LONGEST = 1_000  # characters of a pattern or a reason
MOST = 5_000  # rules
LIMITS = (0.0, 0.05)


@dataclass(frozen=True)
class QualityRule:
    """What the rows of a table should keep.

    Parameters
    ----------
    kind : str
        One of `RULES`: "range" (settings low, high), "set" (values), "pattern" (pattern: the whole cell),
        "unique", "missing", "condition" (expression of `mlworkbench.expressions`).
    column : str
        The column; "" for a condition.
    warning, error : float
        Shares of breaking rows, 0 to 1: above the first it is a warning, above the second an error.
    why : str
        Why it should hold.
    """

    kind: str
    column: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    warning: float = LIMITS[0]
    error: float = LIMITS[1]
    why: str = ""

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return RULES[self.kind].words(self)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it is about."""
        if self.kind != "condition":
            return (self.column,)
        from mlworkbench.expressions import parse

        return parse(str(self.settings["expression"])).columns

    def as_dict(self) -> dict[str, Any]:
        """As it is stored and read."""
        return {"kind": self.kind, "column": self.column, **self.settings, "warning": self.warning,
                "error": self.error, "why": self.why}  # fmt: skip


@dataclass(frozen=True)
class RuleResult:
    """A rule against a table: how many rows break it, of which share, and whether that is within its limits."""

    rule: QualityRule
    count: int
    share: float
    status: str
    rows: tuple[int, ...] = ()

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> RuleResult:
        """Rebuild a result from its stored document."""
        return cls(QualityRule(**body["rule"]), body["count"], body["share"], body["status"], tuple(body["rows"]))


@dataclass(frozen=True)
class RuleKind:
    """A kind of rule: its label, the names of its settings, how it is said, and which rows break it."""

    label: str
    settings: tuple[str, ...]
    words: Callable[[QualityRule], str]
    breaks: Callable[[Scan, QualityRule], np.ndarray]


def _outside(scan: Scan, rule: QualityRule) -> np.ndarray:
    import numpy as np

    low, high = rule.settings.get("low"), rule.settings.get("high")
    numbers = scan.numbers(rule.column)
    bounds = [_edge(scan, rule, edge) for edge in (low, high)]
    out = np.zeros(len(numbers), bool)
    if bounds[0] is not None:
        out |= numbers < bounds[0]
    if bounds[1] is not None:
        out |= numbers > bounds[1]
    return out


def _edge(scan: Scan, rule: QualityRule, edge: Any) -> float | None:
    """A bound as the column's cells are compared: dates are given as ISO text."""
    import numpy as np

    kind = scan.dataset.column(rule.column).type
    if edge is None:
        return None
    if kind == "datetime" and isinstance(edge, str):
        return float(np.datetime64(edge, "us").astype(np.int64))
    if kind in ("integer", "number") and not isinstance(edge, str):
        return float(edge)
    raise ValueError(f"{rule.column} is {kind}, which {edge!r} is no bound of")


def _foreign(scan: Scan, rule: QualityRule) -> np.ndarray:
    import numpy as np

    known = {str(one) for one in rule.settings["values"]}
    values, _ = scan.values(rule.column)
    strange = [one for one in values.to_pylist() if str(one) not in known]
    return np.asarray(_is_in(scan, rule.column, strange), dtype=bool)


def _is_in(scan: Scan, name: str, values: list[Any]) -> np.ndarray:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = scan.cells(name)
    found: np.ndarray = pc.is_in(cells, pa.array(values, cells.type)).to_numpy(zero_copy_only=False)
    return np.asarray(found & cells.is_valid().to_numpy(zero_copy_only=False), dtype=bool)


def _unlike(scan: Scan, rule: QualityRule) -> np.ndarray:
    import pyarrow as pa
    import pyarrow.compute as pc

    values, _ = scan.values(rule.column)
    fits = pc.match_substring_regex(values.cast(pa.string()), _whole(rule.settings["pattern"]))
    return _is_in(scan, rule.column, values.filter(pc.invert(fits)).to_pylist())


def _whole(pattern: str) -> str:
    return rf"\A(?:{pattern})\z"


def _repeated(scan: Scan, rule: QualityRule) -> np.ndarray:
    import pandas as pd

    codes = scan.codes(rule.column)
    found: np.ndarray = pd.Series(codes).duplicated(keep=False).to_numpy() & (codes >= 0)
    return found


def _gone(scan: Scan, rule: QualityRule) -> np.ndarray:
    import numpy as np

    return np.asarray(scan.raw(rule.column).is_null().to_numpy(zero_copy_only=False))


def _untrue(scan: Scan, rule: QualityRule) -> np.ndarray:
    import numpy as np
    import pyarrow as pa

    from mlworkbench.data import learning_frame
    from mlworkbench.expressions import parse

    condition = parse(rule.settings["expression"], scan.dataset.names)
    frame = learning_frame(pa.table({name: scan.cells(name) for name in condition.columns}))
    kept = condition.evaluate(frame)
    if kept.dtype != bool:
        raise ValueError("the expression is no condition: it gives no yes or no")
    return np.asarray(~kept.to_numpy())


def _span(rule: QualityRule) -> str:
    low, high = rule.settings.get("low"), rule.settings.get("high")
    said = [f"at least {low}"] if low is not None else []
    return f"{rule.column} is " + " and ".join(said + ([f"at most {high}"] if high is not None else []))


RULES: dict[str, RuleKind] = {
    "range": RuleKind("Range", ("low", "high"), _span, _outside),
    "set": RuleKind(
        "Set of values",
        ("values",),
        lambda rule: f"{rule.column} is one of {listing(rule.settings['values'], 6)}",
        _foreign,
    ),
    "pattern": RuleKind(
        "Pattern", ("pattern",), lambda rule: f"{rule.column} looks like {rule.settings['pattern']}", _unlike
    ),
    "unique": RuleKind("Unique", (), lambda rule: f"{rule.column} is different in every row", _repeated),
    "missing": RuleKind("Missing share", (), lambda rule: f"{rule.column} has a value", _gone),
    "condition": RuleKind("Condition on rows", ("expression",), lambda rule: str(rule.settings["expression"]), _untrue),
}


def judge(scan: Scan, rule: QualityRule) -> RuleResult:
    """Which rows break a rule, and whether that is within its limits. Missing cells break "missing", and conditions
    that compare them: a comparison with a missing value is false.

    Raises
    ------
    WorkbenchError, ValueError
        The column is not there, or is of a kind that the rule cannot be about.
    """
    import numpy as np

    for name in rule.columns:
        scan.dataset.column(name)
    broken = RULES[rule.kind].breaks(scan, rule)
    count = int(np.count_nonzero(broken))
    share = count / scan.rows if scan.rows else 0.0
    status = "error" if share > rule.error else "warning" if share > rule.warning else "ok"
    return RuleResult(rule, count, share, status, scan.at(broken))


def read_rules(body: Any) -> tuple[QualityRule, ...]:
    """Rules from what was written: a list of {"kind", "column", settings…, "warning", "error", "why"}.

    Raises
    ------
    InvalidInput
        field="rules": says which rule is wrong and how.
    """
    if isinstance(body, Mapping):
        body = body.get("rules")
    if not isinstance(body, list | tuple) or len(body) > MOST:
        raise wrong(f'Rules are a list of up to {MOST:,} such as {{"kind": "range", "column": "age", "low": 0}}.')
    return tuple(_read(one, place) for place, one in enumerate(body, 1))


def _read(body: Any, place: int) -> QualityRule:
    if not isinstance(body, Mapping) or body.get("kind") not in RULES:
        kind = body.get("kind") if isinstance(body, Mapping) else body
        raise wrong(f"Rule {place} must have a kind, one of: {listing(RULES)}. Got {kind!r}.")
    kind = RULES[body["kind"]]
    known = ("kind", "column", "warning", "error", "why", *kind.settings)
    strange = [name for name in body if name not in known]
    if strange:
        raise wrong(f"Rule {place} has no setting {strange[0]!r}. It has: {listing(known)}.")
    column = body.get("column") or ""
    if not isinstance(column, str) or (not column and body["kind"] != "condition"):
        raise wrong(f"Rule {place} ({body['kind']}) must name a column. Got {column!r}.")
    limits = [body.get(name, usual) for name, usual in zip(("warning", "error"), LIMITS, strict=True)]
    if "error" not in body and not _is_bad(limits[0]):
        limits[1] = max(limits)
    if any(_is_bad(one) for one in limits) or limits[0] > limits[1]:
        raise wrong(f"Rule {place}: warning and error are shares from 0 to 1, error the larger. Got {limits}.")
    settings = {name: body[name] for name in kind.settings if body.get(name) is not None}
    why = str(body.get("why") or "")[:LONGEST]
    rule = QualityRule(body["kind"], column, settings, float(limits[0]), float(limits[1]), why)
    _check_settings(rule, place)
    return rule


def _is_bad(share: Any) -> bool:
    return isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1


def _check_settings(rule: QualityRule, place: int) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    given = rule.settings
    if rule.kind == "range":
        edges = [given[name] for name in ("low", "high") if name in given]
        numbers = all(isinstance(one, int | float) and not isinstance(one, bool) and one == one for one in edges)
        if not edges or not (numbers or all(isinstance(one, str) for one in edges)) or edges != sorted(edges):
            raise wrong(f"Rule {place}: a range has low, high or both, numbers or ISO dates. Got {edges}.")
    if rule.kind == "set":
        values = given.get("values")
        if not isinstance(values, list | tuple) or not values:
            raise wrong(f"Rule {place}: values is a list of what the column may say. Got {values!r}.")
    if rule.kind == "pattern":
        pattern = given.get("pattern")
        if not isinstance(pattern, str) or not 0 < len(pattern) <= LONGEST:
            raise wrong(f"Rule {place}: a pattern is a regular expression. Got {pattern!r}.")
        try:
            pc.match_substring_regex(pa.array([""]), _whole(pattern))
        except pa.ArrowInvalid as error:
            raise wrong(f"Rule {place}: {pattern!r} is no regular expression (RE2): {error}.") from error
    if rule.kind == "condition":
        from mlworkbench.expressions import parse

        try:
            parse(str(given.get("expression") or ""))
        except InvalidInput as error:
            raise wrong(f"Rule {place}: {error.message}") from error


def wrong(message: str) -> InvalidInput:
    """The error of a rule that cannot be."""
    return InvalidInput(message, field="rules")
