"""A stored table against a contract, a part of its rows at a time: what `checking.check` finds of all rows at once.

What no part can tell (a value that another part has, too; shares of all rows) is noted part by part and judged after
the last: eight bytes a cell are held of columns whose values are to differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.data.promises.results import CheckReport, DataContract

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlworkbench.data.promises.cells import Cells
    from mlworkbench.data.promises.checking import Asked, Failure

ROWS = 200_000  # at once


def check_stored(contract: DataContract, path: Path, unread: Mapping[str, pd.Series] | None = None) -> CheckReport:
    """What a table in a Parquet file does not keep of a contract.

    Parameters
    ----------
    unread : mapping, optional
        Cells that were there and could not be read: column → text by place of the row.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from mlworkbench.data.promises.checking import ask, failing_by_pandera, frame_of, report

    file, known = pq.ParquetFile(path), unread or {}
    body = contract.as_dict()
    parts = _Parts(body, file.metadata.num_rows)
    first = 0
    for batch in _batches(file):
        frame = as_it_came(frame_of(pa.Table.from_batches([batch])), _rows(known, first, len(batch)))
        asked = ask(parts.each, frame)
        failed = failing_by_pandera({name: one.typed for name, one in asked.columns.items()}, asked.tests, asked.rows)
        parts.add(asked, failed, first)
        first += len(batch)
    return CheckReport.from_dict(report(first, *parts.found(path)))


def _rows(unread: Mapping[str, pd.Series], first: int, rows: int) -> dict[str, pd.Series]:
    """The cells of so many rows, by their places among these."""
    here = {name: cells[(cells.index >= first) & (cells.index < first + rows)] for name, cells in unread.items()}
    return {name: cells.set_axis(cells.index - first) for name, cells in here.items()}


def _batches(file: Any) -> Iterator[Any]:
    """The rows in parts; one without rows for a table without."""
    import pyarrow as pa

    empty = True
    for batch in file.iter_batches(batch_size=ROWS):
        empty = False
        yield batch
    if empty:
        yield pa.RecordBatch.from_pylist([], schema=file.schema_arrow)


def as_it_came(frame: pd.DataFrame, unread: Mapping[str, pd.Series]) -> pd.DataFrame:
    """The frame with the cells that could not be read in their places, so that they are violations by row."""
    if not any(name in frame.columns for name in unread):
        return frame
    frame = frame.copy(deep=False)
    for name, cells in unread.items():
        if name in frame.columns:
            column = frame[name].astype(object)
            column.iloc[cells.index.to_numpy(int)] = cells.to_numpy(object)
            frame[name] = column
    return frame


class _Parts:
    """What was found so far."""

    def __init__(self, contract: Mapping[str, Any], rows: int) -> None:
        self._contract, self._rows = contract, rows
        self.each = {
            **contract,
            "columns": [{**one, "unique": False, "most_missing": None} for one in contract["columns"]],
            "rules": [{**one, "limit": 0} for one in contract["rules"]],
        }
        self._whole: list[tuple[str, str | None, str, str]] = []
        self._order: list[tuple[str | None, str]] = []
        self._failed: dict[tuple[str | None, str], Failure] = {}
        self._gone: dict[str, int] = {}
        self._values: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}

    def add(self, asked: Asked, failed: Mapping[tuple[str | None, str], Any], first: int) -> None:
        """Take note of a part that begins at row `first`."""
        from dataclasses import replace

        from mlworkbench.data.promises.checking import KEPT, failures

        if not first:
            self._whole, self._order = list(asked.whole), list(asked.tests)
        self._whole += [one for one in asked.whole if one not in self._whole]
        for one in failures(asked, failed, first):
            known = self._failed.get((one.column, one.rule))
            if known is not None:
                one = replace(one, count=known.count + one.count, shown=(known.shown + one.shown)[:KEPT])
            self._failed[one.column, one.rule] = one
        unique = {one["name"] for one in self._contract["columns"] if one.get("unique", False)}
        for name, cells in asked.columns.items():
            self._gone[name] = self._gone.get(name, 0) + int(cells.missing.sum())
            if name in unique:
                self._values.setdefault(name, []).append(_values(cells))

    def found(self, path: Path) -> tuple[list[tuple[str, str | None, str, str]], list[Failure]]:
        """What the table is as a whole, and the tests that fail, both in the order in which they are asked."""
        from mlworkbench.data.promises.checking import too_empty

        whole, failed = [], []
        rules = {one["name"] for one in self._contract["rules"]}
        begun = [one for one in self._whole if one[0] in ("repeated_column", "extra_column")]
        for promise in self._contract["columns"]:
            name = promise["name"]
            whole += [one for one in self._whole if one[:2] == ("required", name)]
            whole += too_empty(promise, self._gone.get(name, 0), self._rows)
            failed += [self._failed[key] for key in self._order if key[0] == name and key in self._failed]
            if name in self._values:
                failed += self._repeated(name, path)
        wrong = [one for one in self._whole if one[1] is None and one[0] in rules]
        for rule in self._contract["rules"]:
            failed += self._beyond(rule, {one[0] for one in wrong})
        return [*begun, *whole, *wrong], failed

    def _repeated(self, name: str, path: Path) -> list[Failure]:
        """Values that stood in a row before."""
        import numpy as np
        import pandas as pd
        import pyarrow.parquet as pq

        from mlworkbench.data.promises.checking import KEPT, UNIQUE, Failure, frame_of, shown

        parts = self._values.pop(name)
        values = np.concatenate([some for some, _ in parts])  # whole and broken numbers together are doubles
        gone = np.concatenate([some for _, some in parts])
        where = np.flatnonzero(pd.Series(values).duplicated().to_numpy() & ~gone)
        if not len(where):
            return []
        cells = frame_of(pq.ParquetFile(path).read([name]).take(where[:KEPT]))[name]
        told = [(int(row) + 1, shown(cell)) for row, cell in zip(where[:KEPT], cells, strict=True)]
        return [Failure("unique", name, UNIQUE, len(where), told)]

    def _beyond(self, rule: Mapping[str, Any], wrong: set[str]) -> list[Failure]:
        """A row rule that more rows break than may."""
        from dataclasses import replace

        from mlworkbench.data.promises.checking import SHARES_FROM, expected_of

        failed, limit = self._failed.get((None, rule["name"])), float(rule.get("limit", 0))
        if failed is None or rule["name"] in wrong or (limit and self._rows < SHARES_FROM):
            return []
        return [replace(failed, expected=expected_of(rule))] if failed.count > limit * self._rows else []


def _values(cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Eight bytes a cell, alike where the values are, and which cells have none."""
    import numpy as np
    import pyarrow as pa

    from mlworkbench.data.promises.cells import arrow_texts
    from mlworkbench.data.texts import text_hashes

    typed = cells.typed
    gone = typed.isna().to_numpy(bool)
    if typed.dtype == object:
        return text_hashes(arrow_texts(typed).fill_null("").cast(pa.string())), gone
    values = typed.to_numpy()
    return (values.astype("datetime64[us]").view(np.int64) if values.dtype.kind == "M" else values), gone
