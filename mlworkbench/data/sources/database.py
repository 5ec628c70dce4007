"""A table or the rows of one SELECT, by a SQLAlchemy URL whose password is a reference to the environment."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.catalog import Param
from mlworkbench.data.sources import SOURCES, Fetched, Settings, SourceSpec, Tick
from mlworkbench.data.sources.blocks import write_blocks
from mlworkbench.data.sources.links import DRIVERS, KINDS, Kind, Limits, Link
from mlworkbench.data.sources.roots import inside_root
from mlworkbench.data.sources.secrets import DATABASE, is_reference, redacted, secret
from mlworkbench.errors import InvalidInput, listing
from mlworkbench.jobs import JobCancelled

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import URL

_LOOK = 0.5  # seconds between looks at the job
_PREVIEW = 10  # seconds at most, as somebody waits
_EXAMPLE = "postgresql://me:${NAME}@host/db"


def _parsed(text: str) -> tuple[URL, Kind]:
    """The URL and its kind of database; no message shows more of it than the scheme."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    scheme = text.partition("://")[0]
    name, _, driver = scheme.lower().partition("+")
    name = "postgresql" if name == "postgres" else name
    if "://" not in text or name not in KINDS or (driver and driver not in DRIVERS[name]):
        raise InvalidInput(
            f"The URL of a database was expected, such as {_EXAMPLE} or sqlite:///shop.db. It begins with one of: "
            f"{listing(KINDS)}" + (f" (driver: {DRIVERS[name][0]})." if name in KINDS else "."),
            field="url",
        )
    try:
        url = make_url(text).set(drivername=name)
    except (ArgumentError, ValueError):
        raise InvalidInput(
            f"The URL cannot be read as one. It looks like {_EXAMPLE}; the environment variable {DATABASE}NAME holds "
            "the password.",
            field="url",
        ) from None
    kind = KINDS[name]
    if url.password and not is_reference(str(url.password)):
        raise InvalidInput(
            f"The URL holds a password, and settings are stored. Set the environment variable {DATABASE}NAME to it "
            f"where mlworkbench and its worker run, and write ${{NAME}} in its place: {_EXAMPLE}.",
            field="url",
        )
    for key in url.query:
        if key not in kind.query:
            raise InvalidInput(
                f"The URL's option {redacted(key)[:40]!r} is not taken for {kind.label}. Options: "
                f"{listing(kind.query)}. A password is given as {_EXAMPLE}.",
                field="url",
            )
    if kind.file and (not url.database or url.database == ":memory:" or "\0" in url.database):
        raise InvalidInput(f"{kind.label} needs the path of a file: {name}:///folder/shop.db.", field="url")
    return url, kind


def _check(settings: Settings, remote: bool) -> dict[str, Any]:
    url, kind = _parsed(settings["url"])
    if bool(settings["table"].strip()) == bool(settings["select"].strip()):
        raise InvalidInput("Name one table, or write one SELECT; not both.", field="table")
    return {**settings, "url": _placed(url, kind, remote)}


def _placed(url: URL, kind: Kind, remote: bool) -> str:
    """The URL as it is stored: a file by its whole path, under the server's root when asked for through a browser."""
    if kind.file:
        file = inside_root(str(url.database), "url") if remote else Path(str(url.database)).absolute()
        url = url.set(database=str(file))
    return url.render_as_string(hide_password=False).replace("%24%7B", "${").replace("%7D", "}")


@contextlib.contextmanager
def _opened(settings: Settings, longest: int | None = None) -> Iterator[tuple[Link, Kind]]:
    """A link that cannot write; what its driver says is passed on in one line, without the password."""
    url, kind = _parsed(settings["url"])
    if kind.file and not Path(str(url.database)).is_file():
        raise InvalidInput(f"There is no {kind.label} file at the URL's path. Check the path.", field="url")
    password = secret(str(url.password), DATABASE) if url.password else None
    limits = Limits(*(min(settings[key], longest or settings[key]) for key in ("connect_timeout", "statement_timeout")))
    field = "select" if settings.get("select") else "url"
    try:
        with kind.open(url, password, limits) as link:
            try:
                yield link, kind
            except link.errors as error:
                late = any(sign in str(error).lower() for sign in ("timeout", "interrupt", "max_statement_time"))
                wait = f" It took longer than {limits.statement} s, the statement_timeout." if late else ""
                text = f"{kind.label} refused or failed: {redacted(error, password)}.{wait}"
                raise InvalidInput(f"{text} The link is read-only; write one SELECT.", field=field) from None
    except InvalidInput:
        raise
    except Exception as error:  # drivers have no common base class
        module = type(error).__module__.partition(".")[0]
        if module not in ("sqlite3", "duckdb", "_duckdb", "psycopg", "pymysql"):
            raise
        raise InvalidInput(
            f"{kind.label} could not be reached within {limits.connect} s or refused the connection: "
            f"{redacted(error, password)}. Check host, port, database, user and password.",
            field="url",
        ) from None


def list_tables(settings: Settings, remote: bool = False) -> tuple[str, ...]:
    """Tables and views of a database; those outside the usual schema as "schema.table"."""
    with _opened({**settings, "url": _placed(*_parsed(settings["url"]), remote)}, _PREVIEW) as (link, kind):
        return tuple(_tables(link, kind))


def _tables(link: Link, kind: Kind) -> dict[str, tuple[str, str]]:
    found = {}
    for batch in link.batches(kind.tables):
        for place, name in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            found[f"{place}.{name}" if place else str(name)] = (str(place), str(name))
    return found


def _statement(settings: Settings, link: Link, kind: Kind) -> str:
    if settings["select"].strip():
        return str(settings["select"])
    known, wanted = _tables(link, kind), settings["table"].strip()
    if wanted not in known:
        raise InvalidInput(f"There is no table {wanted[:80]!r}. There are: {listing(known)}.", field="table")
    return f"SELECT * FROM {kind.quoted(*known[wanted])}"  # noqa: S608 - a name of the listing, quoted as such


class _Watch:
    """While the database works: says how far it is, and stops the database when the job is to stop."""

    def __init__(self, tick: Tick) -> None:
        self.link: Link | None = None
        self._tick, self._ended = tick, threading.Event()
        self._rows, self._stopped = 0, False
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def rows(self, count: int) -> None:
        """So many rows came."""
        self._rows = count
        if self._stopped:
            raise JobCancelled("while rows came")

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK):
            try:
                words = f"{self._rows:,} rows came from the database" if self._rows else "Waiting for the database"
                self._tick(self._rows / (self._rows + 1e6), words)
            except JobCancelled:
                self._stopped = True
                if self.link is not None:
                    self.link.cancel()
                return

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        if kind is not None and self._stopped:
            raise JobCancelled("the database was stopped") from None


def _fetch(settings: Settings, folder: Path, tick: Tick) -> Fetched:
    tick(0.0, "Connecting to the database")
    with _Watch(tick) as watch, _opened(settings) as (link, kind):
        watch.link = link
        statement = _statement(settings, link, kind)
        path, rows = write_blocks(link.batches(statement), folder, watch.rows)
    url, _ = _parsed(settings["url"])
    origin: dict[str, Any] = {"url": url.set(username=None, password=None).render_as_string(), "rows": rows}
    origin |= {"select": statement} if settings["select"].strip() else {"table": settings["table"].strip()}
    return Fetched(path, f"{settings['table'].strip() or 'query'}.parquet", origin)


def _preview(settings: Settings, rows: int, folder: Path) -> pa.Table:
    import pyarrow as pa

    found: list[Any] = []
    with _opened(settings, _PREVIEW) as (link, kind):
        for batch in link.batches(_statement(settings, link, kind)):
            found = [*(one for one in found if len(one)), batch.slice(0, rows - sum(map(len, found)))]
            if sum(map(len, found)) >= rows:
                break
    return pa.concat_tables([pa.Table.from_batches([one]) for one in found], promote_options="permissive")


SOURCES.register(
    SourceSpec(
        "database",
        "Database",
        "A table, or the rows of one SELECT; the database itself refuses to write.",
        (
            Param("url", "text", "", "Database URL", f"Such as {_EXAMPLE}: the password is the environment variable "
                  f"{DATABASE}NAME, never written here."),
            Param("table", "text", "", "Table"),
            Param("select", "text", "", "or one SELECT"),
            Param("connect_timeout", "int", 10, "Seconds to connect", low=1, high=120),
            Param("statement_timeout", "int", 600, "Seconds to answer",
                  "For the first rows and for each next block.", low=1, high=86_400),
        ),
        ("url", "table", "select"),
        _fetch,
        _preview,
        _check,
        offers=("table", list_tables),
    )
)  # fmt: skip
