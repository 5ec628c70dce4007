"""Fit the champion anew on newer rows, and see whether that is better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.catalog import check_params
from mlworkbench.data import get_dataset
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.modeling import (
    ModelVersion,
    check_same_shape,
    fit_again,
    get_model_version,
    load_model,
    register_refit,
)
from mlworkbench.projects import audit
from mlworkbench.retraining.bringing import MODES, Newer, bring
from mlworkbench.retraining.judging import judge, judging_rows, sentence
from mlworkbench.retraining.results import Judged, Retraining
from mlworkbench.retraining.spec import STRATEGIES

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.projects import Project


def _check(project: Project, **given: Any) -> None:
    """What can be said before the work is queued."""
    get_model_version(project)
    names = given.get("strategies") or [given.get("strategy", "all")]
    for name in names:
        spec = STRATEGIES.get(name)
        check_params(spec.params, dict(given.get("settings") or {}) if len(names) == 1 else {}, spec.label)
    if given.get("mode") is not None and given["mode"] not in MODES:
        raise InvalidInput(f"The mode is one of: append, replace. Got {given['mode']!r}.", field="mode")
    if (given.get("data") is None) == (given.get("dataset") is None):
        raise InvalidInput("Give newer data either as a file or as a version of the table.", field="data")


@job(lane="heavy", title="Retraining", check=_check)
def retrain(
    project: Project,
    *,
    data: str | None = None,
    dataset: str | None = None,
    mode: str | None = None,
    strategy: str = "all",
    settings: Mapping[str, Any] | None = None,
    cv: int = 5,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Retraining:
    """Fit the champion's recipe and estimator on newer data and compare both on rows that neither has seen.

    Parameters
    ----------
    data : str, optional
        A file or the id of an upload, with outcomes.
    dataset : str, optional
        Instead of a file: a newer version of the table.
    mode : {"append", "replace"}, optional
        Whether the file's rows are added to the champion's table or stand in its place; by default by how many
        rows they share.
    strategy : str
        A name of `STRATEGIES`.
    settings : mapping, optional
        The strategy's parameters.
    cv : int
        Folds for the challenger's own score.

    Returns
    -------
    Retraining
        The challenger is registered under the alias "challenger"; the champion stays.

    Raises
    ------
    NotFound
        There is no champion, or no such strategy.
    InvalidInput
        The newer data does not fit the champion, or a setting is wrong.
    NotApplicable
        Nothing is left to learn from or to judge on.
    """
    _check(project, data=data, dataset=dataset, mode=mode, strategy=strategy, settings=settings)
    champion = get_model_version(project)
    newer = bring(project, champion, data=data, dataset=dataset, mode=mode, seed=seed, progress=progress)
    rows = judging_rows(project, champion, newer, f"judge a challenger ({strategy}) on {newer.dataset.name[:60]}")
    return _one(project, champion, newer, rows, strategy, settings or {}, cv, seed, progress)


@job(lane="heavy", title="Comparing ways to retrain", check=_check)
def compare_strategies(
    project: Project,
    *,
    data: str | None = None,
    dataset: str | None = None,
    mode: str | None = None,
    strategies: Sequence[str] | None = None,
    cv: int = 5,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Retraining:
    """Try several strategies on the same newer data and the same rows to judge on; the best becomes the challenger.

    Parameters
    ----------
    strategies : sequence of str, optional
        By default all, each with its default settings. A strategy that is through is kept: the work goes on after
        an interruption where it was. The others as in `retrain`.

    Returns
    -------
    Retraining
        Of those that are better than the champion the one with the highest score; the first asked for if none is.
    """
    names = list(strategies or STRATEGIES.names())  # "all" comes first: the simplest
    _check(project, data=data, dataset=dataset, mode=mode, strategies=names)
    champion = get_model_version(project)
    kept = progress.kept()
    done = [get_retraining(project, kept[name]["retraining"]) for name in names if name in kept]
    if len(done) < len(names):
        if "newer" in kept:  # made by an earlier attempt
            data, dataset = None, kept["newer"]["dataset"]
        newer = bring(project, champion, data=data, dataset=dataset, mode=mode, seed=seed, progress=progress)
        progress.keep("newer", {"dataset": newer.dataset.id})
        rows = judging_rows(project, champion, newer, f"judge challengers on {newer.dataset.name[:60]}")
        for name in names:
            if name not in kept:
                part = _Part(progress, (len(done)) / len(names), (len(done) + 1) / len(names))
                made = _one(project, champion, newer, rows, name, {}, cv, seed, part)
                progress.keep(name, {"retraining": made.id})
                done.append(made)
    better = [one for one in done if one.verdict == "better"]
    best = max(better, key=lambda one: one.challenger_score) if better else done[0]
    artifacts.set_alias(project, "challenger", best.challenger)
    return best


class _Part(Progress):
    """A stretch of a longer progress."""

    def __init__(self, whole: Progress, low: float, high: float) -> None:
        self._whole, self._low, self._high = whole, low, high

    def update(self, fraction: float, message: str = "") -> None:
        self._whole.update(self._low + fraction * (self._high - self._low), message)


def _one(
    project: Project,
    champion: ModelVersion,
    newer: Newer,
    rows: Mapping[str, pd.DataFrame],
    strategy: str,
    settings: Mapping[str, Any],
    cv: int,
    seed: int,
    progress: Progress,
) -> Retraining:
    import numpy as np

    spec = STRATEGIES.get(strategy)
    params = check_params(spec.params, dict(settings), spec.label)
    check_same_shape(project, champion, newer.dataset)
    if not len(newer.learn):
        raise NotApplicable("No row is left to learn from. Bring more rows with outcomes.", field="data")
    weights = spec.weigh(newer.ages, params)
    learned = weights > 0
    if not learned.any():
        raise InvalidInput("This window leaves no row. Choose a longer one.", field="window")
    amounts = None if np.all(weights[learned] == 1) else weights[learned]
    made = fit_again(
        project, champion=champion, dataset=newer.dataset, rows=newer.learn[learned], weights=amounts, cv=cv,
        seed=seed, progress=_Part(progress, 0.1, 0.8),
    )  # fmt: skip
    progress.update(0.8, "Judging champion and challenger on the same rows")
    pair = (load_model(project, champion), made.pipeline)
    found = {name: judge(project, champion, pair, name, frame, seed) for name, frame in rows.items()}
    judged = tuple(one[0] for one in found.values() if one is not None)
    if not judged:
        raise NotApplicable(
            "There is no row to judge on that neither model has learned from: the champion's table has no holdout and "
            "there are too few newer rows. Bring more rows with outcomes.",
            field="data",
        )
    held = found.get("holdout")
    said = sentence(judged, spec.label, champion.scoring)
    version = register_refit(
        project,
        made,
        reason=said[:400],
        holdout=held[1] if held else (None, None, None),
        holdout_rows=held[0].rows if held else 0,
        settings={"strategy": strategy, **params},
    )
    return _store(project, champion, newer, strategy, params, version, judged, said, int(learned.sum()), seed)


def _store(
    project: Project,
    champion: ModelVersion,
    newer: Newer,
    strategy: str,
    params: Mapping[str, Any],
    version: ModelVersion,
    judged: tuple[Judged, ...],
    said: str,
    learned: int,
    seed: int,
) -> Retraining:
    made = Retraining(
        id="",
        number=0,
        strategy=strategy,
        settings=dict(params),
        champion=champion.id,
        challenger=version.id,
        dataset=newer.dataset.id,
        scoring=champion.scoring,
        mode=newer.mode,
        unit=newer.unit,
        learned_rows=learned,
        new_rows=newer.new_rows,
        aside_rows=len(newer.aside),
        duplicate_rows=newer.duplicate_rows,
        judged=judged,
        verdict=judged[0].verdict,
        sentence=said,
        notes=newer.notes,
        seed=seed,
    )
    holdout = get_dataset(project, champion.dataset).holdout
    parents = (champion.id, version.id, newer.dataset.id, champion.recipe, *([holdout] if holdout else []))
    kept = artifacts.put_json(
        project, "retraining", made.to_json(), parents=parents, meta={"figure": strategy, "remark": made.verdict}
    )
    audit(project, "model retrained", {"retraining": kept.id, **asdict(judged[0])})
    return get_retraining(project, kept.id)


def get_retraining(project: Project, ref: str | None = None) -> Retraining:
    """A retraining by id or unique prefix, the newest by default."""
    if ref is None:
        made = artifacts.list_artifacts(project, "retraining")
        if not made:
            raise NotFound("Nothing was retrained yet. Bring newer data first.", field="retraining")
        ref = made[0].id
    return _retraining(project, artifacts.find(project, ref, kind="retraining"))


def list_retrainings(project: Project) -> tuple[Retraining, ...]:
    """All retrainings of the project, newest first."""
    return tuple(_retraining(project, found) for found in artifacts.list_artifacts(project, "retraining"))


def _retraining(project: Project, found: artifacts.Artifact) -> Retraining:
    body = artifacts.read_json(project, found.id)
    return Retraining.from_json(body, id=found.id, number=found.number, created_at=found.created_at)
