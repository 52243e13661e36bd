"""签发: criticism leaves the house only over the signature of somebody with authority.

政府督查工作条例（国务院令第733号）第二十一条.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine.desk.effects import recipients_of
from engine.desk.issuing import ENGINE, Desk, enqueue
from engine.desk.people import authorised_signer
from engine.errors import DubanError
from engine.notices.answering import look_again
from engine.notices.drafting import chain_of, doubts_left, open_draft
from engine.rules.policy import climb
from engine.rules.words import NoticeKind, NoticeState, PostKind
from engine.store.directory import Directory, Recipient, load_directory
from engine.store.journal import Event, EventKind, append
from engine.store.tables import Notice, Project


class SignatureRefused(DubanError):
    """这份通知现在不能签发。"""


def sign(desk: Desk, number: int, by: str, basis: str) -> Notice:
    """Sign a draft: it is issued, and its messages go into the outbox.

    Args:
        basis: the approval it rests on, such as a document number or a recorded instruction.

    Raises:
        NoticeUnknown, PersonUnknown, NotAllowed: see there.
        SignatureRefused: it is no draft, no basis is given, or its remark holds sums or shares
            that are wrong and for which no reason was given.
    """
    notice = open_draft(desk, number, SignatureRefused)
    signer = authorised_signer(desk.session, by, desk.day)
    if not basis.strip():
        raise SignatureRefused("签发须写明依据（批示、会议纪要或文号），请用 --basis 填写")
    _refuse_doubtful_words(notice)
    notice.state, notice.issued_at = NoticeState.ISSUED, desk.at
    notice.signed_by, notice.signed_basis = signer, basis.strip()
    _ask_for_answer(desk, notice)
    recipients = _recipients(desk, notice)
    data = {"notice": number, "basis": notice.signed_basis, "to": [r.name for r in recipients]}
    _record(desk, notice, EventKind.NOTICE_SIGNED, signer, data)
    if not recipients:
        data = {"notice": number, "posts": notice.facts["decision"]["audience"]}
        _record(desk, notice, EventKind.NO_RECIPIENT, ENGINE, data)
    enqueue(desk, [(number, recipient) for recipient in recipients])
    return notice


def dismiss(desk: Desk, number: int, by: str, reason: str) -> Notice:
    """Decide that a draft does not go out; the reason is kept.

    Raises:
        NoticeUnknown, PersonUnknown, NotAllowed: see there.
        SignatureRefused: it is no draft, or no reason is given.
    """
    notice = open_draft(desk, number, SignatureRefused)
    signer = authorised_signer(desk.session, by, desk.day)
    if not reason.strip():
        raise SignatureRefused("不予发出须写明理由")
    notice.state, notice.signed_by, notice.signed_basis = (
        NoticeState.DISMISSED,
        signer,
        reason.strip(),
    )
    data = {"notice": number, "reason": notice.signed_basis}
    _record(desk, notice, EventKind.NOTICE_DISMISSED, signer, data)
    return notice


def _ask_for_answer(desk: Desk, notice: Notice) -> None:
    """The time to answer runs from the signature, and the sweep looks again when it is over."""
    rule = desk.rulebook.policy.rule(notice.rule)
    if rule is None or rule.reply_within is None:
        return
    notice.reply_by = desk.rulebook.calendar.apply(desk.day, rule.reply_within.limit)
    look_again(desk, notice)


def _record(desk: Desk, notice: Notice, kind: EventKind, actor: str, data: dict[str, Any]) -> None:
    append(desk.session, [Event(chain_of(notice), kind, desk.at, actor, data)])


def _refuse_doubtful_words(notice: Notice) -> None:
    """A remark may have been written before a check was known; the signature looks once more."""
    doubts = doubts_left(notice)
    if doubts:
        listed = "；".join(doubt.text for doubt in doubts)
        raise SignatureRefused(
            f"通知 {notice.id} 的补充说明有疑点，不能签发：{listed}。"
            "请督查室改正或说明理由（duban draft amend）"
        )


def _recipients(desk: Desk, notice: Notice) -> tuple[Recipient, ...]:
    """The posts the rule names, of every project the notice is about, as they are held today."""
    if notice.kind is NoticeKind.CIRCULAR:
        ids = [project["id"] for project in notice.facts["projects"]]
    else:
        ids = [notice.project_id]
    projects = desk.session.scalars(
        select(Project).where(Project.id.in_(ids)).order_by(Project.id)
    ).all()
    wanted = tuple(PostKind(post) for post in notice.facts["decision"]["audience"])
    units = {project.lead_unit_id for project in projects}
    directory = load_directory(desk.session, desk.day, units, [p.id for p in projects])
    found = {
        recipient.person_id: recipient
        for project in projects
        for recipient in recipients_of(directory, project, _reached(directory, project, wanted))
    }
    return tuple(found.values())


def _reached(
    directory: Directory, project: Project, wanted: tuple[PostKind, ...]
) -> list[PostKind]:
    """An empty post is skipped for the next one up the chain, as for every notice."""
    return climb(wanted, directory.reachable_of(project))
