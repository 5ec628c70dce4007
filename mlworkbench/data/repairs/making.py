"""A chain of repairs makes one new version; the version it was made from stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.artifacts import path as artifact_path
from mlworkbench.artifacts import put_file, put_json, put_table, read_json, set_alias
from mlworkbench.data.arrays import as_numpy, to_text
from mlworkbench.data.checking import check_real
from mlworkbench.data.datasets import KIND, get_dataset, load_keys, of_artifact
from mlworkbench.data.findings import TableFacts, look
from mlworkbench.data.holdout import (
    GAP,
    HELD,
    TRAINING,
    Division,
    check_policy,
    differs,
    divide,
    everything_to_learn,
    sides,
)
from mlworkbench.data.keys import row_keys
from mlworkbench.data.plan import Plan, convert, storage
from mlworkbench.data.promised import settle_by_contract
from mlworkbench.data.promises.results import CheckReport
from mlworkbench.data.promises.seams import current_promises, keep_new_check, reject_broken
from mlworkbench.data.promises.storing import check_table
from mlworkbench.data.readers import Raw
from mlworkbench.data.repairs.chain import Ran, plans_of, run, studied
from mlworkbench.data.repairs.spec import checked_steps
from mlworkbench.data.repairs.work import Work, plural
from mlworkbench.data.results import Column, Dataset, Finding
from mlworkbench.data.tags import checked_why
from mlworkbench.data.targets import TargetFacts, describe, settle
from mlworkbench.data.uploads import scratch
from mlworkbench.errors import Conflict, InvalidInput
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.projects import Project, audit

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_BATCH = 65_536
_EXAMPLES = 5
_OF_THE_TABLE = frozenset((
    "all_missing", "class_imbalance", "constant", "contract", "breaks_data_contract", "duplicate_rows",
    "holdout_partial", "hostile_name", "identifier_like", "missing", "one_column", "rare_class", "unlabelled_rows",
))  # fmt: skip


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
        made = _settled(project, base, work, plans, aim, typed)
        progress.update(0.8, "Storing the version")
        return _store(project, base, work, ran, made, aim, reason, progress)


@dataclass(frozen=True)
class Aim:
    """What the repaired table is to predict; `other` is whether that is another column than before."""

    target: str | None
    task: str | None
    positive: str | None
    holdout: Mapping[str, Any] | None
    other: bool

    def said(self) -> dict[str, Any]:
        """What was asked for, to be stored."""
        asked = {"target": self.target if self.other else None, "task": self.task, "positive": self.positive,
                 "holdout": dict(self.holdout) if self.holdout is not None else None}  # fmt: skip
        return {name: value for name, value in asked.items() if value is not None}


@dataclass(frozen=True)
class _Made:
    typed: Path
    plans: tuple[Plan, ...]
    target: TargetFacts | None
    division: Division
    notes: tuple[str, ...]
    promises: CheckReport | None


def open_work(project: Project, base: Dataset, rows: int | None = None) -> Work:
    """A version ready to be repaired; `rows` takes the first ones only."""
    import numpy as np
    import pyarrow.parquet as pq

    file = artifact_path(project, base.table)
    table, keys = pq.read_table(file, memory_map=True), load_keys(project, base)
    learn = sides(project, base.holdout, file, keys) == TRAINING
    if base.target:
        learn &= as_numpy(table[base.target].is_valid())
    policy = read_json(project, base.holdout)["policy"] if base.holdout else {}
    bound = policy["column"] if policy.get("method") == "group" else None
    columns = {one.name: one for one in base.columns}
    size = len(table) if rows is None else rows
    return Work(
        table[:size], columns, keys[:size], np.arange(len(table[:size])), learn[:size], project, base.target, bound
    )


def write_table(table: pa.Table, target: Path) -> None:
    """A table as versions are stored (Parquet, zstd): the same bytes for the same cells."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(field.name, field.type) for field in table.schema])
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in table.combine_chunks().to_batches(_BATCH):
            writer.write_batch(batch)


def check_whole(project: Project, typed: Path) -> CheckReport | None:
    """A table that steps made against the project's data contract; None without one, refused as that says."""
    import pyarrow.parquet as pq

    from mlworkbench.data.promises.checking import frame_of

    contract = current_promises(project)
    if contract is None:
        return None
    report = check_table(contract, frame_of(pq.read_table(typed)))
    reject_broken(contract, report)
    return report


def _settled(project: Project, base: Dataset, work: Work, plans: tuple[Plan, ...], aim: Aim, typed: Path) -> _Made:
    """Target, task, classes and holdout of the repaired table; its file is written."""
    if aim.target is None:
        if aim.task or aim.positive or aim.holdout:
            raise InvalidInput("A task, a positive class or a holdout needs a target. Name the column.", field="target")
        write_table(work.table, typed)
        report = check_whole(project, typed)
        return _Made(typed, plans, None, Division(None, everything_to_learn(len(work)), 0), (), report)
    if aim.target in work.names and aim.other:
        plans = tuple(studied(work, plan) if plan.name == aim.target else plan for plan in plans)
    plans, task = settle(plans, aim.target, _task(base, plans, aim))
    plan = next(plan for plan in plans if plan.name == aim.target)
    cells = work.cells(aim.target)
    if cells.type != storage(plan.type):
        work.table = work.table.set_column(work.names.index(aim.target), aim.target, convert(cells, plan))
    write_table(work.table, typed)
    report = check_whole(project, typed)
    target = describe(aim.target, task, typed, aim.positive)
    if aim.positive is None and not aim.other and base.positive in dict(target.counts) and task == "binary":
        target = replace(target, counts=tuple(sorted(target.counts, key=lambda pair: pair[0] == base.positive)))
    schema = {one.name: one.type for one in plans}
    division = _divided(project, base, work, aim, target, schema, typed)
    wanted = settle_by_contract(
        _contract(project), work.names, target=aim.target, task=task, holdout=division.policy,
        positive=target.counts[-1][0] if task == "binary" else None,
    )  # fmt: skip
    return _Made(
        typed, plans, target, division, wanted.contradicted(schema, task, [one for one, _ in target.counts]), report
    )


def _contract(project: Project) -> Any:
    from mlworkbench.scoping import get_contract

    return get_contract(project)


def _task(base: Dataset, plans: Sequence[Plan], aim: Aim) -> str | None:
    """What was asked for, else as it was, else (for classes) by how many there are now."""
    if aim.task is not None or aim.other:
        return aim.task
    if base.task == "regression" or base.settings.get("task"):
        return base.task
    distinct = next((plan.distinct for plan in plans if plan.name == aim.target), 0)
    return "binary" if distinct == 2 else "multiclass"


def _divided(
    project: Project, base: Dataset, work: Work, aim: Aim, target: TargetFacts, schema: Mapping[str, str], typed: Path
) -> Division:
    """The version's own holdout, by the keys of its rows; for another target or new rows another one."""
    if not aim.other and not work.remade and (base.holdout or not aim.holdout):
        policy = read_json(project, base.holdout)["policy"] if base.holdout else None
        if policy is not None and differs(policy, aim.holdout):
            raise Conflict(
                "The holdout of this target was cut already, and is cut only once. Leave it out.", field="holdout"
            )
        return Division(base.holdout, sides(project, base.holdout, typed, work.keys), base.holdout_rows, policy)
    kept = base.settings.get("holdout")
    if kept and (aim.other or kept.get("column", target.name) not in schema):
        kept = None
    policy = check_policy(aim.holdout or kept, target.task, schema, base.settings.get("seed", 0))
    return divide(project, typed, work.keys, target, policy, aim.holdout, tuple(schema))


def _store(
    project: Project, base: Dataset, work: Work, ran: Ran, made: _Made, aim: Aim, why: str, progress: Progress
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
    parents = [base.id, *(one.id for one in others), table.id, keys.id]
    parents += [one for one in (dataset.holdout, base.rejected) if one]
    kept = put_json(project, KIND, dataset.as_dict(), parents=parents, meta=meta)
    keep_new_check(project, made.promises, table.id)
    set_alias(project, KIND, kept.id)
    detail: dict[str, object] = {"dataset": kept.id, "of": base.id, "steps": [one["step"] for one in ran.steps],
                                 "rows": len(work), "why": why}  # fmt: skip
    audit(project, "dataset repaired", detail)
    progress.update(1.0, f"{plural(len(ran.steps), 'repair')}, {len(work):,} rows")
    return of_artifact(project, kept)


def _said(base: Dataset, work: Work, made: _Made) -> tuple[tuple[str, int, str], ...]:
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
    order = {"problem": 0, "warning": 1, "info": 2}
    found = list(fresh)
    for one in base.findings:
        if one.code in _OF_THE_TABLE:
            continue
        left = tuple(name for name in one.columns if name in work.names and name not in work.touched)
        if left == one.columns:
            found.append(one)
        elif left:
            found.append(replace(one, columns=left, message=f"Before the repairs: {one.message}"))
    return tuple(sorted(found, key=lambda one: order[one.severity]))


def first_of(project: Project, dataset: Dataset) -> Dataset:
    """The version before the first of a version's repairs: it has the columns of the files as they come."""
    while dataset.settings.get("repairs"):
        made = dataset.settings.get("repaired") or dataset.settings["appended"][-1]
        dataset = get_dataset(project, made["dataset"])
    return dataset


def chain_of(project: Project, dataset: Dataset | str | None = None) -> tuple[Mapping[str, Any], ...]:
    """All repairs between the uploaded file and a version, in their order, as they were recorded."""
    found = dataset if isinstance(dataset, Dataset) else get_dataset(project, dataset)
    return tuple(found.settings.get("repairs", ()))
