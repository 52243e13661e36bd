"""Who stands at the door: a browser by its cookie, a program by its token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from fastapi import Request
from fastapi.responses import Response

from engine.accounts.sessions import LONGEST, SEEN_EVERY, Device, note_use, signed_in
from engine.accounts.tokens import token_of
from engine.rules.zone import local_day
from flows.runner import Runner
from flows.service import Service
from web.access import Asker, asker_of
from web.console.declared import Page
from web.console.visit import Visit

COOKIE = "duban_session"
BEARER = "Bearer "


class Doors:
    """Lets in who has signed in, and nobody else."""

    def __init__(self, service: Service, runner: Runner) -> None:
        self.service = service
        self._runner = runner

    def browser(self, request: Request) -> Asker | None:
        """Who the browser has signed in as; None for nobody."""
        token, now = request.cookies.get(COOKIE, ""), self.service.now()
        if not token:
            return None
        with self.service.database.read() as session:
            found = signed_in(session, token, now)
            asker = asker_of(session, found, is_browser=True) if found else None
        if found and now - found.seen_at > SEEN_EVERY:
            with self.service.at_desk() as desk:
                note_use(desk, found.id)
        return asker

    def program(self, request: Request) -> Asker | None:
        """For whom a program comes; None for nobody."""
        given = request.headers.get("authorization", "")
        if not given.startswith(BEARER):
            return None
        with self.service.database.read() as session:
            found = token_of(
                session, given.removeprefix(BEARER).strip(), local_day(self.service.now())
            )
            return asker_of(session, found, is_browser=False) if found else None

    def showing(self, asker: Asker, page: Page) -> AbstractContextManager[Visit]:
        """A visit to a page, over one connection: were a page to wait for a second one, a few at
        once would wait for each other."""
        return self.acting(asker) if page.keeps else self.looking(asker)

    @contextmanager
    def looking(self, asker: Asker) -> Iterator[Visit]:
        """A visit that only looks, at one state of the data."""
        with self.service.database.read() as session:
            yield Visit(self.service, self._runner, asker, self.service.desk(session))

    @contextmanager
    def acting(self, asker: Asker) -> Iterator[Visit]:
        """A visit that acts, in one transaction."""
        with self.service.at_desk() as desk:
            yield Visit(self.service, self._runner, asker, desk)

    def seal(self, asker: Asker) -> str:
        """What every form of this session must send back."""
        return self.service.links.form(f"session/{asker.session_id}")

    def is_sealed(self, asker: Asker, given: str) -> bool:
        """Whether a form comes from a page of this session."""
        return self.service.links.is_form(f"session/{asker.session_id}", given)

    def let_in(self, request: Request, response: Response, token: str) -> None:
        """Give the browser what it comes with from now on."""
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(LONGEST.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )


def device_of(request: Request) -> Device:
    """From where somebody comes."""
    client = request.client.host if request.client else ""
    return Device(client, request.headers.get("user-agent", ""))
