"""A run shared by many workers issues what one alone would have issued."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from engine.rules.words import Cadence
from engine.store.database import Database
from engine.sweeps.sweep import SweepReport, begin, work_on
from tests.engine.sweeping import HOURS, City, at
from tests.stores import lend

WORKERS = 4
DAYS = {
    Cadence.DAILY: date(2023, 4, 20),
    Cadence.WEEKLY: date(2023, 4, 17),
    Cadence.MONTHLY: date(2023, 12, 4),
}


def begun(database: Database) -> City:
    """Thirty projects of six units, under way; a unit has nobody whom its notices reach first."""
    city = City(database).found(projects=30, units=6).begin_work()
    city.execute("UPDATE posts SET holder_id = NULL WHERE title = '联系人' AND unit_id = 4")
    return city


def share(city: City, cadence: Cadence) -> list[SweepReport]:
    """Let several workers run one period, each over a connection of its own."""
    local = HOURS[cadence]
    moment = city.clock = at(DAYS[cadence], local.hour, local.minute)
    url = city.database.engine.url.render_as_string(hide_password=False)

    def work(_: int) -> SweepReport:
        database = Database(url)
        run = begin(
            database,
            city.rules,
            cadence,
            scheduled_at=moment,
            as_of=moment,
            now=lambda: moment,
            shards=WORKERS,
        )
        report = work_on(run) if run else SweepReport(cadence, "", claimed=False)
        database.close()
        return report

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, range(WORKERS)))


@pytest.mark.parametrize("cadence", DAYS)
def test_a_run_shared_by_many_issues_what_one_alone_issues(store, cadence):
    with lend(store, begun) as database:
        alone = City(database)
        alone.sweep(cadence, DAYS[cadence])
        wanted = alone.picture()
    with lend(store, begun) as database:
        city = City(database)
        reports = share(city, cadence)
        assert [report.claimed for report in reports].count(True) == 1
        assert city.picture() == wanted
        assert city.faults() == []
