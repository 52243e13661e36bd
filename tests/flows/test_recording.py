"""The history of the jobs: written seldom, by many, and never in anybody's way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.log_actions import LogAction
from engine.store.job_history import (
    LOOKS_KEPT,
    RUNS_KEPT,
    Look,
    RunTold,
    last_done,
    looks,
    recent_runs,
    write,
)
from flows.catalogue import Every, Job
from flows.recording import SECONDS, Recorder
from flows.service import Service
from flows.telling import tell
from tests.engine.sweeping import GIVEN, Statements, at
from tests.flows.services import open_at, set_clock

NOON = at(GIVEN, 12)


@pytest.fixture
def service(sqlite_store, tmp_path) -> Iterator[Service]:
    with sqlite_store.new() as url:
        opened = open_at(tmp_path, url, NOON)
        yield opened
        opened.database.close()


@pytest.fixture
def stopwatch(monkeypatch) -> list[float]:
    """The seconds by which the recorder spaces its writes; the test moves them on."""
    seconds = [1000.0]
    monkeypatch.setattr("flows.recording.time.monotonic", lambda: seconds[0])
    return seconds


def job(name: str = "dispatch") -> Job:
    return Job(name, "发信", Every(15), lambda _: "")


def seen(service: Service) -> list[Look]:
    with service.database.read() as session:
        return looks(session)


def runs(service: Service) -> list[tuple[str, str]]:
    with service.database.read() as session:
        return [(run.did, run.error) for run in recent_runs(session, 10)]


def pass_over(recorder: Recorder, wrong: str = "", did: str = "", name: str = "dispatch") -> None:
    with recorder.looking(job(name)) as look:
        if did:
            tell(LogAction.DISPATCH, did)
        look.wrong = wrong


def test_an_hour_of_looks_is_a_write_a_minute(service, stopwatch):
    recorder = Recorder(service, "甲")
    with Statements(service.database) as asked:
        for _ in range(3600 // 15):
            pass_over(recorder)
            pass_over(recorder, name="board")
            stopwatch[0] += 15
    assert sum(n for words, n in asked.counts.items() if "INTO job_looks" in words) == 60
    assert {look.job for look in seen(service)} == {"dispatch", "board"}


def test_what_was_done_waits_for_the_minute_and_is_written_when_the_process_stops(
    service, stopwatch
):
    recorder = Recorder(service, "甲")
    pass_over(recorder)
    pass_over(recorder, did="发信：送达3封")
    pass_over(recorder, did="发信：送达1封")
    assert runs(service) == []
    recorder.close()
    assert runs(service) == [("发信：送达1封", ""), ("发信：送达3封", "")]
    with service.database.read() as session:
        assert last_done(session)["dispatch"].did == "发信：送达1封"


def test_a_failure_is_written_at_once_when_it_begins_and_when_it_ends(service, stopwatch):
    recorder = Recorder(service, "甲")
    pass_over(recorder)
    for minute in range(3):
        set_clock(service, NOON + timedelta(minutes=minute))
        pass_over(recorder, wrong="通道故障")
        stopwatch[0] += 1
    (look,) = seen(service)
    assert (look.error, look.failed_at) == ("通道故障", NOON)
    assert runs(service) == [("", "通道故障")]
    pass_over(recorder)
    (look,) = seen(service)
    assert (look.error, look.failed_at) == ("", None)


def test_what_a_job_raises_is_its_failure_and_goes_on_without_its_secrets(service):
    recorder = Recorder(service, "甲")
    with pytest.raises(OSError), recorder.looking(job()):
        raise OSError("smtp://me:hunter2@mail refused")
    (look,) = seen(service)
    assert look.error == "OSError: smtp://***@mail refused"


def test_a_job_that_is_long_at_work_counts_as_looked_at_until_its_limit(service, stopwatch):
    recorder = Recorder(service, "甲")
    limit = job().limit
    with recorder.looking(job()):
        for after in (limit, 2 * limit):
            set_clock(service, NOON + after)
            stopwatch[0] += SECONDS
            pass_over(recorder, name="board")
            by_job = {look.job: look.looked_at for look in seen(service)}
            assert by_job == {"dispatch": NOON + limit, "board": NOON + after}


def test_a_history_that_cannot_be_written_stops_nothing_and_is_told(service, stopwatch, caplog):
    recorder = Recorder(service, "甲")
    with service.database.begin() as session:
        session.execute(text("ALTER TABLE job_looks RENAME TO elsewhere"))
    pass_over(recorder, did="发信：送达3封")
    assert "运行记录未能写入" in caplog.text
    with service.database.begin() as session:
        session.execute(text("ALTER TABLE elsewhere RENAME TO job_looks"))
    stopwatch[0] += SECONDS
    pass_over(recorder)
    assert runs(service) == [("发信：送达3封", "")]


def test_many_processes_keep_their_own_and_what_is_old_is_dropped_but_the_last_word(service):
    then = NOON - LOOKS_KEPT - timedelta(hours=1)
    old = RunTold("sweeps", "甲", then, NOON - RUNS_KEPT - timedelta(hours=1), "检查完成")
    with service.database.begin() as session:
        write(session, [Look("dispatch", "甲", then), Look("board", "甲", then)], [old], then)
        write(session, [Look("dispatch", "乙", NOON), Look("dispatch", "丙", NOON)], [], NOON)
    assert [(look.job, look.process) for look in seen(service)] == [
        ("dispatch", "丙"),
        ("dispatch", "乙"),
        ("board", "甲"),
    ]
    assert runs(service) == []
