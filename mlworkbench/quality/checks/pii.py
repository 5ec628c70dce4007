"""Cells or names of columns that tell who somebody is: e-mail, telephone, IP address, card number, name, address."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, per_column

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

LEAST = 2  # different values
PATTERNS = {
    "e-mail addresses": r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
    "telephone numbers": r"(^|[^\w.])(\+\d{1,3}[ -]?\(?\d{1,4}\)?([ /-]?\d{2,4}){2,4}|\(\d{3}\) ?\d{3}-\d{4}|"
    r"\d{3}-\d{3}-\d{4}|0\d{10})($|\D)",
    "IP addresses": r"(^|[^\d.])((25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(25[0-5]|2[0-4]\d|1?\d?\d)($|[^\d.])",
    "social security numbers": r"^\d{3}-\d{2}-\d{4}$",
    "account numbers (IBAN)": r"^[A-Z]{2}\d{2}( ?[A-Z0-9]{4}){3,7}( ?[A-Z0-9]{1,3})?$",
}
CARD = r"^[3-6]\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d{1,7}$"
NAMED = (
    ("names", re.compile(r"(?i)(^|[^a-z])(first|last|middle|full|given|family|maiden|sur)?[ _.-]?name(s)?$"), True),
    ("addresses", re.compile(r"(?i)(^|[^a-z])(street|address|addr|home_?address)($|[^a-z])"), True),
    (
        "dates of birth",
        re.compile(r"(?i)(birth[ _-]?(date|day)|date[ _-]?of[ _-]?birth|(^|[^a-z])dob($|[^a-z]))"),
        False,
    ),
    ("official numbers", re.compile(r"(?i)(^|[^a-z])(ssn|passport|social[ _-]?security|tax[ _-]?id|iban)"), False),
)
_PERSON = r"^\p{Lu}[\p{L}'.-]+([ ,]+[\p{L}'.()\"-]+){0,8}$"


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    import numpy as np

    values, counts = scan.values(column.name) if column.type != "datetime" else (None, None)
    if values is not None and counts is not None and column.type not in ("integer", "number"):
        matched = [(what, found) for what, found in _matches(values) if found.sum() >= LEAST]
        if matched:
            what = " and ".join(f"{what} ({int(counts[found].sum()):,})" for what, found in matched)
            every = np.logical_or.reduce([found for _, found in matched])
            yield _suspect(scan, column, what, int(counts[every].sum()), values.filter(every).to_pylist())
            return
    for what, name, person in NAMED:
        if not name.search(column.name) or column.distinct < 10:
            continue
        if person and (values is None or not _share(values, _PERSON if what == "names" else r"\p{L}.*\d|\d.*\p{L}")):
            continue
        yield _suspect(scan, column, f"{what}, by the name of the column", scan.filled(column.name), None)
        return
    if values is not None and column.type == "integer" and column.distinct >= LEAST:
        texts = values.cast("string")
        cards = _cards(texts)
        if cards.sum() >= max(3, 0.9 * len(values)):
            yield _suspect(scan, column, "card numbers", int(np.asarray(counts)[cards].sum()), None)


def _matches(values: pa.Array) -> Iterable[tuple[str, np.ndarray]]:
    import numpy as np
    import pyarrow.compute as pc

    for what, pattern in PATTERNS.items():
        yield what, np.asarray(pc.match_substring_regex(values, pattern).to_numpy(zero_copy_only=False), dtype=bool)
    cards = _cards(values)
    likely = int(np.asarray(pc.match_substring_regex(values, CARD).to_numpy(zero_copy_only=False)).sum())
    if cards.sum() >= 3 and cards.sum() >= 0.9 * likely:
        yield "card numbers", cards


def _cards(values: pa.Array) -> np.ndarray:
    """Values written like card numbers whose check digit is right (Luhn 1960, ISO/IEC 7812-1)."""
    import numpy as np
    import pyarrow.compute as pc

    found = np.array(pc.match_substring_regex(values, CARD).to_numpy(zero_copy_only=False), dtype=bool)
    for place in np.flatnonzero(found):
        found[place] = luhn(values[int(place)].as_py())
    return found


def luhn(text: str) -> bool:
    """Whether the check digit of a number is right."""
    digits = [int(sign) for sign in text if sign.isdigit()][::-1]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + doubled) % 10 == 0


def _share(values: pa.Array, pattern: str) -> bool:
    import pyarrow.compute as pc

    fits = pc.sum(pc.match_substring_regex(values[:500], pattern)).as_py() or 0
    return bool(fits >= 0.8 * min(len(values), 500))


def _suspect(scan: Scan, column: Column, what: str, cells: int, values: list[str] | None) -> Suspect:
    rows = scan.where(column.name, values[:50]) if values else scan.at(scan.cells(column.name).is_valid())
    return Suspect(
        (column.name,),
        cells,
        f"{column.name} seems to hold {what}: {cells:,} cells.",
        cells / scan.rows,
        rows=rows[:3],
        repair=None if column.name == scan.dataset.target else steps.drop_columns(column.name),
    )


CHECKS.register(
    CheckSpec(
        "pii",
        "warning",
        "It tells who somebody is. Keep it only where the law and the people allow it; a model hardly needs it.",
        per_column(_look, "category", "text", "binary", "identifier", "integer", "datetime"),
    )
)
