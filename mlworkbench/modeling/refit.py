"""The champion's recipe and estimator fitted anew: on other rows, with weights, with its own folds as evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import fsum
from pathlib import Path
from statistics import stdev
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import Dataset, get_holdout, load_keys, load_table
from mlworkbench.errors import InvalidInput, NotApplicable, listing
from mlworkbench.features import compile_recipe, get_recipe, input_columns
from mlworkbench.jobs import SILENT, Progress
from mlworkbench.modeling import tracking
from mlworkbench.modeling.comparing import encode_target
from mlworkbench.modeling.inputs import describe_inputs, mark_required
from mlworkbench.modeling.promoting import get_model_version
from mlworkbench.modeling.results import InputField, ModelVersion
from mlworkbench.modeling.scoring import score_of
from mlworkbench.modeling.spec import ESTIMATORS
from mlworkbench.modeling.splitters import make_folds, plan
from mlworkbench.modeling.statistics import corrected_interval, figure
from mlworkbench.modeling.store import write_model

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlworkbench.projects import Project


@dataclass(frozen=True)
class Refitted:
    """A model fitted anew and not registered yet.

    Parameters
    ----------
    champion : ModelVersion
        Whose recipe and estimator it has.
    pipeline : Pipeline
        Fitted on all rows that it may learn from.
    model, oof : str
        Artifact ids of its file and of its out-of-fold predictions.
    scores : tuple of float
        One per fold, of rows that the fold did not learn from.
    rows : int
        Rows learned from.
    """

    champion: ModelVersion
    dataset: Dataset
    pipeline: Any
    model: str
    oof: str
    scores: tuple[float, ...]
    low: float
    high: float
    rows: int
    inputs: tuple[InputField, ...]
    splitter: str

    @property
    def mean(self) -> float:
        """Mean score over the folds."""
        return fsum(self.scores) / len(self.scores)


def check_same_shape(project: Project, champion: ModelVersion, dataset: Dataset) -> None:
    """Whether a champion's recipe can be fitted on a newer table.

    Raises
    ------
    InvalidInput
        A column vanished or has another type, the target differs, or there are classes the champion does not know.
    NotApplicable
        The champion is a rule: a rule does not learn.
    """
    if champion.estimator not in ESTIMATORS:
        raise NotApplicable(
            f"The champion is {champion.label}: a rule does not learn from new rows. Compare models and register one "
            "that does.",
            field="version",
        )
    gone = [one.name for one in champion.inputs if one.name not in dataset.names]
    if gone:
        raise InvalidInput(
            f"The newer table lacks {listing(gone)}, which the champion takes. Bring the column, or make a recipe "
            "without it and compare models.",
            field="data",
        )
    other = [
        f"{one.name} (was {one.type}, is {dataset.column(one.name).type})"
        for one in champion.inputs
        if not _same(one.type, dataset.column(one.name).type)
    ]
    if other:
        raise InvalidInput(f"These columns changed their type: {listing(other)}. Set the old type.", field="data")
    if dataset.target != champion.target or dataset.task != champion.task:
        raise InvalidInput(
            f"The champion predicts {champion.target} ({champion.task}); the newer table's target is "
            f"{dataset.target} ({dataset.task}). Choose the same target.",
            field="target",
        )
    unknown = sorted(set(dataset.classes) - set(champion.classes))
    if unknown:
        raise InvalidInput(
            f"The newer table has classes that the champion does not know: {listing(unknown)}. Compare models on it.",
            field="data",
        )


def _same(was: str, now: str) -> bool:
    groups = ({"number", "integer"}, {"category", "binary", "text", "identifier", "constant"}, {"datetime"})
    return was == now or any({was, now} <= group for group in groups)


def fit_again(
    project: Project,
    *,
    champion: ModelVersion | str = "champion",
    dataset: Dataset,
    rows: np.ndarray,
    weights: np.ndarray | None = None,
    cv: int = 5,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Refitted:
    """Fit the champion's recipe and estimator on rows of a table, and on folds of them for their score.

    Parameters
    ----------
    rows : array of int, shape (n,)
        Positions in the table; those without a target are left out.
    weights : array of float, shape (n,), optional
        How much each row counts in the fit. Scores of folds do not use them.

    Raises
    ------
    InvalidInput, NotApplicable
        As `check_same_shape`; or the estimator takes no weights; or the rows do not suffice for the folds.
    """
    import numpy as np
    from sklearn.base import clone
    from sklearn.pipeline import Pipeline

    known_champion = champion if isinstance(champion, ModelVersion) else get_model_version(project, champion)
    check_same_shape(project, known_champion, dataset)
    dataset = replace(dataset, classes=known_champion.classes)
    recipe = get_recipe(project, known_champion.recipe)
    compiled, columns = compile_recipe(recipe, dataset), input_columns(recipe, dataset)
    holdout = get_holdout(project, dataset)
    splitter = plan(
        None, task=str(dataset.task), cv=cv, repeats=1, policy=holdout.policy if holdout else None,
        columns=dataset.names,
    )  # fmt: skip
    extra = [splitter.column] if splitter.column and splitter.column not in columns else []
    table = load_table(project, dataset, [*columns, str(dataset.target), *extra])
    frame = table.iloc[rows]
    y, known = encode_target(frame, dataset)
    frame, y = frame[known], y[known]
    amounts = None if weights is None else np.asarray(weights, dtype=np.float64)[known]
    keys = load_keys(project, dataset)[frame.index.to_numpy()]
    by = frame[splitter.column] if splitter.column else None
    folds = make_folds(splitter, y, keys=keys, by=by, classes=dataset.classes, seed=seed)
    task: Any = dataset.task
    spec = ESTIMATORS.get(known_champion.estimator)
    learned, parts, scores = frame[list(columns)], [], []
    for number, fold in enumerate(folds):
        progress.update(number / (len(folds) + 1), f"{spec.label}: fold {number + 1} of {len(folds)}")
        pipeline = Pipeline([("recipe", clone(compiled)), ("estimator", spec.make(task, seed))])
        _fit(pipeline, learned.iloc[fold.train], y[fold.train], None if amounts is None else amounts[fold.train])
        answers = answers_of(pipeline, learned.iloc[fold.test], task)
        scores.append(score_of(known_champion.scoring, y[fold.test], answers))
        parts.append(_part(frame, keys, y, answers, fold, number, dataset.classes))
    progress.update(len(folds) / (len(folds) + 1), f"{spec.label}: all rows")
    final = Pipeline([("recipe", clone(compiled)), ("estimator", spec.make(task, seed))])
    _fit(final, learned, y, amounts)
    share = float(np.mean([len(fold.test) / len(fold.train) for fold in folds]))
    interval = corrected_interval(scores, share)
    model, oof = _keep(project, final, parts, dataset, known_champion)
    inputs = mark_required(describe_inputs(learned, dataset, columns), final, learned)
    return Refitted(
        known_champion, dataset, final, model, oof, tuple(scores), interval.low, interval.high, len(y), inputs,
        splitter.words(),
    )  # fmt: skip


def answers_of(pipeline: Any, frame: pd.DataFrame, task: str) -> np.ndarray:
    """Probabilities of the classes, or numbers."""
    import numpy as np

    return np.asarray(
        pipeline.predict(frame) if task == "regression" else pipeline.predict_proba(frame), dtype=np.float64
    )


def _fit(pipeline: Any, frame: pd.DataFrame, y: np.ndarray, weights: np.ndarray | None) -> None:
    from sklearn.utils.validation import has_fit_parameter

    if weights is None:
        pipeline.fit(frame, y)
        return
    if not has_fit_parameter(pipeline[-1], "sample_weight"):
        raise NotApplicable(
            f"{type(pipeline[-1]).__name__} cannot weight its rows. Choose the strategy 'all' or 'window'.",
            field="strategy",
        )
    pipeline.fit(frame, y, estimator__sample_weight=weights)


def _part(
    frame: pd.DataFrame, keys: np.ndarray, y: np.ndarray, answers: np.ndarray, fold: Any, number: int,
    classes: tuple[str, ...],
) -> pd.DataFrame:  # fmt: skip
    import numpy as np
    import pandas as pd

    labels = np.array(classes, dtype=object)
    part: dict[str, Any] = {
        "row": frame.index.to_numpy()[fold.test],
        "key": keys[fold.test],
        "repeat": 0,
        "fold": number,
        "y": labels[y[fold.test]] if classes else y[fold.test],
        "prediction": labels[answers.argmax(axis=1)] if classes else answers,
    }
    if classes:
        part |= {f"probability_{label}": answers[:, code] for code, label in enumerate(classes)}
    return pd.DataFrame(part)


def _keep(
    project: Project, pipeline: Any, parts: list[pd.DataFrame], dataset: Dataset, champion: ModelVersion
) -> tuple[str, str]:
    import pandas as pd

    parents = (dataset.id, champion.recipe, champion.id)
    with project.workspace.scratch("refit") as folder:
        target = Path(folder) / "model.skops"
        write_model(pipeline, target)
        meta = {"of": champion.estimator}
        model = artifacts.put_file(project, "model", target, suffix=".skops", parents=parents, meta=meta).id
        oof = artifacts.put_table(project, "oof", pd.concat(parts, ignore_index=True), parents=parents, meta=meta).id
    return model, oof


def register_refit(
    project: Project,
    made: Refitted,
    *,
    alias: str = "challenger",
    reason: str = "",
    holdout: tuple[float | None, float | None, float | None] = (None, None, None),
    holdout_rows: int = 0,
    settings: dict[str, Any] | None = None,
) -> ModelVersion:
    """Make a refitted model a registered version with a run in MLflow, and let an alias follow it.

    Parameters
    ----------
    holdout : tuple of float
        Score on the champion's holdout with its 95% interval.
    settings : dict, optional
        How it was refitted, for the run's parameters.
    """
    champion = made.champion
    client = tracking.client_for(project)
    params = {f"retraining.{name}": value for name, value in (settings or {}).items()}
    params |= {"cv": len(made.scores), "splitter": made.splitter, "scoring": champion.scoring, "rows": made.rows}
    facts = {
        "estimator": champion.estimator, "dataset": made.dataset.id, "recipe": champion.recipe, "model": made.model,
        "oof": made.oof, "champion": champion.id,
    }  # fmt: skip
    record = tracking.RunRecord(
        name=f"{champion.estimator} retrained",
        tags=facts,
        params=params,
        metrics={f"{champion.scoring}_mean": made.mean, "score_std": stdev(made.scores)},
        fold_metrics={champion.scoring: made.scores},
        model=artifacts.path(project, made.model),
        inputs=made.inputs,
        task=champion.task,
    )
    with project.workspace.lock("mlflow"):
        run = tracking.write_run(client, tracking.experiment_id(client, project), record)
        number = tracking.register(client, project, run_id=run, alias=alias, tags=facts, description=reason)
    score, low, high = holdout
    version = replace(
        champion,
        id="",
        number=0,
        mlflow_version=number,
        run_id=run,
        model=made.model,
        dataset=made.dataset.id,
        cv_score=made.mean,
        cv_low=made.low,
        cv_high=made.high,
        holdout_score=score,
        holdout_low=low,
        holdout_high=high,
        holdout_rows=holdout_rows,
        inputs=made.inputs,
        alias=alias,
        reason=reason,
        oof=made.oof,
        created_at="",
    )
    kept = artifacts.put_json(
        project,
        "model_version",
        version.to_json(),
        parents=(champion.id, champion.comparison, made.model, made.oof, made.dataset.id, champion.recipe),
        meta={"figure": f"{champion.label} {figure(made.mean)} ± {figure(stdev(made.scores))}", "remark": reason},
    )
    artifacts.set_alias(project, alias, kept.id)
    return get_model_version(project, kept.id)


def point_alias(project: Project, version: ModelVersion, alias: str) -> None:
    """Let an alias follow another version, ours and MLflow's in one act."""
    client = tracking.client_for(project)
    with project.workspace.lock("mlflow"):
        client.set_registered_model_alias(version.name, alias, version.mlflow_version)
        artifacts.set_alias(project, alias, version.id)
