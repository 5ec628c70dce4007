"""The project's quality rules: saved, suggested from the data, and as the rows of a table to be edited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.quality.acknowledging import newest, write
from mlworkbench.quality.rules import LIMITS, QualityRule, read_rules, wrong

if TYPE_CHECKING:
    from mlworkbench.projects import Project

PROPOSAL = "rule_proposal"


@dataclass(frozen=True)
class RuleProposal:
    """Rules suggested for a dataset; not saved until a person does."""

    id: str
    dataset: str
    rules: tuple[QualityRule, ...]


def get_rules(project: Project) -> tuple[QualityRule, ...]:
    """The project's own rules, none until some are saved."""
    body = newest(project, "rules").get("rules", (None, "", ""))[0]
    return read_rules(body["rules"]) if body else ()


def save_rules(project: Project, rules: Iterable[QualityRule | Mapping[str, Any]]) -> tuple[QualityRule, ...]:
    """Put these rules in place of the project's; they are checked with the next check of a table.

    Raises
    ------
    InvalidInput
        field="rules": says which rule is wrong and how.
    """
    from mlworkbench.projects import audit

    checked = read_rules([one.as_dict() if isinstance(one, QualityRule) else one for one in rules])
    write(project, "rules", "rules", {"rules": [one.as_dict() for one in checked]})
    audit(project, "quality rules saved", {"rules": len(checked)})
    return checked


def suggest_rules(project: Project, dataset: str | None = None) -> tuple[QualityRule, ...]:
    """Rules that the training rows keep, with room for what is new; not saved.

    They follow from `mlworkbench.data.infer_promises`, which says how bounds, sets and patterns are drawn.

    Raises
    ------
    NotFound
        There is no dataset.
    """
    from mlworkbench.data import infer_promises

    found: list[QualityRule] = []
    for one in infer_promises(project, dataset).columns:
        edges = {name: edge for name, edge in (("low", one.minimum), ("high", one.maximum)) if edge is not None}
        if edges:
            found.append(QualityRule("range", one.name, edges))
        if one.values:
            found.append(QualityRule("set", one.name, {"values": list(one.values)}))
        if one.pattern:
            found.append(QualityRule("pattern", one.name, {"pattern": one.pattern}))
        if one.unique:
            found.append(QualityRule("unique", one.name))
        most = one.most_missing if one.nullable else 0.0
        if most is not None and most < 1:
            found.append(QualityRule("missing", one.name, {}, most, max(most, LIMITS[1])))
    return tuple(found)


def _check(project: Project, **settings: Any) -> None:
    from mlworkbench.data import get_dataset

    get_dataset(project, settings.get("dataset"))


@job(lane="light", title="Suggesting quality rules", check=_check)
def propose_rules(project: Project, *, dataset: str | None = None, progress: Progress = SILENT) -> RuleProposal:
    """`suggest_rules` as a job: the suggestion is kept, to be looked at and saved by a person."""
    from mlworkbench.data import get_dataset

    table = get_dataset(project, dataset)
    progress.update(0.1, "Looking at the columns")
    rules = suggest_rules(project, table.id)
    body = {"rules": [one.as_dict() for one in rules]}
    kept = artifacts.put_json(project, PROPOSAL, body, parents=(table.id,), meta={"rules": len(rules)})
    return RuleProposal(kept.id, table.id, rules)


def find_proposal(project: Project, dataset: str) -> RuleProposal | None:
    """The newest suggestion for a dataset, None when there is none."""
    for one in artifacts.list_artifacts(project, PROPOSAL):
        if one.parents[:1] == (dataset,):
            return RuleProposal(one.id, dataset, read_rules(artifacts.read_json(project, one.id)))
    return None


def as_rows(rules: Iterable[QualityRule]) -> list[dict[str, Any]]:
    """Rules as the rows of a table: kind, column, what (text), warning and error in percent, why."""
    return [
        {
            "kind": one.kind,
            "column": one.column or None,
            "what": _written(one),
            "warning": 100 * one.warning,
            "error": 100 * one.error,
            "why": one.why,
        }
        for one in rules
    ]


def _written(one: QualityRule) -> str:
    """The settings in one cell: "0 … 120", a JSON list of values, a pattern, an expression."""
    import json

    if one.kind == "range":
        low, high = (one.settings.get(name) for name in ("low", "high"))
        return f"{'' if low is None else low} … {'' if high is None else high}"
    if one.kind == "set":
        return json.dumps(list(one.settings["values"]), ensure_ascii=False)
    return next((str(setting) for setting in one.settings.values()), "")


def from_rows(rows: Iterable[Mapping[str, Any]]) -> tuple[QualityRule, ...]:
    """What `as_rows` gave, after a person changed it; rows without a kind are left out.

    Raises
    ------
    InvalidInput
        field="rules": says which row is wrong and how.
    """
    filled = [row for row in rows if row.get("kind")]
    return read_rules([_read_row(row, place) for place, row in enumerate(filled, 1)])


def _read_row(row: Mapping[str, Any], place: int) -> dict[str, Any]:
    kind, what = str(row["kind"]), str(row.get("what") or "").strip()
    limits = {
        name: float(row[name]) / 100
        for name in ("warning", "error")
        if isinstance(row.get(name), int | float) and row[name] == row[name]
    }
    body = {"kind": kind, "column": str(row.get("column") or ""), "why": str(row.get("why") or ""), **limits}
    if kind == "range":
        low, dots, high = what.partition("…") if "…" in what else what.partition("...")
        if not dots:
            raise wrong(f"Rule {place}: a range is written as 0 … 120, one side may be empty. Got {what!r}.")
        body |= {name: _edge(edge.strip()) for name, edge in (("low", low), ("high", high)) if edge.strip()}
    elif kind == "set":
        body["values"] = _values(what)
    elif kind in ("pattern", "condition"):
        body["pattern" if kind == "pattern" else "expression"] = what
    return body


def _edge(text: str) -> float | str:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() and "." not in text else number


def _values(text: str) -> list[str]:
    """Values as a JSON list, or divided by commas."""
    import json

    try:
        found = json.loads(text)
    except ValueError:
        found = [one.strip() for one in text.split(",") if one.strip()]
    return [str(one) for one in found] if isinstance(found, list) else [text]
