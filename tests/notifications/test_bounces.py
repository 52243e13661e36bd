"""Bounces: reports that a mail server hands back, true, repeated, foreign and forged."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart

import pytest

from engine.desk.issuing import Desk
from engine.store.event_kinds import EventKind
from engine.store.tables import DeliveryState
from notifications.bounces import LARGEST, BounceRefused, Failure, Finding, read_report, take_back
from notifications.return_path import ReturnPath
from tests.engine.builders import RULEBOOK

A = "a@duban.example"
PATHS = ReturnPath("bounce@duban.example", "s" * 32)

POSTFIX = """\
Return-Path: <>
X-Original-To: {to}
Delivered-To: bounce@duban.example
Date: Mon, 23 Nov 2026 09:00:05 +0800
From: MAILER-DAEMON@mx.duban.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="E5B0.1/mx.duban.example"
Message-Id: <20261123010005.2@mx.duban.example>

--E5B0.1/mx.duban.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.duban.example.

--E5B0.1/mx.duban.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.duban.example
X-Postfix-Queue-ID: E5B0
Arrival-Date: Mon, 23 Nov 2026 09:00:04 +0800 (CST)

Final-Recipient: rfc822; a@duban.example
Original-Recipient: rfc822;a@duban.example
Action: {action}
Status: {status}
Remote-MTA: dns; mail.unit.example
Diagnostic-Code: smtp; {said}

--E5B0.1/mx.duban.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

From: ducha@duban.example
Subject: =?utf-8?B?5o+Q56S6?=

--E5B0.1/mx.duban.example--
"""


def report(to: str, action: str = "failed", status: str = "5.1.1", said: str = "") -> bytes:
    said = said or "550 5.1.1 <a@duban.example>:\n    Recipient address rejected: no such user"
    return POSTFIX.format(to=to, action=action, status=status, said=said).encode()


@pytest.fixture
def letter(outbox, clock) -> int:
    """A letter with a notice, sent and taken by the server; its number."""
    outbox.put(A, state=DeliveryState.SENT, sent_at=clock(), message=b"mail")
    outbox.put_notice(1)
    return 1


@pytest.fixture
def take(outbox, clock) -> Callable[[bytes], tuple[int, Finding]]:
    def take(content: bytes) -> tuple[int, Finding]:
        with outbox.database.begin() as session:
            return take_back(Desk(session, RULEBOOK, clock()), PATHS, content)

    return take


def kinds(outbox) -> list[EventKind]:
    return [event.kind for event in outbox.events()]


def test_an_unknown_user_bounces_the_letter_and_disables_the_address(outbox, letter, take):
    assert take(report(PATHS.of(letter))) == (letter, Finding.BOUNCED)
    row = outbox.row(A)
    assert row.state is DeliveryState.BOUNCED
    assert row.error == (
        "退信 5.1.1 550 5.1.1 <a@duban.example>: Recipient address rejected: no such user"
    )
    assert outbox.persons()[A].email_fault == row.error
    assert kinds(outbox) == [EventKind.DELIVERY_BOUNCED, EventKind.ADDRESS_DISABLED]
    assert outbox.events()[0].data["notices"] == [1]
    assert [alarm.delivery for alarm in outbox.told()] == [letter]


def test_the_same_report_twice_changes_nothing(outbox, letter, take):
    take(report(PATHS.of(letter)))
    before = outbox.events()
    assert take(report(PATHS.of(letter))) == (letter, Finding.KNOWN)
    assert outbox.events() == before
    assert [alarm.delivery for alarm in outbox.told()] == [letter]


@pytest.mark.parametrize("status", ["5.2.2", "5.7.1", "4.4.7", "5.0.0", ""])
def test_another_final_failure_bounces_the_letter_but_spares_the_address(
    outbox, letter, take, status
):
    assert take(report(PATHS.of(letter), status=status))[1] is Finding.BOUNCED
    assert outbox.row(A).state is DeliveryState.BOUNCED
    assert outbox.persons()[A].email_fault == ""


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded"])
def test_what_is_not_final_changes_nothing(outbox, letter, take, action):
    assert take(report(PATHS.of(letter), action, "4.4.1")) == (letter, Finding.NOT_FINAL)
    assert outbox.row(A).state is DeliveryState.SENT
    assert outbox.events() == []


@pytest.mark.parametrize("state", ["queued", "sending"])
def test_a_letter_in_doubt_that_bounces_is_not_sent_again(outbox, take, clock, state):
    held = clock() if state == "sending" else None
    outbox.put(A, state=DeliveryState(state), message=b"mail", lease_until=held, attempts=1)
    assert take(report(PATHS.of(1)))[1] is Finding.BOUNCED
    row = outbox.row(A)
    assert (row.state, row.sent_at) == (DeliveryState.BOUNCED, clock())


@pytest.mark.parametrize(
    "to",
    [
        "bounce@duban.example",
        "bounce+1@duban.example",
        "bounce+1.@duban.example",
        "bounce+1.0123456789abcdef0123@duban.example",
        ReturnPath("bounce@duban.example", "other" * 8).of(1),
        PATHS.of(1).replace("bounce+1.", "bounce+2."),
        PATHS.of(1).replace("duban.example", "evil.example"),
        "bounce+99999999999999999999.0@duban.example",
        "bounce+１.0@duban.example",
    ],
)
def test_a_forged_or_foreign_address_names_no_letter(to):
    assert PATHS.find(read_report(report(to)).addresses) is None


def test_a_report_to_a_forged_address_or_on_no_letter_of_ours_is_refused(outbox, letter, take):
    for to in ("bounce+1.0123456789abcdef0123@duban.example", PATHS.of(77)):
        with pytest.raises(BounceRefused, match="签名不符，未作处理"):
            take(report(to))
    assert outbox.row(A).state is DeliveryState.SENT
    assert outbox.events() == []


def vacation(to: str) -> bytes:
    mail = EmailMessage()
    mail["To"], mail["Subject"] = to, "自动回复：休假中"
    mail.set_content("我在休假。")
    return mail.as_bytes()


def empty_report(to: str) -> bytes:
    mail = MIMEMultipart("report")
    mail["To"] = to
    mail.attach(MIMEApplication(b"Action: failed", "octet-stream"))
    return mail.as_bytes()


@pytest.mark.parametrize("make", [vacation, empty_report, lambda to: b"", lambda to: b"\x00\xff"])
def test_a_mail_that_is_no_report_is_refused(make):
    with pytest.raises(BounceRefused, match="不是退信报告"):
        read_report(make(PATHS.of(1)))


def test_a_mail_too_large_is_not_even_read():
    with pytest.raises(BounceRefused, match="超过2兆字节"):
        read_report(report(PATHS.of(1)) + b" " * LARGEST)


def test_a_mail_nested_without_end_is_refused():
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(3_000)
    )
    with pytest.raises(BounceRefused):
        read_report(nested)


def test_what_a_server_says_is_put_on_one_line_and_cut():
    said = "550 5.1.1 \n\t\x1b[31mno\n such user" + "x" * 1_000
    failure = read_report(report("x@y", said=said)).failure
    assert failure is not None
    assert failure.diagnostic.startswith("550 5.1.1 [31mno such userxxx")
    assert len(failure.diagnostic) == 300 and failure.diagnostic.isprintable()


def test_other_servers_reports_are_read_as_well():
    """A report as Exim and Exchange write it: other names for the boundary, CRLF, no diagnostic."""
    lines = report(PATHS.of(5), said="").replace(b"\n", b"\r\n")
    assert read_report(lines).failure == Failure(
        "5.1.1", "550 5.1.1 <a@duban.example>: Recipient address rejected: no such user"
    )
    bare = b"\n".join(
        line for line in report("x@y").splitlines() if b"Diagnostic" not in line
    ).replace(b"    Recipient address rejected: no such user\n", b"")
    assert read_report(bare).failure == Failure("5.1.1", "")


def test_a_return_path_is_read_in_any_case_and_fits_an_envelope():
    assert PATHS.find([PATHS.of(31).upper()]) == 31
    assert PATHS.find(["x@y", PATHS.of(31)]) == 31
    long = ReturnPath(f"{'b' * 25}@duban.example", "s" * 32).of(10**14)
    assert len(long.partition("@")[0]) <= 64
