"""What waits in the outbox, channel by channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, func, select, text
from sqlalchemy.orm import Session

from engine.store.statements import rows, table_of
from engine.store.tables import Delivery, DeliveryState


@dataclass(frozen=True, slots=True)
class Queue:
    """The letters that wait for one channel.

    Attributes:
        oldest: when the oldest of them was written down.
        due: how many could leave now; the others wait for sending hours, or to be tried again.
        due_since: since when the first of these could have left; None when there is none.
    """

    channel: str
    letters: int
    oldest: datetime
    due: int
    due_since: datetime | None


def queues(session: Session, now: datetime) -> list[Queue]:
    """Every channel for which letters wait."""
    return [Queue(*row) for row in rows(session, _QUEUES, now=now)]


_DELIVERY = table_of(Delivery).c
_DUE_AT = case((_DELIVERY.next_attempt_at <= bindparam("now"), _DELIVERY.next_attempt_at))
_QUEUES = (
    select(
        _DELIVERY.channel,
        func.count(),
        func.min(_DELIVERY.created_at),
        func.count(_DUE_AT),
        func.min(_DUE_AT),
    )
    .where(
        # To the letter the condition of the partial index, which SQLite else would not use.
        text("deliveries.state IN ('queued', 'sending')"),
        _DELIVERY.state == DeliveryState.QUEUED,
    )
    .group_by(_DELIVERY.channel)
    .order_by(_DELIVERY.channel)
)
