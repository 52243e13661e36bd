"""Letters sent over 1, 4, 8 and 16 connections against one plain connection to the same server, one
that answers at once and one that takes ten milliseconds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.mail import PEER, dispatched, plainly, sink
from benchmarks.measure import Figure, Plan, Seconds, stopwatch
from benchmarks.outbox import SENDER, filled_outbox, messages
from benchmarks.seeding import copied
from engine.store.database import Database
from notifications.channels import Outgoing
from notifications.channels.smtp import SmtpChannel
from notifications.channels.smtp_settings import parse

CONNECTIONS = (1, 4, 8, 16)
SINKS = {"即收": 0, "每封10毫秒": 10}


def connections(plan: Plan) -> Iterator[Figure]:
    """The channel by itself, then the outbox with it."""
    letters = 100 if plan.quick else 300
    store = copied(filled_outbox(plan.folder, letters), "connections")
    with sink() as port:
        dispatched(store, port)
    ready = _written(store)
    for name, milliseconds in SINKS.items():
        with sink(milliseconds) as port:
            yield from _over(plan, store, ready, port, name)


def _over(
    plan: Plan, store: Path, ready: Sequence[tuple[str, bytes]], port: int, sink_name: str
) -> Iterator[Figure]:
    """All ways of one sink, each held against the peer of the same rounds."""
    ways: dict[tuple[str, str, int], Seconds] = {}
    for count in CONNECTIONS:
        ways["通道", "channel", count] = partial(_channel, ready, port, count)
        ways["发件箱", "outbox", count] = partial(_outbox, store, port, count)
    rounds = [
        (plainly(ready, port), {way: run() for way, run in ways.items()})
        for _ in range(plan.repeats)
    ]
    peer = len(ready) / median(seconds for seconds, _ in rounds)
    for way in ways:
        chinese, english, count = way
        ours = len(ready) / median(found[way] for _, found in rounds)
        yield Figure(
            f"发信：{chinese}，{count}条连接，{sink_name}",
            f"send: {english}, {count} connections",
            "封/秒",
            ours,
            peer,
            PEER,
            f"{len(ready)}封",
        )


def _written(store: Path) -> list[tuple[str, bytes]]:
    database = Database(f"sqlite:///{store}")
    ready = messages(database)
    database.close()
    return ready


def _outbox(store: Path, port: int, count: int) -> float:
    return dispatched(copied(store, "ours"), port, again=True, connections=count)


def _channel(ready: Sequence[tuple[str, bytes]], port: int, count: int) -> float:
    settings = parse(f"smtp://127.0.0.1:{port}?starttls=no&connections={count}")
    at = datetime(2026, 1, 5, tzinfo=UTC)
    outgoing = [
        Outgoing(number, address, "", content, at)
        for number, (address, content) in enumerate(ready, 1)
    ]
    with stopwatch() as watch:
        channel = SmtpChannel(settings, SENDER.address)
        asyncio.run(channel.send(outgoing, lambda letter, outcome: None))
    return watch.seconds
