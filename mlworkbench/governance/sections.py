"""The sections of a card about the model and its data, each computed from the evidence.

Structure after M. Mitchell et al., "Model Cards for Model Reporting", FAT* 2019: model details, intended use, factors,
metrics, evaluation data, training data, quantitative analyses, ethical considerations, caveats and recommendations.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mlworkbench.data import get_holdout
from mlworkbench.governance.evidence import Evidence
from mlworkbench.governance.promises import goal_of
from mlworkbench.governance.results import Fact, Grid, Mover, Section, Slice
from mlworkbench.governance.slices import SMALL_ROWS, widest_gap
from mlworkbench.governance.words import (
    NOT_DONE,
    between,
    count,
    day,
    direction,
    metric_name,
    moment,
    number,
    percent,
    score,
    short,
)
from mlworkbench.profiling import notes_of

if TYPE_CHECKING:
    from mlworkbench.governance.measuring import Group

_MOST_ROWS = 30
_LONGEST = 300


def model_details(evidence: Evidence, model: Any) -> Section:
    """Who made which model, when, and with which settings."""
    version, record = evidence.version, evidence.record
    asks = f"the class of {version.target}" if version.classes else f"the value of {version.target}"
    classes = f" ({', '.join(version.classes[:12])})" if version.classes else ""
    facts = [
        Fact("Model", f"{version.label}, version {version.number}"),
        Fact("Answers", f"{asks}{classes}, from {count(len(version.inputs), 'column')}"),
        Fact("Registered", f"{moment(version.created_at)} by {record.created_by}"),
        Fact("Reason given", version.reason or "none"),
        Fact("Registry", f"{version.name}, version {version.mlflow_version}, run {version.run_id}"),
        Fact("Model file", f"{version.model} (sha256)"),
        Fact("Settings changed from the library's defaults", _settings(model)),
    ]
    if len(version.classes) == 2:
        facts.insert(2, Fact("Positive class", version.classes[-1]))
    sentence = f"{version.label}, version {version.number}, registered on {day(version.created_at)}."
    return Section("model_details", "Model details", True, sentence, tuple(facts), prose=("owner",))


def _settings(model: Any) -> str:
    estimator = model.steps[-1][1] if hasattr(model, "steps") else model
    defaults = {name: one.default for name, one in inspect.signature(type(estimator).__init__).parameters.items()}
    said = []
    for name, value in sorted(estimator.get_params(deep=False).items()):
        plain = value is None or isinstance(value, str | int | float | bool)
        if plain and value != defaults.get(name) and value == value:
            said.append(f"{name} = {value}")
    return ", ".join(said) or "none"


def intended_use(evidence: Evidence) -> Section:
    """What the scope says it is for."""
    prose = ("intended_use", "out_of_scope")
    if evidence.scope is None:
        sentence = f"{NOT_DONE}: no scope was written down for this project."
        return Section("intended_use", "Intended use", False, sentence, prose=prose)
    from mlworkbench.scoping import CANVAS, value_sentence

    said = evidence.scope.canvas
    boxes = [box for box in CANVAS if said.get(box.name)]
    facts = tuple(Fact(box.label, said[box.name]) for box in boxes if box.section != "value_proposition")
    filled = f"Scope revision {evidence.scope.number}, {count(len(boxes), 'text')} of {len(CANVAS)}."
    sentence = f"{value_sentence(said)} {filled}".strip()
    return Section("intended_use", "Intended use", bool(boxes), sentence, facts, prose=prose)


def factors(evidence: Evidence, slices: Sequence[Slice], movers: Sequence[Mover]) -> Section:
    """What moves the answers, and how good they are for each group."""
    grids = []
    if movers:
        scale = 100 if evidence.version.classes else 1
        unit = "points of probability" if scale == 100 else evidence.version.target
        rows = tuple((one.column, number(scale * one.change), f"± {number(scale * one.error, 2)}") for one in movers)
        note = (
            "Mean absolute change of the answer when the column is shuffled among training rows; ± is its standard "
            "error. What moves the model need not move the world."
        )
        grids.append(Grid("What moves the answers", ("column", unit, "±"), rows[:_MOST_ROWS], note))
    gaps = widest_gap(slices)
    columns = dict.fromkeys(one.column for one in slices)
    grids += [_slice_grid(column, [one for one in slices if one.column == column]) for column in columns]
    wanted = evidence.contract.fairness_columns if evidence.contract else ()
    facts = [
        Fact(f"Largest difference in {name}, by {column}", f"{number(gap)} ({low.group} against {high.group})")
        for (column, name), (gap, low, high) in gaps.items()
    ]
    if slices:
        sentence = f"Checked by group of {', '.join(dict.fromkeys(one.column for one in slices))}."
    elif wanted:
        sentence = f"{NOT_DONE}: the table of this model lacks the columns to check by: {', '.join(wanted)}."
    else:
        sentence = f"{NOT_DONE}: the contract names no columns whose groups should be compared."
    if movers:
        top = ", ".join(one.column for one in movers[:3])
        sentence = f"The answers depend most on {top}. {sentence}"
    return Section("factors", "Factors", bool(slices), sentence, tuple(facts), tuple(grids), ("factors",))


def _slice_grid(column: str, slices: Sequence[Slice]) -> Grid:
    names = list(dict.fromkeys(one.name for one in slices))
    rows = []
    for group in dict.fromkeys(one.group for one in slices):
        mine = {one.name: one for one in slices if one.group == group}
        first = next(iter(mine.values()))
        label = f"{group} (small)" if any(one.small for one in mine.values()) else group
        rows.append((label, f"{first.rows:,}", *(_slice_cell(mine[name]) for name in names)))
    note = (
        f"From out-of-fold predictions, with 95 % intervals. Small: fewer than {SMALL_ROWS} rows, or fewer than 10 "
        "that a figure rests on; too few to conclude anything."
    )
    return Grid(f"By {column}", ("group", "rows", *names), tuple(rows), note)


def _slice_cell(one: Slice) -> str:
    if one.metric is None:
        return "–"
    if one.name == "mean absolute error":
        return f"{number(one.metric)} ({number(one.low)} to {number(one.high)})"
    return f"{percent(one.metric)} ({percent(one.low)} to {percent(one.high)})"


def metrics(evidence: Evidence) -> Section:
    """What is measured and how its uncertainty is."""
    version, comparison, contract = evidence.version, evidence.comparison, evidence.contract
    name = metric_name(version.scoring)
    facts = [
        Fact("Primary metric", f"{name} ({version.scoring}), {direction(version.scoring)}"),
        Fact("Folds", f"{comparison.splitter}; {comparison.cv} folds, {count(comparison.repeats, 'repeat')}"),
        Fact("Interval of the folds' mean", "95 %, corrected resampled t (Nadeau and Bengio 2003)"),
        Fact("Interval on the holdout", "95 %, bootstrap of its rows"),
    ]
    if contract and contract.goal is not None:
        metric = contract.metric or version.scoring
        said = f"{metric_name(metric)} {score(metric, goal_of(contract.goal, metric))}"
        facts.insert(1, Fact("Value to reach", said))
    costs = (contract.cost_false_positive, contract.cost_false_negative) if contract else (None, None)
    if contract and None not in costs:
        facts.append(Fact("Cost of a false alarm, of a miss", f"{number(costs[0])}, {number(costs[1])}"))
    return Section("metrics", "Metrics", True, f"Measured by {name}: {direction(version.scoring)}.", tuple(facts))


def evaluation_data(evidence: Evidence) -> Section:
    """The holdout: how it was cut, and every look at it."""
    dataset = evidence.dataset
    holdout = get_holdout(evidence.project, dataset)
    if holdout is None:
        sentence = f"{NOT_DONE}: no holdout was put aside; the only scores are those of the folds."
        return Section("evaluation_data", "Evaluation data", False, sentence)
    policy = ", ".join(f"{name} {value}" for name, value in holdout.policy.items())
    facts = (
        Fact("Cut", policy),
        Fact("Rows", f"{holdout.rows:,} ({percent(holdout.share)} of the labelled rows)"),
        Fact("Rows with a target when scored", f"{evidence.version.holdout_rows:,}"),
        Fact("Holdout", f"{holdout.id} (sha256)"),
    )
    rows = tuple((moment(look.at), look.who, look.why) for look in evidence.looks[-_MOST_ROWS:])
    grids = (Grid("Looks at the holdout", ("when", "who", "why"), rows),) if rows else ()
    sentence = (
        f"{count(holdout.rows, 'row')} kept from everything that learns, looked at {_times(len(evidence.looks))}."
    )
    return Section("evaluation_data", "Evaluation data", True, sentence, facts, grids)


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")


def training_data(evidence: Evidence) -> Section:
    """The table, what was found in it, and the recipe."""
    dataset, recipe = evidence.dataset, evidence.recipe
    learnt = dataset.training_rows if evidence.refitted else evidence.comparison.training_rows
    kinds = Counter(column.type for column in dataset.columns)
    facts = [
        Fact("Table", f"{dataset.name}, version {dataset.number} of {day(dataset.created_at)}"),
        Fact("Size", f"{count(dataset.rows, 'row')}, {count(len(dataset.columns), 'column')}"),
        Fact("Column types", ", ".join(f"{many} {kind}" for kind, many in sorted(kinds.items()))),
        Fact("Rows learnt from", f"{learnt:,}"),
        Fact("Rows left out", f"{dataset.rejected_rows:,} unreadable, {dataset.unlabelled_rows:,} without a target"),
        Fact("Upload", f"{dataset.upload} (sha256)"),
        Fact("Recipe", f"{count(len(recipe.steps), 'step')}, each fitted on training rows only ({short(recipe.id)})"),
    ]
    if evidence.profile is None:
        facts.append(Fact("Profile", f"{NOT_DONE}: the columns were not profiled"))
    elif dataset.id in evidence.profile.artifact.parents:
        facts.append(
            Fact("Profile", f"{moment(evidence.profile.artifact.created_at)} {evidence.profile.summary}".strip())
        )
    else:
        facts.append(Fact("Profile", "of another version of the table"))
    steps = tuple(
        (
            str(place + 1),
            step.step,
            _listed(step.columns),
            ", ".join(f"{k} = {v}" for k, v in step.params.items()) or "–",
        )
        for place, step in enumerate(recipe.steps)
    )
    grids = [Grid("Recipe", ("", "step", "columns", "settings"), steps)]
    findings = tuple((one.severity, one.message[:_LONGEST], f"{one.count:,}") for one in dataset.findings)
    if findings:
        grids.insert(0, Grid("Findings", ("severity", "finding", "count"), findings[:_MOST_ROWS]))
    notes = [one for name, one in notes_of(evidence.project).items() if name in dataset.names]
    if notes:
        rows = tuple((one.column, one.text[:_LONGEST], f"{one.by}, {day(one.at)}") for one in notes[:_MOST_ROWS])
        grids.append(Grid("Notes on columns", ("column", "note", "pinned by"), rows))
    grave = sum(one.severity == "problem" for one in dataset.findings)
    found = count(len(dataset.findings), "finding") + (f", {grave} of them a problem" if grave else "")
    sentence = f"{count(dataset.rows, 'row')} of {dataset.name}, with {found}."
    return Section("training_data", "Training data", True, sentence, tuple(facts), tuple(grids))


def _listed(names: Sequence[str], most: int = 6) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def quantitative(evidence: Evidence, groups: Sequence[Group], error: float | None) -> Section:
    """The comparison with its ties, the holdout, further metrics, calibration."""
    version, comparison, row = evidence.version, evidence.comparison, evidence.row
    scoring = version.scoring
    name = metric_name(scoring)
    folds = f"{score(scoring, version.cv_score)} (95 % interval {between(scoring, version.cv_low, version.cv_high)})"
    facts = [Fact(f"{name} in the folds", folds)]
    if version.holdout_score is not None:
        held = between(scoring, version.holdout_low, version.holdout_high)
        facts.append(
            Fact(
                f"{name} on the holdout",
                f"{score(scoring, version.holdout_score)} (95 % interval {held}, {version.holdout_rows:,} rows)",
            )
        )
    else:
        facts.append(Fact(f"{name} on the holdout", f"{NOT_DONE}: there is no holdout score"))
    further: Mapping[str, float] = row.metrics if row and not evidence.refitted else {}
    facts += [
        Fact(f"{metric_name(other)}, mean of the folds", score(other, value))
        for other, value in sorted(further.items())
        if other != scoring
    ]
    if error is not None:
        facts.append(Fact("Calibration error", f"{percent(error)} (mean distance of predicted and observed)"))
    grids = [_leaderboard(evidence)]
    if groups:
        rows = tuple(
            (
                f"{one.rows:,}",
                percent(one.predicted),
                f"{percent(one.observed)} ({percent(one.low)} to {percent(one.high)})",
            )
            for one in groups
        )
        grids.append(
            Grid(
                f"Calibration: probability of {version.classes[-1]}",
                ("rows", "predicted", "came true"),
                rows,
                "Out-of-fold predictions in ten groups of equal size, with 95 % intervals (Wilson).",
            )
        )
    said = comparison.sentence.replace(scoring, name)
    if evidence.refitted:
        said = f"Trained anew on a newer table; the comparison is the one in which its kind was chosen. {said}"
    title = "Quantitative analyses"
    return Section("quantitative", title, True, said, tuple(facts), tuple(grids))


def _leaderboard(evidence: Evidence) -> Grid:
    scoring = evidence.comparison.scoring
    rows = []
    for one in evidence.comparison.rows:
        if one.score_mean is None:
            rows.append((one.label, one.status, "–", "–", "–"))
            continue
        mine = evidence.row is not None and one.estimator == evidence.row.estimator
        of = "an earlier version of this model" if evidence.refitted else "this model"
        verdict = "tied with the best" if one.tied else "behind the best"
        rows.append(
            (
                f"{one.label} ({of})" if mine else one.label,
                score(scoring, one.score_mean),
                between(scoring, one.low, one.high),
                number(one.score_std, 2),
                verdict,
            )
        )
    note = "Same folds for all; tied: the 95 % interval of the paired difference to the best includes zero."
    header = ("model", metric_name(scoring), "95 % interval", "sd over folds", "")
    return Grid("Comparison", header, tuple(rows), note)
