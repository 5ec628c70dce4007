"""JSON: an array of objects, one object a line (NDJSON), or a document that holds such an array; numbers stay exact.

Cells are text. What is nested is kept as JSON text, or made columns on request. A malformed line is left out, with
its number and the reason; names are told apart by every letter.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, Any

from mlworkbench.data.readers import READERS, Raw, ReaderSpec, Rejected, Tick
from mlworkbench.data.readers.bounded import open_bounded, share
from mlworkbench.data.readers.documents import Broken, elements, find_records, parse, top_level
from mlworkbench.data.readers.magic import check_content
from mlworkbench.data.readers.records import Records, as_json
from mlworkbench.errors import InvalidInput

_KEPT = 1000
_LONGEST = 64 << 20  # bytes of a line or a document that is read as a whole
_LINES = (".ndjson", ".jsonl")


def _read(path: Path, options: Mapping[str, Any], scratch: Path, tick: Tick) -> Raw:
    check_content(path, "JSON", ("gz",) if path.suffix == ".gz" else ("zst",) if path.suffix == ".zst" else ())
    lost = _Lost(scratch / "rejected.csv")
    records = Records(scratch, flatten=bool(options.get("flatten")))
    notes: list[tuple[str, int, str]] = []
    encoding, ticking = _encoding(path), _ticker(tick)
    lines = path.name.lower().removesuffix(path.suffix if path.suffix in (".gz", ".zst") else "").endswith(_LINES)
    try:
        kind = "lines" if lines else _kind(path, encoding)
        if kind == "lines":
            _by_line(path, encoding, records, lost, ticking)
        elif kind == "array" and not options.get("records"):
            _by_element(path, encoding, records, lost, ticking)
        else:
            found, words = find_records(parse(_whole(path, encoding)), options.get("records"))
            notes += [("records_path", 1, words)] if words else []
            for number, row in enumerate(found, 1):
                _add(row, number, None, records, lost)
    except Broken as error:
        raise InvalidInput(
            f"The file could not be read as JSON: {error}. Repair it, or name it .ndjson if every line is an object.",
            field="source",
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"The file is not in {encoding}: {error.reason} at byte {error.start:,}. Save it in UTF-8.", field="source"
        ) from error
    except (OSError, EOFError) as error:
        if path.suffix not in (".gz", ".zst"):
            raise
        raise InvalidInput(
            f"A {path.suffix} file was expected and it is damaged or cut: {error}. Compress and send it again.",
            field="source",
        ) from error
    if lost.count > records.rows:
        one = lost.first[0]
        raise InvalidInput(
            f"{lost.count:,} of {lost.count + records.rows:,} lines are no JSON objects, first line {one.row:,}: "
            f"{one.reason}. Name the file .json if it is one document, or repair it.",
            field="source",
        )
    if not records.rows:
        raise InvalidInput("There is no data in the file: no JSON object was found.", field="source")
    target = records.finish()
    reading = {"reader": "json", **{key: options[key] for key in ("flatten", "records") if options.get(key)}}
    return Raw(
        target,
        records.names,
        records.rows,
        lost.count,
        tuple(lost.first),
        reading,
        (*notes, *records.notes()),
        lost.file if lost.count else None,
    )


class _Lost:
    """Lines that were left out: the first in memory, all in a file."""

    def __init__(self, file: Path) -> None:
        self.file, self.count = file, 0
        self.first: list[Rejected] = []
        file.unlink(missing_ok=True)

    def add(self, row: int, text: str, reason: str) -> None:
        self.count += 1
        text = text.encode("utf-8", "backslashreplace").decode()
        if len(self.first) < _KEPT:
            self.first.append(Rejected(row, text[:2000], reason))
        with self.file.open("a", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerow([row, reason, text])


def _add(row: Any, number: int, text: str | None, records: Records, lost: _Lost) -> None:
    """Keep a record, or leave out what is none."""
    if isinstance(row, list):
        row = {f"column_{place + 1}": cell for place, cell in enumerate(row)}
    try:
        if not isinstance(row, dict):
            raise Broken("a value that is no object")
        records.add(row)
    except (Broken, UnicodeEncodeError, RecursionError) as error:
        shown = as_json(row) if text is None and not isinstance(error, RecursionError) else text or ""
        lost.add(number, shown, "half of a character (a lone surrogate)" if isinstance(error, UnicodeEncodeError) else
                 "nested too deep" if isinstance(error, RecursionError) else str(error))  # fmt: skip


def _by_line(path: Path, encoding: str, records: Records, lost: _Lost, tick: Any) -> None:
    with open_bounded(path) as stream:
        for number, line in enumerate(_lines(stream, encoding), 1):
            tick(stream)
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError as error:
                lost.add(number, line.decode(encoding, "backslashreplace"), f"not {encoding}: {error.reason}")
                continue
            text = text.removeprefix("\ufeff").strip()
            if not text:
                continue
            try:
                row = parse(text)
            except Broken as error:
                lost.add(number, text, str(error))
                continue
            _add(row, number, text, records, lost)


def _lines(stream: IO[bytes], encoding: str) -> Iterator[bytes]:
    end = "\n".encode(encoding.replace("utf-16", "utf-16-le") if encoding == "utf-16" else encoding)
    if len(end) > 1:
        yield from (text.encode(encoding) for text in _decoded(stream, encoding))
        return
    while line := stream.readline(_LONGEST + 1):
        if len(line) > _LONGEST:
            raise Broken(f"a line is longer than {_LONGEST / 1e6:.0f} MB")
        yield line


def _decoded(stream: IO[bytes], encoding: str) -> Iterator[str]:
    import io

    text = io.TextIOWrapper(stream, encoding=encoding, newline="\n")
    try:
        yield from text
    finally:
        text.detach()


def _by_element(path: Path, encoding: str, records: Records, lost: _Lost, tick: Any) -> None:
    with open_bounded(path) as stream:
        for number, row in enumerate(elements(stream, encoding, _LONGEST), 1):
            tick(stream)
            _add(row, number, None, records, lost)


def _whole(path: Path, encoding: str) -> str:
    with open_bounded(path) as stream:
        body = stream.read(_LONGEST + 1)
    if len(body) > _LONGEST:
        raise Broken(
            f"it is one document of more than {_LONGEST / 1e6:.0f} MB and no array of objects; write one object a line"
        )
    return body.decode(encoding)


def _kind(path: Path, encoding: str) -> str:
    """Whether a .json is an array, objects line by line, or another document."""
    with open_bounded(path) as stream:
        head = [line.decode(encoding, "replace").strip() for line in islice(_lines(stream, encoding), 50)]
    filled = [line for line in head if line.removeprefix("\ufeff")]
    if not filled:
        raise InvalidInput("There is no data in the file: it holds white space only.", field="source")
    return top_level(filled)


def _encoding(path: Path) -> str:
    try:
        with open_bounded(path) as stream:
            name = json.detect_encoding(stream.read(4))
    except (OSError, EOFError) as error:
        raise InvalidInput(
            f"A {path.suffix} file was expected and it is damaged or cut: {error}. Compress and send it again.",
            field="source",
        ) from error
    return {"utf-16": "utf-16", "utf-8": "utf-8"}.get(name, name)


def _ticker(tick: Tick) -> Any:
    seen = [0]

    def told(stream: IO[bytes]) -> None:
        seen[0] += 1
        if seen[0] % 5000 == 0:
            tick(share(stream))

    return told


READERS.register(
    ReaderSpec(
        "json",
        "JSON",
        tuple(end + pack for pack in ("", ".gz", ".zst") for end in (".json", ".ndjson", ".jsonl")),
        ("flatten", "records"),
        _read,
    )
)
