"""Databases for tests. What a test begins with is made once, and then lent out again and again."""

from __future__ import annotations

import itertools
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import psycopg
from sqlalchemy import Select, text

from engine.store.database import Database
from engine.store.schema import upgrade

Fill = Callable[[Database], object]
"""Writes what a test begins with; a function of a module, so that the next test finds it again."""

STAY_OPEN = 8
"""PostgreSQL databases of a worker; a server allows a hundred connections."""

PRISTINE = "pristine"
"""The schema in which a PostgreSQL database keeps what it was filled with."""


class Store(Protocol):
    """A place for databases."""

    def new(self, fill: Fill = upgrade) -> AbstractContextManager[str]:
        """The address of a database with tables and what ``fill`` writes, for one alone."""

    def empty(self) -> AbstractContextManager[str]:
        """The address of a database without tables."""


@contextmanager
def lend(store: Store, fill: Fill = upgrade) -> Iterator[Database]:
    """Open a new database with tables and what ``fill`` writes.

    What stands at an address is opened once: the statements that one test had compiled serve the
    next, and so do connections to PostgreSQL. A test that listens to the engine must leave off.
    """
    with store.new(fill) as url:
        database = _opened(url)
        yield database
        if database.is_sqlite:  # its file is about to be replaced
            database.close()


@cache
def _opened(url: str) -> Database:
    return Database(url, durable=False)


def plan_of(database: Database, query: Select[Any], **wanted: Any) -> str:
    """How the database would go about a query if its tables were too long to be read through."""
    literal = {"literal_binds": True}
    with database.read() as session:
        if not database.is_sqlite:
            session.execute(text("SET LOCAL enable_seqscan = off"))
            session.execute(text("SET LOCAL enable_bitmapscan = off"))
        asked = query.params(**wanted).compile(session.get_bind(), compile_kwargs=literal)
        how = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        return "\n".join(map(str, session.connection().exec_driver_sql(f"{how} {asked}")))


class SqliteStore:
    """Databases as files, each a copy of one that was filled."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        self._filled: dict[Fill, Path] = {}
        self._free: list[Path] = []

    @contextmanager
    def new(self, fill: Fill = upgrade) -> Iterator[str]:
        begun = self._fill(fill)
        file = self._free.pop() if self._free else self._file()
        yield _address(shutil.copyfile(begun, file))
        for part in ("", "-wal", "-shm"):  # whoever still has one open keeps it to himself
            Path(f"{file}{part}").unlink(missing_ok=True)
        self._free.append(file)

    @contextmanager
    def empty(self) -> Iterator[str]:
        yield _address(self._file())

    def _fill(self, fill: Fill) -> Path:
        if fill not in self._filled:
            file = self._file()
            if fill is not upgrade:
                shutil.copyfile(self._fill(upgrade), file)
            _write(fill, _address(file))
            self._filled[fill] = file
        return self._filled[fill]

    def _file(self) -> Path:
        return self._folder / f"{next(self._numbers)}.db"


class PostgresStore:
    """Databases of one server. To restore one takes a tenth of the time of making another, and
    again less over a connection that has seen its tables."""

    def __init__(self, uri: str, worker: str) -> None:
        self._uri = uri
        self._worker = worker
        self._numbers = itertools.count()
        self._tables = self._create("template0")
        _write(upgrade, self._address(self._tables))
        self._free: defaultdict[Fill, list[str]] = defaultdict(list)
        self._restoring: dict[str, str] = {}
        self._connected: dict[str, psycopg.Connection] = {}

    @contextmanager
    def new(self, fill: Fill = upgrade) -> Iterator[str]:
        name = self._free[fill].pop() if self._free[fill] else self._fill(fill)
        yield self._address(name)
        try:
            self._connection(name).execute(self._restoring[name].encode())
        except psycopg.Error:  # its very tables were altered
            self._leave(name)
            self._drop(name)
        else:
            self._free[fill].append(name)

    def close(self) -> None:
        """Give all connections back."""
        for name in list(self._connected):
            self._leave(name)

    def _connection(self, name: str) -> psycopg.Connection:
        """The connection that restores a database; the last few in use stay open."""
        kept = self._connected.pop(name, None)
        self._connected[name] = kept or self._connect(name)
        if len(self._connected) > STAY_OPEN:
            self._leave(next(iter(self._connected)))
        return self._connected[name]

    def _leave(self, name: str) -> None:
        self._connected.pop(name).close()
        _opened(self._address(name)).close()

    @contextmanager
    def empty(self) -> Iterator[str]:
        name = self._create("template0")
        yield self._address(name)
        self._drop(name)

    def _fill(self, fill: Fill) -> str:
        name = self._create(self._tables)
        if fill is not upgrade:
            _write(fill, self._address(name))
        with self._connect(name) as connection:
            self._restoring[name] = _keep(connection)
        return name

    def _create(self, template: str) -> str:
        name = f"duban_{self._worker}_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _drop(self, name: str) -> None:
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _execute(self, statements: str, name: str = "postgres") -> None:
        with self._connect(name) as connection:
            connection.execute(statements.encode())

    def _connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(self._address(name), autocommit=True)

    def _address(self, name: str) -> str:
        return self._uri.replace("/postgres?", f"/{name}?")


def _address(file: Path) -> str:
    return f"sqlite:///{file}"


def _write(fill: Fill, url: str) -> None:
    database = Database(url)
    fill(database)
    database.close()


def _keep(connection: psycopg.Connection) -> str:
    """Set the rows of a database aside; returns the statements that restore them."""
    names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    tables = [name for (name,) in connection.execute(names).fetchall()]
    connection.execute(f"CREATE SCHEMA {PRISTINE}".encode())
    filled = [name for name in tables if _has_rows(connection, name)]
    for name in filled:
        connection.execute(f"CREATE TABLE {PRISTINE}.{name} AS TABLE public.{name}".encode())
    numbers = connection.execute(
        "SELECT sequencename, coalesce(last_value, 1), last_value IS NOT NULL"
        " FROM pg_sequences WHERE schemaname = 'public'"
    ).fetchall()
    return ";".join(
        (
            # A process that was killed may have left a transaction open; who is idle waits for
            # the next test.
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend'"
            " AND pid <> pg_backend_pid() AND state <> 'idle'",
            "SET session_replication_role = replica",  # no foreign key is looked at meanwhile
            *(f"DELETE FROM {name}" for name in tables),
            *(f"INSERT INTO {name} SELECT * FROM {PRISTINE}.{name}" for name in filled),
            *(f"SELECT setval('{name}', {last}, {used})" for name, last, used in numbers),
        )
    )


def _has_rows(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute(f"SELECT EXISTS (SELECT FROM public.{name})".encode()).fetchone()
    return found is not None and bool(found[0])
