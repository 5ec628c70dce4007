"""A table under repair: its cells, what each row is known by, and what the steps did to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mlworkbench.data.arrays import as_numpy
from mlworkbench.data.keys import row_keys, value_keys
from mlworkbench.data.repairs.spec import wrong
from mlworkbench.data.results import Column
from mlworkbench.errors import listing

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    from mlworkbench.projects import Project


@dataclass
class Work:
    """The table as it stands between two steps.

    Parameters
    ----------
    columns : dict
        What is known of each column of the table, in its order.
    keys, rows, learn : arrays
        Of each row: its key, its place in the version that is repaired, and whether figures may be learnt from it.
    target, bound : str
        The column to predict, and the one by which groups are held out.
    elsewhere : bool
        The rows are not the version's own but of another file.
    touched, chosen : set of str
        Columns whose cells were worked on, and those of them whose type was said.
    remade : bool
        Rows were made of several rows: they have new keys.
    parents : list of str
        Other versions that went into it.
    """

    table: pa.Table
    columns: dict[str, Column]
    keys: np.ndarray
    rows: np.ndarray
    learn: np.ndarray
    project: Project | None = None
    target: str | None = None
    bound: str | None = None
    elsewhere: bool = False
    touched: set[str] = field(default_factory=set)
    chosen: set[str] = field(default_factory=set)
    remade: bool = False
    parents: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns there are at this step."""
        return tuple(self.columns)

    def need(self, names: Sequence[str]) -> None:
        """InvalidInput unless all of these are columns at this step."""
        gone = [name for name in names if name not in self.columns]
        if gone:
            raise wrong(f"There is no column {listing(map(repr, gone))} at this step. Columns: {listing(self.names)}.")

    def cells(self, name: str) -> pa.Array:
        """A column's cells."""
        import pyarrow as pa

        self.need([name])
        found = self.table[name].combine_chunks()
        return pa.concat_arrays(found.chunks) if isinstance(found, pa.ChunkedArray) else found

    def words(self, name: str, doing: str) -> pa.Array:
        """A column's cells, which must be text."""
        import pyarrow as pa

        found = self.cells(name)
        if not pa.types.is_string(found.type):
            raise wrong(f"{doing} is for text, and {name!r} holds {kind_of(found.type)}. Retype it to text first.")
        return found

    def frame(self, names: Sequence[str]) -> pd.DataFrame:
        """Columns as expressions and models take them."""
        from mlworkbench.data.datasets import learning_frame

        self.need(names)
        return learning_frame(self.table.select(list(names)))

    def put(self, name: str, cells: pa.Array, *, type: str = "", evidence: str = "") -> int:  # noqa: A002
        """Put cells into a column, an old one or a new one at the end; how many of an old one's are others now."""
        old = self.columns.get(name)
        count = len(cells)
        if old is None:
            self.table = self.table.append_column(name, cells)
            self.columns[name] = Column(name, type or "text", 0, 0, evidence)
        else:
            count = int(changed(self.cells(name), cells).sum())
            if name == self.bound and count:
                raise wrong(f"Groups of {name!r} are held out: its cells must stay what they are.")
            place = self.names.index(name)
            self.table = self.table.set_column(place, name, cells)
            said: Any = {"type": type, "evidence": evidence, "overridden": True, "marks": None, "day_first": None}
            self.columns[name] = replace(old, **(said if type else {}))
        self.touched.add(name)
        if type:
            self.chosen.add(name)
        return count

    def keep(self, rows: np.ndarray) -> int:
        """Keep some of the rows, by a mask or by their places; how many fewer there are."""
        import numpy as np

        places = np.flatnonzero(rows) if rows.dtype == bool else rows
        before = len(self)
        if len(places) == 0:
            raise wrong("No row would be left. Loosen the condition, or leave the step out.")
        self.table = self.table.take(places)
        self.keys, self.rows, self.learn = self.keys[places], self.rows[places], self.learn[places]
        return before - len(self)

    def drop(self, names: Sequence[str]) -> None:
        """Leave columns out; the target, and what the holdout is cut by, must stay."""
        self.need(names)
        for name in names:
            if name == self.target:
                raise wrong(f"{name!r} is the target and cannot be dropped. Choose another target first.")
            if name == self.bound:
                raise wrong(f"Groups of {name!r} are held out: without it, new rows could not be told. Leave it in.")
        if len(names) == len(self.names):
            raise wrong("No column would be left. Leave at least one.")
        self.table = self.table.drop_columns(list(names))
        for name in names:
            del self.columns[name]
            self.touched.discard(name)
            self.chosen.discard(name)

    def rename(self, names: Mapping[str, str]) -> None:
        """Give columns other names."""
        self.need(list(names))
        after = [names.get(name, name) for name in self.names]
        twice = sorted({name for name in after if after.count(name) > 1})
        if twice:
            raise wrong(f"Two columns would be named {listing(map(repr, twice))}. Choose other names.")
        if self.bound in names or (self.bound and self.target in names):
            raise wrong(
                f"Groups of {self.bound!r} are held out, for the target {self.target!r}: neither can be renamed. "
                "Leave them as they are."
            )
        self.table = self.table.rename_columns(after)
        self.columns = {new: replace(old, name=new) for new, old in zip(after, self.columns.values(), strict=True)}
        self.touched = {names.get(name, name) for name in self.touched}
        self.chosen = {names.get(name, name) for name in self.chosen}
        self.target = names.get(self.target, self.target) if self.target else None

    def remake(self, table: pa.Table, columns: Sequence[Column]) -> None:
        """Put a table of other rows in place of this one; they get keys of their own."""
        import numpy as np

        self.table, self.columns = table, {one.name: one for one in columns}
        self.keys = row_keys(table)
        self.rows = np.arange(len(table))
        self.learn = np.ones(len(table), dtype=bool)
        self.touched &= set(self.columns)
        self.chosen &= set(self.columns)
        self.remade = True
        if self.target not in self.columns:
            self.target = None


def changed(before: pa.Array, after: pa.Array) -> np.ndarray:
    """Which cells say something else; "29.85" and 29.85 say the same, as in row keys."""
    import pyarrow.compute as pc

    if before.type != after.type:
        different: np.ndarray = value_keys(before) != value_keys(after)
        return different
    there = as_numpy(before.is_valid()) != as_numpy(after.is_valid())
    mask: np.ndarray = there | as_numpy(pc.fill_null(pc.not_equal(before, after), False))
    return mask


def kind_of(kind: pa.DataType) -> str:
    """What a column of this stored type holds, in words."""
    import pyarrow as pa

    if pa.types.is_integer(kind):
        return "whole numbers"
    return {"double": "numbers", "timestamp[us]": "dates"}.get(str(kind), "text")


def cell(value: Any, kind: pa.DataType, name: str) -> Any:
    """A value as a cell of a column of this stored type; None is missing. Refused when it cannot be one."""
    import pyarrow as pa

    if value is None:
        return None
    if pa.types.is_string(kind):
        whole = isinstance(value, float) and value.is_integer()
        return value if isinstance(value, str) else str(int(value) if whole else value)
    try:
        if pa.types.is_timestamp(kind):
            found = datetime.fromisoformat(str(value).strip())
            if found.tzinfo is None:
                return pa.scalar(found, kind)
        elif pa.types.is_floating(kind):
            number = float(value)
            if abs(number) < float("inf"):
                return pa.scalar(number, kind)
        else:
            whole_number = int(value) if isinstance(value, str) else value
            if whole_number == int(whole_number) and abs(whole_number) < 2**63:
                return pa.scalar(int(whole_number), kind)
    except (ValueError, OverflowError):
        pass
    hint = " (write it like 2024-12-31)" if pa.types.is_timestamp(kind) else ""
    raise wrong(f"{name!r} holds {kind_of(kind)}, and {value!r} is none{hint}. Give another value, or retype it first.")


def plural(count: int, one: str, several: str = "") -> str:
    """ "1 cell" or "2,000 cells"."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"
