"""日历订阅: under which number the address of a unit's feed of dates was last given out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.desk.people import acting
from engine.errors import DubanError
from engine.lists.levels import find_unit
from engine.rules.conditions import written
from engine.rules.steps import Role
from engine.rules.zone import local_day
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, append
from engine.store.statements import Found, insert_ignoring_doubles, rows, table_of
from engine.store.tables import Feed, Unit

FIRST = 1
"""The serial of an address that was never renewed."""


class FeedChanged(DubanError):
    """订阅地址刚刚被他人更换。"""


def feed_of(session: Session, unit_id: int) -> Found | None:
    """A unit's feed: the ``unit``'s name, the ``serial`` of its address, and by whom and when that
    was last renewed, if it was; None when there is no such unit."""
    return rows(session, _FEED, unit=unit_id).one_or_none()


def feed_named(session: Session, unit: str) -> Found:
    """The feed of the unit of this name, as ``feed_of``.

    Raises:
        UnitUnknown: there is no such unit.
    """
    return rows(session, _FEED, unit=find_unit(session, unit).id).one()


def renew(desk: Desk, unit: str, by: str, seen: int) -> int:
    """Give a unit's feed a new address; the old one is dead at once.

    Args:
        seen: the serial that is to be replaced.

    Returns:
        The new serial.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office.
        UnitUnknown: there is no such unit.
        FeedChanged: somebody has renewed it since; that address stands.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    found = find_unit(desk.session, unit)
    row = {"serial": seen + 1, "renewed_at": desk.at, "renewed_by": actor}
    if _replace(desk, found.id, seen, row) is None:
        last = rows(desk.session, _FEED, unit=found.id).one()
        when = written(local_day(last.renewed_at))
        raise FeedChanged(
            f"{found.name}的订阅地址已由{last.renewed_by}在{when}更换，"
            "请用 duban feed show 查看现在的地址"
        )
    data = {"unit": found.name, "version": seen + 1}
    append(desk.session, [Event(ENGINE_CHAIN, EventKind.FEED_RENEWED, desk.at, actor, data)])
    return seen + 1


def _replace(desk: Desk, unit_id: int, seen: int, row: dict[str, Any]) -> int | None:
    """Write the row in the place of what was seen; None when something else stands there."""
    first = insert_ignoring_doubles(desk.session, Feed).values(unit_id=unit_id, **row)
    later = update(_TABLE).where(_TABLE.c.unit_id == unit_id, _TABLE.c.serial == seen).values(row)
    statement = first if seen == FIRST else later
    written_for: int | None = desk.session.scalar(statement.returning(_TABLE.c.unit_id))
    return written_for


_TABLE = table_of(Feed)

_UNIT = table_of(Unit)

_FEED = (
    select(
        _UNIT.c.id,
        _UNIT.c.name.label("unit"),
        func.coalesce(_TABLE.c.serial, FIRST).label("serial"),
        _TABLE.c.renewed_at,
        _TABLE.c.renewed_by,
    )
    .join_from(_UNIT, _TABLE, _TABLE.c.unit_id == _UNIT.c.id, isouter=True)
    .where(_UNIT.c.id == bindparam("unit"))
)
