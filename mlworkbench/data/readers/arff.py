"""ARFF (Weka's attribute-relation files): names and types are declared above @data, then one row a line."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from mlworkbench.data.readers import READERS, Raw, ReaderSpec, Rejected, Tick
from mlworkbench.data.readers.bounded import open_bounded, share
from mlworkbench.data.readers.magic import check_content
from mlworkbench.errors import InvalidInput, listing

_KEPT = 1000
_BLOCK = 20_000
_LONGEST = 64 << 20
_ATTRIBUTE = re.compile(r"""@attribute\s+('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\S+?)\s*(\{.*|\s\S.*)$""", re.I)
_TOKEN = re.compile(r"""\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^,'"\s](?:[^,]*[^,\s])?|))\s*(,|$)""", re.S)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.S)
_PLAIN = {"n": "\n", "t": "\t", "r": "\r"}
_DATES = {"yyyy": "%Y", "yy": "%y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S", "SSS": "%f"}


@dataclass(frozen=True)
class _Attribute:
    """A declared column: "number", "text", "nominal" (with its values) or "date" (with its strptime format)."""

    name: str
    kind: str
    values: frozenset[str] = frozenset()
    format: str = ""


def _read(path: Path, options: Mapping[str, Any], scratch: Path, tick: Tick) -> Raw:
    check_content(path, "ARFF", ("gz",) if path.suffix == ".gz" else ())
    try:
        return _Table(path, scratch, tick).read()
    except (OSError, EOFError) as error:
        if path.suffix != ".gz":
            raise
        raise _wrong(f"the .gz is damaged or cut: {error}") from error


class _Table:
    """One ARFF file on its way to Parquet."""

    def __init__(self, path: Path, scratch: Path, tick: Tick) -> None:
        self.path, self.scratch, self.tick = path, scratch, tick
        self.attributes: list[_Attribute] = []
        self.line = self.rows = self.rejected = self.undeclared = self.foreign = 0
        self.first: list[Rejected] = []
        self.digits: set[str] = set()

    def read(self) -> Raw:
        import pyarrow as pa
        import pyarrow.parquet as pq

        (self.scratch / "rejected.csv").unlink(missing_ok=True)
        target = self.scratch / "raw.parquet"
        with open_bounded(self.path) as stream:
            lines = self._lines(stream)
            self._head(lines)
            kinds = [pa.timestamp("us") if one.kind == "date" else pa.string() for one in self.attributes]
            schema = pa.schema([(f"c{place}", kind) for place, kind in enumerate(kinds)])
            with pq.ParquetWriter(target, schema, compression="lz4") as writer:
                for block in self._blocks(lines):
                    cells = zip(*block, strict=True)
                    arrays = [pa.array(column, kind) for column, kind in zip(cells, kinds, strict=True)]
                    writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
        if self.rejected > self.rows:
            one = self.first[0]
            raise _wrong(f"{self.rejected:,} rows do not fit, the first is line {one.row:,}: {one.reason}")
        file = self.scratch / "rejected.csv" if self.rejected else None
        names = tuple(one.name for one in self.attributes)
        how = {"reader": "arff"}
        return Raw(target, names, self.rows, self.rejected, tuple(self.first), how, tuple(self._notes()), file)

    def _lines(self, stream: IO[bytes]) -> Iterator[str]:
        while line := stream.readline(_LONGEST + 1):
            if len(line) > _LONGEST:
                raise _wrong(f"a line is longer than {_LONGEST / 1e6:.0f} MB")
            self.line += 1
            if self.line % _BLOCK == 0:
                self.tick(share(stream))
            try:
                text = line.decode("utf-8-sig" if self.line == 1 else "utf-8")
            except UnicodeDecodeError:
                self.foreign += 1
                text = line.decode("cp1252", "replace")
            text = text.strip()
            if text and not text.startswith("%"):
                yield text

    def _head(self, lines: Iterator[str]) -> None:
        for text in lines:
            lower = text.lower()
            if lower.startswith("@attribute"):
                self.attributes.append(self._attribute(text))
            elif lower.split()[0] == "@data":
                break
            elif not lower.startswith("@relation"):
                raise _wrong(f"line {self.line}: @relation, @attribute or @data was expected, got {text[:60]!r}")
        else:
            raise _wrong("there is no @data")
        if not self.attributes:
            raise _wrong("no @attribute stands above @data")

    def _attribute(self, text: str) -> _Attribute:
        found = _ATTRIBUTE.match(text)
        if not found:
            raise _wrong(f"line {self.line}: a name and a type were expected after @attribute, got {text[:80]!r}")
        name, said = _unquoted(found[1]), found[2].strip()
        word = said.split()[0].lower()
        if said.startswith("{"):
            values = _cells(said[1 : said.rfind("}")] if "}" in said else said[1:])
            if values is None or "}" not in said:
                raise _wrong(f"line {self.line}: the values of {name!r} do not end or have wrong quotes")
            return _Attribute(name, "nominal", frozenset(value for value, _ in values))
        if word in ("numeric", "real", "integer"):
            return _Attribute(name, "number")
        if word == "string":
            return _Attribute(name, "text")
        if word == "date":
            return _Attribute(name, "date", format=self._date(_unquoted(said[4:].strip()) or "yyyy-MM-dd'T'HH:mm:ss"))
        raise _wrong(
            f"line {self.line}: {name!r} has the type {word[:40]!r}; known are numeric, string, date and {{…}}"
        )

    def _date(self, pattern: str) -> str:
        made = ""
        for quoted, word, other in re.findall(r"'([^']*)'|([A-Za-z]+)|([^A-Za-z']+)", pattern):
            if word and word not in _DATES:
                raise _wrong(f"line {self.line}: the date format {pattern!r} has {word!r}, which is not known")
            made += _DATES[word] if word else (quoted or other).replace("%", "%%")
        return made

    def _blocks(self, lines: Iterator[str]) -> Iterator[list[list[Any]]]:
        block: list[list[Any]] = []
        for text in lines:
            if text.startswith("{"):
                raise InvalidInput(
                    f"The file is a sparse ARFF (line {self.line}: {text[:40]!r}), which is not read. Save it as a "
                    "dense one, by Weka's filter SparseToNonSparse.",
                    field="source",
                )
            row, reason = self._row(text)
            if row is None:
                self._reject(text, reason)
                continue
            self.rows += 1
            block.append(row)
            if len(block) == _BLOCK:
                yield block
                block = []
        if block:
            yield block

    def _row(self, text: str) -> tuple[list[Any] | None, str]:
        cells = _cells(text)
        if cells is None:
            return None, "quotes that do not fit"
        if len(cells) != len(self.attributes):
            return None, f"{len(cells)} values where {len(self.attributes)} were declared"
        row: list[Any] = []
        for (value, quoted), one in zip(cells, self.attributes, strict=True):
            if value == "?" and not quoted:
                row.append(None)
            elif one.kind == "date":
                try:
                    row.append(dt.datetime.strptime(value, one.format))  # noqa: DTZ007 - ARFF has no zones
                except ValueError:
                    return None, f"{value[:40]!r} is no date like {one.format} ({one.name[:40]})"
            elif one.kind == "number" and not _NUMBER.fullmatch(value):
                return None, f"{value[:40]!r} is no number ({one.name[:40]})"
            else:
                row.append(value)
                if one.kind == "nominal":
                    self.undeclared += value not in one.values
                    if value.isdigit():
                        self.digits.add(one.name)
        return row, ""

    def _reject(self, text: str, reason: str) -> None:
        self.rejected += 1
        if len(self.first) < _KEPT:
            self.first.append(Rejected(self.line, text[:2000], reason))
        with (self.scratch / "rejected.csv").open("a", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerow([self.line, reason, text])

    def _notes(self) -> Iterator[tuple[str, int, str]]:
        if self.foreign:
            text = (
                f"{self.foreign:,} lines are not UTF-8 and were read as cp1252, a guess: look at the accented letters."
            )
            yield "encoding_guessed", self.foreign, text
        if self.undeclared:
            text = f"{self.undeclared:,} cells have a value that their attribute does not list; they were kept."
            yield "undeclared_values", self.undeclared, text
        if self.digits:
            text = f"{len(self.digits)} columns of declared categories hold digits: {listing(sorted(self.digits))}."
            yield "nominal_digits", len(self.digits), f"{text} Choose the type category where they are no numbers."


def _cells(text: str) -> list[tuple[str, bool]] | None:
    """The values of a line and whether each is quoted; None when the quotes do not fit."""
    made, place = [], 0
    while True:
        found = _TOKEN.match(text, place)
        if not found:
            return None
        quoted = found[3] is None
        made.append((_unescaped(found[1] if found[1] is not None else found[2]) if quoted else found[3], quoted))
        if not found[4]:
            return made
        place = found.end()


def _unquoted(text: str) -> str:
    return _unescaped(text[1:-1]) if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0] else text


def _unescaped(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        mark = found[1]
        return chr(int(mark[1:], 16)) if len(mark) == 5 else _PLAIN.get(mark, mark)

    return _ESCAPE.sub(one, text) if "\\" in text else text


def _wrong(why: str) -> InvalidInput:
    return InvalidInput(
        f"The file could not be read as ARFF: {why}. Repair it, or send the table as CSV.", field="source"
    )


READERS.register(ReaderSpec("arff", "ARFF", (".arff", ".arff.gz"), (), _read))
