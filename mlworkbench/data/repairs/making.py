"""A chain of repairs makes one new version; the version it was made from stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlworkbench.artifacts import put_file, put_json, put_table, set_alias
from mlworkbench.data.arrays import to_text
from mlworkbench.data.checking import check_real
from mlworkbench.data.datasets import KIND, get_dataset, of_artifact
from mlworkbench.data.findings import TableFacts, gravest_first, look, of_the_table
from mlworkbench.data.holdout import GAP, HELD, TRAINING
from mlworkbench.data.keys import row_keys
from mlworkbench.data.plan import Plan
from mlworkbench.data.promises.seams import keep_new_check
from mlworkbench.data.readers import Raw
from mlworkbench.data.repairs.chain import Ran, plans_of, run
from mlworkbench.data.repairs.settling import Aim, Made, settled
from mlworkbench.data.repairs.spec import checked_steps, wrong
from mlworkbench.data.repairs.tables import open_work
from mlworkbench.data.repairs.work import Work, plural
from mlworkbench.data.results import Column, Dataset, Finding
from mlworkbench.data.tags import checked_why
from mlworkbench.data.uploads import scratch
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.projects import Project, audit

if TYPE_CHECKING:
    import numpy as np

_EXAMPLES = 5


def check_repair(project: Project, *, steps: Any, dataset: str | None, why: str, **_: Any) -> None:
    """What can be said at once: the version, the steps and their settings, the reason."""
    checked_why(why)
    check_real(get_dataset(project, dataset))
    checked_steps(steps)


@job(lane="light", title="Repairing the table", check=check_repair)
def repair(
    project: Project,
    *,
    steps: Sequence[Mapping[str, Any]],
    dataset: str | None = None,
    why: str = "",
    target: str | None = None,
    task: str | None = None,
    positive: str | None = None,
    holdout: Mapping[str, Any] | None = None,
    progress: Progress = SILENT,
) -> Dataset:
    """Apply steps to a version, one after another; what comes of it is a new version, and the current one.

    Each row keeps the key of the row it came from, so that the holdout, cut once, stays cut. Steps that make rows of
    several rows start new keys and a new holdout. Figures that a step learns come from training rows only.

    Parameters
    ----------
    steps : sequence of mappings
        {"step": one of `REPAIRS`, and its settings}.
    dataset : str, optional
        Default: the current one. To undo, make it current again (`restore_version`).
    why : str
        A reason, shown with the version.
    target, task, positive, holdout : optional
        As in `ingest`, where they are to be others than the version's: a column that the steps make, say.

    Raises
    ------
    InvalidInput
        field="steps": a step that cannot be made, with its place and why; field="target", "task", "positive" or
        "holdout": what the repaired table cannot have; field="why". Nothing is stored then.
    NotApplicable
        The version holds synthetic rows.
    """
    import numpy as np

    reason, base = checked_why(why), get_dataset(project, dataset)
    check_real(base)
    checked = checked_steps(steps)
    work = open_work(project, base)
    progress.update(0.1, "Repairing")
    ran = run(work, checked, lambda share: progress.update(0.1 + 0.5 * share, "Repairing"))
    same_rows = not work.remade and len(work) == base.rows
    plans = plans_of(work, {one.name: one for one in base.columns}, same_rows)
    aim = Aim(target or work.target, task, positive, holdout, target is not None and target != work.target)
    with scratch(project.workspace) as folder:
        typed = folder / "typed.parquet"
        made = settled(project, base, work, plans, aim, typed)
        if aim.other and _figures(ran.steps) != _figures(checked):  # learnt before the new target's holdout was cut
            if work.remade:
                raise wrong("Figures are learnt from training rows, and these rows are new: make this version first.")
            again = open_work(project, base)
            again.learn = np.isin(again.rows, work.rows[made.division.sides == TRAINING])
            work, ran = again, run(again, checked)
            plans = plans_of(work, {one.name: one for one in base.columns}, same_rows)
            made = settled(project, base, work, plans, aim, typed)
        progress.update(0.8, "Storing the version")
        return _store(project, base, work, ran, made, aim, reason, progress)


def _figures(steps: Sequence[Mapping[str, Any]]) -> list[Any]:
    """What the steps that fill have learnt."""
    return [one.get("learnt") for one in steps if one["step"] == "fill"]


def _store(
    project: Project, base: Dataset, work: Work, ran: Ran, made: Made, aim: Aim, why: str, progress: Progress
) -> Dataset:
    import numpy as np
    import pyarrow as pa

    side, target = made.division.sides, made.target
    held, gap = int((side == HELD).sum()), int((side == GAP).sum())
    unlabelled = target.missing if target else 0
    notes = tuple(("repaired", one.count, f"Repair {place}: {one.text}.") for place, one in enumerate(ran.done, 1))
    notes += _said(base, work, made)
    raw = Raw(made.typed, work.names, len(work), notes=notes)
    contents = row_keys(work.table)
    repeats = len(work) - len(np.unique(contents))
    facts = TableFacts(
        made.plans, raw, (), repeats, target, held, made.division.size, made.notes, made.promises,
        across=_across(contents, side) if repeats else 0,
    )  # fmt: skip
    others = [get_dataset(project, ref) for ref in dict.fromkeys(work.parents)]
    table_parents = [base.table, *(one.table for one in others)]
    keys = put_table(project, "row_keys", pa.table({"key": work.keys.astype(np.uint64)}), parents=[base.keys])
    table = put_file(project, "table", made.typed, suffix=".parquet", parents=table_parents)
    settings = {name: value for name, value in base.settings.items() if name not in ("repaired", "repairs")}
    if aim.other:
        settings |= {
            "target": aim.target,
            "task": aim.task,
            "positive": aim.positive,
            "holdout": aim.said().get("holdout"),
        }
    elif settings.get("target") and work.target:
        settings["target"] = work.target
    settings["repairs"] = [*base.settings.get("repairs", ()), *ran.steps]
    settings["repaired"] = {"dataset": base.id, "steps": len(ran.steps), **aim.said()}
    dataset = replace(
        base,
        id="",
        number=0,
        table=table.id,
        keys=keys.id,
        rows=len(work),
        columns=tuple(_column(work, plan, len(work) != base.rows) for plan in made.plans),
        findings=_findings(base, work, look(facts)),
        target=target.name if target else None,
        task=target.task if target else None,
        holdout=made.division.holdout,
        classes=tuple(label for label, _ in target.counts) if target else (),
        training_rows=len(work) - held - gap - unlabelled,
        holdout_rows=held,
        gap_rows=gap,
        unlabelled_rows=unlabelled,
        settings=settings,
    )
    goal = f"target {dataset.target} ({dataset.task})" if dataset.target else "no target chosen yet"
    meta = {
        "name": base.name,
        "figure": f"{dataset.rows:,} × {len(dataset.columns)}",
        "remark": f"{goal}, {plural(len(ran.steps), 'repair')} of version {base.number}",
        "unfinished": dataset.target is None,
        **({"why": why} if why else {}),
    }
    parents = [base.id, *(one.id for one in others if one.id != base.id), table.id, keys.id]
    parents += [one for one in (dataset.holdout, base.rejected) if one]
    kept = put_json(project, KIND, dataset.as_dict(), parents=parents, meta=meta)
    keep_new_check(project, made.promises, table.id)
    set_alias(project, KIND, kept.id)
    detail: dict[str, object] = {"dataset": kept.id, "of": base.id, "steps": [one["step"] for one in ran.steps],
                                 "rows": len(work), "why": why}  # fmt: skip
    audit(project, "dataset repaired", detail)
    progress.update(1.0, f"{plural(len(ran.steps), 'repair')}, {len(work):,} rows")
    return of_artifact(project, kept)


def _said(base: Dataset, work: Work, made: Made) -> tuple[tuple[str, int, str], ...]:
    """What became of target, classes and holdout, where it is not what it was."""
    said = []
    target = made.target
    if work.remade:
        cut = "a holdout of their own was cut" if made.division.holdout else "there is no holdout for them"
        said.append(f"The rows were made of several: they have new keys, and {cut}.")
    if base.target and target is None:
        said.append(f"The target {base.target} is not in the new rows: choose one.")
    labels = tuple(label for label, _ in target.counts) if target else ()
    if target and base.target and target.name == work.target and labels != base.classes:
        positive = f"; looked for is {labels[-1]}" if target.task == "binary" else ""
        said.append(
            f"The classes of {target.name} were {', '.join(base.classes)} and are {', '.join(labels)} now{positive}."
        )
    return tuple(("repaired", 1, text) for text in said)


def _across(contents: np.ndarray, side: np.ndarray) -> int:
    """Rows of the holdout that say the same as a row to learn from."""
    import numpy as np

    return int(np.isin(contents[side == HELD], contents[side == TRAINING]).sum())


def _column(work: Work, plan: Plan, other_rows: bool) -> Column:
    known = work.columns[plan.name]
    examples = plan.examples
    if other_rows and plan.name not in work.touched:
        examples = tuple(to_text(work.cells(plan.name)[:1000].drop_null().unique()[:_EXAMPLES]).to_pylist())
    return replace(
        known, type=plan.type, missing=plan.missing, distinct=plan.distinct, evidence=plan.evidence,
        overridden=plan.overridden, examples=tuple(one[:80] for one in examples), meaning=plan.meaning,
    )  # fmt: skip


def _findings(base: Dataset, work: Work, fresh: Sequence[Finding]) -> tuple[Finding, ...]:
    """What was said of reading and still holds, and what is said of the repaired table."""
    anew = of_the_table()
    found = list(fresh)
    for one in base.findings:
        if one.code in anew:
            continue
        left = tuple(name for name in one.columns if name in work.names and name not in work.touched)
        if left == one.columns:
            found.append(one)
        elif left:
            found.append(replace(one, columns=left, message=f"Before the repairs: {one.message}"))
    return gravest_first(found)
