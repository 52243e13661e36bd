from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.desk.people import NotAllowed, PersonUnknown
from engine.proposals import proposing
from engine.proposals.proposal import ProposalRefused
from engine.rules.proposals import ProposalChannel, ProposalState
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import verify
from tests.engine.builders import CONTACT, OFFICE, SECOND_OFFICER, TODAY, World, race
from tests.engine.wishes import (
    RECEIVED,
    YEAR,
    assessed,
    collected,
    proposal,
    shortlisted,
    told,
    wish,
)


def assess(world: World, number: int, **changed: Any) -> None:
    said: dict[str, Any] = {"feasible": True, "funds": Decimal(300), "opinion": "可行"}
    with world.desk() as desk:
        proposing.assess(desk, number, OFFICE, **(said | changed))


def test_a_proposal_is_collected_with_its_channel_and_told(registered: World) -> None:
    with registered.desk() as desk:
        given = wish("建老年食堂", content="每个社区一处", proposer="热线工单1号")
        [row] = proposing.collect(desk, YEAR, [given], OFFICE)
    kept = proposal(registered, row.id)
    assert (kept.state, kept.channel, kept.received_on) == (
        ProposalState.COLLECTED,
        ProposalChannel.HOTLINE,
        RECEIVED,
    )
    [event] = told(registered)
    assert (event.kind, event.actor) == (EventKind.PROPOSAL_COLLECTED, OFFICE)
    assert event.data["proposal"] == row.id
    with registered.database.read() as session:
        assert verify(session) == []


def test_all_that_is_wrong_with_proposals_is_told_and_none_is_kept(registered: World) -> None:
    wishes = [
        wish("  "),
        wish("好建议"),
        wish("未来的建议", received_on=date(2023, 4, 4)),
        wish("很长" * 151),
        wish("学位", channel=ProposalChannel.CARRIED_OVER),
    ]
    said = "没有填写建议标题.*收到日期2023-04-04晚于今天.*标题超过300字.*carry-over"
    with registered.refuses(ProposalRefused, said) as desk:
        proposing.collect(desk, YEAR, wishes, OFFICE)


def test_a_list_that_is_past_takes_no_more_proposals(registered: World) -> None:
    with registered.refuses(ProposalRefused, "2022年的清单已经过去") as desk:
        proposing.collect(desk, 2022, [wish("老年食堂")], OFFICE)


def test_only_the_office_collects(registered: World) -> None:
    with registered.refuses(NotAllowed, f"{CONTACT}不在督查室岗位") as desk:
        proposing.collect(desk, YEAR, [wish("老年食堂")], CONTACT)
    with registered.refuses(PersonUnknown, "通讯录中没有“某人”") as desk:
        proposing.collect(desk, YEAR, [wish("老年食堂")], "某人")


def test_before_the_first_list_brings_people_the_office_collects_in_its_own_name(
    database: Database,
) -> None:
    world = World(database)
    with world.desk() as desk:
        proposing.collect(desk, YEAR, [wish("老年食堂")], "")
    assert [event.actor for event in told(world)] == ["督查室"]


def test_the_same_proposal_is_taken_in_once(registered: World) -> None:
    [first] = collected(registered, "老年食堂")
    said = f"“老年食堂”重复：已登记为建议{first}（已收集）"
    with registered.refuses(ProposalRefused, said) as desk:
        proposing.collect(desk, YEAR, [wish("加装电梯"), wish("老年食堂")], OFFICE)
    with registered.desk() as desk:
        proposing.collect(desk, YEAR, [wish("老年食堂", proposer="另一人")], OFFICE)


def test_of_two_who_collect_the_same_at_once_one_is_told(registered: World) -> None:
    results = race(
        registered,
        lambda desk: proposing.collect(desk, YEAR, [wish("老年食堂")], OFFICE),
        lambda desk: proposing.collect(desk, YEAR, [wish("老年食堂")], SECOND_OFFICER),
    )
    [refused] = [result for result in results if result]
    assert "已登记为建议" in str(refused)
    assert len(told(registered)) == 1


def test_merged_proposals_stay_on_record_and_point_to_the_one(registered: World) -> None:
    kept, same, alike = collected(registered, "老年食堂", "社区食堂", "助餐点")
    with registered.desk() as desk:
        proposing.merge(desk, [same, alike], kept, OFFICE, "同为助餐")
    assert proposal(registered, kept).state is ProposalState.COLLECTED
    for number in (same, alike):
        row = proposal(registered, number)
        assert (row.state, row.merged_into_id) == (ProposalState.MERGED, kept)
    assert [(e.kind, e.data["proposal"], e.data["into"]) for e in told(registered)[-2:]] == [
        (EventKind.PROPOSAL_MERGED, same, kept),
        (EventKind.PROPOSAL_MERGED, alike, kept),
    ]


def test_all_that_is_wrong_with_a_merger_is_told(registered: World) -> None:
    kept, passed = shortlisted(registered, "老年食堂", "社区食堂")
    [other_year] = collected(registered, "助餐点", year=2025)
    said = (
        f"建议{kept}不能合并到它自己；"
        f"建议{passed}：建议处于“已审议通过”，不能合并（{OFFICE}2023年4月3日办理了建议审议）；"
        f"建议{other_year}是为2025年征集的"
    )
    with registered.refuses(ProposalRefused, said) as desk:
        proposing.merge(desk, [kept, passed, other_year], kept, OFFICE)


def test_unknown_proposals_are_named_together(registered: World) -> None:
    [kept] = collected(registered, "老年食堂")
    with registered.refuses(ProposalRefused, "没有编号为98、99的建议") as desk:
        proposing.merge(desk, [98, 99], kept, OFFICE)


def test_nothing_is_merged_into_what_is_merged_itself(registered: World) -> None:
    first, second, third = collected(registered, "甲", "乙", "丙")
    with registered.desk() as desk:
        proposing.merge(desk, [second], first, OFFICE)
    with registered.refuses(ProposalRefused, f"建议{second}已合并，不能再并入") as desk:
        proposing.merge(desk, [third], second, OFFICE)


def test_of_two_mergers_of_one_proposal_the_second_is_told_who_was_first(
    registered: World,
) -> None:
    first, second, third = collected(registered, "甲", "乙", "丙")
    results = race(
        registered,
        lambda desk: proposing.merge(desk, [third], first, OFFICE),
        lambda desk: proposing.merge(desk, [third], second, SECOND_OFFICER),
    )
    assert results.count(None) == 1
    winner = OFFICE if results[0] is None else SECOND_OFFICER
    [refused] = [result for result in results if result]
    assert f"不能合并（{winner}2023年4月3日办理了建议合并）" in str(refused)


def test_an_assessment_keeps_feasibility_funds_opinion_and_who(registered: World) -> None:
    [number] = collected(registered, "老年食堂")
    assess(registered, number, funds=Decimal("12.5"), opinion="财政可承担")
    row = proposal(registered, number)
    assert (row.state, row.feasible, row.funds) == (ProposalState.ASSESSED, True, Decimal("12.5"))
    assert (row.opinion, row.assessed_by) == ("财政可承担", OFFICE)


def test_a_second_assessment_replaces_the_first_and_both_are_told(registered: World) -> None:
    [number] = assessed(registered, "老年食堂")
    assess(registered, number, feasible=False, funds=None, opinion="无场地")
    row = proposal(registered, number)
    assert (row.feasible, row.funds, row.opinion) == (False, None, "无场地")
    opinions = [
        e.data["opinion"] for e in told(registered) if e.kind is EventKind.PROPOSAL_ASSESSED
    ]
    assert opinions == ["可行", "无场地"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"opinion": " "}, "请写明评估意见"),
        ({"funds": None}, "请写明所需资金"),
        ({"funds": Decimal(-1)}, "资金-1万元不合理"),
        ({"funds": Decimal(10) ** 12}, "请按万元填写"),
    ],
)
def test_an_assessment_without_its_parts_is_refused(
    registered: World, changed: dict[str, Any], says: str
) -> None:
    [number] = collected(registered, "老年食堂")
    with registered.refuses(ProposalRefused, says) as desk:
        said: dict[str, Any] = {"feasible": True, "funds": Decimal(300), "opinion": "可行"}
        proposing.assess(desk, number, OFFICE, **(said | changed))


def test_what_has_come_before_a_meeting_is_beyond_assessment(registered: World) -> None:
    [number] = shortlisted(registered, "老年食堂")
    with registered.refuses(ProposalRefused, "处于“已审议通过”，不能评估") as desk:
        proposing.assess(desk, number, OFFICE, feasible=True, funds=Decimal(1), opinion="再看")


def test_of_two_assessments_at_once_the_later_stands_and_none_is_lost(registered: World) -> None:
    [number] = collected(registered, "老年食堂")

    def by(opinion: str) -> Any:
        return lambda desk: proposing.assess(
            desk, number, OFFICE, feasible=True, funds=Decimal(1), opinion=opinion
        )

    assert race(registered, by("甲"), by("乙")) == [None, None]
    events = [e for e in told(registered) if e.kind is EventKind.PROPOSAL_ASSESSED]
    assert {event.data["opinion"] for event in events} == {"甲", "乙"}
    row = proposal(registered, number)
    assert (row.opinion, row.version) == (events[-1].data["opinion"], 3)


def test_a_declined_proposal_keeps_the_reason(registered: World) -> None:
    [number] = collected(registered, "老年食堂")
    with registered.desk() as desk:
        proposing.decline(desk, number, OFFICE, "不属民生实事范围")
    row = proposal(registered, number)
    assert (row.state, row.declined_reason) == (ProposalState.DECLINED, "不属民生实事范围")
    assert told(registered)[-1].kind is EventKind.PROPOSAL_DECLINED


def test_a_proposal_is_not_declined_without_a_reason(registered: World) -> None:
    [number] = collected(registered, "老年食堂")
    with registered.refuses(ProposalRefused, "不能不采纳：请写明理由") as desk:
        proposing.decline(desk, number, OFFICE, " ")


def test_of_two_who_decline_and_merge_at_once_one_is_told_who_did_what(registered: World) -> None:
    first, second = collected(registered, "甲", "乙")
    results = race(
        registered,
        lambda desk: proposing.decline(desk, second, OFFICE, "不属范围"),
        lambda desk: proposing.merge(desk, [second], first, SECOND_OFFICER),
        day=TODAY,
    )
    assert results.count(None) == 1
    [refused] = [result for result in results if result]
    assert "办理了建议" in str(refused)
