"""Sending hours: what waits and says why, and what leaves at once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import String, cast, select, update

from engine.assigning.assignment import assign
from engine.desk.issuing import Desk
from engine.desk.outbox import enqueue, put_off
from engine.rules.words import Cadence, NoticeKind, Reason, Urgency
from engine.rules.zone import ZONE
from engine.store.directory import load_directory
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, history
from engine.store.tables import Delivery, DeliveryState, Notice, Project
from tests.engine.builders import CONTACT, OFFICE, RULEBOOK, TODAY, World, at
from tests.engine.sweeping import STEP, City

EVENING, MORNING = at(TODAY, 20), datetime.combine(date(2023, 4, 4), time(8, 30), ZONE)


def held(world: World) -> list[dict]:
    with world.desk() as desk:
        events = history(desk.session, ENGINE_CHAIN)
    return [dict(e.data) for e in events if e.kind is EventKind.LETTERS_HELD]


def send_again(world: World, moment: datetime, *kinds: NoticeKind) -> Delivery:
    """Put a notice on the first item into the outbox at a moment, to one person."""
    with world.database.begin() as session:
        desk = _desk_at(session, moment)
        notice = session.scalars(select(Notice).order_by(Notice.id)).first()
        assert notice is not None
        if kinds:
            notice.kind = kinds[0]
            session.flush()
        project = session.get_one(Project, notice.project_id)
        directory = load_directory(session, desk.day, {project.lead_unit_id})
        to = next(p for people in directory.by_unit.values() for p in people if p.name == CONTACT)
        before = cast(Delivery.id, String) + "/" + Delivery.key
        session.execute(update(Delivery).values(key=before))
        enqueue(desk, [(notice.id, to)])
        session.flush()
        return session.scalars(select(Delivery).order_by(Delivery.id.desc()).limit(1)).one()


def _desk_at(session, moment):
    return Desk(session, RULEBOOK, moment)


def test_in_sending_hours_a_letter_leaves_at_once_and_nothing_is_said(assigned):
    row = send_again(assigned, at(TODAY, 10))
    assert (row.held, row.next_attempt_at) == (None, at(TODAY, 10))
    assert held(assigned) == []


def test_a_letter_issued_in_the_evening_waits_for_the_morning_and_says_why(assigned):
    row = send_again(assigned, EVENING)
    assert (row.state, row.held) == (DeliveryState.QUEUED, Reason.OUTSIDE_HOURS)
    assert row.next_attempt_at == MORNING
    [told] = held(assigned)
    assert (told["reason"], told["letters"]) == ("outside_hours", 1)
    assert datetime.fromisoformat(told["until"]) == MORNING


def test_only_a_red_warning_on_a_most_urgent_item_leaves_in_the_evening(assigned):
    assert send_again(assigned, EVENING, NoticeKind.RED_WARNING).held is Reason.OUTSIDE_HOURS
    with assigned.database.begin() as session:
        session.execute(update(Project).values(urgency=Urgency.CRITICAL))
    assert send_again(assigned, EVENING, NoticeKind.CHASE).held is Reason.OUTSIDE_HOURS
    urgent = send_again(assigned, EVENING, NoticeKind.RED_WARNING)
    assert (urgent.held, urgent.next_attempt_at) == (None, EVENING)


@pytest.mark.parametrize("days", [0, 5, 6])
def test_neither_night_nor_weekend_wakes_anybody_but_the_most_urgent_does(assigned, days):
    night = at(TODAY + timedelta(days=days), 23)
    assert send_again(assigned, night).next_attempt_at > night
    with assigned.database.begin() as session:
        session.execute(update(Project).values(urgency=Urgency.CRITICAL))
    assert send_again(assigned, night, NoticeKind.RED_WARNING).next_attempt_at == night


def tried_again(world: World, number: int) -> set[int]:
    """What is put off when a message sent by day is due once more at night."""
    with world.database.begin() as session:
        return put_off(_desk_at(session, EVENING), [session.get_one(Delivery, number)])


def test_a_second_try_waits_for_the_morning_unless_it_is_most_urgent(assigned):
    daytime = at(TODAY, 10)
    warning = send_again(assigned, daytime, NoticeKind.RED_WARNING)
    assert tried_again(assigned, warning.id) == {warning.id}
    with assigned.database.begin() as session:
        session.execute(update(Project).values(urgency=Urgency.CRITICAL))
        session.execute(update(Delivery).values(held=None, next_attempt_at=daytime))
    assert tried_again(assigned, warning.id) == set()
    with assigned.database.read() as session:
        assert session.get_one(Delivery, warning.id).next_attempt_at == daytime


def late_run(database, urgency: str) -> City:
    """A daily run that comes back in the evening, with a red warning for the contact of a unit."""
    city = City(database).found(1, 1).begin_work()
    city.execute("UPDATE projects SET urgency = :urgency", urgency=urgency)
    moment = datetime.combine(date(2023, 5, 31), time(21), ZONE)
    assert moment.date() > STEP
    city.sweep(Cadence.DAILY, moment.date(), moment)
    return city


def test_what_a_late_run_has_to_say_waits_for_the_morning(database):
    city = late_run(database, "normal")
    waiting = city.rows(Delivery, Delivery.run_id.is_not(None))
    assert waiting
    assert {row.held for row in waiting} == {Reason.OUTSIDE_HOURS}
    assert {row.next_attempt_at.astimezone(ZONE).hour for row in waiting} == {8}
    [done] = [e for e in city.events("sweep_done") if "mail" in e.data]
    assert done.data["mail"]["reason"] == "outside_hours"


def test_of_a_late_run_the_letters_with_an_urgent_red_warning_leave_at_once(database):
    city = late_run(database, "critical")
    red = city.rows(Notice, Notice.kind == NoticeKind.RED_WARNING)
    assert red, "the step was missed a month ago"
    waiting = city.rows(Delivery, Delivery.run_id.is_not(None))
    assert any(row.held is None and row.next_attempt_at == city.clock for row in waiting)


def test_the_evening_of_a_verb_is_told_in_the_journal(registered):
    with registered.database.begin() as session:
        desk = _desk_at(session, EVENING)
        assign(desk, session.scalars(select(Project).order_by(Project.id)).all(), OFFICE)
    told = held(registered)
    assert told
    assert {entry["reason"] for entry in told} == {"outside_hours"}
