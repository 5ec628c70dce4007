"""A table as checks see it: column by column, read when asked for; of the target, the training rows only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import Column, Dataset, load_holdout, load_training
from mlworkbench.quality.results import NotDone

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from mlworkbench.projects import Project

ROOM = 40_000_000  # cells that are held in memory
EXAMPLES = 5
SHOWN = 6  # columns of an example row
LONGEST = 120  # characters of a cell that is shown
MOST_PAIRED = 200  # columns that are compared with each other


class Scan:
    """What one run of the checks works on.

    Parameters
    ----------
    sample_rows : int
        Rows that pairwise, multivariate and model-based checks draw at most.
    """

    def __init__(self, project: Project, dataset: Dataset, *, sample_rows: int, seed: int) -> None:
        self.project, self.dataset, self.sample_rows, self.seed = project, dataset, sample_rows, seed
        self.rows = dataset.rows
        self.left_out: list[NotDone] = []
        self.types = dataset.schema
        self._places = {name: place for place, name in enumerate(dataset.names, 1)}
        self.code = ""  # of the check that runs
        self._kept: OrderedDict[str, Any] = OrderedDict()

    # -- columns ----------------------------------------------------------------------------------
    def columns(self, *types: str) -> tuple[Column, ...]:
        """The columns of these types (none: of all), in the order of the table."""
        return tuple(one for one in self.dataset.columns if not types or one.type in types)

    def paired(self, *types: str) -> list[str]:
        """Names of up to 200 columns to be compared with each other; what is left out is noted."""
        names = [one.name for one in self.columns(*types) if one.type != "constant"]
        target = self.dataset.target
        names.sort(key=lambda name: name != target)  # the target is never left out
        if len(names) > MOST_PAIRED:
            self.leave_out(f"only the first {MOST_PAIRED} of {len(names):,} columns were compared with each other")
        return names[:MOST_PAIRED]

    def leave_out(self, reason: str, *columns: str) -> None:
        """Note what the check that runs did not do."""
        self.left_out.append(NotDone(self.code, columns, reason))

    def cells(self, name: str) -> pa.Array:
        """A column as it is stored; of the target, the rows that are not for training are null."""
        import pyarrow.compute as pc

        def read() -> Any:
            column = self._file.read([name])[name].combine_chunks()
            return pc.if_else(self._mask, column, None) if name == self.dataset.target else column

        return self._keep(f"cells {name}", read)

    def raw(self, name: str) -> pa.Array:
        """A column as it is stored, all rows; for what compares rows as wholes."""
        return self._keep(f"raw {name}", lambda: self._file.read([name])[name].combine_chunks())

    def filled(self, name: str) -> int:
        """Cells with a value, among the rows that count for this column."""
        cells = self.cells(name)
        return int(len(cells) - cells.null_count)

    def numbers(self, name: str) -> np.ndarray:
        """A column as float64: numbers as they are, dates as microseconds, NaN where there is no value."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        def read() -> np.ndarray:
            cells = self.cells(name)
            if pa.types.is_timestamp(cells.type):
                cells = cells.cast(pa.int64())
            doubles = pc.cast(cells, pa.float64(), safe=False)
            return np.asarray(doubles.to_numpy(zero_copy_only=False), dtype=np.float64)

        found: np.ndarray = self._keep(f"numbers {name}", read)
        return found

    def values(self, name: str) -> tuple[pa.Array, np.ndarray]:
        """The different values of a column without null, most frequent first, and how often each occurs."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        def read() -> tuple[pa.Array, np.ndarray]:
            counted = pc.value_counts(self.cells(name).drop_null())
            counts = np.asarray(counted.field("counts").to_numpy())
            order = np.argsort(-counts, kind="stable")
            return counted.field("values").take(pa.array(order)), counts[order]

        found: tuple[pa.Array, np.ndarray] = self._keep(f"values {name}", read)
        return found

    def codes(self, name: str) -> np.ndarray:
        """A whole number per row, in order of first appearance, equal where the cells are; -1 where there is none."""
        import numpy as np

        def read() -> np.ndarray:
            indices = self.cells(name).dictionary_encode().indices
            return np.asarray(indices.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)

        found: np.ndarray = self._keep(f"codes {name}", read)
        return found

    def where(self, name: str, values: Any) -> tuple[int, ...]:
        """Positions of the first few rows whose cell is one of these values."""
        import pyarrow as pa
        import pyarrow.compute as pc

        cells = self.cells(name)
        return self.at(pc.is_in(cells, pa.array(values, cells.type)))

    def at(self, mask: Any) -> tuple[int, ...]:
        """Positions of the first few rows that a mask marks."""
        import numpy as np
        import pyarrow as pa

        if isinstance(mask, pa.Array):
            mask = mask.fill_null(False).to_numpy(zero_copy_only=False)
        return tuple(np.flatnonzero(mask)[:EXAMPLES].tolist())

    def texts(self, names: tuple[str, ...], rows: tuple[int, ...]) -> tuple[tuple[str, ...], ...]:
        """What rows say in these columns, as text for display."""
        import pyarrow as pa

        wanted = [self.cells(name).take(pa.array(rows, pa.int64())).to_pylist() for name in names]
        return tuple(tuple(shown(cell) for cell in row) for row in zip(*wanted, strict=True))

    # -- rows -------------------------------------------------------------------------------------
    @cached_property
    def training(self) -> np.ndarray:
        """Positions of the rows to learn from; all rows while there is no target."""
        import numpy as np

        if self.dataset.target is None:
            return np.arange(self.rows)
        frame = load_training(self.project, self.dataset, [self.dataset.target])
        return np.asarray(frame.index, dtype=np.int64)

    def sample(self, positions: np.ndarray | None = None, most: int | None = None) -> np.ndarray:
        """Up to `sample_rows` of the positions (default: all rows), drawn by the seed, in order."""
        import numpy as np

        rows = np.arange(self.rows) if positions is None else positions
        size = min(most or self.sample_rows, self.sample_rows)
        if len(rows) <= size:
            return rows
        return np.sort(np.random.default_rng(self.seed).choice(rows, size, replace=False))

    def hash_of(self, name: str) -> np.ndarray:
        """A 64-bit number per row; sums over columns are equal where the rows are equal in all of them."""
        import numpy as np

        def read() -> np.ndarray:
            salt = np.uint64(0x9E3779B97F4A7C15) * np.uint64(self._places[name])
            with np.errstate(over="ignore"):
                return _mixed(hashed(self.raw(name)) + salt)

        with np.errstate(over="ignore"):
            found: np.ndarray = self._keep(f"hash {name}", read)
        return found

    def together(self, names: Iterable[str]) -> np.ndarray:
        """The sum of the columns' numbers, per row."""
        import numpy as np

        total = np.zeros(self.rows, np.uint64)
        with np.errstate(over="ignore"):
            for name in names:
                total += self.hash_of(name)
        return total

    def held(self) -> np.ndarray:
        """Positions of the holdout's rows. Every call counts as a look."""
        import numpy as np

        why = f"quality: data v{self.dataset.number} compared with its training rows"
        frame = load_holdout(self.project, self.dataset, why=why, columns=[str(self.dataset.target)])
        return np.asarray(frame.index, dtype=np.int64)

    # -- inside -----------------------------------------------------------------------------------
    @cached_property
    def _file(self) -> Any:
        import pyarrow.parquet as pq

        return pq.ParquetFile(artifacts.path(self.project, self.dataset.table))

    @cached_property
    def _mask(self) -> pa.Array:
        import numpy as np
        import pyarrow as pa

        mask = np.zeros(self.rows, bool)
        mask[self.training] = True
        return pa.array(mask)

    def _keep(self, key: str, make: Any) -> Any:
        """What was made, while there is room; the longest unused goes first."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        made = self._kept[key] = make()
        while len(self._kept) * max(self.rows, 1) > ROOM and len(self._kept) > 4:
            self._kept.popitem(last=False)
        return made


def shown(cell: Any) -> str:
    if cell is None:
        return "missing"
    text = f"{cell:.10g}" if isinstance(cell, float) else str(cell)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def hashed(cells: pa.Array) -> np.ndarray:
    """A 64-bit number per cell, of its value only; missing cells have one of their own."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    if pa.types.is_string(cells.type):
        coded = cells.dictionary_encode()
        known = pd.util.hash_array(np.asarray(coded.dictionary.to_pylist() or [""], dtype=object), categorize=False)
        indices = np.asarray(coded.indices.fill_null(0).to_numpy(zero_copy_only=False))
        found = known[indices]
    else:
        plain = cells.cast(pa.int64()) if pa.types.is_timestamp(cells.type) else cells
        found = pd.util.hash_array(np.asarray(plain.fill_null(0).to_numpy(zero_copy_only=False)))
    found = np.array(found, dtype=np.uint64)
    found[np.asarray(cells.is_null().to_numpy(zero_copy_only=False))] = np.uint64(0x5851F42D4C957F2D)
    return found


def _mixed(values: np.ndarray) -> np.ndarray:
    """Each number stirred (the finaliser of MurmurHash3, Appleby 2011), so that sums of several do not cancel."""
    import numpy as np

    for shift, factor in ((33, 0xFF51AFD7ED558CCD), (33, 0xC4CEB9FE1A85EC53)):
        values = (values ^ (values >> np.uint64(shift))) * np.uint64(factor)
    stirred: np.ndarray = values ^ (values >> np.uint64(33))
    return stirred
