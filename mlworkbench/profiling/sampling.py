"""Sampled training rows, coded for associations; the last few are kept in memory, known by the dataset's id."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from mlworkbench.data import Dataset, draw_rows, learning_frame

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.profiling.linking import Coded
    from mlworkbench.projects import Project

_T = TypeVar("_T")
_KEPT = 24
_cache: OrderedDict[Hashable, Any] = OrderedDict()
_guard = threading.Lock()


@dataclass(frozen=True)
class Sampled:
    """Training rows with their columns coded; identifiers and constants go with nothing and are left out."""

    rows: int
    columns: tuple[Coded, ...]
    target: Coded | None

    def column(self, name: str) -> Coded | None:
        """The coded column of that name, the target included."""
        every = (*self.columns, self.target) if self.target else self.columns
        return next((one for one in every if one is not None and one.name == name), None)


def remembered(project: Project, key: tuple[Hashable, ...], make: Callable[[], _T]) -> _T:
    """What `make` gives, kept for the life of the process; the key must name immutable things (artifacts by id)."""
    full = (str(project.workspace.root), project.id, *key)
    with _guard:
        if full in _cache:
            _cache.move_to_end(full)
            known: _T = _cache[full]
            return known
    made = make()
    with _guard:
        _cache[full] = made
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return made


def looked_at_together(table: Dataset) -> tuple[str, ...]:
    """The columns whose associations mean something: no identifiers, no constants, not the target."""
    skip = {"identifier", "constant"}
    return tuple(one.name for one in table.columns if one.type not in skip and one.name != table.target)


def training_sample(
    project: Project, table: Dataset, rows: int, seed: int, columns: Sequence[str] | None = None
) -> Sampled:
    """Training rows drawn by a seed; columns by default those of `looked_at_together`."""
    names = tuple(columns) if columns is not None else looked_at_together(table)

    def make() -> Sampled:
        wanted = [*names, *([table.target] if table.target and table.target not in names else [])]
        if not wanted:
            return Sampled(0, (), None)
        drawn = draw_rows(project, table, rows, seed=seed, columns=wanted, training=True)
        return coded(learning_frame(drawn.table), table)

    return remembered(project, ("training_sample", table.id, rows, seed, names), make)


def coded(frame: pd.DataFrame, table: Dataset) -> Sampled:
    """Some training rows as associations take them."""
    from mlworkbench.profiling.linking import Coded

    skip = {one.name for one in table.columns if one.type in ("identifier", "constant")}
    columns = tuple(Coded(name, frame[name]) for name in frame.columns if name != table.target and name not in skip)
    target = Coded(table.target, frame[table.target]) if table.target and table.target in frame.columns else None
    return Sampled(len(frame), columns, target)
