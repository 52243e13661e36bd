from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.dates.deadlines import DeadlineNotOpen
from engine.dates.extending import ExtensionRefused, decide, request, review
from engine.dates.extension_list import extension_lines
from engine.dates.suspending import resume, suspend
from engine.desk.people import NotAllowed
from engine.desk.transition import find_project
from engine.notices.signing import sign
from engine.reports import reporting
from engine.rules.decide import Issue
from engine.rules.decide import decide as decide_on
from engine.rules.periods import moment_of
from engine.rules.policy import ReportCadence
from engine.rules.steps import StepRefused
from engine.rules.words import (
    Cadence,
    DeadlineKind,
    DeadlineState,
    NoticeKind,
    NoticeState,
    PostKind,
)
from engine.store.event_kinds import EventKind
from engine.store.loading import load_projects
from engine.store.tables import DeliveryState, Extension, ExtensionState, Milestone
from tests.engine.builders import (
    CONTACT,
    LEADER,
    OFFICE,
    OTHER_CONTACT,
    RULEBOOK,
    SIGNER,
    TODAY,
    World,
    check_draft,
    draft_notice,
    race,
)

COMPLETION, MILESTONE = DeadlineKind.COMPLETION, DeadlineKind.MILESTONE
DUE, LATER = date(2023, 12, 15), date(2023, 12, 28)


def ask(desk, **changed: Any) -> Extension:
    said: dict[str, Any] = {
        "kind": COMPLETION,
        "slot": "",
        "new_due": LATER,
        "reason": "汛期停工",
        "progress": "已完成六成",
        "by": CONTACT,
    }
    return request(desk, find_project(desk, "2023-01"), *(said | changed).values())


def asked(world: World, day: date = TODAY, **changed: Any) -> int:
    with world.desk(day) as desk:
        return ask(desk, **changed).id


def reviewed(world: World, **changed: Any) -> int:
    number = asked(world, **changed)
    with world.desk() as desk:
        review(desk, number, OFFICE, "属实")
    return number


def extension(world: World, number: int) -> Extension:
    with world.database.read() as session:
        return session.get_one(Extension, number)


def test_an_approved_extension_moves_the_date_and_keeps_the_first(underway: World) -> None:
    number = reviewed(underway)
    with underway.desk(date(2023, 4, 6)) as desk:
        decide(desk, number, LEADER, approve=True, decision="同意")
    old, new = underway.dates("2023-01", COMPLETION)
    assert (old.state, old.due, old.next_check_on) == (DeadlineState.REPLACED, DUE, None)
    assert (new.version, new.due, new.original_due) == (2, LATER, DUE)
    assert (new.state, new.next_check_on) == (DeadlineState.PENDING, date(2023, 4, 6))
    row = extension(underway, number)
    assert (row.state, row.reviewed_by, row.decided_by) == (
        ExtensionState.APPROVED,
        OFFICE,
        LEADER,
    )
    events = underway.journal("2023-01")[-5:]
    assert [(event.kind, event.actor) for event in events] == [
        (EventKind.EXTENSION_REQUESTED, CONTACT),
        (EventKind.EXTENSION_REVIEWED, OFFICE),
        (EventKind.EXTENSION_DECIDED, LEADER),
        (EventKind.DEADLINE_SET, LEADER),  # the report of December
        (EventKind.DEADLINE_MOVED, LEADER),
    ]
    assert (events[-1].data["from"], events[-1].data["to"]) == ("2023-12-15", "2023-12-28")


def test_an_item_that_has_more_time_reports_on_up_to_its_new_date(underway: World) -> None:
    before = underway.pending("2023-01")
    number = reviewed(underway, new_due=date(2024, 2, 29))
    with underway.desk() as desk:
        decide(desk, number, LEADER, approve=True, decision="同意")
    after = underway.pending("2023-01")
    added = {slot for kind, slot in after.keys() - before.keys() if kind is DeadlineKind.REPORT}
    assert added == {"2023-12", "2024-01", "2024-02"}
    assert before.keys() <= after.keys()
    step = reviewed(underway, kind=MILESTONE, slot="1", new_due=date(2023, 6, 15))
    with underway.desk() as desk:
        decide(desk, step, LEADER, approve=True, decision="同意")
    assert underway.pending("2023-01").keys() == after.keys()


def test_it_goes_on_by_the_month_when_later_items_report_by_the_week(underway: World) -> None:
    number = reviewed(underway, new_due=date(2024, 1, 31))
    before = underway.pending("2023-01")
    limits = RULEBOOK.policy.limits.model_copy(update={"report_every": ReportCadence.WEEKLY})
    policy = RULEBOOK.policy.model_copy(update={"limits": limits})
    with replace(underway, rulebook=replace(RULEBOOK, policy=policy)).desk() as desk:
        decide(desk, number, LEADER, approve=True, decision="同意")
    added = underway.pending("2023-01").keys() - before.keys()
    assert {slot for _, slot in added} == {"2023-12", "2024-01"}


def test_an_extended_step_moves_in_the_plan_as_well(underway: World) -> None:
    number = reviewed(underway, kind=MILESTONE, slot="1", new_due=date(2023, 6, 30))
    with underway.desk() as desk:
        decide(desk, number, SIGNER, approve=True, decision="同意")
    with underway.database.read() as session:
        days = session.scalars(select(Milestone.due).order_by(Milestone.position)).all()
    assert days == [date(2023, 6, 30), date(2023, 9, 28)]
    assert underway.pending("2023-01")[MILESTONE, "1"] == date(2023, 6, 30)


def test_a_refused_extension_moves_nothing(underway: World) -> None:
    number = reviewed(underway)
    dates = underway.pending("2023-01")
    with underway.desk() as desk:
        decide(desk, number, LEADER, approve=False, decision="理由不充分")
    assert underway.pending("2023-01") == dates
    assert extension(underway, number).state is ExtensionState.REFUSED
    assert underway.journal("2023-01")[-1].data["approved"] is False
    asked(underway)


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"new_due": DUE}, "新的时限须晚于2023年12月15日"),
    ({"reason": " "}, "请写明延期理由"),
    ({"progress": ""}, "请写明目前进展"),
    ({"reason": "", "progress": "", "new_due": TODAY}, "须晚于.*；请写明延期理由、目前进展"),
    ({"kind": DeadlineKind.REPORT, "slot": "2023-04"}, "2023-01 没有可以延期的填报时限"),
    ({"kind": DeadlineKind.SIGN_FOR, "slot": "1"}, "没有可以延期的签收时限"),
    ({"kind": MILESTONE}, "没有可以延期的节点时限，请写明是第几个节点"),
    ({"kind": MILESTONE, "slot": "1", "new_due": LATER}, "节点不得晚于办结时限2023年12月15日，"),
    ({"kind": MILESTONE, "slot": "9"}, "没有可以延期的节点时限"),
]


@pytest.mark.parametrize(("changed", "says"), FAULTS, ids=[says[:14] for _, says in FAULTS])
def test_a_request_with_a_fault_is_refused(
    underway: World, changed: dict[str, Any], says: str
) -> None:
    with underway.refuses(ExtensionRefused, says) as desk:
        ask(desk, **changed)


def test_nothing_is_asked_after_expiry_but_on_the_last_day(underway: World) -> None:
    with underway.refuses(ExtensionRefused, "已过，延期须在到期前申请", date(2023, 12, 16)) as desk:
        ask(desk)
    asked(underway, DUE)


def test_only_one_request_waits_at_a_time(underway: World) -> None:
    asked(underway)
    with underway.refuses(ExtensionRefused, "这一时限已有延期申请在审批中") as desk:
        ask(desk)


def test_two_requests_at_the_same_moment_are_one(underway: World) -> None:
    told = race(underway, ask, ask)
    assert told.count(None) == 1
    assert "已有延期申请在审批中" in str(next(error for error in told if error))


def test_each_level_is_taken_by_its_own_people_and_in_order(underway: World) -> None:
    with underway.refuses(NotAllowed, "不在该事项牵头单位") as desk:
        ask(desk, by=OTHER_CONTACT)
    number = asked(underway)
    with underway.refuses(StepRefused, "延期申请处于“待督查室初审”，不能批准") as desk:
        decide(desk, number, LEADER, approve=True, decision="同意")
    with underway.refuses(NotAllowed, f"{LEADER}不在督查室岗位") as desk:
        review(desk, number, LEADER, "属实")
    with underway.refuses(StepRefused, "不能初审：请写明意见") as desk:
        review(desk, number, OFFICE, " ")
    with underway.desk() as desk:
        review(desk, number, OFFICE, "属实")
    with underway.refuses(NotAllowed, f"{OFFICE}不在领导岗位") as desk:
        decide(desk, number, OFFICE, approve=True, decision="同意")
    with underway.refuses(ExtensionRefused, f"延期申请 {number} 已由{OFFICE}初审") as desk:
        review(desk, number, OFFICE, "再审")
    with underway.refuses(StepRefused, "不能批准：请写明意见") as desk:
        decide(desk, number, LEADER, approve=True, decision="")
    with underway.refuses(ExtensionRefused, "没有编号为 999 的延期申请") as desk:
        review(desk, 999, OFFICE, "属实")


def test_an_extension_is_decided_once(underway: World) -> None:
    number = reviewed(underway)

    def verb(approve: bool):
        return lambda desk: decide(desk, number, LEADER, approve=approve, decision="已阅")

    told = race(underway, verb(True), verb(False))
    assert told.count(None) == 1
    assert f"已由{LEADER}办理" in str(next(error for error in told if error))
    moved = underway.pending("2023-01")[COMPLETION, ""] == LATER
    assert moved == (told[0] is None)


def test_a_step_done_meanwhile_is_not_extended(underway: World) -> None:
    number = reviewed(underway, kind=MILESTONE, slot="1", new_due=date(2023, 6, 30))
    with underway.desk() as desk:
        done = reporting.Statement("2023-04", milestones=["全部开工"])
        reporting.report(desk, find_project(desk, "2023-01"), done, CONTACT)
    with underway.refuses(DeadlineNotOpen, "“全部开工”已完成，不能再调整") as desk:
        decide(desk, number, LEADER, approve=True, decision="同意")
    with underway.desk() as desk:
        decide(desk, number, LEADER, approve=False, decision="已完成，不必延期")


def test_what_was_drafted_or_unsent_under_the_old_date_is_cancelled(underway: World) -> None:
    draft = draft_notice(underway, "2023-01", NoticeKind.SUMMONS_PROPOSAL, (PostKind.LEADER,))
    signed = draft_notice(underway, "2023-02", NoticeKind.SUMMONS_PROPOSAL, (PostKind.LEADER,))
    number = reviewed(underway)
    with underway.desk() as desk:
        decide(desk, number, LEADER, approve=True, decision="同意")
    assert underway.notice(draft).state is NoticeState.CANCELLED
    assert underway.notice(signed).state is NoticeState.DRAFT
    last = underway.journal("2023-01")[-1]
    assert (last.kind, last.data["notice"]) == (EventKind.NOTICE_CANCELLED, draft)


def decided(world: World, day: date) -> dict[str, Issue]:
    """What a daily check would issue about the first project, by the date it is about."""
    with world.database.read() as session:
        (facts,) = load_projects(session, [world.row("2023-01").id], day).projects
    policy, calendar = world.rulebook.policy, world.rulebook.calendar
    outcome = decide_on(facts, policy, calendar, moment_of(Cadence.DAILY, day))
    return {issue.subject: issue for issue in outcome.issues}


def test_the_ladder_of_the_old_date_does_not_count_for_the_new_one(underway: World) -> None:
    """A red warning was issued on the old date; the new one begins with a reminder."""
    kind, issued = NoticeKind.RED_WARNING, NoticeState.ISSUED
    draft_notice(underway, "2023-01", kind, (PostKind.UNIT_HEAD,), state=issued)
    assert "completion.v1" not in decided(underway, date(2023, 12, 14))
    number = reviewed(underway)
    with underway.desk() as desk:
        decide(desk, number, LEADER, approve=True, decision="同意")
    assert "completion.v1" not in decided(underway, date(2023, 12, 14))
    reminded = decided(underway, date(2023, 12, 27))["completion.v2"]
    assert reminded.kind is NoticeKind.REMINDER


def test_a_message_about_the_old_date_that_has_not_left_is_withdrawn(underway: World) -> None:
    draft = draft_notice(underway, "2023-01", NoticeKind.SUMMONS_PROPOSAL, (PostKind.LEADER,))
    number = reviewed(underway)
    check_draft(underway, draft)
    with underway.desk() as desk:
        sign(desk, draft, SIGNER, "批示")
    with underway.desk() as desk:
        decide(desk, number, LEADER, approve=True, decision="同意")
    assert (LEADER, DeliveryState.CANCELLED, 1) in underway.mails()
    last = underway.journal("2023-01")[-1]
    assert (last.kind, last.data["unsent_to"]) == (EventKind.NOTICE_CANCELLED, [LEADER])


def test_a_request_outlives_a_pause_and_moves_the_date_in_force(underway: World) -> None:
    number = reviewed(underway)
    with underway.desk(date(2023, 4, 6)) as desk:
        suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    with underway.desk(date(2023, 4, 10)) as desk:
        resume(desk, find_project(desk, "2023-01"), OFFICE, "水退")
    assert underway.pending("2023-01")[COMPLETION, ""] == date(2023, 12, 19)
    with underway.refuses(ExtensionRefused, f"申请号 {number}") as desk:
        ask(desk)
    with underway.desk(date(2023, 4, 11)) as desk:
        decide(desk, number, LEADER, approve=True, decision="同意")
    rows = underway.dates("2023-01", COMPLETION)
    assert [row.due for row in rows] == [DUE, date(2023, 12, 19), LATER]
    assert {row.original_due for row in rows} == {DUE}


def test_a_date_that_a_pause_has_moved_behind_the_one_asked_for_is_not_drawn_nearer(
    underway: World,
) -> None:
    number = reviewed(underway)
    with underway.desk(date(2023, 4, 6)) as desk:
        suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    with underway.desk(date(2023, 6, 6)) as desk:
        resume(desk, find_project(desk, "2023-01"), OFFICE, "水退")
    with underway.refuses(ExtensionRefused, "不必再延期，请选择不批准", date(2023, 6, 7)) as desk:
        decide(desk, number, LEADER, approve=True, decision="同意")


def test_a_date_does_not_pass_while_its_clock_stands(underway: World) -> None:
    """The step of 31 May: stopped before it, extended in June, moved by what stood since then."""
    with underway.desk(date(2023, 5, 19)) as desk:
        suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
    number = asked(underway, date(2023, 6, 5), kind=MILESTONE, slot="1", new_due=date(2023, 6, 30))
    with underway.desk(date(2023, 6, 6)) as desk:
        review(desk, number, OFFICE, "属实")
        decide(desk, number, LEADER, approve=True, decision="同意")
    with underway.desk(date(2023, 6, 8)) as desk:
        resume(desk, find_project(desk, "2023-01"), OFFICE, "水退")
    assert underway.pending("2023-01")[MILESTONE, "1"] == date(2023, 7, 4)


def test_what_waits_is_listed_with_the_first_date_and_the_one_in_force(underway: World) -> None:
    number = reviewed(underway)
    with underway.database.read() as session:
        (line,) = extension_lines(session)
    assert (line.number, line.code, line.unit) == (number, "2023-01", "市教育局")
    assert (line.original_due, line.due, line.new_due) == (DUE, DUE, LATER)
    with underway.desk() as desk:
        decide(desk, number, LEADER, approve=True, decision="同意")
    with underway.database.read() as session:
        assert extension_lines(session) == []
        (line,) = extension_lines(session, waiting=False)
    assert (line.original_due, line.due, line.state) == (DUE, LATER, ExtensionState.APPROVED)


def test_while_a_request_waits_the_ladder_goes_on(underway: World) -> None:
    asked(underway, kind=MILESTONE, slot="1", new_due=date(2023, 6, 30))
    chased = decided(underway, date(2023, 6, 2))["milestone.1.v1"]
    assert chased.kind.severity >= NoticeKind.CHASE.severity
