"""How the items of a year stand, by field and by unit: counts of lights."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.listing import WORST_FIRST
from engine.overseeing.choice import Choice, fields, lists_by_year
from engine.rules.words import Light
from engine.rules.years import year_at_work
from engine.store.statements import rows, table_of
from engine.store.tables import Project, Unit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LightsOf:
    """How many items of a field (of none without a name) or a unit show each light."""

    name: str
    lights: dict[Light, int]

    @property
    def total(self) -> int:
        return sum(self.lights.values())

    @property
    def to_mend(self) -> int:
        """How many are red or yellow."""
        return self.lights[Light.RED] + self.lights[Light.YELLOW]


@dataclass(frozen=True, slots=True)
class Lights:
    """The lights of a year's items together, by field, and by the unit that leads them."""

    year: int | None
    all: LightsOf
    fields: list[LightsOf]
    units: list[LightsOf]


def lights_of_year(session: Session, seen: frozenset[int] | None, day: date) -> Lights:
    """The lights of the items of the list at work, as far as they may be seen."""
    lists = lists_by_year(session)
    year = year_at_work(lists, day)
    if year is None:
        return Lights(None, _of("", Counter()), [], [])
    its = lists[year]
    chosen = [_PROJECT.program_id.in_(its), *Choice(seen=seen).conditions()]
    by_field = _counted(session, _PROJECT.field, chosen)
    units = _counted(session, _PROJECT.lead_unit_id, chosen)
    names = {number: name for number, name in rows(session, _NAMES) if number in units}
    return Lights(
        year=year,
        all=_of("", sum(by_field.values(), Counter())),
        fields=_of_fields(by_field, fields(session, its)),
        units=[_of(name, units[number]) for number, name in names.items()],
    )


def _of_fields(counted: dict[str, Counter[Light]], listed: list[str]) -> list[LightsOf]:
    """The fields as the list names them, what belongs to none last, so that they add up to all;
    none where no item has a field."""
    names = [name for name in (*listed, "") if name in counted]
    return [_of(name, counted[name]) for name in names] if any(names) else []


def _counted(
    session: Session, by: ColumnElement[T], chosen: Iterable[ColumnElement[bool]]
) -> dict[T, Counter[Light]]:
    """The lights of the chosen items by what they have in this column."""
    query = select(by, _PROJECT.light, func.count()).where(*chosen).group_by(by, _PROJECT.light)
    found: dict[T, Counter[Light]] = defaultdict(Counter)
    for value, light, count in rows(session, query):
        found[value][light] = count
    return found


def light_counts(session: Session, choice: Choice) -> dict[Light, int]:
    """How many of the chosen items show each light."""
    lists = lists_by_year(session)
    years = [choice.year] if choice.year is not None else list(lists)
    its = [number for year in years for number in lists.get(year, ())]
    query = (
        select(_PROJECT.light, func.count())
        .where(_PROJECT.program_id.in_(its), *choice.conditions())
        .group_by(_PROJECT.light)
    )
    found = Counter({light: count for light, count in rows(session, query)})
    return {light: found[light] for light in WORST_FIRST}


def _of(name: str, counted: Counter[Light]) -> LightsOf:
    return LightsOf(name, {light: counted[light] for light in WORST_FIRST})


_PROJECT, _UNIT = table_of(Project).c, table_of(Unit).c
_NAMES = select(_UNIT.id, _UNIT.name).order_by(_UNIT.id)
