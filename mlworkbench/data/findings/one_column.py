"""A table of one column: it can be read, and nothing can be predicted from it."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _check(facts: TableFacts) -> Iterable[Found]:
    if len(facts.plans) == 1:
        only = facts.plans[0].name
        yield Found(
            (only,),
            1,
            f"The table has 1 column: {only}. If the file has more, choose the delimiter; a model needs a target "
            "and something to predict it from.",
        )


WHY = "Perhaps the columns are divided by something else than was looked for."
FINDINGS.register(FindingSpec("one_column", "warning", WHY, _check, of_table=True))
