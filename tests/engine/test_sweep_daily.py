"""The daily sweep: each period once, each notice once, whatever happens."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from config.calendar_loader import load_calendar
from engine.dates.deadlines import meet, pending
from engine.desk.issuing import Desk
from engine.desk.transition import find_project
from engine.rules.log_words import readable
from engine.rules.policy import Policy
from engine.rules.rulebook import Rulebook
from engine.rules.words import Cadence, DeadlineKind, NoticeKind
from engine.store.database import Database
from engine.store.rulebooks import adopt
from engine.store.runs import silent
from engine.store.tables import (
    Delivery,
    DeliveryNotice,
    DeliveryState,
    Notice,
    RunState,
    SweepPart,
    SweepRun,
)
from engine.sweeps import checking, sweep
from engine.sweeps.sweep import begin, work_on
from tests.engine.sweeping import GIVEN, STEP, City, at, contact, given_out
from tests.stores import Store, lend

UNSIGNED = date(2023, 3, 3)  # one working day after the sign-for limit
REMINDER = date(2023, 4, 20)  # seven working days before the step; the 23rd is worked


@pytest.fixture
def city(store: Store) -> Iterator[City]:
    with lend(store, given_out) as database:
        yield City(database)


def test_a_period_is_run_once(city):
    first = city.sweep(Cadence.DAILY, UNSIGNED)
    issued = city.notice_keys()
    second = city.sweep(Cadence.DAILY, UNSIGNED)
    assert first.claimed and first.counts["notice.chase"] == 4
    assert not second.claimed
    assert city.notice_keys() == issued


def test_a_period_run_again_by_force_issues_nothing_twice(city):
    city.sweep(Cadence.DAILY, UNSIGNED)
    before = city.notice_keys()
    city.forget_runs()
    city.execute("UPDATE deadlines SET next_check_on = :day", day=UNSIGNED.isoformat())
    again = city.sweep(Cadence.DAILY, UNSIGNED)
    assert again.claimed
    assert again.counts["reason.already_issued"] == 8
    assert not [name for name in again.counts if name.startswith("notice.")]
    assert city.notice_keys() == before
    assert city.faults() == []


def test_of_many_that_fire_one_period_one_runs(city):
    start, reports, errors = threading.Barrier(4), [], []
    url = city.database.engine.url.render_as_string(hide_password=False)

    def fire() -> None:
        own = City(Database(url))
        try:
            start.wait()
            reports.append(own.sweep(Cadence.DAILY, UNSIGNED))
        except Exception as error:
            errors.append(error)
        finally:
            own.database.close()

    threads = [threading.Thread(target=fire) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [report.claimed for report in reports].count(True) == 1
    assert len(city.notice_keys(Notice.kind == NoticeKind.CHASE)) == 4
    assert city.faults() == []


def test_a_person_gets_one_message_a_run_however_many_notices(city):
    city.sweep(Cadence.DAILY, UNSIGNED)
    letters = city.rows(Delivery, Delivery.run_id.is_not(None))
    with city.database.read() as session:
        carried = Counter(session.scalars(select(DeliveryNotice.delivery_id)))
    people = [letter.person_id for letter in letters]
    assert len(people) == len(set(people)) == 2
    assert [carried[letter.id] for letter in letters] == [4, 4]


def test_messages_wait_until_their_run_is_finished(city, monkeypatch):
    seen = []

    def look(name: str) -> None:
        if name == "sweep.batch":
            states = {d.state for d in city.rows(Delivery, Delivery.run_id.is_not(None))}
            seen.append(states)

    monkeypatch.setattr(sweep, "reached", look)
    monkeypatch.setattr(checking, "BATCH", 1)
    city.sweep(Cadence.DAILY, UNSIGNED)
    assert seen == [{DeliveryState.GATHERING}] * 4
    letters = city.rows(Delivery, Delivery.run_id.is_not(None))
    assert {letter.state for letter in letters} == {DeliveryState.QUEUED}


def test_a_message_that_is_emptied_while_its_run_gathers_does_not_leave(city, monkeypatch):
    """All dates of the first unit's two items are met before the run is finished."""
    batches: list[str] = []

    def meet_all(name: str) -> None:
        batches.append(name)
        if batches.count("sweep.batch") == 4 and name == "sweep.batch":
            with city.database.begin() as session:
                desk = Desk(session, city.rules, at(UNSIGNED))
                for code in ("2023-01", "2023-03"):
                    project = find_project(desk, code)
                    meet(desk, pending(desk, project.id, DeadlineKind), contact(1))

    monkeypatch.setattr(sweep, "reached", meet_all)
    monkeypatch.setattr(checking, "BATCH", 1)
    city.sweep(Cadence.DAILY, UNSIGNED)
    letters = city.rows(Delivery, Delivery.run_id.is_not(None))
    with city.database.read() as session:
        carried = Counter(session.scalars(select(DeliveryNotice.delivery_id)))
    states = {letter.state for letter in letters if not carried[letter.id]}
    assert states == {DeliveryState.CANCELLED}
    assert {letter.state for letter in letters if carried[letter.id]} == {DeliveryState.QUEUED}
    told = city.events("notice_cancelled")
    assert {event.data["why"] for event in told} == {"时限已完成"}


def test_only_what_is_due_is_looked_at(city):
    city.begin_work()
    city.sweep(Cadence.DAILY, date(2023, 3, 2))
    quiet = city.sweep(Cadence.DAILY, date(2023, 3, 8))
    assert quiet.counts == {}
    reminded = city.sweep(Cadence.DAILY, REMINDER)
    assert reminded.counts["notice.reminder"] == 4


def test_a_project_that_cannot_be_read_is_set_aside_and_the_others_are_handled(city):
    city.execute("UPDATE targets SET planned = 'viele' WHERE project_id = 2")
    report = city.sweep(Cadence.DAILY, UNSIGNED)
    assert report.counts["notice.chase"] == 3
    assert report.counts["set_aside"] == 1
    (event,) = city.events("set_aside")
    assert event.chain == "project:2" and event.data["error"]
    assert [bool(error) for error in city.errors()] == [False, True, False, False]
    assert city.faults() == []


def test_a_project_of_an_unknown_state_is_set_aside_and_the_others_are_handled(city):
    city.execute("UPDATE projects SET urgency = 'sehr' WHERE id = 3")
    report = city.sweep(Cadence.DAILY, UNSIGNED)
    assert report.counts["notice.chase"] == 3
    assert report.counts["set_aside"] == 1


def test_a_figure_that_is_no_number_is_set_aside_and_the_others_are_handled(city):
    city.execute("UPDATE targets SET planned = 'NaN' WHERE project_id = 1")
    city.execute(
        "INSERT INTO progress_reports (id, project_id, period, version, reported_at, reported_by,"
        " statement) VALUES (1, 1, '2023-03', 1, '2023-03-02 00:00:00', '', '')"
    )
    city.execute("INSERT INTO reported_values (report_id, target_id, value) VALUES (1, 1, '5')")
    report = city.sweep(Cadence.MONTHLY, date(2023, 4, 4))
    assert report.counts["set_aside"] >= 1
    assert report.counts["projects"] == 3


def test_what_was_set_aside_is_tried_again_the_next_day_and_forgiven(city):
    city.execute("UPDATE targets SET planned = 'viele' WHERE project_id = 2")
    city.sweep(Cadence.DAILY, UNSIGNED)
    assert city.errors()[1] != ""
    city.execute("UPDATE targets SET planned = '100' WHERE project_id = 2")
    report = city.sweep(Cadence.DAILY, date(2023, 3, 6))
    assert "p2/chase-sign/sign_for.1.v1/during/T+1" in city.notice_keys()
    assert report.counts.get("set_aside", 0) == 0
    assert city.errors() == [""] * 4


def test_a_run_at_night_writes_now_and_sends_when_the_offices_open(city):
    friday_night = at(UNSIGNED, 22)
    city.sweep(Cadence.DAILY, UNSIGNED, friday_night)
    letters = city.rows(Delivery, Delivery.run_id.is_not(None))
    assert {letter.next_attempt_at for letter in letters} == {at(date(2023, 3, 6), 8, 30)}


def test_a_run_in_working_hours_sends_at_once(city):
    city.sweep(Cadence.DAILY, UNSIGNED)
    letters = city.rows(Delivery, Delivery.run_id.is_not(None))
    assert {letter.next_attempt_at for letter in letters} == {at(UNSIGNED, 8, 30)}


@pytest.fixture
def other_rules(city) -> Rulebook:
    """The same policy with another look-ahead, and so of another version."""
    data = city.rules.policy.to_data()
    data["weekly"]["look_ahead"] += 1
    return Rulebook(Policy.from_data(data), city.rules.calendar)


def test_a_changed_policy_has_every_open_date_looked_at_again(city, other_rules):
    city.begin_work()
    city.sweep(Cadence.DAILY, date(2023, 3, 2))
    assert city.sweep(Cadence.DAILY, date(2023, 3, 8)).counts == {}
    city.rules = other_rules
    assert city.sweep(Cadence.DAILY, date(2023, 3, 9)).counts["projects"] == 4


def test_a_return_to_an_earlier_policy_is_a_change_too(city, other_rules):
    city.begin_work()
    before = city.rules
    for day, rules in ((2, before), (6, other_rules), (7, before)):
        city.rules = rules
        assert city.sweep(Cadence.DAILY, date(2023, 3, day)).counts["projects"] == 4
    assert city.sweep(Cadence.DAILY, date(2023, 3, 8)).counts == {}
    assert len(city.events("policy_adopted")) == 3


def test_a_changed_calendar_has_every_open_date_looked_at_again(city):
    city.begin_work()
    city.sweep(Cadence.DAILY, date(2023, 3, 2))
    city.rules = Rulebook(city.rules.policy, load_calendar(["national", "ningxia-2023"]))
    assert city.sweep(Cadence.DAILY, date(2023, 3, 8)).counts["projects"] == 4
    assert len(city.events("calendar_adopted")) == 2


def test_a_rulebook_in_force_is_not_adopted_again(city):
    with city.database.begin() as session:
        assert adopt(session, city.rules, at(GIVEN))
        assert not adopt(session, city.rules, at(GIVEN, 16))


def test_who_comes_back_to_a_run_that_another_has_ended_spoils_nothing(city, monkeypatch):
    """The first worker stalls behind its part until a second one has ended the run."""
    other = City(city.database)
    stalled: list[str] = []

    def stall(name: str) -> None:
        if name == "sweep.batch" and not stalled:
            stalled.append(name)
            later = at(UNSIGNED, 9)
            other.clock = later
            taken = other.sweep(Cadence.DAILY, UNSIGNED, later)
            assert taken.claimed

    monkeypatch.setattr(sweep, "reached", stall)
    monkeypatch.setattr(checking, "BATCH", 2)
    report = city.sweep(Cadence.DAILY, UNSIGNED)
    assert stalled and not report.claimed
    assert len(city.notice_keys(Notice.kind == NoticeKind.CHASE)) == 4
    assert city.events("set_aside") == []
    assert len(city.events("sweep_done")) == 1
    assert city.rows(SweepRun)[0].state is RunState.DONE
    assert city.rows(SweepRun)[0].counts["notice.chase"] == 4


def test_a_run_is_silent_when_no_part_of_it_was_done_for_a_while(city, monkeypatch):
    silent_now = []

    def look(name: str) -> None:
        if name == "sweep.batch":
            with city.database.read() as session:
                silent_now.append([len(silent(session, city.clock + wait)) for wait in waits])

    waits = timedelta(), timedelta(minutes=2)
    monkeypatch.setattr(checking, "BATCH", 1)
    monkeypatch.setattr(sweep, "reached", look)
    city.sweep(Cadence.DAILY, UNSIGNED)
    assert silent_now == [[0, 1]] * 4


def test_the_parts_of_a_run_are_gone_when_it_is_over(city, monkeypatch):
    monkeypatch.setattr(checking, "BATCH", 1)
    city.sweep(Cadence.DAILY, UNSIGNED)
    assert city.rows(SweepPart) == []


def test_a_part_that_fails_as_a_whole_is_done_project_by_project(city, monkeypatch):
    """What fails only in company is nobody's fault; what fails alone is set aside."""
    check = checking.CHECK_PROJECTS

    def fail_with_the_second(run, desk, span):
        if span.first <= 2 <= span.last:
            raise RuntimeError("kaputt")
        return check.work(run, desk, span)

    steps = (replace(check, work=fail_with_the_second), *sweep.STEPS[Cadence.DAILY][1:])
    monkeypatch.setitem(sweep.STEPS, Cadence.DAILY, steps)
    counts = city.sweep(Cadence.DAILY, UNSIGNED).counts
    assert (counts["set_aside"], counts["projects"]) == (1, 3)
    assert [bool(error) for error in city.errors()] == [False, True, False, False]


@pytest.mark.parametrize("shards", [1, 2, 3, 4, 9])
def test_the_work_is_shared_out_among_as_many_as_are_wanted(city, shards):
    run = begin(
        city.database,
        city.rules,
        Cadence.DAILY,
        scheduled_at=at(UNSIGNED, 8, 30),
        as_of=at(UNSIGNED, 8, 30),
        now=lambda: at(UNSIGNED, 8, 30),
        shards=shards,
    )
    parts: list[int] = []
    assert run
    report = work_on(run, parts.append)
    assert parts == [min(shards, 4)]
    assert report.counts["projects"] == 4


def test_a_missed_step_answers_for_the_lower_ones(city):
    """Nothing was run for two months: one warning, and the log says what it stands for."""
    city.begin_work()
    city.sweep(Cadence.DAILY, STEP + timedelta(days=20))
    issued = city.notice_keys(Notice.key.contains("milestone"))
    assert [key.split("/")[1] for key in issued] == ["yellow-milestone-overdue"] * 4
    events = city.events("notices_superseded")
    steps = [event.data["steps"] for event in events if "milestone" in event.data["by"]]
    assert steps
    assert all("chase-milestone@T+1" in named for named in steps)
    said = [readable(event.data) for event in events if "milestone" in event.data["by"]]
    assert said[0].startswith("通知号：")
    assert "节点" in said[0]
    assert not re.search("[a-z]", "".join(said))
