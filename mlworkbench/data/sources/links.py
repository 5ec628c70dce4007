"""Read-only links to databases, one per kind. That nothing is written is the database's business in each of them."""

from __future__ import annotations

import contextlib
import importlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from mlworkbench.data.sources.blocks import batch_of, sized
from mlworkbench.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import URL

_PLAIN = {
    "boolean", "tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger", "ubigint", "float",
    "double", "date", "varchar",
}  # fmt: skip
NO_TABLE = "A SELECT was expected, and this statement gives no rows. Write one SELECT."


@dataclass(frozen=True)
class Limits:
    """Seconds: to be connected, and for the database to answer (the first block, and each next one)."""

    connect: int
    statement: int


@dataclass(frozen=True)
class Link:
    """An open connection that cannot write.

    Parameters
    ----------
    batches : callable
        (one statement) → its rows in blocks, the first of which comes even without rows.
    errors : tuple of exception types
        What its driver raises.
    cancel : callable
        Stops what the database is doing; called from another thread.
    """

    batches: Callable[[str], Iterator[pa.RecordBatch]]
    errors: tuple[type[Exception], ...]
    cancel: Callable[[], None]


@dataclass(frozen=True)
class Kind:
    """A kind of database: `tables` lists (schema or "", name); `query` are the keys an URL may carry after "?"."""

    name: str
    label: str
    tables: str
    open: Callable[[URL, str | None, Limits], contextlib.AbstractContextManager[Link]]
    quote: str = '"'
    query: tuple[str, ...] = ()
    file: bool = False

    def quoted(self, *names: str) -> str:
        """Names as the database reads names, whatever is in them."""
        return ".".join(self.quote + name.replace(self.quote, self.quote * 2) + self.quote for name in names if name)


def _rows(cursor: Any) -> Iterator[pa.RecordBatch]:
    """What a DB-API cursor has, in blocks."""
    if cursor.description is None:
        raise InvalidInput(NO_TABLE, field="select")
    names = [str(column[0]) for column in cursor.description]
    sizes = sized()
    wanted, first = next(sizes), True
    while rows := cursor.fetchmany(wanted):
        batch = batch_of(names, rows)
        yield batch
        wanted, first = sizes.send(batch.nbytes), False
    if first:
        yield batch_of(names, [])


def _options(url: URL) -> dict[str, str]:
    return {key: value if isinstance(value, str) else ",".join(value) for key, value in url.query.items()}


def _driver(module: str, package: str, label: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise InvalidInput(
            f"{label} needs the package {package}, which is not installed. Install it with: pip install '{package}'",
            field="url",
        ) from error


# -- SQLite: opened with mode=ro; its own authorizer allows reading and nothing else --------------------------------
@contextlib.contextmanager
def _sqlite(url: URL, password: str | None, limits: Limits) -> Iterator[Link]:
    path = f"file:{quote(str(Path(url.database or '').absolute()))}?mode=ro"
    connection = sqlite3.connect(path, uri=True, timeout=limits.connect, isolation_level=None)
    until = [time.monotonic() + limits.statement]
    reads = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
    try:
        connection.text_factory = lambda text: text.decode("utf-8", "replace")  # a finding counts what was replaced
        connection.set_authorizer(lambda act, *_: sqlite3.SQLITE_OK if act in reads else sqlite3.SQLITE_DENY)
        connection.set_progress_handler(lambda: time.monotonic() > until[0], 10_000)

        def batches(sql: str) -> Iterator[pa.RecordBatch]:
            cursor = connection.execute(sql)
            for batch in _rows(cursor):
                yield batch
                until[0] = time.monotonic() + limits.statement

        yield Link(batches, (sqlite3.Error, sqlite3.Warning), connection.interrupt)
    finally:
        connection.close()


# -- DuckDB: read_only, without a way to other files, extensions or the network ---------------------------------------
@contextlib.contextmanager
def _duckdb(url: URL, password: str | None, limits: Limits) -> Iterator[Link]:
    import duckdb
    import pyarrow as pa

    safe = {"enable_external_access": False, "lock_configuration": True, "memory_limit": "1GB", "threads": 2}
    connection = duckdb.connect(str(Path(url.database or "").absolute()), read_only=True, config=safe)

    @contextlib.contextmanager
    def timed() -> Iterator[None]:
        alarm = threading.Timer(limits.statement, connection.interrupt)
        alarm.daemon = True
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()

    def batches(sql: str) -> Iterator[pa.RecordBatch]:
        statements = connection.extract_statements(sql)
        with timed():
            for statement in statements[:-1]:  # what may not be is refused by the database, whichever place it has
                connection.execute(statement)
            found = connection.sql(statements[-1]) if statements else None
        if len(statements) != 1:
            raise InvalidInput(f"One SELECT was expected. These are {len(statements)} statements.", field="select")
        if found is None or statements[0].type != duckdb.StatementType.SELECT:
            raise InvalidInput(NO_TABLE, field="select")
        with timed():
            reader = found.project(_exact(found)).to_arrow_reader(8_192)
        yield pa.RecordBatch.from_arrays([pa.array([], field.type) for field in reader.schema], schema=reader.schema)
        while True:
            with timed():
                batch = next(reader, None)
            if batch is None:
                return
            yield batch

    try:
        yield Link(batches, (duckdb.Error,), connection.interrupt)
    finally:
        connection.close()


def _exact(found: Any) -> str:
    """All columns by place; what Arrow has no exact type for (decimals, 128 bits, durations, nested) as text."""
    said = []
    for place, (name, kind) in enumerate(zip(found.columns, found.types, strict=True), start=1):
        plain = kind.id in _PLAIN or kind.id.startswith("timestamp")
        quoted = str(name).replace('"', '""')
        said.append(f'#{place} AS "{quoted}"' if plain else f'CAST(#{place} AS VARCHAR) AS "{quoted}"')
    return ", ".join(said)


# -- PostgreSQL: a read-only transaction and a cursor of the server; the extended protocol takes one statement --------
@contextlib.contextmanager
def _postgres(url: URL, password: str | None, limits: Limits) -> Iterator[Link]:
    driver = _driver("psycopg", "psycopg[binary]", "PostgreSQL")
    parts = {
        "host": None if "host" in url.query else url.host,
        "port": None if "port" in url.query else url.port,
        "user": url.username,
        "dbname": url.database,
        "password": password,
    }
    connection = driver.connect(
        **{key: value for key, value in parts.items() if value},
        **_options(url),
        connect_timeout=max(2, limits.connect),
        keepalives_idle=30,
        tcp_user_timeout=limits.statement * 1000,
    )
    try:
        connection.execute("SET TRANSACTION READ ONLY")
        connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        connection.execute(f"SET statement_timeout = {int(limits.statement) * 1000}")
        connection.execute(f"SET lock_timeout = {int(limits.connect) * 1000}")

        def batches(sql: str) -> Iterator[pa.RecordBatch]:
            with connection.cursor(name="mlworkbench") as cursor:
                cursor.execute(sql)
                yield from _rows(cursor)

        yield Link(batches, (driver.Error,), connection.cancel_safe)
    finally:
        connection.close()


# -- MySQL and MariaDB: START TRANSACTION READ ONLY; PyMySQL sends one statement and keeps rows at the server ---------
@contextlib.contextmanager
def _mysql(url: URL, password: str | None, limits: Limits) -> Iterator[Link]:
    driver = _driver("pymysql", "PyMySQL", "MySQL or MariaDB")
    connection = driver.connect(
        host=url.host or "localhost",
        port=url.port or 3306,
        user=url.username,
        password=password or "",
        database=url.database,
        connect_timeout=limits.connect,
        read_timeout=limits.statement + 5,
        charset="utf8mb4",
        cursorclass=importlib.import_module("pymysql.cursors").SSCursor,
        **_options(url),
    )
    try:
        with connection.cursor() as cursor:
            if "mariadb" in connection.get_server_info().lower():
                cursor.execute(f"SET SESSION max_statement_time = {int(limits.statement)}")
            else:
                cursor.execute(f"SET SESSION max_execution_time = {int(limits.statement) * 1000}")
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            cursor.execute("START TRANSACTION READ ONLY")

        def batches(sql: str) -> Iterator[pa.RecordBatch]:
            cursor = connection.cursor()
            cursor.execute(sql)
            yield from _rows(cursor)

        yield Link(batches, (driver.Error,), connection._force_close)
    finally:
        connection.close()


_SQLITE = (
    "SELECT '' AS place, name FROM sqlite_master WHERE type IN ('table', 'view') AND substr(name, 1, 7) <> 'sqlite_' "
    "ORDER BY name"
)
_DUCKDB = (
    "SELECT CASE WHEN table_schema = current_schema() THEN '' ELSE table_schema END AS place, table_name "
    "FROM information_schema.tables WHERE table_catalog = current_database() ORDER BY 1, 2"
)
_POSTGRES = (
    "SELECT CASE WHEN n.nspname = current_schema() THEN '' ELSE n.nspname END AS place, c.relname "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema') "
    "AND n.nspname NOT LIKE 'pg\\_toast%' AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1, 2"
)
_MYSQL = "SELECT '' AS place, table_name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 2"

KINDS = {
    "sqlite": Kind("sqlite", "SQLite", _SQLITE, _sqlite, file=True),
    "duckdb": Kind("duckdb", "DuckDB", _DUCKDB, _duckdb, file=True),
    "postgresql": Kind(
        "postgresql", "PostgreSQL", _POSTGRES, _postgres,
        query=("host", "port", "sslmode", "sslrootcert", "application_name"),
    ),
    "mysql": Kind("mysql", "MySQL", _MYSQL, _mysql, quote="`", query=("unix_socket",)),
    "mariadb": Kind("mariadb", "MariaDB", _MYSQL, _mysql, quote="`", query=("unix_socket",)),
}  # fmt: skip
DRIVERS = {
    "sqlite": ("pysqlite",), "duckdb": ("duckdb_engine",), "postgresql": ("psycopg",), "mysql": ("pymysql",),
    "mariadb": ("pymysql",),
}  # fmt: skip
