"""Whether letters leave: what is leased, what waits although it could go, what was never let go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import bindparam, exists, func, or_, select, text
from sqlalchemy.orm import Session

from engine.rules.auditing import (
    LEASE_PATIENCE,
    Finding,
    FindingKind,
    counted,
    late_letters,
)
from engine.rules.throttles import Rates
from engine.store.queues import queues
from engine.store.statements import rows, table_of
from engine.store.tables import Delivery, DeliveryState, RunState, SweepRun


def look(session: Session, channels: Mapping[str, Rates], now: datetime) -> Iterator[Finding]:
    """Letters that should have left by now."""
    stuck = rows(session, _LEASED, before=now - LEASE_PATIENCE).one()
    what = "封信的发送中断后没有接续"
    yield from counted(FindingKind.LEASE_OVER, (), stuck.letters, what, stuck.since)
    yield from late_letters(queues(session, now), channels, now)
    left = rows(session, _GATHERING).scalar_one()
    yield from counted(FindingKind.LETTERS_GATHERING, (), left, "封信留在已经结束的检查里")


# The queries, built once.

_DELIVERY, _RUN = table_of(Delivery).c, table_of(SweepRun).c
_UNSENT = text("deliveries.state IN ('queued', 'sending')")
"""To the letter the condition of the partial index, which SQLite else would not use."""

_LEASED = select(
    func.count().label("letters"), func.min(_DELIVERY.lease_until).label("since")
).where(
    _UNSENT,
    _DELIVERY.state == DeliveryState.SENDING,
    _DELIVERY.lease_until < bindparam("before"),
)
_GATHERING = select(func.count()).where(
    _DELIVERY.state == DeliveryState.GATHERING,
    or_(
        _DELIVERY.run_id.is_(None),
        ~exists().where(_RUN.id == _DELIVERY.run_id, _RUN.state == RunState.RUNNING),
    ),
)
