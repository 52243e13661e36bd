"""How each channel fares: what waits, what went wrong of late, how near it is to its rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from engine.rules.routes import Group
from engine.rules.throttles import Rates
from engine.rules.words import Reason
from engine.store.statements import rows, table_of
from engine.store.tables import Delivery, DeliveryState, Unit
from notifications.throttling import Pressure, pressure

OF_LATE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel.

    Attributes:
        waiting: messages in its queue; ``held`` of them because a budget is used up.
        sent, failed: in the last seven days; a mail that bounced has failed.
        fault: why the message that was put off last could not be sent; empty when none waits.
    """

    name: str
    waiting: int
    held: int
    sent: int
    failed: int
    fault: str
    pressure: Pressure


def channel_lines(
    session: Session, names: Sequence[str], rates: Mapping[str, Rates], now: datetime
) -> list[ChannelLine]:
    """The channels of these names, and any other that messages wait for."""
    found = {row.channel: row for row in rows(session, _COUNTS, since=now - OF_LATE)}
    faults: dict[str, str] = {channel: error for channel, error in rows(session, _FAULTS)}
    strays = [name for name, row in found.items() if row.waiting and name not in names]
    lines = []
    for name in (*names, *sorted(strays)):
        row = found.get(name)
        lines.append(
            ChannelLine(
                name=name,
                waiting=row.waiting if row else 0,
                held=row.held if row else 0,
                sent=row.sent if row else 0,
                failed=row.failed if row else 0,
                fault=faults.get(name, ""),
                pressure=pressure(session, name, rates.get(name, ()), now),
            )
        )
    return lines


def unknown_units(session: Session, groups: Sequence[Group]) -> dict[str, list[str]]:
    """Units that groups are to hear of and that the directory does not have, by group."""
    known = set(rows(session, _UNITS).scalars())
    unknown = {group.name: sorted(group.units - known) for group in groups}
    return {name: units for name, units in unknown.items() if units}


# The queries, built once.

_DELIVERY = table_of(Delivery).c
_UNITS = select(table_of(Unit).c.name)
_WAITS = _DELIVERY.state.in_((DeliveryState.QUEUED, DeliveryState.SENDING))
_LOST = _DELIVERY.state.in_((DeliveryState.FAILED, DeliveryState.BOUNCED))
_LATE = _DELIVERY.created_at >= bindparam("since")

_COUNTS = select(
    _DELIVERY.channel,
    func.count(case((_WAITS, 1))).label("waiting"),
    func.count(case((_WAITS & (_DELIVERY.held == Reason.OVER_BUDGET), 1))).label("held"),
    func.count(case((_LATE & (_DELIVERY.state == DeliveryState.SENT), 1))).label("sent"),
    func.count(case((_LATE & _LOST, 1))).label("failed"),
).group_by(_DELIVERY.channel)

# The newest comes last, and so stays.
_FAULTS = (
    select(_DELIVERY.channel, _DELIVERY.error)
    .where(_WAITS, _DELIVERY.error != "")
    .order_by(_DELIVERY.next_attempt_at, _DELIVERY.id)
)
