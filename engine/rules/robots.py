"""Robots of work groups: whose they are, how fast they may speak, and which addresses are theirs.

Rates as the vendors publish them: 企业微信 and 钉钉 20 messages a minute for each robot, 飞书 100 a
minute and 5 a second.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from engine.rules.throttles import Rate, Rates
from engine.rules.words import Word


class RobotKind(Word):
    """Whose robot it is."""

    WECOM = "wecom", "企业微信"
    DINGTALK = "dingtalk", "钉钉"
    FEISHU = "feishu", "飞书"


HOSTS: Mapping[RobotKind, str] = {
    RobotKind.WECOM: "qyapi.weixin.qq.com",
    RobotKind.DINGTALK: "oapi.dingtalk.com",
    RobotKind.FEISHU: "open.feishu.cn",
}
"""The hosts at which the vendors take messages."""

RATES: Mapping[RobotKind, Rates] = {
    RobotKind.WECOM: (Rate(20, 60),),
    RobotKind.DINGTALK: (Rate(20, 60),),
    RobotKind.FEISHU: (Rate(100, 60), Rate(5, 1)),
}


def address_fault(url: str, kind: RobotKind, gateways: Collection[str]) -> str:
    """Why a robot's address may not be used; empty when it may. The address is never repeated.

    Args:
        gateways: further hosts that are allowed, as ``host`` or ``host:port``.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "地址写法有误，请从机器人的设置页面重新复制"
    if parts.scheme not in ("https", "http") or not host:
        return "地址应以 https:// 开头，请从机器人的设置页面重新复制"
    if parts.username or parts.password or "\\" in url:
        return "地址中不能有用户名和密码"
    if {host, f"{host}:{port}"} & {gateway.lower() for gateway in gateways}:
        return ""
    if host != HOSTS[kind] or port not in (None, 443):
        return f"{kind.label}只能用 {HOSTS[kind]}；经内网网关转发的，请把网关的主机名写进 hosts"
    return "" if parts.scheme == "https" else "地址应以 https:// 开头"
