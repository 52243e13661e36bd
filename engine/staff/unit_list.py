"""Units as a list shows them: the tree from the top down."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.ledger.values import UnitKind
from engine.rules.words import UnitLevel
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Person, Unit

KINDS = {
    UnitKind.GOVERNMENT: "本级政府",
    UnitKind.SUPERVISION_OFFICE: "督查机构",
    UnitKind.DEPARTMENT: "政府部门",
    UnitKind.LOWER_GOVERNMENT: "下级政府",
    UnitKind.AUTHORISED_BODY: "授权或受托的组织",
}


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit, what it is in words, and how many stand above it."""

    number: int
    name: str
    kind: str
    level: UnitLevel | None
    depth: int


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody of a unit; ``email_fault`` is why nothing is sent to the address any more."""

    name: str
    title: str
    email: str
    email_fault: str


def unit_lines(session: Session) -> list[UnitLine]:
    """All units, each with those below it behind it."""
    below: dict[int | None, list[Found]] = defaultdict(list)
    for row in rows(session, _UNITS):
        below[row.parent_id].append(row)
    lines: list[UnitLine] = []
    waiting = [(row, 0) for row in reversed(below[None])]
    while waiting:
        row, depth = waiting.pop()
        kind = KINDS.get(row.kind, "")
        lines.append(UnitLine(row.id, row.name, kind, row.level, depth))
        waiting += [(child, depth + 1) for child in reversed(below[row.id])]
    return lines


def people_of(session: Session, unit_id: int) -> list[PersonLine]:
    """The people of a unit."""
    query = _PEOPLE.where(_PERSON.unit_id == unit_id)
    return [PersonLine(*row) for row in rows(session, query)]


_UNIT, _PERSON = table_of(Unit).c, table_of(Person).c
_UNITS = select(_UNIT.id, _UNIT.name, _UNIT.kind, _UNIT.level, _UNIT.parent_id).order_by(_UNIT.id)
_PEOPLE = select(_PERSON.name, _PERSON.title, _PERSON.email, _PERSON.email_fault).order_by(
    _PERSON.id
)
