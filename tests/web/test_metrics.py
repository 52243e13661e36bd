"""The figures for Prometheus: true, cheap, and the same from every process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from engine.census import _DELIVERIES, _NOTICES, _PROJECTS
from engine.store.database import Database
from engine.store.job_history import Look, RunTold, write
from engine.store.tables import RunState, SweepPart, SweepRun
from flows.auditing import audit_now
from flows.runner import Runner
from flows.service import Service
from flows.tick import make_due_checkpoint, run_due_sweeps, send_mail
from tests.engine.sweeping import GIVEN, Statements, at, given_out
from tests.flows.services import installation, set_clock
from tests.stores import lend, plan_of
from web import metrics
from web.app import create_app

MORNING = at(GIVEN, 9)
HOUR = timedelta(hours=1)


@pytest.fixture
def service(store) -> Iterator[Service]:
    """Four items given out on a Wednesday, and looked at by that day's sweep."""
    with lend(store, given_out) as database, installation(database, at(GIVEN, 8)) as opened:
        set_clock(opened, MORNING)
        run_due_sweeps(opened)
        yield opened


@pytest.fixture
def client(service) -> TestClient:
    return TestClient(create_app(service, Runner(service)), raise_server_exceptions=False)


def scrape(client: TestClient) -> dict[str, float]:
    """Every figure by its name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["cache-control"] == "no-store"
    return {
        sample.name + "".join(f",{k}={v}" for k, v in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_what_there_is_and_what_waits_is_counted(client, service):
    given = at(GIVEN, 10)
    set_clock(service, given + HOUR)
    told = scrape(client)
    assert told["duban_projects,light=green,state=assigned"] == 4
    assert told["duban_notices_total,kind=assignment,stage=before"] == 4
    assert told["duban_deliveries,channel=email,state=queued"] == 2
    assert told["duban_deliveries_due,channel=email"] == 2
    assert told["duban_deliveries_oldest_queued_seconds,channel=email"] == 3600
    assert told["duban_deliveries_oldest_due_seconds,channel=email"] == 3600
    assert told["duban_store_up"] == 1 and told["duban_faults"] == 0
    assert told["duban_clock_timestamp_seconds"] == (given + HOUR).timestamp()
    send_mail(service)
    assert "duban_deliveries_due,channel=email" not in scrape(client)


def test_sweeps_are_told_by_their_last_end_their_open_parts_and_their_delay(client, service):
    told = scrape(client)
    finished = told["duban_sweep_last_finished_timestamp_seconds,cadence=daily"]
    assert finished == MORNING.timestamp()
    assert told["duban_sweep_last_projects,cadence=daily"] == 4
    assert told["duban_sweep_last_set_aside_projects,cadence=daily"] == 0
    assert told["duban_sweep_running,cadence=daily"] == 0
    assert told["duban_sweep_overdue_periods,cadence=daily"] == 0
    with service.database.begin() as session:
        run = session.get_one(SweepRun, 1)
        run.state, run.lease_until, run.finished_at = RunState.RUNNING, MORNING, None
        done = {"run_id": 1, "first": 1, "last": 2, "counts": {}, "alarms": []}
        session.add_all([SweepPart(**done, done_at=MORNING), SweepPart(**done), SweepPart(**done)])
    set_clock(service, MORNING + 50 * HOUR)
    told = scrape(client)
    assert told["duban_sweep_running,cadence=daily"] == 1
    assert told["duban_sweep_open_parts,cadence=daily"] == 2
    assert told["duban_sweep_overdue_periods,cadence=daily"] == 2
    assert "duban_sweep_last_duration_seconds,cadence=daily" not in told


def test_the_journal_the_jobs_and_the_last_audit_are_told(client, service):
    make_due_checkpoint(service)
    looks = [Look("board", "甲", MORNING - HOUR, MORNING, "满"), Look("board", "乙", MORNING)]
    done = RunTold("board", "甲", MORNING - HOUR, MORNING - HOUR, "公示栏：更新3个文件")
    with service.database.begin() as session:
        write(session, looks, [done], MORNING)
    audit_now(service, [])
    set_clock(service, MORNING + HOUR)
    told = scrape(client)
    assert told["duban_journal_events_total"] > 8
    assert told["duban_journal_checkpoint_age_seconds"] == 3600
    assert told["duban_job_last_look_timestamp_seconds,task=board"] == MORNING.timestamp()
    assert told["duban_job_last_done_timestamp_seconds,task=board"] == (MORNING - HOUR).timestamp()
    assert told["duban_job_failing,task=board"] == 0
    assert told["duban_audit_last_timestamp_seconds"] == MORNING.timestamp()
    assert told["duban_audit_last_clean_timestamp_seconds"] == MORNING.timestamp()
    assert told["duban_audit_findings,kind=sweep_overdue"] == 0


def test_what_is_counted_by_the_million_is_not_counted_anew_at_every_scrape(client, service):
    scrape(client)
    with Statements(service.database) as asked:
        scrape(client)
    counting = [words for words in asked.counts if "GROUP BY projects" in words]
    assert counting == []
    assert asked.total < 30


def test_a_census_that_takes_long_is_held_a_hundred_times_as_long(monkeypatch):
    seconds = iter([0.0, 2.0, 199.0, 202.5, 203.0])
    monkeypatch.setattr("web.metrics.time.monotonic", lambda: next(seconds))
    counted = iter("ab")
    monkeypatch.setattr(metrics, "census", lambda _: next(counted))
    held = metrics._Held()
    told: list[Any] = [held.census(cast(Any, None)) for _ in range(3)]
    assert told == ["a", "a", "b"]


def test_requests_are_counted_by_what_became_of_them(client):
    client.get("/nowhere")
    client.request("BREW", "/")
    told = scrape(client)
    assert told["duban_http_requests_total,method=GET,status=404"] == 1
    assert told["duban_http_requests_total,method=other,status=405"] == 1


def test_a_store_that_cannot_be_read_is_told_and_is_no_error(client, service):
    with service.database.begin() as session:
        session.execute(text("DROP TABLE job_looks"))
    told = scrape(client)
    assert told["duban_store_up"] == 0
    assert not any(name.startswith("duban_projects") for name in told)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (_PROJECTS, "ix_projects_standing"),
        (_NOTICES, "ix_notices_kind"),
        (_DELIVERIES, "ix_deliveries_state"),
    ],
)
def test_a_census_reads_indexes_alone(database: Database, query, index):
    plan = plan_of(database, query)
    assert index in plan
    assert ("COVERING INDEX" if database.is_sqlite else "Index Only Scan") in plan
