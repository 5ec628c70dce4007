"""Where tables come from, one plug-in each: a database, an address, a file of the server, a sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.catalog import Catalog, Param

if TYPE_CHECKING:
    import pyarrow as pa

Settings = Mapping[str, Any]
Tick = Callable[[float, str], None]


@dataclass(frozen=True)
class Fetched:
    """A file that a source made: where it is, how it is called, and where it came from (never a credential)."""

    path: Path
    name: str
    origin: Mapping[str, Any]


def _always() -> str:
    return ""


def _as_given(settings: Settings, remote: bool) -> dict[str, Any]:
    return dict(settings)


@dataclass(frozen=True)
class SourceSpec:
    """A source.

    Parameters
    ----------
    params : tuple of Param
        Its settings; `main` names those that are always asked for, the others have a default that mostly fits.
    fetch : callable
        (settings, scratch folder, tick(share done, words)) → Fetched.
    preview : callable
        (settings, rows, scratch folder) → pyarrow.Table of the first rows; slow ones end by themselves within seconds.
    check : callable
        (settings, remote) → settings as they are to be stored. Opens nothing; `remote` is true for what came through
        a browser, which may ask for less than the person at the machine.
    unavailable : callable
        Why it cannot be used here, or "".
    offers : tuple of (setting, callable), optional
        A setting with what there is to choose from: (settings, remote) → names.
    """

    name: str
    label: str
    help: str
    params: tuple[Param, ...]
    main: tuple[str, ...]
    fetch: Callable[[Settings, Path, Tick], Fetched]
    preview: Callable[[Settings, int, Path], pa.Table]
    check: Callable[[Settings, bool], dict[str, Any]] = _as_given
    unavailable: Callable[[], str] = _always
    offers: tuple[str, Callable[[Settings, bool], tuple[str, ...]]] | None = None


SOURCES: Catalog[SourceSpec] = Catalog("source", "mlworkbench.data.sources")
