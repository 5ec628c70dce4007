"""A target whose smallest class has less than a tenth of the rows."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts

SHARE = 0.1


def _check(facts: TableFacts) -> Iterable[Found]:
    if not facts.target or not facts.target.counts:
        return
    label, rows = min(facts.target.counts, key=lambda pair: pair[1])
    total = sum(number for _, number in facts.target.counts)
    if rows < SHARE * total:
        message = (
            f"The classes of {facts.target.name} are unequal: {label!r} has {rows:,} of {total:,} rows "
            f"({rows / total:.1%}). Accuracy would flatter a model that never says it."
        )
        yield Found((facts.target.name,), rows, message, (label[:80],))


FINDINGS.register(
    FindingSpec(
        "class_imbalance", "info", "Judge by ROC AUC or average precision, not by accuracy.", _check, of_table=True
    )
)
