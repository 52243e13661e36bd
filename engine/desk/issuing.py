"""Issuing: a notice, its deliveries and its journal events, in the caller's one transaction.

Notices that criticise are drafted and reach nobody until an authorised person signs
(政府督查工作条例 art. 21). All other notices go out by themselves, one message per person and run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, insert, select
from sqlalchemy.orm import Session

from engine.rules.hours import next_sending_time
from engine.rules.rulebook import Rulebook
from engine.rules.words import NoticeKind, NoticeState, PostKind, Reason, Stage
from engine.rules.zone import local_day
from engine.store.directory import Recipient
from engine.store.journal import Event, EventKind, append
from engine.store.statements import insert_ignoring_doubles, rows, table_of
from engine.store.tables import (
    Delivery,
    DeliveryNotice,
    DeliveryState,
    Notice,
    SweepRun,
)

ENGINE = "督办引擎"
EMAIL = "email"
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


@dataclass(frozen=True, slots=True)
class Desk:
    """Where and when notices are issued: the transaction, the rulebook, the moment, the run.

    Attributes:
        run: the sweep that issues; its messages are gathered per person until it ends.
    """

    session: Session
    rulebook: Rulebook
    at: datetime
    run: SweepRun | None = None

    @property
    def day(self) -> date:
        return local_day(self.at)


def issue(desk: Desk, drafts: Sequence[NoticeDraft]) -> list[NoticeDraft]:
    """Issue what was not issued before.

    Returns:
        The drafts that became notices; a key that exists already is left alone.
    """
    fresh = _not_yet_issued(desk.session, drafts)
    if not fresh:
        return []
    ids = _insert(desk, fresh)
    append(
        desk.session,
        [
            event
            for number, draft in zip(ids, fresh, strict=True)
            for event in _events(desk, number, draft)
        ],
    )
    enqueue(
        desk,
        [
            (number, recipient)
            for number, draft in zip(ids, fresh, strict=True)
            if not draft.kind.is_criticism
            for recipient in draft.recipients
        ],
    )
    return fresh


def _not_yet_issued(session: Session, drafts: Sequence[NoticeDraft]) -> list[NoticeDraft]:
    if not drafts:
        return []
    keys = [draft.key for draft in drafts]
    known = set(rows(session, _NOTICES, keys=keys).scalars())
    return [draft for draft in drafts if draft.key not in known]


def _insert(desk: Desk, drafts: Sequence[NoticeDraft]) -> list[int]:
    """Write the notices and tell their numbers, in two statements however many there are."""
    desk.session.execute(_INSERT, [_row(desk, draft) for draft in drafts])
    keys = [draft.key for draft in drafts]
    numbers: dict[str, int] = {
        key: number for key, number in rows(desk.session, _NOTICES, keys=keys)
    }
    return [numbers[key] for key in keys]


def _row(desk: Desk, draft: NoticeDraft) -> dict[str, Any]:
    signed_later = draft.kind.is_criticism
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
        "state": NoticeState.DRAFT if signed_later else NoticeState.ISSUED,
        "title": draft.title[:TITLE_LENGTH],
        "as_of": desk.day,
        "policy_version": desk.rulebook.policy.version,
        "calendar_version": desk.rulebook.calendar.version,
        "facts": draft.facts,
        "created_at": desk.at,
        "issued_at": None if signed_later else desk.at,
        "reply_by": draft.reply_by,
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
        data = {"by": draft.key, "steps": list(draft.superseded)}
        yield Event(draft.chain, EventKind.NOTICES_SUPERSEDED, desk.at, ENGINE, data)
    if draft.missing:
        data = {"notice": number, "posts": [post.value for post in draft.missing]}
        yield Event(draft.chain, EventKind.NO_RECIPIENT, desk.at, ENGINE, data)


def enqueue(desk: Desk, pairs: Sequence[tuple[int, Recipient]]) -> None:
    """Put notices into the outbox: one message per person, shared by all notices of one run,
    or, outside a run, by all that are issued together."""
    if not pairs:
        return
    run = desk.run
    source = f"{run.cadence.value}:{run.period}" if run else f"notice:{pairs[0][0]}"
    keys = {to.person_id: f"{source}/{EMAIL}/{to.person_id}" for _, to in pairs}
    messages = {keys[to.person_id]: _delivery(desk, to) for _, to in pairs}
    desk.session.execute(
        insert_ignoring_doubles(desk.session, Delivery),
        [{"key": key, **row} for key, row in messages.items()],
    )
    ids: dict[str, int] = {
        key: number for key, number in rows(desk.session, _DELIVERIES, keys=list(messages))
    }
    desk.session.execute(
        insert_ignoring_doubles(desk.session, DeliveryNotice),
        [{"delivery_id": ids[keys[to.person_id]], "notice_id": number} for number, to in pairs],
    )


def _delivery(desk: Desk, to: Recipient) -> dict[str, Any]:
    hours, calendar = desk.rulebook.policy.hours, desk.rulebook.calendar
    return {
        "run_id": desk.run.id if desk.run else None,
        "person_id": to.person_id,
        "post_kind": to.post_kind,
        "channel": EMAIL,
        "address": to.email,
        "state": DeliveryState.GATHERING if desk.run else DeliveryState.QUEUED,
        "created_at": desk.at,
        "next_attempt_at": next_sending_time(desk.at, hours, calendar),
    }


# The statements, built once.

_NOTICE, _DELIVERY = table_of(Notice), table_of(Delivery)
_THESE: BindParameter[Sequence[str]] = bindparam("keys", expanding=True)

_INSERT = insert(_NOTICE)
_NOTICES = select(_NOTICE.c.key, _NOTICE.c.id).where(_NOTICE.c.key.in_(_THESE))
_DELIVERIES = select(_DELIVERY.c.key, _DELIVERY.c.id).where(_DELIVERY.c.key.in_(_THESE))
