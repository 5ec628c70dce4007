"""The stages of a model's life in order, and how far a project is in each.

A stage is done when its alias points at an artifact, stale when that artifact was made from another
version than the current one of a stage before it, next when it is the first that can be worked on,
later otherwise. The main figure and the remark of a stage stand in the `meta` of its artifact, so
that the map costs two queries, whatever the size of the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, select

from mlworkbench import records
from mlworkbench.artifacts import Artifact, aliases, list_artifacts
from mlworkbench.projects import Project

State = Literal["done", "stale", "next", "later"]
SECTIONS = ("Define", "Data", "Model", "Operate")


@dataclass(frozen=True)
class Stage:
    """A stage: `alias` names its current artifact, `needs` the stages whose result it is made from."""

    name: str
    label: str
    section: str
    page: str
    alias: str
    kind: str
    question: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class StageState:
    """How far a project is in one stage: a state, the main figure, one remark (plain text)."""

    stage: Stage
    state: State
    figure: str = ""
    remark: str = ""


STAGES = (
    Stage("scoping", "Scoping", "Define", "pages/1_Scoping.py", "contract", "contract",
          "What is promised, to whom, and how will we know?"),
    Stage("data", "Data", "Data", "pages/2_Data.py", "dataset", "dataset",
          "What came in, and what is wrong with it?"),
    Stage("synthesis", "Synthetic data", "Data", "pages/3_Synthetic_Data.py", "synthetic", "synthetic",
          "Can we share or test with rows that belong to nobody?", ("data",)),
    Stage("profiling", "Profiling", "Data", "pages/4_Profiling.py", "profile", "profile",
          "What is in the table, and what is linked to the target?", ("data",)),
    Stage("features", "Feature engineering", "Model", "pages/5_Feature_Engineering.py", "recipe", "recipe",
          "What does the model get to see?", ("data",)),
    Stage("modeling", "Model comparison", "Model", "pages/6_Model_Comparison.py", "comparison", "comparison",
          "Which model earns trust?", ("data", "features")),
    Stage("serving", "Live prediction", "Operate", "pages/7_Live_Prediction.py", "champion", "model_version",
          "What does the model say, and why?", ("modeling",)),
    Stage("monitoring", "Monitoring", "Operate", "pages/8_Monitoring.py", "report", "monitor_report",
          "Is the world still the one the model learned?", ("serving",)),
    Stage("retraining", "Retraining", "Operate", "pages/9_Retraining.py", "challenger", "model_version",
          "Would a newer model be better?", ("serving",)),
    Stage("governance", "Governance", "Operate", "pages/10_Governance.py", "card", "model_card",
          "Who may rely on this, and on what evidence?", ("serving",)),
)  # fmt: skip
BY_NAME = {stage.name: stage for stage in STAGES}
_NEEDED = {need for stage in STAGES for need in stage.needs}


def stage_states(project: Project) -> tuple[StageState, ...]:
    """The state of every stage of a project, in the order of `STAGES`."""
    pointed = aliases(project)
    known = {artifact.id: artifact for artifact in list_artifacts(project)} if pointed else {}
    current = {stage.name: known.get(pointed.get(stage.alias, "")) for stage in STAGES}
    found: dict[str, StageState] = {}
    begin: list[Stage] = []
    for stage in STAGES:
        artifact = current[stage.name]
        if artifact is not None:
            found[stage.name] = _made(project, stage, artifact, current, found)
        else:
            missing = [BY_NAME[need].label for need in stage.needs if current[need] is None or _begun(current[need])]
            if missing:
                found[stage.name] = StageState(stage, "later", remark=f"needs {' and '.join(missing).lower()}")
            else:
                found[stage.name] = StageState(stage, "later", remark=stage.question)
                begin.append(stage)
    if begin:  # what others are made from comes first, what enriches them after
        upcoming = min(begin, key=lambda stage: (stage.name not in _NEEDED, STAGES.index(stage)))
        found[upcoming.name] = StageState(upcoming, "next", remark=upcoming.question)
    return tuple(found[stage.name] for stage in STAGES)


def _begun(artifact: Artifact | None) -> bool:
    """Whether a stage has its artifact and still lacks something that later stages need (a target, say)."""
    return artifact is not None and bool(artifact.meta.get("unfinished"))


def _made(
    project: Project,
    stage: Stage,
    artifact: Artifact,
    current: dict[str, Artifact | None],
    found: dict[str, StageState],
) -> StageState:
    said = artifact.meta.get("figure")
    figure = f"v{artifact.number} · {said}" if said else f"v{artifact.number}"
    for need in stage.needs:
        upstream = current[need]
        if upstream is not None and upstream.id not in (artifact.id, *artifact.parents):
            remark = f"made before the current {BY_NAME[need].label.lower()} (v{upstream.number})"
            return StageState(stage, "stale", figure, remark)
        if found[need].state == "stale":
            return StageState(stage, "stale", figure, f"{BY_NAME[need].label} is stale")
    remark = str(artifact.meta.get("remark", ""))
    if artifact.meta.get("unfinished"):
        return StageState(stage, "next", figure, remark)
    if stage.name == "serving":
        remark = remark or f"{count_predictions(project):,} predictions logged"
    return StageState(stage, "done", figure, remark)


def next_stage(states: tuple[StageState, ...]) -> StageState | None:
    """The stage to work on now: the first stale one, else the first that can be begun."""
    for wanted in ("stale", "next"):
        for state in states:
            if state.state == wanted:
                return state
    return None


def count_predictions(project: Project, sources: tuple[str, ...] | None = None) -> int:
    """How many rows were predicted for a project, by all sources or those named."""
    table = records.predictions
    query: Any = select(func.coalesce(func.sum(table.c.rows), 0)).where(table.c.project_id == project.id)
    if sources is not None:
        query = query.where(table.c.source.in_(sources))
    with project.workspace.read() as connection:
        return int(connection.execute(query).scalar() or 0)
