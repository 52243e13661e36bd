"""What the office adds to a draft: recomputed, kept with before and after, looked at once more."""

from __future__ import annotations

import pytest

from engine.desk.people import NotAllowed
from engine.notices.drafting import DraftRefused, amend
from engine.notices.signing import SignatureRefused, dismiss, sign
from engine.reports.doubting import DoubtsFound
from engine.rules.words import NoticeKind, NoticeState, PostKind
from engine.store.journal import EventKind, history, program_chain
from engine.store.tables import Notice
from tests.engine.builders import (
    CONTACT,
    OFFICE,
    SECOND_OFFICER,
    SIGNER,
    World,
    draft_notice,
    race,
)

RIGHT = "反馈案件35062件，办结33816件，办结率达96.45%。"
WRONG = "反馈案件35062件，办结33816件，办结率达96.55%。"
BASIS = "市政府第12次常务会议纪要"


@pytest.fixture
def draft(underway: World) -> int:
    """A circular that waits for a signature."""
    return draft_notice(underway, "2023-01", NoticeKind.CIRCULAR, (PostKind.OFFICE,), None)


def write(world: World, number: int, text: str, by: str = OFFICE, *more: str) -> None:
    with world.desk() as desk:
        amend(desk, number, text, by, *more)


def test_the_office_adds_a_paragraph_and_the_journal_keeps_before_and_after(
    underway: World, draft: int
) -> None:
    write(underway, draft, f" {RIGHT}\n请各单位知悉。 ")
    write(underway, draft, "请各单位知悉。", SECOND_OFFICER, "", f"{RIGHT} 请各单位知悉。")
    assert underway.notice(draft).remark == "请各单位知悉。"
    with underway.database.read() as session:
        first, second = history(session, program_chain(underway.program().id))[-2:]
    assert (second.kind, second.actor) == (EventKind.DRAFT_AMENDED, SECOND_OFFICER)
    assert second.data == {
        "notice": draft,
        "before": f"{RIGHT} 请各单位知悉。",
        "after": "请各单位知悉。",
        "doubts": [],
    }
    assert first.data["before"] == ""


def test_a_paragraph_is_taken_out_again(underway: World, draft: int) -> None:
    write(underway, draft, RIGHT)
    write(underway, draft, "", OFFICE, "", RIGHT)
    assert underway.notice(draft).remark == ""


def test_a_wrong_share_is_refused_with_the_right_one(underway: World, draft: int) -> None:
    with underway.refuses(DoubtsFound, "33816件占35062件的96.45%，文中写96.55%") as desk:
        amend(desk, draft, WRONG, OFFICE)


def test_a_doubt_may_be_confirmed_with_a_reason_that_is_kept(underway: World, draft: int) -> None:
    write(underway, draft, WRONG, OFFICE, "含跨年案件")
    notice = underway.notice(draft)
    assert (notice.remark, notice.remark_confirmed) == (WRONG, "含跨年案件")
    with underway.database.read() as session:
        last = history(session, program_chain(underway.program().id))[-1]
    assert [d["explanation"] for d in last.data["doubts"]] == ["含跨年案件"]
    with underway.desk() as desk:
        sign(desk, draft, SIGNER, BASIS)


def test_the_signature_looks_once_more(underway: World, draft: int) -> None:
    with underway.desk() as desk:
        desk.session.get_one(Notice, draft).remark = WRONG
    with underway.refuses(SignatureRefused, "补充说明有疑点，不能签发：.*96.45%") as desk:
        sign(desk, draft, SIGNER, BASIS)
    with underway.desk() as desk:
        dismiss(desk, draft, SIGNER, "数字有误")


@pytest.mark.parametrize("name", [CONTACT, SIGNER])
def test_only_the_office_writes(underway: World, draft: int, name: str) -> None:
    with underway.refuses(NotAllowed, f"{name}不在督查室岗位") as desk:
        amend(desk, draft, RIGHT, name)


def test_what_is_signed_is_not_altered(underway: World, draft: int) -> None:
    with underway.desk() as desk:
        sign(desk, draft, SIGNER, BASIS)
    with underway.refuses(DraftRefused, f"已发出（{SIGNER}），不是待签发的拟稿") as desk:
        amend(desk, draft, RIGHT, OFFICE)


def test_too_much_is_refused(underway: World, draft: int) -> None:
    with underway.refuses(DraftRefused, "补充说明有2001个字，最多2000个字，请缩短") as desk:
        amend(desk, draft, "字" * 2001, OFFICE)


def test_what_somebody_else_wrote_is_not_overwritten_unseen(underway: World, draft: int) -> None:
    write(underway, draft, RIGHT)
    with underway.refuses(DraftRefused, f"已由{OFFICE}写为“{RIGHT}”，请看过后再改") as desk:
        amend(desk, draft, "另一段", SECOND_OFFICER)


def test_of_two_writers_at_the_same_moment_one_is_told_who_was_first(
    underway: World, draft: int
) -> None:
    told = race(
        underway,
        lambda desk: amend(desk, draft, "甲", OFFICE),
        lambda desk: amend(desk, draft, "乙", SECOND_OFFICER),
    )
    (error,) = [error for error in told if error]
    won = {"甲": OFFICE, "乙": SECOND_OFFICER}[underway.notice(draft).remark]
    assert isinstance(error, DraftRefused)
    assert f"已由{won}写为" in str(error)


def test_of_a_signature_and_a_change_at_the_same_moment_neither_undoes_the_other(
    underway: World, draft: int
) -> None:
    told = race(
        underway,
        lambda desk: sign(desk, draft, SIGNER, BASIS),
        lambda desk: amend(desk, draft, RIGHT, OFFICE),
    )
    notice = underway.notice(draft)
    assert told[0] is None
    assert notice.state is NoticeState.ISSUED
    assert (notice.remark == RIGHT) == (told[1] is None)
