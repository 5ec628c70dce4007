"""MLflow's SQLite store: made once and whole, and moved with the workspace."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

# What MLflow 3.17 keeps as absolute places: table, column.
PLACES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)


def create_store(database: Path) -> None:
    """Make the store's tables in a file beside `database`, then rename it into place.

    MLflow leaves a half-migrated store when several processes make it at once or one is killed midway;
    the caller holds the lock "mlflow".
    """
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    part = database.with_suffix(".part")
    for leftover in (part, *(part.with_name(part.name + end) for end in ("-wal", "-shm", "-journal"))):
        leftover.unlink(missing_ok=True)
    store = SqlAlchemyStore(f"sqlite:///{part}", str(database.parent / "artifacts"))
    store.engine.dispose()
    connection = sqlite3.connect(part)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    os.replace(part, database)


def move_store(database: Path, before: str, after: str) -> None:
    """Rewrite the absolute places in a store whose workspace was copied or moved from `before` to `after`."""
    connection = sqlite3.connect(database, timeout=60)
    try:
        with connection:
            for table, column in PLACES:
                for scheme in ("", "file://"):
                    old, new = scheme + before, scheme + after
                    connection.execute(
                        f"UPDATE {table} SET {column} = ? || substr({column}, ?) "  # noqa: S608 - names are ours
                        f"WHERE substr({column}, 1, ?) = ?",
                        (new + "/", len(old) + 2, len(old) + 1, old + "/"),
                    )
    finally:
        connection.close()
