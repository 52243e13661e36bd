"""What the office changes in a draft: recomputed, kept as versions, looked at once more."""

from __future__ import annotations

import pytest

from engine.desk.people import NotAllowed
from engine.notices.drafting import DraftRefused, Wording, amend, versions_of
from engine.notices.signing import sign
from engine.reports.doubting import DoubtsFound
from engine.rules.drafts import DraftState
from engine.rules.steps import NoSuchStep, StepRefused
from engine.rules.words import NoticeKind, NoticeState, PostKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, history, program_chain
from engine.store.tables import Draft, Notice
from tests.engine.builders import (
    CONTACT,
    OFFICE,
    SECOND_OFFICER,
    SIGNER,
    World,
    check_draft,
    draft_notice,
    race,
)

RIGHT = "反馈案件35062件，办结33816件，办结率达96.45%。"
WRONG = "反馈案件35062件，办结33816件，办结率达96.55%。"
BASIS = "市政府第12次常务会议纪要"


@pytest.fixture
def draft(underway: World) -> int:
    """A circular that waits to be checked."""
    return draft_notice(underway, "2023-01", NoticeKind.CIRCULAR, (PostKind.OFFICE,), None)


def write(world: World, number: int, text: str, by: str = OFFICE, why: str = "", seen: int = 0):
    with world.desk() as desk:
        amend(desk, number, Wording(remark=text), by, why, seen)


def last_events(world: World, count: int) -> list[Event]:
    with world.database.read() as session:
        return history(session, program_chain(world.program().id))[-count:]


def test_the_office_adds_a_paragraph_and_the_journal_keeps_before_and_after(
    underway: World, draft: int
) -> None:
    write(underway, draft, f" {RIGHT}\n请各单位知悉。 ")
    write(underway, draft, "请各单位知悉。", SECOND_OFFICER, seen=1)
    assert underway.notice(draft).remark == "请各单位知悉。"
    first, second = last_events(underway, 2)
    assert (second.kind, second.actor) == (EventKind.DRAFT_AMENDED, SECOND_OFFICER)
    assert second.data == {
        "notice": draft,
        "version": 2,
        "before": {"remark": f"{RIGHT} 请各单位知悉。"},
        "after": {"remark": "请各单位知悉。"},
        "doubts": [],
    }
    assert first.data["before"] == {"remark": ""}


def test_title_and_request_are_changed_and_every_version_is_kept(
    underway: World, draft: int
) -> None:
    with underway.desk() as desk:
        amend(desk, draft, Wording("农村公路督查通报", ask="请于月底前书面报告。"), OFFICE)
    with underway.desk() as desk:
        amend(desk, draft, Wording(title="新增学位", ask=""), SECOND_OFFICER, seen=1)
    notice = underway.notice(draft)
    assert (notice.title, notice.retitled, notice.ask) == ("新增学位", False, "")
    with underway.database.read() as session:
        kept = [(v.number, v.title, v.ask, v.author) for v in versions_of(session, draft)]
    assert kept == [
        (0, "新增学位", "", "督办引擎"),
        (1, "农村公路督查通报", "请于月底前书面报告。", OFFICE),
        (2, "新增学位", "", SECOND_OFFICER),
    ]


def test_a_changed_title_is_told_apart_from_the_engines_own(underway: World, draft: int) -> None:
    with underway.desk() as desk:
        amend(desk, draft, Wording(title="农村公路督查通报"), OFFICE)
    assert underway.notice(draft).retitled


def test_a_paragraph_is_taken_out_again(underway: World, draft: int) -> None:
    write(underway, draft, RIGHT)
    write(underway, draft, "", seen=1)
    assert underway.notice(draft).remark == ""


def test_what_was_checked_must_be_checked_again_after_a_change(underway: World, draft: int) -> None:
    check_draft(underway, draft)
    write(underway, draft, RIGHT)
    with underway.database.read() as session:
        row = session.get_one(Draft, draft)
    assert (row.state, row.checked_by, row.public) == (DraftState.WRITTEN, "", None)


def test_a_wrong_share_is_refused_with_the_right_one(underway: World, draft: int) -> None:
    with underway.refuses(DoubtsFound, "33816件占35062件的96.45%，文中写96.55%") as desk:
        amend(desk, draft, Wording(ask=WRONG), OFFICE)


def test_a_doubt_may_be_confirmed_with_a_reason_that_is_kept(underway: World, draft: int) -> None:
    write(underway, draft, WRONG, OFFICE, "含跨年案件")
    notice = underway.notice(draft)
    assert (notice.remark, notice.remark_confirmed) == (WRONG, "含跨年案件")
    (last,) = last_events(underway, 1)
    assert [d["explanation"] for d in last.data["doubts"]] == ["含跨年案件"]
    check_draft(underway, draft)
    with underway.desk() as desk:
        sign(desk, draft, SIGNER, BASIS)


def test_the_check_and_the_signature_look_once_more(underway: World, draft: int) -> None:
    with underway.desk() as desk:
        desk.session.get_one(Notice, draft).remark = WRONG
    with pytest.raises(StepRefused, match=r"不能核稿：.*96.45%"):
        check_draft(underway, draft)
    with underway.desk() as desk:
        desk.session.get_one(Notice, draft).remark = RIGHT
    check_draft(underway, draft)
    with underway.desk() as desk:
        desk.session.get_one(Notice, draft).remark = WRONG
    with underway.refuses(StepRefused, "不能签发：.*96.45%.*请督查室改正") as desk:
        sign(desk, draft, SIGNER, BASIS)


@pytest.mark.parametrize("name", [CONTACT, SIGNER])
def test_only_the_office_writes(underway: World, draft: int, name: str) -> None:
    with underway.refuses(NotAllowed, f"{name}不在督查室岗位") as desk:
        amend(desk, draft, Wording(remark=RIGHT), name)


def test_what_is_signed_is_not_altered(underway: World, draft: int) -> None:
    check_draft(underway, draft)
    with underway.desk() as desk:
        sign(desk, draft, SIGNER, BASIS)
    with underway.refuses(DraftRefused, f"已发出（{SIGNER}），不是待签发的拟稿") as desk:
        amend(desk, draft, Wording(remark=RIGHT), OFFICE)


def test_all_that_is_wrong_is_told_at_once(underway: World, draft: int) -> None:
    wrong = Wording(title=" ", remark="字" * 2001, ask=WRONG)
    says = "标题不能为空；补充说明有2001个字，最多2000个字，请缩短；.*96.45%"
    with underway.refuses(DraftRefused, says) as desk:
        amend(desk, draft, wrong, OFFICE)


@pytest.mark.parametrize("wording", [Wording(), Wording(title="新增学位", remark="")])
def test_a_change_of_nothing_is_refused(underway: World, draft: int, wording: Wording) -> None:
    with underway.refuses(DraftRefused, "没有改动") as desk:
        amend(desk, draft, wording, OFFICE)


def test_what_somebody_else_wrote_is_not_overwritten_unseen(underway: World, draft: int) -> None:
    write(underway, draft, RIGHT)
    says = f"现为第1版，由{OFFICE}修改，补充说明为“{RIGHT}”，请看过后再办理"
    with underway.refuses(DraftRefused, says) as desk:
        amend(desk, draft, Wording(remark="另一段"), SECOND_OFFICER)


def test_of_two_writers_at_the_same_moment_one_is_told_who_was_first(
    underway: World, draft: int
) -> None:
    told = race(
        underway,
        lambda desk: amend(desk, draft, Wording(remark="甲"), OFFICE),
        lambda desk: amend(desk, draft, Wording(remark="乙"), SECOND_OFFICER),
    )
    (error,) = [error for error in told if error]
    won = {"甲": OFFICE, "乙": SECOND_OFFICER}[underway.notice(draft).remark]
    assert isinstance(error, DraftRefused)
    assert f"由{won}修改" in str(error)


def test_of_a_signature_and_a_change_at_the_same_moment_one_is_told_who_was_first(
    underway: World, draft: int
) -> None:
    check_draft(underway, draft)
    signed, amended = race(
        underway,
        lambda desk: sign(desk, draft, SIGNER, BASIS),
        lambda desk: amend(desk, draft, Wording(remark=RIGHT), OFFICE),
    )
    notice = underway.notice(draft)
    if signed is None:
        assert (notice.state, notice.remark) == (NoticeState.ISSUED, "")
        assert isinstance(amended, DraftRefused) and SIGNER in str(amended)
    else:
        assert (notice.state, notice.remark) == (NoticeState.DRAFT, RIGHT)
        assert isinstance(signed, NoSuchStep) and f"{OFFICE}已办理拟稿修改" in str(signed)
        assert amended is None
