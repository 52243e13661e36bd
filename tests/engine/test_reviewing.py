from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.assigning.assignment import sign_for
from engine.desk.people import NotAllowed
from engine.desk.transition import find_project
from engine.notices.answering import answer
from engine.notices.explaining import explain_notice
from engine.reviews.contesting import NotContestable
from engine.reviews.reviewed import review_lines
from engine.reviews.reviewing import Recused, ReviewRefused, decide, request, withdraw
from engine.reviews.ruling import Ruling
from engine.rules.conditions import standstill
from engine.rules.decide import decide as decide_on
from engine.rules.lifecycle import ProjectState
from engine.rules.periods import moment_of
from engine.rules.reviews import ReviewState
from engine.rules.steps import StepRefused
from engine.rules.words import (
    Cadence,
    DeadlineKind,
    DeadlineState,
    NoticeKind,
    NoticeState,
    PostKind,
    Reason,
)
from engine.store.event_kinds import EventKind
from engine.store.loading import load_projects
from engine.store.tables import Notice, Person, Unit
from engine.sweeps.sweep import run_sweep
from tests.engine.builders import (
    CONTACT,
    HEAD,
    LEADER,
    OFFICE,
    OTHER_CONTACT,
    RULEBOOK,
    SECOND_OFFICER,
    SIGNER,
    TODAY,
    World,
    at,
    draft_notice,
    race,
)
from tests.engine.inspections import DUE, concluded, put_right

CODE, COMPLETION = "2023-01-改1", DeadlineKind.COMPLETION
ASKED_ON = date(2023, 4, 10)
DECIDE_BY = date(2023, 5, 10)
LAST_DAY = date(2023, 5, 4)
"""Thirty days from 3 April are 3 May, a holiday; the first working day after it is the 4th."""
UPHELD, CHANGED, REVOKED = ReviewState.UPHELD, ReviewState.CHANGED, ReviewState.REVOKED


@pytest.fixture
def inspected(underway: World) -> World:
    """何督查 has concluded, on 3 April, that a fence is missing at the schools."""
    concluded(underway, ("2023-01", "围挡缺失", DUE), leader="示例组长")
    return underway


def ask(desk, code: str = "2023-01", **changed: Any) -> int:
    said: dict[str, Any] = {"reason": "围挡当日正在更换"}
    said |= {"inspection": 0 if code == CODE or "notice" in changed else 1}
    by = changed.pop("by", CONTACT)
    return request(desk, find_project(desk, code), by, **(said | changed)).id


def asked(world: World, code: str = "2023-01", day: date = ASKED_ON, **changed: Any) -> int:
    with world.desk(day) as desk:
        return ask(desk, code, **changed)


def rule(
    desk, number: int, outcome: ReviewState = UPHELD, by: str = SECOND_OFFICER, **given: Any
) -> None:
    decide(desk, number, by, Ruling(outcome, **({"decision": "现场照片属实"} | given)))


def line(world: World):
    with world.database.read() as session:
        return review_lines(session)[-1]


def facts_of(world: World, code: str, day: date):
    with world.desk(day) as desk:
        return load_projects(desk.session, [find_project(desk, code).id], day).projects[0]


def conclusion_to(world: World, unit: str) -> int:
    with world.database.read() as session:
        query = select(Notice.id).join(Unit, Notice.unit_id == Unit.id)
        found = session.scalar(query.where(Notice.kind == NoticeKind.CONCLUSION, Unit.name == unit))
        assert found is not None
        return found


def test_a_unit_may_contest_a_conclusion_and_the_office_has_thirty_days(inspected: World) -> None:
    number = asked(inspected)
    shown = line(inspected)
    assert (shown.state, shown.received_on, shown.decide_by) == (
        ReviewState.REQUESTED,
        TODAY,
        DECIDE_BY,
    )
    assert shown.contested == "督查“春季督查”的结论"
    (clock,) = inspected.dates("2023-01", DeadlineKind.REVIEW, str(number))
    assert (clock.due, clock.state) == (DECIDE_BY, DeadlineState.PENDING)
    assert clock.next_check_on == ASKED_ON
    assert inspected.kinds("2023-01", 2) == [EventKind.DEADLINE_SET, EventKind.REVIEW_REQUESTED]


def test_meanwhile_the_item_is_disputed_and_its_ladders_wait(inspected: World) -> None:
    assert not facts_of(inspected, "2023-01", ASKED_ON).disputed
    asked(inspected)
    late = date(2023, 12, 29)
    facts = facts_of(inspected, "2023-01", late)
    assert standstill(facts, late) is Reason.UNDER_REVIEW
    rules = (RULEBOOK.policy, RULEBOOK.calendar)
    outcome = decide_on(facts, *rules, moment_of(Cadence.DAILY, late))
    assert {issue.subject for issue in outcome.issues} == {"review.1.v1"}
    assert not facts_of(inspected, "2023-02", late).disputed


def test_the_thirty_days_run_from_the_receipt(inspected: World) -> None:
    with inspected.desk(date(2023, 4, 6)) as desk:
        answer(desk, conclusion_to(inspected, "市教育局"), "", CONTACT)
    last_day = date(2023, 5, 6)  # a Saturday that is worked
    asked(inspected, day=last_day)
    assert line(inspected).received_on == date(2023, 4, 6)


def test_without_a_receipt_they_run_from_the_issue_and_late_is_refused(inspected: World) -> None:
    says = "于2023年4月3日收到，申请复核的最后一天是2023年5月4日，已过期限"
    with inspected.refuses(ReviewRefused, says, date(2023, 5, 5)) as desk:
        ask(desk)
    asked(inspected, day=LAST_DAY)


def test_a_rectification_counts_as_received_when_it_was_signed_for(inspected: World) -> None:
    with inspected.desk(date(2023, 4, 6)) as desk:
        sign_for(desk, find_project(desk, CODE), CONTACT)
    asked(inspected, CODE)
    assert line(inspected).received_on == date(2023, 4, 6)
    assert line(inspected).contested == "督查“春季督查”中的限期整改"


def test_only_the_lead_unit_asks_once_and_says_why(inspected: World) -> None:
    with inspected.refuses(NotAllowed, OTHER_CONTACT, ASKED_ON) as desk:
        ask(desk, by=OTHER_CONTACT)
    with inspected.refuses(ReviewRefused, "请写明申请复核的理由", ASKED_ON) as desk:
        ask(desk, reason=" ")
    number = asked(inspected)
    says = f"{CONTACT}已于2023年4月10日申请复核，正在办理"
    with inspected.refuses(ReviewRefused, says, ASKED_ON) as desk:
        ask(desk, by=HEAD)
    with inspected.desk(ASKED_ON) as desk:
        rule(desk, number)
    with inspected.refuses(
        ReviewRefused, "已于2023年4月10日作出复核决定（维持原结论）", ASKED_ON
    ) as desk:
        ask(desk)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"inspection": 0}, "请写明对什么有异议.*2023-01 不是限期整改"),
    ({"inspection": 1, "notice": 1}, "一次只对一件事申请复核"),
    ({"code": "2023-03", "by": OTHER_CONTACT}, "督查1没有查看 2023-03"),
    ({"notice": 1}, "通知1是交办通知，不在复核之列；有不同意见请答复（duban answer）"),
]


@pytest.mark.parametrize(("changed", "says"), WRONG)
def test_what_is_not_for_review_is_refused(
    inspected: World, changed: dict[str, Any], says: str
) -> None:
    with inspected.refuses(NotContestable, says, ASKED_ON) as desk:
        ask(desk, **changed)


def test_an_upheld_conclusion_stands_and_the_ladders_go_on_the_next_working_day(
    inspected: World,
) -> None:
    number = asked(inspected)
    friday = date(2023, 4, 28)
    with inspected.desk(friday) as desk:
        rule(desk, number)
    assert (line(inspected).state, line(inspected).decided_by) == (UPHELD, SECOND_OFFICER)
    facts = facts_of(inspected, "2023-01", date(2023, 5, 4))
    assert not facts.disputed
    (completion,) = inspected.dates("2023-01", COMPLETION)
    assert completion.next_check_on == date(2023, 5, 4)
    (clock,) = inspected.dates("2023-01", DeadlineKind.REVIEW, str(number))
    assert (clock.state, clock.met_on) == (DeadlineState.MET, friday)
    assert inspected.row(CODE).state is ProjectState.ASSIGNED


def test_the_decision_is_sent_to_the_unit_and_explained(inspected: World) -> None:
    number = asked(inspected)
    with inspected.desk(ASKED_ON) as desk:
        rule(desk, number)
    with inspected.database.read() as session:
        query = select(Notice).where(Notice.kind == NoticeKind.REVIEW_DECISION)
        notice = session.scalars(query).one()
        assert explain_notice(session, notice, RULEBOOK).same
    assert inspected.mail_readers(notice.id) == {CONTACT, HEAD}


def test_a_revoked_finding_ends_its_rectification_and_the_conclusion_is_kept(
    inspected: World,
) -> None:
    number = asked(inspected, CODE)
    with inspected.desk(ASKED_ON) as desk:
        rule(desk, number, REVOKED)
    assert inspected.row(CODE).state is ProjectState.TERMINATED
    assert inspected.pending(CODE) == {}
    event = next(e for e in inspected.journal(CODE) if e.kind is EventKind.REVIEW_DECIDED)
    assert event.data["effects"] == [f"限期整改 {CODE} 撤销"]
    assert inspected.row("2023-01").state is ProjectState.UNDERWAY


def test_a_finding_of_a_closed_rectification_may_be_revoked_as_well(inspected: World) -> None:
    put_right(inspected, CODE)
    number = asked(inspected, day=date(2023, 4, 21))
    with inspected.desk(date(2023, 4, 24)) as desk:
        rule(desk, number, REVOKED)
    assert inspected.row(CODE).state is ProjectState.TERMINATED


def test_a_changed_finding_gets_its_new_date_and_words(inspected: World) -> None:
    number = asked(inspected, CODE)
    with inspected.desk(ASKED_ON) as desk:
        rule(desk, number, CHANGED, due=date(2023, 5, 31), text="围挡局部缺失")
    _, new = inspected.dates(CODE, DeadlineKind.RECTIFICATION)
    assert (new.due, new.original_due) == (date(2023, 5, 31), DUE)
    assert inspected.row(CODE).content == "围挡局部缺失"
    effects = next(e for e in inspected.journal(CODE) if e.kind is EventKind.REVIEW_DECIDED)
    assert effects.data["effects"] == [
        f"{CODE} 的整改时限由2023年4月28日改为2023年5月31日",
        f"{CODE} 的问题改为：围挡局部缺失",
    ]


NOT_SO: list[tuple[ReviewState, dict[str, Any], str]] = [
    (CHANGED, {}, "变更的须写明新的整改时限或新的问题内容"),
    (CHANGED, {"due": ASKED_ON}, "新的整改时限2023年4月10日须晚于今天"),
    (UPHELD, {"text": "扬尘"}, "维持原结论的不写新的时限和内容"),
    (REVOKED, {"due": DUE}, "撤销原结论的不写新的时限和内容"),
]


@pytest.mark.parametrize(("outcome", "given", "says"), NOT_SO)
def test_a_decision_says_exactly_what_it_changes(
    inspected: World, outcome: ReviewState, given: dict[str, Any], says: str
) -> None:
    number = asked(inspected)
    with inspected.refuses(ReviewRefused, says, ASKED_ON) as desk:
        rule(desk, number, outcome, **given)


def test_a_decision_gives_its_reasons(inspected: World) -> None:
    number = asked(inspected)
    with inspected.refuses(StepRefused, "不能决定维持：请写明理由", ASKED_ON) as desk:
        rule(desk, number, decision=" ")


def test_those_who_took_part_may_not_decide(underway: World) -> None:
    concluded(underway, leader=LEADER, members=(SECOND_OFFICER,), codes=["2023-01"])
    number = asked(underway)
    parts = {
        LEADER: "李副市长是督查“春季督查”组长，应当回避",
        SECOND_OFFICER: "周督查参加了督查“春季督查”，应当回避",
        OFFICE: "何督查反馈了督查“春季督查”的结论，应当回避",
    }
    for name, says in parts.items():
        with underway.refuses(Recused, says, ASKED_ON) as desk:
            rule(desk, number, by=name)
    with underway.desk(ASKED_ON) as desk:
        rule(desk, number, by=SIGNER)


def test_somebody_of_the_same_name_in_the_group_is_somebody_else(underway: World) -> None:
    with underway.database.begin() as session:
        unit = session.scalars(select(Unit).where(Unit.name == "市卫健局")).one()
        session.add(Person(unit_id=unit.id, name=SECOND_OFFICER))
    concluded(underway, members=(f"{SECOND_OFFICER}@市卫健局",), codes=["2023-01"])
    number = asked(underway)
    with underway.desk(ASKED_ON) as desk:
        rule(desk, number, by=f"{SECOND_OFFICER}@督查室")


def test_a_unit_does_not_decide_on_its_own_objection(inspected: World) -> None:
    number = asked(inspected)
    with inspected.refuses(NotAllowed, f"{HEAD}不在督查室或领导岗位", ASKED_ON) as desk:
        rule(desk, number, by=HEAD)


def issued_notice(world: World, kind: NoticeKind, **given: Any) -> int:
    return draft_notice(
        world, "2023-01", kind, [PostKind.UNIT_HEAD], state=NoticeState.ISSUED, **given
    )


def test_a_revoked_warning_counts_no_more_and_is_not_issued_again(underway: World) -> None:
    warning = issued_notice(underway, NoticeKind.YELLOW_WARNING, rule="yellow-completion-overdue")
    number = asked(underway, notice=warning)
    assert line(underway).contested == f"通知{warning}（黄色警示）"
    with underway.desk(ASKED_ON) as desk:
        rule(desk, number, REVOKED)
    assert underway.notice(warning).state is NoticeState.CANCELLED
    (kept,) = [
        n for n in facts_of(underway, "2023-01", ASKED_ON).notices if n.deadline != "project"
    ]
    assert (kept.kind, kept.state) == (NoticeKind.YELLOW_WARNING, NoticeState.CANCELLED)
    assert underway.kinds("2023-01", 3)[0] is EventKind.DEADLINE_MET


def test_who_signed_a_notice_may_not_decide_on_it(underway: World) -> None:
    proposal = issued_notice(underway, NoticeKind.SUMMONS_PROPOSAL)
    with underway.database.begin() as session:
        session.get_one(Notice, proposal).signed_by = SIGNER
    number = asked(underway, notice=proposal)
    says = f"{SIGNER}签发了通知{proposal}，应当回避（《政府督查工作条例》第十七条）"
    with underway.refuses(Recused, says, ASKED_ON) as desk:
        rule(desk, number, by=SIGNER)
    with underway.desk(ASKED_ON) as desk:
        rule(desk, number, by=OFFICE)


@pytest.mark.parametrize("others", [(), ("2023-02",)])
def test_a_circular_on_many_items_stands_for_the_others(
    underway: World, others: tuple[str, ...]
) -> None:
    circular = issued_notice(underway, NoticeKind.CIRCULAR, deadline=None)
    with underway.database.begin() as session:
        row = session.get_one(Notice, circular)
        named = [{"standing": {"code": code}} for code in ("2023-01", *others)]
        row.facts = {**row.facts, "paper": {"named": named}}
    with underway.refuses(NotContestable, "没有说到 2023-03", ASKED_ON) as desk:
        ask(desk, "2023-03", notice=circular)
    number = asked(underway, notice=circular)
    with underway.desk(ASKED_ON) as desk:
        rule(desk, number, REVOKED)
    stands = NoticeState.ISSUED if others else NoticeState.CANCELLED
    assert underway.notice(circular).state is stands
    told = [e for e in underway.journal("2023-01") if e.kind is EventKind.NOTICE_CANCELLED]
    assert told[-1].data["item"] == "2023-01"


def test_a_unit_withdraws_its_request_and_may_ask_again(inspected: World) -> None:
    number = asked(inspected)
    with inspected.refuses(NotAllowed, OTHER_CONTACT, ASKED_ON) as desk:
        withdraw(desk, number, OTHER_CONTACT, "已沟通")
    with inspected.refuses(StepRefused, "请写明理由", ASKED_ON) as desk:
        withdraw(desk, number, CONTACT, "")
    with inspected.desk(ASKED_ON) as desk:
        withdraw(desk, number, CONTACT, "已沟通")
    assert line(inspected).state is ReviewState.WITHDRAWN
    assert DeadlineKind.REVIEW not in {kind for kind, _ in inspected.pending("2023-01")}
    assert inspected.kinds("2023-01", 1) == [EventKind.REVIEW_WITHDRAWN]
    asked(inspected)


def test_the_clock_of_the_office_outlives_the_item(inspected: World) -> None:
    number = asked(inspected, CODE)
    put_right(inspected, CODE)
    (clock,) = inspected.dates(CODE, DeadlineKind.REVIEW, str(number))
    assert (inspected.row(CODE).state, clock.state) == (ProjectState.CLOSED, DeadlineState.PENDING)
    day = date(2023, 5, 6)
    report = run_sweep(
        inspected.database,
        RULEBOOK,
        Cadence.DAILY,
        scheduled_at=at(day, 8),
        as_of=at(day, 8),
        now=lambda: at(day, 8),
    )
    assert report.counts["notice.reminder"] == 1
    with inspected.database.read() as session:
        notice = session.scalars(select(Notice).where(Notice.kind == NoticeKind.REMINDER)).one()
        assert explain_notice(session, notice, RULEBOOK).same
    assert (notice.rule, notice.deadline_id) == ("remind-review", clock.id)
    assert inspected.mail_readers(notice.id) == {OFFICE}


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(underway: World) -> None:
    concluded(underway, codes=["2023-01"])
    number = asked(underway)
    said = race(
        underway,
        lambda desk: rule(desk, number, by=SECOND_OFFICER),
        lambda desk: rule(desk, number, REVOKED, by=SIGNER),
        day=ASKED_ON,
    )
    (refusal,) = [error for error in said if error]
    winner = SIGNER if said[0] else SECOND_OFFICER
    assert f"（已由{winner}办理）" in str(refusal)


def test_of_two_who_ask_at_once_one_is_told_who_asked(inspected: World) -> None:
    said = race(inspected, ask, lambda desk: ask(desk, by=HEAD), day=ASKED_ON)
    (refusal,) = [error for error in said if error]
    assert "申请复核，正在办理" in str(refusal)


def test_a_decision_and_a_withdrawal_at_once_do_not_both_hold(inspected: World) -> None:
    number = asked(inspected)
    said = race(
        inspected,
        lambda desk: rule(desk, number),
        lambda desk: withdraw(desk, number, CONTACT, "已沟通"),
        day=ASKED_ON,
    )
    assert len([error for error in said if error]) == 1
