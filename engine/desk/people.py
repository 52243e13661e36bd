"""Who acts, and whether they may: denied unless a post allows it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, String, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from engine.errors import DubanError
from engine.rules.steps import Role
from engine.rules.words import PostKind
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Leave, Person, Post, Project, ProjectUnit, Unit

POSTS_OF_ROLE = {
    Role.OFFICE: (PostKind.OFFICE,),
    Role.LEADER: (PostKind.LEADER, PostKind.PRINCIPAL, PostKind.SIGNER),
}


class PersonUnknown(DubanError):
    """通讯录中没有这个人。"""


class NotAllowed(DubanError):
    """此人无权办理。"""


def find_person(session: Session, name: str) -> Found:
    """The ``id`` and ``name`` of the person of this name; of two with one name, write 姓名@单位.

    Raises:
        PersonUnknown: nobody, or more than one person, is meant.
    """
    return _find(session, _PERSONS, name)


def _find(session: Session, query: Select[*tuple[Any, ...]], name: str, **wanted: Any) -> Found:
    """The one person of this name, with whatever else the query asks of them."""
    alone, _, unit = name.partition("@")
    found = rows(session, query, name=alone, unit=unit, **wanted).all()
    if not found:
        raise PersonUnknown(f"通讯录中没有“{name}”，请核对姓名")
    if len(found) > 1:
        raise PersonUnknown(f"有{len(found)}人名为“{alone}”，请写成“姓名@单位”")
    return found[0]


def acting(session: Session, name: str, role: Role, project: Project | None = None) -> str:
    """The name of a person who may act in this role, for the journal.

    Args:
        project: for ``Role.UNIT``, the project whose lead units alone may act.

    Raises:
        PersonUnknown: nobody of that name.
        NotAllowed: the person holds no post of the role, or belongs to another unit.
    """
    if role is Role.UNIT:
        of = {"project": project.id, "unit_id": project.lead_unit_id} if project else _NOTHING
        person = _find(session, _OF_LEAD_UNIT, name, **of)
        if not person.may:
            raise NotAllowed(f"{person.name}不在该事项牵头单位的岗位上，不能办理")
    else:
        person = _find(session, _OF_ROLE, name, kinds=POSTS_OF_ROLE[role])
        if not person.may:
            raise NotAllowed(f"{person.name}不在{role.label}岗位，不能办理")
    return str(person.name)


def lead_unit_of(session: Session, name: str, project: Project) -> Found:
    """The ``id`` and ``name`` of the lead unit for which a person acts on a project.

    Raises:
        PersonUnknown: nobody of that name.
        NotAllowed: the person belongs to none of its lead units.
    """
    person = find_person(session, name)
    wanted = {"person": person.id, "project": project.id, "unit": project.lead_unit_id}
    found = rows(session, _LEADING, **wanted).first()
    if found is None:
        raise NotAllowed(f"{person.name}不在该事项牵头单位的岗位上，不能办理")
    return found


def authorised_signer(session: Session, name: str, day: date) -> str:
    """The name of a person with authority to sign criticism; a deputy has it while the holder
    of the post is away on ``day``.

    Raises:
        PersonUnknown: nobody of that name.
        NotAllowed: the person's post carries no such authority (政府督查工作条例 art. 21).
    """
    person = find_person(session, name)
    if rows(session, _SIGNING, person=person.id, day=day).first() is None:
        raise NotAllowed(
            f"{person.name}没有签发权限。通报和约谈建议须经本级政府或其行政首长批准"
            "（《政府督查工作条例》第二十一条），请由有签发权的领导签发"
        )
    return str(person.name)


def is_of_office(session: Session, person: Found) -> bool:
    """Whether the person has a post in the supervision office."""
    kinds = POSTS_OF_ROLE[Role.OFFICE]
    return rows(session, _HOLDING, person=person.id, kinds=kinds).first() is not None


def holds_post_in(session: Session, person: Found, unit_id: int) -> bool:
    """Whether the person answers for a unit: has a post in it other than the office's."""
    return rows(session, _ANSWERING, person=person.id, unit=unit_id).first() is not None


def has_post_in(session: Session, person: Found, unit_id: int) -> bool:
    """Whether the person has any post in a unit, the office's own included."""
    return rows(session, _IN_UNIT, person=person.id, unit=unit_id).first() is not None


# The queries, built once.

_PERSON, _POST, _LEAVE = table_of(Person).c, table_of(Post).c, table_of(Leave).c
_UNIT, _FURTHER = table_of(Unit).c, table_of(ProjectUnit).c

_PERSONS = (
    select(_PERSON.id, _PERSON.name)
    .join_from(table_of(Person), table_of(Unit), _PERSON.unit_id == _UNIT.id)
    .where(
        _PERSON.name == bindparam("name"),
        or_(bindparam("unit", type_=String) == "", _UNIT.name == bindparam("unit")),
    )
)

_OF_PERSON = or_(
    _POST.holder_id == bindparam("person"),
    _POST.deputy_id == bindparam("person"),
)

_IS_THEIRS = or_(_POST.holder_id == _PERSON.id, _POST.deputy_id == _PERSON.id)
_ALSO_LED = select(_FURTHER.unit_id).where(
    _FURTHER.project_id == bindparam("project"), _FURTHER.leads.is_(True)
)
_NOTHING = {"project": None, "unit_id": None}

_OF_LEAD_UNIT = _PERSONS.add_columns(
    select(_POST.id)
    .where(
        _IS_THEIRS,
        or_(_POST.unit_id == bindparam("unit_id"), _POST.unit_id.in_(_ALSO_LED)),
    )
    .exists()
    .label("may")
)
"""And whether they have a post in a unit that leads a project."""

_OF_ROLE = _PERSONS.add_columns(
    select(_POST.id)
    .where(_IS_THEIRS, _POST.kind.in_(bindparam("kinds", expanding=True)))
    .exists()
    .label("may")
)
"""And whether they have a post of some kinds."""

_LEADING = (
    select(_UNIT.id, _UNIT.name)
    .join_from(table_of(Post), table_of(Unit), _POST.unit_id == _UNIT.id)
    .where(
        _OF_PERSON,
        or_(
            _POST.unit_id == bindparam("unit"),
            _POST.unit_id.in_(_ALSO_LED),
        ),
    )
    .order_by(_UNIT.id != bindparam("unit"), _UNIT.id)
)

_HOLDING = select(_POST.id).where(_OF_PERSON, _POST.kind.in_(bindparam("kinds", expanding=True)))

_IN_UNIT = select(_POST.id).where(_OF_PERSON, _POST.unit_id == bindparam("unit"))

_ANSWERING = _IN_UNIT.where(_POST.kind != PostKind.OFFICE)

_HOLDER_AWAY = (
    select(_LEAVE.id)
    .where(
        _LEAVE.person_id == _POST.holder_id,
        or_(_LEAVE.post_id.is_(None), _LEAVE.post_id == _POST.id),
        _LEAVE.starts_on <= bindparam("day"),
        or_(_LEAVE.ends_on.is_(None), _LEAVE.ends_on >= bindparam("day")),
    )
    .exists()
)

_SIGNING = select(_POST.id).where(
    _POST.may_sign.is_(True),
    or_(
        _POST.holder_id == bindparam("person"),
        and_(_POST.deputy_id == bindparam("person"), or_(_POST.holder_id.is_(None), _HOLDER_AWAY)),
    ),
)
"""The posts with authority to sign that a person holds, or stands in for on a day."""
