"""The channels of an installation from YAML: the inbox, and robots of work groups.

A robot's address is its password: it comes from the environment, or stands in a file that only the
service may read, and it is repeated in no fault.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from config.yaml_file import YamlFile, read_yaml
from engine.rules.robots import RATES, RobotKind, address_fault
from engine.rules.routes import Group, Routes
from engine.rules.throttles import Rate, Rates
from engine.rules.words import ChannelKind

SHIPPED = Path(__file__).parent / "channels.yaml"
WHAT = "发送渠道"
NAME_LENGTH = 20
"""What the outbox holds."""
RESERVED = {kind.value for kind in ChannelKind}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RateLimit(_Part):
    """So many messages in so many seconds."""

    count: int = Field(ge=1)
    seconds: int = Field(ge=1, le=3600)


class MailChannel(_Part):
    """The mail server's own limits."""

    rates: tuple[RateLimit, ...] = ()


class GroupRobot(_Part):
    """A robot of a work group.

    Attributes:
        url_env: the environment variable that holds the address; ``url`` is the address itself.
        secret_env: the variable that holds 钉钉's 加签 secret.
        units: whose items it speaks of; empty for all.
        rates: slower than the vendor allows; empty for the vendor's own.
    """

    name: str = Field(min_length=1)
    kind: RobotKind
    url: SecretStr | None = None
    url_env: str = ""
    secret: SecretStr | None = None
    secret_env: str = ""
    units: tuple[str, ...] = ()
    rates: tuple[RateLimit, ...] = ()

    @property
    def limits(self) -> Rates:
        return _rates(self.rates) or RATES[self.kind]


class Channels(_Part):
    """All of them. ``hosts`` are gateways that are allowed beside the vendors' own hosts."""

    inbox: bool = False
    mail: MailChannel = MailChannel()
    hosts: tuple[str, ...] = ()
    groups: tuple[GroupRobot, ...] = ()

    @property
    def routes(self) -> Routes:
        """What the engine and the dispatcher need to know of them."""
        groups = tuple(Group(robot.name, frozenset(robot.units)) for robot in self.groups)
        rates = {robot.name: robot.limits for robot in self.groups}
        if self.mail.rates:
            rates[ChannelKind.EMAIL.value] = _rates(self.mail.rates)
        return Routes(groups, rates)


def load_channels(path: Path = SHIPPED, environment: Mapping[str, str] = os.environ) -> Channels:
    """The channels of a file, the robots' addresses filled in from the environment.

    Raises:
        ConfigError: in Chinese, with the line, the place, the fault and the cure of every fault.
    """
    file = read_yaml(path, WHAT)
    parts = (Channels, MailChannel, GroupRobot, RateLimit)
    known = {name for part in parts for name in part.model_fields}
    channels = file.parse(Channels, file.data, known)
    robots = tuple(_filled(robot, environment) for robot in channels.groups)
    filled = channels.model_copy(update={"groups": robots})
    faults = list(_faults(file, filled))
    if faults:
        raise file.refusal(faults)
    return filled


def _filled(robot: GroupRobot, environment: Mapping[str, str]) -> GroupRobot:
    url, secret = environment.get(robot.url_env, ""), environment.get(robot.secret_env, "")
    return robot.model_copy(
        update={
            "url": SecretStr(url) if url else robot.url,
            "secret": SecretStr(secret) if secret else robot.secret,
        }
    )


def _faults(file: YamlFile, channels: Channels) -> Iterator[str]:
    seen: set[str] = set()
    for place, robot in enumerate(channels.groups):
        here = ("groups", place)
        if len(robot.name) > NAME_LENGTH or robot.name != robot.name.strip():
            yield file.fault((*here, "name"), f"名称请在{NAME_LENGTH}字以内，前后不留空格")
        if robot.name in seen | RESERVED:
            yield file.fault((*here, "name"), f"“{robot.name}”重名或不能用，请另取一个")
        seen.add(robot.name)
        yield from (file.fault((*here, at), text) for at, text in _secrets(robot))
        if robot.url:
            fault = address_fault(robot.url.get_secret_value(), robot.kind, channels.hosts)
            if fault:
                yield file.fault((*here, "url_env" if robot.url_env else "url"), fault)


def _secrets(robot: GroupRobot) -> Iterator[tuple[str, str]]:
    if robot.url is None:
        if not robot.url_env:
            yield "url_env", "缺少地址：请写 url_env（环境变量名），变量里放机器人的地址"
        else:
            yield "url_env", f"环境变量 {robot.url_env} 没有设置，请把机器人的地址放进去"
    if robot.secret_env and robot.secret is None:
        yield "secret_env", f"环境变量 {robot.secret_env} 没有设置，请把加签密钥放进去"
    if (robot.secret_env or robot.secret) and robot.kind is not RobotKind.DINGTALK:
        yield "secret_env", "只有钉钉的“加签”用密钥；请删去，改用关键词“督办”"


def _rates(limits: tuple[RateLimit, ...]) -> Rates:
    return tuple(Rate(limit.count, limit.seconds) for limit in limits)
