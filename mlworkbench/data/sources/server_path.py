"""A file of the server under one allowed folder, for tables beyond the browser's limit."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.catalog import Param
from mlworkbench.data.readers import suffix_of
from mlworkbench.data.sources import SOURCES, Fetched, Settings, SourceSpec, Tick
from mlworkbench.data.sources.roots import ROOT, inside_root, no_root
from mlworkbench.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow as pa

_BLOCK = 4 << 20
_LISTED = 1000


def _files(settings: Settings, remote: bool) -> tuple[str, ...]:
    """The first files under the folder that some reader takes."""
    root = Path(os.environ.get(ROOT) or os.devnull).resolve()
    found: list[str] = []
    for folder, folders, names in os.walk(root):
        folders.sort()
        found += [str((Path(folder) / name).relative_to(root)) for name in sorted(names) if suffix_of(name)]
        if len(found) >= _LISTED:
            break
    return tuple(found[:_LISTED])


def _check(settings: Settings, remote: bool) -> dict[str, Any]:
    path = inside_root(settings["path"])
    if suffix_of(path.name) is None:
        raise InvalidInput(f"{path.name[:120]!r} is not of a kind that can be read.", field="path")
    return dict(settings)


def _fetch(settings: Settings, folder: Path, tick: Tick) -> Fetched:
    path = inside_root(settings["path"])
    target = folder / "file"
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(handle, "rb") as stream, target.open("xb") as copy:
        size = os.fstat(handle).st_size
        while block := stream.read(_BLOCK):
            copy.write(block)
            tick(min(1.0, copy.tell() / max(1, size)), f"{copy.tell() / 1e6:,.0f} MB copied")
    return Fetched(target, path.name, {"path": str(path.relative_to(Path(os.environ[ROOT]).resolve()))})


def _preview(settings: Settings, rows: int, folder: Path) -> pa.Table:
    from mlworkbench.data.sources.heads import head_of

    path = inside_root(settings["path"])
    return head_of(path, path.name, rows, folder)


SOURCES.register(
    SourceSpec(
        "server_path",
        "File on the server",
        "A file that already lies on the machine that runs the workbench.",
        (Param("path", "text", "", "File", "Its path inside the folder that is allowed."),),
        ("path",),
        _fetch,
        _preview,
        _check,
        no_root,
        ("path", _files),
    )
)
