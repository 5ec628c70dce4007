"""Two versions compared: columns, rows by key or by content, cells, and how the values are spread.

Cells of a column that has the same type in both versions are compared as they are stored; where the type changed,
by what they say ("29.85" and 29.85 are one value, as in row keys). One column of the two tables is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench.artifacts import find, list_artifacts, put_json, read_json
from mlworkbench.data.datasets import get_dataset
from mlworkbench.data.matching import (
    EXAMPLES,
    Renamed,
    Rows,
    Tables,
    codes_of,
    likely_renamed,
    match_by_content,
    match_by_key,
    row_names,
    texts_of,
)
from mlworkbench.data.results import Dataset
from mlworkbench.data.shifts import Shift, adjusted, shift_of
from mlworkbench.errors import InvalidInput, listing
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.projects import Project

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

DIFF = "version_diff"
DIRECT_ROWS = 200_000


@dataclass(frozen=True)
class ColumnDiff:
    """One column that both versions have.

    Parameters
    ----------
    changed : int or None
        Cells that differ in the rows matched by key; None without a key.
    examples : tuple of (row, old, new)
        The first of them; the row is named by its key. Texts from data.
    missing_old, missing_new : float
        Share of the rows without a value.
    """

    name: str
    old_type: str
    new_type: str
    changed: int | None
    examples: tuple[tuple[str, str, str], ...]
    missing_old: float
    missing_new: float
    shift: Shift


@dataclass(frozen=True)
class VersionDiff:
    """What changed from one version to another.

    Parameters
    ----------
    key : tuple of str
        The columns that name a row; empty when rows were compared by their content.
    added, removed, reordered : tuple of str
        Columns; reordered are those that stand at another place among the shared ones.
    retyped : tuple of (column, old type, new type)
    rows_added, rows_removed, rows_same : int
        By content a row that occurs three times before and once after counts as two removed.
    rows_changed : int or None
        Rows of the same key with another cell; None without a key, as content alone cannot tell.
    added_rows, removed_rows : tuple of str
        The first of them, by key; empty without one.
    """

    id: str
    old: str
    new: str
    old_number: int
    new_number: int
    old_rows: int
    new_rows: int
    key: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    retyped: tuple[tuple[str, str, str], ...]
    reordered: tuple[str, ...]
    renamed: tuple[Renamed, ...]
    rows_added: int
    rows_removed: int
    rows_changed: int | None
    rows_same: int
    added_rows: tuple[str, ...]
    removed_rows: tuple[str, ...]
    columns: tuple[ColumnDiff, ...]

    @property
    def sentence(self) -> str:
        """All of it in one sentence."""
        changed = f", {self.rows_changed:,} changed" if self.rows_changed is not None else ""
        columns = [
            f"{len(names):,} {words}"
            for names, words in ((self.added, "added"), (self.removed, "removed"), (self.retyped, "of another type"))
            if names
        ]
        shifted = sum(column.shift.found for column in self.columns)
        tested = sum(column.shift.test is not None for column in self.columns)
        return (
            f"From version {self.old_number} to {self.new_number}: {self.rows_added:,} rows added, "
            f"{self.rows_removed:,} removed{changed}, {self.rows_same:,} the same; columns: "
            f"{', '.join(columns) or 'the same'}; {shifted:,} of {tested:,} tested columns are spread differently."
        )

    def as_dict(self) -> dict[str, Any]:
        """The document as it is stored."""
        body = asdict(self)
        del body["id"]
        return body

    @classmethod
    def from_dict(cls, body: Mapping[str, Any], *, id: str) -> VersionDiff:  # noqa: A002
        """Rebuild it from its stored document."""
        values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in body.items()}
        values["retyped"] = tuple(tuple(one) for one in body["retyped"])
        values["renamed"] = tuple(Renamed(**one) for one in body["renamed"])
        values["columns"] = tuple(
            ColumnDiff(**{**one, "examples": tuple(tuple(e) for e in one["examples"]), "shift": Shift(**one["shift"])})
            for one in body["columns"]
        )
        return cls(**values, id=id)


def check_compare(project: Project, *, old: str, new: str, key: str | Sequence[str] | None, **_: Any) -> None:
    """Both versions exist and have the key's columns."""
    _named_key(get_dataset(project, old), get_dataset(project, new), key)


def _named_key(old: Dataset, new: Dataset, key: str | Sequence[str] | None) -> tuple[str, ...]:
    names = (key,) if isinstance(key, str) else tuple(key or ())
    for name in names:
        for version in (old, new):
            if name not in version.names:
                raise InvalidInput(
                    f"A key is made of columns that both versions have. {name!r} is no column of version "
                    f"{version.number}. Shared columns: {listing(n for n in old.names if n in new.names)}.",
                    field="key",
                )
    return names


@job(lane="light", title="Comparing two versions", check=check_compare)
def compare_versions(
    project: Project,
    old: str,
    new: str,
    *,
    key: str | Sequence[str] | None = None,
    progress: Progress = SILENT,
) -> VersionDiff:
    """Compare two versions: schema, rows, cells and distributions; kept as an artifact of kind "version_diff".

    Parameters
    ----------
    old, new : str
        Ids of datasets.
    key : str or sequence of str, optional
        The columns that name a row. Without it rows are compared by all the cells they have in common, with how often
        each occurs, and what is a changed row cannot be told from one removed and one added.

    Raises
    ------
    InvalidInput
        field="key": no column of both versions, or not unique in one of them (the values are named).
    NotFound
        No such version.
    """
    before, after = get_dataset(project, old), get_dataset(project, new)
    names = _named_key(before, after, key)
    tables = Tables(project, before, after)
    progress.update(0.0, "Matching rows")
    rows = match_by_key(tables, names) if names else match_by_content(tables)
    shared = tables.shared
    columns, changed = _columns(tables, rows, names, progress)
    place = {name: position for position, name in enumerate(n for n in after.names if n in before.names)}
    found = VersionDiff(
        id="",
        old=before.id,
        new=after.id,
        old_number=before.number,
        new_number=after.number,
        old_rows=before.rows,
        new_rows=after.rows,
        key=names,
        added=tuple(name for name in after.names if name not in before.names),
        removed=tuple(name for name in before.names if name not in after.names),
        retyped=tuple((n, before.schema[n], after.schema[n]) for n in shared if before.schema[n] != after.schema[n]),
        reordered=tuple(name for position, name in enumerate(shared) if place[name] != position),
        renamed=likely_renamed(tables, rows),
        rows_added=rows.added,
        rows_removed=rows.removed,
        rows_changed=changed,
        rows_same=rows.same - (changed or 0),
        added_rows=rows.added_names,
        removed_rows=rows.removed_names,
        columns=columns,
    )
    parents = list(dict.fromkeys((before.id, after.id)))
    kept = put_json(project, DIFF, found.as_dict(), parents=parents, meta={"key": list(names)})
    progress.update(1.0, found.sentence)
    return get_diff(project, kept.id)


def get_diff(project: Project, ref: str) -> VersionDiff:
    """A comparison that was made, by id; NotFound lists those there are."""
    kept = find(project, ref, kind=DIFF)
    return VersionDiff.from_dict(read_json(project, kept.id), id=kept.id)


def find_diff(project: Project, old: str, new: str, key: Sequence[str] = ()) -> VersionDiff | None:
    """The comparison of these two versions by this key, when it was made before."""
    wanted = tuple(dict.fromkeys((old, new)))
    for kept in list_artifacts(project, DIFF):
        if kept.parents == wanted and kept.meta.get("key") == list(key):
            return get_diff(project, kept.id)
    return None


def _columns(
    tables: Tables, rows: Rows, names: Sequence[str], progress: Progress
) -> tuple[tuple[ColumnDiff, ...], int | None]:
    """Each shared column, and how many matched rows have another cell anywhere."""
    import numpy as np

    matched = rows.left is not None
    touched = np.zeros(rows.same if matched else 0, dtype=bool)
    facts: list[tuple[str, int | None, tuple[tuple[str, str, str], ...], float, float]] = []
    shifts = []
    for place, name in enumerate(tables.shared):
        progress.update(0.1 + 0.85 * place / len(tables.shared), f"Column {place + 1} of {len(tables.shared)}")
        old, new = tables.both(name)
        codes = codes_of(old, new)
        changed: int | None = None
        examples: tuple[tuple[str, str, str], ...] = ()
        if rows.left is not None and rows.right is not None:
            differs = codes[0][rows.left] != codes[1][rows.right]
            touched |= differs
            changed = int(differs.sum())
            examples = _changes(tables, rows, names, (old, new), np.flatnonzero(differs)[:EXAMPLES])
        missing = old.null_count / max(1, len(old)), new.null_count / max(1, len(new))
        facts.append((name, changed, examples, *missing))
        shifts.append(shift_of(old, new, tables.old.schema[name], tables.new.schema[name], codes))
    columns = tuple(
        ColumnDiff(
            name, tables.old.schema[name], tables.new.schema[name], changed, examples, missing_old, missing_new, shift
        )
        for (name, changed, examples, missing_old, missing_new), shift in zip(facts, adjusted(shifts), strict=True)
    )
    return columns, int(touched.sum()) if matched else None


def _changes(
    tables: Tables,
    rows: Rows,
    names: Sequence[str],
    cells: tuple[pa.ChunkedArray, pa.ChunkedArray],
    at: np.ndarray,
) -> tuple[tuple[str, str, str], ...]:
    if not len(at) or rows.left is None or rows.right is None:
        return ()
    left, right = rows.left[at], rows.right[at]
    named = row_names(tables, 0, names, left)
    return tuple(zip(named, texts_of(cells[0].take(left)), texts_of(cells[1].take(right)), strict=True))
