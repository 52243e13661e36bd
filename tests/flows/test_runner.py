"""The embedded runner: an alarm clock that remembers nothing and is stopped by no failure."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from apscheduler.events import EVENT_JOB_MAX_INSTANCES
from sqlalchemy.exc import OperationalError

from engine.store.job_history import looks
from engine.store.tables import SweepRun
from flows import runner as module
from flows.catalogue import Every, Job
from flows.runner import Runner
from flows.service import Service
from tests.engine.sweeping import GIVEN, at
from tests.flows.services import city_of, open_at

SOON = 20
"""Seconds after which a test gives up waiting; nothing here takes one."""


@pytest.fixture
def service(sqlite_store, tmp_path) -> Iterator[Service]:
    with sqlite_store.new() as url:
        opened = open_at(tmp_path, url, at(GIVEN, 8))
        city_of(opened).found()
        opened.now.at = at(GIVEN, 9)  # type: ignore[attr-defined]
        yield opened
        opened.database.close()


def start(monkeypatch, service: Service, *jobs: Job) -> Runner:
    monkeypatch.setattr(module, "catalogue", lambda service: jobs)
    runner = Runner(service)
    runner.start()
    return runner


def test_everything_is_looked_at_as_soon_as_it_starts(monkeypatch, service):
    ran = threading.Barrier(3)

    def meet(_: Service) -> str:
        ran.wait(SOON)
        return ""

    runner = start(
        monkeypatch, service, Job("a", "甲", Every(3600), meet), Job("b", "乙", Every(3600), meet)
    )
    ran.wait(SOON)
    runner.stop()


def test_a_job_that_fails_is_shown_and_stops_no_other(monkeypatch, service, caplog):
    done, failed = threading.Event(), threading.Event()

    def fail(_: Service) -> str:
        failed.set()
        raise RuntimeError("kaputt")

    def succeed(_: Service) -> str:
        done.set()
        return ""

    runner = start(
        monkeypatch,
        service,
        Job("bad", "坏的", Every(3600), fail),
        Job("good", "好的", Every(3600), succeed),
    )
    assert failed.wait(SOON) and done.wait(SOON)
    runner.stop()
    assert runner.failed == {"bad": "RuntimeError: kaputt"}
    assert "坏的失败" in caplog.text


def test_a_job_that_fails_of_the_database_shows_neither_statement_nor_data_nor_password(
    monkeypatch, service
):
    away = Exception("connection to\n  postgresql://u:geheim@db/duban lost")

    def fail(_: Service) -> str:
        raise OperationalError("UPDATE persons SET name = ?", ("张三",), away)

    runner = Runner(service, [])
    monkeypatch.setattr(module.log, "disabled", True)
    runner._run(Job("bad", "坏的", Every(60), fail))
    told = "OperationalError: connection to postgresql://***@db/duban lost"
    assert runner.failed == {"bad": told}
    with service.database.read() as session:
        assert [look.error for look in looks(session)] == [told]


def fails_once() -> tuple[threading.Event, Callable[[Service], str]]:
    """A job that fails the first time, and what tells that it was looked at again."""
    outcomes: Iterator[Exception | None] = iter((RuntimeError("kaputt"), None))
    again = threading.Event()

    def job(_: Service) -> str:
        outcome = next(outcomes, None)
        if outcome:
            raise outcome
        again.set()
        return ""

    return again, job


def test_a_job_that_works_again_is_no_longer_shown_as_failed(monkeypatch, service):
    again, sometimes = fails_once()
    runner = start(monkeypatch, service, Job("job", "任务", Every(1), sometimes))
    assert again.wait(SOON)
    runner.stop()
    assert runner.failed == {}


def test_a_job_that_is_seldom_looked_at_and_failed_is_looked_at_again_soon(monkeypatch, service):
    again, sometimes = fails_once()
    monkeypatch.setattr(module, "AGAIN", 0.1)
    runner = start(monkeypatch, service, Job("job", "任务", Every(86_400), sometimes))
    assert again.wait(SOON)
    runner.stop()
    assert runner.failed == {}


def test_what_a_job_tells_is_shown_as_long_as_it_lasts_and_logged_once(service, caplog):
    told = iter(("通道故障", "通道故障", ""))
    runner, job = Runner(service), Job("mail", "发信", Every(3600), lambda _: next(told))
    shown = []
    for _ in range(3):
        runner._run(job)
        shown.append(dict(runner.failed))
    assert shown == [{"mail": "通道故障"}, {"mail": "通道故障"}, {}]
    assert caplog.text.count("通道故障") == 1


def test_what_a_job_fails_of_is_logged_once_while_it_lasts(service, caplog):
    outcomes = iter(("kaputt", "kaputt", "anders", "anders"))

    def fail(_: Service) -> str:
        raise RuntimeError(next(outcomes))

    runner, job = Runner(service), Job("mail", "发信", Every(3600), fail)
    for _ in range(4):
        runner._run(job)
    assert [str(line.exc_info[1]) for line in caplog.records] == ["kaputt", "anders"]


def test_two_runners_on_one_store_do_no_harm(service):
    runners = [Runner(service), Runner(service)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.stop()
    city = city_of(service)
    assert [run.period for run in city.rows(SweepRun)] == ["2023-03-01"]
    assert [runner.failed for runner in runners] == [{}, {}]
    assert city.faults() == []


def test_stopping_waits_for_what_is_running(monkeypatch, service):
    begun, finish, finished = threading.Event(), threading.Event(), []

    def slow(_: Service) -> str:
        begun.set()
        finish.wait(SOON)
        finished.append(True)
        return ""

    runner = start(monkeypatch, service, Job("slow", "慢的", Every(3600), slow))
    assert begun.wait(SOON)
    stopping = threading.Thread(target=runner.stop)
    stopping.start()
    finish.set()
    stopping.join(SOON)
    assert finished == [True]


def test_a_job_that_is_still_at_work_is_no_news(monkeypatch, service, caplog):
    finish = threading.Event()

    def slow(_: Service) -> str:
        finish.wait(SOON)
        return ""

    runner = start(monkeypatch, service, Job("slow", "慢的", Every(1), slow))
    skipped = threading.Event()
    runner.scheduler.add_listener(lambda _: skipped.set(), EVENT_JOB_MAX_INSTANCES)
    assert skipped.wait(SOON)
    finish.set()
    runner.stop()
    assert caplog.text == ""
