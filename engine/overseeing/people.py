"""Who answers for an item: its units with their posts, and who is there today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select

from engine.desk.issuing import Desk
from engine.rules.words import UNIT_POSTS, PostKind
from engine.store.directory import Directory, load_directory
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Person, Post, Project, ProjectUnit, Unit

LEADS, LEADS_TOO, SUPPORTS = "牵头", "共同牵头", "配合"


@dataclass(frozen=True, slots=True)
class PostOfItem:
    """A post that answers for the item; ``today`` is who does, empty for nobody."""

    kind: PostKind
    title: str
    holder: str
    today: str


@dataclass(frozen=True, slots=True)
class UnitOfItem:
    """A unit and what it is to the item; the leader stands without a role of a unit."""

    unit: str
    role: str
    posts: list[PostOfItem]


def people_of(desk: Desk, project: Project) -> list[UnitOfItem]:
    """The units of an item in their order, and before them the leader who is responsible."""
    units = _units(desk, project)
    found = rows(
        desk.session,
        _POSTS,
        units=[number for number, _, _ in units],
        kinds=list(UNIT_POSTS),
        leader=project.leader_post_id or 0,
    ).all()
    directory = load_directory(desk.session, desk.day, [number for number, _, _ in units])
    leader = [row for row in found if row.id == project.leader_post_id]
    return [
        *(UnitOfItem(row.unit, "领办领导", _posts([row], directory)) for row in leader),
        *(
            UnitOfItem(name, role, _posts([r for r in found if r.unit_id == number], directory))
            for number, name, role in units
        ),
    ]


def _units(desk: Desk, project: Project) -> list[tuple[int, str, str]]:
    wanted = {"project": project.id, "unit": project.lead_unit_id}
    found = [
        (row.id, row.name, LEADS if row.leads is None else LEADS_TOO if row.leads else SUPPORTS)
        for row in rows(desk.session, _UNITS, **wanted)
    ]
    return sorted(found, key=lambda unit: (LEADS, LEADS_TOO, SUPPORTS).index(unit[2]))


def _posts(found: Sequence[Found], directory: Directory) -> list[PostOfItem]:
    order = list(PostKind)
    return [
        PostOfItem(
            kind=row.kind,
            title=row.title,
            holder=row.holder or "",
            today=directory.by_post[row.id].name if row.id in directory.by_post else "",
        )
        for row in sorted(found, key=lambda row: order.index(row.kind))
    ]


# The queries, built once.

_UNIT, _POST, _PERSON, _FURTHER = (table_of(t).c for t in (Unit, Post, Person, ProjectUnit))
_UNITS = (
    select(_UNIT.id, _UNIT.name, _FURTHER.leads)
    .select_from(table_of(Unit))
    .outerjoin(
        table_of(ProjectUnit),
        (_FURTHER.unit_id == _UNIT.id) & (_FURTHER.project_id == bindparam("project")),
    )
    .where(or_(_UNIT.id == bindparam("unit"), _FURTHER.project_id.is_not(None)))
    .order_by(_FURTHER.position, _UNIT.id)
)
_POSTS = (
    select(
        _POST.id,
        _POST.unit_id,
        _UNIT.name.label("unit"),
        _POST.kind,
        _POST.title,
        _PERSON.name.label("holder"),
    )
    .join_from(table_of(Post), table_of(Unit), _POST.unit_id == _UNIT.id)
    .outerjoin(table_of(Person), _POST.holder_id == _PERSON.id)
    .where(
        or_(
            _POST.id == bindparam("leader"),
            _POST.unit_id.in_(bindparam("units", expanding=True))
            & _POST.kind.in_(bindparam("kinds", expanding=True)),
        )
    )
    .order_by(_POST.id)
)
