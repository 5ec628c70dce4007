"""What steps would change, seen before a version is made; nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench.artifacts import path as artifact_path
from mlworkbench.data.arrays import to_text
from mlworkbench.data.checking import check_real
from mlworkbench.data.datasets import get_dataset
from mlworkbench.data.repairs.chain import plans_of, run
from mlworkbench.data.repairs.spec import checked_steps
from mlworkbench.data.repairs.tables import open_work
from mlworkbench.data.repairs.work import Work, changed
from mlworkbench.projects import Project

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

MOST = 200_000  # rows that a preview looks at
_COLUMNS = 60  # and columns that are shown, with so many characters of a cell
_LONGEST = 200


@dataclass(frozen=True)
class RepairPreview:
    """What steps would do to a version.

    Parameters
    ----------
    looked_at : int
        Rows that the steps were tried on: all of the version's, or its first ones when there are more.
    rows_before, rows_after : int
        Of those.
    retyped : tuple of (column, before, after)
    cells_changed : int
        Cells of rows and columns that are there before and after.
    done : tuple of str
        What each step did, in words.
    before, after : DataFrame
        The first rows that change or go, and what becomes of them; indexed by the row's place in the version. When
        rows are made of several, the first ones of both tables.
    remade : bool
        Whether they are.
    """

    version_rows: int
    looked_at: int
    rows_before: int
    rows_after: int
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    retyped: tuple[tuple[str, str, str], ...]
    cells_changed: int
    done: tuple[str, ...]
    before: pd.DataFrame
    after: pd.DataFrame
    remade: bool

    @property
    def sentence(self) -> str:
        """The figures in words."""
        said = [
            f"{self.rows_before:,} rows" + (f" → {self.rows_after:,}" if self.rows_after != self.rows_before else "")
        ]
        if not self.remade:
            said.append(f"{self.cells_changed:,} {'cell' if self.cells_changed == 1 else 'cells'} changed")
        said += [f"new: {', '.join(self.columns_added)}"] if self.columns_added else []
        said += [f"gone: {', '.join(self.columns_removed)}"] if self.columns_removed else []
        said += [", ".join(f"{name}: {old} → {new}" for name, old, new in self.retyped)] if self.retyped else []
        part = self.looked_at < self.version_rows
        start = f"Of the first {self.looked_at:,} of {self.version_rows:,} rows: " if part else ""
        return f"{start}{'; '.join(said)}."

    def changes(self) -> pd.DataFrame:
        """The rows before and after in one table of text: a changed cell as "old → new", a row that goes as such.

        Rows are counted from 1 here, as people do. Columns that change come first; of very wide tables some are shown.
        """
        import pandas as pd

        if self.remade:
            return _texts(self.after.iloc[:, :_COLUMNS])
        before, after = _texts(self.before), _texts(self.after).reindex(self.before.index)
        there = self.before.index.isin(self.after.index)
        told: dict[str, list[str]] = {}
        quiet: dict[str, list[str]] = {}
        for name in map(str, after):
            old = before[name] if name in before else after[name]
            pairs = list(zip(old, after[name], there, strict=True))
            odd = name not in before or any(kept and one != other for one, other, kept in pairs)
            cells = [f"{one} → {other}" if kept and one != other else one for one, other, kept in pairs]
            (told if odd else quiet)[name] = ["" if name not in before and not kept else cell
                                              for cell, kept in zip(cells, there, strict=True)]  # fmt: skip
        shown = dict(list({**told, **quiet}.items())[:_COLUMNS])
        rows = [f"{place + 1}" if kept else f"{place + 1} (goes)"
                for place, kept in zip(before.index, there, strict=True)]  # fmt: skip
        return pd.DataFrame({_free("row", shown): rows, **shown})

    def to_json(self) -> dict[str, Any]:
        """As one document, without the rows."""
        names = ("version_rows", "looked_at", "rows_before", "rows_after", "cells_changed", "remade")
        return {
            **{name: getattr(self, name) for name in names},
            "columns_added": list(self.columns_added),
            "columns_removed": list(self.columns_removed),
            "retyped": [list(one) for one in self.retyped],
            "done": list(self.done),
        }


def _texts(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(object).where(frame.notna(), "missing").astype(str).map(lambda text: text[:_LONGEST])


def _free(name: str, taken: Mapping[str, Any]) -> str:
    """The name, or one like it that is not taken."""
    while name in taken:
        name += "_"
    return name


def preview_repair(
    project: Project, *, steps: Sequence[Mapping[str, Any]], dataset: str | None = None, rows: int = 50
) -> RepairPreview:
    """Try steps on a version (on its first 200,000 rows when it has more) without storing anything.

    Parameters
    ----------
    rows : int
        Changed rows to show.

    Raises
    ------
    InvalidInput
        field="steps": as `repair` would.
    """
    base = get_dataset(project, dataset)
    check_real(base)
    checked = checked_steps(steps)
    work = open_work(project, base, MOST if base.rows > MOST else None)
    start = work.table
    ran = run(work, checked)
    plans = plans_of(work, {one.name: one for one in base.columns}, same_rows=True)
    known = base.schema
    added = tuple(name for name in work.names if name not in known)
    removed = tuple(name for name in known if name not in work.columns)
    cells, shown = (0, None) if work.remade else _changes(start, work, rows)
    types = {plan.name: plan.type for plan in plans}
    retyped = tuple((name, kind, types[name]) for name, kind in known.items() if types.get(name, kind) != kind)
    before = start.slice(0, rows) if shown is None else start.take(shown)
    return RepairPreview(
        base.rows, len(start), len(start), len(work), added, removed, retyped, cells,
        tuple(one.text for one in ran.done),
        _frame(before, shown), _after(work, shown, rows), work.remade,
    )  # fmt: skip


def values_of(
    project: Project, column: str, *, dataset: str | None = None, most: int = 100
) -> tuple[tuple[str, int], ...]:
    """The most frequent values of a column as text, with their counts: what there is to be mapped."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    base = get_dataset(project, dataset)
    cells = pq.read_table(artifact_path(project, base.table), columns=[base.column(column).name])[column]
    counted = pc.value_counts(to_text(cells.combine_chunks().drop_null()))
    pairs = zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True)
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:most])


def _changes(start: pa.Table, work: Work, most: int) -> tuple[int, np.ndarray]:
    """How many cells are others, and the first rows that change or go, by place."""
    import numpy as np

    same = len(work) == len(start) and bool((work.rows == np.arange(len(start))).all())
    odd = np.ones(len(start), dtype=bool)
    odd[work.rows] = False
    count, known = 0, set(start.column_names)
    for name in work.names:
        if name not in known:
            odd[:] = True
        elif name in work.touched:
            old = start[name].combine_chunks() if same else start[name].take(work.rows).combine_chunks()
            mask = changed(_flat(old), work.cells(name))
            count += int(mask.sum())
            odd[work.rows[mask]] = True
    return count, np.flatnonzero(odd)[:most]


def _flat(cells: Any) -> pa.Array:
    import pyarrow as pa

    return pa.concat_arrays(cells.chunks) if isinstance(cells, pa.ChunkedArray) else cells


def _after(work: Work, shown: np.ndarray | None, most: int) -> pd.DataFrame:
    import numpy as np

    if shown is None:
        return _frame(work.table.slice(0, most), None)
    _, first = np.unique(work.rows, return_index=True)
    kept = first[np.isin(work.rows[first], shown)]
    return _frame(work.table.take(kept), work.rows[kept])


def _frame(table: pa.Table, places: np.ndarray | None) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa

    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    if places is not None:
        frame.index = pd.Index(places)
    return frame
