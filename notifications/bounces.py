"""退信: a delivery status notification (RFC 3464), as a mail server hands it over.

A server that takes a letter may find later that it cannot deliver it, and says so by mail. The
report is believed when it came to an address that only the letter's own envelope bore.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

from sqlalchemy import bindparam, select

from engine.dates.recalculating import adopt
from engine.desk.falling_back import fall_back
from engine.desk.issuing import Desk
from engine.desk.undelivered import Undelivered
from engine.errors import DubanError
from engine.rules.words import Word
from engine.store.event_kinds import EventKind
from engine.store.tables import Delivery, DeliveryState
from notifications.receipts import disable_addresses, journal_lost
from notifications.retry import is_bad_address
from notifications.return_path import ReturnPath

LARGEST = 2 * 1024 * 1024
"""Bytes of a report; it holds at most the letter it is about, and letters are far smaller."""

_ADDRESSED = ("X-Original-To", "Delivered-To", "Envelope-To", "To")
_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_MOST = 50
"""Addresses and recipients that are looked at; a report on one letter has one of each."""

_ON_THE_WAY = (DeliveryState.SENT, DeliveryState.SENDING, DeliveryState.QUEUED)


class BounceRefused(DubanError):
    """这不是本系统邮件的退信。"""


class Finding(Word):
    """What came of a report."""

    BOUNCED = "bounced", "已退信"
    KNOWN = "known", "此前已处理"
    NOT_FINAL = "not_final", "尚未最终失败"


@dataclass(frozen=True, slots=True)
class Failure:
    """The final word on a recipient: the detailed code (RFC 3463) and the server's own words."""

    status: str
    diagnostic: str

    @property
    def text(self) -> str:
        return f"退信 {self.status} {self.diagnostic}".strip()


@dataclass(frozen=True, slots=True)
class Report:
    """What is read out of a mail: whom it came to, and the failure it tells of, if any."""

    addresses: tuple[str, ...]
    failure: Failure | None


def take_back(desk: Desk, paths: ReturnPath, content: bytes) -> tuple[int, Finding]:
    """Mark the letter that a report is about as bounced, pass on what it carried, tell the office.

    The same report given twice changes nothing the second time.

    Returns:
        The number of the message, and what came of it.

    Raises:
        BounceRefused: it is no report, or it is about no letter of this installation.
    """
    report = read_report(content)
    number = paths.find(report.addresses)
    row = desk.session.scalars(_LOCKED, {"id": number}).one_or_none() if number else None
    if number is None or row is None:
        raise BounceRefused("收件地址不是本系统签发的退信地址，或签名不符，未作处理")
    if report.failure is None:
        return number, Finding.NOT_FINAL
    if row.state not in _ON_THE_WAY or row.message is None:
        return number, Finding.KNOWN
    _bounce(desk, row, report.failure)
    return number, Finding.BOUNCED


def _bounce(desk: Desk, row: Delivery, failure: Failure) -> None:
    """A letter that bounced was taken by the server, whatever the outbox thought of it so far."""
    row.state, row.lease_until = DeliveryState.BOUNCED, None
    row.sent_at, row.error = row.sent_at or desk.at, failure.text
    journal_lost(desk, EventKind.DELIVERY_BOUNCED, [row])
    is_bad = is_bad_address(failure.status)
    if is_bad:
        disable_addresses(desk, [row])
    adopt(desk)
    fall_back(desk, [Undelivered(row, "邮箱不存在或已停用" if is_bad else "邮件被退回")])


def read_report(content: bytes) -> Report:
    """Read a delivery status notification.

    Raises:
        BounceRefused: it is too large, or not one.
    """
    if len(content) > LARGEST:
        raise BounceRefused(f"邮件超过{LARGEST // 1024 // 1024}兆字节，不会是退信，未作处理")
    try:
        mail = message_from_bytes(content)
        reported = [part for part in mail.walk() if part.get_content_type() in _REPORTS]
        recipients = [block for part in reported for block in _recipients(part)]
        addresses = tuple(_addresses(mail))
        failure = next(filter(None, map(_failure, recipients[:_MOST])), None)
    except Exception as error:  # whatever a stranger's mail does to the parser
        raise BounceRefused("邮件的格式无法读懂，未作处理") from error
    if not recipients:
        raise BounceRefused("这封邮件不是退信报告（RFC 3464），未作处理")
    return Report(addresses, failure)


def _addresses(mail: Message) -> Iterator[str]:
    values = [str(value) for name in _ADDRESSED for value in mail.get_all(name, [])]
    for _, address in getaddresses(values[:_MOST])[:_MOST]:
        yield address


def _recipients(part: Message) -> list[Message]:
    """The blocks on single recipients; the first block is on the whole letter."""
    blocks = part.get_payload()
    if not isinstance(blocks, list):
        return []
    return [block for block in blocks if isinstance(block, Message) and "Action" in block]


def _failure(block: Message) -> Failure | None:
    """What is final. 延迟 (delayed), 转交 (relayed) and the like are not, whatever their code."""
    if _line(block, "Action").lower() != "failed":
        return None
    status = _line(block, "Status").partition(" ")[0]
    return Failure(status, _line(block, "Diagnostic-Code").removeprefix("smtp;").strip()[:300])


def _line(block: Message, name: str) -> str:
    """A field on one line and without control characters."""
    words = str(block.get(name, "")).split()
    return "".join(c for c in " ".join(words) if c.isprintable())


_LOCKED = select(Delivery).where(Delivery.id == bindparam("id")).with_for_update()
