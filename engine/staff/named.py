"""Which units and persons a form may name. Read-only, a query each."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from engine.rules.words import PostKind
from engine.store.statements import rows, table_of
from engine.store.tables import Person, Post, Unit


def served_units(session: Session) -> list[str]:
    """The units that have somebody who can sign for what they are given."""
    return list(rows(session, _SERVED).scalars())


def people_in(session: Session, kinds: Sequence[PostKind]) -> list[str]:
    """Who holds or stands in for a post of these kinds, as verbs take it: 姓名@单位."""
    return [f"{row.name}@{row.unit}" for row in rows(session, _IN, kinds=list(kinds))]


# The queries, built once.

_UNIT, _POST, _PERSON = table_of(Unit).c, table_of(Post).c, table_of(Person).c

_SERVED = (
    select(_UNIT.name)
    .where(
        _UNIT.id.in_(
            select(_POST.unit_id).where(
                _POST.kind == PostKind.CONTACT, _POST.holder_id.is_not(None)
            )
        )
    )
    .order_by(_UNIT.name)
)

_IN = (
    select(_PERSON.name, _UNIT.name.label("unit"))
    .join_from(table_of(Person), table_of(Unit), _PERSON.unit_id == _UNIT.id)
    .where(
        select(_POST.id)
        .where(
            _POST.kind.in_(bindparam("kinds", expanding=True)),
            or_(_POST.holder_id == _PERSON.id, _POST.deputy_id == _PERSON.id),
        )
        .exists()
    )
    .order_by(_PERSON.id)
)
