"""What happened to clocks, as it is written down and read back."""

from __future__ import annotations

from datetime import date

from engine.dates.clocks import clocks_of
from engine.dates.deadlines import move, new_deadline, pending, set_deadlines
from engine.dates.suspending import resume as resume_project
from engine.dates.suspending import suspend
from engine.desk.transition import find_project
from engine.results.completing import close, reopen
from engine.rules.clocks import ClockAct, ClockStep, due, pause, resume, set_to, start, start_on
from engine.rules.limits import Limit, LimitUnit, Roll
from engine.rules.words import DeadlineKind
from tests.engine.builders import (
    ASSIGNED_ON,
    CONTACT,
    OFFICE,
    REGISTERED_ON,
    RULEBOOK,
    SECOND_OFFICER,
    World,
    ask_completion,
    figures,
    seen_by,
)

CALENDAR = RULEBOOK.calendar
STOPPED, BACK = date(2023, 4, 6), date(2023, 4, 20)
COMPLETION, MILESTONE = DeadlineKind.COMPLETION, DeadlineKind.MILESTONE
FIRST_REPORT, REPORT, REVIEW = DeadlineKind.FIRST_REPORT, DeadlineKind.REPORT, DeadlineKind.REVIEW


def clock(world: World, kind: DeadlineKind, slot: str = "") -> tuple[ClockStep, ...]:
    number = world.row("2023-01").id
    with world.database.read() as session:
        return clocks_of(session, [number])[number, kind, slot]


def interrupt(world: World, stopped: date = STOPPED, back: date = BACK) -> None:
    with world.desk(stopped) as desk:
        suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    with world.desk(back) as desk:
        resume_project(desk, find_project(desk, "2023-01"), OFFICE, "水退")


def test_limits_promises_and_rolled_dates_start_their_clocks_each_as_what_it_is(
    underway: World,
) -> None:
    limit = RULEBOOK.policy.limits.first_report.limit
    assert clock(underway, FIRST_REPORT) == (start(ASSIGNED_ON, limit),)
    assert clock(underway, COMPLETION) == (start_on(REGISTERED_ON, date(2023, 12, 15)),)
    day = date(2023, 6, RULEBOOK.policy.limits.report_day)
    assert clock(underway, REPORT, "2023-06") == (start_on(ASSIGNED_ON, day, Roll.NEXT),)


def test_every_date_in_force_follows_from_its_clock(underway: World) -> None:
    interrupt(underway)
    number = underway.row("2023-01").id
    with underway.database.read() as session:
        clocks = clocks_of(session, [number])
    dates = underway.pending("2023-01")
    assert dates == {key: due(clocks[number, *key], CALENDAR) for key in dates}


def test_a_promise_that_a_pause_moved_is_written_down_as_decided(underway: World) -> None:
    interrupt(underway)
    moved = underway.pending("2023-01")[COMPLETION, ""]
    assert clock(underway, COMPLETION)[1:] == (pause(STOPPED), resume(BACK), set_to(BACK, moved))
    assert clock(underway, FIRST_REPORT)[1:] == (pause(STOPPED), resume(BACK))


def test_a_second_pause_counts_from_where_the_first_one_left_it(underway: World) -> None:
    interrupt(underway)
    interrupt(underway, date(2023, 5, 4), date(2023, 5, 9))
    stood = CALENDAR.working_days_between(STOPPED, BACK)
    stood += CALENDAR.working_days_between(date(2023, 5, 4), date(2023, 5, 9))
    expected = CALENDAR.add_working_days(date(2023, 12, 15), stood)
    assert underway.pending("2023-01")[COMPLETION, ""] == expected


def test_a_date_decided_during_a_pause_moves_by_what_then_still_stood(underway: World) -> None:
    with underway.desk(STOPPED) as desk:
        suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    with underway.desk(date(2023, 4, 17)) as desk:
        (end,) = pending(desk, find_project(desk, "2023-01").id, (COMPLETION,))
        move(desk, end, date(2023, 12, 22), OFFICE, "领导批示")
    with underway.desk(BACK) as desk:
        resume_project(desk, find_project(desk, "2023-01"), OFFICE, "水退")
    assert underway.pending("2023-01")[COMPLETION, ""] == date(2023, 12, 27)


def test_a_clock_that_is_set_during_a_pause_stands_from_then_on(underway: World) -> None:
    with underway.desk(STOPPED) as desk:
        suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    with underway.desk(date(2023, 4, 17)) as desk:
        number = find_project(desk, "2023-01").id
        row = new_deadline(desk, number, MILESTONE, date(2023, 6, 20), "征地", slot="9")
        set_deadlines(desk, [row], OFFICE)
        (fresh,) = pending(desk, number, (MILESTONE,), "9")
        desk.session.delete(fresh)  # the plan has no such step; its clock is what matters here
    with underway.desk(BACK) as desk:
        resume_project(desk, find_project(desk, "2023-01"), OFFICE, "水退")
    assert due(clock(underway, MILESTONE, "9"), CALENDAR) == date(2023, 6, 26)


def test_the_clock_of_a_review_is_the_offices_and_runs_on(underway: World) -> None:
    limit = Limit(30, LimitUnit.CALENDAR_DAY)
    with underway.desk(date(2023, 4, 4)) as desk:
        number = find_project(desk, "2023-01").id
        last = CALENDAR.apply(date(2023, 4, 3), limit)
        row = new_deadline(
            desk, number, REVIEW, last, "复核", limit=limit, runs_from=date(2023, 4, 3)
        )
        set_deadlines(desk, [row], OFFICE)
    interrupt(underway)
    assert clock(underway, REVIEW) == (start(date(2023, 4, 3), limit),)
    assert underway.pending("2023-01")[REVIEW, ""] == last


def test_a_reopened_item_reports_again_up_to_its_new_date(underway: World) -> None:
    with underway.desk(date(2023, 8, 10)) as desk:
        figures(desk, "2023-07")
        project = find_project(desk, "2023-01")
        ask_completion(desk, project, CONTACT)
        close(desk, project, seen_by(SECOND_OFFICER), OFFICE)
    assert not [key for key in underway.pending("2023-01") if key[0] is REPORT]
    with underway.desk(date(2023, 8, 14)) as desk:
        reopen(desk, find_project(desk, "2023-01"), OFFICE, "复查不合格", date(2023, 10, 31))
    slots = [slot for kind, slot in underway.pending("2023-01") if kind is REPORT]
    assert slots == ["2023-08", "2023-09", "2023-10"]
    rows = underway.dates("2023-01", REPORT, "2023-08")
    assert [row.version for row in rows] == [1, 2]
    assert clock(underway, REPORT, "2023-08")[-1].act is ClockAct.START
