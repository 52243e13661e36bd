"""地区抓总、县市落实: a unit sees its own items, those of the units below it, and all that the
items it leads were broken down into. Nobody sees upwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import BindParameter, bindparam, or_, select
from sqlalchemy.orm import Session

from engine.breakdown import descendants
from engine.errors import DubanError
from engine.rules.lifecycle import ProjectState
from engine.rules.progress import actual_percent
from engine.rules.words import Light, ProjectKind, UnitLevel
from engine.store.loading import load_projects
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Project, ProjectUnit, Unit


class UnitUnknown(DubanError):
    """没有这个单位。"""


def find_unit(session: Session, name: str) -> Found:
    """The ``id``, ``name`` and ``level`` of a unit.

    Raises:
        UnitUnknown: there is none of this name.
    """
    found = rows(session, _NAMED, name=name.strip()).one_or_none()
    if found is None:
        raise UnitUnknown(f"没有名为“{name.strip()}”的单位，请写联系表中的全称")
    return found


def units_below(session: Session, unit_id: int) -> set[int]:
    """A unit and all units below it, a query a level."""
    found, wanted = {unit_id}, [unit_id]
    while wanted:
        below = set(rows(session, _BELOW, units=wanted).scalars()) - found
        found |= below
        wanted = sorted(below)
    return found


def seen_by(session: Session, unit_id: int) -> set[int]:
    """The items a unit may see: those it or a unit below it leads or supports, and the parts of
    those they lead."""
    units = sorted(units_below(session, unit_id))
    led = set(rows(session, _LED, units=units).scalars())
    supported = set(rows(session, _SUPPORTED, units=units).scalars())
    return led | supported | set(descendants(session, sorted(led)))


@dataclass(frozen=True, slots=True)
class Branch:
    """An item as a tree shows it, with all its parts.

    Attributes:
        units: the units that lead it, the first first.
        percent: how far it is.
        due: the promised date while it binds.
    """

    code: str
    kind: ProjectKind
    title: str
    units: tuple[str, ...]
    support: tuple[str, ...]
    level: UnitLevel | None
    state: ProjectState
    light: Light
    percent: Decimal
    due: date | None
    parts: tuple[Branch, ...]


def tree(session: Session, project: Project, day: date) -> Branch:
    """An item with everything below it, in a few queries however large it is."""
    ids = [project.id, *descendants(session, [project.id])]
    loaded = load_projects(session, ids, day)
    facts = {item.id: item for item in loaded.projects}
    children: dict[int, list[Project]] = defaultdict(list)
    for row in loaded.rows.values():
        children[row.parent_id or 0].append(row)
    further: dict[tuple[int, bool], list[str]] = defaultdict(list)
    for item, name, leads in rows(session, _FURTHER, ids=ids):
        further[item, leads].append(name)
    leading = [row.lead_unit_id for row in loaded.rows.values()]
    levels = {unit: level for unit, level in rows(session, _LEVELS, units=leading)}

    def branch(row: Project) -> Branch:
        own = facts[row.id]
        return Branch(
            code=row.code,
            kind=row.kind,
            title=row.title,
            units=(own.unit, *further[row.id, True]),
            support=tuple(further[row.id, False]),
            level=levels[row.lead_unit_id],
            state=row.state,
            light=row.light,
            percent=actual_percent(own),
            due=own.due,
            parts=tuple(branch(part) for part in children[row.id]),
        )

    return branch(loaded.rows[project.id])


def flat(branch: Branch, depth: int = 0) -> Sequence[tuple[int, Branch]]:
    """The tree line by line, each with its depth."""
    return [
        (depth, branch),
        *(line for part in branch.parts for line in flat(part, depth + 1)),
    ]


# The queries, built once.

_UNIT, _PROJECT, _FURTHER_UNIT = table_of(Unit).c, table_of(Project).c, table_of(ProjectUnit).c
_UNITS: BindParameter[Sequence[int]] = bindparam("units", expanding=True)

_NAMED = select(_UNIT.id, _UNIT.name, _UNIT.level).where(_UNIT.name == bindparam("name"))

_BELOW = select(_UNIT.id).where(_UNIT.parent_id.in_(_UNITS))

_LEVELS = select(_UNIT.id, _UNIT.level).where(_UNIT.id.in_(_UNITS))

_LED = select(_PROJECT.id).where(
    or_(
        _PROJECT.lead_unit_id.in_(_UNITS),
        _PROJECT.id.in_(
            select(_FURTHER_UNIT.project_id).where(
                _FURTHER_UNIT.unit_id.in_(_UNITS), _FURTHER_UNIT.leads.is_(True)
            )
        ),
    )
)

_SUPPORTED = select(_FURTHER_UNIT.project_id).where(_FURTHER_UNIT.unit_id.in_(_UNITS))

_FURTHER = (
    select(_FURTHER_UNIT.project_id, _UNIT.name, _FURTHER_UNIT.leads)
    .join_from(table_of(ProjectUnit), table_of(Unit), _FURTHER_UNIT.unit_id == _UNIT.id)
    .where(_FURTHER_UNIT.project_id.in_(bindparam("ids", expanding=True)))
    .order_by(_FURTHER_UNIT.project_id, _FURTHER_UNIT.position, _UNIT.id)
)
