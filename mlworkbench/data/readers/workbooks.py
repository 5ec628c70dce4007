"""What calamine does not tell of a workbook: what it unpacks to, and how many cells of a sheet hold an error."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

from mlworkbench.data.readers.bounded import RATIO, SMALL
from mlworkbench.errors import InvalidInput

_ERROR = re.compile(rb"<(?:\w+:)?c\s[^>]*?\bt=[\"']e[\"']")
_BLOCK = 1 << 20
_MOST = 8 << 20
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def check_unpacked(path: Path) -> None:
    """InvalidInput(field="source") for a zipped workbook that announces to unpack to what no table does."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return  # calamine says what is wrong with it
    packed = path.stat().st_size
    if size > max(SMALL, RATIO * packed):
        raise InvalidInput(
            f"The workbook is too large when unpacked: {size / 1e6:,.0f} MB of {packed / 1e6:,.1f} MB. "
            "Send the table as Parquet or .csv.gz.",
            field="source",
        )


def error_cells(path: Path, sheet: str) -> int:
    """Cells of a sheet of an .xlsx that hold an error (#N/A, #DIV/0!…); 0 for other workbooks."""
    try:
        with zipfile.ZipFile(path) as archive:
            part = _part_of(archive, sheet)
            return _count(archive, part) if part else 0
    except (zipfile.BadZipFile, KeyError, ET.ParseError, OSError, NotImplementedError):
        return 0


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The name of a sheet's part, by the workbook's list and its relations."""
    book, links = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if max(archive.getinfo(name).file_size for name in (book, links)) > _MOST:
        return None
    listed, linked = archive.read(book), archive.read(links)
    if b"<!DOCTYPE" in listed + linked:  # no workbook has one; entities could be made to grow
        return None
    ids = {
        one.get("name"): next((value for key, value in one.items() if key == _RELATION or key.endswith("}id")), "")
        for one in ET.fromstring(listed).iter()  # noqa: S314 - small, without a DOCTYPE
        if one.tag.endswith("}sheet")
    }
    targets = {one.get("Id"): one.get("Target", "") for one in ET.fromstring(linked)}  # noqa: S314
    target = targets.get(ids.get(sheet, ""), "")
    if not target:
        return None
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _count(archive: zipfile.ZipFile, part: str) -> int:
    found, rest = 0, b""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            text = rest + block
            cut = max(text.rfind(b"<"), 0)
            found += len(_ERROR.findall(text[:cut]))
            rest = text[cut:][:_BLOCK]
    return found + len(_ERROR.findall(rest))
