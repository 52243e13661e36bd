"""站内收件箱: everybody who is addressed has it there too, and can do without mail."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from engine.assigning.assignment import assign, sign_for
from engine.desk.transition import find_project
from engine.notices.inbox import ToDo, inbox
from engine.rules.policy_parts import LinkAct
from engine.store.directory import INBOX, OPEN
from engine.store.tables import Delivery, DeliveryState, Person, Project, Setting
from tests.engine.builders import CONTACT, HEAD, OFFICE, OTHER_CONTACT, World


@pytest.fixture
def opened(registered: World) -> World:
    """A list whose people have an inbox."""
    with registered.database.begin() as session:
        session.merge(Setting(name=INBOX, value=OPEN))
    return registered


def without_mail(world: World, *names: str) -> None:
    with world.database.begin() as session:
        session.execute(update(Person).where(Person.name.in_(names)).values(email=""))


def assign_all(world: World) -> None:
    with world.desk() as desk:
        assign(desk, desk.session.scalars(select(Project).order_by(Project.id)).all(), OFFICE)


def sent_to(world: World, name: str) -> dict[str, DeliveryState]:
    with world.database.read() as session:
        found = session.execute(
            select(Delivery.channel, Delivery.state)
            .join(Person, Person.id == Delivery.person_id)
            .where(Person.name == name)
        )
        return {channel: state for channel, state in found}


def test_an_open_inbox_has_what_is_mailed_and_needs_no_sending(opened):
    assign_all(opened)
    assert sent_to(opened, CONTACT) == {
        "email": DeliveryState.QUEUED,
        "inbox": DeliveryState.SENT,
    }


def test_a_closed_inbox_has_nothing(registered):
    assign_all(registered)
    assert sent_to(registered, CONTACT) == {"email": DeliveryState.QUEUED}


def test_without_a_mail_address_the_inbox_reaches_its_owner(opened):
    without_mail(opened, OTHER_CONTACT)
    assign_all(opened)
    assert sent_to(opened, OTHER_CONTACT) == {"inbox": DeliveryState.SENT}


def test_without_inbox_and_address_the_notice_goes_to_the_next_post(registered):
    without_mail(registered, CONTACT)
    assign_all(registered)
    assert sent_to(registered, CONTACT) == {}
    assert sent_to(registered, HEAD) or sent_to(registered, "杨洁")


def test_the_inbox_says_what_can_be_done_the_newest_first(opened):
    assign_all(opened)
    with opened.desk() as desk:
        lines = inbox(desk, CONTACT)
        assert inbox(desk, HEAD) == []
    assert [line.number for line in lines] == sorted((n.number for n in lines), reverse=True)
    first = lines[-1]
    assert first.ways == ("email", "inbox")
    assert ToDo(LinkAct.SIGN_FOR, "2023-01") in first.to_do

    with opened.desk() as desk:
        sign_for(desk, find_project(desk, "2023-01"), CONTACT)
    with opened.desk() as desk:
        again = {line.number: line.to_do for line in inbox(desk, CONTACT)}
    assert again[first.number] == (ToDo(LinkAct.REPORT, "2023-01"),)


def test_an_inbox_is_read_in_sets_and_as_long_as_asked(opened):
    assign_all(opened)
    with opened.desk() as desk:
        assert len(inbox(desk, CONTACT, limit=1)) == 1
