"""核稿: the office checks a draft before a leader signs it, or it goes back with comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.desk.issuing import Desk
from engine.desk.people import (
    NotAllowed,
    acting,
    authorised_signer,
    find_person,
    is_of_office,
)
from engine.notices.drafting import DraftRefused, doubts_left, open_draft, record, take
from engine.rules.drafts import DraftEvent, PublicAttribute
from engine.rules.steps import Role, StepFacts
from engine.rules.texts import too_long
from engine.store.event_kinds import EventKind
from engine.store.tables import Draft, Notice

COMMENT_LENGTH = 1000
LIGHTER = "《整治形式主义为基层减负若干规定》（2024年）"


@dataclass(frozen=True, slots=True)
class Check:
    """What somebody of the office has found about a draft.

    Attributes:
        public: 公开属性.
        reason: why it is not public of itself; needed unless it is.
        length: the characters of the paper as it will be printed.
        seen: the version that was read, so that no other one passes; None for the latest.
    """

    public: PublicAttribute
    length: int
    reason: str = ""
    seen: int | None = None


def check(desk: Desk, number: int, found: Check, by: str) -> Draft:
    """Pass a draft on to its signer.

    Raises:
        NoticeUnknown, PersonUnknown, NotAllowed: see there; ``by`` is of the office.
        DraftRefused: it is no draft, or not the one that was read.
        StepRefused: it waits for something else; or, all told at once: the reason for not making
            it public is missing, it is too long, or its figures do not go together.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    notice, draft = open_draft(desk, number, DraftRefused, found.seen)
    facts = StepFacts(missing=tuple(_missing(desk, notice, found)))
    take(desk, notice, draft, DraftEvent.CHECK, Role.OFFICE, facts)
    draft.checked_by, draft.checked_at, draft.comment = actor, desk.at, ""
    draft.public, draft.public_reason = found.public, found.reason.strip()
    data = {
        "version": draft.number,
        "public": draft.public.value,
        "reason": draft.public_reason,
        "length": found.length,
    }
    record(desk, notice, EventKind.DRAFT_CHECKED, actor, data)
    return draft


def send_back(desk: Desk, number: int, by: str, comment: str) -> Draft:
    """Give a draft back to the office to be changed, with what is wrong with it.

    Raises:
        NoticeUnknown, PersonUnknown: see there.
        NotAllowed: ``by`` is neither of the office nor may sign.
        DraftRefused: it is no draft.
        StepRefused: it has been sent back already, or there is no comment.
    """
    actor, role = _sender(desk, by)
    notice, draft = open_draft(desk, number, DraftRefused)
    if fault := too_long("退回意见", comment.strip(), COMMENT_LENGTH):
        raise DraftRefused(f"拟稿未退回：{fault}")
    take(desk, notice, draft, DraftEvent.SEND_BACK, role, StepFacts(reason=comment))
    draft.checked_by, draft.checked_at, draft.comment = "", None, comment.strip()
    data = {"version": draft.number, "comment": draft.comment}
    record(desk, notice, EventKind.DRAFT_SENT_BACK, actor, data)
    return draft


def _missing(desk: Desk, notice: Notice, found: Check) -> Iterator[str]:
    if found.public is not PublicAttribute.PUBLIC and not found.reason.strip():
        yield f"{found.public.label}的须写明理由（--reason）"
    limit = desk.rulebook.policy.papers.limit_of(notice.kind)
    if found.length > limit:
        yield f"全文{found.length}字，{notice.kind.label}最多{limit}字（{LIGHTER}），请精简"
    for doubt in doubts_left(notice):
        yield f"{doubt.text}。请改正或说明理由（duban draft amend）"


def _sender(desk: Desk, by: str) -> tuple[str, Role]:
    person = find_person(desk.session, by)
    if is_of_office(desk.session, person):
        return str(person.name), Role.OFFICE
    try:
        return authorised_signer(desk.session, by, desk.day), Role.LEADER
    except NotAllowed as refused:
        raise NotAllowed(f"{person.name}不在督查室岗位，也没有签发权限，不能退回拟稿") from refused
