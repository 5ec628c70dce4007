"""The letters of a text file: packed or not, in which encoding, known or guessed, the guesses ranked."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from mlworkbench.data.letters import rank
from mlworkbench.errors import InvalidInput

SAMPLE = 1 << 20
_BLOCK = 1 << 16  # what stays in the processor's cache from one look at it to the next
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Scan:
    """What all bytes of a file say: the first megabyte, line ends, whether it is UTF-8, lines beyond ASCII."""

    head: bytes
    lines: int
    utf8: bool
    foreign: bytes
    whole: bool


@dataclass(frozen=True)
class Encoding:
    """The encoding chosen; `guesses` are (encoding, its preview of the odd letters), the likeliest first."""

    name: str
    guessed: bool
    guesses: tuple[tuple[str, str], ...] = ()


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked when it is a .gz or a .zst."""
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path, "rb"))
    if path.suffix == ".zst":
        import pyarrow as pa

        return cast("IO[bytes]", pa.CompressedInputStream(pa.OSFile(str(path)), "zstd"))
    return path.open("rb")


def native_bytes(path: Path) -> Any:
    """`open_bytes` for pyarrow, which reads a file that is not packed without Python."""
    import pyarrow as pa

    packed = path.suffix in (".gz", ".zst")
    return pa.PythonFile(open_bytes(path), mode="r") if packed else pa.OSFile(str(path))


def scan(path: Path, tick: Callable[[float], None], *, head_only: bool = False) -> Scan:
    """Read a file once, in blocks; only its first megabyte with `head_only`.

    Raises
    ------
    InvalidInput
        When a packed file is damaged or cut.
    """
    head, foreign, lines, utf8, whole = b"", b"", 0, True, True
    decoder = codecs.getincrementaldecoder("utf-8")()
    size, done = max(path.stat().st_size, 1), 0
    try:
        with open_bytes(path) as stream:
            while block := stream.read(_BLOCK if head else SAMPLE):
                if head and head_only:
                    whole = False
                    break
                head = head or block
                lines += block.count(b"\n")
                if not block.isascii() and len(foreign) < SAMPLE:
                    whole_ones = _whole_lines(block, first=not done).splitlines(keepends=True)
                    foreign += b"".join(line for line in whole_ones if not line.isascii())[:SAMPLE]
                try:
                    if utf8:
                        decoder.decode(block)
                except UnicodeDecodeError:
                    utf8 = False
                done += len(block)
                tick(min(0.9, done / size))
        decoder.decode(b"", final=whole)
    except UnicodeDecodeError:
        utf8 = False
    except (OSError, EOFError, zlib.error) as error:
        if path.suffix not in (".gz", ".zst"):
            raise
        raise InvalidInput(
            f"A {path.suffix} file was expected and it is damaged or cut: {error}. Compress and send it again.",
            field="source",
        ) from error
    return Scan(head, lines, utf8, foreign, whole)


def count_lines(path: Path) -> int:
    """Line feeds of a file that is not packed."""
    import numpy as np

    block, lines = np.empty(_BLOCK, dtype=np.uint8), 0
    with path.open("rb", buffering=0) as stream:
        while size := stream.readinto(block):  # type: ignore[arg-type]
            lines += int(np.count_nonzero(block[:size] == ord("\n")))
    return lines


def _whole_lines(block: bytes, *, first: bool) -> bytes:
    """A block without the lines that its ends cut, which may be cut within a letter."""
    begin = 0 if first else block.find(b"\n") + 1
    end = block.rfind(b"\n") if len(block) == (SAMPLE if first else _BLOCK) else len(block)
    return block[begin : max(begin, end)]


def encoding_of(wanted: Any, seen: Scan) -> Encoding:
    """The encoding a person said, or the one the bytes prove, or the likeliest with those that follow it."""
    if wanted is not None:
        try:
            return Encoding(codecs.lookup(str(wanted)).name, False)
        except LookupError as error:
            raise InvalidInput(f"{wanted!r} is no known encoding. Try utf-8 or cp1252.", field="reading") from error
    for mark, name in _BOMS:
        if seen.head.startswith(mark):
            return Encoding(name, False)
    if seen.utf8:
        return Encoding("utf-8", False)
    ranked = rank(seen.foreign.splitlines()) or ["latin-1"]
    guesses: dict[str, str] = {}  # by what they show: of encodings that agree on these letters the likeliest is named
    for name in ranked:
        guesses.setdefault(_shown(seen.foreign, name), name)
    return Encoding(ranked[0], True, tuple((name, shown) for shown, name in guesses.items())[:6])


def _shown(foreign: bytes, encoding: str) -> str:
    """The first odd lines in that encoding."""
    lines = dict.fromkeys(foreign.decode(encoding, "replace").splitlines())
    return " · ".join(list(lines)[:3])[:160]


def decoded(head: bytes, encoding: str) -> str:
    """The first megabyte as text.

    Raises
    ------
    InvalidInput
        When it is not in that encoding, or is no text at all.
    """
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(head)
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"The file is not in {encoding}: {error.reason} at byte {error.start:,}. Choose another encoding.",
            field="source",
        ) from error
    if "\0" in text:
        raise InvalidInput(
            "A text file was expected, and this one holds NUL bytes: it is binary, damaged or in another encoding. "
            "Send it as CSV in UTF-8, as Excel or as Parquet.",
            field="source",
        )
    return text
