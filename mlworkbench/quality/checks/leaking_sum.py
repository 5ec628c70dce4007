"""A target that is a sum of columns: whoever knows them knows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, NUMBERS, CheckSpec, Suspect
from mlworkbench.quality.linear import Relation, nearly_sum, relations

if TYPE_CHECKING:
    from mlworkbench.quality.scan import Scan


def _check(scan: Scan) -> Iterable[Suspect]:
    target = str(scan.dataset.target)
    if scan.dataset.task != "regression":
        return
    names = [name for name in scan.paired(*NUMBERS) if name != target]
    rows = scan.training
    followed = [one for one in relations(scan, [*names, target], rows) if one.column == target]
    if followed:
        yield _suspect(scan, followed[0], f"{followed[0].words} in all {followed[0].rows:,} training rows.", 1.0)
        return
    near = nearly_sum(scan, target, names, rows)
    if near is not None:
        words = near[0].words
        message = f"{words}, but for a little: {near[1]:.1%} of its variance in {near[0].rows:,} training rows."
        yield _suspect(scan, near[0], message, near[1])


def _suspect(scan: Scan, one: Relation, message: str, score: float) -> Suspect:
    return Suspect(
        (one.column, *sorted(one.names[1:])),
        one.rows,
        message,
        one.rows / max(len(scan.training), 1),
        rows=tuple(scan.training[:3].tolist()),
        repair=steps.drop_columns(*one.names[1:]),
        score=score,
    )


CHECKS.register(
    CheckSpec(
        "leaking_sum",
        "problem",
        "These columns are known only when the target is: a model with them does sums, and has nothing to say later.",
        _check,
        needs=("target",),
    )
)
