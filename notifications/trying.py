"""试发: one message over one channel, now, to see what the other side answers. It is no notice: the
outbox and the journal know nothing of it.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from engine.desk.outbox import EMAIL
from engine.rules.zone import ZONE
from notifications.channels import (
    Accepted,
    Channel,
    ChannelFault,
    InDoubt,
    Outcome,
    Outgoing,
)
from notifications.message import Mailbox, build, message_id

SUBJECT = "【督办】发送渠道测试"
WORDS = "这是一条测试消息，不是通知，不需要办理。您看到它，说明督办系统的这个发送渠道是通的。"


class TryFailed(ChannelFault):
    """The test message was not taken; the message says what the other side answered."""


def try_channel(channel: Channel, to: str, sender: Mailbox, domain: str, now: datetime) -> str:
    """Send a test message and tell what became of it.

    Args:
        to: the address, for mail; robots have only one group.

    Raises:
        TryFailed: it was put off, refused, or no answer came.
        ChannelFault: the channel itself cannot deliver.
        MessageError: ``to`` is not an address.
    """
    letter = _letter(channel, to, sender, domain, now)
    outcomes: list[Outcome] = []
    asyncio.run(channel.send([letter], lambda _, outcome: outcomes.append(outcome)))
    if not outcomes:
        raise TryFailed("通道没有报告发送结果")
    outcome = outcomes[0]
    if isinstance(outcome, Accepted):
        return "对方已接收"
    if isinstance(outcome, InDoubt):
        raise TryFailed(f"不能确定是否送达，请到对方处核对是否收到：{outcome.reply}")
    raise TryFailed(f"没有发出：{outcome.reply}")


def _letter(channel: Channel, to: str, sender: Mailbox, domain: str, now: datetime) -> Outgoing:
    identifier = message_id(f"test:{channel.name}:{now.isoformat()}", domain)
    if channel.name != EMAIL:
        text = f"{SUBJECT}\n{WORDS}"
        return Outgoing(0, channel.name, identifier, text.encode(), now)
    mail = build(
        message_id=identifier,
        sender=sender,
        recipient=Mailbox("", to),
        subject=SUBJECT,
        text=f"{WORDS}\n",
        html=f"<p>{WORDS}</p>",
        date=now.astimezone(ZONE),
    )
    return Outgoing(0, to, identifier, mail.content, now)
