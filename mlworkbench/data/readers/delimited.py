"""CSV, TSV and other delimited text, plain or gzipped, by pyarrow's reader: all cells as text, in blocks."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlworkbench.data.dialect import Dialect, detect, open_bytes
from mlworkbench.data.readers import READERS, Raw, ReaderSpec, Rejected, Tick
from mlworkbench.errors import InvalidInput

_BLOCKS = (16 << 20, 256 << 20)
_KEPT = 1000
_SCAN = 0.3  # share of the work that finding the dialect is


def _read(path: Path, options: Mapping[str, Any], scratch: Path, tick: Tick) -> Raw:
    import pyarrow as pa

    try:
        dialect = detect(path, options, lambda share: tick(_SCAN * share))
    except csv.Error as error:
        raise InvalidInput(f"The file's quotes do not fit: {error}. Choose another quote.", field="source") from error
    if len(dialect.names) < 2:
        raise InvalidInput(
            "Only one column was found; a table needs a target and something to predict it from. "
            "Choose the delimiter if the file has more.",
            field="source",
        )
    target = scratch / "raw.parquet"
    for block in _BLOCKS:
        try:
            rows, rejected, first = _stream(path, dialect, block, target, tick)
            break
        except pa.ArrowInvalid as error:
            if block == _BLOCKS[-1] or "block" not in str(error):
                raise _unreadable(error) from error
        except UnicodeDecodeError as error:
            raise _unreadable(error) from error
    if rejected > rows:
        raise InvalidInput(
            f"The header has {len(dialect.names)} names, but {rejected:,} of {rows + rejected:,} rows have another "
            f"number of fields, for example row {first[0].row}: {first[0].text[:80]!r}. "
            "Choose the delimiter, or remove lines above the header.",
            field="source",
        )
    return Raw(target, dialect.names, rows, rejected, first, _reading(dialect), _notes(dialect, rows + rejected))


def _stream(
    path: Path, dialect: Dialect, block: int, target: Path, tick: Tick
) -> tuple[int, int, tuple[Rejected, ...]]:
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    names = [f"c{place}" for place in range(len(dialect.names))]
    kept: list[Rejected] = []
    count = 0

    def reject(row: Any) -> str:
        nonlocal count
        count += 1
        if len(kept) < _KEPT:
            reason = f"{row.actual_columns} fields where {row.expected_columns} were expected"
            kept.append(Rejected(row.number or 0, row.text[:2000], reason))
        return "skip"

    rows, seen = 0, 0
    size = path.stat().st_size * (4 if path.suffix == ".gz" else 1)
    schema = pa.schema([(name, pa.string()) for name in names])
    with open_bytes(path) as stream, pq.ParquetWriter(target, schema, compression="lz4") as writer:
        reader = pc.open_csv(
            pa.PythonFile(stream, mode="r"),
            pc.ReadOptions(
                use_threads=False,
                block_size=block,
                column_names=names,
                skip_rows_after_names=int(dialect.header),
                encoding="utf8" if dialect.encoding in ("utf-8", "utf-8-sig") else dialect.encoding,
            ),
            pc.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char=dialect.quote or False,
                newlines_in_values=bool(dialect.quote),
                invalid_row_handler=reject,
            ),
            pc.ConvertOptions(column_types=schema, strings_can_be_null=False),
        )
        for batch in reader:
            writer.write_batch(batch)
            rows += len(batch)
            seen += batch.nbytes
            tick(min(1.0, _SCAN + (1 - _SCAN) * seen / max(size, 1)))
    return rows, count, tuple(kept)


def _unreadable(error: Exception) -> InvalidInput:
    return InvalidInput(
        f"The file could not be read as delimited text: {str(error)[:300]}. "
        "Choose delimiter, quote or encoding, or repair the line.",
        field="source",
    )


def _reading(dialect: Dialect) -> dict[str, Any]:
    return {
        "reader": "csv",
        "encoding": dialect.encoding,
        "delimiter": dialect.delimiter,
        "quote": dialect.quote,
        "header": dialect.header,
    }


def _notes(dialect: Dialect, rows: int) -> tuple[tuple[str, int, str], ...]:
    notes = []
    if dialect.guessed:
        text = f"The file is not UTF-8. It was read as {dialect.encoding}, a guess: look at the accented letters."
        notes.append(("encoding_guessed", 1, text))
    if not dialect.header:
        text = f"No header was found; the {len(dialect.names)} columns were named column_1, column_2 and so on."
        notes.append(("no_header", 1, text))
    extra = dialect.lines - rows - int(dialect.header)
    if extra > 0:
        text = f"{extra:,} lines are blank or continue a cell of the line before; they are no rows of their own."
        notes.append(("joined_lines", extra, text))
    return tuple(notes)


READERS.register(
    ReaderSpec(
        "csv",
        "delimited text",
        (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz"),
        ("delimiter", "encoding", "quote", "header"),
        _read,
    )
)
