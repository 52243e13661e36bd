"""Issuing: a notice, its deliveries and its journal events, in the caller's one transaction.

Notices that criticise are drafted and reach nobody until an authorised person signs
(政府督查工作条例 art. 21), or a document has authorised them beforehand (policy
``papers.standing``). All other notices go out by themselves, one message per person and run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, bindparam, insert, select
from sqlalchemy.orm import Session

from engine.desk.desk import ENGINE as ENGINE
from engine.desk.desk import Desk as Desk
from engine.desk.drafts import NewDraft, lay_down
from engine.desk.outbox import enqueue, enqueue_for_groups
from engine.rules.policy import Policy
from engine.rules.policy_parts import Standing
from engine.rules.words import ChannelKind, NoticeKind, NoticeState, PostKind, Reason, Stage
from engine.store.directory import Recipient
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append
from engine.store.numbers import give_numbers
from engine.store.statements import rows, table_of
from engine.store.tables import Notice

TITLE_LENGTH = 300
"""What the title's column holds."""


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """A notice about to be issued, and the people it is for.

    Attributes:
        chain: the journal chain it is recorded in.
        missing: posts that should have received it and are empty; an alarm is recorded.
        superseded: lower steps this notice answers for.
    """

    key: str
    kind: NoticeKind
    stage: Stage
    rule: str
    occurrence: str
    reason: Reason
    program_id: int
    chain: str
    title: str
    facts: dict[str, Any]
    recipients: tuple[Recipient, ...]
    project_id: int | None = None
    unit_id: int | None = None
    deadline_id: int | None = None
    reply_by: date | None = None
    missing: tuple[PostKind, ...] = ()
    superseded: tuple[str, ...] = field(default=())


def issue(desk: Desk, drafts: Sequence[NoticeDraft]) -> list[NoticeDraft]:
    """Issue what was not issued before.

    Returns:
        The drafts that became notices; a key that exists already is left alone.
    """
    fresh = _not_yet_issued(desk.session, drafts)
    if not fresh:
        return []
    numbered = list(zip(_insert(desk, fresh), fresh, strict=True))
    append(
        desk.session,
        [event for number, draft in numbered for event in _events(desk, number, draft)],
    )
    _lay_down(desk, [(number, draft) for number, draft in numbered if draft.kind.is_criticism])
    leaving = [(number, draft) for number, draft in numbered if not _waits(desk, draft)]
    enqueue(desk, [(number, to) for number, draft in leaving for to in draft.recipients])
    enqueue_for_groups(
        desk,
        [
            (number, draft.unit_id)
            for number, draft in leaving
            if draft.unit_id and _is_for_groups(desk.rulebook.policy, draft)
        ],
    )
    return fresh


def _is_for_groups(policy: Policy, draft: NoticeDraft) -> bool:
    rule = policy.rule(draft.rule)
    return rule is not None and ChannelKind.GROUP in rule.channels


def _standing(desk: Desk, draft: NoticeDraft) -> Standing | None:
    """The document that has authorised this criticism beforehand; mostly there is none."""
    return desk.rulebook.policy.papers.authorising(draft.kind, desk.day)


def _waits(desk: Desk, draft: NoticeDraft) -> bool:
    """Whether it is for somebody to sign."""
    return draft.kind.is_criticism and _standing(desk, draft) is None


def _lay_down(desk: Desk, drafts: Sequence[tuple[int, NoticeDraft]]) -> None:
    """Lay criticism down at the signing desk; what was authorised beforehand is numbered."""
    new = [NewDraft(n, d.title[:TITLE_LENGTH], _standing(desk, d)) for n, d in drafts]
    lay_down(desk.session, new, ENGINE, desk.at)
    signed = {draft.notice_id: draft.standing for draft in new if draft.standing}
    code = desk.rulebook.policy.papers.code
    texts = give_numbers(desk.session, code, list(signed), desk.at, ENGINE)
    append(
        desk.session,
        [
            event
            for number, draft in drafts
            if (standing := signed.get(number))
            for event in _signed(desk, number, draft, standing, texts[number])
        ],
    )


def _signed(
    desk: Desk, number: int, draft: NoticeDraft, standing: Standing, document: str
) -> Iterable[Event]:
    data: dict[str, Any] = {"notice": number, "document": document}
    yield Event(draft.chain, EventKind.NUMBER_GIVEN, desk.at, ENGINE, data)
    data = {"notice": number, "basis": standing.basis, "to": [r.name for r in draft.recipients]}
    yield Event(draft.chain, EventKind.NOTICE_SIGNED, desk.at, ENGINE, data)


def _not_yet_issued(session: Session, drafts: Sequence[NoticeDraft]) -> list[NoticeDraft]:
    if not drafts:
        return []
    keys = [draft.key for draft in drafts]
    known = set(rows(session, _NOTICES, keys=keys).scalars())
    return [draft for draft in drafts if draft.key not in known]


def _insert(desk: Desk, drafts: Sequence[NoticeDraft]) -> list[int]:
    """Write the notices and tell their numbers."""
    written = desk.session.execute(_INSERT, [_row(desk, draft) for draft in drafts])
    numbers: dict[str, int] = {key: number for key, number in written}
    return [numbers[draft.key] for draft in drafts]


def _row(desk: Desk, draft: NoticeDraft) -> dict[str, Any]:
    standing, waits = _standing(desk, draft), _waits(desk, draft)
    return {
        "key": draft.key,
        "program_id": draft.program_id,
        "project_id": draft.project_id,
        "unit_id": draft.unit_id,
        "deadline_id": draft.deadline_id,
        "run_id": desk.run.id if desk.run else None,
        "kind": draft.kind,
        "stage": draft.stage,
        "rule": draft.rule,
        "occurrence": draft.occurrence,
        "reason": draft.reason,
        "state": NoticeState.DRAFT if waits else NoticeState.ISSUED,
        "title": draft.title[:TITLE_LENGTH],
        "as_of": desk.day,
        "policy_version": desk.rulebook.policy.version,
        "calendar_version": desk.rulebook.calendar.version,
        "facts": draft.facts,
        "created_at": desk.at,
        "issued_at": None if waits else desk.at,
        "reply_by": draft.reply_by,
        "signed_by": standing.signer if standing else "",
        "signed_basis": standing.basis if standing else "",
    }


def _events(desk: Desk, number: int, draft: NoticeDraft) -> Iterable[Event]:
    kind = EventKind.NOTICE_DRAFTED if draft.kind.is_criticism else EventKind.NOTICE_ISSUED
    data: dict[str, Any] = {
        "notice": number,
        "key": draft.key,
        "kind": draft.kind.value,
        "reason": draft.reason.value,
        "title": draft.title,
        "to": [r.name for r in draft.recipients],
        "policy": desk.rulebook.policy.version,
        "calendar": desk.rulebook.calendar.version,
    }
    yield Event(draft.chain, kind, desk.at, ENGINE, data)
    if draft.superseded:
        named = dict.fromkeys(_rule_name(desk, step) for step in draft.superseded)
        data = {
            "notice": number,
            "rules": list(named),
            "by": draft.key,
            "steps": list(draft.superseded),
        }
        yield Event(draft.chain, EventKind.NOTICES_SUPERSEDED, desk.at, ENGINE, data)
    if draft.missing:
        data = {"notice": number, "posts": [post.value for post in draft.missing]}
        yield Event(draft.chain, EventKind.NO_RECIPIENT, desk.at, ENGINE, data)


def _rule_name(desk: Desk, step: str) -> str:
    """What the rule of a step such as ``remind-milestone@T-7`` is called."""
    number = step.split("@")[0]
    rule = desk.rulebook.policy.rule(number)
    return rule.name if rule else number


# The statements, built once.

_NOTICE = table_of(Notice)
_THESE: BindParameter[Sequence[str]] = bindparam("keys", expanding=True)

_INSERT = insert(_NOTICE).returning(_NOTICE.c.key, _NOTICE.c.id)
_NOTICES = select(_NOTICE.c.key, _NOTICE.c.id).where(_NOTICE.c.key.in_(_THESE))
