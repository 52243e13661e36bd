from __future__ import annotations

from datetime import date

import pytest

from engine.dates import extending
from engine.desk.people import NotAllowed, PersonUnknown
from engine.desk.transition import find_project
from engine.notices import signing
from engine.notices.answering import NoticeUnknown
from engine.notices.checking import send_back
from engine.notices.drafting import Wording, amend
from engine.notices.signing import SignatureRefused, dismiss, sign
from engine.rules.steps import NoSuchStep, StepRefused
from engine.rules.words import DeadlineKind, NoticeKind, NoticeState, PostKind
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import history, program_chain, verify
from tests.engine.builders import (
    CONTACT,
    DEPUTY,
    HEAD,
    LEADER,
    LIST,
    OFFICE,
    SECOND_OFFICER,
    SIGNER,
    TODAY,
    World,
    assign_all,
    at,
    check_draft,
    draft_notice,
    race,
    register_list,
    with_post,
)

BASIS = "市政府第12次常务会议纪要"
SUMMONS = NoticeKind.SUMMONS_PROPOSAL


def checked(world: World, kind: NoticeKind, audience, *given) -> int:
    """A draft that was checked and waits for its signature."""
    number = draft_notice(world, "2023-01", kind, audience, *given)
    check_draft(world, number)
    return number


@pytest.fixture
def draft(underway: World) -> int:
    """A proposal to summon that waits for a signature."""
    return checked(underway, SUMMONS, (PostKind.LEADER, PostKind.OFFICE))


def test_a_signed_draft_is_issued_to_the_posts_of_its_rule(underway: World, draft: int) -> None:
    with underway.desk(date(2023, 4, 6)) as desk:
        sign(desk, draft, SIGNER, f" {BASIS} ")
    notice = underway.notice(draft)
    assert (notice.state, notice.issued_at) == (NoticeState.ISSUED, at(date(2023, 4, 6)))
    assert (notice.signed_by, notice.signed_basis) == (SIGNER, BASIS)
    assert underway.mail_readers(draft) == {LEADER, OFFICE}
    numbered, signed = underway.journal("2023-01")[-2:]
    assert (numbered.kind, numbered.data["document"]) == (EventKind.NUMBER_GIVEN, "政督〔2023〕1号")
    assert (signed.kind, signed.actor) == (EventKind.NOTICE_SIGNED, SIGNER)
    assert signed.data == {"notice": draft, "basis": BASIS, "to": [LEADER, OFFICE]}


def test_a_circular_goes_to_the_people_of_every_project_it_names(underway: World) -> None:
    audience = (PostKind.UNIT_HEAD, PostKind.LEADER, PostKind.OFFICE)
    paper = checked(underway, NoticeKind.CIRCULAR, audience, None)
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
    draft = checked(underway, SUMMONS, (PostKind.UNIT_HEAD,))
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
    with underway.refuses(StepRefused, "不能签发：签发须写明依据（批示、会议纪要或文号）") as desk:
        sign(desk, draft, SIGNER, "  ")
    with underway.refuses(StepRefused, "不能决定不予发出：请写明理由") as desk:
        dismiss(desk, draft, SIGNER, "")
    with underway.refuses(PersonUnknown, "通讯录中没有“谁”") as desk:
        sign(desk, draft, "谁", BASIS)
    with underway.refuses(NoticeUnknown, "没有编号为 999 的通知") as desk:
        sign(desk, 999, SIGNER, BASIS)


def test_what_nobody_has_checked_is_not_signed(underway: World) -> None:
    fresh = draft_notice(underway, "2023-01", SUMMONS, (PostKind.LEADER,))
    with underway.refuses(NoSuchStep, "拟稿处于“待核稿”，不能签发") as desk:
        sign(desk, fresh, SIGNER, BASIS)
    with underway.desk() as desk:
        send_back(desk, fresh, OFFICE, "数字待核")
    with underway.refuses(NoSuchStep, f"“退回修改”，不能签发.*{OFFICE}已办理拟稿退回") as desk:
        sign(desk, fresh, SIGNER, BASIS)


def test_who_checked_or_wrote_last_does_not_sign_and_all_faults_are_told_at_once(
    database: Database,
) -> None:
    world = World(database)
    register_list(world, with_post(LIST, SIGNER, deputy=OFFICE))
    assign_all(world, "2023-01")
    draft = draft_notice(world, "2023-01", SUMMONS, (PostKind.LEADER,), DeadlineKind.SIGN_FOR)
    world.absent(SIGNER, TODAY)
    with world.desk() as desk:
        amend(desk, draft, Wording(remark="请重视"), OFFICE)
    check_draft(world, draft, OFFICE)
    with world.refuses(StepRefused, f"须写明依据.*{OFFICE}是本件的核稿人.*最后的修改人") as desk:
        sign(desk, draft, OFFICE, " ")


def test_a_signer_signs_what_was_read_and_nothing_else(underway: World, draft: int) -> None:
    with underway.desk() as desk:
        amend(desk, draft, Wording(remark="补充"), OFFICE)
    check_draft(underway, draft)
    with underway.refuses(SignatureRefused, f"现为第1版，由{OFFICE}修改，补充说明为“补充”") as desk:
        sign(desk, draft, SIGNER, BASIS, seen=0)
    with underway.desk() as desk:
        sign(desk, draft, SIGNER, BASIS, seen=1)


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
