"""Zip archives: one member that some reader reads, unpacked to disk under a limit, encrypted ones refused."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mlworkbench.data.readers import READERS, Raw, ReaderSpec, Tick, check_options, reader_for, suffix_of
from mlworkbench.data.readers.magic import WORKBOOKS, check_content
from mlworkbench.errors import InvalidInput, listing

LIMIT = 4 << 30  # bytes unpacked
RATIO = 250  # unpacked to packed, for members beyond _SMALL
_SMALL = 256 << 20
_BLOCK = 1 << 20
_SHARE = 0.2  # of the work that unpacking is


def _read(path: Path, options: Mapping[str, Any], scratch: Path, tick: Tick) -> Raw:
    kind = check_content(path, "a zip archive", ("zip", *WORKBOOKS))
    if kind is None or kind == "xls":
        raise _not_zip("it has no zip header")
    try:
        with zipfile.ZipFile(path) as archive:
            member = _chosen(archive, options.get("member"))
            suffix = suffix_of(member.filename) or ""
            part = scratch / f"member{suffix}"
            _unpack(archive, member, part, lambda share: tick(_SHARE * share))
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise _not_zip(str(error)) from error
    except NotImplementedError as error:
        raise InvalidInput(
            f"The archive is packed in a way that is not known: {error}. Use deflate.", field="source"
        ) from error
    spec = reader_for(suffix)
    rest = {key: value for key, value in options.items() if key != "member"}
    check_options(spec, rest)
    raw = spec.read(part, rest, scratch, lambda share: tick(_SHARE + (1 - _SHARE) * share))
    return replace(raw, reading={**(raw.reading or {}), "reader": "zip", "member": member.filename})


def _chosen(archive: zipfile.ZipFile, wanted: str | None) -> zipfile.ZipInfo:
    members = [one for one in archive.infolist() if not one.is_dir() and _is_table(one.filename)]
    if wanted is not None:
        fits = [one for one in members if one.filename == wanted]
        if not fits:
            known = listing(one.filename for one in members)
            raise InvalidInput(f"The archive has no table {wanted!r}. It has: {known}.", field="reading")
        return fits[-1]
    if not members:
        inside = listing((one.filename for one in archive.infolist()), 6)
        raise InvalidInput(
            f"The archive holds no file that can be read as a table. In it: {inside}. Pack one table.", field="source"
        )
    if len(members) > 1:
        raise InvalidInput(
            f"The archive holds {len(members)} tables: {listing(one.filename for one in members)}. Choose one by the "
            "option member.",
            field="source",
        )
    return members[0]


def _is_table(name: str) -> bool:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    suffix = suffix_of(last)
    return suffix is not None and suffix != ".zip" and not last.startswith(".") and not name.startswith("__MACOSX/")


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, part: Path, tick: Tick) -> None:
    """Copy a member to disk; the size it announces and the size it has are both held to the limit."""
    if member.flag_bits & 0x1:
        raise InvalidInput(
            f"{member.filename!r} is encrypted (protected by a password). Pack it without one.", field="source"
        )
    most = min(LIMIT, max(_SMALL, RATIO * member.compress_size))
    if member.file_size > most:
        raise _bomb(member, member.file_size)
    written = 0
    with archive.open(member) as source, part.open("wb") as target:
        while block := source.read(_BLOCK):
            written += len(block)
            if written > most:
                raise _bomb(member, written)
            target.write(block)
            tick(min(1.0, written / max(member.file_size, 1)))
    if written != member.file_size:
        raise zipfile.BadZipFile(f"{member.file_size:,} bytes were announced, {written:,} came")


def _bomb(member: zipfile.ZipInfo, size: int) -> InvalidInput:
    return InvalidInput(
        f"{member.filename!r} is too large when unpacked: {size / 1e6:,.0f} MB of "
        f"{member.compress_size / 1e6:,.1f} MB. Send the table itself, as Parquet or .csv.gz.",
        field="source",
    )


def _not_zip(why: str) -> InvalidInput:
    return InvalidInput(
        f"A zip archive was expected, and this is none, or it is damaged or cut: {why[:200]}. Pack the table again, "
        "or send it unpacked.",
        field="source",
    )


_INNER = ("delimiter", "encoding", "quote", "escape", "header", "skip_rows", "skip_footer", "comment", "sheet",
          "flatten", "records")  # fmt: skip
READERS.register(ReaderSpec("zip", "a zip archive", (".zip",), ("member", *_INNER), _read))
