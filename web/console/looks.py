"""How the console is drawn: templates, the menu, and what every page has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from itsdangerous import BadData, URLSafeTimedSerializer
from jinja2 import Environment
from jinja2.filters import do_filesizeformat

from engine.rules.zone import local_day
from flows.clock import ShiftedClock
from notifications.carried import office_name
from web.access import Asker
from web.console.declared import Act, Done, Menu, Page
from web.console.doors import Doors

STATIC = Path(__file__).parent.parent / "static"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
}
DONE = "duban_done"
"""The cookie in which the next page finds what was done; signed, and read once."""
DONE_LASTS = 60


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """A group of the menu as one asker sees it."""

    title: str
    pages: Sequence[Page]


@dataclass(slots=True)
class Looks:
    """Draws pages for one installation."""

    doors: Doors
    templates: Environment
    pages: Sequence[Page]
    acts: Sequence[Act]
    _said: URLSafeTimedSerializer = field(init=False)
    _stamps: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._said = URLSafeTimedSerializer(self.doors.service.secret, salt="duban.done")
        self._stamps = {
            file.name: sha256(file.read_bytes()).hexdigest()[:12] for file in STATIC.iterdir()
        }

    def page(
        self,
        request: Request,
        asker: Asker | None,
        template: str,
        title: str,
        status: int = 200,
        **values: Any,
    ) -> HTMLResponse:
        """A page with the menu around it."""
        said = self._read_done(request)
        service = self.doors.service
        now = service.now()
        text = self.templates.get_template(f"console/{template}").render(
            asker=asker,
            title=title,
            groups=self.menu(asker) if asker else [],
            opens=self.opens(asker) if asker else frozenset(),
            here=request.url.path,
            address=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            now=now,
            today=local_day(now),
            is_shifted=isinstance(service.now, ShiftedClock),
            office=self._office(),
            seal=self.doors.seal(asker) if asker and asker.session_id else "",
            done=said,
            stamps=self._stamps,
            directory=bool(service.settings.oidc_issuer),
            **values,
        )
        response = HTMLResponse(text, status, HEADERS)
        if said:
            response.delete_cookie(DONE)
        return response

    def menu(self, asker: Asker) -> list[MenuGroup]:
        """What of the menu is the asker's."""
        groups = (
            MenuGroup(group.label, [p for p in self.pages if p.menu is group and asker.may(p.may)])
            for group in Menu
        )
        return [group for group in groups if group.pages]

    def opens(self, asker: Asker) -> frozenset[str]:
        """The addresses, as they are declared, that are open to the asker: links lead nowhere
        else."""
        entries: list[Page | Act] = [*self.pages, *self.acts]
        return frozenset(entry.path for entry in entries if asker.may(entry.may))

    def say_done(self, response: Response, request: Request, done: Done) -> None:
        """Have the next page say what was done."""
        response.set_cookie(
            DONE,
            str(self._said.dumps(done.text)),
            max_age=DONE_LASTS,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )

    def _read_done(self, request: Request) -> str:
        try:
            return str(self._said.loads(request.cookies.get(DONE, ""), max_age=DONE_LASTS))
        except BadData:
            return ""

    def _office(self) -> str:
        with self.doors.service.database.read() as session:
            return office_name(session) or "督查室"


def query_of(asked: Mapping[str, Any], **changes: Any) -> str:
    """The part of an address after the question mark, with some of it changed."""
    values = {**asked, **changes}
    pairs = [(n, v) for n, v in values.items() if v not in (None, "", False, [], ())]
    return "?" + urlencode(pairs, doseq=True) if pairs else "?"


def size_of(count: int) -> str:
    """The size of a file of so many bytes: 300字节, 1.2 MB."""
    return re.sub(" Bytes?$", "字节", do_filesizeformat(count))
