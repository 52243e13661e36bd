"""Throttles in the outbox: several dispatchers keep one rate, and robots harm nobody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from engine.desk.issuing import Desk
from engine.rules.routes import Routes
from engine.rules.throttles import Rate
from engine.rules.words import Reason
from notifications.channels import Accepted, ChannelFault
from notifications.dispatch import LEASE, dispatch
from notifications.outbox import lease
from notifications.receipts import settle
from notifications.throttling import pressure
from tests.engine.builders import RULEBOOK
from tests.notifications.conftest import Outbox
from tests.stores import lend

ROBOT = "教育群"
TWENTY = (Rate(20, 60),)
SLOW = replace(RULEBOOK, routes=Routes(rates={ROBOT: TWENTY}))


class Spoken:
    """A channel that takes everything, or is at fault."""

    def __init__(self, name: str, fault: str = "") -> None:
        self.name = name
        self.fault = fault
        self.taken: list[int] = []

    async def send(self, letters, report):
        if self.fault:
            raise ChannelFault(self.fault)
        for letter in letters:
            self.taken.append(letter.id)
            report(letter, Accepted())


@contextmanager
def listened(session: Session, told: Callable[..., None]) -> Iterator[None]:
    """Told each statement of a session, once it has been run."""
    connection = session.connection()
    event.listen(connection, "after_cursor_execute", told)
    yield
    event.remove(connection, "after_cursor_execute", told)


@pytest.fixture
def run(outbox, compose, clock):
    def run(*channels):
        return dispatch(outbox.database, SLOW, channels, compose, clock)

    return run


def test_a_robot_speaks_at_its_rate_and_mail_as_fast_as_it_can(outbox, run, clock):
    outbox.put(*[f"r{number}@duban.example" for number in range(50)], channel=ROBOT)
    outbox.put(*[f"m{number}@duban.example" for number in range(50)])
    robot, mail = Spoken(ROBOT), Spoken("email")
    run(robot, mail)
    assert (len(robot.taken), len(mail.taken)) == (20, 50)
    clock.forward(seconds=59)
    run(robot, mail)
    assert len(robot.taken) == 20
    clock.forward(seconds=1)
    run(robot, mail)
    assert len(robot.taken) == 40
    clock.forward(seconds=60)
    run(robot, mail)
    assert sorted(robot.taken) == sorted(set(robot.taken))
    assert len(robot.taken) == 50


def test_several_dispatchers_share_the_rate(outbox, compose, clock):
    outbox.put(*[f"r{number}@duban.example" for number in range(50)], channel=ROBOT)

    def take(_: int) -> int:
        with outbox.database.begin() as session:
            desk = Desk(session, SLOW, clock())
            return len(lease(desk, ROBOT, compose, clock() + LEASE, 8).letters)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take, range(8))) == 20


def test_a_message_that_arrives_while_messages_are_counted_is_not_left_out(
    postgres_store, compose, clock
):
    """On SQLite nobody else writes meanwhile."""
    with lend(postgres_store) as database:
        outbox = Outbox(database)
        outbox.put(*[f"r{number}@duban.example" for number in range(21)], channel=ROBOT)
        with database.begin() as session:
            held = lease(Desk(session, SLOW, clock()), ROBOT, compose, clock() + LEASE, 20)

        def arrive(*_: object) -> None:
            if outbox.states()["r0@duban.example"] == "sending":
                with database.begin() as session:
                    accepted = {letter.id: Accepted() for letter in held.letters}
                    settle(Desk(session, SLOW, clock()), held.until, accepted)

        with database.begin() as session, listened(session, arrive):
            assert pressure(session, ROBOT, TWENTY, clock()).room == 0
        assert Counter(outbox.states().values()) == {"sent": 20, "queued": 1}


def test_what_a_dead_dispatcher_held_counts_until_its_lease_is_over(outbox, compose, clock, run):
    outbox.put(*[f"r{number}@duban.example" for number in range(30)], channel=ROBOT)
    with outbox.database.begin() as session:
        lease(Desk(session, SLOW, clock()), ROBOT, compose, clock() + LEASE, 15)
    robot = Spoken(ROBOT)
    run(robot)
    assert len(robot.taken) == 5
    clock.forward(seconds=LEASE.total_seconds())
    run(robot)
    assert len(robot.taken) == 25


def test_the_pressure_tells_when_the_next_message_may_leave(outbox, run, clock):
    outbox.put(*[f"r{number}@duban.example" for number in range(20)], channel=ROBOT)
    run(Spoken(ROBOT))
    with outbox.database.read() as session:
        found = pressure(session, ROBOT, TWENTY, clock())
    assert (found.room, found.next_time) == (0, clock() + timedelta(seconds=60))


def test_a_robot_at_fault_delays_neither_mail_nor_another_robot(outbox, run):
    outbox.put("a@duban.example", channel=ROBOT)
    outbox.put("b@duban.example", channel="卫健群")
    outbox.put("c@duban.example")
    other, mail = Spoken("卫健群"), Spoken("email")
    report = run(Spoken(ROBOT, fault="机器人已停用"), other, mail)
    assert (len(other.taken), len(mail.taken)) == (1, 1)
    assert report.faults == {ROBOT: "机器人已停用"}
    assert outbox.states()["a@duban.example"] == "queued"


def test_what_was_held_and_leaves_is_held_no_longer(outbox, run):
    outbox.put("a@duban.example", held=Reason.OUTSIDE_HOURS)
    run(Spoken("email"))
    assert outbox.row("a@duban.example").held is None
