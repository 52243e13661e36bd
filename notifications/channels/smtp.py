"""The SMTP channel: several connections opened for a batch, reused within it, closed after it.

A client that lives longer than its batch only collects half-dead connections, and one
connection is bound by round trips.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPTimeoutError,
)

from notifications.channels import (
    Accepted,
    ChannelFault,
    Deferred,
    InDoubt,
    Outcome,
    Outgoing,
    Pace,
    Refused,
    Report,
)
from notifications.channels.smtp_settings import SmtpSettings, StartTls
from notifications.message import is_address
from notifications.retry import judge, quote
from notifications.return_path import ReturnPath

_QUIT_TIMEOUT = 5.0  # seconds; the letters are already safe by then
_STARTTLS = {StartTls.REQUIRED: True, StartTls.AUTO: None, StartTls.NO: False}


class SmtpChannel:
    """Hands letters to one SMTP server.

    Args:
        sender: the envelope sender of every letter, unless there are ``paths``.
        paths: gives each letter its own, by which a bounce tells which it was.
    """

    def __init__(
        self,
        settings: SmtpSettings,
        sender: str,
        name: str = "email",
        paths: ReturnPath | None = None,
    ) -> None:
        self.settings = settings
        self.sender = sender
        self.name = name
        self.paths = paths

    async def send(self, letters: Sequence[Outgoing], report: Report) -> None:
        """Share the letters out among the connections; a lost connection is opened anew.

        Raises:
            ChannelFault: no connection could be had, or the server refuses our login or sender.
        """
        waiting = deque(letters)
        lanes = min(self.settings.connections, len(waiting))
        faults = await asyncio.gather(*(self._lane(waiting, report) for _ in range(lanes)))
        if waiting:
            raise ChannelFault(next(fault for fault in faults if fault))

    async def _lane(self, waiting: deque[Outgoing], report: Report) -> str:
        """Work on the waiting letters until none is left; answer the fault that forbade it."""
        while waiting:
            try:
                client = await self._connect()
            except (SMTPException, OSError) as error:
                return _connection_fault(error)
            try:
                await self._work(client, waiting, report)
            except ChannelFault as fault:
                return str(fault)
            finally:
                await _quit(client)
        return ""

    async def _work(self, client: SMTP, waiting: deque[Outgoing], report: Report) -> None:
        """Send over one connection for as long as it lasts."""
        while waiting and client.is_connected:
            letter = waiting.popleft()
            try:
                outcome = await self._send_one(client, letter)
            except ChannelFault:
                waiting.appendleft(letter)
                raise
            except asyncio.CancelledError:
                client.close()
                report(letter, InDoubt("发送被中止，未收到最终答复"))
                raise
            report(letter, outcome)

    async def _send_one(self, client: SMTP, letter: Outgoing) -> Outcome:
        if not is_address(letter.address):
            return Refused(f"邮件地址无效：{letter.address!r}", address_is_bad=True)
        content_sent = False
        try:
            await client.mail(self.paths.of(letter.id) if self.paths else self.sender)
            await client.rcpt(letter.address)
            content_sent = True
            await client.data(letter.message)
            return Accepted()
        except SMTPResponseException as refusal:
            await _reset(client)
            return _refused(refusal)
        except Exception as error:  # whatever befalls one letter must not stop the others
            client.close()
            reply = f"与邮件服务器的连接中断：{_cause(error)}"
            return InDoubt(reply) if content_sent else Deferred(reply, Pace.QUICK)

    async def _connect(self) -> SMTP:
        settings = self.settings
        client = SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.user or None,
            password=settings.password if settings.user else None,
            # Our mail domain, since looking up this machine's own name may take seconds.
            local_hostname=self.sender.partition("@")[2],
            timeout=settings.timeout,
            use_tls=settings.tls,
            start_tls=_STARTTLS[settings.starttls],
            cert_bundle=settings.ca or None,
        )
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            await client.ehlo()
        return client


def _refused(refusal: SMTPResponseException) -> Deferred | Refused:
    """The outcome of a negative reply.

    Raises:
        ChannelFault: it was the sender that was refused for good, as it would be for any letter.
    """
    at_recipient = isinstance(refusal, SMTPRecipientRefused)
    outcome = judge(refusal.code, refusal.message, at_recipient=at_recipient)
    if isinstance(refusal, SMTPSenderRefused) and isinstance(outcome, Refused):
        raise ChannelFault(f"邮件服务器不接受发件人：{outcome.reply}") from refusal
    return outcome


async def _reset(client: SMTP) -> None:
    """Clear the refused letter from the connection, or drop the connection with it."""
    if client.is_connected:
        try:
            await client.rset()
        except (SMTPException, OSError):
            client.close()


async def _quit(client: SMTP) -> None:
    """Part politely. A server that fails at this has still taken what it accepted."""
    if client.is_connected:
        with suppress(SMTPException, OSError):
            await client.quit(timeout=_QUIT_TIMEOUT)
    client.close()


def _connection_fault(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return f"邮件服务器不接受连接或登录：{quote(error.code, error.message)}"
    return f"无法与邮件服务器建立连接：{_cause(error)}"


def _cause(error: Exception) -> str:
    """The cause in words; a certificate's fault hides below the library's own error."""
    below = error.__cause__ or error
    if isinstance(below, ssl.SSLCertVerificationError):
        return f"服务器证书未通过验证（{below.verify_message}）"
    if isinstance(error, (SMTPTimeoutError, TimeoutError)):
        return "等待超时"
    return str(error) or type(error).__name__
