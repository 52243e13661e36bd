"""邮箱: what was set aside is listed with since when and why, and put back in use by the office."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed, PersonUnknown
from engine.staff.addresses import (
    AddressRefused,
    DisabledAddress,
    disabled_addresses,
    restore_address,
)
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, append, history, verify
from engine.store.tables import Delivery, DeliveryState, Person
from tests.engine.builders import CONTACT, HEAD, LEADER, OFFICE, TODAY, World, at, race

FAULT = "服务器答复 550 5.1.1 no such user"
NEW = "xiaoming@wz.example"


@pytest.fixture
def world(assigned: World) -> World:
    """The contact's address was refused, as a dispatch writes it down."""
    with assigned.desk() as desk:
        person = desk.session.scalars(select(Person).where(Person.name == CONTACT)).one()
        person.email_fault = FAULT
        data = {"person": person.id, "name": CONTACT, "address": person.email, "error": FAULT}
        kind = EventKind.ADDRESS_DISABLED
        append(desk.session, [Event(ENGINE_CHAIN, kind, desk.at, "发送服务", data)])
    return assigned


def person(world: World, name: str) -> Person:
    with world.database.read() as session:
        return session.scalars(select(Person).where(Person.name == name)).one()


def listed(world: World) -> list[DisabledAddress]:
    with world.database.read() as session:
        return disabled_addresses(session)


def test_a_disabled_address_is_listed_with_since_when_and_why(world: World) -> None:
    email = f"{CONTACT}@wz.example"
    assert listed(world) == [DisabledAddress(CONTACT, "市教育局", email, at(TODAY), FAULT)]


def test_an_address_disabled_before_there_was_a_journal_is_listed_too(world: World) -> None:
    world.change_person(HEAD, email_fault="550")
    assert [(line.person, line.since is None) for line in listed(world)] == [
        (CONTACT, False),
        (HEAD, True),
    ]


def test_an_address_is_restored_as_it_was(world: World) -> None:
    with world.desk() as desk:
        assert restore_address(desk, CONTACT, OFFICE) == f"{CONTACT}@wz.example"
    assert listed(world) == []


def test_an_address_is_corrected_and_what_is_not_yet_written_goes_there(world: World) -> None:
    number = person(world, CONTACT).id
    with world.desk() as desk:
        first, *_ = desk.session.scalars(
            select(Delivery).where(Delivery.person_id == number).order_by(Delivery.id)
        )
        written = Delivery(
            key="written",
            person_id=number,
            post_kind=first.post_kind,
            channel="email",
            address=first.address,
            state=DeliveryState.QUEUED,
            created_at=desk.at,
            next_attempt_at=desk.at,
            message=b"To: the old address",
        )
        desk.session.add(written)
    with world.desk() as desk:
        restore_address(desk, CONTACT, OFFICE, f" {NEW} ")
    assert (person(world, CONTACT).email, person(world, CONTACT).email_fault) == (NEW, "")
    with world.database.read() as session:
        assert session.get_one(Delivery, first.id).address == NEW
        assert session.get_one(Delivery, written.id).address == f"{CONTACT}@wz.example"
        last = history(session, ENGINE_CHAIN)[-1]
        assert verify(session) == []
    assert (last.kind, last.actor) == (EventKind.ADDRESS_RESTORED, OFFICE)
    assert last.data == {
        "person": number,
        "name": CONTACT,
        "from": f"{CONTACT}@wz.example",
        "to": NEW,
        "was": FAULT,
    }


@pytest.mark.parametrize("by", [CONTACT, HEAD, LEADER])
def test_only_the_office_restores(world: World, by: str) -> None:
    with world.refuses(NotAllowed, f"{by}不在督查室岗位") as desk:
        restore_address(desk, CONTACT, by)


def test_a_person_must_be_known(world: World) -> None:
    with world.refuses(PersonUnknown, "通讯录中没有“李四”") as desk:
        restore_address(desk, "李四", OFFICE)


def test_an_address_in_use_and_one_that_is_none_are_refused_together(world: World) -> None:
    says = (
        f"{HEAD}的邮箱没有停用，不必恢复；换邮箱请重新登记人员（duban post hold）；“白局长”不是邮箱"
    )
    with world.refuses(AddressRefused, says) as desk:
        restore_address(desk, HEAD, OFFICE, "白局长")


def test_of_two_who_restore_at_once_one_wins_and_the_other_is_told_who_did(world: World) -> None:
    def restore(desk: Desk) -> None:
        restore_address(desk, CONTACT, OFFICE, NEW)

    told = [error for error in race(world, restore, restore) if error]
    assert [str(error) for error in told] == [
        f"{CONTACT}的邮箱没有停用，已由{OFFICE}恢复，不必恢复；"
        "换邮箱请重新登记人员（duban post hold）"
    ]
