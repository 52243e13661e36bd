from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from config.calendar_loader import load_calendar
from engine.dates.suspending import ExemptionRefused, exempt, resume, suspend
from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed
from engine.desk.transition import ProjectChanged, find_project
from engine.rules.lifecycle import ProjectState
from engine.rules.rulebook import Rulebook
from engine.rules.steps import StepRefused
from engine.rules.words import DeadlineKind, DeadlineState
from engine.store.event_kinds import EventKind
from engine.store.tables import Deadline, Milestone
from tests.engine.builders import (
    CONTACT,
    LEADER,
    OFFICE,
    RULEBOOK,
    SECOND_OFFICER,
    TODAY,
    Verb,
    World,
    at,
    bound_dates,
    race,
)

CALENDAR = RULEBOOK.calendar
LAYERS: list[tuple[str, ...]] = [("national",), ("national", "ningxia-2023")]
CALENDARS = {layers: load_calendar(layers) for layers in LAYERS}


def pause(world: World, stopped: date, back: date) -> None:
    with world.desk(stopped) as desk:
        suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    with world.desk(back) as desk:
        resume(desk, find_project(desk, "2023-01"), OFFICE, "水退")


def test_a_pause_over_a_holiday_moves_dates_by_its_working_days(underway: World) -> None:
    """劳动节 2023: 29 April to 3 May off, Sunday 23 April and Saturday 6 May worked."""
    pause(underway, date(2023, 4, 21), date(2023, 5, 8))
    dates = underway.pending("2023-01")
    assert CALENDAR.working_days_between(date(2023, 4, 21), date(2023, 5, 8)) == 10
    assert dates[DeadlineKind.MILESTONE, "1"] == date(2023, 6, 14)
    assert dates[DeadlineKind.COMPLETION, ""] == date(2023, 12, 29)
    rows = underway.dates("2023-01", DeadlineKind.COMPLETION)
    assert [(row.version, row.state, row.original_due) for row in rows] == [
        (1, DeadlineState.REPLACED, date(2023, 12, 15)),
        (2, DeadlineState.PENDING, date(2023, 12, 15)),
    ]


def test_a_date_that_was_past_at_the_pause_is_as_far_past_after_it(underway: World) -> None:
    """The first feedback was due on 3 April; two working days late stay two working days."""
    stopped, back = date(2023, 4, 6), date(2023, 6, 30)
    late = CALENDAR.working_days_between(date(2023, 4, 3), stopped)
    pause(underway, stopped, back)
    due = underway.pending("2023-01")[DeadlineKind.FIRST_REPORT, ""]
    assert CALENDAR.working_days_between(due, back) == late == 2


def test_a_pause_that_ends_on_its_own_day_moves_nothing(underway: World) -> None:
    dates = underway.pending("2023-01")
    pause(underway, date(2023, 4, 6), date(2023, 4, 6))
    assert underway.pending("2023-01") == dates
    assert [row.version for row in underway.dates("2023-01", DeadlineKind.COMPLETION)] == [1]


@pytest.mark.parametrize("back", [date(2023, 4, 6), date(2023, 4, 20)])
def test_clocks_that_a_sweep_put_to_rest_run_again(underway: World, back: date) -> None:
    """While a project is suspended a sweep leaves no next day on any of its dates."""
    with underway.desk(date(2023, 4, 6)) as desk:
        project = find_project(desk, "2023-01")
        suspend(desk, project, OFFICE, "洪水")
        desk.session.execute(update(Deadline).values(next_check_on=None))
    with underway.desk(back) as desk:
        resume(desk, find_project(desk, "2023-01"), OFFICE, "水退")
        rows = bound_dates(desk, find_project(desk, "2023-01"))
    assert {row.next_check_on for row in rows} == {back}


def test_a_moved_step_moves_in_the_plan_and_a_done_one_stays(underway: World) -> None:
    with underway.desk() as desk:
        for row in bound_dates(desk, find_project(desk, "2023-01")):
            if (row.kind, row.slot) == (DeadlineKind.MILESTONE, "1"):
                row.state, row.met_on, row.next_check_on = DeadlineState.MET, desk.day, None
    pause(underway, date(2023, 4, 6), date(2023, 4, 20))
    with underway.database.read() as session:
        days = [row.due for row in session.query(Milestone).order_by(Milestone.position)]
    assert days[0] == date(2023, 5, 31)
    assert days[1] == CALENDAR.add_working_days(date(2023, 9, 28), 10)


def test_pause_and_return_are_told_in_the_journal(underway: World) -> None:
    dates = len(underway.pending("2023-01"))
    pause(underway, date(2023, 4, 6), date(2023, 4, 20))
    kinds = underway.kinds("2023-01", dates + 2)
    assert kinds == [
        EventKind.SUSPENDED,
        EventKind.RESUMED,
        *[EventKind.DEADLINE_MOVED] * dates,
    ]
    row = underway.row("2023-01")
    assert (row.state, row.suspended_on) == (ProjectState.UNDERWAY, None)


def test_a_pause_and_a_return_need_a_reason_the_office_and_the_right_state(
    underway: World,
) -> None:
    with underway.refuses(StepRefused, "不能暂停：请写明理由") as desk:
        suspend(desk, find_project(desk, "2023-01"), OFFICE, "")
    with underway.refuses(NotAllowed, f"{CONTACT}不在督查室岗位") as desk:
        suspend(desk, find_project(desk, "2023-01"), CONTACT, "洪水")
    with underway.refuses(StepRefused, "事项处于“推进中”，不能恢复") as desk:
        resume(desk, find_project(desk, "2023-01"), OFFICE, "水退")
    with underway.refuses(StepRefused, "事项处于“已交办”，不能暂停") as desk:
        suspend(desk, find_project(desk, "2023-03"), OFFICE, "洪水")
    with underway.desk() as desk:
        suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    with underway.refuses(StepRefused, "不能恢复：请写明理由") as desk:
        resume(desk, find_project(desk, "2023-01"), OFFICE, " ")
    with underway.refuses(NotAllowed, "不在督查室岗位") as desk:
        resume(desk, find_project(desk, "2023-01"), LEADER, "水退")


class Undone(Exception):
    """Takes an example back, so that the next one finds the same store."""


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stopped=st.dates(date(2023, 3, 29), date(2023, 11, 30)),
    length=st.integers(0, 120),
    layers=st.sampled_from(LAYERS),
)
def test_after_any_pause_each_date_has_the_working_days_it_had_left(
    underway: World, stopped: date, length: int, layers: tuple[str, ...]
) -> None:
    calendar = CALENDARS[layers]
    rulebook = Rulebook(RULEBOOK.policy, calendar)
    back = stopped + timedelta(days=length)
    with pytest.raises(Undone), underway.database.begin() as session:
        project = find_project(Desk(session, rulebook, at(stopped)), "2023-01")
        desk = Desk(session, rulebook, at(stopped))
        before = {(d.kind, d.slot): d for d in bound_dates(desk, project)}
        dues = {key: d.due for key, d in before.items()}
        suspend(desk, project, OFFICE, "洪水")
        resume(Desk(session, rulebook, at(back)), project, OFFICE, "水退")
        after = {(d.kind, d.slot): d for d in bound_dates(desk, project)}
        assert after.keys() == before.keys()
        for key, deadline in after.items():
            left = calendar.working_days_between(stopped, dues[key])
            assert calendar.working_days_between(back, deadline.due) == left
            assert deadline.original_due == before[key].original_due
        raise Undone


def test_of_two_officers_who_pause_an_item_at_once_one_does_and_the_other_is_told_who(
    underway: World,
) -> None:
    def by(name: str) -> Verb:
        return lambda desk: suspend(desk, find_project(desk, "2023-01"), name, "洪水")

    told = race(underway, by(OFFICE), by(SECOND_OFFICER))
    (lost,) = [error for error in told if error]
    assert f"{SECOND_OFFICER if told[0] else OFFICE}" in str(lost) and "暂停" in str(lost)
    assert underway.row("2023-01").state is ProjectState.SUSPENDED


def test_of_two_officers_who_resume_an_item_at_once_one_does_and_the_dates_move_once(
    underway: World,
) -> None:
    def by(name: str) -> Verb:
        return lambda desk: resume(desk, find_project(desk, "2023-01"), name, "水退")

    with underway.desk(TODAY) as desk:
        suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    back = CALENDAR.add_working_days(TODAY, 5)
    told = race(underway, by(OFFICE), by(SECOND_OFFICER), day=back)
    (lost,) = [error for error in told if error]
    assert f"{SECOND_OFFICER if told[0] else OFFICE}" in str(lost) and "恢复" in str(lost)
    assert len(underway.dates("2023-01", DeadlineKind.COMPLETION)) == 2


def test_an_exemption_is_a_leaders_and_is_told_in_the_journal(underway: World) -> None:
    until = date(2023, 5, 31)
    with underway.desk() as desk:
        exempt(desk, find_project(desk, "2023-01"), until, LEADER, "等待上级批复")
    row = underway.row("2023-01")
    assert (row.exempt_until, row.exempt_reason) == (until, "等待上级批复")
    last = underway.journal("2023-01")[-1]
    assert (last.kind, last.actor) == (EventKind.EXEMPTED, LEADER)
    assert last.data == {"until": "2023-05-31", "reason": "等待上级批复"}


def test_an_exemption_is_refused_without_authority_reason_or_sense(underway: World) -> None:
    until = date(2023, 5, 31)
    with underway.refuses(NotAllowed, f"{OFFICE}不在领导岗位") as desk:
        exempt(desk, find_project(desk, "2023-01"), until, OFFICE, "等待批复")
    with underway.refuses(ExemptionRefused, "请写明理由") as desk:
        exempt(desk, find_project(desk, "2023-01"), until, LEADER, " ")
    with underway.refuses(ExemptionRefused, "2023年3月31日已过，请填写今天或以后的日期") as desk:
        exempt(desk, find_project(desk, "2023-01"), date(2023, 3, 31), LEADER, "等待批复")


def test_what_is_not_supervised_needs_no_exemption(registered: World) -> None:
    with registered.refuses(ExemptionRefused, "事项处于“已立项”，不在督办之中") as desk:
        exempt(desk, find_project(desk, "2023-01"), date(2023, 5, 31), LEADER, "等待批复")


def test_an_exemption_of_what_has_changed_since_is_refused(underway: World) -> None:
    seen = underway.row("2023-01")
    with underway.desk() as desk:
        suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    with underway.refuses(ProjectChanged, "办理了暂停，现在为“已暂停”") as desk:
        project = desk.session.merge(seen, load=False)
        exempt(desk, project, date(2023, 5, 31), LEADER, "等待批复")
