"""Everything a card is computed from, read once: artifacts, records and the out-of-fold predictions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from mlworkbench import artifacts, records
from mlworkbench.data import Dataset, Look, get_dataset, holdout_looks
from mlworkbench.features import Recipe, get_recipe
from mlworkbench.modeling import Comparison, LeaderboardRow, ModelVersion, get_comparison, get_model_version, load_oof

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.artifacts import Artifact
    from mlworkbench.projects import Project
    from mlworkbench.scoping import Contract, Scope


@dataclass(frozen=True)
class Late:
    """The current artifact of a stage that may not have been done: its record and its document."""

    artifact: Artifact
    body: Mapping[str, Any]

    @property
    def drifted(self) -> bool | None:
        """Whether a monitoring report found drift; None when it had too few rows to tell."""
        return None if self.body.get("verdict") == "unknown" else bool(self.body.get("drifted"))

    @property
    def summary(self) -> str:
        """Its main figure and remark, as the lifecycle shows them."""
        said = (str(self.artifact.meta.get("figure") or ""), str(self.artifact.meta.get("remark") or ""))
        return ": ".join(part for part in said if part)


@dataclass(frozen=True)
class Evidence:
    """What is known of one model version and of the project around it; None is what was not done."""

    project: Project
    record: Artifact
    version: ModelVersion
    comparison: Comparison
    row: LeaderboardRow | None
    dataset: Dataset
    recipe: Recipe
    looks: tuple[Look, ...]
    scope: Scope | None
    report: Late | None
    profile: Late | None
    retrainings: tuple[Late, ...]
    predictions: Mapping[str, int]
    labels: int

    @property
    def refitted(self) -> bool:
        """Whether the model was trained anew after its comparison, so that `row` is of an earlier version."""
        return self.row is None or self.row.model != self.version.model

    @property
    def contract(self) -> Contract | None:
        """The contract, None when no scope was saved."""
        return self.scope.contract if self.scope else None


def gather(project: Project, version: str = "champion") -> Evidence:
    """Read what there is about a model version; NotFound when there is no such version."""
    chosen = get_model_version(project, version)
    comparison = get_comparison(project, chosen.comparison)
    return Evidence(
        project=project,
        record=artifacts.find(project, chosen.id),
        version=chosen,
        comparison=comparison,
        row=next((row for row in comparison.rows if row.model and row.model == chosen.model), None)
        or comparison.row(chosen.estimator),
        dataset=(dataset := get_dataset(project, chosen.dataset)),
        recipe=get_recipe(project, chosen.recipe),
        looks=holdout_looks(project, dataset),
        scope=current_scope(project),
        report=current(project, "report"),
        profile=current(project, "profile"),
        retrainings=tuple(
            Late(found, artifacts.read_json(project, found.id))
            for found in artifacts.list_artifacts(project, "retraining", 20)
        ),
        predictions=predictions_by_source(project, chosen.id),
        labels=count_labels(project),
    )


def current_scope(project: Project) -> Scope | None:
    """The current scope, None when none was saved."""
    if artifacts.get_alias(project, "contract") is None:
        return None
    from mlworkbench.scoping import get_scope

    return get_scope(project)


def current(project: Project, alias: str) -> Late | None:
    """The current artifact of a stage, None when there is none."""
    found = artifacts.get_alias(project, alias)
    return Late(found, artifacts.read_json(project, found.id)) if found else None


def predictions_by_source(project: Project, version: str | None = None) -> dict[str, int]:
    """Rows predicted, by who asked ("batch", "api", "whatif"), of one model version or of all."""
    table = records.predictions
    query = select(table.c.source, func.sum(table.c.rows)).where(table.c.project_id == project.id)
    query = query.where(table.c.model_version == version) if version else query
    with project.workspace.read() as connection:
        rows = connection.execute(query.group_by(table.c.source).order_by(table.c.source))
        return {str(source): int(rows) for source, rows in rows}


def latencies(project: Project, version: str) -> list[float]:
    """Milliseconds of the newest 1,000 single-row predictions of a model version."""
    table = records.predictions
    query = (
        select(table.c.latency_ms)
        .where(table.c.project_id == project.id, table.c.model_version == version, table.c.rows == 1)
        .order_by(table.c.seq.desc())
        .limit(1000)
    )
    with project.workspace.read() as connection:
        return [float(value) for (value,) in connection.execute(query)]


def count_labels(project: Project) -> int:
    """How many predictions have had their truth."""
    table = records.labels
    query = select(func.count()).select_from(table).where(table.c.project_id == project.id)
    with project.workspace.read() as connection:
        return int(connection.execute(query).scalar_one())


def out_of_fold(evidence: Evidence) -> pd.DataFrame:
    """The model's predictions for rows it did not learn from, each row once (its first repeat)."""
    frame = load_oof(evidence.project, evidence.version)
    once: pd.DataFrame = frame[frame["repeat"] == frame["repeat"].min()]
    return once
