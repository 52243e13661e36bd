"""What became of letters, written back to their rows and, when it is bad news, to the journal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import defer

from engine.dates.recalculating import adopt
from engine.desk.falling_back import fall_back
from engine.desk.issuing import Desk
from engine.desk.undelivered import Undelivered
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, append
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Person
from notifications.channels import Accepted, Deferred, InDoubt, Outcome, Pace, Refused
from notifications.retry import CHANNEL_FAULT_DELAY, next_delay

_ACTOR = "发送服务"


class Fate(StrEnum):
    """What a lease came to for one letter.

    RETURNED: not attempted, since the channel was at fault. OVERTAKEN: another dispatcher has
    taken the letter over, and its word counts.
    """

    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    RETURNED = "returned"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True)
class Returned:
    """The letter was not attempted; the channel's fault says why."""

    fault: str


Receipt = Outcome | Returned


def settle(desk: Desk, until: datetime, receipts: Mapping[int, Receipt]) -> Counter[Fate]:
    """Write back, within the desk's transaction, what became of letters, by delivery id.

    What has failed for good goes to the next post, and the office is told.

    Args:
        until: the end of the lease they were held under; a row that no longer bears it has been
            taken over by another dispatcher and is left alone.
    """
    held = desk.session.scalars(_HELD, {"ids": list(receipts), "until": until}).all()
    fates = Counter(_apply(row, receipts[row.id], desk.at) for row in held)
    fates[Fate.OVERTAKEN] += len(receipts) - len(held)
    disable_addresses(desk, [row for row in held if _shuns_address(receipts[row.id])])
    failed = [row for row in held if row.state is DeliveryState.FAILED]
    give_up(desk, [Undelivered(row, _why(receipts[row.id])) for row in failed])
    return fates


def give_up(desk: Desk, failed: Sequence[Undelivered]) -> None:
    """Journal letters given up, pass on what they carried, and tell the office."""
    if not failed:
        return
    journal_lost(desk, EventKind.DELIVERY_FAILED, [lost.row for lost in failed])
    adopt(desk)
    fall_back(desk, failed)


def fail(row: Delivery, error: str) -> Fate:
    """Give a letter up, visibly; the caller journals it."""
    row.state, row.lease_until, row.error = DeliveryState.FAILED, None, error
    return Fate.FAILED


def journal_lost(desk: Desk, kind: EventKind, rows: Sequence[Delivery]) -> None:
    """Journal letters given up, with the notices that have not arrived because of it."""
    notices: defaultdict[int, list[int]] = defaultdict(list)
    ids = [row.id for row in rows]
    carried = select(DeliveryNotice).where(DeliveryNotice.delivery_id.in_(ids))
    for pair in desk.session.scalars(carried.order_by(DeliveryNotice.notice_id)):
        notices[pair.delivery_id].append(pair.notice_id)
    events = [
        _event(
            kind,
            desk.at,
            delivery=row.id,
            key=row.key,
            address=row.address,
            notices=notices[row.id],
            error=row.error,
        )
        for row in rows
    ]
    append(desk.session, events)


def _why(receipt: Receipt) -> str:
    """Why a letter failed, as the office reads it."""
    if _shuns_address(receipt):
        return "邮箱不存在或已停用"
    return "对方邮件服务器拒收" if isinstance(receipt, Refused) else "多次发送均未成功"


def _apply(row: Delivery, receipt: Receipt, now: datetime) -> Fate:
    match receipt:
        case Returned(fault):
            return _requeue(row, fault, now, CHANNEL_FAULT_DELAY, Fate.RETURNED)
        case Accepted():
            row.attempts += 1
            row.state, row.lease_until = DeliveryState.SENT, None
            row.sent_at, row.error = now, ""
            return Fate.SENT
        case Refused(reply):
            row.attempts += 1
            return fail(row, reply)
        case Deferred(reply, pace):
            return _put_off(row, reply, pace, now)
        case InDoubt(reply):
            return _put_off(row, reply, Pace.QUICK, now)


def _put_off(row: Delivery, reply: str, pace: Pace, now: datetime) -> Fate:
    row.attempts += 1
    delay = next_delay(pace, row.attempts)
    if delay is None:
        return fail(row, f"已尝试 {row.attempts} 次，不再重试：{reply}")
    return _requeue(row, reply, now, delay, Fate.DEFERRED)


def _requeue(row: Delivery, error: str, now: datetime, delay: timedelta, fate: Fate) -> Fate:
    row.state, row.lease_until = DeliveryState.QUEUED, None
    row.next_attempt_at, row.error = now + delay, error
    return fate


def _shuns_address(receipt: Receipt) -> bool:
    return isinstance(receipt, Refused) and receipt.address_is_bad


def disable_addresses(desk: Desk, rows: Sequence[Delivery]) -> None:
    """Set aside the addresses that a server has refused for good, once for each person.

    An address corrected since the letter was written is spared.
    """
    if not rows:
        return
    refused = {row.person_id: row for row in rows}
    persons = desk.session.scalars(
        select(Person)
        .where(Person.id.in_(refused), Person.email_fault == "")
        .order_by(Person.id)
        .with_for_update()
    ).all()
    events = []
    for person in persons:
        row = refused[person.id]
        if person.email == row.address:
            person.email_fault = row.error
            about = {"person": person.id, "name": person.name, "address": row.address}
            events.append(_event(EventKind.ADDRESS_DISABLED, desk.at, **about, error=row.error))
    append(desk.session, events)


def _event(kind: EventKind, now: datetime, **data: object) -> Event:
    return Event(chain=ENGINE_CHAIN, kind=kind, at=now, actor=_ACTOR, data=data)


_HELD = (
    select(Delivery)
    .where(
        Delivery.id.in_(bindparam("ids", expanding=True)),
        Delivery.state == DeliveryState.SENDING,
        Delivery.lease_until == bindparam("until"),
    )
    .order_by(Delivery.id)
    .options(defer(Delivery.message))
    .with_for_update()
)
