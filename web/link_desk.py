"""Opening a letter by its link, and carrying out a verb on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from engine.desk.issuing import Desk
from engine.errors import DubanError
from engine.notices.received import LetterUnknown, ReceivedLetter, received
from engine.rules.policy_parts import LinkAct
from flows.service import Service
from notifications.carried import office_name
from notifications.links import LetterLink, LinkAltered
from web import link_stops
from web.forms import Form
from web.throttle import Throttle

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Robots-Tag": "noindex, nofollow",
}

Verb = Callable[[Desk, ReceivedLetter], object]


@dataclass(frozen=True, slots=True)
class OpenLetter:
    """A letter on the desk, for looking at."""

    desk: Desk
    token: str
    link: LetterLink
    letter: ReceivedLetter


class LinkDesk:
    """Where links are opened."""

    def __init__(self, service: Service, templates: Environment) -> None:
        self.service = service
        self._templates = templates
        self._throttle = Throttle()

    @contextmanager
    def open(self, request: Request, token: str) -> Iterator[OpenLetter]:
        """The letter of a link, in one consistent look that changes nothing.

        Raises:
            Stop: the link is altered or expired, or its reader has left.
        """
        link = self._read(request, token)
        with self.service.database.read() as session:
            desk = self.service.desk(session)
            yield OpenLetter(desk, token, link, self._letter(desk, link))

    def carry_out(
        self, request: Request, token: str, form: Form, place: str, verb: Verb
    ) -> DubanError | None:
        """Carry out a verb on the letter of a link, in one transaction.

        Args:
            place: the form that was sent, as ``seal`` took it.

        Returns:
            Why it was refused, and then nothing was changed; None when it was done.

        Raises:
            Stop: as ``open``, or the form is not one of ours.
        """
        link = self._read(request, token)
        try:
            with self.service.at_desk() as desk:
                letter = self._letter(desk, link)
                if not self.service.links.is_form(f"{token}/{place}", form.text("seal")):
                    raise link_stops.another_page()
                verb(desk, letter)
        except DubanError as refused:
            return refused
        return None

    def page(self, opened: OpenLetter, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page about a letter."""
        allowed = opened.desk.rulebook.policy.links.allow
        text = self._templates.get_template(name).render(
            office=office_name(opened.desk.session) or "督查室",
            letter=opened.letter,
            reader=opened.letter.reader,
            token=opened.token,
            last=opened.link.last,
            today=opened.desk.day,
            acts={act: act in allowed for act in LinkAct},
            **values,
        )
        return HTMLResponse(text, status, HEADERS)

    def seal(self, opened: OpenLetter, place: str) -> str:
        """What the form of this place must send back."""
        return self.service.links.form(f"{opened.token}/{place}")

    def _read(self, request: Request, token: str) -> LetterLink:
        try:
            return self.service.links.read(token)
        except LinkAltered:
            sender = request.client.host if request.client else ""
            over = self._throttle.is_over(sender)
            raise (link_stops.tried_too_often() if over else link_stops.altered()) from None

    def _letter(self, desk: Desk, link: LetterLink) -> ReceivedLetter:
        if desk.day > link.last:
            raise link_stops.expired(link.last)
        try:
            letter = received(desk, link.delivery_id, link.person_id)
        except LetterUnknown:
            raise link_stops.altered() from None
        if not letter.reader.is_on_duty:
            raise link_stops.left(letter.reader)
        return letter
