"""Which posts a person holds or stands in for: what they may do follows from that."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from engine.rules.words import PostKind
from engine.store.statements import rows, table_of
from engine.store.tables import Person, Post, Unit


@dataclass(frozen=True, slots=True)
class PostHeld:
    """A post, and the unit whose post it is. ``may_sign``: it carries authority to sign criticism
    (条例 733, art. 21)."""

    kind: PostKind
    unit_id: int
    unit: str
    may_sign: bool


def posts_held(session: Session, person_id: int) -> list[PostHeld]:
    """The posts of a person, as holder or as deputy."""
    return [PostHeld(*row) for row in rows(session, _HELD, person=person_id)]


def full_name(session: Session, person_id: int) -> str:
    """A person's name with their unit's, by which verbs know them from others of that name."""
    name, unit = rows(session, _NAMED, person=person_id).one()
    return f"{name}@{unit}"


_POST, _UNIT, _PERSON = table_of(Post).c, table_of(Unit).c, table_of(Person).c

_HELD = (
    select(_POST.kind, _POST.unit_id, _UNIT.name, _POST.may_sign)
    .join_from(table_of(Post), table_of(Unit), _POST.unit_id == _UNIT.id)
    .where(
        or_(
            _POST.holder_id == bindparam("person"),
            _POST.deputy_id == bindparam("person"),
        )
    )
    .order_by(_POST.id)
)
_NAMED = (
    select(_PERSON.name, _UNIT.name)
    .join_from(table_of(Person), table_of(Unit), _PERSON.unit_id == _UNIT.id)
    .where(_PERSON.id == bindparam("person"))
)
