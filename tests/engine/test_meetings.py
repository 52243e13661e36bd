from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.desk.people import NotAllowed
from engine.proposals import proposing
from engine.proposals.meetings import Sitting, Verdict, record_meeting
from engine.proposals.proposal import ProposalRefused
from engine.proposals.proposal_list import meeting_lines
from engine.rules.proposals import ProposalState
from engine.store.event_kinds import EventKind
from tests.engine.builders import CONTACT, OFFICE, SECOND_OFFICER, TODAY, World, race
from tests.engine.wishes import (
    RECEIVED,
    SITTING,
    YEAR,
    assessed,
    collected,
    passing,
    proposal,
    told,
)


def test_a_meeting_passes_some_proposals_and_declines_others(registered: World) -> None:
    canteen, lift = assessed(registered, "老年食堂", "加装电梯")
    verdicts = [Verdict(canteen, True), Verdict(lift, False, "资金未落实")]
    with registered.desk() as desk:
        meeting = record_meeting(desk, SITTING, verdicts, OFFICE)
    assert proposal(registered, canteen).state is ProposalState.SHORTLISTED
    declined = proposal(registered, lift)
    assert (declined.state, declined.declined_reason) == (ProposalState.DECLINED, "资金未落实")
    with registered.database.read() as session:
        [line] = meeting_lines(session, YEAR)
    assert (line.number, line.body, line.passed, line.declined) == (
        meeting.id,
        "市政府常务会议",
        (canteen,),
        (lift,),
    )
    kinds = [event.kind for event in told(registered)[-3:]]
    assert kinds == [EventKind.MEETING_RECORDED, *[EventKind.PROPOSAL_REVIEWED] * 2]


def test_a_proposal_may_have_to_pass_several_meetings(registered: World) -> None:
    [number] = assessed(registered, "老年食堂")
    passing(registered, number)
    congress = Sitting("市人大常委会", "主任会议", TODAY)
    with registered.desk() as desk:
        record_meeting(desk, congress, [Verdict(number, False, "再调研")], OFFICE)
    assert proposal(registered, number).state is ProposalState.DECLINED


def test_what_was_not_assessed_does_not_come_before_a_meeting(registered: World) -> None:
    [number] = collected(registered, "老年食堂")
    with registered.refuses(ProposalRefused, "建议处于“已收集”，不能审议通过") as desk:
        record_meeting(desk, SITTING, [Verdict(number, True)], OFFICE)


def test_passing_against_the_assessment_needs_the_meetings_words(registered: World) -> None:
    [number] = collected(registered, "老年食堂")
    with registered.desk() as desk:
        proposing.assess(desk, number, OFFICE, feasible=False, funds=None, opinion="无场地")
    with registered.refuses(ProposalRefused, f"建议{number}评估为不可行.*请写明会议意见") as desk:
        record_meeting(desk, SITTING, [Verdict(number, True)], OFFICE)
    with registered.desk() as desk:
        record_meeting(desk, SITTING, [Verdict(number, True, "另选址办理")], OFFICE)


def test_all_faults_of_a_meeting_are_told_together(registered: World) -> None:
    one, two = assessed(registered, "老年食堂", "加装电梯")
    [other_year] = assessed(registered, "助餐点", year=2025)
    sitting = Sitting(" ", "第12次常务会议", date(2023, 4, 4), "号" * 101)
    verdicts = [
        Verdict(one, True),
        Verdict(one, True),
        Verdict(two, False),
        Verdict(other_year, True),
    ]
    said = (
        "请写明会议机构；文号超过100字；会议日期2023-04-04晚于今天；同一建议写了两次；"
        "一次登记只限一个年度的建议，现有2024、2025年；.*请写明理由"
    )
    with registered.refuses(ProposalRefused, said) as desk:
        record_meeting(desk, sitting, verdicts, OFFICE)


@pytest.mark.parametrize(
    ("sitting", "says"),
    [
        (replace(SITTING, held_on=date(2023, 3, 19)), "收到日期晚于会议日期"),
        (replace(SITTING, title=""), "请写明会议名称"),
    ],
)
def test_a_meeting_that_cannot_have_been_is_refused(
    registered: World, sitting: Sitting, says: str
) -> None:
    [number] = assessed(registered, "老年食堂")
    assert proposal(registered, number).received_on == RECEIVED
    with registered.refuses(ProposalRefused, says) as desk:
        record_meeting(desk, sitting, [Verdict(number, True)], OFFICE)


def test_a_meeting_without_proposals_is_refused(registered: World) -> None:
    with registered.refuses(ProposalRefused, "请写明会议审议了哪些建议") as desk:
        record_meeting(desk, SITTING, [], OFFICE)


def test_only_the_office_records_a_meeting(registered: World) -> None:
    [number] = assessed(registered, "老年食堂")
    with registered.refuses(NotAllowed, "不在督查室岗位") as desk:
        record_meeting(desk, SITTING, [Verdict(number, True)], CONTACT)


def test_one_meeting_is_recorded_once_and_the_second_is_told_by_whom(registered: World) -> None:
    one, two = assessed(registered, "老年食堂", "加装电梯")
    results = race(
        registered,
        lambda desk: record_meeting(desk, SITTING, [Verdict(one, True)], OFFICE),
        lambda desk: record_meeting(desk, SITTING, [Verdict(two, True)], SECOND_OFFICER),
    )
    assert results.count(None) == 1
    winner = OFFICE if results[0] is None else SECOND_OFFICER
    [refused] = [result for result in results if result]
    assert f"已由{winner}登记" in str(refused)


def test_of_two_meetings_on_one_proposal_the_second_sees_what_the_first_said(
    registered: World,
) -> None:
    [number] = assessed(registered, "老年食堂")
    other = replace(SITTING, title="专题会议")
    results = race(
        registered,
        lambda desk: record_meeting(desk, SITTING, [Verdict(number, False, "缓办")], OFFICE),
        lambda desk: record_meeting(desk, other, [Verdict(number, False, "重复")], OFFICE),
    )
    assert results.count(None) == 1
    [refused] = [result for result in results if result]
    assert f"（{OFFICE}2023年4月3日办理了建议审议）" in str(refused)
    assert proposal(registered, number).funds == Decimal(300)
