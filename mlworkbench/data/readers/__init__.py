"""Readers of files, one plug-in each: a file becomes one of raw cells (`rawcells`), row for row, nothing judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mlworkbench.catalog import Catalog
from mlworkbench.errors import InvalidInput, listing

if TYPE_CHECKING:
    import pyarrow as pa

    from mlworkbench.data.arriving import Whole

Tick = Callable[[float], None]


@dataclass(frozen=True)
class Rejected:
    """A row that was left out: its number in the file (the header counts), its text, and why."""

    row: int
    text: str
    reason: str


@dataclass(frozen=True)
class Raw:
    """What a reader hands on.

    Parameters
    ----------
    path : Path
        For `raw_cells`; text columns for a text format, the file's own types otherwise.
    names : tuple of str
        The column names of the file, as they stand there (doubles and blanks included).
    rows, rejected_rows : int
        Rows in `path`, and rows left out.
    rejected : tuple of Rejected
        The first of them.
    reading : Mapping
        How it was read (delimiter, encoding, header, sheet…), shown and stored.
    notes : tuple of (code, count, text)
        What a person should know; the findings of the same codes are made from them.
    rejected_file : Path, optional
        CSV without header of all rows left out: row, reason, text. Without it they are those in `rejected`.
    decimal : str
        The decimal mark that the file's numbers show beyond doubt, "" when they do not.
    """

    path: Path
    names: tuple[str, ...]
    rows: int
    rejected_rows: int = 0
    rejected: tuple[Rejected, ...] = ()
    reading: Mapping[str, Any] | None = None
    notes: tuple[tuple[str, int, str], ...] = ()
    rejected_file: Path | None = None
    decimal: str = ""


class Flow(Protocol):
    """A file's cells as they are read, for whoever types them on the way; what is off is left to `ReaderSpec.read`."""

    names: tuple[str, ...]
    decimal: str

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows in order, all cells text, none null."""

    def raw(self, path: Path) -> Raw:
        """What the reader says of the file, after the last row."""


@dataclass(frozen=True)
class ReaderSpec:
    """A reader.

    Parameters
    ----------
    suffixes : tuple of str
        Ends of file names it takes; the longest that fits chooses the reader.
    options : tuple of str
        The keys of `reading` that it understands.
    read : callable
        (file, options, scratch folder, tick(share done)) → Raw. Raises InvalidInput(field="source").
    flow : callable, optional
        As `read`, of a file that may still be arriving → Flow where its beginning shows how it is written, else None.
    """

    name: str
    label: str
    suffixes: tuple[str, ...]
    options: tuple[str, ...]
    read: Callable[[Path, Mapping[str, Any], Path, Tick], Raw]
    flow: Callable[[Whole, Mapping[str, Any], Path, Tick], Flow | None] | None = None


READERS: Catalog[ReaderSpec] = Catalog("reader", "mlworkbench.data.readers")
COMMON = ("null_words", "day_first", "decimal", "thousands", "names")


def file_ends() -> tuple[str, ...]:
    """All ends of file names that some reader takes, the commonest reader's first."""
    ordered = sorted(READERS, key=lambda spec: (spec.name != "csv", spec.name != "excel", spec.name))
    return tuple(end for spec in ordered for end in spec.suffixes)


def suffix_of(name: str) -> str | None:
    """The longest suffix of a file name that some reader takes, or None."""
    lower = name.lower()
    fits = [suffix for spec in READERS for suffix in spec.suffixes if lower.endswith(suffix)]
    return max(fits, key=len, default=None)


def reader_for(suffix: str) -> ReaderSpec:
    """The reader of that suffix; InvalidInput lists what can be read."""
    for spec in READERS:
        if suffix in spec.suffixes:
            return spec
    known = listing(file_ends())
    raise InvalidInput(f"Files ending in {suffix!r} cannot be read. Readable are: {known}.", field="source")


def check_options(spec: ReaderSpec, reading: Mapping[str, Any]) -> None:
    """Raise InvalidInput(field="reading") for an option that the reader does not know, or a value of another kind."""
    for key, value in reading.items():
        if key not in (*spec.options, *COMMON):
            raise InvalidInput(
                f"Reading {spec.label} has no option {key!r}. Options: {listing((*spec.options, *COMMON))}.",
                field="reading",
            )
        fits, wanted = _KINDS.get(key, (_is_text, "text"))
        if value is not None and not fits(value):
            raise InvalidInput(f"{key} is {wanted}. Got {value!r}.", field="reading")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000


def _is_header(value: object) -> bool:
    return _is_flag(value) or (_is_count(value) and int(value) <= 100)  # type: ignore[call-overload]


def _are_words(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(word, str) for word in value)


def _is_mark(value: object) -> bool:
    return value in ("", ".", ",", " ", "'")


_KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "header": (_is_header, "true, false or the number of rows that name the columns"),
    "skip_rows": (_is_count, "a number of lines from 0 to 10,000"),
    "day_first": (_is_flag, "true or false"),
    "flatten": (_is_flag, "true or false"),
    "null_words": (_are_words, "a list of words"),
    "names": (_are_words, "a list of names"),
    "decimal": (_is_mark, "one of . and ,"),
    "thousands": (_is_mark, "one of . , ' and a space, or empty"),
}
