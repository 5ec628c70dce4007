"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import zipfile
from collections.abc import Collection
from pathlib import Path

from mlworkbench.errors import InvalidInput

WORKBOOKS = ("xlsx", "xlsb", "ods", "xls")
_MARKS = (
    (b"PAR1", "parquet"),
    (b"PARE", "parquet"),
    (b"ARROW1", "feather"),
    (b"FEA1", "feather"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"\x1f\x8b", "gz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"%PDF-", "pdf"),
    (b"SQLite format 3\0", "sqlite"),
    (b"DUCK", "duckdb"),
)
_NAMES = {
    "zip": "a zip archive",
    "xlsx": "an Excel workbook (.xlsx)",
    "xlsb": "a binary Excel workbook (.xlsb)",
    "xls": "an old Excel workbook (.xls) or another Office file",
    "ods": "an OpenDocument spreadsheet (.ods)",
    "parquet": "a Parquet file",
    "feather": "a Feather file",
    "gz": "packed by gzip (.gz)",
    "zst": "packed by Zstandard (.zst)",
    "bz2": "packed by bzip2",
    "xz": "packed by xz",
    "7z": "a 7z archive",
    "rar": "a RAR archive",
    "pdf": "a PDF document",
    "sqlite": "a SQLite database",
    "duckdb": "a DuckDB database",
}
_ENDS = {"zip", "xlsx", "xlsb", "xls", "ods", "parquet", "feather"}


def sniff(path: Path) -> str | None:
    """The kind of a binary file by its magic bytes ("zip", "xlsx", "parquet", "gz"…); None for what may be text."""
    with path.open("rb") as stream:
        head = stream.read(16)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_zip(path)
    if head.startswith(b"BZh") and head[4:10] != b"1AY&SY":
        return None  # a text that begins so
    if head[8:12] == b"DUCK":
        return "duckdb"
    return next((kind for mark, kind in _MARKS if kind != "duckdb" and head.startswith(mark)), None)


def _of_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "xl/workbook.bin" in names:
                return "xlsb"
            if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
                return "xlsx"
            if "mimetype" in names and "content.xml" in names:
                return "ods"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        pass
    return "zip"


def check_content(path: Path, label: str, takes: Collection[str] = ()) -> str | None:
    """The kind of a file's content, which must be text or one of `takes`.

    Parameters
    ----------
    label : str
        What the file's name says that it is, for the message.

    Raises
    ------
    InvalidInput
        field="source", naming what the file is.
    """
    kind = sniff(path)
    if kind is None or kind in takes:
        return kind
    advice = f"Give it a name that ends in .{kind}" if kind in _ENDS else "Unpack or export it"
    raise InvalidInput(
        f"The file's name says {label}, but it is {_NAMES[kind]}. {advice} and send it again.", field="source"
    )
