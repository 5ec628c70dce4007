"""Making datasets: `ingest` reads a file into a new one, `revise` reads its upload again with other choices."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.artifacts import find, put_file, put_json, put_table, set_alias
from mlworkbench.data.checking import check_ingest, check_real, check_revise
from mlworkbench.data.datasets import KIND, get_dataset, of_artifact
from mlworkbench.data.findings import TableFacts, look
from mlworkbench.data.holdout import GAP, HELD, Division, check_policy, differs, divide, everything_to_learn
from mlworkbench.data.pieces import different
from mlworkbench.data.plan import Plan
from mlworkbench.data.promised import Promised, settle_by_contract
from mlworkbench.data.promises.results import CheckReport
from mlworkbench.data.promises.seams import check_new_version, current_promises, keep_new_check
from mlworkbench.data.readers import Raw
from mlworkbench.data.results import Column, Dataset
from mlworkbench.data.tags import checked_why
from mlworkbench.data.targets import TargetFacts, describe, settle
from mlworkbench.data.typed_file import typed_rows
from mlworkbench.data.uploads import Incoming, arriving_source, known_upload, room_for, scratch
from mlworkbench.errors import InvalidInput
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.projects import Project, audit
from mlworkbench.scoping import Contract, get_contract

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Settings:
    """What a person chose; None and {} leave it to us. Stored in the dataset, so that `revise` can start from it."""

    types: Mapping[str, str]
    target: str | None
    task: str | None
    positive: str | None
    holdout: Mapping[str, Any] | None
    reading: Mapping[str, Any]
    seed: int
    synthetic: bool = False
    why: str = ""  # kept with the version, no part of what it is

    def as_dict(self) -> dict[str, Any]:
        """As stored."""
        holdout = dict(self.holdout) if self.holdout is not None else None
        return {
            "types": dict(sorted(self.types.items())),
            "target": self.target,
            "task": self.task,
            "positive": self.positive,
            "holdout": holdout,
            "reading": dict(self.reading),
            "seed": self.seed,
            **({"synthetic": True} if self.synthetic else {}),
        }


@job(lane="light", title="Reading the table", check=check_ingest)
def ingest(
    project: Project,
    *,
    source: str | Path,
    types: Mapping[str, str] | None = None,
    target: str | None = None,
    task: str | None = None,
    positive: str | None = None,
    holdout: Mapping[str, Any] | None = None,
    reading: Mapping[str, Any] | None = None,
    seed: int = 0,
    synthetic: bool = False,
    why: str = "",
    progress: Progress = SILENT,
) -> Dataset:
    """Read a file into a new dataset and make it the project's current one.

    Target, task, positive class and holdout that are not given follow from the project's contract; what is given
    wins, and the difference is a finding.

    Parameters
    ----------
    source : path or str
        A file, or the id of an upload that `receive` stored.
    types : mapping, optional
        Column → one of `TYPES`, where inference is not to decide.
    target, task : str, optional
        The column to predict; "binary", "multiclass" or "regression" (default: by the target).
    positive : str, optional
        The class of a binary target that is looked for; it becomes the last of the dataset's classes.
    holdout : mapping, optional
        See `check_policy`; default: a fifth of the rows, stratified by class, random for a regression.
    reading : mapping, optional
        How the file is read; the options are those of its reader (`READERS`), and null_words, day_first, decimal,
        thousands and names for each. What is left out is detected.
    seed : int
        Draws the holdout, when this call is the one that cuts it.
    synthetic : bool
        The rows belong to nobody: the dataset is marked so, has no holdout and does not become the current one.
    why : str
        A reason, shown with the version.

    Raises
    ------
    InvalidInput
        With `field` naming what is wrong: "source", "types", "target", "task", "positive", "holdout" or "reading",
        in the settings or in the contract. Nothing is stored then.
    """
    settings = Settings(
        dict(types or {}), target, task, positive, holdout, dict(reading or {}), seed, synthetic, checked_why(why)
    )
    if synthetic and any(one is not None for one in (target, task, positive, holdout)):
        raise InvalidInput("Synthetic rows get no target and no holdout when they are stored.", field="synthetic")
    with scratch(project.workspace) as folder, arriving_source(project, source, folder) as upload:
        return _build(project, upload, settings, folder, progress)


@job(lane="light", title="Revising the table", check=check_revise)
def revise(
    project: Project,
    *,
    dataset: str | None = None,
    types: Mapping[str, str | None] | None = None,
    target: str | None = None,
    task: str | None = None,
    positive: str | None = None,
    holdout: Mapping[str, Any] | None = None,
    reading: Mapping[str, Any] | None = None,
    seed: int | None = None,
    why: str = "",
    progress: Progress = SILENT,
) -> Dataset:
    """Read a dataset's upload again with some choices changed; the rest stays as it was chosen.

    Rows that were appended since are appended again, and repairs repeated.

    Parameters
    ----------
    dataset : str, optional
        Default: the current one.
    types : mapping, optional
        Added to the types chosen before; None for a column lets inference decide again.
    why : str
        A reason, shown with the version.
    """
    base = get_dataset(project, dataset)
    check_real(base)
    if base.settings.get("repaired") or base.settings.get("appended"):
        changes = {"types": types, "target": target, "task": task, "positive": positive, "holdout": holdout}
        again = _repair_again if base.settings.get("repaired") else append_again
        return again(project, base, {**changes, "reading": reading, "seed": seed, "why": why}, progress)
    known = base.settings
    changed = target is not None and target != base.target
    kept = known["holdout"]
    if changed and kept and kept.get("method") in ("random", "stratified"):
        kept = None  # the default follows the new target's task
    merged = {**known["types"], **(types or {})}
    settings = Settings(
        {name: kind for name, kind in merged.items() if kind is not None},
        target or known["target"] or (None if get_contract(project).target else base.target),
        task if task is not None else (None if changed else known["task"]),
        positive if positive is not None else (None if changed else known.get("positive")),
        holdout if holdout is not None else kept,
        {**known["reading"], **(reading or {})},
        known["seed"] if seed is None else seed,
        why=checked_why(why),
    )
    with scratch(project.workspace) as folder:
        upload = known_upload(project, find(project, base.upload), base.name)
        return _build(project, upload, settings, folder, progress)


def append_again(project: Project, base: Dataset, changes: Mapping[str, Any], progress: Progress) -> Dataset:
    """Revise the version that rows were appended to, and append them to that."""
    from mlworkbench.data.appending import append

    part = base.settings["appended"][-1]
    revised = revise(project, dataset=part["dataset"], **changes, progress=progress)
    again = {"source": part["upload"], "reading": part["said"], "why": changes["why"]}
    return append(project, dataset=revised.id, **again, progress=progress)


def _repair_again(project: Project, base: Dataset, changes: Mapping[str, Any], progress: Progress) -> Dataset:
    from mlworkbench.data.repairs.again import repair_again

    return repair_again(project, base, changes, progress)


@dataclass(frozen=True)
class _Aim:
    """What is to be learnt from a table, by its columns."""

    project: Project
    settings: Settings

    def wanted(self, names: Sequence[str]) -> Promised:
        """As a person chose it, and the rest as the contract says."""
        contract = Contract() if self.settings.synthetic else get_contract(self.project)
        keys = ("target", "task", "positive", "holdout")
        return settle_by_contract(contract, names, **{key: getattr(self.settings, key) for key in keys})

    def settle(self, plans: tuple[Plan, ...]) -> tuple[tuple[Plan, ...], str | None]:
        """The plans with the target's type made fit for its task, and the task.

        Raises
        ------
        InvalidInput
            When nothing can be learnt of the target, or something is wanted without one.
        """
        names = tuple(plan.name for plan in plans)
        wanted = self.wanted(names)
        if wanted.target is not None:
            with wanted.blamed():
                if len(names) < 2:
                    raise InvalidInput(
                        f"{names[0]!r} is the table's only column: there is nothing to predict it from. "
                        "Choose the delimiter if the file has more columns.",
                        field="target",
                    )
                return settle(plans, wanted.target, wanted.task)
        if any(one is not None for one in (self.settings.task, self.settings.positive, self.settings.holdout)):
            raise InvalidInput(
                "A task, a positive class or a holdout needs a target. Choose the column to predict.", field="target"
            )
        return plans, None


def _build(project: Project, upload: Incoming, settings: Settings, folder: Path, progress: Progress) -> Dataset:
    """Everything that can be wrong is found before the first thing is stored."""
    typed = folder / "typed.parquet"
    aim = _Aim(project, settings)
    raw_wanted = not settings.synthetic and current_promises(project) is not None
    read, renamed = typed_rows(
        upload, settings.types, settings.reading, aim.settle, typed, progress, raw_wanted=raw_wanted
    )
    raw, plans, task, keys = read.raw, read.plans, read.task, read.keys
    wanted = aim.wanted(tuple(plan.name for plan in plans))
    report = None if settings.synthetic else check_new_version(project, raw.path, typed, plans)
    room_for(folder, raw.rows)
    target, notes = None, wanted.notes
    division = Division(None, everything_to_learn(len(keys)), 0)
    if wanted.target and task:
        schema = {plan.name: plan.type for plan in plans}
        with wanted.blamed():
            target = describe(wanted.target, task, typed, wanted.positive)
            policy = check_policy(wanted.holdout, task, schema, settings.seed)
            notes = wanted.contradicted(schema, task, [label for label, _ in target.counts])
            progress.update(0.99, "Storing the version")
            division = divide(project, typed, keys, target, policy, settings.holdout, tuple(schema))
        if "holdout" in wanted.given and division.policy is not None and differs(division.policy, wanted.holdout):
            notes += ("The contract's holdout is another than the one that was cut before it; that one stays.",)
    made = Made(raw, renamed, plans, target, typed, keys, division, notes, report)
    return _store(project, upload, settings, made, progress)


@dataclass(frozen=True)
class Made:
    """What `_build` made, ready to be stored."""

    raw: Raw
    renamed: tuple[tuple[str, str], ...]
    plans: tuple[Plan, ...]
    target: TargetFacts | None
    typed: Path
    keys: np.ndarray
    division: Division
    notes: tuple[str, ...]
    promises: CheckReport | None = None


def _store(project: Project, upload: Incoming, settings: Settings, made: Made, progress: Progress) -> Dataset:
    import pyarrow as pa

    raw, target, division = made.raw, made.target, made.division
    held, gap = int((division.sides == HELD).sum()), int((division.sides == GAP).sum())
    unlabelled = target.missing if target else 0
    unlike = any(plan.plain and plan.distinct == raw.rows for plan in made.plans)  # a column without a repeat
    duplicates = 0 if unlike else raw.rows - different(made.keys)
    findings = look(
        TableFacts(made.plans, raw, made.renamed, duplicates, target, held, division.size, made.notes, made.promises)
    )
    source = upload.store(project)
    rejected = _rejected(project, raw, source.id)
    keys = put_table(project, "row_keys", pa.table({"key": made.keys}), parents=[source.id])
    table = put_file(project, "table", made.typed, suffix=".parquet", parents=[source.id])
    dataset = Dataset(
        id="",
        number=0,
        name=upload.name,
        table=table.id,
        upload=source.id,
        keys=keys.id,
        rows=raw.rows,
        rejected_rows=raw.rejected_rows,
        columns=tuple(_column(plan) for plan in made.plans),
        findings=findings,
        target=target.name if target else None,
        task=target.task if target else None,
        holdout=division.holdout,
        classes=tuple(label for label, _ in target.counts) if target else (),
        training_rows=raw.rows - held - gap - unlabelled,
        holdout_rows=held,
        gap_rows=gap,
        unlabelled_rows=unlabelled,
        settings={**settings.as_dict(), "read_as": dict(raw.reading or {})},
        rejected=rejected,
    )
    parents = [source.id, table.id, keys.id, *(one for one in (division.holdout, rejected) if one)]
    odd = sum(finding.severity != "info" for finding in dataset.findings)
    aim = f"target {dataset.target} ({dataset.task})" if dataset.target else "no target chosen yet"
    meta = {
        "name": upload.name,
        "figure": f"{raw.rows:,} × {len(made.plans)}",
        "remark": f"{aim}, {odd or 'no'} {'finding' if odd == 1 else 'findings'} to look at",
        "unfinished": dataset.target is None,
        **({"why": settings.why} if settings.why else {}),
    }
    artifact = put_json(project, KIND, dataset.as_dict(), parents=parents, meta=meta)
    keep_new_check(project, made.promises, table.id)
    if not settings.synthetic:
        set_alias(project, KIND, artifact.id)
    audit(
        project,
        "dataset stored",
        {"dataset": artifact.id, "name": upload.name, "rows": raw.rows, "target": dataset.target},
    )
    progress.update(1.0, f"{raw.rows:,} rows, {len(made.plans)} columns")
    return of_artifact(project, artifact)


def _rejected(project: Project, raw: Raw, upload: str) -> str | None:
    """The rows that were left out, stored as CSV: row, reason, text."""
    if not raw.rejected_rows:
        return None
    file = raw.rejected_file or raw.path.with_name("rejected.csv")
    if raw.rejected_file is None:
        with file.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows((one.row, one.reason, one.text) for one in raw.rejected)
    meta = {"rows": raw.rejected_rows}
    return put_file(project, "rejected_rows", file, suffix=".csv", parents=[upload], meta=meta).id


def _column(plan: Plan) -> Column:
    day_first = plan.date.day_first if plan.date is not None else None
    facts = (plan.name, plan.type, plan.missing, plan.distinct, plan.evidence, plan.overridden, plan.examples)
    marks = (plan.marks.decimal, plan.marks.thousands, plan.marks.unit) if plan.marks else None
    return Column(*facts, day_first, marks, plan.meaning)
