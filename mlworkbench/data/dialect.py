"""How a text file is written: encoding (by all bytes), delimiter, quoting and header (by the first megabyte)."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from mlworkbench.data.plan import NUMBER
from mlworkbench.errors import InvalidInput

SAMPLE = 1 << 20
DELIMITERS = (",", ";", "\t", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NUMBER = re.compile(NUMBER)


@dataclass(frozen=True)
class Dialect:
    """How to read a text file; `lines` are its line ends, `guessed` whether the encoding is a guess."""

    encoding: str
    guessed: bool
    delimiter: str
    quote: str
    header: bool
    names: tuple[str, ...]
    lines: int


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked when it is a .gz."""
    return cast("IO[bytes]", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def detect(path: Path, options: Mapping[str, Any], tick: Callable[[float], None]) -> Dialect:
    """Find out how a text file is written; what `options` says is taken as said.

    Raises
    ------
    InvalidInput
        When the file is no text, broken, empty, or an option is wrong.
    """
    head, lines, utf8, foreign = _scan(path, tick)
    if not head.strip(b"\xef\xbb\xbf\r\n\t ,;|\0"):
        raise InvalidInput("The file is empty: no cell has a value. It needs a header and rows.", field="source")
    encoding, guessed = _encoding(options.get("encoding"), head, utf8, foreign)
    text = _decoded(head, encoding)
    if "\0" in text:
        raise InvalidInput(
            "A text file was expected, and this one holds NUL bytes: it is binary, damaged or in another encoding. "
            "Send it as CSV in UTF-8, as Excel or as Parquet.",
            field="source",
        )
    if len(head) == SAMPLE and "\n" in text:
        text = text[: text.rindex("\n") + 1]
    delimiter, quote = _layout(text, options.get("delimiter"), options.get("quote"))
    rows = _rows(text, delimiter, quote)
    header = _has_header(rows) if options.get("header") is None else bool(options["header"])
    first = rows[0]
    names = tuple(name.strip() for name in first) if header else tuple(f"column_{i + 1}" for i in range(_usual(rows)))
    return Dialect(encoding, guessed, delimiter, quote, header, names, lines)


def _scan(path: Path, tick: Callable[[float], None]) -> tuple[bytes, int, bool, bytes]:
    """First megabyte, line ends, whether all is UTF-8, and lines with bytes beyond ASCII."""
    head, foreign, lines, utf8 = b"", b"", 0, True
    decoder = codecs.getincrementaldecoder("utf-8")()
    size, done = max(path.stat().st_size, 1), 0
    try:
        with open_bytes(path) as stream:
            while block := stream.read(SAMPLE):
                head = head or block
                lines += block.count(b"\n")
                if not block.isascii() and len(foreign) < SAMPLE:
                    foreign += b"\n".join(line for line in block.splitlines() if not line.isascii())[:SAMPLE]
                try:
                    if utf8:
                        decoder.decode(block)
                except UnicodeDecodeError:
                    utf8 = False
                done += len(block)
                tick(min(0.9, done / size))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        utf8 = False
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InvalidInput(
            f"A .gz file was expected and it is damaged or cut: {error}. Compress and send it again.", field="source"
        ) from error
    return head, lines, utf8, foreign


def _encoding(wanted: Any, head: bytes, utf8: bool, foreign: bytes) -> tuple[str, bool]:
    if wanted is not None:
        try:
            return codecs.lookup(str(wanted)).name, False
        except LookupError as error:
            raise InvalidInput(f"{wanted!r} is no known encoding. Try utf-8 or cp1252.", field="reading") from error
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name, False
    if utf8:
        return "utf-8", False
    from charset_normalizer import from_bytes

    best = from_bytes(foreign).best()
    return (best.encoding if best else "cp1252"), True


def _decoded(head: bytes, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        return decoder.decode(head)
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"The file is not in {encoding}: {error.reason} at byte {error.start:,}. Choose another encoding.",
            field="source",
        ) from error


def _rows(text: str, delimiter: str, quote: str) -> list[list[str]]:
    """Parsed rows without blank lines; csv.Error when quotes do not fit."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    if not quote:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    else:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, strict=True)
    return [row for row in reader if row]


def _usual(rows: Sequence[Sequence[str]]) -> int:
    return Counter(len(row) for row in rows).most_common(1)[0][0]


def _layout(text: str, delimiter: str | None, quote: str | None) -> tuple[str, str]:
    """The delimiter and quoting under which most rows have the same number (above one) of fields."""
    if delimiter is not None and (not isinstance(delimiter, str) or len(delimiter) != 1):
        raise InvalidInput(f"A delimiter is one character. Got {delimiter!r}.", field="reading")
    if quote is not None and quote not in ("", '"', "'"):
        raise InvalidInput(f"A quote is \", ' or empty. Got {quote!r}.", field="reading")
    best: tuple[tuple[float, int, int], str, str] | None = None
    for mark in [delimiter] if delimiter else [mark for mark in DELIMITERS if mark in text] or [","]:
        for sign in ['"', ""] if quote is None else [quote]:
            try:
                rows = _rows(text, mark, sign)
            except csv.Error:
                continue
            width = _usual(rows) if rows else 1
            alike = sum(len(row) == width for row in rows) / max(len(rows), 1)
            score = (round(alike, 2) if width > 1 else -1.0, int(sign != ""), width)
            if best is None or score > best[0]:
                best = (score, mark, sign)
    if best is None:
        raise InvalidInput(f"The quotes {quote!r} do not pair up in this file. Choose none.", field="reading")
    return best[1], best[2]


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: words over numbers, and no word that its column holds again."""
    first, body = [cell.strip() for cell in rows[0]], rows[1:1000]
    if any(_NUMBER.match(cell) for cell in first) and not any(_wordy(cell) for cell in first):
        return False
    if not body:
        return True
    over_numbers = again = numbers = 0
    for place, cell in enumerate(first):
        below = [row[place].strip() for row in body if place < len(row) and row[place].strip()]
        if not below or not cell:
            continue
        numeric = sum(bool(_NUMBER.match(value)) for value in below) >= 0.9 * len(below)
        over_numbers += numeric and not _NUMBER.match(cell)
        numbers += bool(_NUMBER.match(cell)) or cell == "?"
        again += not numeric and cell in below
    return numbers <= over_numbers if over_numbers else not again and not numbers


def _wordy(cell: str) -> bool:
    return bool(cell) and cell != "?" and not _NUMBER.match(cell)
