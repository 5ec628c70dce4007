"""Column names that hold markup, control characters or formulas, or are very long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts

_MARKUP = re.compile(r"<[a-zA-Z/!?]|!?\[[^\]]*\]\(|`|\*\*|^\s*[=@]|\.\./|://|javascript:", re.IGNORECASE)
_LONGEST = 200


def _hostile(name: str) -> bool:
    hidden = any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co") for character in name)
    return hidden or bool(_MARKUP.search(name)) or len(name) > _LONGEST


def _check(facts: TableFacts) -> Iterable[Found]:
    names = tuple(plan.name for plan in facts.plans if _hostile(plan.name))
    if names:
        message = (
            f"{len(names)} column names hold markup, invisible characters, formulas or over {_LONGEST} characters. "
            "They are shown as plain text everywhere; give them other names if you can."
        )
        yield Found(names, len(names), message, tuple(name[:80] for name in names[:5]))


FINDINGS.register(
    FindingSpec("hostile_name", "warning", "Other programs may take such a name for code.", _check, of_table=True)
)
