"""What every channel shares: the letter it is given and the outcome it reports.

A channel reports one outcome for each letter as soon as it knows it. When the channel itself
is at fault (server away, login refused, disk full) it raises `ChannelFault`; the letters it
has not reported go back to the queue unharmed, because the fault says nothing about them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from engine.errors import DubanError


class ChannelFault(DubanError):
    """The channel as a whole cannot deliver at present; the reason is shown to the user."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One finished letter to one address. ``id`` is the delivery's."""

    id: int
    address: str
    message_id: str
    message: bytes
    created_at: datetime


class Pace(StrEnum):
    """How soon to try again what was put off."""

    QUICK = "quick"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The other side has taken responsibility for the letter."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not taken now; worth another try."""

    reply: str
    pace: Pace


@dataclass(frozen=True, slots=True)
class Refused:
    """Never to be taken. ``address_is_bad``: nothing sent to this address ever will be."""

    reply: str
    address_is_bad: bool


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The letter went out but no final answer came back; it may or may not have been taken."""

    reply: str


Outcome = Accepted | Deferred | Refused | InDoubt
Report = Callable[[Outgoing, Outcome], None]


class Channel(Protocol):
    """One way of delivering letters. ``name`` is what delivery rows call it."""

    @property
    def name(self) -> str: ...

    async def send(self, letters: Sequence[Outgoing], report: Report) -> None:
        """Deliver the letters in any order, reporting each at most once.

        Cancelling is safe at any moment: a letter in flight is reported as in doubt.

        Raises:
            ChannelFault: the letters not reported cannot be delivered at present.
        """
