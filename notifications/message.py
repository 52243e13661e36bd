"""A mail as bytes: the same input gives the same bytes, on every machine and Python version.

Written out by hand after RFC 5322, 2045 and 2047 because the outbox promises that a repeat is
equal to the byte, and the standard library's folding of headers changes between versions.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import quote

from engine.errors import DubanError
from engine.wording import Spoilt

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.+_-]+@[A-Za-z0-9.-]+>")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+( [A-Za-z0-9_-]+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_LINE = re.compile(".{1,76}")
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ENCODED_WORD_BYTES = 39  # in base64 with its frame, 64 characters: fits after any header name


class MessageError(DubanError):
    """A letter that cannot be written as a lawful mail."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address, as in 督查室 <ducha@example.gov.cn>."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A finished mail: its Message-ID and all of its bytes, lines ended by CRLF.

    Attributes:
        spoilt: what of the office's own wording failed and was left out of it.
    """

    message_id: str
    content: bytes
    spoilt: tuple[Spoilt, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A .docx that goes with a mail."""

    name: str
    content: bytes


def message_id(key: str, domain: str) -> str:
    """The Message-ID of the delivery with this key: always the same, so repeats are known."""
    return f"<duban.{sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def build(
    *,
    message_id: str,
    sender: Mailbox,
    recipient: Mailbox,
    subject: str,
    text: str,
    html: str,
    date: datetime,
    references: Sequence[str] = (),
    attachments: Sequence[Attachment] = (),
) -> Mail:
    """Write a mail with a text body and its HTML alternative, and what goes with it.

    Args:
        date: an aware moment; its own offset is what the reader sees.
        references: Message-IDs of the earlier letters on the same matter, oldest first.

    Raises:
        MessageError: a header would carry line breaks, or an address is not one.
    """
    mark = sha256(message_id.encode()).hexdigest()[:32]
    headers = [
        f"Date: {format_datetime(date)}",
        f"From: {_mailbox(sender)}",
        f"To: {_mailbox(recipient)}",
        f"Subject: {_words(subject, '邮件标题')}",
        f"Message-ID: {_identifier(message_id)}",
        *_thread([_identifier(reference) for reference in references]),
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
    ]
    body = [*_bodies(f"=_duban_{mark}", text, html)]
    if attachments:
        body = [*_with_attachments(f"=_duban_all_{mark}", body, attachments)]
    return Mail(message_id, "\r\n".join([*headers, *body]).encode("ascii"))


def _bodies(boundary: str, text: str, html: str) -> Iterator[str]:
    yield f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"'
    yield ""
    yield from _part(boundary, "plain", text)
    yield from _part(boundary, "html", html)
    yield f"--{boundary}--"
    yield ""


def _with_attachments(
    boundary: str, body: Sequence[str], attachments: Sequence[Attachment]
) -> Iterator[str]:
    """The bodies, then the files; each name is written twice, for readers of RFC 2047 and 2231."""
    yield f'Content-Type: multipart/mixed;\r\n boundary="{boundary}"'
    yield ""
    yield f"--{boundary}"
    yield from body
    for attachment in attachments:
        yield f"--{boundary}"
        yield f'Content-Type: {_DOCX};\r\n name="{_words(attachment.name, "附件名")}"'
        yield f"Content-Disposition: attachment;\r\n filename*=UTF-8''{quote(attachment.name, '')}"
        yield "Content-Transfer-Encoding: base64"
        yield ""
        yield _base64(attachment.content)
    yield f"--{boundary}--"
    yield ""


def _thread(references: Sequence[str]) -> list[str]:
    if not references:
        return []
    return [f"In-Reply-To: {references[-1]}", "References: " + "\r\n ".join(references)]


def _part(boundary: str, subtype: str, body: str) -> Iterator[str]:
    yield f"--{boundary}"
    yield f"Content-Type: text/{subtype}; charset=utf-8"
    yield "Content-Transfer-Encoding: base64"
    yield ""
    raw = "\r\n".join(body.splitlines()).encode() + b"\r\n"
    yield _base64(raw)


def _base64(content: bytes) -> str:
    """In lines of 76 characters (RFC 2045)."""
    return "\r\n".join(_LINE.findall(b64encode(content).decode("ascii")))


def is_address(text: str) -> bool:
    """Whether a text can stand for an address in a header or an envelope, and for nothing else."""
    return _ADDRESS.fullmatch(text) is not None


def _mailbox(mailbox: Mailbox) -> str:
    if not is_address(mailbox.address):
        raise MessageError(f"邮件地址无效：{mailbox.address!r}，应形如 name@example.gov.cn。")
    if not mailbox.name:
        return f"<{mailbox.address}>"
    return f"{_words(mailbox.name, '姓名')}\r\n <{mailbox.address}>"


def _words(value: str, what: str) -> str:
    """A header's text, as encoded words (RFC 2047) unless it is short and plain."""
    if _CONTROL.search(value):
        raise MessageError(f"{what}中有换行或控制字符，不能写入邮件头：{value!r}。")
    if not value or (len(value) <= 60 and _PLAIN.fullmatch(value)):
        return value
    return "\r\n ".join(
        f"=?utf-8?B?{b64encode(chunk).decode()}?=" for chunk in _chunks(value, _ENCODED_WORD_BYTES)
    )


def _chunks(value: str, size: int) -> Iterator[bytes]:
    """The text in UTF-8 pieces of at most ``size`` bytes, no character split between two."""
    piece = b""
    for character in value:
        encoded = character.encode()
        if len(piece) + len(encoded) > size:
            yield piece
            piece = b""
        piece += encoded
    yield piece


def _identifier(value: str) -> str:
    if not _MESSAGE_ID.fullmatch(value):
        raise MessageError(f"邮件编号无效：{value!r}。")
    return value
