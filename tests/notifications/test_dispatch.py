"""The dispatcher over real channels, on both databases."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from engine.store.event_kinds import EventKind
from notifications.channels import Accepted, ChannelFault
from notifications.channels.mailbox import MailboxChannel
from notifications.channels.smtp import SmtpChannel
from notifications.channels.smtp_settings import parse
from notifications.dispatch import dispatch
from tests.engine.builders import RULEBOOK

A, B, C = "a@duban.example", "b@duban.example", "c@duban.example"


def smtp(port: int, timeout: float = 10) -> SmtpChannel:
    settings = replace(parse(f"smtp://127.0.0.1:{port}?starttls=no"), timeout=timeout)
    return SmtpChannel(settings, "ducha@duban.example")


@pytest.fixture
def run(outbox, compose, clock):
    """Dispatch over the given channels."""

    def run(*channels, **options):
        return dispatch(outbox.database, RULEBOOK, channels, compose, clock, **options)

    return run


class Scripted:
    """A channel that does as it is told, to show what one cannot make a real one do."""

    def __init__(self, act, name="email"):
        self.name = name
        self.act = act

    async def send(self, letters, report):
        await self.act(letters, report)


def test_all_that_is_due_is_sent_in_batches(outbox, run, office, serve):
    outbox.put(*[f"u{number}@duban.example" for number in range(25)])
    report = run(smtp(serve()), batch=10)
    assert (report.sent, report.unserved, report.faults) == (25, 0, {})
    assert set(outbox.states().values()) == {"sent"}
    assert len(office.taken) == 25


def test_nothing_is_sent_twice(outbox, run, office, serve):
    outbox.put(A)
    channel = smtp(serve())
    assert run(channel).sent == 1
    assert run(channel).sent == 0
    assert office.addresses == [A]


def test_every_mood_of_a_server_ends_where_it_should(outbox, run, office, serve, clock):
    office.moods = {
        "full@duban.example": "452 4.2.2 mailbox full",
        "gone@duban.example": "550 5.1.1 no such user",
        "drop@duban.example": "drop",
        "doubt@duban.example": "take and drop",
        "hang@duban.example": "take and hang",
    }
    outbox.put(A, *office.moods)
    channel = smtp(serve(), timeout=1)
    report = run(channel)
    assert (report.sent, report.deferred, report.failed) == (1, 4, 1)
    assert outbox.persons()["gone@duban.example"].email_fault.startswith("服务器答复 550")
    assert {event.kind for event in outbox.events()} == {
        EventKind.DELIVERY_FAILED,
        EventKind.ADDRESS_DISABLED,
    }

    office.moods = {}
    clock.forward(minutes=1)
    assert run(channel).sent == 4
    assert Counter(outbox.states().values()) == {"sent": 5, "failed": 1}
    identifiers: dict[str, list[str]] = {}
    for address, mail in office.taken:
        identifiers.setdefault(address, []).append(mail["Message-ID"])
    for address in ("doubt@duban.example", "hang@duban.example"):
        first, again = identifiers[address]
        assert first == again


def test_a_server_that_is_away_delays_letters_but_never_fails_them(outbox, run, clock, serve):
    outbox.put(A, B, C)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = smtp(taken.getsockname()[1])
        for _ in range(8):
            report = run(away, batch=2)
            assert (report.sent, report.failed) == (0, 0)
            assert report.faults["email"].startswith("无法与邮件服务器建立连接")
            clock.forward(minutes=5)
    assert run(smtp(serve())).sent == 3


def test_one_failing_channel_neither_stops_nor_delays_another(outbox, run, tmp_path):
    outbox.put(A, channel="slow")
    outbox.put(B, channel="broken")
    outbox.put(C)
    reached = asyncio.Event()

    class Mailbox(MailboxChannel):
        async def send(self, letters, report):
            await super().send(letters, report)
            reached.set()

    async def wait_for_the_other(letters, report):
        await reached.wait()
        raise ChannelFault("对方无应答")

    async def break_down(letters, report):
        raise ZeroDivisionError("oops")

    report = run(
        Scripted(wait_for_the_other, "slow"), Scripted(break_down, "broken"), Mailbox(tmp_path)
    )
    assert (report.sent, report.returned) == (1, 2)
    assert report.faults == {
        "broken": "通道出错：ZeroDivisionError: oops",
        "slow": "对方无应答",
    }
    assert outbox.states() == {A: "queued", B: "queued", C: "sent"}


def test_an_address_that_hangs_delays_no_other_not_even_of_the_next_batch(
    outbox, run, office, serve
):
    others = [f"u{number}@duban.example" for number in range(59)]
    outbox.put(A, *others)
    office.moods = {A: f"wait for {len(others)}"}
    assert run(smtp(serve()), batch=20).sent == 60
    assert office.addresses[0] == A and office.taken[-1][0] == A


def test_what_falls_due_on_a_channel_does_not_wait_for_another_that_hangs(outbox, run, tmp_path):
    outbox.put(A, channel="slow")

    async def hang(letters, report):
        outbox.put(B)
        async with asyncio.timeout(5):
            while outbox.states()[B] != "sent":
                await asyncio.sleep(0.05)
        report(letters[0], Accepted())

    report = run(Scripted(hang, "slow"), MailboxChannel(tmp_path))
    assert (report.sent, report.faults) == (2, {})


def test_a_channel_that_cannot_finish_within_its_lease_gives_the_rest_back(outbox, run):
    outbox.put(A, B)

    async def dawdle(letters, report):
        report(letters[0], Accepted())
        await asyncio.sleep(2)
        report(letters[1], Accepted())

    report = run(Scripted(dawdle), lease_for=timedelta(seconds=0.2))
    assert (report.sent, report.returned) == (1, 1)
    assert report.faults == {"email": "本批邮件未能在租约期内发完"}
    assert outbox.states() == {A: "sent", B: "queued"}


def test_a_letter_overtaken_by_another_dispatcher_is_left_to_it(outbox, run, clock):
    outbox.put(A)

    async def let_another_take_over(letters, report):
        clock.forward(minutes=6)
        taken = await asyncio.to_thread(run, Scripted(accept))
        assert taken.sent == 1
        report(letters[0], Accepted())

    async def accept(letters, report):
        report(letters[0], Accepted())

    report = run(Scripted(let_another_take_over))
    assert (report.sent, report.overtaken) == (0, 1)
    assert outbox.states() == {A: "sent"}


def test_a_letter_that_cannot_be_written_does_not_hide_those_behind_it(
    outbox, clock, compose, tmp_path
):
    outbox.put(A, B, C)

    def poisoned(session, deliveries):
        if any(row.address == A for row in deliveries):
            raise ValueError("poison")
        return compose(session, deliveries)

    report = dispatch(
        outbox.database, RULEBOOK, [MailboxChannel(tmp_path)], poisoned, clock, batch=1
    )
    assert (report.sent, report.failed) == (2, 1)
    assert outbox.states() == {A: "failed", B: "sent", C: "sent"}


def test_letters_due_on_a_channel_nobody_serves_are_told(outbox, run, tmp_path):
    outbox.put(A, channel="robot")
    assert run(MailboxChannel(tmp_path)).unserved == 1


def test_a_dispatch_in_vain_looks_at_the_queue_once_and_starts_nothing(
    outbox, run, tmp_path, clock, monkeypatch
):
    outbox.put(A, next_attempt_at=clock() + timedelta(seconds=1))
    outbox.put(B, channel="robot")
    monkeypatch.setattr(asyncio, "run", None)
    asked = []

    def count(connection, cursor, statement, *rest):
        asked.append(statement)

    event.listen(outbox.database.engine, "before_cursor_execute", count)
    report = run(MailboxChannel(tmp_path))
    event.remove(outbox.database.engine, "before_cursor_execute", count)
    assert (report.sent, report.unserved) == (0, 1)
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 1
    assert not [statement for statement in asked if "IMMEDIATE" in statement]


def test_two_dispatchers_at_once_send_each_letter_once(outbox, run, office, serve):
    outbox.put(*[f"u{number}@duban.example" for number in range(60)])
    office.waits = 0.002
    port, reports = serve(), []
    both = [
        threading.Thread(target=lambda: reports.append(run(smtp(port), batch=10))) for _ in "ab"
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [report.overtaken for report in reports] == [0, 0]
    assert sum(report.sent for report in reports) == 60
    assert all(report.sent for report in reports)
    assert len(office.taken) == len(set(office.addresses)) == 60
