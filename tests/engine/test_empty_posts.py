"""No recipient is an alarm: the step is passed on at once, and the office is told once a week."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import select

from engine.rules.alarms import alarms_from_data
from engine.rules.words import Cadence, NoticeKind
from engine.rules.zone import ZONE
from engine.store.event_kinds import EventKind
from engine.store.tables import Notice
from engine.sweeps.sweep import run_sweep
from tests.engine.builders import CONTACT, DEPUTY, HEAD, OFFICE, SECOND_OFFICER, World

STEP = date(2023, 6, 1)
"""The day after the milestone of 31 May."""


def sweep(world: World, day: date, cadence: Cadence = Cadence.DAILY) -> None:
    at = datetime.combine(day, time(9), ZONE)
    run_sweep(world.database, world.rulebook, cadence, scheduled_at=at, as_of=at, now=lambda: at)


def empty(world: World, *names: str) -> None:
    for name in names:
        world.change_person(name, email="")


def alarms(world: World) -> list[Notice]:
    with world.database.read() as session:
        query = select(Notice).where(Notice.kind == NoticeKind.ALARM).order_by(Notice.id)
        return list(session.scalars(query))


def told(notice: Notice) -> list[tuple[str, str, str]]:
    return [(a.project.split()[0], a.post, a.instead) for a in alarms_from_data(notice.facts)]


def test_an_empty_post_is_passed_over_at_once_and_the_office_is_told(underway: World) -> None:
    empty(underway, CONTACT, DEPUTY)
    sweep(underway, STEP)
    (alarm,) = alarms(underway)
    assert underway.mail_readers(alarm.id) == {OFFICE}  # who stands by for a colleague gets it once
    assert ("2023-01", "联系人", f"{HEAD}（单位主要负责人）") in told(alarm)
    assert all(post == "联系人" for _, post, _ in told(alarm))


def test_one_emptiness_is_told_once_a_week(underway: World) -> None:
    empty(underway, CONTACT, DEPUTY)
    sweep(underway, STEP)
    count = len(told(alarms(underway)[0]))
    sweep(underway, date(2023, 6, 2))
    assert sum(len(told(alarm)) for alarm in alarms(underway)) == count
    sweep(underway, date(2023, 6, 5), Cadence.WEEKLY)
    assert len(alarms(underway)) == 2


def test_a_notice_that_reaches_nobody_at_all_is_told_and_tried_again(underway: World) -> None:
    empty(underway, CONTACT, DEPUTY, HEAD, "李副市长", OFFICE, SECOND_OFFICER)
    sweep(underway, STEP)
    (alarm,) = alarms(underway)
    assert underway.mail_readers(alarm.id) == set()
    assert EventKind.NO_RECIPIENT in underway.kinds("2023-01", 3)
    assert ("2023-01", "联系人", "") in told(alarm)
    sweep(underway, date(2023, 6, 2))
    matters = [(code, post) for alarm in alarms(underway) for code, post, _ in told(alarm)]
    assert len(matters) == len(set(matters))


def test_when_everybody_is_in_post_there_is_no_alarm(underway: World) -> None:
    sweep(underway, STEP)
    assert alarms(underway) == []
