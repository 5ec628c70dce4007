"""Sources: databases that cannot be written to, addresses that cannot be private, files that cannot be elsewhere."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import shutil
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mlworkbench.artifacts import find, list_artifacts
from mlworkbench.artifacts import path as artifact_path
from mlworkbench.data import SOURCES, check_source, fetch, get_dataset, ingest_from, preview_source, source_offers
from mlworkbench.data.sources.net import is_public
from mlworkbench.errors import InvalidInput, NotApplicable, WorkbenchError
from mlworkbench.jobs import Progress, cancel_job, list_jobs, run_to_end, wait

if TYPE_CHECKING:
    from mlworkbench import Project
    from mlworkbench.data.sources import Fetched
    from mlworkbench.jobs import Job

ROWS = 3000
SECRET = "s3cr3t/p@ss:word"
WRITES = [
    "UPDATE shop SET price = 0",
    "DELETE FROM shop",
    "CREATE TABLE mine (a int)",
    "DROP TABLE shop",
    "INSERT INTO shop (id) VALUES (-1)",
    "WITH old AS (SELECT 1) DELETE FROM shop",
    "SELECT 1; DELETE FROM shop",
    "SELECT 1; COMMIT; DELETE FROM shop",
    "/* SELECT */ UPDATE shop SET price = 0",
]


# -- databases ----------------------------------------------------------------------------------------------------
def rows(count: int = ROWS) -> list[tuple[Any, ...]]:
    return [(n, f"t{n % 7}", None if n % 5 == 0 else n / 4, 2**53 + 1 + n, f"2026-01-{n % 28 + 1:02d}")
            for n in range(count)]  # fmt: skip


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    file = tmp_path / "shop's.db"
    with contextlib.closing(sqlite3.connect(file)) as made, made:
        made.execute("CREATE TABLE shop (id integer, kind text, price real, big integer, day text)")
        made.executemany("INSERT INTO shop VALUES (?, ?, ?, ?, ?)", rows())
        made.execute('CREATE TABLE "odd ""name""; DROP TABLE shop" (a, b)')
        made.executemany('INSERT INTO "odd ""name""; DROP TABLE shop" VALUES (?, ?)', [(None, 1)] * 300 + [("x", 1.5)])
    return f"sqlite:///{file}"


@pytest.fixture
def duck(tmp_path: Path) -> str:
    import duckdb

    file = tmp_path / "shop.duckdb"
    with duckdb.connect(str(file)) as made:
        made.execute("CREATE TABLE shop (id bigint, kind text, price double, big bigint, day date)")
        made.execute(
            f"INSERT INTO shop SELECT n, 't' || n % 7, CASE WHEN n % 5 = 0 THEN NULL ELSE n / 4 END, "
            f"9007199254740993 + n, DATE '2026-01-01' + CAST(n % 28 AS int) FROM range({ROWS}) r(n)"
        )
        made.execute(
            "CREATE SCHEMA side; CREATE TABLE side.exact AS SELECT 12345678901234567890.12::decimal(38, 2) AS money, "
            "170141183460469231731687303715884105727::hugeint AS huge, "
            "340282366920938463463374607431768211455::uhugeint AS more, [1, 2] AS list, interval 1 day AS span "
            "FROM range(3)"
        )
    return f"duckdb:///{file}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of the test's own (made as a user without rights), else the one that is named, else left out."""
    named = os.environ.get("MLWORKBENCH_TEST_POSTGRES")
    found = _postgres_programs()
    if found is None:
        if not named:
            pytest.skip("PostgreSQL is not installed and MLWORKBENCH_TEST_POSTGRES names none")
        yield named
        return
    root = os.geteuid() == 0
    as_user: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []} if root else {}
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: the path of a unix socket has a limit
    if root:
        shutil.chown(folder, "nobody", "nogroup")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "password").write_text(SECRET)
    (folder / "password").chmod(0o644)

    def call(program: str, *words: str) -> None:
        subprocess.run([str(found / program), "-D", str(folder / "data"), *words], cwd=folder, check=True, timeout=120,
                       stdout=subprocess.DEVNULL, **as_user)  # fmt: skip

    try:
        call("initdb", "-U", "me", "--no-sync", "-A", "scram-sha-256", f"--pwfile={folder / 'password'}")
        options = f"-k {folder} -h 127.0.0.1 -p {port} -c fsync=off -c shared_buffers=16MB"
        call("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://me:${{SHOP}}@127.0.0.1:{port}/postgres"
        finally:
            call("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _postgres_programs() -> Path | None:
    def look() -> Path | None:
        places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        place = str(places[-1]) if places else shutil.which("initdb")
        return Path(place).resolve().parent if place else None

    if look() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        with contextlib.suppress(subprocess.SubprocessError):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            subprocess.run(["apt-get", "install", "-y", "postgresql"], env=environment, check=False, timeout=240,
                           capture_output=True)  # fmt: skip
    return look()


@pytest.fixture
def postgres(postgres_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The server with a table `shop`; its password is in the environment only."""
    if "${SHOP}" in postgres_server:
        monkeypatch.setenv("MLWORKBENCH_DB_PASSWORD_SHOP", SECRET)
    with psql(postgres_server) as made:
        made.execute("DROP SCHEMA IF EXISTS side CASCADE; DROP TABLE IF EXISTS shop")
        made.execute(
            "CREATE TABLE shop AS SELECT n::bigint AS id, 't' || n % 7 AS kind, CASE WHEN n % 5 = 0 THEN NULL ELSE "
            f"n / 4.0::float8 END AS price, 9007199254740993 + n AS big, DATE '2026-01-01' + n % 28 AS day "
            f"FROM generate_series(0, {ROWS - 1}) n"
        )
        made.execute(
            "CREATE SCHEMA side; CREATE TABLE side.exact AS SELECT 12345678901234567890.12::numeric AS money, "
            "true AS flag, '2026-01-01 12:00+02'::timestamptz AS at, '{\"a\": 1}'::jsonb AS doc, '\\x41'::bytea AS raw "
            "FROM generate_series(1, 3)"
        )
    return postgres_server


def psql(url: str) -> Any:
    import psycopg

    return psycopg.connect(url.replace("${SHOP}", SECRET.replace("/", "%2F").replace("@", "%40").replace(":", "%3A")),
                           autocommit=True)  # fmt: skip


@pytest.fixture(params=["sqlite", "duck", "postgres"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def content(url: str) -> list[Any]:
    """All rows of the table, looked at beside the workbench."""
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as seen:
            return seen.execute("SELECT * FROM shop ORDER BY id").fetchall()
    if url.startswith("duckdb"):
        import duckdb

        with duckdb.connect(url.removeprefix("duckdb:///"), read_only=False) as seen:
            return seen.execute("SELECT * FROM shop ORDER BY id").fetchall()
    with psql(url) as seen:
        return seen.execute("SELECT * FROM shop ORDER BY id").fetchall()


def parquet(project: Project, upload: str) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(artifact_path(project, upload))


def test_a_table_of_a_database_becomes_a_dataset_and_says_where_it_came_from(project: Project, database: str) -> None:
    dataset = ingest_from(project, source="database", settings={"url": database, "table": "shop"}, target="kind")
    assert (dataset.rows, dataset.names) == (ROWS, ("id", "kind", "price", "big", "day"))
    assert dataset.column("price").missing == ROWS // 5
    big = parquet(project, dataset.table).column("big").to_pylist()
    assert sorted(map(int, big))[:2] == [2**53 + 1, 2**53 + 2], "beyond doubles, kept exactly"
    upload = find(project, dataset.upload, kind="upload")
    origin = upload.meta["origin"]
    assert (origin["source"], origin["table"], origin["rows"]) == ("database", "shop", ROWS)
    assert "SHOP" not in origin["url"]
    assert origin["fetched_at"]
    assert dataset.name == "shop.parquet"


def test_a_select_is_read_and_its_text_is_kept(project: Project, database: str) -> None:
    text = "SELECT kind, count(*) AS many FROM shop WHERE kind LIKE 't%' GROUP BY kind ORDER BY kind"
    upload = fetch(project, source="database", settings={"url": database, "select": text})
    assert parquet(project, upload.id).to_pylist()[0] == {"kind": "t0", "many": 429}
    assert upload.meta["origin"]["select"] == text


@pytest.mark.parametrize("statement", WRITES)
def test_what_writes_is_refused_by_the_database(project: Project, database: str, statement: str) -> None:
    before = content(database)
    with pytest.raises(InvalidInput) as caught:
        fetch(project, source="database", settings={"url": database, "select": statement})
    assert caught.value.field in ("select", "url")
    assert content(database) == before
    assert not list_artifacts(project)


@pytest.mark.parametrize(
    "statement",
    [
        "WITH gone AS (DELETE FROM shop RETURNING *) SELECT * FROM gone",
        "SELECT set_config('transaction_read_only', 'off', false)",
        "SELECT nextval('counter')",
        "SET TRANSACTION READ WRITE",
        "COPY shop TO PROGRAM 'cat'",
        "SELECT * FROM shop FOR UPDATE",
    ],
)
def test_postgresql_has_no_way_around_its_read_only_transaction(
    project: Project, postgres: str, statement: str
) -> None:
    with psql(postgres) as made:
        made.execute("CREATE SEQUENCE IF NOT EXISTS counter")
    before = content(postgres)
    with pytest.raises(InvalidInput):
        fetch(project, source="database", settings={"url": postgres, "select": statement})
    assert content(postgres) == before


@pytest.mark.parametrize(
    "statement",
    ["ATTACH '{folder}/other.db' AS other", "SELECT * FROM read_csv('{folder}/a.csv')", "FROM '{folder}/a.csv'",
     "COPY shop TO '{folder}/out.csv'", "INSTALL httpfs", "SET enable_external_access = true",
     "PRAGMA writable_schema=1",
     "SELECT load_extension('x')", "CREATE TEMP TABLE mine AS SELECT 1", "BEGIN", ""],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["sqlite", "duck"])
def test_a_statement_reaches_no_other_file_and_no_setting(
    project: Project, request: pytest.FixtureRequest, tmp_path: Path, kind: str, statement: str
) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    url = request.getfixturevalue(kind)
    with pytest.raises(InvalidInput):
        fetch(project, source="database", settings={"url": url, "select": statement.format(folder=tmp_path)})
    assert not (tmp_path / "other.db").exists()
    assert not (tmp_path / "out.csv").exists()


def test_a_sqlite_table_of_mixed_kinds_and_a_hostile_name_loses_nothing(project: Project, sqlite: str) -> None:
    name = 'odd "name"; DROP TABLE shop'
    assert source_offers("database", {"url": sqlite}) == (name, "shop")
    upload = fetch(project, source="database", settings={"url": sqlite, "table": name})
    table = parquet(project, upload.id)
    assert table.column("a").to_pylist() == [None] * 300 + ["x"]
    assert table.column("b").to_pylist() == [1.0] * 300 + [1.5]
    assert len(content(sqlite)) == ROWS


def test_whole_numbers_beyond_doubles_among_fractions_become_text(project: Project, tmp_path: Path) -> None:
    file = tmp_path / "mixed.db"
    with contextlib.closing(sqlite3.connect(file)) as made, made:
        made.execute("CREATE TABLE t (a)")
        made.executemany("INSERT INTO t VALUES (?)", [(2**53 + 1,)] * 300 + [(0.5,)] + [(b"\xff",), ("\u00e9",)])
    upload = fetch(project, source="database", settings={"url": f"sqlite:///{file}", "table": "t"})
    cells = parquet(project, upload.id).column("a").to_pylist()
    assert (cells[0], cells[300:]) == (str(2**53 + 1), ["0.5", "\\xff", "é"])


def test_decimals_and_other_kinds_stay_exact(project: Project, duck: str) -> None:
    upload = fetch(project, source="database", settings={"url": duck, "table": "side.exact"})
    row = parquet(project, upload.id).to_pylist()[0]
    assert (Decimal(row["money"]), int(row["huge"]), int(row["more"])) == (
        Decimal("12345678901234567890.12"), 2**127 - 1, 2**128 - 1)  # fmt: skip


def test_postgresql_kinds_stay_exact(project: Project, postgres: str) -> None:
    assert set(source_offers("database", {"url": postgres})) >= {"shop", "side.exact"}
    upload = fetch(project, source="database", settings={"url": postgres, "table": "side.exact"})
    row = parquet(project, upload.id).to_pylist()[0]
    assert (row["money"], row["flag"], row["doc"]) == ("12345678901234567890.12", True, '{"a": 1}')
    assert (row["at"].isoformat(), row["raw"]) == ("2026-01-01T10:00:00+00:00", "A")


def test_a_preview_is_cut_by_rows_and_stores_nothing(project: Project, database: str) -> None:
    table = preview_source(project, source="database", settings={"url": database, "table": "shop"}, rows=7)
    assert (table.num_rows, table.column_names) == (7, ["id", "kind", "price", "big", "day"])
    assert not list_artifacts(project)
    none = preview_source(
        project, source="database", settings={"url": database, "select": "SELECT * FROM shop LIMIT 0"}
    )
    assert (none.num_rows, none.num_columns) == (0, 5)


def test_an_unknown_table_is_named_with_those_there_are(project: Project, database: str) -> None:
    with pytest.raises(InvalidInput, match="shop") as caught:
        fetch(project, source="database", settings={"url": database, "table": "shop; DROP TABLE shop"})
    assert caught.value.field == "table"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (f"postgresql://me:{SECRET.replace('/', '%2F').replace('@', '%40')}@host/db", "MLWORKBENCH_DB_PASSWORD_"),
        (f"postgresql://me:{SECRET}@host/db", "MLWORKBENCH_DB_PASSWORD_"),
        (f"postgresql://me@host/db?password={SECRET}", "option"),
        (f"mysql://me:{SECRET}@host/db", "MLWORKBENCH_DB_PASSWORD_"),
        ("oracle://me:${X}@host/db", "sqlite"),
        ("mysql+mysqldb://me:${X}@host/db", "pymysql"),
        ("sqlite://", "path"),
        ("sqlite:///x.db?mode=rw", "option"),
        ("nonsense", "postgresql://"),
    ],
)
def test_a_url_that_would_store_a_password_is_refused_before_a_job_is_made(
    project: Project, url: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        ingest_from.submit(project, source="database", settings={"url": url, "table": "t"})
    assert words in caught.value.message
    assert caught.value.field == "url"
    for part in (SECRET, "s3cr3t"):
        assert part not in caught.value.message
    assert not list_jobs(project.workspace)


def holds(folder: Path, word: str) -> list[str]:
    return [str(file) for file in folder.rglob("*") if file.is_file() and word.encode() in file.read_bytes()]


def test_a_password_is_in_no_artifact_job_or_log(
    project: Project, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"url": postgres, "table": "shop"}
    job = ingest_from.submit(project, source="database", settings=settings)
    run_to_end(project.workspace, job)
    assert get_dataset(project).rows == ROWS
    if "${SHOP}" in postgres:
        monkeypatch.setenv("MLWORKBENCH_DB_PASSWORD_SHOP", f"wrong-{SECRET}")
        again = ingest_from.submit(project, source="database", settings=settings | {"select": "", "connect_timeout": 3})
        with pytest.raises(InvalidInput, match="password"):
            run_to_end(project.workspace, again)
    assert holds(project.workspace.root, "{SHOP}"), "the reference is what is stored"
    assert holds(project.workspace.root, "s3cr3t") == []


def test_a_password_that_is_not_set_is_asked_for_by_name(project: Project, tmp_path: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    settings = {"url": "postgresql://me:${NOBODY}@127.0.0.1:1/db", "table": "t", "connect_timeout": 2}
    with pytest.raises(InvalidInput, match="MLWORKBENCH_DB_PASSWORD_NOBODY"):
        fetch(project, source="database", settings=settings)
    (tmp_path / "secret").write_text(SECRET + "\n")
    monkeypatch.setenv("MLWORKBENCH_DB_PASSWORD_NOBODY_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("HOME_TOWN", "elsewhere")
    with pytest.raises(InvalidInput, match="could not be reached") as caught:
        fetch(project, source="database", settings=settings)
    assert SECRET not in caught.value.message
    with pytest.raises(InvalidInput, match="MLWORKBENCH_DB_PASSWORD_HOME_TOWN"):
        fetch(project, source="database", settings=settings | {"url": "postgresql://me:${HOME_TOWN}@127.0.0.1:1/db"})


def test_a_database_that_accepts_and_says_nothing_ends_in_a_sentence(project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"postgresql://me@127.0.0.1:{mute.getsockname()[1]}/db"
        with pytest.raises(InvalidInput, match="could not be reached within 2 s"):
            fetch(project, source="database", settings={"url": url, "table": "t", "connect_timeout": 2})


def test_a_statement_that_does_not_end_is_stopped_by_its_limit(project: Project, database: str) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(InvalidInput, match="longer than 1 s") as caught:
        fetch(project, source="database", settings={"url": database, "select": endless, "statement_timeout": 1})
    assert caught.value.field == "select"


def test_a_job_is_cancelled_while_the_database_works_and_the_database_stops_too(
    project: Project, postgres: str
) -> None:
    settings = {"url": postgres, "select": "SELECT pg_sleep(200) /* to be stopped */"}
    job = ingest_from.submit(project, source="database", settings=settings)

    def run() -> None:
        with contextlib.suppress(WorkbenchError):
            run_to_end(project.workspace, job)

    def stop(now: Job) -> None:
        if now.status == "running" and now.message.startswith("Waiting for the database"):
            cancel_job(project.workspace, job)

    worker = threading.Thread(target=run)
    worker.start()
    ended = wait(project.workspace, job, stop, timeout=60)
    worker.join()
    assert ended.status == "cancelled"
    with psql(postgres) as seen:
        active = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%to be stopped%' AND pid <> pg_backend_pid()"
        assert seen.execute(active + " AND state = 'active'").fetchone() == (0,)
    assert not list_artifacts(project)


class Remembering(Progress):
    """What a job keeps over its attempts."""

    def __init__(self) -> None:
        self.parts: dict[str, Any] = {}

    def keep(self, key: str, value: Any) -> None:
        self.parts[key] = value

    def kept(self) -> dict[str, Any]:
        return self.parts


def test_what_was_fetched_is_not_asked_for_again_when_the_job_is_resumed(project: Project, sqlite: str) -> None:
    settings, progress = {"url": sqlite, "table": "shop"}, Remembering()
    with pytest.raises(InvalidInput, match="nobody"):
        ingest_from(project, source="database", settings=settings, target="nobody", progress=progress)
    Path(sqlite.removeprefix("sqlite:///")).unlink()
    with pytest.raises(InvalidInput, match="nobody"):
        ingest_from(project, source="database", settings=settings, target="nobody", progress=progress)


def test_a_driver_that_is_missing_is_named(project: Project) -> None:
    pytest.importorskip("sqlalchemy")
    with contextlib.suppress(ImportError):
        __import__("pymysql")
        pytest.skip("PyMySQL is installed")
    with pytest.raises(InvalidInput, match="PyMySQL"):
        fetch(project, source="database", settings={"url": "mariadb://me@127.0.0.1/db", "table": "t"})


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_file_that_is_no_database_or_not_there_is_refused(project: Project, tmp_path: Path, kind: str) -> None:
    (tmp_path / "text.db").write_text("no database, only words " * 400)
    for name in ("text.db", "nowhere.db"):
        with pytest.raises(InvalidInput):
            fetch(project, source="database", settings={"url": f"{kind}:///{tmp_path / name}", "table": "t"})
    assert not (tmp_path / "nowhere.db").exists()


# -- addresses ------------------------------------------------------------------------------------------------------
Respond = Callable[[BaseHTTPRequestHandler, str, dict[str, str]], None]


class Served:
    """A server on this machine that counts connections and answers as the test says."""

    def __init__(self, respond: Respond, *, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        served, self.connections, self.paths = self, 0, []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                served.paths.append(self.path)
                path, _, query = self.path.partition("?")
                pairs = dict(one.split("=", 1) for one in query.split("&") if one)
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    respond(self, path, pairs)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def get_request(self) -> Any:
                served.connections += 1
                return super().get_request()

        self.server = Server((address, 0), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.url = f"http{'s' * bool(tls)}://{address}:{self.port}"

    def __enter__(self) -> Served:
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def send(handler: BaseHTTPRequestHandler, body: bytes, kind: str = "text/csv", code: int = 200, **headers: str) -> None:
    handler.send_response(code)
    handler.send_header("Content-Type", kind)
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in {"Content-Length": str(len(body)), **given}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


BOMB = gzip.compress(b"a" * 9_000_000)
TABLE = b"id,price\n" + b"".join(b"%d,%d.5\n" % (n, n) for n in range(50))


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLWORKBENCH_ALLOW_PRIVATE_URLS", "1")


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(("path", "kind"), [("/t/table.csv?v=1", "application/octet-stream"), ("/export", "text/csv")])
def test_a_file_of_an_address_becomes_a_dataset(project: Project, path: str, kind: str) -> None:
    with Served(lambda handler, *_: send(handler, TABLE, kind)) as served:
        dataset = ingest_from(project, source="http", settings={"url": served.url + path}, target="price")
        preview = preview_source(project, source="http", settings={"url": served.url + path}, rows=5)
    assert (dataset.rows, preview.num_rows, preview.column_names) == (50, 5, ["id", "price"])
    assert find(project, dataset.upload).meta["origin"]["url"] == served.url + path


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"])
def test_a_private_address_is_refused_before_any_connection(project: Project, host: str) -> None:
    with Served(lambda handler, *_: send(handler, TABLE)) as served:
        with pytest.raises(InvalidInput, match="ALLOW_PRIVATE_URLS") as caught:
            fetch(project, source="http", settings={"url": f"http://{host}:{served.port}/table.csv"})
        assert caught.value.field == "url"
        assert served.connections == 0
    assert not list_artifacts(project)


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("2606:4700::1111", True), ("10.0.0.1", False), ("169.254.169.254", False),
     ("100.64.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False),
     ("fe80::1", False), ("fd00::1", False),
     ("::ffff:10.0.0.1", False), ("::ffff:8.8.8.8", True), ("64:ff9b::a00:1", False), ("64:ff9b::808:808", True),
     ("2002:a00:1::", False), ("fec0::1", False), ("::", False), ("240.0.0.1", False), ("192.0.2.1", False)],
)  # fmt: skip
def test_what_is_public_is_known_through_every_wrapping(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


def test_a_redirect_to_a_private_address_is_refused_before_it_is_followed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLWORKBENCH_ALLOW_PRIVATE_URLS", "127.0.0.1/32")
    with Served(lambda handler, *_: send(handler, TABLE), address="127.0.0.2") as inner:
        there = f"{inner.url}/table.csv"
        with (
            Served(lambda handler, *_: send(handler, b"", code=302, Location=there)) as outer,
            pytest.raises(InvalidInput, match="private network"),
        ):
            fetch(project, source="http", settings={"url": f"{outer.url}/table.csv"})
        assert (outer.connections, inner.connections) == (1, 0)


def test_every_address_of_a_name_is_checked_and_the_checked_one_is_connected_to(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The resolver is the one part that is not ours to run: it answers otherwise each time it is asked."""
    asked: list[str] = []
    answers = {"two.test": [["93.184.216.34", "10.0.0.7"]], "turns.test": [["127.0.0.1"], ["127.0.0.2"]]}
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host not in answers:
            return real(host, port, *rest, **more)
        asked.append(host)
        turn = answers[host][min(asked.count(host), len(answers[host])) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in turn]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(InvalidInput, match="private network"):
        fetch(project, source="http", settings={"url": "http://two.test/table.csv"})
    monkeypatch.setenv("MLWORKBENCH_ALLOW_PRIVATE_URLS", "127.0.0.1/32")
    with Served(lambda handler, *_: send(handler, TABLE)) as served:
        fetch(project, source="http", settings={"url": f"http://turns.test:{served.port}/table.csv"})
    assert asked.count("turns.test") == 1, "asked once, so that it cannot answer otherwise"


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    ("respond", "settings", "words"),
    [
        (lambda handler, *_: send(handler, b"", code=302, Location="/x.csv"), {"redirects": 2}, "more than 2 times"),
        (lambda handler, *_: send(handler, b"", code=302, Location="file:///x"), {}, "http"),
        (lambda handler, *_: send(handler, b"gone", code=404), {}, "404"),
        (lambda handler, *_: send(handler, b"a" * 2_000_000), {"max_mb": 1}, "1 MB"),
        (lambda handler, *_: send(handler, BOMB, Content_Encoding="gzip"), {"max_mb": 1}, "1 MB"),
        (lambda handler, *_: send(handler, b"a,b\n1,2", Content_Length="9000"), {}, "cut"),
        (lambda handler, *_: send(handler, TABLE, Content_Encoding="br"), {}, "br"),
        (lambda handler, *_: send(handler, b""), {}, "empty"),
        (lambda handler, *_: send(handler, b"MZ", "application/x-msdownload"), {}, "no reader"),
        (lambda handler, *_: handler.wfile.write(b"nonsense\r\n\r\n"), {}, "HTTP"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_table_ends_in_a_sentence(
    project: Project, respond: Respond, settings: dict[str, Any], words: str
) -> None:
    name = "/program" if words == "no reader" else "/table.csv"
    with Served(respond) as served, pytest.raises(InvalidInput, match=words):
        fetch(project, source="http", settings={"url": served.url + name, **settings})
    assert not list_artifacts(project)
    assert not list(project.workspace.spool.iterdir())


@pytest.mark.usefixtures("allowed")
def test_a_server_that_drips_is_cut_at_the_time_limit(project: Project) -> None:
    done = threading.Event()

    def drip(handler: BaseHTTPRequestHandler, *_: object) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not done.wait(0.1):
            handler.wfile.write(b"a")

    with Served(drip) as served, pytest.raises(InvalidInput, match="time limit"):
        fetch(project, source="http", settings={"url": f"{served.url}/t.csv", "timeout": 1})
    done.set()


def brought(settings: dict[str, Any], folder: Path) -> Fetched:
    """The file that the source makes of an address, before it is an upload."""
    return SOURCES.get("http").fetch(check_source("http", settings), folder, lambda share, words: None)


RECORDS = [{"id": n, "price": f"{n}.10"} for n in range(25)]


def api(handler: BaseHTTPRequestHandler, path: str, query: dict[str, str]) -> None:
    """25 records in pages of ten, by link, header, page or offset; prices are written with two places."""
    start = int(query.get("offset", 10 * (int(query.get("page", 1)) - 1)))
    rows = ", ".join(f'{{"id": {one["id"]}, "price": {one["price"]}}}' for one in RECORDS[start : start + 10])
    more = f'"/v1?page={start // 10 + 2}"' if start + 10 < 25 else "null"
    if path == "/header":
        link = {"Link": f'</header?page={start // 10 + 2}>; rel="next"'} if start + 10 < 25 else {}
        return send(handler, f"[{rows}]".encode(), "application/json", **link)
    return send(handler, f'{{"data": {{"items": [{rows}]}}, "next": {more}}}'.encode(), "application/json")


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    "settings",
    [
        {"url": "/v1", "records": "data.items", "paging": "link"},
        {"url": "/header", "paging": "link"},
        {"url": "/v1?page=7", "records": "data.items", "paging": "page"},
        {"url": "/v1", "records": "data.items", "paging": "offset"},
    ],
)
def test_the_pages_of_an_api_are_put_together_with_numbers_as_they_are_written(
    tmp_path: Path, settings: dict[str, Any]
) -> None:
    with Served(api) as served:
        fetched = brought({**settings, "url": served.url + settings["url"]}, tmp_path)
    lines = fetched.path.read_text().splitlines()
    assert [json.loads(line, parse_float=str) for line in lines] == RECORDS
    assert (fetched.name.rpartition(".")[2], fetched.origin["rows"]) == ("ndjson", 25)


@pytest.mark.usefixtures("allowed")
def test_an_api_becomes_a_dataset(project: Project) -> None:
    with Served(api) as served:
        settings = {"url": f"{served.url}/v1", "records": "data.items", "paging": "link"}
        preview = preview_source(project, source="http", settings=settings, rows=4)
        dataset = ingest_from(project, source="http", settings=settings)
    assert (preview.num_rows, preview.column_names) == (4, ["id", "price"])
    assert (dataset.rows, dataset.column("price").type) == (25, "number")


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"records": "data.items", "paging": "page", "page_param": "p"}, "same"),
        ({"records": "data.items", "paging": "link", "max_pages": 2}, "more than 2 pages"),
        ({"records": "data.rows", "paging": "link"}, "list of records"),
        ({"records": "data"}, "list of records"),
    ],
)
def test_pages_that_cannot_be_put_together_store_nothing(
    project: Project, settings: dict[str, Any], words: str
) -> None:
    with Served(api) as served, pytest.raises(InvalidInput, match=words):
        fetch(project, source="http", settings={"url": f"{served.url}/v1", **settings})
    assert not list_artifacts(project)


@pytest.mark.usefixtures("allowed")
def test_keys_come_from_the_environment_and_go_to_the_first_host_only(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLWORKBENCH_URL_SECRET_KEY", SECRET)
    seen: list[tuple[str, str | None]] = []

    def respond(handler: BaseHTTPRequestHandler, path: str, query: dict[str, str]) -> None:
        seen.append((handler.path, handler.headers.get("Authorization")))
        following = f"{other.url}/v1?key=${{KEY}}" if handler.server is first.server else None
        send(handler, json.dumps({"rows": [{"a": 1}], "next": following}).encode(), "application/json")

    with Served(respond) as first, Served(respond) as other:
        settings = {"url": f"{first.url}/v1?key=${{KEY}}", "token": "${KEY}", "paging": "link"}
        fetched = brought(settings, tmp_path)
    assert seen[0] == ("/v1?key=s3cr3t%2Fp%40ss%3Aword", f"Bearer {SECRET}")
    assert (seen[1][1], "s3cr3t" in seen[1][0]) == (None, False), "what a server sends is never filled with a secret"
    assert "s3cr3t" not in json.dumps(fetched.origin)
    for wrong in ("http://a:b@host/x", "http://host/x?api_key=abc", "http://host/${KEY}"):
        with pytest.raises(InvalidInput):
            ingest_from.submit(project, source="http", settings={"url": wrong})
    assert not list_jobs(project.workspace)
    plain = "http://host/x?author=smith&page=2"
    assert check_source("http", {"url": f"{plain}#part"})["url"] == plain, "what is no credential passes"


@pytest.mark.usefixtures("allowed")
def test_a_certificate_is_checked_by_the_name_although_the_address_is_connected_to(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, so that no certificate can be made")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with Served(lambda handler, *_: send(handler, TABLE), tls=context) as served:
        url = f"https://localhost:{served.port}/table.csv"
        with pytest.raises(InvalidInput, match="certificate"):
            fetch(project, source="http", settings={"url": url})
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert fetch(project, source="http", settings={"url": url}).size == len(TABLE)
        with pytest.raises(InvalidInput, match="certificate"):
            fetch(project, source="http", settings={"url": f"https://127.0.0.1:{served.port}/table.csv"})


# -- files of the server, samples -----------------------------------------------------------------------------------
@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tables"
    (folder / "sales").mkdir(parents=True)
    (folder / "sales" / "2026.csv").write_bytes(TABLE)
    (tmp_path / "outside.csv").write_bytes(TABLE)
    (folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    (folder / "inner.csv").symlink_to(folder / "sales" / "2026.csv")
    os.mkfifo(folder / "pipe.csv")
    monkeypatch.setenv("MLWORKBENCH_DATA_ROOT", str(folder))
    return folder


def test_a_file_under_the_allowed_folder_becomes_a_dataset(project: Project, root: Path) -> None:
    assert "sales/2026.csv" in source_offers("server_path", {})
    dataset = ingest_from(project, source="server_path", settings={"path": "sales/2026.csv"})
    assert (dataset.rows, dataset.name) == (50, "2026.csv")
    assert find(project, dataset.upload).meta["origin"]["path"] == "sales/2026.csv"
    assert preview_source(project, source="server_path", settings={"path": "inner.csv"}, rows=3).num_rows == 3
    assert fetch(project, source="server_path", settings={"path": str(root / "inner.csv")}).id == dataset.upload


@pytest.mark.parametrize("name", ["../outside.csv", "{folder}/outside.csv", "link.csv", "sales", "pipe.csv", "no.csv",
                                  "a\0b.csv", "sales/../../outside.csv", ""])  # fmt: skip
def test_nothing_else_can_be_named(project: Project, root: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        fetch(project, source="server_path", settings={"path": name.format(folder=tmp_path)})
    assert caught.value.field == "path"


def test_without_an_allowed_folder_the_source_says_why(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLWORKBENCH_DATA_ROOT", raising=False)
    assert "MLWORKBENCH_DATA_ROOT" in SOURCES.get("server_path").unavailable()
    with pytest.raises(NotApplicable, match="MLWORKBENCH_DATA_ROOT"):
        fetch(project, source="server_path", settings={"path": "x.csv"})


def test_a_sample_is_a_source_too(project: Project) -> None:
    dataset = ingest_from(project, source="sample", settings={"sample": "wine"}, target="cultivar")
    assert (dataset.rows, dataset.task) == (178, "multiclass")


@pytest.mark.parametrize(
    ("source", "settings"),
    [("magic", {}), ("sample", {"sample": "no"}), ("sample", {"name": "wine"}), ("http", {"url": "ftp://host/x"}),
     ("database", {"url": "sqlite:///x.db"}),
     ("database", {"url": "sqlite:///x.db", "table": "t", "select": "SELECT 1"}),
     ("http", {"url": "http://host/x", "max_mb": 0})],
)  # fmt: skip
def test_settings_that_are_wrong_are_not_even_queued(project: Project, source: str, settings: dict[str, Any]) -> None:
    with pytest.raises(WorkbenchError):
        ingest_from.submit(project, source=source, settings=settings)
    assert not list_jobs(project.workspace)
