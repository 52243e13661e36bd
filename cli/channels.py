"""发送渠道: ``duban channel list|test``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from cli.answer import answering
from cli.installation import installation
from cli.options import AsJson
from engine.errors import DubanError
from engine.rules.words import ChannelKind
from engine.rules.zone import ZONE

if TYPE_CHECKING:
    from config.channels_loader import GroupRobot
    from flows.service import Service
    from notifications.channel_lines import ChannelLine


class ChannelUnknown(DubanError):
    """没有这个发送渠道。"""


def list_channels(as_json: AsJson = False) -> None:
    """列出发送渠道：是什么、等发多少、近来的故障、发送速度。"""
    with answering(as_json) as answer, installation() as service:
        from config.channels_loader import load_channels
        from notifications.channel_lines import channel_lines, unknown_units

        opened = load_channels(service.settings.channels)
        robots = {robot.name: robot for robot in opened.groups}
        names = [channel.name for channel in service.channels]
        names += [ChannelKind.INBOX.value] if opened.inbox else []
        with service.database.read() as session:
            routes = service.rulebook.routes
            lines = channel_lines(session, names, routes.rates, service.now())
            unknown = unknown_units(session, routes.groups)
        answer.table(
            ("渠道", "是什么", "等发", "七日内", "发送速度", "近来的故障"),
            [
                (
                    line.name,
                    _what(service, line.name, robots),
                    f"{line.waiting}封" + (f"（顺延{line.held}封）" if line.held else ""),
                    f"发出{line.sent}，失败{line.failed}",
                    _speed(line),
                    line.fault or "无",
                )
                for line in lines
            ],
        )
        if not opened.inbox:
            answer.say("站内收件箱没有开")
        for group, units in unknown.items():
            named = "、".join(f"“{unit}”" for unit in units)
            answer.say(f"{group}：联系表中没有{named}，请写单位全称，否则它的通知不会进群")
        answer.put(
            inbox=opened.inbox,
            channels=[_data(line, _what(service, line.name, robots)) for line in lines],
            unknown_units=unknown,
        )


def _data(line: ChannelLine, what: str) -> dict[str, object]:
    return {
        "name": line.name,
        "what": what,
        "waiting": line.waiting,
        "held": line.held,
        "sent": line.sent,
        "failed": line.failed,
        "fault": line.fault,
        "rates": [[rate.count, rate.seconds] for rate in line.pressure.rates],
        "room": line.pressure.room,
    }


def _what(service: Service, name: str, robots: Mapping[str, GroupRobot]) -> str:
    """What stands behind a channel, without its password."""
    from flows.mail_address import mail_address

    if name == ChannelKind.EMAIL.value:
        return f"邮件，{mail_address(service.settings)}"
    if name == ChannelKind.INBOX.value:
        return "站内收件箱，用 duban inbox 查看"
    if name not in robots:
        return "已不在发送渠道文件中，等发的不会发出"
    robot = robots[name]
    return f"{robot.kind.label}机器人，{'、'.join(robot.units) or '全部单位'}"


def _speed(line: ChannelLine) -> str:
    if not line.pressure.rates:
        return "不限"
    limits = "、".join(f"{rate.seconds}秒{rate.count}条" for rate in line.pressure.rates)
    if line.pressure.room:
        return limits
    return f"{limits}；已满，{line.pressure.next_time.astimezone(ZONE):%H:%M:%S}可再发"


def test_channel(
    name: Annotated[
        str,
        typer.Argument(
            metavar="渠道", help="email 或群名，见 duban channel list", show_default=False
        ),
    ],
    to: Annotated[
        str, typer.Option("--to", metavar="邮箱", help="邮件发到哪里", show_default=False)
    ] = "",
    as_json: AsJson = False,
) -> None:
    """立即试发一条测试消息，说明对方怎样答复。"""
    with answering(as_json) as answer, installation() as service:
        from email.utils import parseaddr

        from notifications.message import Mailbox
        from notifications.trying import try_channel

        channel = next((one for one in service.channels if one.name == name), None)
        if channel is None:
            names = "、".join(one.name for one in service.channels)
            raise ChannelUnknown(f"没有名为“{name}”的发送渠道，可写：{names}")
        if name == ChannelKind.EMAIL.value and not to:
            raise ChannelUnknown("试发邮件请用 --to 写明发到哪个邮箱")
        sender = Mailbox(*parseaddr(service.settings.sender))
        said = try_channel(channel, to, sender, service.settings.mail_domain, service.now())
        answer.say(f"{name}：{said}")
        answer.put(channel=name, to=to, said=said)


COMMANDS: dict[str, Callable[..., None]] = {"list": list_channels, "test": test_channel}
