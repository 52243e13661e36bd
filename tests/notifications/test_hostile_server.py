"""A mail server that accepts, defers, refuses, hangs up, hangs and stammers, all in turn: every
letter ends sent or visibly failed, none is lost, and repeats come only of answers never heard."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from engine.store.event_kinds import EventKind
from notifications.channels import Accepted, InDoubt, Outcome, Outgoing
from notifications.channels.smtp import SmtpChannel
from notifications.channels.smtp_settings import parse
from notifications.dispatch import dispatch
from tests.engine.builders import RULEBOOK
from tests.notifications.conftest import PostOffice, hang_up

LETTERS = 80
PATIENCE = 0.5  # seconds that the dispatcher waits for any one answer

ACCEPTS = ("250 taken", "slow", "close after reply")
DEFERS = ("451 at RCPT", "451 at DATA", "421 at RCPT")
BREAKS = ("close at RCPT", "close before reply", "hang at RCPT")
UNHEARD = ("take and close", "take and hang")
REFUSES = ("550 at RCPT", "554 at DATA")


class Hostile(PostOffice):
    """Each letter has a fate of its own: the moods it meets, attempt by attempt."""

    def __init__(self, fates: dict[str, list[str]]) -> None:
        super().__init__()
        self.fates = fates
        self.mood: dict[str, str] = {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        fate = self.fates[address]
        mood = self.mood[address] = fate.pop(0) if len(fate) > 1 else fate[0]
        if mood == "close at RCPT":
            hang_up(server)
        if mood == "hang at RCPT":
            await asyncio.sleep(PATIENCE * 2)
        if mood.endswith("at RCPT") and mood[0].isdigit():
            return f"{mood[:3]} {mood[0]}.1.1 as its fate will have it"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        [address] = envelope.rcpt_tos
        mood = self.mood[address]
        if mood == "close before reply":
            hang_up(server)
            return "250 2.0.0 never heard"
        if mood.endswith("at DATA"):
            return f"{mood[:3]} {mood[0]}.6.0 as its fate will have it"
        reply = await super().handle_DATA(server, session, envelope)
        if mood == "take and close":
            hang_up(server)
        if mood == "take and hang":
            await asyncio.sleep(PATIENCE * 2)
        if mood == "slow":
            await self._stammer(server)
        if mood == "close after reply":
            await server.push(reply)
            server.transport.close()
        return reply

    @staticmethod
    async def _stammer(server) -> None:
        """A reply of several lines in pieces, each in time, all together too late for one."""
        for piece in (b"250-2.0", b".0 let me", b" think\r\n", b"250-2.0.0 a while\r\n"):
            server.transport.write(piece)
            await asyncio.sleep(PATIENCE / 8)


class Listening(SmtpChannel):
    """Keeps what the client heard of each letter, attempt by attempt."""

    heard: list[tuple[str, Outcome]]

    async def send(self, letters, report):
        def keep(letter: Outgoing, outcome: Outcome) -> None:
            self.heard.append((letter.message_id, outcome))
            report(letter, outcome)

        await super().send(letters, keep)


def fates() -> dict[str, list[str]]:
    """Up to three troubles, then an end; the same in every run."""
    chance = random.Random(20261123)
    moods = [*ACCEPTS, *DEFERS, *BREAKS, *UNHEARD, *REFUSES]
    found = {}
    for number in range(LETTERS):
        troubles = chance.choices((*DEFERS, *BREAKS, *UNHEARD), k=chance.randrange(3))
        first = [moods[number]] if number < len(moods) else []
        fate = [*first, *troubles, chance.choice((*ACCEPTS, *ACCEPTS, *REFUSES))]
        end = next(n for n, mood in enumerate(fate, 1) if mood in (*ACCEPTS, *REFUSES))
        found[f"u{number}@duban.example"] = fate[:end]
    return found


@pytest.fixture
def office() -> Hostile:
    return Hostile(fates())


def test_every_letter_ends_sent_or_visibly_failed_and_repeats_only_the_unheard(
    outbox, office, serve, compose, clock
):
    ends = {address: fate[-1] for address, fate in fates().items()}
    outbox.put(*ends)
    for number in range(1, LETTERS + 1):
        outbox.put_notice(number)
    settings = replace(parse(f"smtp://127.0.0.1:{serve()}?starttls=no"), timeout=PATIENCE)

    heard: list[tuple[str, Outcome]] = []

    def run() -> None:
        channel = Listening(settings, "ducha@duban.example")
        channel.heard = heard
        dispatch(outbox.database, RULEBOOK, [channel], compose, clock, batch=15)

    for _ in range(7):  # more attempts than any fate has moods
        with ThreadPoolExecutor() as two:
            for dispatcher in [two.submit(run) for _ in range(2)]:
                dispatcher.result()
        clock.forward(minutes=10)

    letters = {row.address: row for row in outbox.rows() if row.address in ends}
    taken = Counter(mail["Message-ID"] for _, mail in office.taken)
    unheard = Counter(number for number, outcome in heard if isinstance(outcome, InDoubt))
    for address, end in ends.items():
        row = letters[address]
        refused = end in REFUSES
        assert row.state.value == ("failed" if refused else "sent"), (address, end, row.error)
        assert bool(row.error) == refused
        assert [number for number, outcome in heard if outcome == Accepted()].count(
            row.message_id
        ) == (not refused)
        # Beside the one that was heard, the server holds none but those it was not heard of.
        heard_of = int(not refused)
        assert heard_of <= taken[row.message_id] <= unheard[row.message_id] + heard_of
    assert unheard.total() > 10 and len(taken) > LETTERS // 2

    failed = [row.id for row in letters.values() if row.state.value == "failed"]
    journalled = [e for e in outbox.events() if e.kind is EventKind.DELIVERY_FAILED]
    assert sorted(event.data["delivery"] for event in journalled) == sorted(failed)
    assert sorted(alarm.delivery for alarm in outbox.told()) == sorted(failed)
