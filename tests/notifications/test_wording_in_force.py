"""The office's own wording in letters that are composed, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, history
from engine.store.tables import Delivery, DeliveryState, TemplateVersion
from notifications.compose import Composer
from notifications.outbox import Leased, lease
from notifications.wording_lint import shipped_source
from tests.engine.builders import RULEBOOK
from tests.notifications import samples
from tests.notifications.test_compose import LEAVES_AT, LINKS, SENDER, Registry, opened
from tests.notifications.test_wording import own

BREAKS = own("{{ view.deadline.nothing.at.all }}")
OWN = shipped_source("reminder").replace("现予提示", "请予关注")


@pytest.fixture
def registry(database: Database) -> Registry:
    return Registry(database)


def change(
    registry: Registry, number: int, source: str | None, hours: int = 0, name: str = "reminder"
) -> None:
    with registry.database.begin() as session:
        at = LEAVES_AT + timedelta(hours=hours)
        row = TemplateVersion(
            name=name, number=number, source=source, note="", author="督查甲", at=at, fault=""
        )
        session.add(row)


def text_of(registry: Registry, number: int) -> str:
    body = opened(registry.compose()[number]).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_change_is_in_the_next_letters_of_every_process(registry: Registry) -> None:
    composer, number = Composer(SENDER, "example.gov.cn", LINKS), registry.put(samples.a_reminder())

    def compose() -> bytes:
        with registry.database.read() as session:
            return composer(session, [session.get_one(Delivery, number)])[number].content

    shipped = compose()
    change(registry, 1, OWN)
    assert compose() != shipped and "请予关注" in text_of(registry, number)
    change(registry, 2, None)
    assert compose() == shipped


def test_what_was_written_keeps_its_bytes_and_its_page_keeps_its_words(registry: Registry) -> None:
    number = registry.put(samples.a_reminder())
    change(registry, 1, OWN, hours=-1)
    with registry.database.begin() as session:
        [held] = take(session).letters
        row = session.get_one(Delivery, number)
        row.state, row.sent_at, row.lease_until = DeliveryState.SENT, LEAVES_AT, None
    change(registry, 2, None, hours=1)
    with registry.database.read() as session:
        assert session.get_one(Delivery, number).message == held.message
        *_, edits = Composer(SENDER, "example.gov.cn", LINKS).letter(session, number)
    assert [edit.number for edit in edits] == [1]


def take(session: Session) -> Leased:
    desk = Desk(session, RULEBOOK, LEAVES_AT)
    composer = Composer(SENDER, "example.gov.cn", LINKS)
    return lease(desk, "mail", composer, LEAVES_AT + timedelta(minutes=5), 100)


def test_a_letter_whose_wording_fails_goes_out_as_shipped_and_the_office_can_see_it(
    registry: Registry,
) -> None:
    change(registry, 1, BREAKS, name="red_warning")
    failing, other = registry.put(samples.a_red_warning()), registry.put(samples.a_reminder())
    with registry.database.begin() as session:
        held = take(session)
    assert (held.failed, len(held.letters)) == (0, 2)
    with registry.database.read() as session:
        [event] = [e for e in history(session, ENGINE_CHAIN) if e.kind is EventKind.TEMPLATE_FAILED]
        row = session.get_one(TemplateVersion, ("red_warning", 1))
        assert event.data["version"] == 1 and row.fault == event.data["why"]
        written = {number: session.get_one(Delivery, number).message for number in (failing, other)}
    assert all(written.values())
    assert "套印出错：字段没有值" in row.fault
