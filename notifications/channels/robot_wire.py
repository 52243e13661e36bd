"""The wire of the robots: the one place from which a request leaves, and only to an allowed host.

Apprise knows how each vendor's message is written and signed, but it takes every answer with
status 200 for success, while the vendors refuse with status 200 and a code in the answer. It also
goes where its own constants say, follows redirects, and heeds proxy variables. So its plugins are
given this wire in place of the ``requests`` library: they write, we send and keep the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import Any

import requests

from engine.rules.robots import RobotKind, address_fault

CONNECT, READ, WHOLE = 5.0, 10.0, 20.0
"""Seconds for the connection, for each part of an answer, and for all of it."""
LONGEST = 64 * 1024
"""Bytes of an answer that are read; the vendors' have a hundred."""


class NotAllowed(Exception):
    """The address is not on the allow list."""


@dataclass(slots=True)
class Call:
    """One message on its way: where it may go, and what came back."""

    kind: RobotKind
    url: str
    gateways: frozenset[str]
    status: int = 0
    answer: bytes = b""
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the plugins look at in an answer."""

    status_code: int
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode(errors="replace")


_CALL: ContextVar[Call] = ContextVar("robot_call")


@contextmanager
def calling(call: Call) -> Iterator[Call]:
    """What a plugin posts inside goes to the address of this call."""
    token = _CALL.set(call)
    try:
        yield call
    finally:
        _CALL.reset(token)


class Wire:
    """What the plugins use of ``requests``."""

    codes = requests.codes
    RequestException = requests.RequestException

    @staticmethod
    def post(
        url: str,
        data: str | bytes,
        headers: Mapping[str, str],
        params: Mapping[str, str] | None = None,
        **_: Any,
    ) -> Reply:
        """Send what a plugin wrote to the address of the call; the plugin's own is not used."""
        call = _CALL.get()
        try:
            fault = address_fault(call.url, call.kind, call.gateways)
            if fault:
                raise NotAllowed(fault)
            _send(call, data, headers, params)
        except Exception as error:
            call.error = error
            raise
        return Reply(call.status, call.answer)


def _send(
    call: Call, data: str | bytes, headers: Mapping[str, str], params: Mapping[str, str] | None
) -> None:
    deadline = monotonic() + WHOLE
    with requests.Session() as session:
        session.trust_env = False  # no proxy, no .netrc: only the address itself
        posted = session.post(
            call.url,
            data=data,
            headers=dict(headers),
            params=params,
            timeout=(CONNECT, READ),
            allow_redirects=False,
            stream=True,
        )
        with posted as response:
            call.status = response.status_code
            for piece in response.iter_content(1024):
                call.answer += piece
                if len(call.answer) > LONGEST or monotonic() > deadline:
                    return
