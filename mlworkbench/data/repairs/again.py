"""Repairs made again: on a version that is revised, on rows that are appended, on files that are read like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.data.datasets import get_dataset
from mlworkbench.data.plan import Plan
from mlworkbench.data.repairs.chain import Step, plans_of, run
from mlworkbench.data.repairs.making import repair
from mlworkbench.data.repairs.spec import REPAIRS
from mlworkbench.data.repairs.tables import first_of, write_table
from mlworkbench.data.repairs.work import Work, plural
from mlworkbench.data.results import Column, Dataset, Finding
from mlworkbench.errors import InvalidInput, listing
from mlworkbench.jobs import SILENT, Progress
from mlworkbench.projects import Project

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_AIM = ("target", "task", "positive", "holdout")


def repair_again(project: Project, base: Dataset, changes: Mapping[str, Any], progress: Progress) -> Dataset:
    """Revise the version that was repaired, and repeat its steps; what they learn is learnt anew.

    A type that is changed for a column which the steps retype or make becomes a step of its own at their end; a target
    that the steps make is chosen after them.
    """
    from mlworkbench.data.versions import revise

    made = base.settings["repaired"]
    first = get_dataset(project, made["dataset"])
    steps = [{k: v for k, v in one.items() if k != "learnt"} for one in base.settings["repairs"][-made["steps"] :]]
    types = dict(changes.get("types") or {})
    retyped = {str(one["column"]) for one in steps if one["step"] == "retype"}
    later = {name: kind for name, kind in types.items() if name not in first.names or name in retyped}
    steps += [{"step": "retype", "column": name, **({"type": kind} if kind else {})} for name, kind in later.items()]
    aim = {name: changes.get(name) if changes.get(name) is not None else made.get(name) for name in _AIM}
    before: dict[str, Any] = {"types": {name: kind for name, kind in types.items() if name not in later}}
    before |= {name: changes.get(name) for name in ("reading", "seed")}
    wanted = changes.get("target")
    if wanted is not None and wanted in first.names:
        before |= {name: changes.get(name) for name in _AIM}
        aim = dict.fromkeys(_AIM)
    elif wanted is not None and wanted != made.get("target"):
        aim = {name: changes.get(name) for name in _AIM}
    elif not made.get("target") and first.target is not None:
        before |= {name: changes.get(name) for name in _AIM[1:]}
        aim = dict.fromkeys(_AIM)
    if any(value not in (None, {}) for value in before.values()):
        first = revise(project, dataset=first.id, **before, progress=progress)
    return repair(project, steps=steps, dataset=first.id, why=changes.get("why") or "", **aim, progress=progress)


def repair_like(
    project: Project,
    like: Dataset,
    *,
    source: str | Path,
    target: str | None = None,
    task: str | None = None,
    positive: str | None = None,
    progress: Progress = SILENT,
) -> Dataset:
    """Read a file as a repaired version's first file was, and make its repairs on it but those of single cells.

    What the steps learn is learnt anew. Rows that both hold have the same keys, so that the holdout is the same.
    """
    from mlworkbench.data.versions import ingest

    first = first_of(project, like)
    settings = first.settings
    types = {name: kind for name, kind in first.schema.items() if kind not in ("binary", "constant")}
    read = ingest(
        project, source=source, types=types, target=first.target, task=first.task, positive=first.positive,
        holdout=settings.get("holdout"), reading=settings.get("reading"), seed=settings.get("seed", 0),
        progress=progress,
    )  # fmt: skip
    steps = [
        {name: value for name, value in one.items() if name != "learnt"}
        for one in like.settings["repairs"]
        if REPAIRS.get(one["step"]).again != "skip"
    ]
    if not steps:
        return read
    aim: dict[str, Any] = {"target": target, "task": task if target != first.target else None, "positive": positive}
    return repair(project, steps=steps, dataset=read.id, why=f"repaired as version {like.number}", **aim)


def check_repeatable(steps: Sequence[Step], version: int) -> None:
    """InvalidInput(field="dataset") when steps of a version would have to be made on all rows anew."""
    odd = [one["step"] for one in steps if REPAIRS.get(one["step"]).on_new_rows(one) == "refuse"]
    if odd:
        raise InvalidInput(
            f"Version {version} was repaired by {listing(dict.fromkeys(odd))}, which looks at all rows at once and "
            "cannot be repeated on new rows alone. Append them to the version before the repairs, and repair that.",
            field="dataset",
        )


def repair_appended(
    project: Project, base: Dataset, fresh: Path, plans: Sequence[Plan], keys: np.ndarray
) -> tuple[tuple[Plan, ...], np.ndarray, tuple[tuple[str, int, str], ...]]:
    """Repeat a version's steps on rows that are appended: their file is written anew.

    Returns
    -------
    plans, keys, notes
        Of the rows that are left, in the version's columns.
    """
    import numpy as np
    import pyarrow.parquet as pq

    steps = [one for one in base.settings["repairs"] if REPAIRS.get(one["step"]).on_new_rows(one) == "repeat"]
    table = pq.read_table(fresh)
    work = _foreign(project, table, plans, keys, np.zeros(len(table), dtype=bool))
    work.target = first_of(project, base).target
    before = len(work)
    ran = run(work, steps)
    work.table = work.table.select(list(base.names))
    work.columns = {name: work.columns[name] for name in base.names}
    made = plans_of(work, {}, same_rows=False)
    write_table(work.table, fresh)
    told = "; ".join(one.text for one in ran.done)
    text = f"The {plural(len(steps), 'repair')} of version {base.number} were made on the appended rows: {told}."
    notes = [("repaired", len(steps), text)]
    if len(work) < before:
        gone = before - len(work)
        notes.append(("repaired", gone, f"{plural(gone, 'appended row')} dropped by these repairs."))
    return made, work.keys, tuple(notes)


def _foreign(project: Project, table: pa.Table, plans: Sequence[Plan], keys: np.ndarray, learn: np.ndarray) -> Work:
    import numpy as np

    columns = {plan.name: Column(plan.name, plan.type, plan.missing, plan.distinct, plan.evidence) for plan in plans}
    return Work(table, columns, keys, np.arange(len(table)), learn, project, elsewhere=True)


def as_they_come(
    project: Project, like: Dataset, names: Sequence[str], types: Mapping[str, str]
) -> tuple[dict[str, str], Mapping[str, Column], bool]:
    """How a file for a repaired version is read: its types, the known columns, and whether it is to be repaired.

    A file that has the columns which the repairs made is taken as repaired; others come as the first file came.
    """
    known = {one.name: one for one in like.columns}
    if not like.settings.get("repairs"):
        return dict(types), known, False
    first = first_of(project, like)
    made = [name for name in types if name not in first.names and name in like.names]
    if made and all(name in names for name in made):
        return dict(types), known, False
    before = {name: kind for name, kind in first.schema.items() if name in names}
    others = {name: kind for name, kind in types.items() if name not in first.names}
    return {**others, **before}, {**known, **{one.name: one for one in first.columns}}, True


def repair_file(
    project: Project, like: Dataset, table: pa.Table, plans: Sequence[Plan], keys: np.ndarray
) -> tuple[pa.Table, tuple[Finding, ...]]:
    """Make the repairs of a version that treat each row by itself on a file, as far as it has the columns."""
    import numpy as np

    work = _foreign(project, table, plans, keys, np.zeros(len(table), dtype=bool))
    made, left, findings = 0, [], []
    for step in like.settings["repairs"]:
        spec = REPAIRS.get(step["step"])
        fitted = _fitted(step, work.names) if spec.by_row(step) else None
        if fitted is None:
            left.append(step["step"])
            continue
        try:
            done = run(work, [fitted]).done[0]
        except InvalidInput as error:
            raise InvalidInput(
                f"The repairs of version {like.number} cannot be made on this file. {error.message}", field="source"
            ) from error
        made += 1
        if step["step"] == "retype" and done.count:
            name = step["column"]
            text = f"{plural(done.count, 'cell')} of {name} could not be read as {step['type']} and became missing."
            findings.append(Finding("unreadable_as_type", "warning", (name,), done.count, text))
    told = f"{plural(made, 'repair')} of version {like.number} {'was' if made == 1 else 'were'} made on the file too"
    skipped = f"; left out, as they are about other rows or columns that it lacks: {listing(dict.fromkeys(left))}"
    findings.append(Finding("repaired", "info", (), made, f"{told}{skipped if left else ''}."))
    return work.table, tuple(findings)


def _fitted(step: Step, names: Sequence[str]) -> Step | None:
    """The step on those of its columns that a file has; None when there is nothing to do."""
    fitted = dict(step)
    if "columns" in step:
        fitted["columns"] = [name for name in step["columns"] if name in names]
        return fitted if fitted["columns"] else None
    if "names" in step:
        fitted["names"] = {old: new for old, new in step["names"].items() if old in names}
        return fitted if fitted["names"] else None
    if "expression" in step:
        from mlworkbench.expressions import parse

        needed = parse(step["expression"]).columns
        return fitted if step["name"] not in names and all(name in names for name in needed) else None
    return fitted if step["column"] in names else None
