"""The console of an installation, and people who have signed in to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import select

from engine.accounts.accounts import Appointments, open_account
from engine.accounts.sessions import Device, open_session
from engine.accounts.tokens import Scope, issue
from engine.store.tables import Account, Person
from tests.engine.builders import LEADER
from tests.engine.conftest import begin, give_out, register_all
from tests.stores import Store
from tests.web.conftest import Office, opened
from web.console.doors import COOKIE

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
BASE = "http://testserver"
INSTRUCTION = {
    "title": "排查校车安全",
    "unit": "市教育局",
    "leader": f"{LEADER}@市政府",
    "given_on": "2023-04-02",
    "document": "办公室批办单第12号",
    "urgency": "urgent",
}
"""What the office types to hand over a leader's instruction."""


class Browser:
    """A browser in which somebody has signed in."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def look(self, address: str) -> Response:
        return self.client.get(address, follow_redirects=False)

    def page(self, address: str) -> str:
        """The text of a page that is there."""
        answer = self.look(address)
        assert answer.status_code == 200, (answer.status_code, answer.text[:400])
        return unescape(answer.text)

    def send(self, address: str, files: Any = None, **fields: Any) -> Response:
        """Open the form at an address, fill it in and send it. Fields of rows are given as a
        mapping of their whole names (``**{"rows.0.name": …}``)."""
        hidden = dict(HIDDEN.findall(self.look(address).text))
        return self.client.post(address, data=hidden | fields, files=files, follow_redirects=False)

    def do(self, address: str, files: Any = None, **fields: Any) -> str:
        """Do an act that is done; the text of the page it leads to."""
        answer = self.send(address, files, **fields)
        assert answer.status_code == 303, (answer.status_code, _said(answer))
        return self.page(answer.headers["location"])

    def refused(self, address: str, files: Any = None, **fields: Any) -> str:
        """Try an act that is refused; what is said."""
        answer = self.send(address, files, **fields)
        assert answer.status_code >= 400, answer.status_code
        return _said(answer)


def _said(answer: Response) -> str:
    found = re.findall(
        r'(?:role="alert"|class="error"[^>]*)>(.*?)</(?:div|span)>', answer.text, re.S
    )
    text = " ".join(found) or answer.text
    return unescape(re.sub(r"<[^>]+>|\s+", " ", text)).strip()


class Program:
    """A program that comes with somebody's token."""

    def __init__(self, client: TestClient, token: str) -> None:
        self.client, self._headers = client, {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **query: Any) -> Response:
        return self.client.get(f"/api/v1{path}", params=query, headers=self._headers)

    def post(self, path: str, given: Any = None, key: str = "") -> Response:
        headers = self._headers | ({"Idempotency-Key": key} if key else {})
        return self.client.post(f"/api/v1{path}", json=given or {}, headers=headers)


class ConsoleOffice:
    """A running installation, with anybody's browser at hand."""

    def __init__(self, office: Office) -> None:
        self.office, self.service, self.world = office, office.service, office.world

    def account(self, name: str = "", **appointed: bool) -> int:
        """The account of a person of the list, opened when there is none; without a name, one of
        nobody in the roster."""
        with self.service.at_desk() as desk:
            person = None
            if name:
                person = desk.session.scalars(select(Person.id).where(Person.name == name)).first()
                assert person is not None, name
                query = select(Account.id).where(Account.person_id == person)
                if (number := desk.session.scalar(query)) is not None:
                    return number
            login = name or "-".join(["nobody", *sorted(appointed)])
            query = select(Account.id).where(Account.login == login)
            if (number := desk.session.scalar(query)) is not None:
                return number
            account, _ = open_account(
                desk, login, "测试", person_id=person, appointed=Appointments(**appointed), kept="-"
            )
            account.must_change = False
            return account.id

    def browser(self, name: str = "", **appointed: bool) -> Browser:
        """A browser of a person (督查室主任: ``chief=True``), or of nobody in the roster
        (``administrator=True``, ``auditor=True``)."""
        number = self.account(name, **appointed)
        with self.service.at_desk() as desk:
            token = open_session(desk, number, Device("127.0.0.1", "test"))
        client = TestClient(self.office.client.app, base_url=BASE)
        client.cookies.set(COOKIE, token)
        return Browser(client)

    def program(self, name: str = "", *scopes: Scope, **appointed: bool) -> Program:
        """A program with a token of a person, or of nobody in the roster."""
        number = self.account(name, **appointed)
        with self.service.at_desk() as desk:
            last = desk.day.replace(month=12)
            token = issue(desk, number, "测试", scopes or tuple(Scope), last)
        return Program(TestClient(self.office.client.app, base_url=BASE), token)


@pytest.fixture
def registered(store: Store, tmp_path: Path) -> Iterator[ConsoleOffice]:
    """Items were registered, and wait to be given to their units."""
    with opened(store, register_all, tmp_path) as office:
        yield ConsoleOffice(office)


@pytest.fixture
def assigned(store: Store, tmp_path: Path) -> Iterator[ConsoleOffice]:
    """Items were given to their units and wait for their signatures."""
    with opened(store, give_out, tmp_path) as office:
        yield ConsoleOffice(office)


@pytest.fixture
def underway(store: Store, tmp_path: Path) -> Iterator[ConsoleOffice]:
    """The first two items were signed for on the day of assignment."""
    with opened(store, begin, tmp_path) as office:
        yield ConsoleOffice(office)
