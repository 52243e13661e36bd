"""Which items are meant: the filter that lists, walls and counts of items share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Subquery, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from engine.rules.lifecycle import ProjectState
from engine.rules.words import Light, ProjectKind
from engine.store.statements import rows, table_of
from engine.store.tables import Program, Project, ProjectUnit, Unit

UNITS_OFFERED = 300
"""How many units are offered to choose from; where there are more, the name is typed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which items; what is not set leaves nothing out.

    Attributes:
        unit: leads them, alone or with others; by name.
        text: stands in the code or the title.
        seen: the numbers of those that may be seen at all; None for all.
    """

    light: Light | None = None
    state: ProjectState | None = None
    kind: ProjectKind | None = None
    field: str = ""
    unit: str = ""
    year: int | None = None
    text: str = ""
    seen: frozenset[int] | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """What holds for the rows of ``projects`` that are meant, whatever their year."""
        if self.seen is not None:
            yield _PROJECT.id.in_(numbers(self.seen))
        if self.light is not None:
            yield _PROJECT.light == self.light
        if self.state is not None:
            yield _PROJECT.state == self.state
        if self.kind is not None:
            yield _PROJECT.kind == self.kind
        if self.field:
            yield _PROJECT.field == self.field
        if self.unit:
            yield _led_by(self.unit)
        if self.text:
            yield or_(
                _PROJECT.code.contains(self.text, autoescape=True),
                _PROJECT.title.contains(self.text, autoescape=True),
            )


def numbers(seen: frozenset[int]) -> ColumnElement[int]:
    """Numbers for an ``IN``, written into the statement: databases bound the parameters of one."""
    return bindparam(None, sorted(seen), expanding=True, literal_execute=True)


def lists_by_year(session: Session) -> dict[int, list[int]]:
    """The numbers of the lists of each year, the newest year first."""
    found: dict[int, list[int]] = {}
    for year, number in rows(session, _LISTS):
        found.setdefault(year, []).append(number)
    return found


def fields(session: Session, lists: list[int]) -> list[str]:
    """The fields that the items of these lists belong to, in the order of the newest list."""
    places = field_places(lists)
    return list(rows(session, select(places.c.field).order_by(places.c.place)).scalars())


def field_places(lists: list[int]) -> Subquery:
    """The place of each field: that of the first item in it, by list and number, the newest list
    first; parts have numbers of their own. No two fields have the same."""
    number = func.min(case((_PROJECT.parent_id.is_(None), _PROJECT.number)))
    order = (_PROGRAM.year.desc(), _PROGRAM.id, number.is_(None), number, func.min(_PROJECT.id))
    listed = (
        select(_PROJECT.field, func.row_number().over(order_by=order).label("place"))
        .join_from(table_of(Project), table_of(Program), _PROJECT.program_id == _PROGRAM.id)
        .where(_PROGRAM.id.in_(lists), _PROJECT.field != "")
        .group_by(_PROGRAM.year, _PROGRAM.id, _PROJECT.field)
        .subquery()
    ).c
    return (
        select(listed.field, func.min(listed.place).label("place"))
        .group_by(listed.field)
        .subquery()
    )


def leading_units(session: Session) -> list[str]:
    """The names of the units that lead anything; empty where they are too many to choose from."""
    found = list(rows(session, _LEADING).scalars())
    return found if len(found) <= UNITS_OFFERED else []


def _led_by(unit: str) -> ColumnElement[bool]:
    its = select(_UNIT.id).where(_UNIT.name == unit).scalar_subquery()
    also = select(_FURTHER.project_id).where(_FURTHER.unit_id == its, _FURTHER.leads.is_(True))
    return or_(_PROJECT.lead_unit_id == its, _PROJECT.id.in_(also))


# The queries, built once.

_PROJECT, _PROGRAM, _UNIT = table_of(Project).c, table_of(Program).c, table_of(Unit).c
_FURTHER = table_of(ProjectUnit).c

_LISTS = select(_PROGRAM.year, _PROGRAM.id).order_by(_PROGRAM.year.desc(), _PROGRAM.id)
_LEADING = (
    select(_UNIT.name)
    .where(select(_PROJECT.id).where(_PROJECT.lead_unit_id == _UNIT.id).exists())
    .order_by(_UNIT.id)
    .limit(UNITS_OFFERED + 1)
)
