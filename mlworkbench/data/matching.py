"""Rows of two versions brought together, by key or by content, and columns that may have got another name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlworkbench.artifacts import path as artifact_path
from mlworkbench.data.arrays import as_numpy, to_text
from mlworkbench.data.datasets import load_keys
from mlworkbench.data.keys import row_keys, value_keys
from mlworkbench.data.results import Dataset
from mlworkbench.errors import InvalidInput, listing
from mlworkbench.projects import Project

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

EXAMPLES = 5
_HEAD = 10_000
_SAME = 0.8
_LONGEST = 200


@dataclass(frozen=True)
class Renamed:
    """Two columns that may be one under another name; `share` of the `rows` looked at hold the same value."""

    old: str
    new: str
    share: float
    rows: int


class Tables:
    """The two typed tables, read a column at a time."""

    def __init__(self, project: Project, old: Dataset, new: Dataset) -> None:
        import pyarrow.parquet as pq

        self.project, self.old, self.new = project, old, new
        self.files = [pq.ParquetFile(artifact_path(project, one.table), memory_map=True) for one in (old, new)]
        self.shared = tuple(name for name in old.names if name in new.names)

    def column(self, side: int, name: str) -> pa.ChunkedArray:
        return self.files[side].read([name]).column(name)

    def both(self, name: str) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
        return self.column(0, name), self.column(1, name)

    def content_keys(self, side: int) -> np.ndarray:
        """Row keys over the shared columns: the stored ones when the columns are the same and no cell was repaired."""
        import numpy as np
        import pyarrow as pa

        repaired = self.old.settings.get("repairs") or self.new.settings.get("repairs")
        if set(self.old.names) == set(self.new.names) and not repaired:
            return load_keys(self.project, (self.old, self.new)[side])
        batches = self.files[side].iter_batches(columns=list(self.shared))
        keys = [row_keys(pa.Table.from_batches([batch]), self.shared) for batch in batches]
        return np.concatenate(keys) if keys else np.zeros(0, dtype=np.uint64)


@dataclass(frozen=True)
class Rows:
    """Which rows belong together: `left` and `right` are positions of the matched ones, None without a key."""

    added: int
    removed: int
    same: int
    left: np.ndarray | None = None
    right: np.ndarray | None = None
    added_names: tuple[str, ...] = ()
    removed_names: tuple[str, ...] = ()


def codes_of(old: pa.ChunkedArray, new: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """A whole number from 0 per cell, equal where the cells are; a missing cell is a value of its own."""
    import numpy as np
    import pyarrow as pa

    if old.type == new.type:
        encoded = pa.chunked_array([*old.chunks, *new.chunks], old.type).combine_chunks()
        encoded = encoded.dictionary_encode(null_encoding="encode")
        codes = as_numpy(encoded.indices).astype(np.int64)
    else:
        keys = np.concatenate([value_keys(old), value_keys(new)])
        codes = np.unique(keys, return_inverse=True)[1].astype(np.int64)
    return codes[: len(old)], codes[len(old) :]


def match_by_key(tables: Tables, names: Sequence[str]) -> Rows:
    import numpy as np

    left, right = codes_of(*tables.both(names[0]))
    for name in names[1:]:
        more_left, more_right = codes_of(*tables.both(name))
        size = int(max(more_left.max(initial=0), more_right.max(initial=0))) + 1
        joined = np.concatenate([left * size + more_left, right * size + more_right])
        joined = np.unique(joined, return_inverse=True)[1]
        left, right = joined[: len(left)], joined[len(left) :]
    size = int(max(left.max(initial=-1), right.max(initial=-1))) + 1
    for side, codes in enumerate((left, right)):
        _unique(tables, side, names, codes, size)
    at = np.full(size, -1, dtype=np.int64)
    at[right] = np.arange(len(right))
    partner = at[left]
    there = partner >= 0
    fresh = np.ones(len(right), dtype=bool)
    fresh[partner[there]] = False
    return Rows(
        int(fresh.sum()),
        int((~there).sum()),
        int(there.sum()),
        np.flatnonzero(there),
        partner[there],
        row_names(tables, 1, names, np.flatnonzero(fresh)[:EXAMPLES]),
        row_names(tables, 0, names, np.flatnonzero(~there)[:EXAMPLES]),
    )


def _unique(tables: Tables, side: int, names: Sequence[str], codes: np.ndarray, size: int) -> None:
    import numpy as np

    counts = np.bincount(codes, minlength=size)
    twice = counts > 1
    if not twice.any():
        return
    first = np.full(size, -1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    shown = row_names(tables, side, names, np.sort(first[twice])[:EXAMPLES])
    version = (tables.old, tables.new)[side]
    raise InvalidInput(
        f"A key names one row. {' + '.join(repr(name) for name in names)} is not unique in version {version.number}: "
        f"{int(twice.sum()):,} of its values are on {int(counts[twice].sum()):,} rows, such as {listing(shown)}. "
        "Add a column to the key, choose another, or compare without one.",
        field="key",
    )


def row_names(tables: Tables, side: int, names: Sequence[str], rows: np.ndarray) -> tuple[str, ...]:
    """Rows by what their key says."""
    if not len(rows):
        return ()
    cells = [texts_of(tables.column(side, name).take(rows)) for name in names]
    return tuple(" · ".join(parts) for parts in zip(*cells, strict=True))


def texts_of(cells: pa.ChunkedArray) -> list[str]:
    texts = to_text(cells).to_pylist()
    return ["missing" if text is None else text[:_LONGEST] + "…" * (len(text) > _LONGEST) for text in texts]


def match_by_content(tables: Tables) -> Rows:
    import numpy as np

    left, right = tables.content_keys(0), tables.content_keys(1)
    codes = np.unique(np.concatenate([left, right]), return_inverse=True)[1]
    size = int(codes.max(initial=-1)) + 1
    before, after = (np.bincount(part, minlength=size) for part in (codes[: len(left)], codes[len(left) :]))
    return Rows(
        int(np.maximum(after - before, 0).sum()),
        int(np.maximum(before - after, 0).sum()),
        int(np.minimum(before, after).sum()),
    )


def likely_renamed(tables: Tables, rows: Rows) -> tuple[Renamed, ...]:
    """Removed and added columns that say the same in the rows both have, beyond what chance would (Cohen's kappa 1960).

    Rows belong together by key, or by place without one; the first of them are looked at.
    """
    import numpy as np

    gone = [name for name in tables.old.names if name not in tables.new.names]
    come = [name for name in tables.new.names if name not in tables.old.names]
    if not gone or not come:
        return ()
    if rows.left is not None and rows.right is not None:
        left, right = rows.left[:_HEAD], rows.right[:_HEAD]
    else:
        left = right = np.arange(min(_HEAD, tables.old.rows, tables.new.rows))
    if not len(left):
        return ()
    before = {name: value_keys(tables.column(0, name).take(left)) for name in gone}
    after = {name: value_keys(tables.column(1, name).take(right)) for name in come}
    found = []
    for old in gone:
        for new in come:
            share, beyond = _agreement(before[old], after[new])
            if beyond >= _SAME:
                found.append((beyond, Renamed(old, new, share, len(left))))
    taken: set[str] = set()
    best = []
    for _, one in sorted(found, key=lambda pair: -pair[0]):
        if one.old not in taken and one.new not in taken:
            taken |= {one.old, one.new}
            best.append(one)
    return tuple(best)


def _agreement(left: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """The share of equal cells, and Cohen's kappa."""
    import numpy as np

    codes = np.unique(np.concatenate([left, right]), return_inverse=True)[1]
    size = int(codes.max()) + 1
    share = float((left == right).mean())
    shares = [np.bincount(part, minlength=size) / len(left) for part in (codes[: len(left)], codes[len(left) :])]
    chance = float(shares[0] @ shares[1])
    return share, (share - chance) / (1 - chance) if chance < 1 else 0.0
