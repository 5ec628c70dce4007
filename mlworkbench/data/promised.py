"""What the project's contract settles of a table, where nobody has said otherwise.

Target, task, positive class and holdout that were not chosen follow from the contract. A choice wins over the contract,
and the difference becomes a finding. A contract that the table contradicts in one of these four is refused before
anything is written, because what would be stored then is not what was promised. What it says of other columns
(fairness groups, time, the heuristic's) is not needed to store the table: there the contradiction is a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mlworkbench.errors import InvalidInput, listing

if TYPE_CHECKING:
    from mlworkbench.projects import Project
    from mlworkbench.scoping import Contract

_SPOKEN = {"target": "target", "task": "task", "positive": "positive class", "holdout": "holdout"}


@dataclass(frozen=True)
class Promised:
    """The four settings as they hold, which of them the contract gave, and what was chosen differently."""

    target: str | None
    task: str | None
    positive: str | None
    holdout: Mapping[str, Any] | None
    given: frozenset[str]
    notes: tuple[str, ...]
    rest: Contract

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Say where a wrong setting came from, when it came from the contract."""
        try:
            yield
        except InvalidInput as error:
            if error.field not in self.given:
                raise
            raise InvalidInput(
                f"{error.message} The project's contract gives this {_SPOKEN[error.field]}: revise the contract, or "
                f"choose the {_SPOKEN[error.field]} for this table.",
                field=error.field,
            ) from error

    def contradicted(self, schema: Mapping[str, str], task: str, classes: Sequence[str]) -> tuple[str, ...]:
        """What the contract says of other columns and the table contradicts, after `notes`."""
        from mlworkbench.scoping import contradictions

        found = contradictions(self.rest, schema, classes=tuple(classes), task=task)
        return self.notes + tuple(f"In the contract, {one[:1].lower()}{one[1:]}" for one in found)


def settle_by_contract(
    contract: Contract,
    names: Sequence[str],
    *,
    target: str | None,
    task: str | None,
    positive: str | None,
    holdout: Mapping[str, Any] | None,
) -> Promised:
    """Fill what was not chosen from the contract.

    A contract about another target than the one that was chosen says nothing of this table.

    Raises
    ------
    InvalidInput
        field="target": the contract's target is no column of the table, and none was chosen.
    """
    from mlworkbench.scoping import Contract

    chosen: dict[str, Any] = {"target": target, "task": task, "positive": positive, "holdout": holdout}
    if target is not None and contract.target not in (None, target):
        note = f"The contract is about predicting {contract.target}; {target} was chosen here, so it is not applied."
        return Promised(**chosen, given=frozenset(), notes=(note,), rest=Contract())
    if target is None and contract.target is not None and contract.target not in names:
        raise InvalidInput(
            f"The contract's target {contract.target!r} is no column of this table. Columns: {listing(names)}. Revise "
            "the contract, or choose the target for this table.",
            field="target",
        )
    says: dict[str, Any] = {
        "target": contract.target, "task": contract.task, "positive": contract.positive_class,
        "holdout": _whole(contract),
    }  # fmt: skip
    if (target or contract.target) is None:
        says = dict.fromkeys(says)
    given = frozenset(name for name in says if chosen[name] is None and says[name] is not None)
    notes = tuple(
        f"The contract's {_SPOKEN[name]} is {says[name]}; {chosen[name]} was chosen here."
        for name in ("task", "positive")
        if name not in given and says[name] is not None and chosen[name] != says[name]
    )
    rest = replace(contract, target=None, task=None, positive_class=None, holdout=None)
    return Promised(**chosen | {name: says[name] for name in given}, given=given, notes=notes, rest=rest)


def _whole(contract: Contract) -> dict[str, Any] | None:
    """The contract's holdout; by time it is cut by the contract's time column unless it names its own."""
    policy = dict(contract.holdout or {})
    if policy.get("method") == "time" and contract.time_column:
        policy.setdefault("column", contract.time_column)
    return policy or None


def promised_of(project: Project, target: str | None) -> Contract:
    """The project's contract as far as it is about this target: all of it, or an empty one."""
    from mlworkbench.scoping import Contract, get_contract

    contract = get_contract(project)
    return contract if contract.target in (None, target) else Contract()
