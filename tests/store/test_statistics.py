"""The embedded database counts its rows, and looks where it finds soonest."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from benchmarks.seeding import DAY, at, fill
from config.settings import Settings
from engine.store.project_queries import DEADLINES
from flows.catalogue import catalogue
from flows.clock import VirtualClock
from flows.service import open_service
from tests.stores import PostgresStore, SqliteStore, plan_of


def test_the_dates_of_an_item_are_found_by_the_item_once_the_rows_were_counted(
    sqlite_store: SqliteStore, tmp_path: Path
) -> None:
    with sqlite_store.new() as url:
        service = open_service(Settings(home=tmp_path, database_url=url), VirtualClock(at(DAY)))  # type: ignore[arg-type]
        fill(service.database, 300)
        before = plan_of(service.database, DEADLINES, ids=[7, 8])
        (job,) = [job for job in catalogue(service) if job.name == "statistics"]
        assert job.run(service) == ""
        after = plan_of(service.database, DEADLINES, ids=[7, 8])
        assert "(state=?" in before and "(project_id=?" in after
        service.database.close()


def test_they_are_counted_soon_after_the_start_and_then_every_day(
    sqlite_store: SqliteStore, tmp_path: Path
) -> None:
    with sqlite_store.new() as url:
        service = open_service(Settings(home=tmp_path, database_url=url), VirtualClock(at(DAY)))  # type: ignore[arg-type]
        (job,) = [job for job in catalogue(service) if job.name == "statistics"]
        assert (job.first_look, job.seconds) == (timedelta(minutes=1), 24 * 60 * 60)
        service.database.close()


def test_postgresql_counts_by_itself(postgres_store: PostgresStore, tmp_path: Path) -> None:
    with postgres_store.new() as url:
        service = open_service(Settings(home=tmp_path, database_url=url), VirtualClock(at(DAY)))  # type: ignore[arg-type]
        assert "statistics" not in {job.name for job in catalogue(service)}
        service.database.close()
