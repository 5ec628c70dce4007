"""Words that often mean "nothing", left as they are in a column of words."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts, of_columns
from mlworkbench.data.plan import WORDS


def _check(facts: TableFacts) -> Iterable[Found]:
    plans = [plan for plan in facts.plans if plan.kept_null_words and plan.type in WORDS]
    columns = [(plan.name, sum(count for _, count in plan.kept_null_words)) for plan in plans]
    words = dict.fromkeys(word for plan in plans for word, _ in plan.kept_null_words)
    shown = " or ".join(repr(word) for word in list(words)[:5])
    rest = " Name them as null words if they mean missing."
    return of_columns(columns, f"cell says {shown}, kept as a value", f"cells say {shown}, kept as a value", rest)


FINDINGS.register(FindingSpec("kept_null_words", "info", "Perhaps a missing value, perhaps a category.", _check))
