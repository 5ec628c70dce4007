"""The tables of the records database (SQLAlchemy Core), and the engine that keeps SQLite safe under many processes.

Times are ISO 8601 text in UTC with microseconds; documents are JSON. Rows of `artifacts`, `audit`,
`predictions`, `holdout_looks` and `row_marks` are only ever added.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    JSON,
    Boolean,
    Column,
    Connection,
    Engine,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
)

metadata = MetaData()

projects = Table(
    "projects",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", String(32), nullable=False),
    Column("archived_at", String(32)),
)

artifacts = Table(
    "artifacts",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("project_id", ForeignKey("projects.id"), nullable=False),
    Column("id", String(64), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("number", Integer, nullable=False),
    Column("suffix", String(16), nullable=False),
    Column("size", Integer, nullable=False),
    Column("parents", JSON, nullable=False),
    Column("meta", JSON, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("created_by", Text, nullable=False),
    UniqueConstraint("project_id", "id"),
    UniqueConstraint("project_id", "kind", "number"),
)

aliases = Table(
    "aliases",
    metadata,
    Column("project_id", ForeignKey("projects.id"), primary_key=True),
    Column("alias", String(120), primary_key=True),
    Column("artifact_id", String(64), nullable=False),
    Column("changed_at", String(32), nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("project_id", ForeignKey("projects.id"), nullable=False),
    Column("function", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("lane", String(10), nullable=False),
    Column("params", JSON, nullable=False),
    Column("status", String(12), nullable=False, index=True),
    Column("fraction", Float, nullable=False, default=0.0),
    Column("message", Text, nullable=False, default=""),
    Column("result", JSON),
    Column("error_kind", String(40)),
    Column("error_message", Text),
    Column("error_field", Text),
    Column("attempts", Integer, nullable=False, default=0),
    Column("cancel_requested_at", String(32)),
    Column("created_at", String(32), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("started_at", String(32)),
    Column("finished_at", String(32)),
    Column("heartbeat_at", String(32)),
    Column("reserved_for", String(64)),
    Column("worker", String(64)),
    Column("host", Text),
    Column("child_pid", Integer),
    Column("child_started", Float),
)

job_parts = Table(
    "job_parts",
    metadata,
    Column("job_id", ForeignKey("jobs.id"), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("value", JSON, nullable=False),
    Column("created_at", String(32), nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", Float, nullable=False),
    Column("serves_queue", Boolean, nullable=False),
    Column("heartbeat_at", String(32), nullable=False),
)

predictions = Table(
    "predictions",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("project_id", ForeignKey("projects.id"), nullable=False),
    Column("at", String(32), nullable=False),
    Column("source", String(12), nullable=False),
    Column("model_version", String(64), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("latency_ms", Float, nullable=False),
    Column("inputs", JSON),
    Column("outputs", JSON),
    Column("artifact", String(64)),
    Index("ix_predictions_project_at", "project_id", "at"),
)

labels = Table(
    "labels",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("project_id", ForeignKey("projects.id"), nullable=False),
    Column("prediction_id", String(32), nullable=False),
    Column("row", Integer, nullable=False),
    Column("value", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Column("received_at", String(32), nullable=False),
    Column("artifact", String(64), nullable=False),
    UniqueConstraint("project_id", "prediction_id", "row"),
)

row_marks = Table(  # what people say of single rows: labels, skips, decisions on suspected errors
    "row_marks",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("project_id", ForeignKey("projects.id"), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("row", Integer, nullable=False),
    Column("key", String(16), nullable=False),
    Column("about", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("act", String(12), nullable=False),
    Column("value", Text),
    Column("seconds", Float),
    Column("at", String(32), nullable=False),
    Index("ix_row_marks_project_subject", "project_id", "subject"),
)

holdout_looks = Table(
    "holdout_looks",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("project_id", ForeignKey("projects.id"), nullable=False),
    Column("holdout", String(64), nullable=False),
    Column("at", String(32), nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
)

quality_log = Table(  # acknowledgements of findings and quality rules; the newest of a key counts
    "quality_log",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("project_id", ForeignKey("projects.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("key", Text, nullable=False),
    Column("body", JSON(none_as_null=True)),
    Column("at", String(32), nullable=False),
    Column("who", Text, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("project_id", String(32)),
    Column("at", String(32), nullable=False),
    Column("who", Text, nullable=False),
    Column("action", String(60), nullable=False),
    Column("detail", JSON, nullable=False),
)


def _append_only(name: str) -> None:
    """Let SQLite itself refuse to change or remove rows of a table; other databases do it by their rights."""
    for act in ("UPDATE", "DELETE"):
        refusal = DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER IF NOT EXISTS {name}_no_{act.lower()} BEFORE {act} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, 'the {name} log is only ever added to'); END"
        )
        event.listen(metadata, "after_create", refusal.execute_if(dialect="sqlite"))


_append_only("audit")
_append_only("quality_log")
_append_only("row_marks")


def now() -> str:
    """The present in UTC, ISO 8601 with microseconds; sorts as text."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def make_engine(url: str) -> Engine:
    """An engine whose SQLite connections use WAL, wait for locks, and begin writes with BEGIN IMMEDIATE.

    A deferred transaction that turns from reading to writing fails at once with "database is locked"
    in WAL mode, whatever the timeout; taking the write lock at the start makes every writer queue.
    """
    engine = create_engine(url, connect_args={"timeout": 60} if url.startswith("sqlite") else {})
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    return engine


def _sqlite_connect(connection: Any, record: object) -> None:
    connection.isolation_level = None
    for pragma in ("busy_timeout = 60000", "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("mlworkbench_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
