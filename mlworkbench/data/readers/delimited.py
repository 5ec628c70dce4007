"""CSV, TSV and other delimited text, plain or packed, by pyarrow's reader: all cells as text, in blocks.

pyarrow reads what has the table's number of fields. A row that has not is mended where nothing is lost by it (fields
missing at its end become empty, empty ones too many go) and left out where something would be; each is counted.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.data.arriving import Whole
from mlworkbench.data.dialect import Dialect, detect, parse
from mlworkbench.data.encodings import SAMPLE
from mlworkbench.data.parallel import in_order
from mlworkbench.data.rawcells import ARROW
from mlworkbench.data.readers import READERS, Raw, ReaderSpec, Rejected, Tick
from mlworkbench.data.readers.magic import check_content
from mlworkbench.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow as pa

_BLOCKS = (1 << 20, 16 << 20, 256 << 20)  # bytes at once: the reader holds several such blocks
_GROUP = 4 << 20
_KEPT = 1000
_SCAN = 0.3  # share of the work that finding the dialect is


def _read(path: Path, options: Mapping[str, Any], scratch: Path, tick: Tick) -> Raw:
    import pyarrow as pa

    check_content(path, "delimited text", {".gz": ("gz",), ".zst": ("zst",)}.get(path.suffix, ()))
    try:
        dialect = detect(path, options, lambda share: tick(_SCAN * share))
    except csv.Error as error:
        raise InvalidInput(f"The file's quotes do not fit: {error}. Choose another quote.", field="source") from error
    target = scratch / f"raw{ARROW}"
    for block in _BLOCKS:
        flow = _Flow(Whole(path), dialect, block, scratch, lambda share: tick(_SCAN + (1 - _SCAN) * share))
        try:
            _write(flow, target)
            break
        except pa.ArrowInvalid as error:
            if block == _BLOCKS[-1] or not ("block" in str(error) or "straddling" in str(error)):
                raise _unreadable(error) from error
        except UnicodeDecodeError as error:
            raise _unreadable(error) from error
    return flow.raw(target)


def _flow(file: Whole, options: Mapping[str, Any], scratch: Path, tick: Tick) -> _Flow | None:
    """The rows of a file in UTF-8 that is not packed; every byte is looked at as it comes."""
    if file.path.suffix in (".gz", ".zst"):
        return None
    file.wait(2 * SAMPLE)
    try:
        check_content(file.path, "delimited text")
        dialect = detect(file.path, options, lambda share: None, head_only=True)
    except (csv.Error, InvalidInput):
        return None
    plain = dialect.encoding.name in ("utf-8", "utf-8-sig") and not dialect.encoding.guessed
    return _Flow(file, dialect, _BLOCKS[0], scratch, tick, count_lines=True) if plain else None


class _Flow:
    """The rows of a file in their order, and what is to be said of it after the last one."""

    def __init__(
        self, file: Whole, dialect: Dialect, block: int, scratch: Path, tick: Tick, *, count_lines: bool = False
    ) -> None:
        import pyarrow as pa

        self.names, self.decimal = dialect.names, dialect.decimal
        self.schema = pa.schema([(f"c{place}", pa.string()) for place in range(len(dialect.names))])
        self._file, self._dialect, self._block, self._tick = file, dialect, block, tick
        self._rows = _Rows(dialect, scratch / "rejected.csv")
        self._counting = count_lines

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows in blocks, mended ones in their places."""
        import pyarrow as pa
        import pyarrow.csv as pc

        dialect, encoding = self._dialect, self._dialect.encoding.name
        size, seen = self._file.size * (1 if self._file.path.suffix not in (".gz", ".zst") else 4), 0
        with self._file.stream() as stream:
            reader = pc.open_csv(
                stream,
                pc.ReadOptions(
                    use_threads=False,
                    block_size=self._block,
                    column_names=self.schema.names,
                    skip_rows=dialect.skip_rows,
                    skip_rows_after_names=dialect.header,
                    encoding="utf8" if encoding in ("utf-8", "utf-8-sig") else encoding,
                ),
                pc.ParseOptions(
                    delimiter=dialect.delimiter,
                    quote_char=dialect.quote or False,
                    escape_char=dialect.escape or False,
                    newlines_in_values=bool(dialect.quote),
                    invalid_row_handler=self._rows.odd,
                ),
                pc.ConvertOptions(column_types=self.schema, strings_can_be_null=False),
            )
            for batch in reader:
                yield self._rows.placed(batch)
                seen += batch.nbytes
                self._tick(min(1.0, seen / max(size, 1)))
            yield self._rows.placed(pa.RecordBatch.from_pylist([], schema=self.schema), last=True)

    def raw(self, path: Path) -> Raw:
        """What was read.

        Raises
        ------
        InvalidInput
            When too many rows have another number of fields than there are names.
        """
        rows, dialect = self._rows, self._dialect
        if self._counting:
            dialect = replace(dialect, lines=self._file.lines() or dialect.lines)
        odd = rows.short + rows.left_out
        if rows.left_out > rows.kept or (odd > 20 and odd > rows.kept / 2):
            first = rows.first[0] if rows.first else rows.padded[0]
            raise InvalidInput(
                f"The header has {len(dialect.names)} names, but {odd:,} of {rows.kept + rows.left_out:,} rows have "
                f"another number of fields, for example row {first.row}: {first.text[:80]!r}. Choose the delimiter, or "
                "remove lines above the header.",
                field="source",
            )
        return Raw(
            path,
            dialect.names,
            rows.kept,
            rows.left_out,
            tuple(rows.first),
            _reading(dialect),
            _notes(dialect, rows),
            rows.file if rows.left_out else None,
            dialect.decimal,
        )


def _write(flow: _Flow, target: Path) -> None:
    import pyarrow as pa

    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with pa.ipc.new_file(str(target), flow.schema, options=options) as writer:

        def write(batches: list[pa.RecordBatch]) -> None:
            writer.write_batch(pa.concat_batches(batches))

        for _ in in_order(write, _gathered(flow.batches()), threads=1):
            pass


class _Rows:
    """The rows that pyarrow hands over because they have another number of fields, and what becomes of each."""

    def __init__(self, dialect: Dialect, file: Path) -> None:
        self.dialect, self.file, self.width = dialect, file, len(dialect.names)
        self.kept = self.valid = self.left_out = self.short = self.long = self.blank = self.seen = 0
        self.first: list[Rejected] = []
        self.padded: list[Rejected] = []
        self.waiting: list[tuple[int, list[str], Rejected]] = []
        self.file.unlink(missing_ok=True)

    def odd(self, row: Any) -> str:
        """pyarrow's handler of invalid rows: keep it to be put in place, or leave it out."""
        self.seen += 1
        number, how = row.number or 0, (self.dialect.delimiter, self.dialect.quote, self.dialect.escape)
        cells: list[str] = next(iter(parse(row.text, *how, strict=False)), [])
        before = number - self.dialect.skip_rows - self.dialect.header - self.seen
        reason = f"{row.actual_columns} fields where {row.expected_columns} were expected"
        told = Rejected(number, row.text[:2000], reason)
        if any(cell.strip() for cell in cells[self.width :]) or "\ufffd" in row.text:
            self.reject(told, row.text)
        else:
            self.waiting.append((before, (cells + [""] * self.width)[: self.width], told))
        return "skip"

    def reject(self, row: Rejected, text: str) -> None:
        """Count a row that is left out, and write it down."""
        self.left_out += 1
        if len(self.first) < _KEPT:
            self.first.append(row)
        with self.file.open("a", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerow([row.row, row.reason, text])

    def placed(self, batch: pa.RecordBatch, *, last: bool = False) -> pa.RecordBatch:
        """The batch with mended rows where they stood and rows without any value taken out."""
        import numpy as np
        import pyarrow as pa

        end = self.valid + len(batch)
        ready = [one for one in self.waiting if last or one[0] < end]
        self.waiting = [] if last else [one for one in self.waiting if one[0] >= end]
        if last:
            ready = self._without_footer(ready)
        if ready:
            more = pa.RecordBatch.from_arrays(
                [pa.array([cells[place] for _, cells, _ in ready], pa.string()) for place in range(self.width)],
                schema=batch.schema,
            )
            where = np.concatenate([np.arange(self.valid, end) + 0.5, [before for before, _, _ in ready]])
            order = np.argsort(where, kind="stable")
            table = pa.Table.from_batches([batch, more]).combine_chunks()
            batch = table.take(pa.array(order)).to_batches()[0]
            for _, cells, told in ready:
                self._count(cells, told)
        self.valid = end
        return self._filled(batch)

    def _count(self, cells: list[str], told: Rejected) -> None:
        if not any(cell.strip() for cell in cells):
            return
        if int(told.reason.split()[0]) < self.width:
            self.short += 1
            self.padded += [told] if len(self.padded) < _KEPT else []
        else:
            self.long += 1

    def _without_footer(self, ready: list[tuple[int, list[str], Rejected]]) -> list[tuple[int, list[str], Rejected]]:
        """Lines of a cell or two after the last whole row are notes on the table, and no rows of it."""
        table = self.width >= 3 and self.valid > 0
        most = max(1, self.width // 4)
        while table and ready and ready[-1][0] >= self.valid and sum(map(bool, ready[-1][1])) <= most:
            told = ready.pop()[2]
            self.reject(Rejected(told.row, told.text, "a line after the table"), told.text)
        return ready

    def _filled(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Without rows in which no cell has a value."""
        import pyarrow.compute as pc

        if self.width > 1 and len(batch):
            empty = pc.equal(batch.column(0), "")
            for place in range(1, self.width):
                if not pc.any(empty).as_py():
                    break
                empty = pc.and_(empty, pc.equal(batch.column(place), ""))
            blank = pc.sum(empty).as_py() or 0
            if blank:
                self.blank += blank
                batch = batch.filter(pc.invert(empty))
        self.kept += len(batch)
        return batch


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Small batches in lists of a size that is worth writing."""
    some: list[pa.RecordBatch] = []
    for batch in batches:
        some.append(batch)
        if sum(one.nbytes for one in some) >= _GROUP:
            yield some
            some = []
    if some:
        yield some


def _unreadable(error: Exception) -> InvalidInput:
    return InvalidInput(
        f"The file could not be read as delimited text: {str(error)[:300]}. "
        "Choose delimiter, quote or encoding, or repair the line.",
        field="source",
    )


def _reading(dialect: Dialect) -> dict[str, Any]:
    return {
        "reader": "csv",
        "encoding": dialect.encoding.name,
        "delimiter": dialect.delimiter,
        "quote": dialect.quote,
        **({"escape": dialect.escape} if dialect.escape else {}),
        "header": bool(dialect.header) if dialect.header < 2 else dialect.header,
        **({"skip_rows": dialect.skip_rows} if dialect.skip_rows else {}),
    }


def _notes(dialect: Dialect, rows: _Rows) -> tuple[tuple[str, int, str], ...]:
    notes = []
    if dialect.encoding.guessed:
        text = (
            f"The file is not UTF-8. It was read as {dialect.encoding.name}, a guess: look at the accented letters. "
            f"Other encodings that fit: {', '.join(name for name, _ in dialect.encoding.guesses[1:4]) or 'none'}."
        )
        notes.append(("encoding_guessed", 1, text))
    if not dialect.header:
        text = f"No header was found; the {len(dialect.names)} columns were named column_1, column_2 and so on."
        notes.append(("no_header", 1, text))
    if dialect.header > 1:
        notes.append(("joined_header", dialect.header, f"The names were joined from {dialect.header} rows."))
    if dialect.skip_rows:
        notes.append(
            ("skipped_lines", dialect.skip_rows, f"{dialect.skip_rows:,} lines above the table were left out.")
        )
    if rows.short:
        where = ", ".join(f"{one.row:,}" for one in rows.padded[:5])
        text = f"{rows.short:,} rows end early; the cells they lack were read as missing. Rows of the file: {where}."
        notes.append(("short_rows", rows.short, text))
    if rows.long:
        text = f"{rows.long:,} rows end with more fields than there are names; what was too many is empty and was cut."
        notes.append(("trailing_fields", rows.long, text))
    if rows.blank:
        notes.append(("blank_rows", rows.blank, f"{rows.blank:,} rows have no cell with a value and were left out."))
    extra = dialect.lines - rows.kept - rows.left_out - rows.blank - dialect.header - dialect.skip_rows
    if extra > 0:
        text = f"{extra:,} lines are blank or continue a cell of the line before; they are no rows of their own."
        notes.append(("joined_lines", extra, text))
    return tuple(notes)


READERS.register(
    ReaderSpec(
        "csv",
        "delimited text",
        tuple(end + pack for pack in ("", ".gz", ".zst") for end in (".csv", ".tsv", ".txt", ".tab", ".dat")),
        ("delimiter", "encoding", "quote", "escape", "header", "skip_rows"),
        _read,
        _flow,
    )
)
