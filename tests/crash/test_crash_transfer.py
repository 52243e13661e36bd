"""SIGKILL at each point of a transfer: begun again it goes on, and ends like any other."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from engine.store.database import Database
from engine.store.schema import upgrade
from engine.store.tables import Base
from engine.store.unfinished import StoreUnfinished
from tests.crash.movers import move_in_a_process
from tests.engine.moving import move, worn
from tests.stores import PostgresStore, SqliteStore

POINTS = ("written:2", "batch:15", "compared", "finished")


@pytest.fixture
def source(sqlite_store: SqliteStore) -> Iterator[str]:
    with sqlite_store.new(worn) as url:
        yield url


def is_unfinished(url: str) -> bool:
    database = Database(url)
    try:
        upgrade(database)
    except StoreUnfinished:
        return True
    finally:
        database.close()
    return False


def rows_in(url: str) -> int:
    database = Database(url)
    with database.read() as session:
        tables = Base.metadata.tables.values()
        counts = [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
    database.close()
    return sum(counts)


def test_a_transfer_killed_at_every_point_ends_like_one_that_was_left_alone(
    source: str, sqlite_store: SqliteStore, postgres_store: PostgresStore
) -> None:
    with postgres_store.empty() as target, sqlite_store.new() as again:
        there = []
        for point in POINTS:
            assert move_in_a_process(source, target, f"transfer.{point}") == -signal.SIGKILL
            there.append(rows_in(target))
            assert is_unfinished(target)
        assert there[0] == 1 + 1  # the mark, and the one calendar; what came then is rolled back
        assert there == sorted(there)
        moved = move(source, target)
        assert moved.resumed == moved.rows
        assert moved.tables == move(target, again).tables
