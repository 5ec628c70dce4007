"""The bytes of a text file, packed or not, up to the most that is taken of a packed one."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import IO, cast

from mlworkbench.data.encodings import open_bytes
from mlworkbench.errors import InvalidInput

SMALL = 256 << 20  # bytes unpacked that are never too many
RATIO = 250  # unpacked to packed beyond that


class _Bounded(io.RawIOBase):
    """Counts what comes out and refuses what no table packs to."""

    def __init__(self, path: Path) -> None:
        self.inner, self.packed, self.out = open_bytes(path), max(os.path.getsize(path), 1), 0
        self.most = max(SMALL, RATIO * self.packed) if path.suffix in (".gz", ".zst") else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        block = self.inner.read(len(view))
        self.out += len(block)
        if self.most is not None and self.out > self.most:
            raise InvalidInput(
                f"The file is too large when unpacked: more than {self.most / 1e6:,.0f} MB of "
                f"{self.packed / 1e6:,.1f} MB. Send the table itself, as Parquet.",
                field="source",
            )
        view[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self.inner.close()
        super().close()


def open_bounded(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked when it is a .gz or a .zst; a read beyond the bound raises InvalidInput."""
    return cast("IO[bytes]", io.BufferedReader(_Bounded(path), 1 << 18))


def share(stream: IO[bytes]) -> float:
    """The share of the bytes that were read, as far as it is known."""
    raw = cast("_Bounded", cast("io.BufferedReader", stream).raw)
    inner = getattr(raw.inner, "fileobj", None) or raw.inner
    try:
        return float(min(1.0, inner.tell() / raw.packed))
    except (OSError, ValueError):
        return 0.5
