"""Steps one after another on a table in memory: on a version's own rows, and on rows of other files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mlworkbench.data.inference import study
from mlworkbench.data.plan import WORDS, Plan, storage
from mlworkbench.data.repairs.spec import REPAIRS, Done, said
from mlworkbench.data.repairs.work import Work
from mlworkbench.data.results import Column

if TYPE_CHECKING:
    import pyarrow as pa

Step = Mapping[str, Any]
_MOST = {"binary": 2, "constant": 1}  # different values


@dataclass(frozen=True)
class Ran:
    """What was run: the steps with what they learnt, and what each did."""

    steps: tuple[dict[str, Any], ...]
    done: tuple[Done, ...]


def run(work: Work, steps: Sequence[Step], tick: Callable[[float], None] = lambda share: None) -> Ran:
    """Apply checked steps to a table; the work is changed.

    Raises
    ------
    InvalidInput
        field="steps"; says which step, and why.
    """
    recorded, done = [], []
    for place, step in enumerate(steps, 1):
        spec = REPAIRS.get(step["step"])
        with said(place, spec.name):
            one = spec.apply(work, {**step, "learnt": step.get("learnt", {})})
        learnt = {**step.get("learnt", {}), **one.learnt}
        said_so = {**{name: value for name, value in step.items() if name != "learnt"}, **one.settled}
        recorded.append({**said_so, **({"learnt": learnt} if learnt else {})})
        done.append(one)
        tick(place / len(steps))
    return Ran(tuple(recorded), tuple(done))


def plans_of(work: Work, before: Mapping[str, Column], same_rows: bool) -> tuple[Plan, ...]:
    """What each column is after the steps: those that were worked on are studied anew, the others counted."""
    return tuple(_plan(work, name, before, same_rows) for name in work.names)


def _plan(work: Work, name: str, before: Mapping[str, Column], same_rows: bool) -> Plan:
    import pyarrow as pa
    import pyarrow.compute as pc

    known, cells = work.columns[name], work.cells(name)
    if name in work.touched:
        plan = study(name, cells, null_words=())
        stays = name in work.chosen or (known.overridden and plan.distinct <= _MOST.get(known.type, plan.distinct))
        kind = known.type if stays and cells.type == storage(known.type) else _kind(cells.type, plan.type, known.type)
        if pa.types.is_string(cells.type) and kind in WORDS and plan.type not in WORDS:
            plan = replace(plan, numeric=False, whole=False)
        evidence = known.evidence if name in work.chosen else f"{plan.evidence}, after repairs"
        return replace(plan, type=kind, evidence=evidence, overridden=known.overridden, null_words=())
    missing, distinct = known.missing, known.distinct
    if not same_rows or name not in before:
        missing, distinct = cells.null_count, pc.count_distinct(cells, mode="only_valid").as_py()
    return Plan(
        name, name, known.type, known.evidence, known.overridden, len(cells), missing, distinct, known.examples,
        meaning=known.meaning,
    )  # fmt: skip


def studied(work: Work, plan: Plan) -> Plan:
    """A column's plan with what its values are (numbers, whole ones), for one that is to be the target."""
    seen = study(plan.name, work.cells(plan.name), null_words=())
    return replace(seen, type=plan.type, evidence=plan.evidence, null_words=())


def _kind(stored: pa.DataType, seen: str, known: str) -> str:
    """The type of a column that was worked on and not retyped: what it is seen to be, as far as it is stored so."""
    import pyarrow as pa

    if pa.types.is_string(stored):
        return seen if seen in WORDS else known if known in WORDS and known != "constant" else "text"
    if pa.types.is_timestamp(stored):
        return "datetime"
    return "integer" if pa.types.is_integer(stored) else "number"
