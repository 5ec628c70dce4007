"""From a file to typed rows: in one pass where that will do, else read, then studied, then converted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlworkbench.data.checking import check_columns
from mlworkbench.data.one_pass import Settle, Typed, in_one_pass
from mlworkbench.data.readers import check_options, reader_for
from mlworkbench.data.typed import named_columns, study_columns, write_typed
from mlworkbench.data.uploads import LARGE, Incoming
from mlworkbench.errors import InvalidInput
from mlworkbench.jobs import Progress

_READ = 0.9  # share of the work that reading is, where it types too
Renamed = tuple[tuple[str, str], ...]


def typed_rows(
    upload: Incoming,
    types: Mapping[str, str],
    reading: Mapping[str, Any],
    settle: Settle,
    target: Path,
    progress: Progress,
    *,
    raw_wanted: bool = False,
) -> tuple[Typed, Renamed]:
    """A file's rows, typed and written to `target`; and the columns whose names were changed.

    Parameters
    ----------
    types, reading, progress
        As `versions.ingest` takes them.
    settle : callable
        Plans → (plans with the target's type made fit for its task, the task).
    raw_wanted : bool
        Whether raw cells that cannot be read as their type are asked for after this (`Typed.raw`).

    Raises
    ------
    InvalidInput
        The file, an option or a type is not as it must be; what `settle` raises.
    """
    spec, file = reader_for(upload.suffix), upload.file()
    check_options(spec, reading)
    progress.update(0.0, "Reading the file")
    rest = _Rest(progress)
    if spec.flow is not None and file.size >= LARGE:
        flow = spec.flow(file, reading, target.parent, lambda share: rest.begin(_READ * share, "Reading the file"))
        if flow is not None:
            names, renamed = named_columns(flow.names, reading.get("names"))
            check_columns(types, names)
            typed = in_one_pass(flow, names, types, reading, settle, target, raw_wanted=raw_wanted)
            if typed is not None:
                return typed, renamed
    file.wait()
    raw = spec.read(upload.path, reading, target.parent, lambda share: rest.update(0.5 * share, "Reading the file"))
    if raw.rows == 0:
        raise InvalidInput("The file has a header and no rows. It needs rows to learn from.", field="source")
    names, renamed = named_columns(raw.names, reading.get("names"))
    check_columns(types, names)
    plans, task = settle(study_columns(raw, names, types, reading, rest))
    keys = write_typed(raw, plans, target, lambda share: rest.update(0.7 + 0.3 * share, "Converting"))
    return Typed(raw, plans, task, keys), renamed


class _Rest(Progress):
    """The progress of the work that is left when an attempt has taken its share."""

    def __init__(self, whole: Progress) -> None:
        self._whole, self._taken = whole, 0.0

    def begin(self, share: float, message: str) -> None:
        """How far the attempt is."""
        self._taken = share
        self._whole.update(share, message)

    def update(self, fraction: float, message: str = "") -> None:
        """How far the rest is, 0 to 1."""
        self._whole.update(self._taken + (0.98 - self._taken) * fraction, message)
