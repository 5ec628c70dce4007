"""Workbooks (.xlsx .xlsm .xls .xlsb .ods), by calamine in a fenced process: one sheet, its cells as text."""

from __future__ import annotations

import datetime as dt
import itertools
import mmap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mlworkbench.data.dialect import has_header
from mlworkbench.data.readers import READERS, Raw, ReaderSpec, Tick
from mlworkbench.data.readers.fence import fenced
from mlworkbench.data.readers.magic import WORKBOOKS, check_content, sniff
from mlworkbench.data.readers.workbooks import check_unpacked, error_cells
from mlworkbench.errors import InvalidInput, listing

_BLOCK = 5_000
_WHOLE = 1e21  # from here on a number is written with an exponent


def _read(path: Path, options: Mapping[str, Any], scratch: Path, tick: Tick) -> Raw:
    kind = check_content(path, "an Excel workbook", (*WORKBOOKS, "zip"))
    if kind is None:
        raise InvalidInput(
            "An Excel workbook was expected, and this file is none: it looks like text. Give it a name that ends in "
            ".csv, or save the table again as .xlsx.",
            field="source",
        )
    check_unpacked(path)
    return fenced("excel", path, options, scratch, tick)


def read_file(path: Path, options: Mapping[str, Any], scratch: Path, tick: Tick) -> Raw:
    """Stream the chosen sheet into Parquet.

    Raises
    ------
    InvalidInput
        field="source": encrypted, damaged, or an empty sheet; field="reading": no such sheet.
    """
    import python_calamine as calamine

    try:
        book = _open(path, scratch)
        sheet_name = _chosen(book, options.get("sheet"))
        sheet = book.get_sheet_by_name(sheet_name)
        if sheet.end is None:
            raise _empty(book, sheet_name)
        table = _Table(sheet, sheet_name, options)
        target = table.write(scratch, tick)
    except calamine.PasswordError as error:
        raise InvalidInput(
            "The workbook is encrypted (protected by a password). Save it without the password and send it again.",
            field="source",
        ) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise _unreadable(str(error)) from error
    except BaseException as error:  # a panic of the native code is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(str(error)) from error
    others = [name for name in book.sheet_names if name != sheet_name]
    notes = list(table.notes())
    if others:
        rest = listing(repr(name) for name in others)
        notes.append(("other_sheets", len(others), f"The sheet {sheet_name!r} was read. Not read: {rest}."))
    if errors := error_cells(path, sheet_name):
        text = f"{errors:,} cells of the sheet hold an error such as #N/A or #DIV/0!; they were read as missing."
        notes.append(("error_cells", errors, text))
    header = table.heads if table.heads > 1 else bool(table.heads)
    reading = {"reader": "excel", "sheet": sheet_name, "header": header}
    if skipped := options.get("skip_rows"):
        reading["skip_rows"] = skipped
    return Raw(target, table.names, table.rows, reading=reading, notes=tuple(notes))


def _open(path: Path, scratch: Path) -> Any:
    """The workbook, by what its content is: an .xls is often an .xlsx."""
    from python_calamine import CalamineWorkbook, PasswordError

    kind = sniff(path)
    if kind == "xls":
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as body:
            if body.find("EncryptedPackage".encode("utf-16-le")) >= 0:
                raise PasswordError
    if kind in WORKBOOKS and path.suffix.lower() != f".{kind}":
        link = scratch / f"book.{kind}"
        link.unlink(missing_ok=True)
        link.symlink_to(path.absolute())
        path = link
    return CalamineWorkbook.from_path(path)


def _is_table(sheet: Any) -> bool:
    from python_calamine import SheetTypeEnum

    return bool(sheet.typ == SheetTypeEnum.WorkSheet)


def _chosen(book: Any, wanted: str | None) -> str:
    from python_calamine import SheetVisibleEnum

    sheets = book.sheet_names
    if wanted is None:
        usual = [one.name for one in book.sheets_metadata if _is_table(one) and one.visible == SheetVisibleEnum.Visible]
        if not sheets:
            raise InvalidInput("The workbook has no sheet. It needs one with a header and rows.", field="source")
        return str((usual or sheets)[0])
    if wanted not in sheets:
        raise InvalidInput(f"The workbook has no sheet {wanted!r}. It has: {listing(sheets)}.", field="reading")
    return wanted


def _empty(book: Any, name: str) -> InvalidInput:
    told = []
    for other in (one.name for one in book.sheets_metadata if _is_table(one)):
        if other != name:
            rows = book.get_sheet_by_name(other).height
            words = "is empty too" if not rows else "has only a header" if rows == 1 else f"has {rows:,} rows"
            told.append(f"the sheet {other!r} {words}")
    rest = f" In the same workbook, {listing(told)}: choose the sheet." if told else ""
    return InvalidInput(f"The sheet {name!r} is empty. It needs a header and rows.{rest}", field="source")


def _unreadable(why: str) -> InvalidInput:
    return InvalidInput(
        f"An Excel workbook was expected and could not be read: {why[:200]}. "
        "Remove a password if it has one, save it again as .xlsx, or export the sheet as CSV.",
        field="source",
    )


def _names_columns(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether the first row is a header: no dates or truth values, and words over numbers (see `has_header`)."""
    if any(isinstance(cell, dt.date | dt.time | dt.timedelta | bool) for cell in rows[0]):
        return False
    filled = [[as_text(cell) or "" for cell in row] for row in rows if any(cell not in ("", None) for cell in row)]
    if len(filled) == 1 and sum(map(bool, filled[0])) == 1:
        return False  # a single cell is a value: there is nothing that it could name
    return has_header(filled)


class _Table:
    """One sheet as a table: header rows, then rows with a value."""

    def __init__(self, sheet: Any, title: str, options: Mapping[str, Any]) -> None:
        self.sheet, self.title = sheet, title
        self.skip = options.get("skip_rows") or 0
        header = options.get("header")
        self.heads, self.sure = 1 if header is None else int(header), header is not None
        self.rows = self.blank = 0
        self.left, self.width = sheet.start[1], sheet.end[1] + 1 - sheet.start[1]
        self.names: tuple[str, ...] = ()
        self.kinds: list[set[type]] = [set() for _ in range(self.width)]
        self.merged = 0

    def write(self, scratch: Path, tick: Tick) -> Path:
        """Stream the rows into a Parquet file."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = pa.schema([(f"c{place}", pa.string()) for place in range(self.width)])
        target, total = scratch / "raw.parquet", max(self.sheet.end[0], 1)
        cells = self._body()
        done = self.skip
        with pq.ParquetWriter(target, schema, compression="lz4") as writer:
            while block := list(itertools.islice(cells, _BLOCK)):
                done += len(block)
                filled = [row for row in block if any(cell not in ("", None) for cell in row)]
                self.blank += len(block) - len(filled)
                self.rows += len(filled)
                columns = list(zip(*filled, strict=True)) or [()] * self.width
                for kinds, column in zip(self.kinds, columns, strict=True):
                    kinds.update(map(type, itertools.filterfalse(_is_blank, column)))
                arrays = [pa.array([as_text(cell) for cell in column], pa.string()) for column in columns]
                writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
                tick(min(1.0, done / total))
        return self._without_ends(target)

    def _body(self) -> Iterator[Sequence[Any]]:
        """The rows below the header, as wide as the table."""
        lines: Iterator[tuple[int, Sequence[Any]]] = enumerate(self._lines())
        first, heads = 0, []
        for number, row in lines:
            if number >= self.skip and any(cell not in ("", None) for cell in row):
                first, heads = number, [list(row)]
                break
            self.blank += number >= self.skip
        if not heads:
            above = f" below row {self.skip:,}" if self.skip else ""
            raise InvalidInput(f"The sheet {self.title!r} is empty{above}. It needs rows.", field="source")
        if not self.sure:
            peek = list(itertools.islice(lines, 200))
            lines = itertools.chain(peek, lines)
            self.heads = int(_names_columns([heads[0], *(row for _, row in peek)]))
        held = [] if self.heads else heads
        heads = heads if self.heads else []
        heads += [list(row) for _, row in itertools.islice(lines, max(self.heads - 1, 0))]
        self._fill(heads, first)
        parts = zip(*heads, strict=True) if heads else [()] * self.width
        self.names = tuple(_joined(part) for part in parts)
        if not self.heads:
            self.names = tuple(f"column_{place + 1}" for place in range(self.width))
        return itertools.chain(held, (row for _, row in lines))

    def _lines(self) -> Iterator[Sequence[Any]]:
        top, left = self.sheet.start
        for number, row in enumerate(self.sheet.iter_rows()):
            row = row[left:] if len(row) == left + self.width and left else row
            yield row if number >= top or len(row) == self.width else [""] * self.width

    def _fill(self, heads: list[list[Any]], first: int) -> None:
        """Give every cell of a merged block in the header what its first one says."""
        for (top, left), (bottom, right) in self.sheet.merged_cell_ranges or ():
            if top >= first + len(heads):
                self.merged += 1
            elif top >= first:
                last = min(bottom, first + len(heads) - 1)
                value = heads[top - first][left - self.left] if 0 <= left - self.left < self.width else ""
                for row, column in itertools.product(range(top, last + 1), range(left, right + 1)):
                    if 0 <= column - self.left < self.width:
                        heads[row - first][column - self.left] = value

    def _without_ends(self, target: Path) -> Path:
        """Without columns at the right that have neither a name nor a cell."""
        import pyarrow.parquet as pq

        width = self.width
        while width > 1 and not self.kinds[width - 1] and (not self.names[width - 1] or not self.heads):
            width -= 1
        if width == self.width:
            return target
        self.names = self.names[:width]
        trimmed = target.with_name("trimmed.parquet")
        file = pq.ParquetFile(target)
        keep = file.schema_arrow.names[:width]
        with pq.ParquetWriter(trimmed, file.read_row_groups([], keep).schema, compression="lz4") as writer:
            for batch in file.iter_batches(_BLOCK, columns=keep):
                writer.write_batch(batch)
        return trimmed

    def notes(self) -> Iterator[tuple[str, int, str]]:
        """What a person should know of the cells."""
        if not self.heads:
            yield "no_header", 1, f"No row names the columns; they are column_1 to column_{len(self.names)}."
        if self.heads > 1:
            yield "joined_header", self.heads, f"The names were joined from {self.heads} rows."
        if self.skip:
            yield "skipped_lines", self.skip, f"{self.skip:,} rows above the table were left out."
        if self.blank:
            text = f"{self.blank:,} rows of the sheet have no cell with a value and were left out."
            yield "blank_rows", self.blank, text
        mixed = [name for name, kinds in zip(self.names, self.kinds, strict=False) if str in kinds and len(kinds) > 1]
        if mixed:
            text = f"{len(mixed)} columns mix text with numbers or dates; all is kept as it is: {listing(mixed)}."
            yield "mixed_kinds", len(mixed), text
        if self.merged:
            text = f"{self.merged:,} merged blocks below the header: only their first cell has a value."
            yield "merged_cells", self.merged, text


def _is_blank(cell: object) -> bool:
    return cell is None or cell == ""


def _joined(parts: Sequence[object]) -> str:
    words = [" ".join((as_text(part) or "").split()) for part in parts]
    return " ".join(word for word, _ in itertools.groupby(words) if word)


def as_text(cell: object) -> str | None:
    """A cell as the text it would have in a CSV; whole numbers without ".0", days without midnight."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _WHOLE else repr(cell)
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, dt.timedelta):
        seconds = abs(cell) // dt.timedelta(seconds=1)
        return f"{'-' if cell < dt.timedelta() else ''}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(cell)


READERS.register(
    ReaderSpec(
        "excel",
        "Excel",
        (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
        ("sheet", "header", "skip_rows"),
        _read,
    )
)
