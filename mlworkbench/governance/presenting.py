"""A project on one page for people who decide: problem, data, result with its uncertainty, what-if, promises, state.

Everything comes from the artifacts; the what-if is computed here once, from the typical case, and is not logged: no
prediction about anybody is made. Nothing is written at all.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import Dataset, get_dataset, holdout_looks
from mlworkbench.errors import NotApplicable
from mlworkbench.governance.card import get_card
from mlworkbench.governance.evidence import Evidence, current_scope, gather
from mlworkbench.governance.promises import promises_of, tally
from mlworkbench.governance.results import Fact, Promise
from mlworkbench.governance.words import (
    NOT_DONE,
    between,
    count,
    day,
    direction,
    edges,
    is_error,
    metric_name,
    number,
    percent,
    score,
)

if TYPE_CHECKING:
    from mlworkbench.modeling import InputField, ModelVersion
    from mlworkbench.projects import Project
    from mlworkbench.scoping import Scope

SHOWN = 6
_TRIED = 40
_POINTS = 25
_PURPOSE = ("decisions", "prediction_task", "making_predictions", "goals", "success_criteria", "stakeholders")


@dataclass(frozen=True)
class Sweep:
    """How the answer moves along one column, all others as in the typical case.

    Parameters
    ----------
    column : str
        Its name (text from outside).
    labels : tuple of str
        The places, as people read them.
    places : tuple of float
        Where they stand on the axis; 0, 1, 2… for words.
    answers : tuple of float
        Probability of the positive (or typical) class, 0 to 1, or the target's value.
    typical : int
        The position nearest to the typical case.
    words : bool
        Whether the places are categories, so that no line joins them.
    """

    column: str
    labels: tuple[str, ...]
    places: tuple[float, ...]
    answers: tuple[float, ...]
    typical: int
    words: bool


@dataclass(frozen=True)
class Contender:
    """One compared model with the mean of its folds and its 95% interval, errors without their sign."""

    label: str
    mean: float
    low: float
    high: float
    tied: bool
    chosen: bool
    baseline: bool


@dataclass(frozen=True)
class Presentation:
    """The page's content: plain text and figures. What was not done is said in its sentence.

    Parameters
    ----------
    answer : str
        What the what-if's figure is, such as "probability of Churn = Yes".
    probability : bool
        Whether it is one (0 to 1) or a value in the target's unit.
    """

    project: str
    title: str
    problem: str
    purpose: tuple[Fact, ...]
    data: str
    data_facts: tuple[Fact, ...]
    result: str
    plain: str
    metric: str
    better: str
    value: str
    interval: str
    contenders: tuple[Contender, ...]
    answer: str
    probability: bool
    sweeps: tuple[Sweep, ...]
    promises_sentence: str
    promises: tuple[Promise, ...]
    monitoring: str
    drifted: bool | None
    caveat: str
    foot: str


def presentation(project: Project) -> Presentation:
    """Compute the page of a project as it is now; works at every stage of it."""
    known = artifacts.aliases(project)
    scope = current_scope(project)
    evidence = gather(project) if "champion" in known else None
    dataset = evidence.dataset if evidence else get_dataset(project) if "dataset" in known else None
    card = get_card(project) if "card" in known else None
    slices = card.slices if card and evidence and card.model_version == evidence.version.id else ()
    promises = promises_of(evidence, slices) if evidence else ()
    target = dataset.target if dataset else None
    data, data_facts = _data(project, dataset)
    return Presentation(
        project=project.name,
        title=f"Predicting {target}" if target else project.name,
        problem=_problem(scope, dataset),
        purpose=_purpose(scope),
        data=data,
        data_facts=data_facts,
        **_result(evidence),
        **_what_if(project, evidence),
        promises_sentence=_promised(scope, evidence, promises),
        promises=promises,
        monitoring=_monitoring(evidence),
        drifted=evidence.report.drifted if evidence and evidence.report else None,
        caveat="The model finds associations in past data. Moving an input shows how the model thinks, not what would "
        "happen if somebody changed it.",
        foot=_foot(evidence),
    )


def _problem(scope: Scope | None, dataset: Dataset | None) -> str:
    asked = f"What will {dataset.target} be, for a case nobody has seen yet?" if dataset and dataset.target else ""
    if scope is None or not any(scope.canvas.values()):
        return f"{asked} {NOT_DONE}: the purpose was not written down yet.".strip()
    from mlworkbench.scoping import value_sentence

    return value_sentence(scope.canvas) or asked


def _purpose(scope: Scope | None) -> tuple[Fact, ...]:
    if scope is None:
        return ()
    from mlworkbench.scoping import BOXES

    return tuple(Fact(BOXES[name].label, scope.canvas[name]) for name in _PURPOSE if scope.canvas.get(name))[:4]


def _data(project: Project, dataset: Dataset | None) -> tuple[str, tuple[Fact, ...]]:
    if dataset is None:
        return f"{NOT_DONE}: there is no table yet.", ()
    looks = len(holdout_looks(project, dataset))
    times = {0: "never", 1: "once", 2: "twice"}.get(looks, f"{looks} times")
    facts = [Fact("Rows", f"{dataset.rows:,}"), Fact("Columns", f"{len(dataset.columns)}")]
    if dataset.holdout:
        facts += [Fact("Rows put aside", f"{dataset.holdout_rows:,}"), Fact("Looked at", times)]
    grave = sum(one.severity == "problem" for one in dataset.findings)
    said = f"{count(dataset.rows, 'row')} and {count(len(dataset.columns), 'column')} of {dataset.name}"
    said += f", received on {day(dataset.created_at)}. {count(len(dataset.findings), 'finding')} on its quality"
    return f"{said}, {grave or 'none'} of them grave.", tuple(facts)


def _result(evidence: Evidence | None) -> dict[str, Any]:
    if evidence is None:
        said = f"{NOT_DONE}: no model is registered yet."
        empty: dict[str, Any] = dict.fromkeys(("plain", "metric", "better", "value", "interval"), "")
        return {"result": said, **empty, "contenders": ()}
    version = evidence.version
    scoring = version.scoring
    held = version.holdout_score is not None
    value, low, high = (
        (version.holdout_score, version.holdout_low, version.holdout_high)
        if held
        else (version.cv_score, version.cv_low, version.cv_high)
    )
    where = f"on {version.holdout_rows:,} rows that it had never seen" if held else "on rows left out in turn"
    return {
        "result": f"{version.label} is the model in use, checked {where}.",
        "plain": _in_plain_words(evidence, value),
        "metric": metric_name(scoring),
        "better": direction(scoring),
        "value": score(scoring, value),
        "interval": f"95 % interval {between(scoring, low, high)}",
        "contenders": tuple(_contenders(evidence)),
    }


def _in_plain_words(evidence: Evidence, value: float | None) -> str:
    """What the figure means, for the metrics that have a plain meaning."""
    version = evidence.version
    floor = evidence.comparison.row("dummy")
    if value is None:
        return ""
    if version.scoring == "roc_auc":
        yes = version.classes[-1]
        return (
            f"Shown one case with {version.target} = {yes} and one without, it ranks the two rightly in about "
            f"{round(100 * value)} of 100 pairs. Guessing would do so in 50."
        )
    if version.scoring == "neg_root_mean_squared_error":
        words = f"Its answers are off by about {number(-value)} (root mean square, in the unit of {version.target})."
        if floor and floor.score_mean is not None:
            words += f" Always answering the mean would be off by {number(-floor.score_mean)}."
        return words
    if floor and floor.score_mean is not None:
        return f"A model that ignores every input reaches {score(version.scoring, floor.score_mean)}."
    return ""


def _contenders(evidence: Evidence) -> list[Contender]:
    found = []
    scoring = evidence.comparison.scoring
    for row in evidence.comparison.rows:
        if row.score_mean is None:
            continue
        mean = -row.score_mean if is_error(scoring) else row.score_mean
        known = row.low is not None and row.high is not None and math.isfinite(row.low) and math.isfinite(row.high)
        low, high = edges(scoring, row.low or 0.0, row.high or 0.0) if known else (mean, mean)
        chosen = evidence.row is not None and row.estimator == evidence.row.estimator
        baseline = row.estimator in ("dummy", "heuristic")
        found.append(Contender(row.label, mean, low, high, row.tied, chosen, baseline))
    return found


def axis_of(contenders: Sequence[Contender]) -> tuple[float, float]:
    """The range of the score axis: all models, and the baselines unless they are so far off as to flatten them."""
    real = [one for one in contenders if not one.baseline] or list(contenders)
    low, high = min(one.low for one in real), max(one.high for one in real)
    reach = high - low or abs(high) or 1.0
    near = [one for one in contenders if one.mean > low - reach and one.mean < high + reach]
    low, high = min([low, *(one.low for one in near)]), max([high, *(one.high for one in near)])
    room = (high - low or abs(high) or 1.0) * 0.06
    return low - room, high + room


def _what_if(project: Project, evidence: Evidence | None) -> dict[str, Any]:
    if evidence is None:
        return {"answer": "", "probability": False, "sweeps": ()}
    from mlworkbench.serving import starting_row

    version = evidence.version
    typical = starting_row(version)
    name = _explained(version)
    sweeps = [one for field in version.inputs[:_TRIED] if (one := _sweep(project, field, typical, name))]
    sweeps.sort(key=lambda one: (min(one.answers) - max(one.answers), one.column))
    words = f"probability of {version.target} = {name}" if name is not None else version.target
    return {"answer": words, "probability": name is not None, "sweeps": tuple(sweeps[:SHOWN])}


def _explained(version: ModelVersion) -> str | None:
    """The class the what-if is about: the positive one of two, else the first of several; None for a regression."""
    if not version.classes:
        return None
    return str(version.classes[-1] if len(version.classes) == 2 else version.classes[0])


def _sweep(project: Project, field: InputField, typical: dict[str, Any], name: str | None) -> Sweep | None:
    import numpy as np

    from mlworkbench.serving import sweep

    try:
        moved = sweep(project, typical, field.name, _POINTS)
    except NotApplicable:
        return None
    answers = moved["prediction" if name is None else f"probability_{name}"].to_numpy(dtype=np.float64)
    xs = moved.iloc[:, 0]
    here = typical[field.name]
    if xs.dtype.kind == "M":
        places = xs.to_numpy().astype("datetime64[s]").astype(np.float64)
        labels = [str(value)[:10] for value in xs]
        at = np.datetime64(str(here), "s").astype(np.float64) if here is not None else places[0]
    elif xs.dtype.kind in "fiu":
        places = xs.to_numpy(dtype=np.float64)
        labels = [f"{value:,.0f}" if field.type == "integer" else number(value) for value in places]
        at = float(here) if here is not None else places[0]
    else:
        keep = slice(0, 12)
        labels = [str(value) for value in xs][keep]
        answers, places = answers[keep], np.arange(len(labels), dtype=np.float64)
        at = float(labels.index(str(here))) if str(here) in labels else 0.0
    if len(places) < 2 or not np.ptp(answers):
        return None
    return Sweep(
        field.name,
        tuple(labels),
        tuple(float(one) for one in places),
        tuple(float(one) for one in answers),
        int(np.abs(places - at).argmin()),
        xs.dtype.kind not in "Mfiu",
    )


def _promised(scope: Scope | None, evidence: Evidence | None, promises: tuple[Promise, ...]) -> str:
    if scope is None:
        return f"{NOT_DONE}: there is no contract, so nothing was promised."
    if evidence is None:
        return "There is a contract; whether it is kept shows once a model is registered."
    return f"{tally(promises)}." if promises else "The contract sets no value that could be kept or broken."


def _monitoring(evidence: Evidence | None) -> str:
    if evidence is None or evidence.report is None:
        return f"{NOT_DONE}: the model's answers have not been watched yet."
    said = str(evidence.report.body.get("sentence") or evidence.report.summary)
    older = "" if evidence.version.id in evidence.report.artifact.parents else " (about an earlier version)"
    return f"{said}{older}"


def _foot(evidence: Evidence | None) -> str:
    if evidence is None:
        return "Computed from the project's artifacts."
    version = evidence.version
    return (
        f"Computed from the project's artifacts: {version.label}, version {version.number} of "
        f"{day(version.created_at)}, model {version.id[:12]}, data {version.dataset[:12]}."
    )


def answer_text(shown: Presentation, value: float) -> str:
    """An answer of the what-if as people read it."""
    return percent(value) if shown.probability else number(value)
