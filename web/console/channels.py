"""发送渠道: what each is, what waits, what went wrong of late; 试发."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from pydantic import Field

from config.channels_loader import load_channels
from engine.errors import DubanError
from engine.rules.words import ChannelKind
from flows.mail_address import mail_address
from notifications.channel_lines import ChannelLine, channel_lines, unknown_units
from notifications.message import Mailbox
from notifications.trying import try_channel
from web.console.declared import Act, Done, Menu, Offer, Page
from web.console.given import Given, MaybeLine, Nothing
from web.console.system import ADMINISTRATORS, SEE
from web.console.visit import Visit
from web.refusals import NotFound

HERE = "/system/channels"


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel.

    Attributes:
        what: what stands behind it, without its password.
        speed: how many messages may leave in which time, in words.
        free_at: when the next may leave, where its rate is used up.
        can_be_tried: whether it is open in this installation.
    """

    name: str
    what: str
    waiting: int
    held: int
    sent: int
    failed: int
    speed: str
    free_at: datetime | None
    fault: str
    can_be_tried: bool


@dataclass(frozen=True, slots=True)
class Channels:
    """All channels. ``unknown``: units that groups are to hear of and nobody knows, by group."""

    channels: list[ChannelRow]
    has_inbox: bool
    unknown: dict[str, list[str]]


class Tried(Given):
    """Where a message is sent to for a try."""

    to: MaybeLine = Field("", title="发到哪个邮箱", description="机器人只有一个群，不用填")


def show(visit: Visit, _: Nothing) -> Channels:
    """All channels."""
    service, routes = visit.service, visit.desk.rulebook.routes
    opened = load_channels(service.settings.channels)
    what = {
        ChannelKind.EMAIL.value: f"邮件，{mail_address(service.settings)}",
        ChannelKind.INBOX.value: "站内收件箱",
        **{
            robot.name: f"{robot.kind.label}机器人，{'、'.join(robot.units) or '全部单位'}"
            for robot in opened.groups
        },
    }
    known = [channel.name for channel in service.channels]
    names = known + ([ChannelKind.INBOX.value] if opened.inbox else [])
    lines = channel_lines(visit.session, names, routes.rates, visit.at)
    return Channels(
        [_row(line, what.get(line.name, ""), line.name in known) for line in lines],
        opened.inbox,
        unknown_units(visit.session, routes.groups),
    )


def _row(line: ChannelLine, what: str, can_be_tried: bool) -> ChannelRow:
    rates = (f"{rate.seconds}秒{rate.count}条" for rate in line.pressure.rates)
    return ChannelRow(
        line.name,
        what or "已不在发送渠道文件中，等发的不会发出",
        line.waiting,
        line.held,
        line.sent,
        line.failed,
        "、".join(rates) or "不限",
        line.pressure.next_time if line.pressure.rates and not line.pressure.room else None,
        line.fault,
        can_be_tried,
    )


def try_one(visit: Visit, given: Tried, name: str) -> Done:
    """Send a test message and tell what became of it."""
    settings = visit.service.settings
    channel = next((one for one in visit.service.channels if one.name == name), None)
    if channel is None:
        raise NotFound("没有这个发送渠道")
    if name == ChannelKind.EMAIL.value and not given.to:
        raise DubanError("请填写发到哪个邮箱")
    sender = Mailbox(*parseaddr(settings.sender))
    said = try_channel(channel, given.to, sender, settings.mail_domain, visit.at)
    return Done(f"{name}：{said}", HERE)


def _offer(visit: Visit, name: str) -> Offer:
    return Offer(facts=[("渠道", name)])


PAGES = (Page("channels", HERE, "发送渠道", SEE, show, "channels.html", menu=Menu.SYSTEM),)
ACTS = (
    Act(
        "channel-test",
        "/system/channels/{name}/test",
        "试发",
        ADMINISTRATORS,
        try_one,
        Tried,
        about="立即发一条测试消息，看对方怎样答复。它不是通知，不进日志。",
        offer=_offer,
        back=HERE,
    ),
)
