"""What a batch of letters carries, and who reads them: looked up in sets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from engine.rules.words import PostKind
from engine.store.statements import rows, table_of
from engine.store.tables import Delivery, DeliveryNotice, Notice, Person, Post, Unit
from notifications.words import Addressee


def office_name(session: Session) -> str | None:
    """The unit of the supervision office, which signs the letters."""
    return rows(session, _OFFICE_NAME).scalar()


def notices_of(session: Session, deliveries: Sequence[Delivery]) -> dict[int, list[Notice]]:
    """What each delivery carries; a notice is read once however many people it goes to."""
    pairs = rows(session, _CARRIED, ids=[row.id for row in deliveries]).all()
    wanted = {"ids": {pair.notice_id for pair in pairs}}
    notices = {notice.id: notice for notice in session.scalars(_NOTICES, wanted)}
    carried: dict[int, list[Notice]] = defaultdict(list)
    for delivery_id, notice_id in pairs:
        carried[delivery_id].append(notices[notice_id])
    return carried


def unit_names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Units by their number."""
    wanted = set(ids)
    if not wanted:
        return {}
    return {row.id: row.name for row in rows(session, _UNITS, ids=wanted)}


def addressees_of(session: Session, deliveries: Sequence[Delivery]) -> dict[int, Addressee]:
    """Who reads each letter that goes to a person."""
    wanted = {row.person_id for row in deliveries}
    persons = {row.id: row for row in rows(session, _PERSONS, ids=wanted)}
    before = _readers_before(session, deliveries)
    return {
        row.id: Addressee(
            persons[row.person_id].name,
            persons[row.person_id].unit,
            row.post_kind,
            before.get(row.instead_of, ""),
        )
        for row in deliveries
        if row.post_kind is not None
    }


def _readers_before(session: Session, deliveries: Sequence[Delivery]) -> dict[int | None, str]:
    """Whom letters were first meant for that come to another, by the number of the failed one."""
    wanted = {row.instead_of for row in deliveries if row.instead_of}
    if not wanted:
        return {}
    found = rows(session, _READERS, ids=wanted)
    return {row.id: f"{row.name}（{row.post_kind.label}）" for row in found}


# The queries, built once: each takes the ids of a whole batch.

_UNIT, _POST, _PERSON = table_of(Unit), table_of(Post), table_of(Person)
_DELIVERY, _PAIR = table_of(Delivery), table_of(DeliveryNotice).c
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)

_OFFICE_NAME = (
    select(_UNIT.c.name)
    .join(_POST, _POST.c.unit_id == _UNIT.c.id)
    .where(_POST.c.kind == PostKind.OFFICE)
    .order_by(_POST.c.id)
    .limit(1)
)

_CARRIED = (
    select(_PAIR.delivery_id, _PAIR.notice_id)
    .where(_PAIR.delivery_id.in_(_IDS))
    .order_by(_PAIR.delivery_id, _PAIR.notice_id)
)

_NOTICES = select(Notice).where(Notice.id.in_(_IDS))

_UNITS = select(_UNIT.c.id, _UNIT.c.name).where(_UNIT.c.id.in_(_IDS))

_READERS = (
    select(_DELIVERY.c.id, _DELIVERY.c.post_kind, _PERSON.c.name)
    .join(_PERSON, _PERSON.c.id == _DELIVERY.c.person_id)
    .where(_DELIVERY.c.id.in_(_IDS))
)

_PERSONS = (
    select(_PERSON.c.id, _PERSON.c.name, _UNIT.c.name.label("unit"))
    .join(_UNIT, _UNIT.c.id == _PERSON.c.unit_id)
    .where(_PERSON.c.id.in_(_IDS))
)
