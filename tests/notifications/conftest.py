"""An outbox with letters in it, a clock that tests move, and a real mail server with moods."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select
from sqlalchemy.orm import Session as Transaction

from engine.rules.alarms import Alarm, alarms_from_data
from engine.rules.words import NoticeKind, NoticeState, PostKind, Reason, Stage
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import ENGINE_CHAIN, Event, history
from engine.store.tables import (
    Delivery,
    DeliveryNotice,
    DeliveryState,
    Notice,
    Person,
    Program,
    Unit,
)
from notifications.message import Mail, Mailbox, build, message_id

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


def write(session: Transaction, deliveries: Sequence[Delivery]) -> Mapping[int, Mail]:
    """Compose the simplest letters."""
    return {
        row.id: build(
            message_id=message_id(row.key, "duban.example"),
            sender=Mailbox("督查室", "ducha@duban.example"),
            recipient=Mailbox("马晓明", row.address),
            subject="提示：老旧小区改造距时限还有3个工作日",
            text="请按期办结。",
            html="<p>请按期办结。</p>",
            date=row.created_at,
        )
        for row in deliveries
    }


class Outbox:
    """What tests put into the outbox and read out of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.begin() as session:
            session.add(Unit(id=1, name="市住建局"))
            session.flush()

    def put(self, *addresses: str, **columns: Any) -> None:
        """Queue one letter to each address, to a person of that address."""
        with self.database.begin() as session:
            for address in addresses:
                person = session.scalar(select(Person).where(Person.email == address))
                if person is None:
                    person = Person(unit_id=1, name=f"人员 {address}", email=address)
                    session.add(person)
                    session.flush()
                number = session.query(Delivery).count() + 1
                row = Delivery(
                    key=f"letter:{number}",
                    person_id=person.id,
                    post_kind=PostKind.CONTACT,
                    channel="email",
                    address=address,
                    state=DeliveryState.QUEUED,
                    created_at=START,
                    next_attempt_at=START,
                )
                for name, value in columns.items():
                    setattr(row, name, value)
                session.add(row)
                session.flush()

    def put_notice(self, delivery_id: int) -> int:
        """Let a letter carry a notice; answer the notice's id."""
        with self.database.begin() as session:
            program = session.scalar(select(Program))
            if program is None:
                program = Program(
                    year=2026, title="民生实事", issuer="市政府", basis="第1次常务会议"
                )
                session.add(program)
                session.flush()
            notice = Notice(
                key=f"notice:{delivery_id}",
                program_id=program.id,
                kind=NoticeKind.REMINDER,
                stage=Stage.BEFORE,
                rule="remind",
                occurrence="1",
                reason=Reason.DUE_SOON,
                state=NoticeState.ISSUED,
                title="提示",
                as_of=date(2026, 11, 23),
                policy_version="p",
                calendar_version="c",
                facts={},
                created_at=START,
                issued_at=START,
            )
            session.add(notice)
            session.flush()
            session.add(DeliveryNotice(delivery_id=delivery_id, notice_id=notice.id))
            return notice.id

    def told(self) -> list[Alarm]:
        """All that the office is told of what did not arrive."""
        with self.database.read() as session:
            notices = session.scalars(select(Notice).where(Notice.kind == NoticeKind.ALARM))
            return [alarm for notice in notices for alarm in alarms_from_data(notice.facts)]

    def rows(self) -> list[Delivery]:
        with self.database.read() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.id)))

    def row(self, address: str) -> Delivery:
        return next(row for row in self.rows() if row.address == address)

    def states(self) -> dict[str, str]:
        return {row.address: row.state.value for row in self.rows()}

    def persons(self) -> dict[str, Person]:
        with self.database.read() as session:
            return {person.email: person for person in session.scalars(select(Person))}

    def events(self) -> list[Event]:
        """What the engine's chain tells of letters and addresses."""
        with self.database.read() as session:
            told = history(session, ENGINE_CHAIN)
        adopted = (EventKind.POLICY_ADOPTED, EventKind.CALENDAR_ADOPTED)
        return [event for event in told if event.kind not in adopted]


def hang_up(server: SMTP) -> None:
    """Cut the line without a word."""
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


class PostOffice:
    """A real SMTP server whose mood depends on whom a letter is for.

    ``moods`` maps an address to a reply such as ``550 5.1.1 no such user``, to be given at RCPT,
    or to ``data: 451 later`` to be given after the letter, or to ``drop`` or ``hang`` (at RCPT),
    ``take and drop`` or ``take and hang`` (after taking the letter, without a final reply), or to
    ``wait for 9``: at RCPT, until so many letters have been taken.
    """

    def __init__(self) -> None:
        self.moods: dict[str, str] = {}
        self.taken: list[tuple[str, Message]] = []
        self.senders: list[str] = []
        self.connections: set[Any] = set()
        self.waits = 0.0
        self.on_quit = ""
        self.sender_reply = ""

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, replies: list[str]
    ) -> list[str]:
        self.connections.add(session.peer)
        session.host_name = hostname
        return replies

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_reply:
            return self.sender_reply
        envelope.mail_from = address
        return "250 2.1.0 ok"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        mood = self.moods.get(address, "")
        if mood == "drop":
            hang_up(server)
        if mood == "hang":
            await asyncio.sleep(2)
        if mood.startswith("wait for "):
            async with asyncio.timeout(5):
                while len(self.taken) < int(mood.removeprefix("wait for ")):
                    await asyncio.sleep(0.01)
        if mood[:1].isdigit():
            return mood
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.waits)
        [address] = envelope.rcpt_tos
        mood = self.moods.get(address, "")
        if mood.startswith("data: "):
            return mood.removeprefix("data: ")
        assert isinstance(envelope.content, bytes)
        self.taken.append((address, message_from_bytes(envelope.content)))
        self.senders.append(envelope.mail_from or "")
        if mood == "take and drop":
            hang_up(server)
        if mood == "take and hang":
            await asyncio.sleep(2)
        return "250 2.0.0 taken"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.on_quit == "drop":
            hang_up(server)
        return "221 bye"

    @property
    def addresses(self) -> list[str]:
        return sorted(address for address, _ in self.taken)


class AnyPort(Controller):
    """A server on a port that the system chose."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def compose() -> Callable[..., Mapping[int, Mail]]:
    return write


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def serve(office: PostOffice) -> Iterator[Callable[..., int]]:
    """Open the post office on loopback, with aiosmtpd's own options; answers the port."""
    controllers: list[Controller] = []

    def start(**options: Any) -> int:
        controller = AnyPort(office, hostname="127.0.0.1", port=0, **options)
        controller.start()
        controllers.append(controller)
        return controller.port

    yield start
    for controller in controllers:
        controller.stop()
