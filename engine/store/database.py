"""Opening the store: one transaction at a time, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine.store import journal

READING = "reading"
"""Where a connection keeps that it only reads for now."""


class Database:
    """The connection pool. ``with database.begin() as session`` is one transaction.

    Args:
        url: an SQLAlchemy address; plain ``postgresql:`` means psycopg 3.
        durable: whether a commit outlives a power cut. Only a store that can be made anew at
            will, such as a rehearsal's, may do without.
    """

    def __init__(self, url: str, *, durable: bool = True) -> None:
        if url.startswith("postgresql:"):
            url = url.replace("postgresql:", "postgresql+psycopg:", 1)
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        options = SQLITE if self.is_sqlite else _postgresql(url)
        self.engine: Engine = create_engine(url, **options)
        if self.is_sqlite:
            _prepare_sqlite(self.engine, durable)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction: committed at the end with its journal, rolled back on any error."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session
            journal.write(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent look at the data that makes no writer wait."""
        # SQLite's transactions see one state; on PostgreSQL only from this level on.
        level = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self.engine.connect().execution_options(**level) as connection:
            info = connection.connection.info
            info[READING] = True
            try:
                with Session(connection, expire_on_commit=False) as session:
                    yield session
            finally:
                info.pop(READING, None)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def lost_a_race(error: Exception) -> bool:
    """Whether PostgreSQL has chosen this transaction to end a deadlock; it may be tried again."""
    return isinstance(error, OperationalError) and (
        getattr(error.orig, "sqlstate", "") in (DEADLOCK_DETECTED, SERIALIZATION_FAILURE)
    )


def lock_not_available(error: Exception) -> bool:
    """Whether PostgreSQL has waited for a lock for as long as it was told to, in vain."""
    return isinstance(error, OperationalError) and (
        getattr(error.orig, "sqlstate", "") == LOCK_NOT_AVAILABLE
    )


DEADLOCK_DETECTED, SERIALIZATION_FAILURE, LOCK_NOT_AVAILABLE = "40P01", "40001", "55P03"

SQLITE: dict[str, Any] = {"connect_args": {"cached_statements": 2_000}}
"""A statement is parsed once; one that names several values is another for each number of them,
and the 128 that Python keeps are soon used up."""

PATIENCE = {
    "idle_in_transaction_session_timeout": "300000",  # milliseconds
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
"""A worker whose machine died, or that stands still, holds what it was at for no longer."""


def _postgresql(url: str) -> dict[str, Any]:
    """A connection that a restarted server has closed is replaced before it is used."""
    options = " ".join(f"-c {name}={value}" for name, value in PATIENCE.items())
    given = make_url(url).query.get("options", "")
    connecting = {
        "options": f"{options} {given}".strip(),
        "client_encoding": "utf8",  # with one that has none the driver would give bytes
        "fallback_application_name": "duban",
    }
    return {"pool_pre_ping": True, "connect_args": connecting}


def _prepare_sqlite(engine: Engine, durable: bool) -> None:
    """WAL for readers beside a writer; IMMEDIATE because a reader that turns writer cannot wait."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA busy_timeout=30000")
        _turn_on_wal(connection)
        for pragma in (
            f"synchronous={'FULL' if durable else 'OFF'}",
            "foreign_keys=ON",
            "cache_size=-65536",
        ):
            connection.execute(f"PRAGMA {pragma}")

    def begin(dbapi_connection: PoolProxiedConnection) -> None:
        how = "BEGIN" if READING in dbapi_connection.info else "BEGIN IMMEDIATE"
        dbapi_connection.cursor().execute(how)

    # A listener to the engine's "begin" would be asked about at every statement.
    engine.dialect.do_begin = begin  # type: ignore[method-assign]


def _turn_on_wal(connection: sqlite3.Connection) -> None:
    """Only the first to open a new file changes anything, and this change alone never waits."""
    for _ in range(100):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            time.sleep(0.05)
    connection.execute("PRAGMA journal_mode=WAL")
