"""What is done from a letter, of two at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from engine.desk.issuing import Desk
from engine.notices import by_link
from engine.notices.received import LetterUnknown, ReceivedLetter, received
from engine.reports.stating import Statement
from engine.rules.lifecycle import ProjectState
from engine.store.event_kinds import EventKind
from engine.store.tables import Delivery, Person
from tests.engine.builders import CONTACT, DEPUTY, OTHER_CONTACT, TODAY, World, race


def letter_to(desk: Desk, name: str) -> ReceivedLetter:
    """The letter of the assignment to a person."""
    row = desk.session.scalars(
        select(Delivery).join(Person, Delivery.person_id == Person.id).where(Person.name == name)
    ).one()
    assert row.person_id is not None
    return received(desk, row.id, row.person_id)


def signing(name: str) -> Callable[[Desk], object]:
    """Sign for the item that both units lead, by the letter of one's own unit."""

    def verb(desk: Desk) -> object:
        letter = letter_to(desk, CONTACT if name == DEPUTY else name)
        item = next(item for item in letter.items if item.code == "2023-03")
        return by_link.sign_for(desk, letter, [item.id], name)

    return verb


def test_of_two_units_that_sign_at_once_one_wins_and_the_other_is_told_who(
    assigned: World,
) -> None:
    told = race(assigned, signing(CONTACT), signing(OTHER_CONTACT))
    [refused] = [error for error in told if error is not None]
    winner = (CONTACT, OTHER_CONTACT)[told.index(None)]
    assert winner in str(refused)
    signed = [e for e in assigned.journal("2023-03") if e.kind is EventKind.SIGNED_FOR]
    assert [event.actor for event in signed] == [winner]
    assert assigned.row("2023-03").state is ProjectState.UNDERWAY


def test_of_two_who_report_on_one_form_the_second_is_told_of_the_first(underway: World) -> None:
    def reporting(text: str) -> Callable[[Desk], object]:
        def verb(desk: Desk) -> object:
            letter = letter_to(desk, CONTACT)
            item = next(item for item in letter.items if item.code == "2023-01")
            statement = Statement("2023-04", text=text)
            return by_link.report(desk, letter, item.id, statement, CONTACT, seen=0)

        return verb

    told = race(underway, reporting("开工"), reporting("已经开工"))
    [refused] = [error for error in told if error is not None]
    assert isinstance(refused, by_link.Overtaken)
    assert f"{CONTACT}已在4月3日填报" in str(refused)


def test_either_all_that_is_ticked_is_signed_for_or_nothing(assigned: World) -> None:
    with assigned.desk() as desk:
        signing(OTHER_CONTACT)(desk)
    says = f"{OTHER_CONTACT}已办理签收"
    with assigned.refuses(Exception, says) as desk:  # type: ignore[arg-type]
        letter = letter_to(desk, CONTACT)
        by_link.sign_for(desk, letter, [item.id for item in letter.items], CONTACT)


def test_a_letter_to_another_person_is_unknown(assigned: World) -> None:
    with assigned.desk(TODAY) as desk:
        letter = letter_to(desk, CONTACT)
        with pytest.raises(LetterUnknown):
            received(desk, letter.delivery_id, 999_999)
