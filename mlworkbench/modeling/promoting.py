"""Register a compared model: the holdout is looked at once, the evidence kept, the alias moved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import Dataset, get_dataset, load_holdout, load_training
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound, WorkbenchError, listing
from mlworkbench.features import get_recipe, input_columns
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.modeling import tracking
from mlworkbench.modeling.comparing import encode_target, get_comparison
from mlworkbench.modeling.heuristic import NAME, rule_columns
from mlworkbench.modeling.inputs import describe_inputs, mark_required
from mlworkbench.modeling.promises import check_gate
from mlworkbench.modeling.results import Comparison, LeaderboardRow, ModelVersion
from mlworkbench.modeling.scoring import score_of
from mlworkbench.modeling.statistics import bootstrap_interval, figure
from mlworkbench.modeling.store import read_model
from mlworkbench.projects import audit

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

    from mlworkbench.projects import Project


def _ready(
    project: Project, *, run: str, alias: str, comparison: str | None, reason: str, despite_contract: bool
) -> tuple[Comparison, LeaderboardRow, str]:
    """The comparison, the row to register, and what of the contract that overrules; all that can be wrong is said."""
    if not isinstance(alias, str) or not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", alias) or _reserved(alias):
        raise InvalidInput(
            "An alias is a word of lower-case letters, digits, dash and underscore, such as champion or challenger; "
            f"not 'latest', a version number, or the name of a stage. Got {alias!r}.",
            field="alias",
        )
    source = get_comparison(project, comparison)
    row = _chosen(source, run)
    gated = alias == "champion"
    overruled = check_gate(project, source, row, despite=despite_contract, reason=reason) if gated else ""
    return source, row, overruled


def _check(project: Project, **settings: Any) -> None:
    """What `promote` can say before it is queued."""
    _ready(project, **settings)


@job(lane="light", title="Registering the model", check=_check)
def promote(
    project: Project,
    *,
    run: str = "recommended",
    alias: str = "champion",
    comparison: str | None = None,
    reason: str = "",
    despite_contract: bool = False,
    progress: Progress = SILENT,
) -> ModelVersion:
    """Make a compared model a registered version and let an alias follow it.

    The model is scored on the holdout once: that is one counted look. A champion must reach the contract's goal with
    its mean score over the folds.

    Parameters
    ----------
    run : str
        A run id, an estimator's name, or "recommended".
    alias : str
        What serving follows; "champion" by default.
    comparison : str, optional
        The comparison to take the model from; by default the current one.
    reason : str
        Why, for the audit log.
    despite_contract : bool
        Make it the champion although it does not reach the contract's goal; needs a reason.

    Raises
    ------
    NotFound
        No such run in the comparison; the message lists those there are.
    NotApplicable
        The model failed or was skipped.
    InvalidInput
        A name that cannot be an alias; a contract overruled without a reason.
    GateNotMet
        The contract's goal is not reached; nothing is written and the holdout is not looked at.
    """
    source, row, overruled = _ready(
        project, run=run, alias=alias, comparison=comparison, reason=reason, despite_contract=despite_contract
    )
    table = get_dataset(project, source.dataset)
    model = _open_model(project, str(row.model))
    ruled = row.estimator == NAME
    columns = rule_columns(model[-1].rule, table) if ruled else input_columns(get_recipe(project, source.recipe), table)
    training = load_training(project, table, list(columns))
    inputs = mark_required(describe_inputs(training, table, columns), model, training)
    progress.update(0.4, "Scoring the holdout")
    held = _score_holdout(project, source, table, model, f"promote {row.estimator} ({row.run_id}) as {alias}")
    progress.update(0.7, "Writing the model registry")
    client = tracking.client_for(project)
    facts = {"comparison": source.id, "dataset": source.dataset, "recipe": source.recipe, "model": str(row.model)}
    with project.workspace.lock("mlflow"):
        version = tracking.register(
            client,
            project,
            run_id=str(row.run_id),
            alias=alias,
            tags=facts | {"estimator": row.estimator},
            description=reason or source.sentence,
        )
    made = ModelVersion(
        id="",
        number=0,
        name=tracking.registered_name(project),
        mlflow_version=version,
        run_id=str(row.run_id),
        estimator=row.estimator,
        label=row.label,
        model=str(row.model),
        comparison=source.id,
        dataset=source.dataset,
        recipe=source.recipe,
        task=source.task,
        target=source.target,
        classes=source.classes,
        scoring=source.scoring,
        cv_score=_number(row.score_mean),
        cv_low=_number(row.low),
        cv_high=_number(row.high),
        **held,
        inputs=inputs,
        alias=alias,
        reason=reason,
    )
    kept = artifacts.put_json(
        project,
        "model_version",
        made.to_json(),
        parents=(source.id, str(row.model), source.dataset, source.recipe),
        meta={"figure": f"{row.label} {figure(made.cv_score)} ± {figure(row.score_std or 0.0)}"},
    )
    artifacts.set_alias(project, alias, kept.id)
    detail: dict[str, object] = {"model_version": kept.id, "alias": alias, "run": row.run_id, "reason": reason}
    if overruled:
        detail["despite_contract"] = overruled
    audit(project, "model promoted", detail)
    return _version(project, kept)


def get_model_version(project: Project, alias: str = "champion") -> ModelVersion:
    """A model version by alias, id or unique prefix; NotFound says how to make one."""
    if alias == "champion" and artifacts.get_alias(project, alias) is None:
        raise NotFound("This project has no champion yet. Compare models and register one first.", field="alias")
    return _version(project, artifacts.find(project, alias, kind="model_version"))


def list_model_versions(project: Project) -> tuple[ModelVersion, ...]:
    """All model versions of the project, newest first."""
    return tuple(_version(project, found) for found in artifacts.list_artifacts(project, "model_version"))


def load_model(project: Project, version: ModelVersion | str = "champion") -> Pipeline:
    """The fitted pipeline of a model version; takes a DataFrame of raw columns, answers class codes or numbers.

    Raises
    ------
    WorkbenchError
        When the file is no longer the one that was registered.
    InvalidInput
        When it holds a type that is not on our fixed allow-list.
    """
    chosen = version if isinstance(version, ModelVersion) else get_model_version(project, version)
    return _open_model(project, chosen.model)


def _open_model(project: Project, ref: str) -> Pipeline:
    if artifacts.verify(project, [ref]):
        raise WorkbenchError(
            f"The file of model {ref[:12]} is missing or was changed after it was written, and was not loaded. "
            "Compare again and register the model anew."
        )
    return read_model(artifacts.path(project, ref))


def _version(project: Project, found: artifacts.Artifact) -> ModelVersion:
    body = artifacts.read_json(project, found.id)
    return ModelVersion.from_json(body, id=found.id, number=found.number, created_at=found.created_at)


def _reserved(alias: str) -> bool:
    """Names that mean something else: to MLflow, or as the current artifact of a stage."""
    from mlworkbench.lifecycle import STAGES

    stages = {stage.alias for stage in STAGES if stage.kind != "model_version"}
    return alias in stages | {"latest"} or re.fullmatch(r"v\d+", alias) is not None


def _chosen(comparison: Comparison, run: str) -> LeaderboardRow:
    wanted = comparison.recommended if run == "recommended" else run
    row = next((row for row in comparison.rows if wanted in (row.estimator, row.run_id)), None)
    if row is None:
        there = listing(f"{row.estimator} ({row.run_id})" for row in comparison.rows if row.model)
        raise NotFound(
            f"Comparison v{comparison.number} has no run {run!r}. There are: recommended, {there}.", field="run"
        )
    if row.model is None or row.run_id is None:
        raise NotApplicable(
            f"{row.label} {row.status} in comparison v{comparison.number} ({row.error}), so there is no model to "
            "register. Choose another run.",
            field="run",
        )
    return row


def _score_holdout(project: Project, comparison: Comparison, dataset: Dataset, model: Any, why: str) -> dict[str, Any]:
    """The score on the holdout with its interval, and the rows it rests on; empty where there is none."""
    import numpy as np

    nothing = {"holdout_score": None, "holdout_low": None, "holdout_high": None, "holdout_rows": 0}
    if dataset.holdout is None or not dataset.holdout_rows:
        return nothing
    frame = load_holdout(project, dataset, why=why)
    y, known = encode_target(frame, dataset)
    frame, y = frame[known], y[known]
    classes = comparison.task != "regression"
    if not len(y):
        return nothing
    answers = np.asarray(model.predict_proba(frame) if classes else model.predict(frame), dtype=np.float64)
    try:
        score = score_of(comparison.scoring, y, answers)
        low, high = bootstrap_interval(
            lambda rows: score_of(comparison.scoring, y[rows], answers[rows]),
            len(y),
            comparison.seed,
            strata=y if classes else None,
        )
    except ValueError:  # the score is not defined on these rows: a class is missing from a small holdout, say
        return nothing | {"holdout_rows": len(y)}
    return {"holdout_score": score, "holdout_low": low, "holdout_high": high, "holdout_rows": len(y)}


def _number(value: float | None) -> float:
    assert value is not None
    return value
