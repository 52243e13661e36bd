"""The outbox: the letters due are leased from it.

The lease sits on the row and names its own end, so that a dispatcher which comes back too late
can tell that another has taken the row over (design §5, rule 9).
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, or_, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.desk.outbox import put_off
from engine.desk.undelivered import Undelivered
from engine.errors import DubanError, fault_of
from engine.log_actions import LogAction
from engine.store.statements import rows, table_of
from engine.store.tables import Delivery, DeliveryState
from engine.wording import report_spoilt
from notifications.channels import Outgoing
from notifications.message import Mail
from notifications.receipts import fail, give_up
from notifications.throttling import room_for

_log = logging.getLogger(__name__)

UNWRITTEN = "邮件未能生成，收件人没有收到；请核对模板和数据后重新送达"

Compose = Callable[[Session, Sequence[Delivery]], Mapping[int, Mail]]
"""Writes the letters of the given deliveries, by delivery id. It only reads the database."""


@dataclass(frozen=True, slots=True)
class Leased:
    """Letters held until the given moment.

    Attributes:
        failed: how many could not even be written.
        put_off: how many wait for sending hours.
    """

    until: datetime
    letters: tuple[Outgoing, ...]
    failed: int
    put_off: int

    @property
    def taken(self) -> int:
        """How many were taken from the queue."""
        return len(self.letters) + self.failed + self.put_off


def lease(desk: Desk, channel: str, compose: Compose, until: datetime, limit: int) -> Leased:
    """Take, within the desk's transaction, a channel's next due letters until ``until``.

    Letters not yet written are written first, so that a repeat is the same to the byte. One
    that cannot be written fails visibly and keeps none of the others back. A channel's rates
    (节流) may let it take fewer; what comes due outside sending hours is put off.
    """
    room = room_for(desk.session, channel, desk.rulebook.routes.rates.get(channel, ()), desk.at)
    limit = limit if room is None else min(limit, room)
    wanted = {"now": desk.at, "channel": channel, "limit": limit}
    found = desk.session.scalars(_NEXT, wanted).all()
    waiting = put_off(desk, found)
    due = [row for row in found if row.id not in waiting]
    mails, errors = _write(desk.session, compose, [row for row in due if row.message is None])
    for row in due:
        if row.id in errors:
            fail(row, f"邮件无法生成：{errors[row.id]}")
            continue
        if row.id in mails:
            row.message_id, row.message = mails[row.id].message_id, mails[row.id].content
        row.state, row.lease_until, row.held = DeliveryState.SENDING, until, None
    report_spoilt(desk, [spoilt for mail in mails.values() for spoilt in mail.spoilt])
    give_up(desk, [Undelivered(row, UNWRITTEN, False) for row in due if row.id in errors])
    letters = tuple(_outgoing(row) for row in due if row.id not in errors)
    return Leased(until, letters, len(errors), len(waiting))


def count_due(session: Session, now: datetime) -> Counter[str]:
    """How many letters are due, by channel."""
    return Counter({row.channel: row.letters for row in rows(session, _COUNTS, now=now)})


def _write(
    session: Session, compose: Compose, rows: Sequence[Delivery]
) -> tuple[Mapping[int, Mail], Mapping[int, str]]:
    """The mails, and the errors of those that could not be written; one by one if need be."""
    if not rows:
        return {}, {}
    try:
        with session.begin_nested():
            mails = compose(session, rows)
        return mails, {row.id: "没有内容" for row in rows if row.id not in mails}
    except OperationalError:  # the database is away: no letter's fault
        raise
    except Exception as error:
        if len(rows) == 1:
            _log.warning(
                "a letter cannot be written",
                exc_info=True,
                extra={"action": LogAction.LETTER_UNWRITTEN},
            )
            return {}, {rows[0].id: _describe(error)}
    pairs = [_write(session, compose, [row]) for row in rows]
    return (
        {id: mail for mails, _ in pairs for id, mail in mails.items()},
        {id: error for _, errors in pairs for id, error in errors.items()},
    )


def _describe(error: Exception) -> str:
    return str(error) if isinstance(error, DubanError) else fault_of(error)


def _outgoing(row: Delivery) -> Outgoing:
    assert row.message is not None
    return Outgoing(row.id, row.address, row.message_id, row.message, row.created_at)


# The queries, built once.

_DELIVERY = table_of(Delivery).c
_NOW: BindParameter[datetime] = bindparam("now")

_IS_DUE = (
    # To the letter the condition of the partial index, which SQLite else would not use.
    text("deliveries.state IN ('queued', 'sending')"),
    _DELIVERY.next_attempt_at <= _NOW,
    or_(_DELIVERY.state == DeliveryState.QUEUED, _DELIVERY.lease_until <= _NOW),
)

_NEXT = (
    select(Delivery)
    .where(*_IS_DUE, Delivery.channel == bindparam("channel"))
    .order_by(Delivery.next_attempt_at, Delivery.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)

_COUNTS = (
    select(_DELIVERY.channel, func.count().label("letters"))
    .where(*_IS_DUE)
    .group_by(_DELIVERY.channel)
)
