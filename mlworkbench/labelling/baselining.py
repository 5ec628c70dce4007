"""What every model has to beat, at once: guessing, the best single column, the contract's heuristic, people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import get_dataset, promised_of
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.labelling import marks
from mlworkbench.labelling.agreeing import final_label, wilson
from mlworkbench.labelling.results import Baseline, Baselines
from mlworkbench.labelling.single import best_column
from mlworkbench.labelling.tables import list_labellings

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlworkbench.data import Dataset
    from mlworkbench.modeling import TrainingFolds
    from mlworkbench.projects import Project

KIND = "baselines"
_OF_LABELS = ("accuracy", "balanced_accuracy", "f1", "f1_macro", "f1_weighted", "precision", "recall")


def _check(project: Project, **given: Any) -> None:
    table = get_dataset(project, given.get("dataset"))
    if table.target is None or table.task is None:
        raise NotApplicable("This dataset has no target yet, so there is nothing to guess. Choose one.", field="target")
    for name, least, most in (("cv", 2, 20), ("seed", 0, 2**31)):
        value = given.get(name, least)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise InvalidInput(f"{name} is a whole number from {least} to {most:,}. Got {value!r}.", field=name)


@job(lane="light", title="Scoring the baselines", check=_check)
def baselines(
    project: Project, *, dataset: str | None = None, cv: int = 5, seed: int = 0, progress: Progress = SILENT
) -> Baselines:
    """Score what needs no model on the folds that a comparison uses; the holdout is not read.

    The best single column is chosen inside each fold's learning rows (by a quarter of them), so that its score is not
    flattered by having been chosen. Numbers and dates: a tree of depth 3; words: the class shares (or means) of each.
    Intervals: the corrected resampled t of Nadeau and Bengio (2003) over folds; people: bootstrap over rows.

    Parameters
    ----------
    cv : int
        Folds, 2 to 20.

    Raises
    ------
    NotApplicable
        The dataset has no target.
    InvalidInput
        field="cv" or "seed"; the rows do not suffice for that many folds.
    """
    from mlworkbench.modeling import ESTIMATORS, cross_predict, default_scoring, rule_answers, training_folds

    _check(project, dataset=dataset, cv=cv, seed=seed)
    table = get_dataset(project, dataset)
    scoring = default_scoring(project, table)
    cut = training_folds(project, table, cv=cv, seed=seed, rare_aside=True)
    task: Any = table.task
    progress.update(0.1, "Guessing")
    blind = cut.frame.iloc[:, :0].assign(nothing=0.0)
    guess, _ = cross_predict(_with(cut, blind), lambda: ESTIMATORS.get("dummy").make(task, seed))
    label = "Always the mean" if task == "regression" else "Always the majority, by class shares"
    rows = [_scored("guess", label, cut, guess, scoring, ())]
    first = rows[0].fold_scores
    features, notes = best_column(cut, scoring, seed, progress)
    if features is not None:
        chosen = _words(features.chosen)
        one = _scored("feature", f"Best single column: {features.chosen[0]}", cut, features.said, scoring, first)
        rows.append(_replaced(one, note=f"chosen in each fold anew: {chosen}"))
    notes += [
        f"{count:,} rows of class {label} are left out: too few for {cv} folds" for label, count in cut.aside.items()
    ]
    rule = promised_of(project, table.target).heuristic
    if rule is not None:
        try:
            answers = rule_answers(cut, rule)
            one = _scored("heuristic", "The contract's heuristic", cut, answers, scoring, first)
            rows.append(_replaced(one, note=rule))
        except (InvalidInput, ValueError) as error:
            rows.append(Baseline("heuristic", "The contract's heuristic", len(cut.y), note=str(error)))
    progress.update(0.9, "Comparing with people")
    rows.append(_people(project, table, scoring, seed))
    listed = tuple(features.scores.items())[:20] if features is not None else ()
    made = Baselines(
        id="", number=0, dataset=table.id, target=str(table.target), task=str(task), scoring=scoring, cv=cv,
        splitter=cut.words, seed=seed, training_rows=len(cut.y), rows=tuple(rows), features=listed,
        notes=tuple(notes), sentence=_sentence(rows, scoring),
    )  # fmt: skip
    best = max((one for one in rows if one.score is not None), key=lambda one: one.score or 0.0)
    meta = {"figure": f"{scoring} {best.score:.3f}", "remark": best.label}
    kept = artifacts.put_json(project, KIND, made.to_json(), parents=(table.id,), meta=meta)
    artifacts.set_alias(project, KIND, kept.id)
    return get_baselines(project, kept.id)


def get_baselines(project: Project, ref: str | None = None, *, dataset: str | None = None) -> Baselines:
    """Baselines by id or unique prefix; by default the last ones, of a version if one is named.

    Raises
    ------
    NotFound
        Nothing was scored yet.
    """
    if ref is None:
        found = next(iter(artifacts.list_artifacts(project, KIND, parent=dataset)), None)
        if found is None:
            raise NotFound("No baselines were scored for this version yet. Score them first.", field=KIND)
    else:
        found = artifacts.find(project, ref, kind=KIND)
    body = artifacts.read_json(project, found.id)
    return Baselines.from_json(body, id=found.id, number=found.number, created_at=found.created_at)


def _with(cut: TrainingFolds, frame: pd.DataFrame) -> TrainingFolds:
    import dataclasses

    return dataclasses.replace(cut, frame=frame)


def _replaced(one: Baseline, **changes: Any) -> Baseline:
    import dataclasses

    return dataclasses.replace(one, **changes)


def _scored(
    name: str, label: str, cut: TrainingFolds, said: np.ndarray, scoring: str, first: Sequence[float]
) -> Baseline:
    from mlworkbench.modeling import corrected_interval, paired_difference, score_of

    scores = [score_of(scoring, cut.y[fold.test], said[fold.test]) for fold in cut.folds]
    whole = corrected_interval(scores, cut.test_share)
    more: dict[str, Any] = {}
    if cut.dataset.classes:
        right = [score_of("accuracy", cut.y[fold.test], said[fold.test]) for fold in cut.folds]
        hits = corrected_interval(right, cut.test_share)
        more = {"accuracy": hits.mean, "accuracy_low": hits.low, "accuracy_high": hits.high}
    if first:
        gain = paired_difference(scores, first, cut.test_share)
        more |= {"gain": gain.mean, "gain_low": gain.low, "gain_high": gain.high}
    rows = sum(len(fold.test) for fold in cut.folds)
    return Baseline(
        name, label, rows, score=whole.mean, low=whole.low, high=whole.high, fold_scores=tuple(scores), **more
    )


def _people(project: Project, table: Dataset, scoring: str, seed: int) -> Baseline:
    """How often a labeller gives the label that was settled or, where none was, that most of the others gave."""
    import numpy as np

    from mlworkbench.modeling import bootstrap_interval, score_of

    truth, said, rows, ties = [], [], [], 0
    for labelling in list_labellings(project):
        if labelling.column != table.target:
            continue
        state = marks.fold(marks.read(project, labelling.id))
        for row in labelling.rows:
            labels = state.labels(row)
            for who, label in labels.items():
                others = [one for name, one in labels.items() if name != who]
                right = _truth(others, state.settled.get(row))
                if right is None:
                    ties += bool(others)
                elif right in table.classes and label in table.classes:
                    truth.append(right)
                    said.append(label)
                    rows.append(f"{labelling.id}:{row}")
    if not truth:
        why = "People label rows under Label rows; two or more on the same row show how often they are right."
        return Baseline("human", "People", 0, note=why)
    code = {name: at for at, name in enumerate(table.classes)}
    y, given = np.array([code[one] for one in truth]), np.array([code[one] for one in said])
    hits = (y == given).astype(float)
    unit = np.unique(rows, return_inverse=True)[1]
    members = [np.flatnonzero(unit == one) for one in range(unit.max() + 1)]

    def again(chosen: np.ndarray) -> float:
        return float(hits[np.concatenate([members[one] for one in chosen])].mean())

    low, high = bootstrap_interval(again, len(members), seed)
    if hits.min() == hits.max():  # all right or all wrong: a sample of a few rows is not certainty
        low, high = wilson(float(hits.mean()), len(members))
    comparable = scoring in _OF_LABELS and len(np.unique(y)) == len(table.classes)
    score = score_of(scoring, y, np.eye(len(table.classes))[given]) if comparable else None
    note = f"{len(y):,} labels on {len(members):,} rows, against what was settled or most others said"
    note += f"; {ties:,} without a majority are left out" if ties else ""
    note += "" if comparable else f"; people give labels, not probabilities, so {scoring} has no figure for them"
    return Baseline(
        "human", "People", len(members), score=score, accuracy=float(hits.mean()), accuracy_low=low,
        accuracy_high=high, note=note,
    )  # fmt: skip


def _truth(others: Sequence[str], settled: tuple[str, str] | None) -> str | None:
    label, _ = final_label({str(at): one for at, one in enumerate(others)}, settled)
    return label or None


def _words(chosen: Sequence[str]) -> str:
    return ", ".join(f"{name} ({chosen.count(name)} of {len(chosen)})" for name in dict.fromkeys(chosen))


def _sentence(rows: Sequence[Baseline], scoring: str) -> str:
    scored = [one for one in rows if one.score is not None and one.low is not None]
    best = max(scored, key=lambda one: one.score or 0.0)
    said = (
        f"A model has to beat {scoring} {best.score:.3f} (95% interval {best.low:.3f} to {best.high:.3f}): "
        f"{best.label[:1].lower()}{best.label[1:]}."
    )
    human = rows[-1]
    if human.accuracy is not None:
        said += f" People are right in {human.accuracy:.0%} ({human.accuracy_low:.0%} to {human.accuracy_high:.0%})."
    return said
