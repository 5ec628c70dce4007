"""A file of ours to read from: one that is there, or one that is still being copied in and can be read meanwhile."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path
from threading import Condition, Thread
from typing import IO, Any

from mlworkbench.data.encodings import count_lines, native_bytes
from mlworkbench.errors import InvalidInput

BLOCK = 1 << 18  # copied, hashed and looked at while it is in the processor's cache


class Whole:
    """A file that is there."""

    def __init__(self, path: Path) -> None:
        self.path, self.size = path, path.stat().st_size

    def wait(self, upto: int | None = None) -> None:
        """Until so many bytes are in `path`, or all. Raises what went wrong."""

    def stream(self) -> Any:
        """All bytes, for pyarrow."""
        return native_bytes(self.path)

    def lines(self) -> int:
        """Line feeds of the file."""
        return count_lines(self.path)


class Arriving(Whole):
    """A file that a thread copies, hashes and counts the lines of. What is read is what was copied, never the source.

    Parameters
    ----------
    source : binary file object
        Read to its end and closed.
    path : Path
        Where the copy is made.
    size : int
        Bytes of the source.
    """

    def __init__(self, source: IO[bytes], path: Path, size: int) -> None:
        self.path, self.size = path, size
        self._source, self._known = source, Condition()
        self._there, self._lines, self._over, self._unwanted = 0, 0, False, False
        self._error: BaseException | None = None
        self._hash = hashlib.sha256()
        path.open("xb").close()
        self._thread = Thread(target=self._copy, daemon=True)
        self._thread.start()

    def wait(self, upto: int | None = None) -> None:
        """Until so many bytes are in `path`, or all.

        Raises
        ------
        InvalidInput
            field="source": fewer bytes came than the source had.
        OSError
            What the disk said.
        """
        with self._known:
            self._known.wait_for(lambda: self._over or (upto is not None and self._there >= upto))
        if self._error is not None:
            raise self._error

    def stream(self) -> Any:
        """All bytes, as they come."""
        import pyarrow as pa

        return pa.PythonFile(_Following(self), mode="r")

    def lines(self) -> int:
        """Line feeds of the file."""
        self.wait()
        return self._lines

    def digest(self) -> str:
        """The sha256 of its bytes."""
        self.wait()
        return self._hash.hexdigest()

    def end(self) -> None:
        """Stop copying."""
        self._unwanted = True
        self._thread.join()

    def _copy(self) -> None:
        try:
            with self._source, self.path.open("wb", buffering=0) as target:
                self._blocks(target)
                os.fsync(target.fileno())  # so that storing it has nothing to wait for
            if self._there != self.size and not self._unwanted:
                raise InvalidInput(
                    f"The file was changed while it was read: it had {self.size:,} bytes, {self._there:,} came. "
                    "Send it again.",
                    field="source",
                )
        except BaseException as error:  # noqa: BLE001  whoever waits raises it
            self._error = error
        with self._known:
            self._over = True
            self._known.notify_all()

    def _blocks(self, target: Any) -> None:
        import numpy as np

        buffer = np.empty(BLOCK, dtype=np.uint8)
        while (size := self._source.readinto(buffer)) and not self._unwanted:  # type: ignore[attr-defined]
            block: Any = buffer[:size]
            written = 0
            while written < size:  # a disk that is nearly full takes a part
                written += target.write(block[written:])
            with self._known:
                self._there += size
                self._known.notify_all()
            self._hash.update(block)
            self._lines += int(np.count_nonzero(block == ord("\n")))


class _Following:
    """The bytes of a file that is still arriving, as pyarrow asks for them."""

    closed = False

    def __init__(self, file: Arriving) -> None:
        self._file, self._at = file, 0
        self._stream = file.path.open("rb", buffering=0)

    def read(self, size: int) -> bytes:
        """The next bytes; none only at the end."""
        read: bytes = self.read_buffer(size).to_pybytes()
        return read

    def read_buffer(self, size: int) -> Any:
        """The same in memory of pyarrow's."""
        import pyarrow as pa

        wanted = min(size, self._file.size - self._at)
        self._file.wait(self._at + wanted)
        buffer = pa.allocate_buffer(wanted)
        if wanted and os.preadv(self._stream.fileno(), [memoryview(buffer)], self._at) != wanted:
            raise OSError(errno.EIO, "a part of the copy could not be read")
        self._at += wanted
        return buffer

    def close(self) -> None:
        """Read no more."""
        self._stream.close()
        self.closed = True
