"""An installation whose units have letters, and a reader who opens their links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from config.settings import Settings
from engine.rules.policy_parts import Links
from engine.store.tables import Delivery, Person, Project
from flows.clock import VirtualClock
from flows.rules_in_force import RulesInForce
from flows.runner import Runner
from flows.service import Service, service_on
from notifications.links import LetterLink
from tests.engine.builders import TODAY, World, at
from tests.engine.conftest import begin, give_out
from tests.stores import Fill, Store, lend
from web.app import create_app

BASE = "http://testserver"
SEAL = re.compile(r'name="(seal|seen)" value="([^"]*)"')


class Office:
    """A running installation, its clock standing at a day."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.world = World(service.database, service.rulebook)
        self.runner = Runner(service)
        self.client = TestClient(create_app(service, self.runner), base_url=BASE)

    def go_to(self, day: date, hour: int = 10) -> None:
        """Move the clock."""
        assert isinstance(self.service.now, VirtualClock)
        self.service.now.at = at(day, hour)

    def mail(self, name: str) -> EmailMessage:
        """The newest letter to a person, as it is sent."""
        with self.service.database.read() as session:
            query = select(Delivery).join(Person, Delivery.person_id == Person.id)
            row = session.scalars(query.where(Person.name == name).order_by(-Delivery.id)).first()
            assert row is not None
            session.expunge(row)
            row.address = "reader@wz.example"
            content = self.service.composer(session, [row])[row.id].content
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def address(self, name: str) -> str:
        """The link in the newest letter to a person."""
        body = self.mail(name).get_body(("plain",))
        assert body is not None
        found = re.search(rf"{BASE}(/l/\S+)", body.get_content())
        assert found is not None
        return found[1]

    def token(self, name: str, last: date) -> str:
        """A link to the newest letter that opens until a day of our own."""
        link = self.service.links.read(self.address(name).rpartition("/")[2])
        return self.service.links.token(LetterLink(link.delivery_id, link.person_id, last))

    def look(self, address: str) -> Response:
        return self.client.get(address)

    def send(self, address: str, **fields: Any) -> Response:
        """Open a page, fill in its form and send it."""
        hidden = dict(SEAL.findall(self.look(address).text))
        typed = {name: value for name, value in fields.items() if value is not None}
        return self.client.post(address, data=hidden | typed, follow_redirects=False)

    def number(self, code: str) -> int:
        with self.service.database.read() as session:
            number = session.scalar(select(Project.id).where(Project.code == code))
            assert number is not None
            return number


@pytest.fixture(scope="session", autouse=True)
def one_loop() -> Iterator[None]:
    """All clients ask over one loop, as a server has; else each request spends half of its time on
    making a thread and a loop."""
    with start_blocking_portal() as portal:
        TestClient.portal = portal
        yield
        TestClient.portal = None


@contextmanager
def opened(store: Store, fill: Fill, home: Path, links: Links | None = None) -> Iterator[Office]:
    """An installation on a store that was filled so."""
    with lend(store, fill) as database:
        url = database.engine.url.render_as_string(hide_password=False)
        settings = Settings(home=home, database_url=url, base_url=BASE, secret="s" * 32)  # type: ignore[arg-type]
        service = service_on(database, settings, VirtualClock(at(TODAY)))
        with service.at_desk():  # which adopts the policy that the letters were written under
            pass
        if links:
            changed = service.rulebook.policy.model_copy(update={"links": links})
            named = replace(service.rulebook, policy=changed)
            service = replace(service, rules=RulesInForce(named, service.database))
        office = Office(service)
        yield office
        office.client.close()


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Iterator[Office]:
    """Items were given to their units and wait for their signatures."""
    with opened(store, give_out, tmp_path) as office:
        yield office


@pytest.fixture
def underway(store: Store, tmp_path: Path) -> Iterator[Office]:
    """The first two items were signed for on the day of assignment."""
    with opened(store, begin, tmp_path) as office:
        yield office
