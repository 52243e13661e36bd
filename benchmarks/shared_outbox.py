"""Letters of one outbox on PostgreSQL, sent by 1, 2 and 4 dispatchers to one server: as fast as
they can, and under a rate that all of them together keep to."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median

import psycopg

from benchmarks.country import postgresql
from benchmarks.crews import Shift, together
from benchmarks.mail import PEER, plainly, sink
from benchmarks.measure import Figure, Plan
from benchmarks.outbox import NOW, SENDER, composer, messages
from benchmarks.outbox import fill as fill_outbox
from benchmarks.scaling import ALONE, CREWS, copied, costs
from benchmarks.seeding import DAY, at, fill, rulebook
from engine.desk.outbox import EMAIL
from engine.rules.routes import Routes
from engine.rules.throttles import Rate
from engine.rules.words import Cadence
from engine.store.database import Database
from engine.store.schema import upgrade
from engine.sweeps.sweep import run_sweep
from notifications.channels.smtp import SmtpChannel
from notifications.channels.smtp_settings import parse
from notifications.dispatch import dispatch
from notifications.outbox import count_due

PROJECTS = 2_000
RATE, HELD_BACK = Rate(60, 2), 150
"""How fast all together may send, and how many letters they send so."""

PAUSE = 0.1
"""Seconds between two looks at a queue that a rate holds back."""


def dispatching(plan: Plan) -> Iterator[Figure]:
    """The whole outbox by each crew, then a part of it under a rate."""
    letters, crews = (100, CREWS[:2]) if plan.quick else (600, CREWS)
    with postgresql(plan.folder / "dispatching") as uri, sink() as port:
        original = _waiting(uri, letters)
        shifts: dict[int, list[Shift]] = {crew: [] for crew in crews}
        floor = []
        for _ in range(plan.repeats):
            for crew in crews:
                store = copied(original, "ours")
                shifts[crew].append(_send(store, crew, port))
            floor.append(plainly(_written(store), port))
        for crew in crews:
            yield _figure(shifts, crew, letters, median(floor))
        few = _waiting(uri, HELD_BACK)
        for crew in crews:
            yield _held_back(few, crew, port)


def _waiting(uri: str, letters: int) -> str:
    """A database whose outbox holds so many letters, each with a notice that a sweep issued."""
    name = f"letters_{letters}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name}".encode())
    store = uri.replace("/postgres?", f"/{name}?")
    database, day = Database(store), at(DAY)
    upgrade(database)
    fill(database, PROJECTS)
    run_sweep(database, rulebook(), Cadence.DAILY, scheduled_at=day, as_of=day, now=lambda: day)
    fill_outbox(database, letters)
    database.close()
    return store


def _send(store: str, crew: int, port: int, rate: Rate | None = None) -> Shift:
    return together(store, crew, ready_to_send, port, NOW - datetime.now(UTC), rate)


def _written(store: str) -> list[tuple[str, bytes]]:
    database = Database(store)
    found = messages(database)
    database.close()
    return found


def ready_to_send(uri: str, port: int, offset: timedelta, rate: Rate | None) -> Callable[[], int]:
    """A dispatcher with everything read; the work answers how many letters it has sent.

    Args:
        offset: of the store's time from that of the machine.
        rate: how fast all dispatchers together may send.
    """
    database = Database(uri)
    routes = Routes(rates={EMAIL: (rate,)} if rate else {})
    book = replace(rulebook(), routes=routes)
    settings = parse(f"smtp://127.0.0.1:{port}?starttls=no")
    channel, compose = SmtpChannel(settings, SENDER.address), composer()

    def now() -> datetime:
        return datetime.now(UTC) + offset

    def is_waiting() -> bool:
        with database.read() as session:
            return bool(count_due(session, now()))

    def work() -> int:
        sent = 0
        while is_waiting():
            sent += dispatch(database, book, [channel], compose, now).sent
            time.sleep(PAUSE if rate else 0)
        return sent

    is_waiting()
    return work


def _figure(shifts: dict[int, list[Shift]], crew: int, letters: int, floor: float) -> Figure:
    mine = median(shift.seconds for shift in shifts[crew])
    alone = median(shift.seconds for shift in shifts[1])
    return Figure(
        f"发信，{crew}个进程",
        f"dispatch, {crew} dispatchers",
        "封/秒",
        letters / mine,
        letters / (alone if crew > 1 else floor),
        ALONE if crew > 1 else PEER,
        costs(shifts[crew], letters),
    )


def _held_back(original: str, crew: int, port: int) -> Figure:
    """How near a crew comes to what the rate allows, and whether it ever goes beyond."""
    store = copied(original, "ours")
    shift = _send(store, crew, port, RATE)
    most = _most_within(_sent_at(store), RATE.window)
    return Figure(
        f"限速发信，{crew}个进程",
        f"dispatch under a rate, {crew} dispatchers",
        "封/秒",
        HELD_BACK / shift.seconds,
        RATE.count / RATE.seconds,
        f"限每{RATE.seconds}秒{RATE.count}封",
        f"{HELD_BACK}封；任何{RATE.seconds}秒内最多{most}封",
    )


def _sent_at(store: str) -> list[datetime]:
    with psycopg.connect(store) as connection:
        found = connection.execute("SELECT sent_at FROM deliveries ORDER BY sent_at")
        return [moment for (moment,) in found]


def _most_within(moments: Sequence[datetime], window: timedelta) -> int:
    """The most of these moments, in their order, that lie in any window."""
    return max(n - bisect_right(moments, last - window) for n, last in enumerate(moments, 1))
