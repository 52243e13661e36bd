"""At the size of a country no hot query reads the whole of a table.

What PostgreSQL chooses follows from how many rows a table has and how few of them are wanted. So
the store here is a hundredth of a country in every proportion (dates for each item, lists, units,
how many are due), its statistics are gathered, the server decides by its own prices, and each part
of a sweep is as small a share of the whole as it is there. The same scenes over a million projects,
with the same check and the same closed list of exceptions: ``python -m benchmarks.plans``.
SQLite's planner does not look at sizes: what it chooses for a few rows it chooses for millions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from benchmarks.asking import ask, opened, sweep
from benchmarks.country import fill
from benchmarks.explaining import BY_NATURE, Plans
from benchmarks.seeding import fill as fill_sqlite
from engine.listing import worst_projects
from engine.store.database import Database
from flows.service import Service
from tests.engine.sweeping import Statements
from tests.stores import PostgresStore, SqliteStore, lend

PROJECTS, PER_LIST, SHARDS = 6_000, 25, 60
BIG = 5_000


@pytest.fixture(scope="module")
def country(
    postgres_store: PostgresStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    with postgres_store.empty() as url:
        fill(url, PROJECTS, PER_LIST)
        service = opened(url, tmp_path_factory.mktemp("country"))
        yield service
        service.database.close()


def test_no_hot_query_reads_the_whole_of_a_table(country: Service) -> None:
    with Plans(country.database, BIG) as plans:
        for _ in (*ask(country), *sweep(country, most=1, shards=SHARDS)):
            pass
    assert [str(whole) for whole in plans.unexpected] == []


def test_a_query_that_reads_the_whole_of_a_table_is_found(country: Service) -> None:
    wanted = "SELECT id FROM notices WHERE answered_by = :name"
    with Plans(country.database, BIG) as plans, country.database.read() as session:
        session.execute(text(wanted), {"name": "联系人"}).all()
    assert {(whole.table, whole.how) for whole in plans.unexpected} >= {("notices", "Seq Scan")}


class SqlitePlans(Statements):
    """What SQLite reads from end to end, of all that it is asked within a ``with``."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.found: set[str] = set()

    def note(
        self, connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool
    ) -> None:
        if not statement.startswith(("SELECT", "UPDATE", "DELETE")):
            return
        asked = cursor.connection.execute(
            f"EXPLAIN QUERY PLAN {statement}", values[0] if many else values
        )
        flat = " ".join(statement.split())
        self.found |= {f"{row[3]}: {flat}" for row in asked if WHOLE.match(row[3])}


WHOLE = re.compile(
    r"SCAN (\w+ AS )?(projects|deadlines|notices|deliveries|journal|lights)\b(?! USING)"
)
"""An index is looked through only when its condition leaves little in it, or for its order."""


def test_sqlite_reads_the_whole_of_a_table_only_for_what_is_about_all_of_it(
    sqlite_store: SqliteStore, tmp_path: Path
) -> None:
    with lend(sqlite_store) as database:
        fill_sqlite(database, 60)
        service = opened(str(database.engine.url), tmp_path)
        with SqlitePlans(service.database) as plans:
            for _ in sweep(service, most=1, shards=2):
                pass
            worst_projects_of(service)
        service.database.close()
    assert [found for found in plans.found if not any(name in found for name in BY_NATURE)] == []


def worst_projects_of(service: Service) -> None:
    with service.database.read() as session:
        assert worst_projects(session, 10)
