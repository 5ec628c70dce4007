"""Columns of another version, by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlworkbench.artifacts import path as artifact_path
from mlworkbench.data.arrays import as_numpy
from mlworkbench.data.keys import row_keys
from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting, wrong
from mlworkbench.data.repairs.work import Work, plural
from mlworkbench.errors import listing

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    import numpy as np
    import pyarrow.parquet as pq

    from mlworkbench.data.tags import get_version

    if work.project is None:
        raise wrong("Another version is joined in a project only.")
    other, on = get_version(work.project, given["dataset"]), given["on"]
    work.need(on)
    gone = [name for name in on if name not in other.names]
    if gone:
        raise wrong(f"Version {other.number} has no column {listing(map(repr, gone))}. It has: {listing(other.names)}.")
    right = pq.read_table(artifact_path(work.project, other.table))
    left_keys, left_there = _keys(work.table, on)
    right_keys, right_there = _keys(right, on)
    places = np.flatnonzero(right_there)
    places = places[np.argsort(right_keys[places], kind="stable")]
    ordered = right_keys[places]
    first = np.searchsorted(ordered, left_keys, "left")
    counts = np.where(left_there, np.searchsorted(ordered, left_keys, "right") - first, 0)
    matched = int((counts > 0).sum())
    lines = counts if given["how"] == "inner" else np.maximum(counts, 1)
    size = int(lines.sum())
    if size > given["growth"] * len(work):
        raise wrong(
            f"The join by {listing(on)} would make {size:,} rows of {len(work):,}: in version {other.number}, "
            f"{len(ordered) - len(np.unique(ordered)):,} rows repeat a key. Deduplicate or aggregate it first, add a "
            f"column to the key, or raise growth (now {given['growth']:g} times)."
        )
    if size == 0:
        raise wrong(
            f"No row of version {other.number} has a key of this table in {listing(on)}. Nothing would be left."
        )
    source = np.repeat(np.arange(len(work)), lines)
    start = np.repeat(np.cumsum(lines) - lines, lines)
    found = np.repeat(counts > 0, lines)
    at = np.repeat(first, lines) + (np.arange(size) - start)
    partner = np.where(found, places[np.minimum(at, max(len(places) - 1, 0))] if len(places) else -1, -1)
    added = _added(work, right, other, on, given["suffix"], partner)
    if size != len(work) or (source != np.arange(len(work))).any():
        work.keep(source)
    for name, cells, column in added:
        work.table = work.table.append_column(name, cells)
        work.columns[name] = replace(column, name=name)
    work.parents.append(other.id)
    text = (
        f"{plural(len(added), 'column')} of version {other.number} joined by {', '.join(on)}: {matched:,} of "
        f"{plural(len(lines), 'row')} found there, {plural(size, 'row')} now"
    )
    return Done(len(added), text, settled={"dataset": other.id})


def _keys(table: pa.Table, on: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Keys of the rows over these columns, named alike on both sides, and whether no part of them is missing."""
    import numpy as np

    there = np.ones(len(table), dtype=bool)
    for name in on:
        there &= as_numpy(table[name].is_valid())
    return row_keys(table, on), there


def _added(work: Work, right: pa.Table, other: Any, on: list[str], suffix: str, partner: np.ndarray) -> list[Any]:
    import numpy as np
    import pyarrow as pa

    taken, found = set(work.names), []
    index = pa.array(np.where(partner < 0, 0, partner), mask=partner < 0)
    for name in right.column_names:
        if name in on:
            continue
        new = f"{name}{suffix}" if name in taken else name
        if new in taken:
            raise wrong(f"Both tables have {name!r}, and {new!r} is taken too. Choose another suffix.")
        taken.add(new)
        cells = right[name].take(index) if len(right) else pa.nulls(len(partner), right[name].type)
        found.append((new, cells, other.column(name)))
    return found


REPAIRS.register(
    RepairSpec(
        "join",
        "Join another version",
        "Columns of another table of the project, by columns that both have. A missing key finds no partner.",
        (
            Setting("dataset", "dataset", label="The other version", help="Number, tag or id.", required=True),
            Setting("on", "columns", [], "By these columns of both", required=True),
            Setting(
                "how",
                "choice",
                "left",
                "Rows without a partner",
                "left keeps them, inner drops them.",
                choices=("left", "inner"),
            ),
            Setting("suffix", "text", "_right", "Added to a name that is in both"),
            Setting("growth", "float", 2.0, "Most rows, times as many as now", low=1.0, high=100.0),
        ),
        "rows",
        _apply,
    )
)
