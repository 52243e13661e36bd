"""A mail server that takes everything and keeps nothing, in a process of its own.

It prints its port and lives until its standard input is closed. ``sink 10`` takes ten milliseconds
over each letter, as a server does that looks it over.
"""

from __future__ import annotations

import asyncio
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class TakeAll:
    """Accepts every letter, after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return "250 2.0.0 taken"


class AnyPort(Controller):
    """A server on a port that the system chose."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def main() -> None:
    """Serve on loopback."""
    milliseconds = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    controller = AnyPort(TakeAll(milliseconds / 1000), hostname="127.0.0.1", port=0)
    controller.start()
    print(controller.port, flush=True)
    sys.stdin.read()
    controller.stop()


if __name__ == "__main__":
    main()
