from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import update

from engine import extending
from engine.completing import (
    ReopeningRefused,
    close,
    reopen,
    request_completion,
    send_back,
    terminate,
)
from engine.people import NotAllowed, PersonUnknown
from engine.rules.lifecycle import ProjectState
from engine.rules.steps import StepRefused
from engine.rules.words import DeadlineKind, DeadlineState, Light, Timeliness
from engine.store.journal import EventKind
from engine.store.tables import Deadline
from engine.transition import ProjectChanged, find_project
from tests.engine.builders import (
    CONTACT,
    LEADER,
    OFFICE,
    OTHER_CONTACT,
    SECOND_OFFICER,
    World,
    bound_dates,
    figures,
)

COMPLETION = DeadlineKind.COMPLETION
DUE = date(2023, 12, 15)


def ask(world: World, day: date) -> None:
    """All figures are reported and completion is asked for."""
    with world.desk(day) as desk:
        figures(desk, f"{day:%Y-%m}")
        request_completion(desk, find_project(desk, "2023-01"), CONTACT)


def finish(world: World, day: date) -> None:
    with world.desk(day) as desk:
        close(desk, find_project(desk, "2023-01"), OFFICE, SECOND_OFFICER)


def extend(world: World, to: date) -> None:
    with world.desk() as desk:
        project = find_project(desk, "2023-01")
        asked = extending.request(desk, project, COMPLETION, "", to, "汛期", "过半", CONTACT)
        extending.review(desk, asked.id, OFFICE, "属实")
        extending.decide(desk, asked.id, LEADER, approve=True, decision="同意")


@pytest.mark.parametrize(
    ("asked_on", "extended_to", "how"),
    [
        (date(2023, 11, 15), None, Timeliness.EARLY),
        (date(2023, 11, 16), None, Timeliness.ON_TIME),
        (DUE, None, Timeliness.ON_TIME),
        (date(2023, 12, 18), None, Timeliness.LATE),
        (DUE, date(2023, 12, 28), Timeliness.ON_TIME),
        (date(2023, 12, 18), date(2023, 12, 28), Timeliness.EXTENDED),
        (date(2023, 12, 29), date(2023, 12, 28), Timeliness.LATE),
    ],
)
def test_early_timely_extended_and_late_are_told_apart(
    underway: World, asked_on: date, extended_to: date | None, how: Timeliness
) -> None:
    if extended_to:
        extend(underway, extended_to)
    ask(underway, asked_on)
    finish(underway, date(2024, 1, 4))
    row = underway.row("2023-01")
    assert (row.timeliness, row.closed_on) == (how, date(2024, 1, 4))
    end = underway.dates("2023-01", COMPLETION)[-1]
    assert (end.state, end.met_on, end.original_due) == (DeadlineState.MET, asked_on, DUE)


def test_a_closed_item_is_blue_and_nothing_about_it_binds(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    finish(underway, date(2023, 11, 3))
    row = underway.row("2023-01")
    assert (row.state, row.light) == (ProjectState.CLOSED, Light.BLUE)
    assert underway.pending("2023-01") == {}
    events = underway.journal("2023-01")[-3:]
    assert [event.kind for event in events] == [
        EventKind.CLOSED,
        EventKind.DEADLINE_MET,
        EventKind.LIGHT_CHANGED,
    ]
    assert (events[0].actor, events[0].data["verified_by"]) == (OFFICE, SECOND_OFFICER)
    assert events[0].data["reason"] == "提前办结"
    assert events[2].data == {"from": "green", "to": "blue", "reason": "closed"}


def test_completion_is_asked_for_only_with_every_figure(underway: World) -> None:
    with underway.desk(date(2023, 11, 1)) as desk:
        figures(desk, "2023-11", day_values={"学位": 8040})
    with underway.refuses(StepRefused, "以下指标尚未填报最终结果：幼儿园（所）") as desk:
        request_completion(desk, find_project(desk, "2023-01"), CONTACT)


def test_only_the_unit_asks_and_only_the_office_closes_or_sends_back(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    for name in (CONTACT, LEADER):
        with underway.refuses(NotAllowed, f"{name}不在督查室岗位") as desk:
            close(desk, find_project(desk, "2023-01"), name, OFFICE)
        with underway.refuses(NotAllowed, f"{name}不在督查室岗位") as desk:
            close(desk, find_project(desk, "2023-01"), OFFICE, name)
        with underway.refuses(NotAllowed, f"{name}不在督查室岗位") as desk:
            send_back(desk, find_project(desk, "2023-01"), name, "缺验收")
    with underway.refuses(NotAllowed, "不在该事项牵头单位") as desk:
        request_completion(desk, find_project(desk, "2023-01"), OTHER_CONTACT)


def test_an_item_is_closed_only_when_somebody_verified_it(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    with underway.refuses(StepRefused, "销号前须由督查室核验，请写明核验人") as desk:
        close(desk, find_project(desk, "2023-01"), OFFICE, "  ")
    with underway.refuses(PersonUnknown, "通讯录中没有“谁”") as desk:
        close(desk, find_project(desk, "2023-01"), OFFICE, "谁")


def test_an_item_is_closed_only_on_request_and_only_once(underway: World) -> None:
    with underway.refuses(StepRefused, "事项处于“推进中”，不能核验销号") as desk:
        close(desk, find_project(desk, "2023-01"), OFFICE, OFFICE)
    ask(underway, date(2023, 11, 1))
    seen = underway.row("2023-01")
    finish(underway, date(2023, 11, 3))
    with underway.refuses(StepRefused, "事项处于“已销号”，不能核验销号") as desk:
        close(desk, find_project(desk, "2023-01"), OFFICE, OFFICE)
    with underway.refuses(ProjectChanged, f"刚刚由{OFFICE}办理了销号，现在为“已销号”") as desk:
        close(desk, desk.session.merge(seen, load=False), OFFICE, OFFICE)


def test_sending_back_lets_the_old_dates_bind_again(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    dates = underway.pending("2023-01")
    with underway.desk(date(2023, 11, 2)) as desk:  # as a sweep does while the office has it
        desk.session.execute(update(Deadline).values(next_check_on=None))
    with underway.refuses(StepRefused, "不能退回重办：请写明理由") as desk:
        send_back(desk, find_project(desk, "2023-01"), OFFICE, "")
    with underway.desk(date(2023, 11, 6)) as desk:
        project = find_project(desk, "2023-01")
        send_back(desk, project, OFFICE, "缺验收材料")
        assert {d.next_check_on for d in bound_dates(desk, project)} == {desk.day}
    assert underway.pending("2023-01") == dates
    row = underway.row("2023-01")
    assert (row.state, row.requested_on) == (ProjectState.UNDERWAY, None)
    last = underway.journal("2023-01")[-1]
    assert (last.kind, last.data["reason"]) == (EventKind.SENT_BACK, "缺验收材料")


def test_the_day_of_the_last_request_counts(underway: World) -> None:
    ask(underway, date(2023, 11, 1))
    with underway.desk(date(2023, 11, 6)) as desk:
        send_back(desk, find_project(desk, "2023-01"), OFFICE, "缺验收材料")
    ask(underway, date(2023, 12, 18))
    finish(underway, date(2023, 12, 19))
    assert underway.row("2023-01").timeliness is Timeliness.LATE


@pytest.fixture
def closed(underway: World) -> World:
    ask(underway, date(2023, 11, 1))
    finish(underway, date(2023, 11, 3))
    return underway


def test_a_reopened_item_has_a_new_date_and_keeps_the_first(closed: World) -> None:
    day, due = date(2023, 12, 20), date(2024, 1, 31)
    with closed.desk(day) as desk:
        reopen(desk, find_project(desk, "2023-01"), OFFICE, "复查不合格", due)
    row = closed.row("2023-01")
    assert (row.state, row.light) == (ProjectState.UNDERWAY, Light.YELLOW)
    assert (row.closed_on, row.requested_on, row.timeliness) == (None, None, None)
    old, new = closed.dates("2023-01", COMPLETION)
    assert old.state is DeadlineState.REPLACED
    assert (new.version, new.due, new.original_due) == (2, due, DUE)
    assert (new.state, new.next_check_on) == (DeadlineState.PENDING, day)
    assert closed.kinds("2023-01", 3) == [
        EventKind.REOPENED,
        EventKind.LIGHT_CHANGED,
        EventKind.DEADLINE_MOVED,
    ]


def test_a_reopened_item_is_closed_as_one_that_kept_only_the_later_date(closed: World) -> None:
    with closed.desk(date(2023, 12, 20)) as desk:
        reopen(desk, find_project(desk, "2023-01"), OFFICE, "复查不合格", date(2024, 1, 31))
    ask(closed, date(2024, 1, 30))
    finish(closed, date(2024, 1, 31))
    assert closed.row("2023-01").timeliness is Timeliness.EXTENDED


def test_reopening_needs_a_reason_a_later_date_and_a_closed_item(closed: World) -> None:
    day, due = date(2023, 12, 20), date(2024, 1, 31)
    with closed.refuses(StepRefused, "请写明理由", day) as desk:
        reopen(desk, find_project(desk, "2023-01"), OFFICE, " ", due)
    with closed.refuses(ReopeningRefused, "新的完成时限2023年12月20日须晚于今天", day) as desk:
        reopen(desk, find_project(desk, "2023-01"), OFFICE, "复查不合格", day)
    with closed.refuses(StepRefused, "事项处于“推进中”，不能复查不合格重新办理", day) as desk:
        reopen(desk, find_project(desk, "2023-02"), OFFICE, "复查不合格", due)
    with closed.refuses(NotAllowed, "不在督查室岗位", day) as desk:
        reopen(desk, find_project(desk, "2023-01"), CONTACT, "复查不合格", due)


def test_a_termination_ends_all_dates_and_records_the_decision(underway: World) -> None:
    with underway.desk() as desk:
        terminate(desk, find_project(desk, "2023-01"), LEADER, "市人大常委会决定〔2023〕5号")
    assert underway.row("2023-01").state is ProjectState.TERMINATED
    assert underway.pending("2023-01") == {}
    told = next(e for e in underway.journal("2023-01") if e.kind is EventKind.TERMINATED)
    assert told.data["basis"] == "市人大常委会决定〔2023〕5号"


def test_a_termination_needs_a_leader_and_the_decision(underway: World) -> None:
    with underway.refuses(StepRefused, "决定的名称、文号和日期") as desk:
        terminate(desk, find_project(desk, "2023-01"), LEADER, " ")
    with underway.refuses(NotAllowed, "不在领导岗位") as desk:
        terminate(desk, find_project(desk, "2023-01"), OFFICE, "市人大常委会决定")
