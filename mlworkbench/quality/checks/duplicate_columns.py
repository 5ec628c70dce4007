"""Columns that say the same in every row, in the same values or in other words for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, NUMBERS, CheckSpec, Suspect, listed

if TYPE_CHECKING:
    from mlworkbench.quality.scan import Scan

FEW = 50  # different whole numbers up to here may be codes of words


def _check(scan: Scan) -> Iterable[Suspect]:
    same: dict[object, list[str]] = defaultdict(list)
    coded: dict[object, list[str]] = defaultdict(list)
    types = scan.types
    for one in scan.columns():
        if one.type == "constant" or one.distinct < 2 or one.name == scan.dataset.target:
            continue
        same[(one.type in NUMBERS, one.type == "datetime", _digest(_plain(scan, one.name)))].append(one.name)
        few = one.type not in (*NUMBERS, "datetime") or (one.type == "integer" and one.distinct <= FEW)
        if few and one.distinct * 2 <= scan.rows:
            coded[_digest(scan.codes(one.name))].append(one.name)
    known = set()
    for names in same.values():
        if len(names) > 1:
            known |= set(names)
            yield _suspect(scan, names, "are equal in every row")
    for names in coded.values():
        if len(names) > 1 and not set(names) <= known and any(types[name] not in NUMBERS for name in names):
            yield _suspect(scan, names, "say the same in every row, in other words")


def _plain(scan: Scan, name: str) -> object:
    from mlworkbench.quality.scan import hashed

    return hashed(scan.raw(name))


def _digest(values: object) -> bytes:
    import hashlib

    import numpy as np

    return hashlib.blake2b(np.ascontiguousarray(values).tobytes(), digest_size=16).digest()


def _suspect(scan: Scan, names: list[str], words: str) -> Suspect:
    return Suspect(
        tuple(names),
        len(names) - 1,
        f"{listed(names)} {words}.",
        None,
        rows=tuple(range(min(3, scan.rows))),
        repair=steps.drop_columns(*names[1:]),
    )


CHECKS.register(
    CheckSpec(
        "duplicate_columns",
        "warning",
        "Told twice, a fact counts twice in linear models and shares its importance in all others.",
        _check,
    )
)
