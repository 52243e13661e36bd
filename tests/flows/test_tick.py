"""What is due now: on time, late, after weeks of outage, and before there was anything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from engine.rules.words import Cadence, NoticeKind
from engine.store.database import Database
from engine.store.tables import Delivery, Notice, RunState, SweepRun
from engine.sweeps.sweep import begin
from flows import tick
from flows.service import Service
from flows.tick import due_sweeps, make_due_checkpoint, run_due_sweeps, send_mail
from tests.engine.sweeping import GIVEN, City, at
from tests.flows.services import city_of, installation, open_at, set_clock

OFF = date(2023, 4, 7)  # a Friday, in the evening
BACK = date(2023, 5, 4)  # a Thursday, four weeks and a May holiday later


def installed(database: Database) -> None:
    with installation(database, at(GIVEN, 8)) as opened:
        city_of(opened).found().begin_work()


@pytest.fixture
def service(store, tmp_path) -> Iterator[Service]:
    """An installation of the morning on which the list was given out and signed for."""
    with store.new(installed) as url:
        opened = open_at(tmp_path, url, at(GIVEN, 8))
        yield opened
        opened.database.close()


def run_at(service: Service, *moments) -> list[tuple[Cadence, str]]:
    ran = []
    for moment in moments:
        set_clock(service, moment)
        ran += [(report.cadence, report.period) for report in run_due_sweeps(service)]
    return ran


def live(service: Service, first: date, last: date) -> None:
    """The service runs every day, with a look at nine o'clock and one at ten."""
    day = first
    while day <= last:
        run_at(service, at(day, 9), at(day, 10))
        day += timedelta(days=1)


def periods(service: Service, cadence: Cadence, state: RunState) -> list[str]:
    rows = city_of(service).rows(SweepRun, SweepRun.cadence == cadence, SweepRun.state == state)
    return [row.period for row in rows]


def test_each_sweep_runs_at_its_hour_and_once(service):
    assert run_at(service, at(GIVEN, 8, 29)) == []
    assert run_at(service, at(GIVEN, 8, 30)) == [(Cadence.DAILY, "2023-03-01")]
    assert run_at(service, at(GIVEN, 8, 31), at(GIVEN, 16)) == []
    monday = date(2023, 3, 6)
    live(service, date(2023, 3, 2), date(2023, 3, 5))
    assert run_at(service, at(monday, 8, 30), at(monday, 9), at(monday, 9, 30)) == [
        (Cadence.DAILY, "2023-03-06"),
        (Cadence.WEEKLY, "2023-W10"),
    ]


def test_nothing_before_the_installation_is_anybodys_to_catch_up_on(service):
    """The week's and the month's sweeps of the first of March were due before or after it."""
    found = {due.cadence: due for due in due_at(service, at(date(2023, 3, 3), 12))}
    assert found.keys() == {Cadence.DAILY, Cadence.MONTHLY}
    assert found[Cadence.DAILY].missed == (at(GIVEN, 8, 30), at(date(2023, 3, 2), 8, 30))
    assert found[Cadence.MONTHLY].missed == ()


def due_at(service: Service, moment) -> list[tick.Due]:
    set_clock(service, moment)
    with service.database.read() as session:
        return due_sweeps(session, service)


def test_a_late_run_in_its_own_period_looks_at_the_present(service):
    wednesday = at(date(2023, 3, 8), 11)
    run_at(service, wednesday)
    (weekly,) = city_of(service).rows(SweepRun, SweepRun.cadence == Cadence.WEEKLY)
    assert (weekly.period, weekly.as_of) == ("2023-W10", wednesday)
    assert weekly.scheduled_at == at(date(2023, 3, 6), 9)


def test_a_period_that_is_over_is_held_to_its_own_time(service):
    saturday = at(date(2023, 3, 4), 11)
    run_at(service, saturday)
    rows = city_of(service).rows(SweepRun, SweepRun.cadence == Cadence.DAILY)
    assert [(row.period, row.as_of) for row in rows if row.state is RunState.DONE] == [
        ("2023-03-03", at(date(2023, 3, 3), 8, 30))
    ]


def back_again(database: Database) -> None:
    with installation(database, at(OFF - timedelta(days=4), 8)) as service:
        City(service.database, service.rulebook).found().begin_work()
        live(service, OFF - timedelta(days=4), OFF)
        run_at(service, at(BACK, 10))


@pytest.fixture
def outage(store, tmp_path) -> Iterator[Service]:
    """A week of service, four weeks of none, and the first look afterwards."""
    with store.new(back_again) as url:
        service = open_at(tmp_path, url, at(BACK, 10))
        yield service
        service.database.close()


def test_every_period_of_an_outage_is_accounted_for_by_name(outage):
    events = city_of(outage).events("sweep_skipped")
    skipped = {event.data["cadence"]: event.data for event in events}
    assert skipped["weekly"] == {
        "cadence": "weekly",
        "periods": ["2023-W15", "2023-W16", "2023-W17"],
        "answered_by": "2023-W18",
    }
    days = skipped["daily"]["periods"]
    assert (days[0], days[-1], len(days)) == ("2023-04-10", "2023-04-28", 16)
    assert periods(outage, Cadence.WEEKLY, RunState.SKIPPED) == skipped["weekly"]["periods"]
    assert periods(outage, Cadence.DAILY, RunState.SKIPPED) == days


def test_after_an_outage_each_unit_gets_one_digest(outage):
    city = city_of(outage)
    digests = city.rows(Notice, Notice.kind == NoticeKind.WEEKLY_DIGEST, Notice.as_of > OFF)
    assert [notice.key for notice in digests] == [
        "g1/weekly/u3/2023-W18",
        "g1/weekly/u4/2023-W18",
    ]
    assert {notice.as_of for notice in digests} == {BACK}


def test_after_an_outage_only_the_highest_step_is_issued_and_the_rest_is_named(outage):
    city = city_of(outage)
    steps = city.rows(Notice, Notice.as_of > OFF, Notice.key.contains("/milestone"))
    assert [(notice.project_id, notice.rule) for notice in steps] == [
        (number, "chase-milestone") for number in (1, 2, 3, 4)
    ]
    named = [
        event.data["steps"]
        for event in city.events("notices_superseded")
        if "/milestone" in event.data["by"]
    ]
    assert named == [["remind-milestone@T-7", "remind-milestone@T-1"]] * 4


def test_after_an_outage_a_person_gets_one_message_a_run(outage):
    city = city_of(outage)
    runs = {row.id: row.cadence for row in city.rows(SweepRun, SweepRun.as_of >= at(BACK, 0))}
    letters = city.rows(Delivery, Delivery.run_id.in_(runs))
    assert len({(letter.run_id, letter.person_id) for letter in letters}) == len(letters)
    assert len(letters) > 0


def test_the_day_after_an_outage_is_a_day_like_any_other(outage):
    assert run_at(outage, at(BACK, 10, 1), at(BACK, 18)) == []
    assert run_at(outage, at(date(2023, 5, 5), 9)) == [
        (Cadence.DAILY, "2023-05-05"),
        (Cadence.MONTHLY, "2023-05"),
    ]
    assert city_of(outage).faults() == []


def test_the_mails_of_a_catch_up_at_night_wait_for_the_offices_to_open(service, tmp_path):
    run_at(service, at(date(2023, 4, 23), 23))  # a make-up Sunday, the offices closed
    report = send_mail(service)
    assert (report.sent, report.put_off) == (0, 2)
    waiting = city_of(service).rows(Delivery)  # those of assignment among them
    assert {letter.next_attempt_at for letter in waiting} == {at(date(2023, 4, 24), 8, 30)}


def test_periods_missed_are_written_down_once_by_two_runners(service, monkeypatch):
    """Both have seen what is due before either has written anything."""
    run_at(service, at(GIVEN, 9))
    seen = due_at(service, at(BACK, 10))
    monkeypatch.setattr(tick, "due_sweeps", lambda *_: seen)
    assert run_due_sweeps(service)
    assert run_due_sweeps(service) == []
    cadences = [event.data["cadence"] for event in city_of(service).events("sweep_skipped")]
    assert sorted(cadences) == ["daily", "monthly", "weekly"]


def test_a_period_run_by_hand_is_not_due_again(service):
    city = city_of(service)
    city.sweep(Cadence.DAILY, GIVEN, at(GIVEN, 8, 10))
    city.execute("UPDATE sweep_runs SET scheduled_at = as_of")
    assert due_at(service, at(GIVEN, 9)) == []
    assert run_at(service, at(date(2023, 3, 2), 9)) == [
        (Cadence.DAILY, "2023-03-02"),
        (Cadence.MONTHLY, "2023-03"),
    ]
    assert city.events("sweep_skipped") == []


def test_a_run_that_nobody_is_at_is_gone_on_with(service):
    city = city_of(service)
    run_at(service, at(GIVEN, 8, 30))
    city.execute(
        "UPDATE sweep_runs SET state = 'running', finished_at = NULL, lease_until = :until",
        until=f"{GIVEN} 00:31:00.000000",  # UTC
    )
    assert run_at(service, at(GIVEN, 8, 31)) == [(Cadence.DAILY, "2023-03-01")]
    assert periods(service, Cadence.DAILY, RunState.DONE) == ["2023-03-01"]


def test_a_sweep_that_fails_keeps_no_other_from_its_turn(service, monkeypatch):
    def fail_monthly(database, rulebook, cadence, **other):
        if cadence is Cadence.MONTHLY:
            raise RuntimeError("kaputt")
        return begin(database, rulebook, cadence, **other)

    monkeypatch.setattr(tick, "begin", fail_monthly)
    set_clock(service, at(date(2023, 3, 6), 10))
    with pytest.raises(RuntimeError, match="kaputt"):
        run_due_sweeps(service)
    assert periods(service, Cadence.DAILY, RunState.DONE) == ["2023-03-06"]
    assert periods(service, Cadence.WEEKLY, RunState.DONE) == ["2023-W10"]


def test_the_journal_is_sealed_once_a_day_at_its_hour(service):
    make_due_checkpoint(service)
    run_at(service, at(GIVEN, 9))
    made = []
    for hour, minute in ((23, 29), (23, 30), (23, 31)):
        set_clock(service, at(GIVEN, hour, minute))
        made.append(make_due_checkpoint(service))
    assert made == [False, True, False]
    assert city_of(service).faults() == []


def test_a_machine_that_was_off_at_the_hour_seals_the_journal_when_it_is_back(service):
    set_clock(service, at(GIVEN, 23, 30))
    make_due_checkpoint(service)
    run_at(service, at(date(2023, 3, 3), 9))
    assert make_due_checkpoint(service)
    assert not make_due_checkpoint(service)


def test_the_installation_is_remembered_from_the_first_opening(store, tmp_path):
    with store.new() as url:
        for hour in (8, 20):
            opened = open_at(tmp_path, url, at(GIVEN, hour))
            opened.database.close()
        database = Database(url)
        city = City(database)
        opened = open_at(tmp_path, url, at(GIVEN, 21))
        assert [due.cadence for due in due_at(opened, at(GIVEN, 21))] == [Cadence.DAILY]
        assert city.notice_keys() == []
        opened.database.close()
        database.close()
