"""How a text file is laid out: delimiter, quoting, lines before the table, header; from its first megabyte."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlworkbench.data.encodings import SAMPLE, Encoding, decoded, encoding_of, scan
from mlworkbench.data.plan import NUMBER
from mlworkbench.errors import InvalidInput

DELIMITERS = (",", ";", "\t", "|")
RARE = ("\x1f", "^", "~")
_LONGEST_CELL = 1 << 17  # characters; what is open for longer at the end of a sample is no cell but a stray quote
_NUMBER = re.compile(NUMBER)
_MARKED = re.compile(r"^[+-]?\d{1,3}(?:[,.]\d{3})*(?:[,.]\d+)?$")
_COMMA = re.compile(r"^[+-]?\d+,(\d{1,2}|\d{4,})$|^[+-]?\d{1,3}(\.\d{3})+,\d+$")
_POINT = re.compile(r"^[+-]?\d+\.(\d{1,2}|\d{4,})$|^[+-]?\d{1,3}(,\d{3})+\.\d+$")


@dataclass(frozen=True)
class Dialect:
    """How to read a text file.

    Parameters
    ----------
    skip_rows : int
        Lines above the header (or above the first row when there is none).
    header : int
        Rows that name the columns.
    decimal : str
        "," or "." when some cell of the sample can only be written with it and none with the other; else "".
    lines : int
        Line ends of the whole file.
    sure : float
        Share of the sample's rows that have the table's number of fields, 0 to 1.
    """

    encoding: Encoding
    delimiter: str
    quote: str
    escape: str
    skip_rows: int
    header: int
    names: tuple[str, ...]
    decimal: str
    lines: int
    sure: float


@dataclass(frozen=True)
class Layout:
    """One way to cut a sample into rows, and how well it fits: (rows alike, rows covered, quoting trusted, width)."""

    delimiter: str
    quote: str
    escape: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    score: tuple[float, float, float, int]


def detect(
    path: Path, options: Mapping[str, Any], tick: Callable[[float], None], *, head_only: bool = False
) -> Dialect:
    """Find out how a text file is written; what `options` says is taken as said.

    Raises
    ------
    InvalidInput
        When the file is no text, broken, empty, or an option is wrong.
    """
    seen = scan(path, tick, head_only=head_only)
    if not seen.head.strip(b"\xef\xbb\xbf\r\n\t ,;|\0"):
        raise InvalidInput("The file is empty: no cell has a value. It needs a header and rows.", field="source")
    encoding = encoding_of(options.get("encoding"), seen)
    text = decoded(seen.head, encoding.name)
    if len(seen.head) == SAMPLE:
        text = whole_rows(text)
    layout = _layout(text, options)
    skip, rows = _table(layout, options.get("skip_rows"))
    if not rows:
        raise InvalidInput(
            f"No row is left after {skip:,} skipped lines. Skip fewer.",
            field="reading" if options.get("skip_rows") else "source",
        )
    asked = options.get("header")
    header = int(has_header(rows)) if asked is None else int(asked)
    names = _names(rows, header)
    _one_column(names, rows, layout)
    lines = seen.lines or text.count("\r")
    alike = layout.score[0] if layout.score[0] >= 0 else 1.0
    return Dialect(
        encoding, layout.delimiter, layout.quote, layout.escape, skip, header, names, _decimal(rows), lines, alike
    )


def parse(text: str, delimiter: str, quote: str, escape: str, *, strict: bool = True) -> Any:
    """Python's csv reader over a text; csv.Error when quotes do not fit and `strict`."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    stream = io.StringIO(text, newline="")
    if not quote:
        return csv.reader(stream, delimiter=delimiter, quoting=csv.QUOTE_NONE, escapechar=escape or None)
    return csv.reader(stream, delimiter=delimiter, quotechar=quote, escapechar=escape or None, strict=strict)


def _rows(text: str, *how: str, strict: bool = True) -> tuple[tuple[int, tuple[str, ...]], ...]:
    """(lines before the row, its cells) without blank lines."""
    reader = parse(text, *how, strict=strict)
    rows, before = [], 0
    for row in reader:
        if row:
            rows.append((before, tuple(row)))
        before = reader.line_num
    return tuple(rows)


def whole_rows(text: str) -> str:
    """A text that was cut somewhere, up to the end of its last whole row: a line end with no quote open before it."""
    end = text.rfind("\n") + 1
    open_quote = text.count('"', 0, end) % 2
    place = end
    while open_quote and place > max(1, end - _LONGEST_CELL):
        before = text.rfind("\n", 0, place - 1) + 1
        open_quote ^= text.count('"', before, place) % 2
        place = before
    return text[: end if open_quote else place] or text


def _usual(rows: Sequence[Sequence[str]]) -> int:
    return Counter(len(row) for row in rows).most_common(1)[0][0]


def _layout(text: str, options: Mapping[str, Any]) -> Layout:
    """The delimiter and quoting under which most rows have the same number (above one) of fields."""
    delimiter, quote, escape = (options.get(key) for key in ("delimiter", "quote", "escape"))
    if delimiter is not None and (not isinstance(delimiter, str) or len(delimiter) != 1):
        raise InvalidInput(f"A delimiter is one character. Got {delimiter!r}.", field="reading")
    if quote is not None and quote not in ("", '"', "'"):
        raise InvalidInput(f"A quote is \", ' or empty. Got {quote!r}.", field="reading")
    if escape is not None and len(str(escape)) > 1:
        raise InvalidInput(f"An escape is one character or empty. Got {escape!r}.", field="reading")
    marks = [delimiter] if delimiter else [mark for mark in (*DELIMITERS, *RARE) if mark in text] or [","]
    quotes = ['"', ""] if quote is None else [quote]
    escapes = ["", *(["\\"] if '\\"' in text else [])] if escape is None else [str(escape)]
    fits = [
        layout
        for mark in marks
        for sign in quotes
        for back in escapes
        if (sign or not back) and (layout := _tried(text, mark, sign, back, chosen=quote is not None)) is not None
    ]
    if not fits:
        raise InvalidInput(f"The quotes {quote!r} do not pair up in this file. Choose none.", field="reading")
    best = max(fits, key=lambda layout: layout.score)
    if best.delimiter in RARE and not delimiter and best.score[0] < 0.98:
        return next(layout for layout in fits if layout.delimiter not in RARE) if len(marks) > 1 else best
    return best


def _tried(text: str, delimiter: str, quote: str, escape: str, *, chosen: bool) -> Layout | None:
    """The sample under one way of cutting, None when its quotes do not fit."""
    trusted = float(quote != "")
    try:
        rows = _rows(text, delimiter, quote, escape)
    except csv.Error:
        try:
            rows = _rows(text, delimiter, quote, escape, strict=False)
        except csv.Error:
            return None
        trusted = 0.5
        if not chosen and len(rows) < len(_rows(text, delimiter, "", "")):
            return None  # a quote that is never closed has swallowed a line
    cells = [row for _, row in rows]
    if not cells:
        return None
    width = _usual(cells)
    if width == 1:
        several = [row for row in cells if len(row) > 1]
        wide = _usual(several) if several else 1
        first = next((place for place, row in enumerate(cells) if len(row) == wide), 0)
        if wide < 3 or sum(len(row) == wide for row in cells[first:]) < 0.5 * len(cells[first:]):
            return Layout(delimiter, quote, escape, rows, (-1.0, 0.0, trusted, 1))
        width = wide
    table = _middle(cells, width)
    alike = sum(len(row) == width for row in table) / len(table)
    return Layout(delimiter, quote, escape, rows, (round(alike, 2), round(len(table) / len(cells), 1), trusted, width))


def _middle(rows: Sequence[Sequence[str]], width: int) -> Sequence[Sequence[str]]:
    """From the first to the last row of that width: what stands above and below is no table."""
    places = [place for place, row in enumerate(rows) if len(row) == width]
    return rows[places[0] : places[-1] + 1]


def _table(layout: Layout, asked: int | None) -> tuple[int, list[tuple[str, ...]]]:
    """Lines to skip, and the rows after them: titles above a header have one cell at most."""
    if asked is not None:
        return asked, [row for before, row in layout.rows if before >= asked]
    rows = layout.rows
    width = layout.score[3]
    start = 0
    while start < len(rows) - 1 and _is_title(rows[start][1], width):
        start += 1
    rest = [row for _, row in rows[start:]]
    told = start and (len(rest[0]) >= width and _filled(rest[0]) * 2 >= width) and has_header(rest)
    place = start if told else 0
    return rows[place][0] if place else 0, [row for _, row in rows[place:]]


def _is_title(row: Sequence[str], width: int) -> bool:
    return (len(row) < width and _filled(row) <= 1) or (width >= 3 and _filled(row) <= 1)


def _filled(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _names(rows: Sequence[Sequence[str]], header: int) -> tuple[str, ...]:
    """The names: those of the header's rows joined, or column_1, column_2 and so on."""
    if not header:
        widths = Counter(len(row) for row in rows)
        wide = max(width for width, count in widths.items() if count * 5 >= len(rows) or width == _usual(rows))
        return tuple(f"column_{place + 1}" for place in range(wide))
    if header > len(rows):
        raise InvalidInput(f"A header of {header:,} rows was asked for; there are {len(rows):,}.", field="reading")
    top = rows[:header]
    width = max(len(row) for row in top)
    parts = [[row[place].strip() for row in top if place < len(row)] for place in range(width)]
    return tuple(" ".join(" ".join(part for part in column if part).split()) for column in parts)


def _one_column(names: Sequence[str], rows: Sequence[Sequence[str]], layout: Layout) -> None:
    """InvalidInput when a file that looks like one column seems cut by something that was not tried."""
    if len(names) != 1 or not names[0]:
        return
    lines = [row[0] for row in rows if row]
    for mark, word in ((" ", "a space"), (":", "a colon"), ("/", "a slash")):
        count = lines[0].count(mark)
        if count >= 3 and sum(line.count(mark) >= count for line in lines) >= 0.9 * len(lines) > 1:
            raise InvalidInput(
                f"Only one column was found, yet every line holds {word} at least {count} times, as the first does. "
                f"Say the delimiter: {mark!r}, if that is what divides the columns.",
                field="source",
            )


def _decimal(rows: Sequence[Sequence[str]]) -> str:
    comma = point = False
    for row in rows[:2000]:
        for cell in row:
            mark = cell.strip()
            if mark[-1:].isdigit():
                comma = comma or bool(_COMMA.match(mark))
                point = point or bool(_POINT.match(mark))
    return "" if comma == point else "," if comma else "."


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: words over numbers, and no word that its column holds again."""
    first, body = [cell.strip() for cell in rows[0]], rows[1:1000]
    if any(_is_number(cell) for cell in first) and not any(_wordy(cell) for cell in first):
        return _years(first)
    if not body:
        return True
    over_numbers = again = numbers = 0
    for place, cell in enumerate(first):
        below = [row[place].strip() for row in body if place < len(row) and row[place].strip()]
        if not below or not cell:
            continue
        numeric = sum(_is_number(value) for value in below) >= 0.9 * len(below)
        over_numbers += numeric and not _is_number(cell)
        numbers += _is_number(cell) or cell == "?"
        again += not numeric and cell in below
    return numbers <= over_numbers if over_numbers else not again and not numbers


def _years(cells: Sequence[str]) -> bool:
    """Whether the cells are years that rise: names of columns, though they are numbers."""
    years = [int(cell) for cell in cells if re.fullmatch(r"(18|19|20)\d\d", cell)]
    return len(years) >= 3 and len(years) == sum(map(bool, cells)) and years == sorted(set(years))


def _is_number(cell: str) -> bool:
    return bool(_NUMBER.match(cell) or _MARKED.match(cell))


def _wordy(cell: str) -> bool:
    return bool(cell) and cell != "?" and not _is_number(cell)
