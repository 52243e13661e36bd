"""The catalogue on a real Prefect server with real workers, on PostgreSQL."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, Self
from urllib.request import urlopen

import httpx
import pytest
from prefect._internal import observers
from prefect.workers import base
from sqlalchemy import text

from benchmarks.sameness.cluster import told
from benchmarks.sameness.crowd import is_done
from benchmarks.sameness.ways import live
from engine.log_actions import LogAction
from engine.rules.zone import local_day
from engine.store.database import Database
from flows.cluster import working  # noqa: F401  # what it does to Prefect is tested
from flows.rehearsal.living import open_rehearsal, settings_of
from flows.rehearsal.picture import differences
from flows.service import Service
from flows.tick import run_due_sweeps
from tests.flows.prefect_cluster import PATIENCE, Cluster, wait_for
from tests.flows.test_sameness import DAYS, OVERDUE, of_a_seed
from tests.stores import PostgresStore

STORY = replace(of_a_seed(8), days=DAYS[:-1])
"""A day, a week, a month and a quarter at once; the sweeps of three months have been missed."""


NOT_BEGUN, SILENT = "督办：取走后没有开始的运行", "督办：进程已不在的运行"
CONSOLE = "https://duban.example"
FIRST = "2023-04-06 08:30"
PARTS = "SELECT count(*) FROM sweep_parts WHERE done_at IS NULL"
OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND state <> 'idle'"""
"""How many connections of other processes have a transaction open."""

Runs = list[dict[str, Any]]


class ByPrefect:
    """Runs what is due on the day on which everything is: called as ``live_through`` calls its
    ``sweep``. Over the first sweep a worker dies.

    Attributes:
        runs: the flow runs of the first sweep, by why they were called.
        left: what the dead worker had left: parts to do, and transactions that are open.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.runs: dict[str, Runs] = {}
        self.left = (0, 0)
        self._cluster, self._prefect, self._stack = cluster, cluster.prefect, ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def __call__(self, service: Service) -> None:
        if local_day(service.now()) < OVERDUE:
            run_due_sweeps(service)
        elif self.runs:
            self._call(service)
        else:
            self._let_one_die(service)
            self._let_another_go_on(service)
            self.runs["late"] = self._call(service, times=5)
            self.runs["helping"] = self._cluster.runs("助查")

    def _let_one_die(self, service: Service) -> None:
        """In the middle of a part."""
        with self._cluster.working("甲", DUBAN_KILL_AT="sweep.written"):
            self.runs["killed"] = self._call(service)
        self.left = _count(service.database, PARTS), _count(service.database, OTHERS)

    def _let_another_go_on(self, service: Service) -> None:
        """Nobody calls it: when it begins, it asks for what was left undone."""
        self._prefect.stand_at(service.now())
        self._prefect.pause(False)
        self._stack.enter_context(self._cluster.working("乙"))
        wait_for(lambda: is_done(service))
        self._prefect.pause()
        self._cluster.settle()
        self.runs["begun"] = self._cluster.runs("开工")

    def _call(self, service: Service, times: int = 1) -> Runs:
        moment = service.now().isoformat()
        called = [self._prefect.call("sweeps", as_of=moment) for _ in range(times)]
        ended = self._cluster.ended(called)
        self._cluster.settle()  # who helps stands at this moment too
        return ended


@pytest.fixture(scope="module")
def cluster(
    postgres_store: PostgresStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cluster]:
    """The server, with what is deployed on it: of an installation where the story begins."""
    folder = tmp_path_factory.mktemp("cluster")
    with postgres_store.empty() as url:
        open_rehearsal(STORY.scenario, folder / "home", url).database.close()
        settings = settings_of(STORY.scenario, folder / "home", url)
        cluster = Cluster(folder, url, **told(settings, shards=2) | {"DUBAN_BASE_URL": CONSOLE})
        with cluster.serving():
            cluster.json("cluster", "deploy")
            cluster.pause()
            yield cluster


def test_runs_that_nobody_works_on_are_called_crashed(cluster: Cluster) -> None:
    """One is taken by a worker that dies with all its processes before it begins; another begins in
    time, and gives no sign of life."""
    prefect = cluster.prefect
    prefect.hurry({NOT_BEGUN: 15, SILENT: 20})
    silent = prefect.call("audit")
    prefect.put(silent, "PENDING")
    prefect.put(silent, "RUNNING")
    with cluster.working("丙", KILLED_BEFORE="os.fork") as worker:
        taken = prefect.call("audit")
        worker.wait(PATIENCE)
    ended = {run["id"]: run for run in cluster.ended([taken, silent])}
    assert {run["state"]["type"] for run in ended.values()} == {"CRASHED"}
    assert [ended[run]["run_count"] for run in (taken, silent)] == [0, 1]
    assert ended[taken]["state"]["message"].startswith("取走它的工作进程没有让它开始")
    assert ended[silent]["state"]["message"].startswith("进程已不在")


def test_nothing_is_kept_where_the_programs_are_or_where_all_may_write(
    cluster: Cluster, tmp_path: Path
) -> None:
    """A service may not write to the one, and another's folder may be in its way in the other."""
    pages = cluster.folder / "home" / "prefect" / "ui"
    with urlopen(f"http://127.0.0.1:{cluster.port}/") as page:
        assert page.read() in {shown.read_bytes() for shown in pages.glob("*/index.html")}
    (tmp_path / "runner_storage").write_text("another's", encoding="utf-8")
    with cluster.working("丁", TMPDIR=str(tmp_path)) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "工作进程 丁 已启动\n"


def test_deploying_again_changes_only_what_was_registered_otherwise(cluster: Cluster) -> None:
    """And what an operator has switched off stays off."""

    def deployed() -> list[Any]:
        found = cluster.prefect.deployments()
        schedules = [
            sorted((s["slug"], s["id"], str(s["schedule"])) for s in one["schedules"])
            for one in found
        ]
        kept = [one["id"] for one in cluster.prefect.automations() if one["name"] == SILENT]
        return [(one["id"], one["name"], one["paused"]) for one in found] + schedules + kept

    cluster.prefect.hurry({NOT_BEGUN: 10, SILENT: 180})
    cluster.prefect.switch(NOT_BEGUN, on=False)
    before, runs = deployed(), len(cluster.runs())
    answer = cluster.json("cluster", "deploy")
    assert deployed() == before
    assert len(cluster.runs()) == runs
    found = cluster.prefect.automations()
    cluster.prefect.switch(NOT_BEGUN, on=True)
    left = {one["name"]: (one["trigger"]["within"], one["enabled"]) for one in found}
    assert left == {NOT_BEGUN: (600, False), SILENT: (180, True)}
    assert len(found) == 2
    assert answer["deployed"]["检查"] == {
        "daily": "30 8 * * *",
        "weekly": "0 9 * * *",
        "monthly": "0 9 * * *",
        "quarterly": "30 9 * * *",
        "again": "5-59/10 * * * *",
    }
    assert all(
        schedule["schedule"]["timezone"] == "Asia/Shanghai"
        for one in cluster.prefect.deployments()
        for schedule in one["schedules"]
    )


@pytest.fixture(scope="module")
def prefect(cluster: Cluster) -> Iterator[ByPrefect]:
    with ByPrefect(cluster) as prefect:
        yield prefect


def test_an_overdue_list_is_supervised_alike_by_prefect_and_by_one_process(
    cluster: Cluster, prefect: ByPrefect, tmp_path: Path
) -> None:
    """A day, a week, a month and a quarter at once, a worker that dies over them, late runs."""
    one = live(STORY, tmp_path, "", run_due_sweeps)
    many = live(STORY, cluster.folder / "home", cluster.environment["DUBAN_DATABASE_URL"], prefect)
    assert list(differences(one, many)) == []
    assert sum(one["notices"].values()) > 40


def test_a_worker_killed_in_mid_sweep_leaves_nothing_held(prefect: ByPrefect) -> None:
    parts, transactions = prefect.left
    assert parts
    assert not transactions
    assert {run["state"]["type"] for run in prefect.runs["killed"]} == {"CRASHED"}


def test_a_worker_that_begins_goes_on_with_what_was_left(prefect: ByPrefect) -> None:
    began = {run["name"]: run["state"]["type"] for run in prefect.runs["begun"]}
    assert began == {f"{what} {FIRST}": "COMPLETED" for what in ("检查", "日志封存")}


def test_late_runs_all_come_and_find_nothing_left(prefect: ByPrefect) -> None:
    assert [run["name"] for run in prefect.runs["late"]] == [f"检查 {FIRST}"] * 5
    assert {run["state"]["type"] for run in prefect.runs["late"]} == {"COMPLETED"}
    assert {run["name"] for run in prefect.runs["helping"]} == {f"检查 {FIRST} 助查"}


def test_what_a_sweep_issued_is_shown_by_kind_with_the_way_to_the_console(
    cluster: Cluster, prefect: ByPrefect
) -> None:
    wanted = {"artifacts": {"key": {"any_": ["sweep-daily"]}}}
    [shown] = cluster.prefect.ask("/artifacts/filter", wanted)
    rows = {row["种类"]: row["数量"] for row in json.loads(shown["data"])}
    assert rows
    assert CONSOLE in shown["description"]


def _count(database: Database, query: str) -> int:
    with database.read() as session:
        number: int = session.execute(text(query)).scalar_one()
        return number


@pytest.mark.parametrize("asked_by", [base, observers], ids=["worker", "observer"])
def test_a_server_that_does_not_answer_is_a_line_of_the_log_of_a_worker(
    asked_by: ModuleType, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    async def ask() -> None:
        raise httpx.ConnectError("All connection attempts failed")

    with pytest.raises(RuntimeError):
        asyncio.run(vars(asked_by)["critical_service_loop"](ask, interval=0, backoff=2))
    assert [(line.levelname, line.action, line.message) for line in caplog.records] == 2 * [  # type: ignore[attr-defined]
        (
            "WARNING",
            LogAction.PREFECT_AWAY,
            "Prefect 服务没有回应，稍后再问：httpx.ConnectError: All connection attempts failed",
        )
    ]
    assert capfd.readouterr() == ("", "")


def test_the_schedules_call(cluster):
    """The server writes down ahead what its schedules will call."""
    called = {schedule for _, schedule in cluster.scheduled}
    assert called >= {"daily", "weekly", "monthly", "quarterly", "again", "every"}


def test_nobody_outside_is_called(cluster):
    # What the page of pools asks for, which the server would fetch from the network.
    assert cluster.prefect.ask("/collections/views/aggregate-worker-metadata")["prefect"]
    called = cluster.called()
    ours = re.compile(r"^(\('(127\.0\.0\.1|::1)', .*|'(127\.0\.0\.1|localhost|::1)'|'/.*')$")
    assert [call for call in called if not ours.match(call[0])] == []
    commands = " ".join(command for _, command in called)
    for process in ("cluster server", "cluster worker", "cluster deploy", "forkserver"):
        assert process in commands
