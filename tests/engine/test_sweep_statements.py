"""No query per row: a sweep asks the database as often for two hundred projects as for ten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from engine.rules.words import Cadence
from engine.store.database import Database
from tests.engine.sweeping import City, Statements
from tests.stores import SqliteStore

SWEEPS = [
    (Cadence.DAILY, date(2023, 3, 3), "notice.chase"),
    (Cadence.WEEKLY, date(2023, 4, 17), "notice.weekly_digest"),
    (Cadence.MONTHLY, date(2023, 12, 4), "notice.monthly_brief"),
    (Cadence.QUARTERLY, date(2024, 1, 4), ""),
]


@pytest.fixture(scope="module")
def cities(sqlite_store: SqliteStore) -> Iterator[list[City]]:
    """One list of ten projects and one of two hundred, of five units each."""
    with sqlite_store.new() as small, sqlite_store.new() as large:
        both = [City(Database(url)) for url in (small, large)]
        for city, projects in zip(both, (10, 200), strict=True):
            city.found(projects=projects, units=5)
        yield both
        for city in both:
            city.database.close()


def test_the_number_of_statements_does_not_grow_with_the_number_of_projects(cities):
    counted = [list(statements_of_sweeps(city)) for city in cities]
    assert counted[0] == counted[1]


def statements_of_sweeps(city: City) -> Iterator[tuple[Cadence, int]]:
    for cadence, day, issued in SWEEPS:
        with Statements(city.database) as statements:
            report = city.sweep(cadence, day)
        assert not issued or report.counts[issued] > 0
        yield cadence, statements.total
