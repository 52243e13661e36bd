from __future__ import annotations

from datetime import date

import pytest

from engine.dates import extending
from engine.desk.people import NotAllowed, PersonUnknown
from engine.desk.transition import find_project
from engine.notices import signing
from engine.notices.answering import NoticeUnknown
from engine.notices.signing import SignatureRefused, dismiss, sign
from engine.rules.words import DeadlineKind, NoticeKind, NoticeState, PostKind
from engine.store.journal import EventKind, history, program_chain, verify
from tests.engine.builders import (
    CONTACT,
    DEPUTY,
    HEAD,
    LEADER,
    OFFICE,
    SECOND_OFFICER,
    SIGNER,
    TODAY,
    World,
    at,
    draft_notice,
    race,
)

BASIS = "市政府第12次常务会议纪要"
SUMMONS = NoticeKind.SUMMONS_PROPOSAL


@pytest.fixture
def draft(underway: World) -> int:
    """A proposal to summon that waits for a signature."""
    return draft_notice(underway, "2023-01", SUMMONS, (PostKind.LEADER, PostKind.OFFICE))


def test_a_signed_draft_is_issued_to_the_posts_of_its_rule(underway: World, draft: int) -> None:
    with underway.desk(date(2023, 4, 6)) as desk:
        sign(desk, draft, SIGNER, f" {BASIS} ")
    notice = underway.notice(draft)
    assert (notice.state, notice.issued_at) == (NoticeState.ISSUED, at(date(2023, 4, 6)))
    assert (notice.signed_by, notice.signed_basis) == (SIGNER, BASIS)
    assert underway.mail_readers(draft) == {LEADER, OFFICE}
    last = underway.journal("2023-01")[-1]
    assert (last.kind, last.actor) == (EventKind.NOTICE_SIGNED, SIGNER)
    assert last.data == {"notice": draft, "basis": BASIS, "to": [LEADER, OFFICE]}


def test_a_circular_goes_to_the_people_of_every_project_it_names(underway: World) -> None:
    audience = (PostKind.UNIT_HEAD, PostKind.LEADER, PostKind.OFFICE)
    paper = draft_notice(underway, "2023-01", NoticeKind.CIRCULAR, audience, None)
    with underway.desk() as desk:
        sign(desk, paper, SIGNER, BASIS)
    assert underway.mail_readers(paper) == {HEAD, LEADER, OFFICE}
    with underway.database.read() as session:
        last = history(session, program_chain(underway.program().id))[-1]
        assert verify(session) == []
    assert (last.kind, last.actor) == (EventKind.NOTICE_SIGNED, SIGNER)


def test_those_who_hold_the_posts_on_the_day_of_signature_get_it(
    underway: World, draft: int
) -> None:
    underway.absent(OFFICE, TODAY)
    underway.change_person(LEADER, email_fault="550")
    with underway.desk() as desk:
        sign(desk, draft, SIGNER, BASIS)
    assert underway.mail_readers(draft) == {SECOND_OFFICER}


def test_an_empty_post_is_climbed_past_at_signature(underway: World) -> None:
    draft = draft_notice(underway, "2023-01", SUMMONS, (PostKind.UNIT_HEAD,))
    underway.change_person(HEAD, email_fault="550")
    with underway.desk() as desk:
        sign(desk, draft, SIGNER, BASIS)
    assert underway.mail_readers(draft) == {LEADER}


def test_a_signed_notice_that_reaches_nobody_is_an_alarm(underway: World, draft: int) -> None:
    for name in (LEADER, OFFICE, SECOND_OFFICER):
        underway.change_person(name, email_fault="550")
    with underway.desk() as desk:
        sign(desk, draft, SIGNER, BASIS)
    assert underway.kinds("2023-01", 2) == [EventKind.NOTICE_SIGNED, EventKind.NO_RECIPIENT]


@pytest.mark.parametrize("verb", [sign, dismiss])
@pytest.mark.parametrize("name", [CONTACT, DEPUTY, HEAD, OFFICE, LEADER])
def test_only_a_person_with_authority_signs_or_dismisses(
    underway: World, draft: int, verb, name: str
) -> None:
    with underway.refuses(NotAllowed, f"{name}没有签发权限.*请由有签发权的领导签发") as desk:
        verb(desk, draft, name, BASIS)


def test_a_basis_a_reason_and_a_known_person_are_needed(underway: World, draft: int) -> None:
    with underway.refuses(SignatureRefused, "签发须写明依据（批示、会议纪要或文号）") as desk:
        sign(desk, draft, SIGNER, "  ")
    with underway.refuses(SignatureRefused, "不予发出须写明理由") as desk:
        dismiss(desk, draft, SIGNER, "")
    with underway.refuses(PersonUnknown, "通讯录中没有“谁”") as desk:
        sign(desk, draft, "谁", BASIS)
    with underway.refuses(NoticeUnknown, "没有编号为 999 的通知") as desk:
        sign(desk, 999, SIGNER, BASIS)


def test_a_dismissed_draft_is_never_sent(underway: World, draft: int) -> None:
    mails = underway.mails()
    with underway.desk() as desk:
        dismiss(desk, draft, SIGNER, "已当面约谈")
    notice = underway.notice(draft)
    assert (notice.state, notice.issued_at) == (NoticeState.DISMISSED, None)
    last = underway.journal("2023-01")[-1]
    assert (last.kind, last.data["reason"]) == (EventKind.NOTICE_DISMISSED, "已当面约谈")
    with underway.refuses(SignatureRefused, f"不予发出（{SIGNER}），不是待签发的拟稿") as desk:
        sign(desk, draft, SIGNER, BASIS)
    assert underway.mails() == mails


def test_what_was_signed_cannot_be_signed_or_dismissed_again(underway: World, draft: int) -> None:
    with underway.desk() as desk:
        sign(desk, draft, SIGNER, BASIS)
    for verb in (sign, dismiss):
        with underway.refuses(SignatureRefused, f"已发出（{SIGNER}），不是待签发的拟稿") as desk:
            verb(desk, draft, SIGNER, BASIS)


def test_two_signatures_at_the_same_moment_issue_once(underway: World, draft: int) -> None:
    def verb(desk) -> None:
        sign(desk, draft, SIGNER, BASIS)

    told = race(underway, verb, verb)
    assert told.count(None) == 1
    (loser,) = [error for error in told if error]
    assert isinstance(loser, SignatureRefused)
    assert SIGNER in str(loser)
    assert underway.kinds("2023-01", 99).count(EventKind.NOTICE_SIGNED) == 1
    assert [carried for name, _, carried in underway.mails() if name == LEADER] == [1]


def test_a_signature_and_an_extension_at_the_same_moment_do_not_undo_each_other(
    underway: World, draft: int
) -> None:
    """Either the draft was signed before the date moved, or it was cancelled with the old date."""
    with underway.desk() as desk:
        project = find_project(desk, "2023-01")
        asked = extending.request(
            desk, project, DeadlineKind.COMPLETION, "", date(2023, 12, 28), "汛期", "过半", CONTACT
        )
        extending.review(desk, asked.id, OFFICE, "属实")
    told = race(
        underway,
        lambda desk: signing.sign(desk, draft, SIGNER, BASIS),
        lambda desk: extending.decide(desk, asked.id, LEADER, approve=True, decision="同意"),
    )
    assert told[1] is None
    state = underway.notice(draft).state
    assert state is (NoticeState.ISSUED if told[0] is None else NoticeState.CANCELLED)
    underway.journal("2023-01")
