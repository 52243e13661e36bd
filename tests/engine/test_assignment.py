from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from engine.assigning import assignment
from engine.assigning.assignment import AssignmentRefused
from engine.desk.people import NotAllowed, PersonUnknown
from engine.desk.transition import find_project
from engine.notices.explaining import explain_notice
from engine.rules.lifecycle import ProjectState
from engine.rules.steps import StepRefused
from engine.rules.words import DeadlineKind, DeadlineState, NoticeKind, NoticeState
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.tables import DeliveryState, Notice, Project
from tests.engine.builders import (
    ASSIGNED_ON,
    CONTACT,
    DEPUTY,
    HEAD,
    LIST,
    OFFICE,
    OTHER_CONTACT,
    OTHER_HEAD,
    RULEBOOK,
    SCHOOLS,
    SECOND_OFFICER,
    TODAY,
    Verb,
    World,
    assign_all,
    race,
    register_list,
)


def test_assignment_starts_the_clocks(assigned: World) -> None:
    dates = assigned.pending("2023-01")
    assert dates[DeadlineKind.SIGN_FOR, "1"] == date(2023, 3, 30)
    assert dates[DeadlineKind.FIRST_REPORT, ""] == date(2023, 4, 3)
    months = [slot for kind, slot in dates if kind is DeadlineKind.REPORT]
    assert sorted(months) == [f"2023-{month:02d}" for month in range(4, 12)]
    assert dates[DeadlineKind.REPORT, "2023-06"] == date(2023, 6, 25)
    assert dates[DeadlineKind.REPORT, "2023-11"] == date(2023, 11, 27)
    for kind, slot in dates:
        (row,) = assigned.dates("2023-01", kind, slot)
        assert row.next_check_on == ASSIGNED_ON


def test_one_message_tells_a_contact_of_all_items(assigned: World) -> None:
    """Two units with an item of their own, one that both lead, and one to support."""
    assert assigned.mails() == [
        (CONTACT, DeliveryState.QUEUED, 2),
        (OTHER_CONTACT, DeliveryState.QUEUED, 3),
    ]
    with assigned.database.read() as session:
        notices = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert [n.kind for n in notices] == [
        NoticeKind.ASSIGNMENT,
        NoticeKind.SUPPORT_NOTICE,
        NoticeKind.ASSIGNMENT,
        NoticeKind.ASSIGNMENT,
    ]
    assert {n.state for n in notices} == {NoticeState.ISSUED}
    assert [n.reply_by for n in notices[:2]] == [date(2023, 3, 30), None]


def test_support_units_are_informed_without_a_clock(registered: World) -> None:
    assign_all(registered, "2023-01")
    assignment_notice, support = (registered.notice(number) for number in (1, 2))
    assert (support.kind, support.deadline_id) == (NoticeKind.SUPPORT_NOTICE, None)
    assert support.title == "2023-01 新增学位·配合通知"
    assert registered.mail_readers(2) == {OTHER_CONTACT}
    assert registered.mail_readers(assignment_notice.id) == {CONTACT}
    with registered.database.read() as session:
        assert explain_notice(session, support, RULEBOOK).same


def test_a_support_unit_that_nobody_answers_for_is_an_alarm(registered: World) -> None:
    for name in (OTHER_CONTACT, OTHER_HEAD):
        registered.change_person(name, email_fault="550")
    assign_all(registered, "2023-01")
    assert registered.mail_readers(2) == set()
    last = registered.journal("2023-01")[-1]
    assert (last.kind, last.data) == (
        EventKind.NO_RECIPIENT,
        {"notice": 2, "posts": ["contact"]},
    )


def test_every_lead_unit_is_told_and_one_without_a_contact_by_its_head(registered: World) -> None:
    registered.change_person(OTHER_CONTACT, email_fault="550")
    assign_all(registered, "2023-03")
    assert registered.mail_readers(1) == {CONTACT, OTHER_HEAD}
    last = registered.journal("2023-03")[-1]
    assert (last.kind, last.data["posts"]) == (EventKind.NO_RECIPIENT, ["contact"])


def test_the_document_of_assignment_is_kept_told_and_recorded(registered: World) -> None:
    with registered.desk(ASSIGNED_ON) as desk:
        projects = [find_project(desk, "2023-01")]
        assignment.assign(desk, projects, OFFICE, " 吴政督〔2023〕1号 ")
    row = registered.row("2023-01")
    assert (row.assigned_on, row.assigned_by_document) == (ASSIGNED_ON, "吴政督〔2023〕1号")
    terms = registered.notice(1).facts["assignment"]
    assert (terms["document"], terms["lead"], terms["support"]) == (
        "吴政督〔2023〕1号",
        ["市教育局"],
        ["市卫健局"],
    )
    (told,) = [e for e in registered.journal("2023-01") if e.kind is EventKind.ASSIGNED]
    assert (told.data["document"], told.data["unit"]) == ("吴政督〔2023〕1号", "市教育局")


def test_a_document_number_that_no_column_holds_is_refused(registered: World) -> None:
    with registered.refuses(AssignmentRefused, "交办文号有101个字，最多100个字") as desk:
        assignment.assign(desk, [find_project(desk, "2023-01")], OFFICE, "号" * 101)


def test_the_plan_of_implementation_is_due_from_the_day_of_assignment(assigned: World) -> None:
    assert assigned.pending("2023-01")[DeadlineKind.PLAN, ""] == date(2023, 4, 13)


def test_twenty_five_items_make_one_message_per_contact(database: Database) -> None:
    world = World(database)
    items = [replace(SCHOOLS, number=n, milestones=()) for n in range(1, 26)]
    register_list(world, replace(LIST, projects=tuple(items)))
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    event.listen(database.engine, "before_cursor_execute", note)
    assign_all(world, *(f"2023-{n:02d}" for n in range(1, 26)))
    event.remove(database.engine, "before_cursor_execute", note)
    assert world.mails() == [
        (CONTACT, DeliveryState.QUEUED, 25),
        (OTHER_CONTACT, DeliveryState.QUEUED, 25),
    ]
    assert len(statements) < 15 * 25


def test_assignment_is_told_in_the_journal(assigned: World) -> None:
    kinds = assigned.kinds("2023-02", 99)
    start = kinds.index(EventKind.ASSIGNED)
    assert set(kinds[start + 1 : -1]) == {EventKind.DEADLINE_SET}
    assert kinds[-1] is EventKind.NOTICE_ISSUED


def test_only_the_office_assigns(registered: World) -> None:
    with registered.refuses(NotAllowed, f"{HEAD}不在督查室岗位，不能办理") as desk:
        assignment.assign(desk, [find_project(desk, "2023-01")], HEAD)
    with registered.refuses(PersonUnknown, "通讯录中没有“谁”，请核对姓名") as desk:
        assignment.assign(desk, [find_project(desk, "2023-01")], "谁")


def test_if_one_item_cannot_be_assigned_none_is(registered: World) -> None:
    assign_all(registered, "2023-02")
    with registered.refuses(StepRefused, "事项处于“已交办”，不能交办") as desk:
        projects = [find_project(desk, code) for code in ("2023-01", "2023-02")]
        assignment.assign(desk, projects, OFFICE)


def test_an_item_whose_contact_is_away_is_told_to_the_deputy(registered: World) -> None:
    registered.absent(CONTACT, ASSIGNED_ON)
    assign_all(registered, "2023-01")
    assert registered.mail_readers(1) == {DEPUTY}


def test_an_item_without_a_contact_climbs_and_says_so(registered: World) -> None:
    for name in (CONTACT, DEPUTY):
        registered.change_person(name, email_fault="550")
    assign_all(registered, "2023-01")
    assert registered.mail_readers(1) == {HEAD}
    alarms = [e for e in registered.journal("2023-01") if e.kind is EventKind.NO_RECIPIENT]
    assert [alarm.data for alarm in alarms] == [{"notice": 1, "posts": ["contact"]}]


def test_signing_for_an_item_meets_its_date_and_starts_the_work(assigned: World) -> None:
    with assigned.desk(ASSIGNED_ON) as desk:
        assignment.sign_for(desk, find_project(desk, "2023-02"), OTHER_CONTACT)
    assert assigned.row("2023-02").state is ProjectState.UNDERWAY
    (row,) = assigned.dates("2023-02", DeadlineKind.SIGN_FOR, "1")
    assert (row.state, row.met_on, row.next_check_on) == (DeadlineState.MET, ASSIGNED_ON, None)
    assert assigned.kinds("2023-02", 2) == [EventKind.SIGNED_FOR, EventKind.DEADLINE_MET]


def test_of_two_officers_who_assign_at_once_one_does_and_the_other_is_told_who(
    registered: World,
) -> None:
    def by(name: str) -> Verb:
        return lambda desk: assignment.assign(desk, [find_project(desk, "2023-01")], name)

    told = race(registered, by(OFFICE), by(SECOND_OFFICER), day=ASSIGNED_ON)
    (lost,) = [error for error in told if error]
    assert f"{SECOND_OFFICER if told[0] else OFFICE}" in str(lost) and "交办" in str(lost)
    assert registered.row("2023-01").state is ProjectState.ASSIGNED
    assert [key for key in registered.pending("2023-01") if key[0] is DeadlineKind.SIGN_FOR] == [
        (DeadlineKind.SIGN_FOR, "1")
    ]


def test_of_two_of_a_unit_one_signs_for_an_item_or_returns_it_and_the_other_is_told_who(
    assigned: World,
) -> None:
    told = race(
        assigned,
        lambda desk: assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT),
        lambda desk: assignment.send_back(
            desk, find_project(desk, "2023-01"), HEAD, "非本单位职责"
        ),
        day=ASSIGNED_ON,
    )
    (lost,) = [error for error in told if error]
    assert (f"{HEAD}" if told[0] else f"{CONTACT}") in str(lost)
    state = ProjectState.RETURNED if told[0] else ProjectState.UNDERWAY
    assert assigned.row("2023-01").state is state


def test_an_unsent_message_about_what_is_signed_for_is_withdrawn_and_that_is_told(
    registered: World,
) -> None:
    assign_all(registered, "2023-02")
    assign_all(registered, "2023-01", "2023-03")
    with registered.desk(ASSIGNED_ON) as desk:
        assignment.sign_for(desk, find_project(desk, "2023-02"), OTHER_CONTACT)
        assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT)
    # The other messages still speak of an item that nobody has signed for.
    assert registered.mails() == [
        (OTHER_CONTACT, DeliveryState.CANCELLED, 1),
        (CONTACT, DeliveryState.QUEUED, 2),
        (OTHER_CONTACT, DeliveryState.QUEUED, 2),
    ]
    told = registered.journal("2023-02")[-1]
    assert (told.kind, told.data["unsent_to"]) == (EventKind.NOTICE_CANCELLED, [OTHER_CONTACT])


def test_a_unit_signs_only_for_its_own(assigned: World) -> None:
    with assigned.refuses(NotAllowed, f"{OTHER_CONTACT}不在该事项牵头单位") as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), OTHER_CONTACT)


def test_nobody_signs_before_assignment_or_twice(registered: World) -> None:
    with registered.refuses(StepRefused, "事项处于“已立项”，不能签收") as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT)
    assign_all(registered, "2023-01")
    with registered.desk() as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT)
    with registered.refuses(StepRefused, "事项处于“推进中”，不能签收") as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT)


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_item_is_not_returned_without_a_reason(assigned: World, reason: str) -> None:
    with assigned.refuses(StepRefused, "请写明理由") as desk:
        assignment.send_back(desk, find_project(desk, "2023-01"), CONTACT, reason)


LAST_DAY_TO_RETURN = date(2023, 4, 6)
"""Five working days from the assignment; 5 April is 清明节."""


def test_an_item_is_returned_until_the_last_day_of_the_limit_and_not_later(
    assigned: World,
) -> None:
    too_late = LAST_DAY_TO_RETURN + timedelta(days=1)
    says = "请写明理由；非本单位职责的须在交办后5个工作日内（2023年4月6日前）退回，现已逾期"
    with assigned.refuses(StepRefused, says, too_late) as desk:
        assignment.send_back(desk, find_project(desk, "2023-01"), CONTACT, "")
    with assigned.desk(LAST_DAY_TO_RETURN) as desk:
        assignment.send_back(desk, find_project(desk, "2023-01"), CONTACT, "不属本局")
    assert assigned.row("2023-01").state is ProjectState.RETURNED
    (told,) = [e for e in assigned.journal("2023-01") if e.kind is EventKind.RETURNED]
    assert told.data["unit"] == "市教育局"


def test_an_item_of_an_older_store_without_the_day_of_assignment_can_be_returned(
    assigned: World,
) -> None:
    with assigned.database.begin() as session:
        session.execute(update(Project).values(assigned_on=None))
    with assigned.desk(date(2023, 12, 1)) as desk:
        assignment.send_back(desk, find_project(desk, "2023-01"), CONTACT, "不属本局")
    assert assigned.row("2023-01").state is ProjectState.RETURNED


def test_a_returned_item_can_be_given_again_with_clocks_of_its_own(assigned: World) -> None:
    with assigned.desk() as desk:
        assignment.send_back(desk, find_project(desk, "2023-01"), CONTACT, "不属本局")
    dates = assigned.pending("2023-01")
    assert not set(assignment.CLOCKS_OF_ASSIGNMENT) & {kind for kind, _ in dates}
    returned = assigned.journal("2023-01")[-1]
    assert (returned.kind, returned.data["reason"]) == (EventKind.RETURNED, "不属本局")
    with assigned.desk(TODAY) as desk:
        assignment.assign(desk, [find_project(desk, "2023-01")], OFFICE)
    dates = assigned.pending("2023-01")
    assert dates[DeadlineKind.SIGN_FOR, "2"] == date(2023, 4, 4)
    assert dates[DeadlineKind.FIRST_REPORT, "2"] == date(2023, 4, 7)
    assert dates[DeadlineKind.PLAN, "2"] == date(2023, 4, 18)
    months = [slot for kind, slot in dates if kind is DeadlineKind.REPORT]
    assert len(months) == 8
    with assigned.desk(TODAY) as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT)
