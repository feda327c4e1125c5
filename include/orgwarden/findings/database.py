"""Orgwarden's own database: SQLite by default, PostgreSQL in production; one way to connect, to write, to migrate."""

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError

from orgwarden.errors import BadInput

VERSION_TABLE = "orgwarden_version"
BUSY_SECONDS = 30


def connect(url: str) -> Engine:
    """Give the engine of a database URL; the caller disposes of it."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadInput("the database URL cannot be read: write sqlite:///FILE or postgresql://…") from error
    match parsed.get_backend_name():
        case "sqlite":
            return _sqlite(url, parsed.database)
        case "postgresql":
            return create_engine(parsed.set(drivername="postgresql+psycopg2"), pool_pre_ping=True)
        case other:
            raise BadInput(f"the database URL begins with {other}: only sqlite and postgresql are supported")


@contextmanager
def writing(engine: Engine, lock: str = "") -> Iterator[Connection]:
    """Give a connection in a transaction that writes: committed at the end, rolled back on any error.

    On SQLite no two of them overlap; on PostgreSQL no two with the same ``lock`` do.
    """
    with engine.execution_options(orgwarden_writes=True).begin() as connection:
        if lock and connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _lock_key(lock)})
        yield connection


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest revision; does nothing where they are, and is safe to run twice at once."""
    config = _config()
    with engine.connect() as connection:
        if _revision(connection) == ScriptDirectory.from_config(config).get_current_head():
            return
    with writing(engine, lock="migrations") as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def database_now(connection: Connection) -> datetime:
    """Give the database's own clock, which is the same for all that use it."""
    if connection.dialect.name == "postgresql":
        now: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        return now.astimezone(UTC)
    shown: str = connection.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")).scalar_one()
    return datetime.fromisoformat(shown)


def _sqlite(url: str, file: str | None) -> Engine:
    if file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(raw: Any, _: object) -> None:
    """Leave transactions to us: Python's driver would begin them late, and not for reads."""
    raw.isolation_level = None
    raw.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    _into_wal(raw)
    raw.execute("PRAGMA synchronous = normal")
    raw.execute("PRAGMA foreign_keys = on")


def _into_wal(raw: Any) -> None:
    """Convert a new file once; SQLite's own patience does not cover two processes that do so at the same time."""
    until = time.monotonic() + BUSY_SECONDS
    while raw.execute("PRAGMA journal_mode").fetchone()[0] not in {"wal", "memory"}:
        try:
            raw.execute("PRAGMA journal_mode = wal")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def _begin(connection: Connection) -> None:
    """Take the write lock at once where something will be written: a lock that is upgraded later can deadlock."""
    writes = connection.get_execution_options().get("orgwarden_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _lock_key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"orgwarden {name}".encode()).digest()[:8], signed=True)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "orgwarden.findings:migrations")
    config.set_main_option("path_separator", "os")
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
