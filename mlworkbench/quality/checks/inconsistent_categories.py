"""One thing under several names: "NY", "ny ", "New York", "Nwe York"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, listed, of, per_column
from mlworkbench.quality.spellings import abbreviated, folded, slips

if TYPE_CHECKING:
    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

MOST_COMPARED = 5_000  # different values that are compared letter by letter
LONGEST = 60  # characters on average; longer values are prose


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    found, counts = scan.values(column.name)
    if len(found) < 2 or len(found) * 10 > 9 * counts.sum():
        return  # nearly every cell has a value of its own
    values: list[str] = found.to_pylist()
    if sum(map(len, values)) > LONGEST * len(values):
        return
    sizes = dict(zip(values, counts.tolist(), strict=True))
    kept = _same(sizes)
    if len(kept) <= MOST_COMPARED:
        grouped: dict[str, int] = defaultdict(int)
        for value, size in sizes.items():
            grouped[kept[value]] += size
        if column.name != scan.dataset.target:
            closer = {**slips(grouped), **(abbreviated(grouped) if column.type == "category" else {})}
            kept = {value: closer.get(name, name) for value, name in kept.items()}
    else:
        scan.leave_out(f"{len(values):,} different values were not compared letter by letter", column.name)
    mapping = {value: name for value, name in kept.items() if value != name}
    if not mapping:
        return
    cells = sum(sizes[value] for value in mapping)
    shown = [f"{old!r} ({sizes[old]:,}) for {new!r} ({sizes.get(new, 0):,})" for old, new in mapping.items()]
    yield Suspect(
        (column.name,),
        cells,
        f"{column.name} has several spellings of one thing: {listed(shown, 4)}. "
        f"{of(cells, 'cell says', 'cells say')} it in the rarer way.",
        cells / scan.rows,
        rows=scan.where(column.name, list(mapping)),
        repair=steps.map_categories(column.name, mapping),
    )


def _same(sizes: Mapping[str, int]) -> dict[str, str]:
    """Each value that differs from another in case, spaces, accents or punctuation only: the most frequent spelling."""
    groups: dict[str, list[str]] = defaultdict(list)
    for value in sizes:
        groups[folded(value)].append(value)
    found = {value: value for value in sizes}
    for fold, members in groups.items():
        if fold and len(members) > 1:
            best = max(members, key=lambda value: (sizes[value], value == value.strip(), value))
            found.update(dict.fromkeys(members, best.strip() if best.strip() in sizes else best))
    return found


CHECKS.register(
    CheckSpec(
        "inconsistent_categories",
        "warning",
        "Each spelling becomes a category of its own: counts are split, and rare ones teach nothing.",
        per_column(_look, "category", "binary", "text"),
    )
)
