"""Documents are made once, kept, and go with their mails."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from docx import Document as Docx
from sqlalchemy import func, select

from engine.notices.documents import DocumentUnknown, find_by_code
from engine.rules.words import NoticeState
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.tables import DeliveryNotice, Document, JournalEvent, Notice, Unit
from notifications.compose import Composer
from notifications.documents.press import DocumentRefused, Paper, Press
from notifications.message import Mail
from notifications.outbox import Compose
from notifications.words import Matter
from tests.notifications import samples
from tests.notifications.test_compose import LEAVES_AT, LINKS, SENDER, Registry

LATER = LEAVES_AT + timedelta(days=3)
HOUR = timedelta(hours=1)
SECRET = "s" * 32


class Office:
    """A store with notices in it, and a press."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.registry = Registry(database)
        self.press = Press(SECRET)
        self.composer = Composer(SENDER, "example.gov.cn", LINKS, self.press)

    def put(self, matter: Matter, **columns: Any) -> int:
        """Queue a letter with a notice like the given one; answers the notice's number."""
        delivery = self.registry.put(matter, **columns)
        with self.database.read() as session:
            carried = select(DeliveryNotice.notice_id).where(DeliveryNotice.delivery_id == delivery)
            return session.scalars(carried).one()

    def make(self, number: int, at: datetime = LEAVES_AT) -> Paper:
        with self.database.begin() as session:
            matters = self.composer.matters(session, {number: session.get_one(Notice, number)})
            office = self.composer.office(session)
            return self.press.make(session, at, office, matters.values())[number]

    def count(self) -> tuple[int, int]:
        """How many documents are kept, and how many were journalled."""
        with self.database.read() as session:
            made = JournalEvent.kind == EventKind.DOCUMENT_MADE.value
            kept = session.scalar(select(func.count()).select_from(Document)) or 0
            told = session.scalar(select(func.count()).select_from(JournalEvent).where(made)) or 0
            return kept, told

    def compose(self) -> list[EmailMessage]:
        compose: Compose = self.composer
        mails: list[Mail] = []
        with self.database.begin() as session:
            rows = self.registry.queued(session)
            mails = list(compose(session, rows).values())
        parsed = [message_from_bytes(mail.content, policy=policy.default) for mail in mails]
        return [mail for mail in parsed if isinstance(mail, EmailMessage)]


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def test_a_document_is_kept_and_journalled_once_however_often_it_is_made(office: Office) -> None:
    number = office.put(samples.a_red_warning())
    first, again = office.make(number), office.make(number, LATER)
    assert first == again
    assert office.count() == (1, 1)
    with office.database.read() as session:
        assert find_by_code(session, first.code).made_at == LEAVES_AT


def test_two_that_make_it_at_once_make_the_same_and_one_is_kept(office: Office) -> None:
    number = office.put(samples.a_red_warning())
    start, made = threading.Barrier(2), []

    def work() -> None:
        start.wait()
        made.append(office.make(number))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made[0] == made[1]
    assert office.count() == (1, 1)


def test_what_was_made_stays_as_it_was_when_names_change(office: Office) -> None:
    number = office.put(samples.a_red_warning())
    first = office.make(number)
    with office.database.begin() as session:
        session.get_one(Unit, 2).name = "市督查考评中心"
    assert office.make(number) == first


def test_a_draft_is_shown_but_not_kept(office: Office) -> None:
    paper = office.make(office.put(samples.a_summons_proposal()))
    assert paper.content.is_draft
    assert not paper.code
    assert office.count() == (0, 0)


def test_what_is_told_by_mail_alone_becomes_no_document(office: Office) -> None:
    number = office.put(samples.a_weekly_digest())
    with pytest.raises(DocumentRefused, match="只以邮件送达"):
        office.make(number)


def test_what_was_dismissed_becomes_no_document(office: Office) -> None:
    number = office.put(samples.a_summons_proposal(state=NoticeState.DISMISSED))
    with pytest.raises(DocumentRefused, match="不予发出"):
        office.make(number)


def test_a_code_that_nobody_made_is_unknown(office: Office) -> None:
    with office.database.read() as session, pytest.raises(DocumentUnknown, match="查无此码"):
        find_by_code(session, "0000-0000-0000-0000")
    with office.database.read() as session, pytest.raises(DocumentUnknown, match="应为16位"):
        find_by_code(session, "督办")


def said(mail: EmailMessage, kind: str) -> str:
    """The text of a mail, plain or html."""
    body = mail.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def test_formal_mails_carry_their_document_and_reminders_none(office: Office) -> None:
    number = office.put(samples.a_red_warning())
    office.put(samples.a_reminder())
    formal, reminder = office.compose()
    (attached,) = formal.iter_attachments()
    content, paper = attached.get_content(), office.make(number)
    assert (attached.get_filename(), content) == (paper.name, paper.docx)
    assert Docx(BytesIO(content)).tables
    for kind in ("plain", "html"):
        told, untold = (said(mail, kind) for mail in (formal, reminder))
        assert f"附件：{paper.name}" in unescape(told)
        assert "附件" not in untold
    assert list(reminder.iter_attachments()) == []
    assert office.count() == (1, 1)


def test_a_mail_is_the_same_to_the_byte_when_it_is_composed_again(office: Office) -> None:
    office.put(samples.a_red_warning())
    first, second = office.compose(), office.compose()
    assert [mail.as_bytes() for mail in first] == [mail.as_bytes() for mail in second]


def test_a_document_is_dated_by_the_hour_its_first_letter_is_due(office: Office) -> None:
    office.put(samples.a_reminder())
    number = office.put(samples.a_red_warning(), next_attempt_at=LATER)
    with office.database.begin() as session:
        second = office.registry.put(samples.a_reminder(), next_attempt_at=LATER + HOUR)
        session.add(DeliveryNotice(delivery_id=second, notice_id=number))
    office.compose()
    with office.database.read() as session:
        made = session.scalars(select(Document.made_at)).one()
    assert made == LATER.astimezone(UTC)
