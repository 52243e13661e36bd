"""The silences in force on a day; there are few, so all are read at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, bindparam, or_, select
from sqlalchemy.orm import Session

from engine.store.statements import rows, table_of
from engine.store.tables import Silence


@dataclass(frozen=True, slots=True)
class Silences:
    """Until when items, and all items that a unit leads alone or first, are silenced."""

    items: dict[int, date] = field(default_factory=dict)
    units: dict[int, date] = field(default_factory=dict)

    def until(self, project_id: int, unit_id: int) -> date | None:
        """The last day on which an item is silenced; None when it is not."""
        ends = (self.items.get(project_id), self.units.get(unit_id))
        return max((end for end in ends if end is not None), default=None)


def load_silences(session: Session, day: date) -> Silences:
    """All that is silenced on a day."""
    found = Silences()
    for row in rows(session, _IN_FORCE, day=day):
        ends = found.units if row.project_id is None else found.items
        number = row.unit_id if row.project_id is None else row.project_id
        ends[number] = max(row.ends_on, ends.get(number, row.ends_on))
    return found


_SILENCE = table_of(Silence).c


def in_force() -> ColumnElement[bool]:
    """Whether a silence holds on the day that is given as ``day``."""
    day = bindparam("day", type_=_SILENCE.starts_on.type)
    return (
        (_SILENCE.starts_on <= day)
        & (_SILENCE.ends_on >= day)
        & or_(_SILENCE.lifted_on.is_(None), _SILENCE.lifted_on > day)
    )


_IN_FORCE = select(_SILENCE.project_id, _SILENCE.unit_id, _SILENCE.ends_on).where(in_force())
