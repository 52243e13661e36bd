"""Load: what each unit was sent in a month, against the budget (减负额度). Read-only, in sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from engine.desk.counted import COUNTED, TO_UNITS
from engine.lists.levels import find_unit
from engine.rules.budget import month_of
from engine.rules.words import Reason
from engine.store.statements import rows, table_of
from engine.store.tables import Delivery, DeliveryNotice, DeliveryState, Person, Unit


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """A unit's month.

    Attributes:
        letters: sent, or waiting to leave in the month; those that are held are among them.
        notices: the notices they carry, each once.
        held: waiting because the budget is used up.
        merged: held before, and taken up by another letter since.
    """

    unit: str
    letters: int
    notices: int
    held: int
    merged: int


def unit_loads(session: Session, month: date, unit: str = "") -> list[UnitLoad]:
    """The units that were sent something in the month of a day, the most letters first.

    Args:
        unit: only this one.

    Raises:
        UnitUnknown: there is no such unit.
    """
    only = find_unit(session, unit).name if unit else ""
    first, after = month_of(month)
    found = rows(session, _LOADS, first=first, after=after).all()
    merged = dict(rows(session, _MERGED, first=first, after=after).all())
    loads = [
        UnitLoad(row.name, row.letters, row.notices, row.held or 0, merged.pop(row.name, 0))
        for row in found
    ]
    loads += [UnitLoad(name, 0, 0, 0, count) for name, count in sorted(merged.items())]
    return [load for load in loads if only in ("", load.unit)]


# The queries, built once.

_DELIVERY, _CARRIED = table_of(Delivery), table_of(DeliveryNotice)
_PERSON, _UNIT = table_of(Person), table_of(Unit)
_IS_HELD = and_(_DELIVERY.c.held == Reason.OVER_BUDGET, _DELIVERY.c.state == DeliveryState.QUEUED)
_LETTERS = func.count(_DELIVERY.c.id.distinct())
_OF_UNITS = (
    _DELIVERY.join(_PERSON, _PERSON.c.id == _DELIVERY.c.person_id)
    .join(_UNIT, _UNIT.c.id == _PERSON.c.unit_id)
    .join(_CARRIED, _CARRIED.c.delivery_id == _DELIVERY.c.id, isouter=True)
)
_LOADS = (
    select(
        _UNIT.c.name,
        _LETTERS.label("letters"),
        func.count(_CARRIED.c.notice_id.distinct()).label("notices"),
        func.count(case((_IS_HELD, _DELIVERY.c.id)).distinct()).label("held"),
    )
    .select_from(_OF_UNITS)
    .where(*COUNTED)
    .group_by(_UNIT.c.name)
    .order_by(_LETTERS.desc(), _UNIT.c.name)
)
_MERGED = (
    select(_UNIT.c.name, _LETTERS)
    .select_from(_OF_UNITS)
    .where(
        *TO_UNITS,
        _DELIVERY.c.state == DeliveryState.MERGED,
        _DELIVERY.c.created_at >= bindparam("first"),
        _DELIVERY.c.created_at < bindparam("after"),
    )
    .group_by(_UNIT.c.name)
)
