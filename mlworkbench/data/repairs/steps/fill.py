"""Fill missing cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting, wrong
from mlworkbench.data.repairs.work import Work, cell, kind_of, plural

if TYPE_CHECKING:
    import pyarrow as pa

_HOW = ("value", "median", "mean", "mode", "previous")


def _check(given: Mapping[str, Any]) -> None:
    if (given["how"] == "value") != (given["value"] is not None):
        raise wrong('value goes with how = "value", which needs one that is not null.')


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    import pyarrow as pa
    import pyarrow.compute as pc

    how, learnt = given["how"], dict(given["learnt"])
    if work.remade and work.target and how not in ("value", "previous") and not learnt:
        raise wrong("What is learnt comes from training rows, and the rows were made anew just now. Make this version "
                    "first, then fill it.")  # fmt: skip
    total, told = 0, []
    for name in given["columns"]:
        cells = work.cells(name)
        if name == work.target:
            raise wrong(f"{name!r} is the target: a row without it teaches nothing, and must not be made up.")
        constant = given["value"]
        if how == "previous":
            fresh = pc.fill_null_forward(cells)
        else:
            if how != "value":
                if name not in learnt:
                    learnt[name] = _figure(cells, how, work, name)
                constant = learnt[name]
            if pa.types.is_integer(cells.type) and isinstance(constant, float) and not constant.is_integer():
                cells = cells.cast(pa.float64(), safe=False)
                work.put(name, cells, type="number", evidence=f"whole numbers, filled with {constant:g}")
            fresh = cells if constant is None else pc.fill_null(cells, cell(constant, cells.type, name))
        count = work.put(name, fresh)
        total += count
        shown = (
            "the value before"
            if how == "previous"
            else "nothing (no training row has a value)"
            if constant is None
            else repr(constant)
        )
        left = f", {fresh.null_count:,} still missing" if fresh.null_count else ""
        told.append(f"{name} with {shown} ({count:,}{left})")
    kind = "" if how in ("value", "previous") else f", the {how} of training rows"
    return Done(total, f"{plural(total, 'missing cell')} filled{kind}: {', '.join(told)}", learnt)


def _figure(cells: pa.Array, how: str, work: Work, name: str) -> Any:
    """The median, mean or most frequent value of the training rows; of equally frequent ones the smallest."""
    import pyarrow as pa
    import pyarrow.compute as pc

    cells = cells.filter(pa.array(work.learn)).drop_null()
    if len(cells) == 0:
        return None
    if how == "mode":
        counted = pc.value_counts(cells)
        most = counted.field("values").filter(pc.equal(counted.field("counts"), pc.max(counted.field("counts"))))
        found = pc.min(most).as_py()
        return found.isoformat() if pa.types.is_timestamp(cells.type) else found
    if not (pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type)):
        raise wrong(
            f"The {how} is of numbers, and {name!r} holds {kind_of(cells.type)}. Choose mode, value or previous."
        )
    number = float(pc.mean(cells).as_py() if how == "mean" else pc.quantile(cells, q=0.5)[0].as_py())
    return int(number) if pa.types.is_integer(cells.type) and number.is_integer() else number


REPAIRS.register(
    RepairSpec(
        "fill",
        "Fill missing cells",
        "Put a value where there is none; a median, mean or mode is learnt from training rows and kept in the step.",
        (
            Setting("columns", "columns", label="Columns", required=True),
            Setting("how", "choice", "value", "With", choices=_HOW),
            Setting("value", "value", None, "The value"),
        ),
        "cells",
        _apply,
        check=_check,
        beyond=lambda given: given["how"] == "previous",
    )
)
