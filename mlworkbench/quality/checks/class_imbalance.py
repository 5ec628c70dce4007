"""A target whose smallest class has less than a tenth of the training rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect

if TYPE_CHECKING:
    from mlworkbench.quality.scan import Scan

SHARE = 0.1


def _check(scan: Scan) -> Iterable[Suspect]:
    target = str(scan.dataset.target)
    if scan.dataset.task == "regression":
        return
    values, counts = scan.values(target)
    if len(values) < 2 or counts[-1] >= SHARE * counts.sum():
        return
    label, rows, total = str(values[-1].as_py()), int(counts[-1]), int(counts.sum())
    yield Suspect(
        (target,),
        rows,
        f"The classes of {target} are unequal: {label!r} has {rows:,} of {total:,} training rows ({rows / total:.1%}). "
        "Accuracy would flatter a model that never says it.",
        rows / total,
        rows=scan.where(target, values[-1:].to_pylist()),
        score=1 - rows / total,
    )


CHECKS.register(
    CheckSpec(
        "class_imbalance",
        "info",
        "Judge by ROC AUC or average precision, not by accuracy.",
        _check,
        needs=("target",),
    )
)
