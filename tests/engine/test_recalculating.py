"""Another policy or calendar: what moves, what stays, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.dates.deadlines import new_deadline, pending, set_deadlines
from engine.dates.recalculating import adopt, effect_of
from engine.dates.suspending import resume, suspend
from engine.desk.transition import find_project
from engine.rules.calendar import Calendar, DayEntry, Layer
from engine.rules.policy import Policy
from engine.rules.policy_parts import Span
from engine.rules.rulebook import Rulebook
from engine.rules.words import DeadlineKind, DeadlineState
from engine.store.event_kinds import EventKind
from engine.store.tables import Deadline
from tests.engine.builders import (
    ASSIGNED_ON,
    OFFICE,
    RULEBOOK,
    TODAY,
    World,
    bound_dates,
)

FIRST_REPORT, REPORT = DeadlineKind.FIRST_REPORT, DeadlineKind.REPORT
COMPLETION, MILESTONE = DeadlineKind.COMPLETION, DeadlineKind.MILESTONE
REPORT_BY = date(2023, 4, 3)
"""When the first feedback is due: three working days after 29 March."""


def off(*days: date) -> Calendar:
    """The calendar after a notice that these days are free."""
    entries = tuple(DayEntry(day, False, "防汛停工") for day in days)
    layer = Layer("flood", "本地放假", "市政府通知", "", entries, frozenset())
    return Calendar([*RULEBOOK.calendar.layers, layer])


def with_limits(**limits: Any) -> Policy:
    policy = RULEBOOK.policy
    data = policy.to_data() | {
        "limits": policy.limits.model_copy(update=limits).model_dump(mode="json")
    }
    return Policy.model_validate(data)


def put_in_force(world: World, rulebook: Rulebook, day: date = TODAY) -> World:
    changed = replace(world, rulebook=rulebook)
    with changed.desk(day) as desk:
        adopt(desk)
    return changed


@pytest.fixture
def begun(underway: World) -> World:
    """Under way, with the shipped rulebook in force."""
    return put_in_force(underway, RULEBOOK, ASSIGNED_ON)


def test_what_is_adopted_first_moves_nothing(underway: World) -> None:
    before = underway.pending("2023-01")
    put_in_force(underway, RULEBOOK)
    assert underway.pending("2023-01") == before


def test_a_longer_limit_moves_what_runs_for_it_and_says_why(begun: World) -> None:
    before = begun.pending("2023-01")
    longer = Rulebook(with_limits(first_report=Span(days=5)), RULEBOOK.calendar)
    put_in_force(begun, longer)
    after = begun.pending("2023-01")
    assert after == before | {(FIRST_REPORT, ""): date(2023, 4, 6)}
    rows = begun.dates("2023-01", FIRST_REPORT)
    assert [(row.version, row.due, row.original_due) for row in rows] == [
        (1, REPORT_BY, REPORT_BY),
        (2, date(2023, 4, 6), REPORT_BY),
    ]
    moved = next(e for e in begun.journal("2023-01") if e.kind is EventKind.DEADLINE_MOVED)
    assert moved.data["why"] == "督办规则调整，首报时限由3个工作日改为5个工作日"


def test_a_policy_that_leaves_the_limits_alone_writes_no_version(begun: World) -> None:
    before = begun.snapshot()["deadlines"]
    other = with_limits(answer_holds=Span(days=7))
    assert other.version != RULEBOOK.policy.version
    put_in_force(begun, Rulebook(other, RULEBOOK.calendar))
    numbers = [row[0] for row in begun.snapshot()["deadlines"]]
    assert numbers == [row[0] for row in before]


def test_a_shorter_limit_ends_no_earlier_than_the_next_working_day(begun: World) -> None:
    shorter = Rulebook(with_limits(first_report=Span(days=1)), RULEBOOK.calendar)
    put_in_force(begun, shorter, date(2023, 3, 30))
    assert begun.pending("2023-01")[FIRST_REPORT, ""] == date(2023, 3, 31)


def test_back_under_the_first_policy_the_first_date_is_back(begun: World) -> None:
    longer = Rulebook(with_limits(first_report=Span(days=5)), RULEBOOK.calendar)
    put_in_force(begun, longer, date(2023, 3, 30))
    put_in_force(begun, RULEBOOK, date(2023, 3, 31))
    assert begun.pending("2023-01")[FIRST_REPORT, ""] == REPORT_BY


def test_a_limit_changed_during_a_pause_keeps_the_pause(begun: World) -> None:
    with begun.desk(date(2023, 3, 30)) as desk:
        suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    longer = Rulebook(with_limits(first_report=Span(days=5)), RULEBOOK.calendar)
    changed = put_in_force(begun, longer, date(2023, 4, 3))
    with changed.desk(date(2023, 4, 4)) as desk:
        resume(desk, find_project(desk, "2023-01"), OFFICE, "水退")
    expected = RULEBOOK.calendar.add_working_days(ASSIGNED_ON, 5 + 3)
    assert changed.pending("2023-01")[FIRST_REPORT, ""] == expected


def test_a_calendar_moves_limits_and_reports_and_no_promise(begun: World) -> None:
    before = begun.pending("2023-01")
    june = before[REPORT, "2023-06"]
    calendar = off(date(2023, 4, 3), june, date(2023, 12, 15), date(2023, 5, 31))
    put_in_force(begun, Rulebook(RULEBOOK.policy, calendar), date(2023, 3, 30))
    moved = {
        (FIRST_REPORT, ""): date(2023, 4, 4),
        (DeadlineKind.PLAN, ""): date(2023, 4, 14),
        (REPORT, "2023-06"): calendar.next_working_day(june),
    }
    assert begun.pending("2023-01") == before | moved
    told = [e for e in begun.journal("2023-01") if e.kind is EventKind.DEADLINE_MOVED]
    assert {e.data["why"] for e in told} == {"工作日历调整，按新日历重新计算"}
    assert len(told) == 3


def test_promises_that_stay_are_told_with_the_days_left_before_and_after(begun: World) -> None:
    day = date(2023, 3, 30)
    calendar = off(date(2023, 12, 15))
    with begun.database.read() as session:
        effect = effect_of(session, RULEBOOK.calendar, calendar, day)
    left = RULEBOOK.calendar.working_days_between(day, date(2023, 12, 15))
    assert [
        (s.code, s.kind, s.due, s.days_before, s.days_after, s.works) for s in effect.staying
    ] == [("2023-01", COMPLETION, date(2023, 12, 15), left, left - 1, False)]
    assert effect.moving == ()


def test_looking_at_the_effect_changes_nothing(begun: World) -> None:
    before = begun.snapshot()
    with begun.database.read() as session:
        effect = effect_of(session, RULEBOOK.calendar, off(REPORT_BY), date(2023, 3, 30))
    assert {m.code for m in effect.moving} == {"2023-01", "2023-02", "2023-03"}
    assert begun.snapshot() == before


def test_nobody_is_put_in_default_by_a_calendar(begun: World) -> None:
    """A Saturday made a working day would have ended the limit on the day it is adopted."""
    entries = (DayEntry(date(2023, 4, 1), True, "调休"),)
    layer = Layer("work", "本地调休", "市政府通知", "", entries, frozenset())
    calendar = Calendar([*RULEBOOK.calendar.layers, layer])
    put_in_force(begun, Rulebook(RULEBOOK.policy, calendar), date(2023, 4, 1))
    assert begun.pending("2023-01")[FIRST_REPORT, ""] == REPORT_BY
    assert len(begun.dates("2023-01", FIRST_REPORT)) == 1


def test_a_pause_is_counted_again_by_the_new_calendar(begun: World) -> None:
    """Two working days stood still; one of them turns into a holiday afterwards."""
    with begun.desk(date(2023, 3, 30)) as desk:
        suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    with begun.desk(date(2023, 4, 3)) as desk:
        resume(desk, find_project(desk, "2023-01"), OFFICE, "水退")
    promised = begun.pending("2023-01")[COMPLETION, ""]
    assert begun.pending("2023-01")[FIRST_REPORT, ""] == date(2023, 4, 6)
    put_in_force(begun, Rulebook(RULEBOOK.policy, off(date(2023, 4, 4))), date(2023, 4, 3))
    assert begun.pending("2023-01")[FIRST_REPORT, ""] == date(2023, 4, 7)
    put_in_force(begun, Rulebook(RULEBOOK.policy, off(date(2023, 3, 31))), date(2023, 4, 3))
    assert begun.pending("2023-01")[FIRST_REPORT, ""] == date(2023, 4, 6)
    assert begun.pending("2023-01")[COMPLETION, ""] == promised


def test_a_date_of_an_unpublished_year_becomes_certain_with_the_notice(begun: World) -> None:
    with begun.desk() as desk:
        number = find_project(desk, "2023-01").id
        far = new_deadline(desk, number, MILESTONE, date(2031, 1, 6), "远期", slot="9")
        assert far["provisional"]
        set_deadlines(desk, [far], OFFICE)
    years = frozenset(range(2024, 2032))
    published = Layer("years", "国务院通知", "通知", "", (), years)
    calendar = Calendar([*RULEBOOK.calendar.layers, published])
    put_in_force(begun, Rulebook(RULEBOOK.policy, calendar))
    with begun.desk() as desk:
        (row,) = pending(desk, number, (MILESTONE,), "9")
    assert (row.version, row.provisional) == (1, False)


def test_dates_that_no_longer_bind_stay_where_they_were(begun: World) -> None:
    with begun.desk(date(2023, 3, 30)) as desk:
        for row in bound_dates(desk, find_project(desk, "2023-01")):
            row.state, row.next_check_on = DeadlineState.CANCELLED, None
    put_in_force(begun, Rulebook(RULEBOOK.policy, off(REPORT_BY)), date(2023, 3, 30))
    number = begun.row("2023-01").id
    with begun.database.read() as session:
        rows = session.scalars(select(Deadline).where(Deadline.project_id == number)).all()
    assert {row.state for row in rows} == {DeadlineState.CANCELLED, DeadlineState.MET}
