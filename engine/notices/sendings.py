"""发送: how one notice went to each of its readers, and sending again what was given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, defer

from engine.desk.desk import Desk
from engine.desk.outbox import EMAIL
from engine.desk.people import acting
from engine.errors import DubanError
from engine.notices.answering import chain_of, find_notice
from engine.rules.steps import Role
from engine.rules.words import NoticeState, PostKind, Reason
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append
from engine.store.statements import rows, table_of
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Person, Unit

GIVEN_UP = (DeliveryState.FAILED, DeliveryState.BOUNCED)


class RetryRefused(DubanError):
    """这份通知现在不能重新发送。"""


@dataclass(frozen=True, slots=True)
class SendingLine:
    """One message that carries a notice.

    Attributes:
        reader: a person, or the work group of ``unit``.
        due_at: when it is tried next; ``held`` says why only then.
        merged_into: the message that took over what it carried.
        disabled: whether nothing is sent to the person's address any more.
    """

    number: int
    reader: str
    post: PostKind | None
    unit: str
    channel: str
    address: str
    state: DeliveryState
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    held: Reason | None
    merged_into: int | None
    error: str
    disabled: bool

    @property
    def is_given_up(self) -> bool:
        return self.state in GIVEN_UP


def sending_lines(session: Session, number: int) -> list[SendingLine]:
    """The messages that carry a notice, in the order in which they were made."""
    return [SendingLine(*row) for row in rows(session, _LINES, notice=number)]


def retry(desk: Desk, number: int, by: str) -> int:
    """Send the messages of a notice again that were given up; what each carried besides goes with
    it. One whose reader has another address by now goes there, written anew.

    Returns:
        How many.

    Raises:
        NoticeUnknown, PersonUnknown, NotAllowed: see there; ``by`` is of the office.
        RetryRefused: it was withdrawn, nothing of it was given up, or nothing is sent to any of
            these addresses any more.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    notice = find_notice(desk.session, number)
    if notice.state is not NoticeState.ISSUED:
        raise RetryRefused(f"通知 {number} {notice.state.label}，不能重新发送")
    lost = desk.session.scalars(_GIVEN_UP, {"notice": number}).all()
    if not lost:
        raise RetryRefused(f"通知 {number} 没有发送失败的邮件，不必重新发送")
    wanted = {"ids": [row.person_id for row in lost if row.person_id]}
    people = {person.id: person for person in rows(desk.session, _PEOPLE, **wanted)}
    disabled = [p for p in people.values() if p.email_fault]
    shut = {person.id for person in disabled}
    open_ = [row for row in lost if row.channel != EMAIL or row.person_id not in shut]
    if not open_:
        names = "、".join(person.name for person in disabled)
        raise RetryRefused(f"{names}的邮箱已停用，请先更正并恢复邮箱，再重新发送")
    for row in open_:
        person = people.get(row.person_id)
        _queue(row, desk.at, person.email if person and row.channel == EMAIL else "")
    data = {"notice": number, "letters": len(open_), "about": [row.address for row in open_]}
    append(
        desk.session,
        [Event(chain_of(notice), EventKind.DELIVERY_RETRIED, desk.at, actor, data)],
    )
    return len(open_)


def _queue(row: Delivery, at: datetime, address: str) -> None:
    row.state, row.sent_at, row.lease_until = DeliveryState.QUEUED, None, None
    row.next_attempt_at, row.attempts, row.held = at, 0, None
    if address and address != row.address:
        row.address, row.message = address, None


# The queries, built once.

_DELIVERY, _PAIR = table_of(Delivery).c, table_of(DeliveryNotice).c
_PERSON = table_of(Person)
_OF_PERSON, _OF_GROUP = table_of(Unit).alias(), table_of(Unit).alias()

_LINES = (
    select(
        _DELIVERY.id,
        func.coalesce(_PERSON.c.name, "工作群"),
        _DELIVERY.post_kind,
        func.coalesce(_OF_GROUP.c.name, _OF_PERSON.c.name, ""),
        _DELIVERY.channel,
        _DELIVERY.address,
        _DELIVERY.state,
        _DELIVERY.attempts,
        _DELIVERY.next_attempt_at,
        _DELIVERY.sent_at,
        _DELIVERY.held,
        _DELIVERY.merged_into,
        _DELIVERY.error,
        func.coalesce(_PERSON.c.email_fault, "") != "",
    )
    .join_from(table_of(DeliveryNotice), table_of(Delivery), _DELIVERY.id == _PAIR.delivery_id)
    .outerjoin(_PERSON, _PERSON.c.id == _DELIVERY.person_id)
    .outerjoin(_OF_PERSON, _OF_PERSON.c.id == _PERSON.c.unit_id)
    .outerjoin(_OF_GROUP, _OF_GROUP.c.id == _DELIVERY.unit_id)
    .where(_PAIR.notice_id == bindparam("notice"))
    .order_by(_DELIVERY.id)
)

_GIVEN_UP = (
    select(Delivery)
    .join(DeliveryNotice, DeliveryNotice.delivery_id == Delivery.id)
    .where(DeliveryNotice.notice_id == bindparam("notice"), Delivery.state.in_(GIVEN_UP))
    .order_by(Delivery.id)
    .options(defer(Delivery.message))
    .with_for_update(of=Delivery)
)

_PEOPLE = (
    select(_PERSON.c.id, _PERSON.c.name, _PERSON.c.email, _PERSON.c.email_fault)
    .where(_PERSON.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_PERSON.c.id)
)
