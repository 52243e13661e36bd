"""A real Postfix, of the system's packages, private to this test: it takes each letter once, with
envelope and headers right, and the bounce that it sends is understood."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from engine.desk.issuing import Desk
from engine.store.tables import DeliveryState
from notifications.bounces import Finding, take_back
from notifications.channels.smtp import SmtpChannel
from notifications.channels.smtp_settings import parse
from notifications.dispatch import DispatchReport, dispatch
from notifications.return_path import ReturnPath
from tests.engine.builders import RULEBOOK

NOBODY = 65534
PATHS = ReturnPath("bounce@duban.example", "s" * 32)
A, B = "a@duban.example", "b@duban.example"
UNKNOWN = "gone@unknown.example"  # refused when it is offered
LATE = "late@duban.example"  # taken, and found to be nobody afterwards

MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
maillog_file = {home}/log
maillog_file_prefixes = {home}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.duban.example
mydestination =
mynetworks =
smtpd_relay_restrictions = reject_unauth_destination
recipient_delimiter = +
alias_maps =
alias_database =
virtual_mailbox_domains = duban.example
virtual_mailbox_base = {home}/mail
virtual_mailbox_maps = inline:{{ {mailboxes} }}
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
transport_maps = inline:{{ {{{late}=nouser:}} }}
smtpd_peername_lookup = no
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
nouser unix - n n - - pipe
  user=nobody argv=/bin/sh -c {{exit 67}}
"""


@dataclass(frozen=True)
class Postfix:
    """A running instance: its port, and the folder with one Maildir for each name."""

    port: int
    mail: Path

    def collect(self, name: str, count: int) -> list[EmailMessage]:
        """Wait for so many mails to a name, and for more of them a while; take them out."""
        arrived: list[Path] = []
        end = time.monotonic() + 20
        while len(arrived) < count and time.monotonic() < end:
            time.sleep(0.05)
            arrived = sorted((self.mail / name / "new").glob("*"))
        time.sleep(0.3)
        arrived = sorted((self.mail / name / "new").glob("*"))
        contents = [path.read_bytes() for path in arrived]
        for path in arrived:
            path.unlink()
        return [message_from_bytes(content, policy=policy.default) for content in contents]


def command(home: Path, *arguments: str) -> None:
    subprocess.run(
        ["postfix", "-c", str(home / "etc"), *arguments],
        check=True,
        capture_output=True,
        timeout=60,
    )


def set_up(home: Path, port: int) -> None:
    home.chmod(0o755)
    for folder in ("etc", "queue", "data", "mail"):
        (home / folder).mkdir()
    shutil.chown(home / "data", "postfix")
    os.chown(home / "mail", NOBODY, NOBODY)
    names = ("a", "b", "late", "bounce")
    mailboxes = " ".join(f"{{{name}@duban.example={name}/}}" for name in names)
    main = MAIN.format(home=home, nobody=NOBODY, late=LATE, mailboxes=mailboxes)
    (home / "etc/main.cf").write_text(main)
    (home / "etc/master.cf").write_text(MASTER.format(port=port))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    lacking = "no postfix here" if not shutil.which("postfix") else ""
    if os.geteuid() != 0:
        lacking = "only root may start postfix"
    if lacking and os.environ.get("DUBAN_REQUIRE_POSTFIX") == "1":
        pytest.fail(lacking)
    if lacking:
        pytest.skip(lacking)
    home, port = Path(tempfile.mkdtemp(prefix="duban-postfix-")), free_port()
    try:
        set_up(home, port)
        command(home, "start")
        try:
            yield Postfix(port, home / "mail")
        finally:
            command(home, "stop")
    finally:
        shutil.rmtree(home)


@pytest.fixture
def send(postfix, outbox, compose, clock):
    """Put letters into the outbox and dispatch them, twice, as an impatient scheduler might."""

    def send(addresses: Sequence[str]) -> DispatchReport:
        outbox.put(*addresses)
        settings = parse(f"smtp://127.0.0.1:{postfix.port}?starttls=no")
        channel = SmtpChannel(settings, "ducha@duban.example", paths=PATHS)
        first, _ = (
            dispatch(outbox.database, RULEBOOK, [channel], compose, clock) for _ in range(2)
        )
        return first

    return send


def test_postfix_takes_every_letter_once_with_its_envelope_and_headers(postfix, outbox, send):
    assert send([A, B, A]).sent == 3
    mails = [*postfix.collect("a", 2), *postfix.collect("b", 1)]
    rows = {row.message_id: row for row in outbox.rows()}
    assert sorted(str(mail["Message-ID"]) for mail in mails) == sorted(rows)
    for mail in mails:
        row = rows[mail["Message-ID"]]
        assert mail["Return-Path"] == f"<{PATHS.of(row.id)}>"
        assert mail["X-Original-To"] == row.address
        assert mail["From"] == "督查室 <ducha@duban.example>"
        assert mail["To"] == f"马晓明 <{row.address}>"
        assert mail["Subject"] == "提示：老旧小区改造距时限还有3个工作日"
        assert mail.get_body(("plain",)).get_content() == "请按期办结。\r\n"
        assert not mail.defects


def test_an_address_that_postfix_refuses_fails_at_once(outbox, send):
    report = send([UNKNOWN])
    assert (report.sent, report.failed) == (0, 1)
    assert outbox.row(UNKNOWN).error.startswith("服务器答复 554 5.7.1")


def test_a_bounce_that_postfix_sends_later_is_understood(postfix, outbox, send, clock):
    assert send([LATE]).sent == 1
    number = outbox.row(LATE).id
    [mail] = postfix.collect("bounce", 1)
    assert mail["To"] == PATHS.of(number)
    with outbox.database.begin() as session:
        desk = Desk(session, RULEBOOK, clock())
        assert take_back(desk, PATHS, mail.as_bytes()) == (number, Finding.BOUNCED)
    row = outbox.row(LATE)
    assert row.state is DeliveryState.BOUNCED
    assert row.error.startswith("退信 5.1.1 x-unix; user unknown")
    assert outbox.persons()[LATE].email_fault == row.error
