"""Excel workbooks (.xlsx, .xls), by calamine: one sheet, its first row with cells being the header."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlworkbench.data.readers import READERS, Raw, ReaderSpec, Tick
from mlworkbench.errors import InvalidInput, listing

_BLOCK = 20_000


def _read(path: Path, options: Mapping[str, Any], scratch: Path, tick: Tick) -> Raw:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = book.sheet_names
        sheet = options.get("sheet", sheets[0] if sheets else None)
        if sheet not in sheets:
            raise InvalidInput(f"The workbook has no sheet {sheet!r}. It has: {listing(sheets)}.", field="reading")
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as error:
        raise InvalidInput(
            f"An Excel workbook was expected and could not be read: {str(error)[:200]}. "
            "Remove a password if it has one, save it again as .xlsx, or export the sheet as CSV.",
            field="source",
        ) from error
    filled = [row for row in rows if any(cell not in ("", None) for cell in row)]
    if not filled:
        raise InvalidInput(f"The sheet {sheet!r} is empty. It needs a header and rows.", field="source")
    names, body = filled[0], filled[1:]
    width = max((place + 1 for row in filled for place, cell in enumerate(row) if cell not in ("", None)), default=0)
    schema = pa.schema([(f"c{place}", pa.string()) for place in range(width)])
    target = scratch / "raw.parquet"
    with pq.ParquetWriter(target, schema, compression="lz4") as writer:
        for start in range(0, len(body), _BLOCK):
            block = body[start : start + _BLOCK]
            columns = [pa.array([as_text(row[place]) for row in block], pa.string()) for place in range(width)]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
            tick(min(1.0, (start + _BLOCK) / len(body)))
    notes = []
    if len(sheets) > 1:
        rest = listing(repr(name) for name in sheets if name != sheet)
        notes.append(("other_sheets", len(sheets) - 1, f"The sheet {sheet!r} was read. Not read: {rest}."))
    if blank := len(rows) - len(filled):
        notes.append(("blank_rows", blank, f"{blank:,} rows of the sheet have no cell with a value and were left out."))
    header = tuple((as_text(cell) or "").strip() for cell in names[:width])
    return Raw(target, header, len(body), reading={"reader": "excel", "sheet": sheet}, notes=tuple(notes))


def as_text(cell: object) -> str | None:
    """A cell as the text it would have in a CSV; whole numbers without ".0", days without midnight."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    return str(cell)


READERS.register(ReaderSpec("excel", "Excel", (".xlsx", ".xls"), ("sheet",), _read))
