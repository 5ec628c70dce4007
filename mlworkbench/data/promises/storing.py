"""Contracts as artifacts: each save is a revision, with who and why; a save based on an older one is refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data.datasets import get_dataset
from mlworkbench.data.promises.inferring import infer_promises
from mlworkbench.data.promises.parts import check_stored
from mlworkbench.data.promises.results import CheckReport, DataContract, read_contract
from mlworkbench.data.results import Dataset
from mlworkbench.errors import Conflict, InvalidInput, NotFound, listing
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.projects import Project, audit

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

KIND = ALIAS = "data_contract"
CHECK = "data_check"
LONGEST_WHY = 500


@dataclass(frozen=True)
class Checked:
    """A stored check: its id, what was checked against which contract, and the report."""

    id: str
    contract: str
    report: CheckReport


def check_table(
    contract: DataContract, table: pd.DataFrame | pa.Table, *, inputs: Collection[str] | None = None, few: bool = False
) -> CheckReport:
    """What a table does not keep of a contract; whatever is wrong with it is a violation, never an exception.

    Parameters
    ----------
    inputs : collection of str, optional
        Judge only these columns, and the rules that read no others: rows to predict have no target.
    few : bool
        These are a few rows: the same tests, without the time that pandera takes to be set up.
    """
    import pandas as pd

    from mlworkbench.data.promises.checking import check, frame_of

    frame = table if isinstance(table, pd.DataFrame) else frame_of(table)
    return CheckReport.from_dict(check(contract.as_dict(), frame, inputs=inputs, by_pandera=not few))


def get_promises(project: Project, ref: str | None = None) -> DataContract | None:
    """A revision by id, unique prefix or its number as text ("3"); by default the current one, None without one.

    Raises
    ------
    NotFound
        There is no such revision.
    """
    if ref is None:
        known = artifacts.get_alias(project, ALIAS)
        return None if known is None else _contract(project, known)
    if ref.isdecimal() and len(ref) < 6:
        for one in artifacts.list_artifacts(project, KIND):
            if one.number == int(ref):
                return _contract(project, one)
    return _contract(project, artifacts.find(project, ref, kind=KIND))


def list_promises(project: Project) -> tuple[DataContract, ...]:
    """All revisions, newest first."""
    return tuple(_contract(project, one) for one in artifacts.list_artifacts(project, KIND))


def _contract(project: Project, artifact: artifacts.Artifact) -> DataContract:
    body = artifacts.read_json(project, artifact.id)
    known = (artifact.id, artifact.number, artifact.created_by, body["why"], artifact.created_at)
    made = read_contract(body["contract"])
    return replace(made, **dict(zip(("id", "number", "who", "why", "created_at"), known, strict=True)))


def _check_save(
    project: Project, *, contract: Any, why: str, based_on: str | None, despite_data: bool, **_: Any
) -> None:
    """What can be seen to be wrong without a table."""
    _check_why(why)
    read_contract(contract.as_dict() if isinstance(contract, DataContract) else contract)
    if despite_data and not why.strip():
        raise InvalidInput("Say why the contract holds although the data contradicts it.", field="why")
    _check_base(project, based_on)


def _check_why(why: Any) -> None:
    if not isinstance(why, str) or len(why) > LONGEST_WHY:
        raise InvalidInput(f"The reason is a text of up to {LONGEST_WHY} characters.", field="why")


def _check_base(project: Project, based_on: str | None) -> artifacts.Artifact | None:
    current = artifacts.get_alias(project, ALIAS)
    if based_on is not None and based_on != (current.id if current else ""):
        told = "the contract was taken away"
        if current is not None:
            said = str(current.meta.get("why") or "")
            told = f"{current.created_by} saved revision {current.number} meanwhile{f' ({said})' if said else ''}"
            try:
                old = get_promises(project, based_on) if based_on else None
            except NotFound:
                old = None
            told += f", which changed: {changed_between(old, _contract(project, current))}"
        raise Conflict(f"Nothing was saved: {told}. Look at it, and save your changes on top of it.", field="based_on")
    return current


def changed_between(old: DataContract | None, new: DataContract) -> str:
    """The columns and terms that differ, as one line."""
    if old is None:
        return "all of it"
    before, after = ({one.name: one for one in each.columns} for each in (old, new))
    found = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    found += [name for name in ("rules", "strict", "enforce") if getattr(old, name) != getattr(new, name)]
    return listing(found) if found else "nothing"


@job(lane="light", title="Saving the data contract", check=_check_save)
def save_promises(
    project: Project,
    *,
    contract: DataContract | Mapping[str, Any],
    why: str = "",
    based_on: str | None = None,
    despite_data: bool = False,
    progress: Progress = SILENT,
) -> DataContract:
    """Keep a new revision of the data contract; it becomes the current one.

    Parameters
    ----------
    contract : DataContract or Mapping
        All of it; what is left out is not promised.
    based_on : str, optional
        The id of the revision that was edited, "" for none: when another was saved since, nothing is.
    despite_data : bool
        Save it although the current dataset breaks it; needs `why`.

    Raises
    ------
    InvalidInput
        The contract is not understood (field "promises", "rules", "strict", "enforce" or "why"), or the current data
        breaks it (field "despite_data"); nothing is written then.
    Conflict
        Somebody saved another revision meanwhile.
    """
    _check_save(project, contract=contract, why=why, based_on=based_on, despite_data=despite_data)
    wanted = read_contract(contract.as_dict() if isinstance(contract, DataContract) else contract)
    known = artifacts.get_alias(project, "dataset")
    report = None
    if known is not None:
        progress.update(0.1, "Checking the current version")
        report = check_dataset(project, wanted, get_dataset(project))
        if not report.kept and not despite_data:
            raise InvalidInput(
                f"The current version of the data breaks this contract. {report.sentence} Nothing was saved: change "
                "it, or save it nevertheless and say why.",
                field="despite_data",
            )
    with project.workspace.lock(f"data-contract-{project.id}"):
        current = _check_base(project, based_on)
        if current is not None and _contract(project, current).as_dict() == wanted.as_dict():
            return _contract(project, current)
        broken = f"; the data breaks it {report.total:,} times" if report is not None and not report.kept else ""
        body = {"contract": wanted.as_dict(), "why": why.strip()}
        meta = {
            "figure": f"{len(wanted.columns)} columns, {len(wanted.rules)} rules",
            "remark": f"{'warns' if wanted.enforce == 'warn' else 'rejects'}{broken}",
            "why": why.strip(),
        }
        parents = [current.id] if current is not None else []
        kept = artifacts.put_json(project, KIND, body, parents=parents, meta=meta)
        artifacts.set_alias(project, ALIAS, kept.id)
        detail: dict[str, object] = {"contract": kept.id, "revision": kept.number, "why": body["why"]}
        audit(project, "data contract saved", detail | ({"violations": report.total} if broken and report else {}))
    return _contract(project, kept)


def _check_adopt(project: Project, *, dataset: str | None, why: str, based_on: str | None, **_: Any) -> None:
    get_dataset(project, dataset)
    _check_why(why)
    _check_base(project, based_on)


@job(lane="light", title="Inferring the data contract", check=_check_adopt)
def adopt_promises(
    project: Project,
    *,
    dataset: str | None = None,
    why: str = "",
    based_on: str | None = None,
    progress: Progress = SILENT,
) -> DataContract:
    """Infer a contract from a dataset and save it; see `infer_promises`, `save_promises`.

    Rules, strictness and what is enforced stay as they were; rows outside of the training rows that break what was
    inferred from those are said in the audit log and no reason to refuse it.
    """
    _check_adopt(project, dataset=dataset, why=why, based_on=based_on)
    found = get_dataset(project, dataset)
    progress.update(0.0, "Looking at the training rows")
    wanted, current = infer_promises(project, found.id), get_promises(project)
    if current is not None:
        wanted = replace(wanted, rules=current.rules, strict=current.strict, enforce=current.enforce)
    reason = why.strip() or f"inferred from version {found.number}"
    return save_promises(project, contract=wanted, why=reason, based_on=based_on, despite_data=True)


# -- checks that are kept -----------------------------------------------------------------------------
@job(lane="light", title="Checking the data contract")
def check_version(project: Project, *, dataset: str | None = None, progress: Progress = SILENT) -> Checked:
    """Check a stored dataset against the current contract, and keep the report.

    Raises
    ------
    NotFound
        There is no dataset, or no contract.
    """
    contract = get_promises(project)
    if contract is None:
        raise NotFound(
            "No data contract is saved. Infer one on the Data page, or: mlworkbench contract infer --save", field=KIND
        )
    found = get_dataset(project, dataset)
    return keep_check(project, contract, check_dataset(project, contract, found), found.table, [found.id])


def check_dataset(project: Project, contract: DataContract, dataset: Dataset) -> CheckReport:
    """A stored table against a contract."""
    return check_stored(contract, artifacts.path(project, dataset.table))


def keep_check(
    project: Project, contract: DataContract, report: CheckReport, table: str, parents: Sequence[str] = ()
) -> Checked:
    """Store a report about a table (an artifact's id)."""
    meta = {"table": table, "contract": contract.id, "figure": f"{report.total:,} violations"}
    body = {**report.as_dict(), "table": table}
    kept = artifacts.put_json(project, CHECK, body, parents=[*parents, contract.id], meta=meta)
    return Checked(kept.id, contract.id, report)


def last_check(project: Project, table: str) -> Checked | None:
    """The newest kept report about a table (an artifact's id) under the current contract, None without one."""
    current = artifacts.get_alias(project, ALIAS)
    for one in artifacts.list_artifacts(project, CHECK):
        if current is not None and one.meta.get("table") == table and one.meta.get("contract") == current.id:
            return get_check(project, one.id)
    return None


def get_check(project: Project, ref: str) -> Checked:
    """A kept report by its id."""
    found = artifacts.find(project, ref, kind=CHECK)
    return Checked(found.id, found.meta["contract"], CheckReport.from_dict(artifacts.read_json(project, found.id)))
