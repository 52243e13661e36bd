"""节流 of channels: what has left and what is on its way is counted in the database, so that all
dispatchers together keep to a rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from engine.rules.throttles import Rates, longest, next_time, room
from engine.store.statements import insert_ignoring_doubles, rows, table_of
from engine.store.tables import Delivery, DeliveryState, Setting


@dataclass(frozen=True, slots=True)
class Pressure:
    """How near a channel is to its rates: when messages left, what is on its way as leaving now."""

    rates: Rates
    past: Sequence[datetime]
    now: datetime

    @property
    def room(self) -> int | None:
        """How many more may leave now; None without a limit."""
        return room(self.rates, self.past, self.now)

    @property
    def next_time(self) -> datetime:
        """When the next one may leave."""
        return next_time(self.rates, self.past, self.now)


def pressure(session: Session, channel: str, rates: Rates, now: datetime) -> Pressure:
    """The present pressure on a channel. What arrives while it is counted is counted twice rather
    than not at all: what is on its way is looked for first."""
    if not rates:
        return Pressure(rates, (), now)
    on_the_way = rows(session, _SENDING, channel=channel, now=now).scalar_one()
    since = now - longest(rates)
    sent = list(rows(session, _SENT, channel=channel, since=since).scalars())
    return Pressure(rates, [*sent, *[now] * on_the_way], now)


def room_for(session: Session, channel: str, rates: Rates, now: datetime) -> int | None:
    """How many messages may be taken from the queue, within the caller's transaction; of several
    dispatchers each counts what the others have taken."""
    if not rates:
        return None
    name = f"throttle:{channel}"
    session.execute(insert_ignoring_doubles(session, Setting), {"name": name, "value": ""})
    rows(session, _LOCKED, name=name).one()
    return pressure(session, channel, rates, now).room


# The queries, built once.

_DELIVERY, _SETTING = table_of(Delivery).c, table_of(Setting).c
_ON = _DELIVERY.channel == bindparam("channel")

_LOCKED = select(_SETTING.name).where(_SETTING.name == bindparam("name")).with_for_update()
_SENT = select(_DELIVERY.sent_at).where(_ON, _DELIVERY.sent_at > bindparam("since"))
_SENDING = select(func.count()).where(
    _ON, _DELIVERY.state == DeliveryState.SENDING, _DELIVERY.lease_until > bindparam("now")
)
