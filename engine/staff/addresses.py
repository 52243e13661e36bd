"""邮箱: addresses that a server has refused for good are set aside, listed, and put back in use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.desk.outbox import EMAIL
from engine.desk.people import acting, find_person
from engine.errors import DubanError
from engine.rules.addresses import is_email
from engine.rules.steps import Role
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, append
from engine.store.statements import Found, rows, table_of
from engine.store.tables import Delivery, DeliveryState, JournalEvent, Person, Unit


class AddressRefused(DubanError):
    """邮箱不能恢复。"""


@dataclass(frozen=True, slots=True)
class DisabledAddress:
    """An address to which nothing is sent, since when and why; ``since`` is None where the
    journal does not tell."""

    person: str
    unit: str
    email: str
    since: datetime | None
    why: str


def disabled_addresses(session: Session) -> list[DisabledAddress]:
    """All that are set aside, by unit."""
    found = rows(session, _DISABLED).all()
    since = {person: event.at for person, event in _last(session, _DISABLINGS).items()}
    return [
        DisabledAddress(row.name, row.unit, row.email, since.get(row.id), row.email_fault)
        for row in found
    ]


def restore_address(desk: Desk, name: str, by: str, email: str = "") -> str:
    """Put a person's address back in use, corrected if need be, and address to it what has not
    been written yet.

    Args:
        email: the right address; empty when the old one is in order again.

    Returns:
        The address that is now in use.

    Raises:
        NotAllowed, PersonUnknown: ``by`` is not of the office, or ``name`` is nobody.
        AddressRefused: it is in use, or the new one is no address.
    """
    actor = acting(desk.session, by, Role.OFFICE)
    number = find_person(desk.session, name).id
    person = desk.session.scalars(_LOCKED, {"person": number}).one()
    email = email.strip()
    faults = [] if person.email_fault else [_in_use(desk.session, person)]
    if email and not is_email(email):
        faults.append(f"“{email}”不是邮箱，应形如 name@example.gov.cn")
    if faults:
        raise AddressRefused("；".join(faults))
    before, why = person.email, person.email_fault
    person.email, person.email_fault = email or before, ""
    desk.session.flush()
    desk.session.execute(_READDRESS, {"person": number, "email": person.email})
    data = {"person": number, "name": person.name, "from": before, "to": person.email, "was": why}
    append(desk.session, [Event(ENGINE_CHAIN, EventKind.ADDRESS_RESTORED, desk.at, actor, data)])
    return person.email


def _in_use(session: Session, person: Person) -> str:
    restored = _last(session, _RESTORINGS).get(person.id)
    who = f"，已由{restored.actor}恢复" if restored else ""
    return f"{person.name}的邮箱没有停用{who}，不必恢复；换邮箱请重新登记人员（duban post hold）"


def _last(session: Session, query: object) -> Mapping[int, Found]:
    """The last event of a kind for each person; there are few."""
    return {event.data["person"]: event for event in rows(session, query)}  # type: ignore[arg-type]


# The queries, built once.

_PERSON, _UNIT, _DELIVERY = table_of(Person).c, table_of(Unit).c, table_of(Delivery).c
_EVENT = table_of(JournalEvent).c

_DISABLED = (
    select(_PERSON.id, _PERSON.name, _PERSON.email, _PERSON.email_fault, _UNIT.name.label("unit"))
    .join_from(table_of(Person), table_of(Unit), _UNIT.id == _PERSON.unit_id)
    .where(_PERSON.email_fault != "")
    .order_by(_UNIT.id, _PERSON.id)
)

_EVENTS = select(_EVENT.at, _EVENT.actor, _EVENT.data).order_by(_EVENT.seq)
_DISABLINGS = _EVENTS.where(
    _EVENT.chain == ENGINE_CHAIN, _EVENT.kind == EventKind.ADDRESS_DISABLED.value
)
_RESTORINGS = _EVENTS.where(
    _EVENT.chain == ENGINE_CHAIN, _EVENT.kind == EventKind.ADDRESS_RESTORED.value
)

_LOCKED = (
    select(Person)
    .where(Person.id == bindparam("person"))
    .with_for_update()
    .execution_options(populate_existing=True)
)

_READDRESS = (
    update(table_of(Delivery))
    .where(
        _DELIVERY.person_id == bindparam("person"),
        _DELIVERY.channel == EMAIL,
        _DELIVERY.state.in_((DeliveryState.GATHERING, DeliveryState.QUEUED)),
        _DELIVERY.message.is_(None),
    )
    .values(address=bindparam("email"))
)
"""A letter that is written stays as it is, to the byte, and goes where it was meant to."""
