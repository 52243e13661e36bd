"""Robots of work groups in 企业微信, 钉钉 and 飞书, through Apprise.

The address is the robot's password: it is in no log, no error and no row.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from engine.rules.robots import RobotKind
from notifications.channels import ChannelFault, InDoubt, Outcome, Outgoing, Report
from notifications.channels.robot_replies import judge
from notifications.channels.robot_wire import Call, Wire, calling

_TOKENS = {RobotKind.WECOM: "key", RobotKind.DINGTALK: "access_token"}
_TOKEN = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class RobotSettings:
    """One robot.

    Attributes:
        url: the address that the vendor gave, or the same behind a gateway.
        secret: 钉钉's 加签 secret; empty for none.
        gateways: hosts that are allowed beside the vendor's.
    """

    name: str
    kind: RobotKind
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)
    gateways: frozenset[str] = frozenset()


class RobotChannel:
    """Speaks to one work group, one message after another."""

    def __init__(self, settings: RobotSettings) -> None:
        self.settings = settings
        self.name = settings.name

    async def send(self, letters: Sequence[Outgoing], report: Report) -> None:
        """Send the messages in their order.

        Raises:
            ChannelFault: the robot cannot be reached, or takes nothing from us.
        """
        for letter in letters:
            try:
                outcome = await asyncio.to_thread(self._speak, letter.message.decode())
            except asyncio.CancelledError:
                report(letter, InDoubt("发送被中止，未收到最终答复"))
                raise
            report(letter, outcome)

    def _speak(self, text: str) -> Outcome:
        settings = self.settings
        plugin = _plugin(settings)
        with calling(Call(settings.kind, settings.url, settings.gateways)) as call:
            try:
                plugin.send(body=text)
            except Exception:
                if call.error is None:
                    raise
        return judge(call)


def _plugin(settings: RobotSettings) -> Any:
    """Apprise's writer of this vendor's messages, which has our wire to send them over."""
    token = token_of(settings.kind, settings.url)
    if not token:
        raise ChannelFault("机器人地址不完整，请从机器人的设置页面重新复制")
    made = _plugins()[settings.kind]
    given = {"key": token} if settings.kind is RobotKind.WECOM else {"token": token}
    if settings.secret:
        given["secret"] = settings.secret
    plugin = made(**given)
    plugin.request_rate_per_sec = 0  # the outbox keeps to the rates
    return plugin


def token_of(kind: RobotKind, url: str) -> str:
    """The robot's own part of its address; empty when it has none."""
    parts = urlsplit(url)
    if kind in _TOKENS:
        token = parse_qs(parts.query).get(_TOKENS[kind], [""])[0]
    else:
        token = parts.path.rstrip("/").rpartition("/")[2]
    return token if _TOKEN.fullmatch(token) else ""


@cache
def _plugins() -> dict[RobotKind, Any]:
    """Imported when first needed: it takes half a second, and most installations have no robot."""
    for library in ("apprise", "urllib3"):  # they would log addresses
        logging.getLogger(library).setLevel(logging.CRITICAL)
    from apprise.plugins import dingtalk, feishu, wecombot

    for module in (wecombot, dingtalk, feishu):
        vars(module)["requests"] = Wire
    return {
        RobotKind.WECOM: wecombot.NotifyWeComBot,
        RobotKind.DINGTALK: dingtalk.NotifyDingTalk,
        RobotKind.FEISHU: feishu.NotifyFeishu,
    }
