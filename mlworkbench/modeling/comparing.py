"""Compare estimators on the same folds of the training rows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import Dataset, get_dataset, get_holdout, load_training, promised_of
from mlworkbench.errors import InvalidInput, JobFailed, NotApplicable, NotFound, listing
from mlworkbench.features import Recipe, compile_recipe, get_recipe, input_columns, save_recipe, suggest_steps
from mlworkbench.jobs import SILENT, Job, Progress, job
from mlworkbench.modeling import heuristic
from mlworkbench.modeling.fitting import Work
from mlworkbench.modeling.promises import goal_of, goal_sentence, met, metric_of
from mlworkbench.modeling.recording import Recorder, Setup
from mlworkbench.modeling.results import Comparison, LeaderboardRow
from mlworkbench.modeling.scheduling import Finished, Pool, Schedule
from mlworkbench.modeling.scoring import EXTRAS, check_scoring
from mlworkbench.modeling.spec import ESTIMATORS, EstimatorSpec, estimators_for
from mlworkbench.modeling.splitters import Splitter, make_folds, plan
from mlworkbench.modeling.statistics import figure, ranked
from mlworkbench.projects import audit

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlworkbench.projects import Project

_SETTLED = "settled"  # the part of a job that says what its first attempt settled on


@dataclass(frozen=True)
class _Agreed:
    """What the settings and the contract come to, checked; nothing is written and no row is read for it."""

    dataset: Dataset
    specs: tuple[EstimatorSpec, ...]
    splitter: Splitter
    scoring: str
    rule: str | None
    goal: float | None


def _agree(
    project: Project,
    *,
    dataset: str | None,
    estimators: Sequence[str] | None,
    cv: int,
    repeats: int,
    splitter: str | Mapping[str, Any] | None,
    scoring: str | None,
    budget: float | None,
    n_jobs: int | None,
    seed: int,
    settled: Mapping[str, Any],
) -> _Agreed:
    for name, value, least in (("budget", budget, 0), ("n_jobs", n_jobs, 1), ("seed", seed, 0)):
        _check_number(name, value, least, whole=name != "budget")
    table = get_dataset(project, settled.get("dataset", dataset))
    if table.task is None or table.target is None:
        raise NotApplicable("This dataset has no target yet. Choose its target on the Data page first.", field="target")
    task: Any = table.task
    contract = promised_of(project, table.target)
    score = settled.get("scoring") or check_scoring(scoring or metric_of(contract, task), task)
    rule = settled["rule"] if settled else contract.heuristic
    goal = settled["goal"] if settled else goal_of(contract, score, task)
    if rule is not None:
        heuristic.rule_columns(rule, table)
    holdout = get_holdout(project, table)
    policy = holdout.policy if holdout else None
    cut = plan(splitter, task=task, cv=cv, repeats=repeats, policy=policy, columns=table.names)
    return _Agreed(table, _specs(estimators, task), cut, score, rule, goal)


def _check(project: Project, *, recipe: str | None, **settings: Any) -> None:
    """What `compare` can say before it is queued."""
    agreed = _agree(project, **settings, settled={})
    if recipe is not None or artifacts.get_alias(project, "recipe") is not None:
        input_columns(get_recipe(project, recipe), agreed.dataset)


@job(lane="heavy", title="Comparing models", check=_check)
def compare(
    project: Project,
    *,
    dataset: str | None = None,
    recipe: str | None = None,
    estimators: Sequence[str] | None = None,
    cv: int = 5,
    repeats: int = 1,
    splitter: str | Mapping[str, Any] | None = None,
    scoring: str | None = None,
    budget: float | None = None,
    n_jobs: int | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Comparison:
    """Fit estimators on the same folds, score each with its uncertainty, name the ties, recommend the simplest.

    Only training rows take part: the holdout is not read. The recipe is fitted inside each fold. Every finished
    model is a run in MLflow and is kept: a comparison that was stopped goes on where it was.

    Of the project's contract, when it is about the dataset's target, the metric is the default score, the goal is held
    against the recommended model's interval, and the heuristic is a row "heuristic": a rule on raw columns, scored on
    the same folds without being fitted.

    Parameters
    ----------
    dataset, recipe : str, optional
        Ids; by default the current ones. Without any recipe the suggested one is saved and used.
    estimators : sequence of str, optional
        Names; by default all that fit the task.
    cv, repeats : int
        Folds, and how often they are cut anew.
    splitter : str or mapping, optional
        "stratified", "kfold", "grouped", "time", or {"method", "column", "gap"}; by default as the holdout was cut.
    scoring : str, optional
        A scikit-learn scorer; by default the contract's metric if it fits the task, else roc_auc, roc_auc_ovr or
        neg_root_mean_squared_error.
    budget : float, optional
        Seconds after which no estimator is started any more; the first always is.
    n_jobs : int, optional
        Processes, one thread each; by default the cores of the workspace. It changes no score.
    seed : int
        Seed of folds and estimators.

    Raises
    ------
    InvalidInput
        A setting that is wrong or does not fit the data; `field` names it. field="heuristic": the contract's rule
        cannot be read, or gives no answer for some rows.
    NotApplicable
        The dataset has no target.
    JobFailed
        Every estimator failed, or a process was ended from outside.
    """
    kept = progress.kept()
    settled = kept.get(_SETTLED, {})
    agreed = _agree(
        project, dataset=dataset, estimators=estimators, cv=cv, repeats=repeats, splitter=splitter, scoring=scoring,
        budget=budget, n_jobs=n_jobs, seed=seed, settled=settled,
    )  # fmt: skip
    setup = Setup(
        project=project,
        dataset=agreed.dataset,
        recipe=_recipe(project, settled.get("recipe", recipe), agreed.dataset, progress),
        scoring=agreed.scoring,
        splitter=agreed.splitter,
        seed=seed,
        key=settled.get("key") or uuid.uuid4().hex,
        rule=agreed.rule,
        goal=agreed.goal,
    )
    names = ([heuristic.NAME] if agreed.rule is not None else []) + [spec.name for spec in agreed.specs]
    rows = [LeaderboardRow.from_json(kept[name]) for name in names if name in kept]
    todo = [spec for spec in agreed.specs if spec.name not in kept]
    pool = Pool(n_jobs or project.workspace.cores)  # its processes start while the rows are read here
    with project.workspace.scratch("compare") as folder:
        work, recorder, by_rule = _prepare(setup, folder)
        if settled:
            recorder.forget([name for name in names if name not in kept])
        else:
            progress.keep(_SETTLED, recorder.settled())
        schedule = Schedule(pool, work, todo, len(recorder.work.folds))
        recorder.open()  # MLflow is imported while the first folds are fitted

        def keep(finished: Finished) -> None:
            for warned in finished.warnings:
                progress.log(f"{finished.spec.name}: {warned}")
            row = recorder.record(finished)
            rows.append(row)
            if row.status != "skipped":
                progress.keep(row.estimator, row.to_json())

        with closing(schedule.results(budget=budget, progress=progress, already=len(rows))) as results:
            if by_rule is not None and heuristic.NAME not in kept:
                keep(by_rule)
            for finished in results:
                keep(finished)
    return _conclude(recorder, rows)


def rows_so_far(job: Job) -> tuple[LeaderboardRow, ...]:
    """The leaderboard of a comparison that still runs (or was stopped), from the models that are through."""
    settled = job.parts.get(_SETTLED)
    if settled is None:
        return ()
    rows = [LeaderboardRow.from_json(part) for name, part in job.parts.items() if name != _SETTLED]
    simple = heuristic.complexities([row.estimator for row in rows])
    return ranked(rows, simple, settled["test_share"], settled["scoring"])[0]


def get_comparison(project: Project, ref: str | None = None) -> Comparison:
    """A comparison by id or unique prefix, the current one by default; NotFound says how to make one."""
    if ref is None and artifacts.get_alias(project, "comparison") is None:
        raise NotFound("This project has no comparison yet. Compare models first.", field="comparison")
    found = artifacts.find(project, ref or "comparison", kind="comparison")
    return _comparison(project, found)


def list_comparisons(project: Project) -> tuple[Comparison, ...]:
    """All comparisons of the project, newest first."""
    return tuple(_comparison(project, found) for found in artifacts.list_artifacts(project, "comparison"))


def _comparison(project: Project, found: artifacts.Artifact) -> Comparison:
    body = artifacts.read_json(project, found.id)
    return Comparison.from_json(body, id=found.id, number=found.number, created_at=found.created_at)


def _check_number(name: str, value: Any, least: int, *, whole: bool) -> None:
    if value is None and name != "seed":
        return
    kinds: Any = int if whole else int | float
    if isinstance(value, bool) or not isinstance(value, kinds) or not value >= least:
        what = "a whole number" if whole else "a number of seconds"
        raise InvalidInput(f"{name} must be {what} of at least {least}. Got {value!r}.", field=name)


def _specs(names: Sequence[str] | None, task: Any) -> tuple[EstimatorSpec, ...]:
    """The estimators asked for, cheap ones first."""
    fitting = estimators_for(task)
    if names is None:
        return fitting
    if isinstance(names, str) or not names:
        raise InvalidInput(
            f"estimators must be a list of names. Got {names!r}. Available: {listing(spec.name for spec in fitting)}.",
            field="estimators",
        )
    for name in names:
        if name not in ESTIMATORS:
            raise InvalidInput(
                f"There is no estimator named {name!r}. Available: {listing(spec.name for spec in fitting)}.",
                field="estimators",
            )
        if ESTIMATORS.get(name) not in fitting:
            raise InvalidInput(f"The estimator {name!r} cannot learn a {task} target.", field="estimators")
    return tuple(spec for spec in fitting if spec.name in set(names))


def _recipe(project: Project, ref: str | None, dataset: Dataset, progress: Progress) -> Recipe:
    if ref is None and artifacts.get_alias(project, "recipe") is None:
        progress.log("There was no recipe yet: the suggested one was saved.")
        return save_recipe(project, [step for step, _ in suggest_steps(project, dataset)], dataset=dataset)
    return get_recipe(project, ref)


def _prepare(setup: Setup, folder: Path) -> tuple[Path, Recorder, Finished | None]:
    """Read the rows, cut the folds, write the work file; hear what the contract's rule says of the rows."""
    import joblib

    table, task = setup.dataset, setup.task
    compiled = compile_recipe(setup.recipe, table)
    inputs = input_columns(setup.recipe, table)
    by = heuristic.rule_columns(setup.rule, table) if setup.rule is not None else ()
    needed = dict.fromkeys((*inputs, str(table.target), *filter(None, [setup.splitter.column]), *by))
    frame = load_training(setup.project, table, list(needed))
    y, known = encode_target(frame, table)
    unlabelled = table.unlabelled_rows + int((~known).sum())
    frame, y = frame[known], y[known]
    if not len(frame):
        raise NotApplicable(f"No training row has a value in {table.target}. Bring rows with a target.", field="target")
    folds = make_folds(
        setup.splitter,
        y,
        keys=setup.row_keys[frame.index.to_numpy()],
        by=frame[setup.splitter.column] if setup.splitter.column else None,
        classes=table.classes,
        seed=setup.seed,
    )
    work = Work(frame[list(inputs)], y, folds, compiled, task, setup.scoring, EXTRAS[task], setup.seed)
    spoken = None
    if setup.rule is not None:
        spec = heuristic.spec_of(setup.rule, table)
        spoken = heuristic.scored(spec, *heuristic.answers_of(spec, frame[list(by)], task), work, folder)
    target = folder / "work.joblib"
    joblib.dump(work, target)
    return target, Recorder(setup, work, unlabelled, frame[list(by)]), spoken


def encode_target(frame: pd.DataFrame, dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """The target as learnt (class codes 0..k-1 in the order of `dataset.classes`, or numbers), and where it is known.

    Returns
    -------
    y : array, shape (rows,)
    known : array of bool, shape (rows,)
        False where the target is missing, infinite or (newer rows only) a class never seen.
    """
    import numpy as np

    column = frame[str(dataset.target)]
    if dataset.task == "regression":
        y = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return y, np.isfinite(y)
    codes = column.map({label: code for code, label in enumerate(dataset.classes)}).to_numpy(dtype=np.float64)
    known = np.isfinite(codes)
    return np.where(known, codes, 0).astype(np.int64), known


def _conclude(recorder: Recorder, rows: Sequence[LeaderboardRow]) -> Comparison:
    """Rank the rows and keep the comparison as an artifact."""
    setup = recorder.setup
    simple = heuristic.complexities([row.estimator for row in rows])
    ordered, verdict = ranked(rows, simple, recorder.test_share, setup.scoring)
    if verdict is None:
        reasons = listing(f"{row.estimator}: {row.error}" for row in ordered)
        raise JobFailed(f"No model could be compared. {reasons}. Change the recipe or the estimators.")
    table = setup.dataset
    chosen = next(row for row in ordered if row.estimator == verdict.recommended)
    promised = "" if setup.goal is None else f" {goal_sentence(chosen, setup.scoring, setup.goal)}"
    made = Comparison(
        id="",
        number=0,
        dataset=table.id,
        recipe=setup.recipe.id,
        holdout=table.holdout,
        task=setup.task,
        target=str(table.target),
        classes=table.classes,
        scoring=setup.scoring,
        cv=setup.splitter.cv,
        repeats=setup.splitter.repeats,
        splitter=setup.splitter.words(),
        test_share=recorder.test_share,
        seed=setup.seed,
        training_rows=len(recorder.work.y),
        unlabelled_rows=recorder.unlabelled,
        rows=ordered,
        recommended=verdict.recommended,
        tied=verdict.tied,
        sentence=verdict.sentence + promised,
        goal=setup.goal,
        goal_met=met(chosen, setup.goal),
    )
    score = f"{figure(chosen.score_mean or 0.0)} ± {figure(chosen.score_std or 0.0)}"
    parents = [table.id, setup.recipe.id, *([table.holdout] if table.holdout else [])]
    parents += [ref for row in ordered for ref in (row.model, row.oof) if ref]
    kept = artifacts.put_json(
        setup.project,
        "comparison",
        made.to_json(),
        parents=tuple(dict.fromkeys(parents)),
        meta={"figure": f"{setup.scoring} {score}", "remark": f"{chosen.label} recommended"},
    )
    artifacts.set_alias(setup.project, "comparison", kept.id)
    audit(setup.project, "models compared", {"comparison": kept.id, "recommended": made.recommended})
    return _comparison(setup.project, kept)
