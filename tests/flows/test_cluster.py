"""The catalogue on a real Prefect server with real workers, on PostgreSQL."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from benchmarks.sameness.cluster import PrefectCrowd
from benchmarks.sameness.ways import live
from engine.rules.words import Cadence
from engine.rules.zone import local_day
from engine.store.database import Database
from engine.store.tables import Notice, RunState, SweepRun
from flows.rehearsal.living import open_rehearsal, settings_of
from flows.rehearsal.picture import Picture, differences
from flows.remembered import remember_beginning
from flows.service import Service
from flows.tick import run_due_sweeps
from tests.engine.sweeping import City, at
from tests.flows.prefect_cluster import Cluster, wait_for
from tests.flows.services import installation
from tests.flows.test_sameness import DAYS, OVERDUE, of_a_seed
from tests.stores import PostgresStore

BEFORE = date(2023, 4, 13)
DAY = date(2023, 4, 20)
"""On which the steps are reminded of."""
LATER = date(2023, 5, 4)
"""On which the steps are overdue, after a long holiday."""


def five_days_behind(database: Database) -> City:
    """Six projects of three units; the last daily sweep was on a Thursday a week ago, and no other
    has ever been due."""
    city = City(database).found(projects=6, units=3).begin_work()
    city.sweep(Cadence.DAILY, BEFORE)
    with database.begin() as session:
        remember_beginning(session, at(DAY, 8))
    return city


@pytest.fixture(scope="module")
def stores(postgres_store: PostgresStore) -> Iterator[tuple[Database, Database]]:
    """Two stores that begin alike: of the cluster, and of one embedded process."""
    with ExitStack() as stack:
        lent = [stack.enter_context(postgres_store.new(five_days_behind)) for _ in range(2)]
        databases = [Database(url) for url in lent]
        yield databases[0], databases[1]
        for database in databases:
            database.close()


@pytest.fixture(scope="module")
def cluster(
    stores: tuple[Database, Database], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    url = stores[0].engine.url.render_as_string(hide_password=False)
    cluster = Cluster(tmp_path_factory.mktemp("cluster"), url)
    with cluster.serving():
        cluster.json("cluster", "deploy")
        cluster.scheduled = cluster.pause()
        yield cluster


def embedded(database: Database, moment: datetime) -> Picture:
    """What one process leaves behind that does the same at the same moment."""
    with installation(database, moment) as service:
        run_due_sweeps(service)
    return City(database).picture()


def test_five_late_runs_at_once_do_once_what_one_process_does(cluster, stores):
    moment = at(DAY, 8, 30)
    with cluster.working("甲") as worker:
        late = [cluster.call("检查", as_of=moment.isoformat()) for _ in range(5)]
        runs = cluster.ended(late)
        helpers = cluster.ended([run["id"] for run in cluster.runs("助查")])
    assert worker.returncode == 0
    assert {run["state"]["type"] for run in runs + helpers} == {"COMPLETED"}
    assert {run["name"] for run in runs} == {"检查 2023-04-20 08:30"}
    assert {run["name"] for run in helpers} == {"检查 2023-04-20 08:30 助查"}
    city = City(stores[0])
    assert list(differences(city.picture(), embedded(stores[1], moment))) == []
    assert [run.period for run in city.rows(SweepRun, SweepRun.state == RunState.SKIPPED)] == [
        f"2023-04-{day}" for day in (14, 17, 18, 19)
    ]
    assert len(city.rows(SweepRun, SweepRun.as_of == moment)) == 1
    assert len(city.rows(Notice, Notice.as_of == DAY)) == 6


def test_what_a_sweep_issued_is_shown_by_kind_with_the_way_to_the_console(cluster):
    [shown] = cluster.ask("/artifacts/filter", {"artifacts": {"key": {"any_": ["sweep-daily"]}}})
    assert json.loads(shown["data"])[0] == {"情况": "产生", "种类": "提示", "数量": 6}
    assert "https://duban.example" in shown["description"]


def test_a_worker_killed_in_mid_sweep_leaves_nothing_held(cluster, stores):
    moment, city = at(LATER, 8, 30), City(stores[0])
    alone = {"DUBAN_SHARDS": "1"}
    with cluster.working("乙", DUBAN_KILL_AT="sweep.written", **alone) as killed:
        cluster.call("检查", as_of=moment.isoformat())
        wait_for(lambda: city.rows(SweepRun, SweepRun.state == RunState.RUNNING))
        wait_for(lambda: _parts(stores[0]) and not _others(stores[0]))
        os.killpg(killed.pid, signal.SIGKILL)
    assert city.rows(SweepRun, SweepRun.state == RunState.RUNNING)
    with cluster.working("丙", **alone):
        [run] = cluster.ended([cluster.call("检查", as_of=moment.isoformat())])
    assert run["state"]["type"] == "COMPLETED"
    assert list(differences(city.picture(), embedded(stores[1], moment))) == []
    assert city.faults() == []
    assert _parts(stores[0]) == 0


def _parts(database: Database) -> int:
    return _count(database, "SELECT count(*) FROM sweep_parts WHERE done_at IS NULL")


def _others(database: Database) -> int:
    """How many connections of other processes have a transaction open."""
    return _count(
        database,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND state <> 'idle'",
    )


def _count(database: Database, query: str) -> int:
    with database.read() as session:
        number: int = session.execute(text(query)).scalar_one()
        return number


def test_an_overdue_list_is_supervised_alike_by_prefect_and_by_one_process(
    cluster: Cluster, postgres_store: PostgresStore, tmp_path: Path
) -> None:
    """A day, a week, a month and a quarter at once, with a worker killed over them."""
    story, home = replace(of_a_seed(8), days=DAYS[:-1]), tmp_path / "prefect"
    one = live(story, tmp_path / "one", "", run_due_sweeps)
    with postgres_store.empty() as url:
        open_rehearsal(story.scenario, home, url).database.close()
        settings = settings_of(story.scenario, home, url)
        with PrefectCrowd(cluster, settings, workers=2, risk=1) as crowd:

            def sweep(service: Service) -> None:
                is_long_ago = local_day(service.now()) < OVERDUE
                run_due_sweeps(service) if is_long_ago else crowd(service)

            many = live(story, home, url, sweep)
    assert list(differences(one, many)) == []
    assert crowd.killed


def test_deploying_again_changes_nothing(cluster):
    def deployed() -> list[Any]:
        found = cluster.ask("/deployments/filter", {"sort": "NAME_ASC"})
        schedules = [
            sorted((s["slug"], s["id"], str(s["schedule"])) for s in one["schedules"])
            for one in found
        ]
        return [(one["id"], one["name"], one["paused"]) for one in found] + schedules

    before, runs = deployed(), len(cluster.runs())
    answer = cluster.json("cluster", "deploy")
    assert deployed() == before
    assert len(cluster.runs()) == runs
    assert answer["deployed"]["检查"] == {
        "daily": "30 8 * * *",
        "weekly": "0 9 * * *",
        "monthly": "0 9 * * *",
        "quarterly": "30 9 * * *",
        "again": "5-59/10 * * * *",
    }
    assert all(
        schedule["schedule"]["timezone"] == "Asia/Shanghai"
        for one in cluster.ask("/deployments/filter", {})
        for schedule in one["schedules"]
    )


def test_the_schedules_call(cluster):
    """The server writes down ahead what its schedules will call."""
    called = {run["created_by"]["display_value"] for run in cluster.scheduled}
    assert called >= {"daily", "weekly", "again"}


def test_nobody_outside_is_called(cluster):
    # What the page of pools asks for, which the server would fetch from the network.
    assert cluster.ask("/collections/views/aggregate-worker-metadata")["prefect"]
    called = cluster.called()
    ours = re.compile(r"^(\('(127\.0\.0\.1|::1)', .*|'(127\.0\.0\.1|localhost|::1)'|'/.*')$")
    assert [call for call in called if not ours.match(call[0])] == []
    commands = " ".join(command for _, command in called)
    for process in ("cluster server", "cluster worker", "cluster deploy", "prefect.engine"):
        assert process in commands
