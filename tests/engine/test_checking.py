"""核稿 and 退回: what a draft must have before a leader sees it."""

from __future__ import annotations

import pytest

from engine.desk.people import NotAllowed
from engine.notices.checking import Check, check, send_back
from engine.notices.drafting import DraftRefused, Wording, amend
from engine.notices.signing import dismiss
from engine.rules.drafts import DraftState, PublicAttribute
from engine.rules.steps import NoSuchStep, StepRefused
from engine.rules.words import NoticeKind, PostKind
from engine.store.event_kinds import EventKind
from engine.store.tables import Draft, Notice
from tests.engine.builders import (
    CONTACT,
    LEADER,
    OFFICE,
    SECOND_OFFICER,
    SIGNER,
    TODAY,
    World,
    at,
    check_draft,
    draft_notice,
    race,
)

OPEN, ON_REQUEST = PublicAttribute.PUBLIC, PublicAttribute.ON_REQUEST
WHY = "涉及未公开的工程资料"
WRONG = "反馈案件35062件，办结33816件，办结率达96.55%。"


@pytest.fixture
def draft(underway: World) -> int:
    """A proposal to summon that waits to be checked."""
    kind = NoticeKind.SUMMONS_PROPOSAL
    return draft_notice(underway, "2023-01", kind, (PostKind.LEADER, PostKind.OFFICE))


def row(world: World, number: int) -> Draft:
    with world.database.read() as session:
        return session.get_one(Draft, number)


def test_a_checked_draft_says_who_checked_it_and_what_the_public_may_read(
    underway: World, draft: int
) -> None:
    with underway.desk() as desk:
        check(desk, draft, Check(ON_REQUEST, 1200, f" {WHY} "), OFFICE)
    found = row(underway, draft)
    assert (found.state, found.public, found.public_reason) == (
        DraftState.CHECKED,
        ON_REQUEST,
        WHY,
    )
    assert (found.checked_by, found.checked_at) == (OFFICE, at(TODAY))
    last = underway.journal("2023-01")[-1]
    assert (last.kind, last.actor) == (EventKind.DRAFT_CHECKED, OFFICE)
    assert last.data == {
        "notice": draft,
        "version": 0,
        "public": "on_request",
        "reason": WHY,
        "length": 1200,
    }


def test_a_paper_beyond_its_length_is_refused_with_the_figure_and_the_rule(
    underway: World, draft: int
) -> None:
    says = "全文4001字，约谈建议最多4000字（《整治形式主义为基层减负若干规定》（2024年）），请精简"
    with underway.refuses(StepRefused, says) as desk:
        check(desk, draft, Check(OPEN, 4001), OFFICE)
    with underway.desk() as desk:
        check(desk, draft, Check(OPEN, 4000), OFFICE)


def test_a_circular_may_be_longer_than_a_paper_on_one_item(underway: World) -> None:
    paper = draft_notice(underway, "2023-01", NoticeKind.CIRCULAR, (PostKind.OFFICE,), None)
    with underway.refuses(StepRefused, "全文5001字，督查通报最多5000字") as desk:
        check(desk, paper, Check(OPEN, 5001), OFFICE)
    with underway.desk() as desk:
        check(desk, paper, Check(OPEN, 5000), OFFICE)


def test_all_that_is_missing_is_told_at_once(underway: World, draft: int) -> None:
    with underway.desk() as desk:
        desk.session.get_one(Notice, draft).remark = WRONG
    says = "依申请公开的须写明理由.*；全文9000字.*；.*96.45%"
    with underway.refuses(StepRefused, says) as desk:
        check(desk, draft, Check(ON_REQUEST, 9000, " "), OFFICE)


@pytest.mark.parametrize("name", [CONTACT, LEADER, SIGNER])
def test_only_the_office_checks(underway: World, draft: int, name: str) -> None:
    with underway.refuses(NotAllowed, f"{name}不在督查室岗位") as desk:
        check(desk, draft, Check(OPEN, 1), name)


def test_another_version_than_the_one_read_does_not_pass(underway: World, draft: int) -> None:
    with underway.desk() as desk:
        amend(desk, draft, Wording(remark="补充"), OFFICE)
    with underway.refuses(DraftRefused, f"现为第1版，由{OFFICE}修改") as desk:
        check(desk, draft, Check(OPEN, 1200, seen=0), SECOND_OFFICER)


@pytest.mark.parametrize("name", [OFFICE, SIGNER])
def test_office_and_signer_send_back_with_comments_and_the_office_changes(
    underway: World, draft: int, name: str
) -> None:
    check_draft(underway, draft)
    with underway.desk() as desk:
        send_back(desk, draft, name, " 补充原因 ")
    found = row(underway, draft)
    assert (found.state, found.comment, found.checked_by) == (DraftState.SENT_BACK, "补充原因", "")
    last = underway.journal("2023-01")[-1]
    assert (last.kind, last.actor) == (EventKind.DRAFT_SENT_BACK, name)
    assert last.data == {"notice": draft, "version": 0, "comment": "补充原因"}
    with underway.desk() as desk:
        amend(desk, draft, Wording(remark="原因：征地推迟"), OFFICE)
    check_draft(underway, draft)
    assert (row(underway, draft).state, row(underway, draft).comment) == (DraftState.CHECKED, "")


def test_a_draft_is_not_sent_back_twice_or_without_a_word_or_by_anybody(
    underway: World, draft: int
) -> None:
    with underway.refuses(StepRefused, "请写明理由") as desk:
        send_back(desk, draft, OFFICE, " ")
    with underway.refuses(DraftRefused, "退回意见有1001个字，最多1000个字") as desk:
        send_back(desk, draft, OFFICE, "字" * 1001)
    with underway.refuses(NotAllowed, f"{CONTACT}不在督查室岗位，也没有签发权限") as desk:
        send_back(desk, draft, CONTACT, "不妥")
    with underway.desk() as desk:
        send_back(desk, draft, OFFICE, "不妥")
    with underway.refuses(NoSuchStep, f"“退回修改”，不能退回修改.*{OFFICE}已办理拟稿退回") as desk:
        send_back(desk, draft, SIGNER, "不妥")


def test_a_draft_that_was_sent_back_may_be_dismissed_but_not_checked_unchanged(
    underway: World, draft: int
) -> None:
    with underway.desk() as desk:
        send_back(desk, draft, OFFICE, "不妥")
    with pytest.raises(NoSuchStep, match="“退回修改”，不能核稿"):
        check_draft(underway, draft)
    with underway.desk() as desk:
        dismiss(desk, draft, SIGNER, "已当面约谈")
    assert row(underway, draft).state is DraftState.DISMISSED


def test_of_a_check_and_a_sending_back_at_the_same_moment_the_draft_is_sent_back(
    underway: World, draft: int
) -> None:
    """Whoever comes second sees what the first did: a check after it is refused and told who."""
    checked, sent = race(
        underway,
        lambda desk: check(desk, draft, Check(OPEN, 1200), SECOND_OFFICER),
        lambda desk: send_back(desk, draft, OFFICE, "不妥"),
    )
    assert sent is None
    assert row(underway, draft).state is DraftState.SENT_BACK
    if checked is not None:
        assert f"{OFFICE}已办理拟稿退回" in str(checked)


def test_of_two_checks_at_the_same_moment_one_is_told_who_was_first(
    underway: World, draft: int
) -> None:
    told = race(
        underway,
        lambda desk: check(desk, draft, Check(OPEN, 1200), OFFICE),
        lambda desk: check(desk, draft, Check(OPEN, 1200), SECOND_OFFICER),
    )
    (error,) = [error for error in told if error]
    assert isinstance(error, NoSuchStep)
    assert f"{row(underway, draft).checked_by}已办理核稿" in str(error)
