"""The objections of the public as the office sees them: all, those that wait, those overdue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine.rules.conditions import written
from engine.rules.public_objections import PUBLIC_OBJECTION, PublicObjectionState
from engine.store.statements import rows, table_of
from engine.store.tables import Project, PublicObjection, Unit


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """An objection as the office sees it."""

    number: int
    code: str
    title: str
    unit: str
    name: str
    contact: str
    text: str
    received_on: date
    handle_by: date
    state: PublicObjectionState
    finding: str

    def is_overdue(self, day: date) -> bool:
        """Whether it waits still and its limit has passed."""
        return self.state is PUBLIC_OBJECTION.start and day > self.handle_by

    def left(self, day: date) -> str:
        """How far its limit is on a day, in words; empty once it is handled."""
        if self.state is not PUBLIC_OBJECTION.start:
            return ""
        until = f"应于{written(self.handle_by)}前办结"
        late = f"，已逾期{(day - self.handle_by).days}天" if self.is_overdue(day) else ""
        return until + late


def objection_lines(session: Session) -> list[ObjectionLine]:
    """All objections of all lists, oldest first."""
    return [ObjectionLine(*row[1:]) for row in rows(session, _LINES)]


def open_objections(session: Session) -> list[ObjectionLine]:
    """The objections that wait to be handled."""
    return [ObjectionLine(*row[1:]) for row in rows(session, _WAITING)]


def overdue_objections(
    session: Session, lists: Sequence[int], day: date
) -> dict[int, list[dict[str, str]]]:
    """The objections whose limit has passed on a day, by these lists, as a paper keeps them."""
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for row in rows(session, _OF_LISTS, lists=lists):
        line = ObjectionLine(*row[1:])
        if line.is_overdue(day):
            told = {"number": str(line.number), "code": line.code, "title": line.title}
            found[row.program_id].append(told | {"unit": line.unit, "text": line.left(day)})
    return found


_OBJECTION = table_of(PublicObjection).c
_PROJECT, _UNIT = table_of(Project), table_of(Unit)
_LINES = (
    select(
        _PROJECT.c.program_id,
        _OBJECTION.id,
        _PROJECT.c.code,
        _PROJECT.c.title,
        _UNIT.c.name.label("unit"),
        _OBJECTION.name,
        _OBJECTION.contact,
        _OBJECTION.text,
        _OBJECTION.received_on,
        _OBJECTION.handle_by,
        _OBJECTION.state,
        _OBJECTION.finding,
    )
    .join_from(table_of(PublicObjection), _PROJECT, _OBJECTION.project_id == _PROJECT.c.id)
    .join(_UNIT, _PROJECT.c.lead_unit_id == _UNIT.c.id)
    .order_by(_OBJECTION.id)
)
_OF_LISTS = _LINES.where(_PROJECT.c.program_id.in_(bindparam("lists", expanding=True)))
_WAITING = _LINES.where(_OBJECTION.state == PUBLIC_OBJECTION.start)
