from __future__ import annotations

from datetime import date

import pytest

from engine.desk.people import NotAllowed
from engine.notices.answering import AnswerRefused, NoticeUnknown, answer
from engine.rules.words import DeadlineKind, NoticeKind, NoticeState, PostKind
from engine.store.event_kinds import EventKind
from tests.engine.builders import (
    CONTACT,
    HEAD,
    OTHER_CONTACT,
    TODAY,
    World,
    at,
    draft_notice,
    race,
)

AUDIENCE = (PostKind.CONTACT,)


@pytest.fixture
def chased(underway: World) -> int:
    """The number of a chase that waits for an answer."""
    kind, issued = NoticeKind.CHASE, NoticeState.ISSUED
    return draft_notice(underway, "2023-01", kind, AUDIENCE, state=issued)


def test_an_answer_is_kept_and_the_date_is_looked_at_again(underway: World, chased: int) -> None:
    with underway.desk(date(2023, 4, 7)) as desk:
        answer(desk, chased, " 已安排专人 ", HEAD)
    notice = underway.notice(chased)
    assert (notice.answer, notice.answered_by) == ("已安排专人", HEAD)
    assert notice.answered_at == at(date(2023, 4, 7))
    (row,) = underway.dates("2023-01", DeadlineKind.COMPLETION)
    assert row.next_check_on == date(2023, 4, 7)
    last = underway.journal("2023-01")[-1]
    assert (last.kind, last.actor) == (EventKind.NOTICE_ANSWERED, HEAD)
    assert last.data == {"notice": chased, "text": "已安排专人"}


def test_only_the_first_answer_counts(underway: World, chased: int) -> None:
    with underway.desk() as desk:
        answer(desk, chased, "已安排", CONTACT)
    with underway.refuses(AnswerRefused, f"已由{CONTACT}答复，补充情况请写在进展填报中") as desk:
        answer(desk, chased, "再补充", HEAD)


def test_an_answer_must_say_something(underway: World, chased: int) -> None:
    with underway.refuses(AnswerRefused, "答复内容不能为空，请写明原因、措施和完成时间") as desk:
        answer(desk, chased, " \n", CONTACT)


def test_only_the_unit_answers(underway: World, chased: int) -> None:
    with underway.refuses(NotAllowed, "不在该事项牵头单位") as desk:
        answer(desk, chased, "已安排", OTHER_CONTACT)


def test_what_does_not_exist_is_a_draft_or_a_paper_is_not_answered(underway: World) -> None:
    with underway.refuses(NoticeUnknown, "没有编号为 999 的通知，请用 duban notices") as desk:
        answer(desk, 999, "已安排", CONTACT)
    draft = draft_notice(underway, "2023-01", NoticeKind.SUMMONS_PROPOSAL, AUDIENCE)
    with underway.refuses(AnswerRefused, "待签发，不能答复") as desk:
        answer(desk, draft, "已安排", CONTACT)
    paper = draft_notice(underway, "2023-01", NoticeKind.CIRCULAR, AUDIENCE, None)
    with underway.refuses(AnswerRefused, "汇总材料，不需要答复") as desk:
        answer(desk, paper, "已安排", CONTACT)


def test_of_two_answers_at_the_same_moment_one_counts(underway: World, chased: int) -> None:
    told = race(
        underway,
        lambda desk: answer(desk, chased, "甲", CONTACT),
        lambda desk: answer(desk, chased, "乙", HEAD),
        day=TODAY,
    )
    assert told.count(None) == 1
    (loser,) = [error for error in told if error]
    winner = underway.notice(chased).answered_by
    assert isinstance(loser, AnswerRefused)
    assert f"已由{winner}答复" in str(loser)
    assert underway.kinds("2023-01", 99).count(EventKind.NOTICE_ANSWERED) == 1
