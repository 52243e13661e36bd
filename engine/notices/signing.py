"""签发: criticism leaves the house only over the signature of somebody with authority.

政府督查工作条例（国务院令第733号）第二十一条; what is signed was checked by the office, and the
signature gives it its number.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.desk.issuing import ENGINE, Desk
from engine.desk.outbox import enqueue
from engine.desk.people import authorised_signer
from engine.desk.readers import readers_of
from engine.errors import DubanError
from engine.notices.answering import look_again
from engine.notices.drafting import doubts_left, open_draft, record, take, versions_of
from engine.rules.drafts import DraftEvent
from engine.rules.steps import Role, StepFacts
from engine.rules.words import NoticeState, PostKind
from engine.store.event_kinds import EventKind
from engine.store.numbers import give_numbers
from engine.store.tables import Draft, Notice
from engine.trigger import reached


class SignatureRefused(DubanError):
    """这份通知现在不能签发。"""


def sign(desk: Desk, number: int, by: str, basis: str, seen: int | None = None) -> Notice:
    """Sign a checked draft: it gets its number and is issued, and its messages go into the outbox.

    Args:
        basis: the approval it rests on, such as a document number or a recorded instruction.
        seen: the version that the signer read, so that no other one is signed; None for the
            latest.

    Raises:
        NoticeUnknown, PersonUnknown, NotAllowed: see there.
        SignatureRefused: it is no draft, or not the one that was read.
        StepRefused: it has not been checked; no basis is given; its words hold sums or shares
            that are wrong and for which no reason was given; or the signer checked it or wrote it.
    """
    notice, draft = open_draft(desk, number, SignatureRefused, seen)
    signer, basis = authorised_signer(desk.session, by, desk.day), basis.strip()
    facts = StepFacts(missing=tuple(_missing(desk, notice, draft, signer, basis)))
    take(desk, notice, draft, DraftEvent.SIGN, Role.LEADER, facts)
    code = desk.rulebook.policy.papers.code
    document = give_numbers(desk.session, code, [number], desk.at, signer)[number]
    reached("sign.numbered")
    record(desk, notice, EventKind.NUMBER_GIVEN, signer, {"document": document})
    notice.state, notice.issued_at = NoticeState.ISSUED, desk.at
    notice.signed_by, notice.signed_basis = signer, basis
    _ask_for_answer(desk, notice)
    _send(desk, notice, signer)
    return notice


def dismiss(desk: Desk, number: int, by: str, reason: str) -> Notice:
    """Decide that a draft does not go out; the reason is kept.

    Raises:
        NoticeUnknown, PersonUnknown, NotAllowed: see there.
        SignatureRefused: it is no draft.
        StepRefused: no reason is given.
    """
    notice, draft = open_draft(desk, number, SignatureRefused)
    signer = authorised_signer(desk.session, by, desk.day)
    take(desk, notice, draft, DraftEvent.DISMISS, Role.LEADER, StepFacts(reason=reason))
    notice.state, notice.signed_by = NoticeState.DISMISSED, signer
    notice.signed_basis = reason.strip()
    record(desk, notice, EventKind.NOTICE_DISMISSED, signer, {"reason": notice.signed_basis})
    return notice


def _missing(desk: Desk, notice: Notice, draft: Draft, signer: str, basis: str) -> Iterator[str]:
    """What keeps this draft from this signer's name."""
    if not basis:
        yield "签发须写明依据（批示、会议纪要或文号），请用 --basis 填写"
    if signer == draft.checked_by:
        yield f"{signer}是本件的核稿人，不能再签发，请由其他有签发权的领导签发"
    author = versions_of(desk.session, notice.id)[-1].author
    if signer == author:
        yield f"{signer}是本件最后的修改人，不能再签发，请由其他有签发权的领导签发"
    for doubt in doubts_left(notice):
        yield f"{doubt.text}。请督查室改正或说明理由（duban draft amend）"


def _ask_for_answer(desk: Desk, notice: Notice) -> None:
    """The time to answer runs from the signature, and the sweep looks again when it is over."""
    rule = desk.rulebook.policy.rule(notice.rule)
    if rule is None or rule.reply_within is None:
        return
    notice.reply_by = desk.rulebook.calendar.apply(desk.day, rule.reply_within.limit)
    look_again(desk, notice)


def _send(desk: Desk, notice: Notice, signer: str) -> None:
    """Into the outbox, for the posts that the rule names of every project it is about."""
    about = [notice.project_id] if notice.project_id else _named(notice)
    audience = notice.facts["decision"]["audience"]
    readers = readers_of(desk, about, [PostKind(post) for post in audience])
    told = {"basis": notice.signed_basis, "to": [reader.name for reader in readers]}
    record(desk, notice, EventKind.NOTICE_SIGNED, signer, told)
    if not readers:
        record(desk, notice, EventKind.NO_RECIPIENT, ENGINE, {"posts": audience})
    enqueue(desk, [(notice.id, reader) for reader in readers])


def _named(circular: Notice) -> list[int]:
    return [project["id"] for project in circular.facts["projects"]]
