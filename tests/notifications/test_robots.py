"""Robots of work groups against a real HTTP server that answers as the vendors do."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.rules.robots import RobotKind
from notifications.channels import (
    Accepted,
    ChannelFault,
    Deferred,
    InDoubt,
    Outgoing,
    Pace,
    Refused,
    robot_wire,
)
from notifications.channels.robots import RobotChannel, RobotSettings
from tests.notifications.conftest import START
from tests.notifications.vendors import Vendor, open_vendor

TOKEN = "topsecrettoken"
PATHS = {
    RobotKind.WECOM: f"/cgi-bin/webhook/send?key={TOKEN}",
    RobotKind.DINGTALK: f"/robot/send?access_token={TOKEN}",
    RobotKind.FEISHU: f"/open-apis/bot/v2/hook/{TOKEN}",
}
TEXT = "【督办】市教育局：提示1件"


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with open_vendor() as server:
        yield server


def robot(vendor: Vendor, kind: RobotKind = RobotKind.WECOM, **given) -> RobotChannel:
    settings = {"url": f"http://{vendor.host}{PATHS[kind]}", "gateways": frozenset({vendor.host})}
    return RobotChannel(RobotSettings(name="教育群", kind=kind, **(settings | given)))


def speak(channel: RobotChannel, *texts: str) -> list:
    """Let it say these; answers the outcomes, and a fault as the last one."""
    letters = [Outgoing(n, "教育群", f"<{n}@x>", t.encode(), START) for n, t in enumerate(texts)]
    outcomes: list = []
    try:
        asyncio.run(channel.send(letters, lambda _, outcome: outcomes.append(outcome)))
    except ChannelFault as fault:
        outcomes.append(fault)
    return outcomes


@pytest.mark.parametrize(
    ("kind", "ok", "said"),
    [
        (RobotKind.WECOM, {"errcode": 0, "errmsg": "ok"}, lambda b: b["text"]["content"]),
        (RobotKind.DINGTALK, {"errcode": 0, "errmsg": "ok"}, lambda b: b["text"]["content"]),
        (RobotKind.FEISHU, {"code": 0, "msg": "success"}, lambda b: b["content"]["text"]),
    ],
)
def test_each_vendor_hears_the_text_in_its_own_form(vendor, kind, ok, said):
    vendor.answer = (200, ok)
    assert speak(robot(vendor, kind), TEXT, "第二条") == [Accepted(), Accepted()]
    assert [said(body) for _, body in vendor.heard] == [TEXT, "第二条"]
    assert {path for path, _ in vendor.heard} == {PATHS[kind]}


def test_dingtalk_is_signed_when_there_is_a_secret(vendor):
    assert speak(robot(vendor, RobotKind.DINGTALK, secret="SECabc"), TEXT) == [Accepted()]
    [(path, _)] = vendor.heard
    assert {"access_token", "timestamp", "sign"} == set(parse_qs(urlsplit(path).query))


@pytest.mark.parametrize(
    ("kind", "answer", "outcome"),
    [
        (RobotKind.WECOM, (200, {"errcode": 45009}), (Deferred, Pace.SLOW)),
        (RobotKind.DINGTALK, (200, {"errcode": 130101}), (Deferred, Pace.SLOW)),
        (RobotKind.FEISHU, (200, {"code": 11232}), (Deferred, Pace.SLOW)),
        (RobotKind.FEISHU, (400, {"code": 99991400}), (Deferred, Pace.SLOW)),
        (RobotKind.FEISHU, (429, {"code": 99991400}), (Deferred, Pace.SLOW)),
        (RobotKind.WECOM, (200, {"errcode": -1}), (Deferred, Pace.QUICK)),
        (RobotKind.WECOM, (502, b"bad gateway"), (Deferred, Pace.QUICK)),
        (RobotKind.DINGTALK, (200, {"errcode": 430103}), (Refused, None)),
        (RobotKind.WECOM, (200, {"errcode": 93000}), (ChannelFault, "更新地址")),
        (RobotKind.DINGTALK, (200, {"errcode": 310000}), (ChannelFault, "安全设置")),
        (RobotKind.FEISHU, (200, {"code": 19024}), (ChannelFault, "关键词")),
        (RobotKind.FEISHU, (200, {"code": 19021}), (ChannelFault, "签名校验")),
        (RobotKind.WECOM, (200, {"errcode": 987654}), (ChannelFault, "987654")),
        (RobotKind.WECOM, (403, b"<html>login</html>"), (ChannelFault, "看不懂")),
        (RobotKind.WECOM, (200, b"<html>login</html>"), (ChannelFault, "看不懂")),
        (RobotKind.WECOM, (200, b"[]"), (ChannelFault, "看不懂")),
    ],
)
def test_an_answer_counts_by_its_code_and_not_by_status_200_alone(vendor, kind, answer, outcome):
    vendor.answer = answer
    [found] = speak(robot(vendor, kind), TEXT)
    what, detail = outcome
    assert isinstance(found, what)
    if what is Deferred:
        assert found.pace is detail
    elif what is ChannelFault:
        assert detail in str(found)
    assert TOKEN not in str(found)


def test_a_fault_leaves_the_rest_unreported_so_that_it_waits(vendor):
    vendor.answer = (200, {"errcode": 93000})
    [fault] = speak(robot(vendor), TEXT, TEXT, TEXT)
    assert isinstance(fault, ChannelFault)
    assert len(vendor.heard) == 1


def test_a_redirect_is_not_followed(vendor):
    vendor.answer = (307, {})
    [fault] = speak(robot(vendor), TEXT)
    assert "已拒绝" in str(fault)
    assert [path for path, _ in vendor.heard] == [PATHS[RobotKind.WECOM]]


def test_without_an_answer_the_message_is_in_doubt(vendor, monkeypatch):
    vendor.answer = "drop"
    assert isinstance(speak(robot(vendor), TEXT)[0], InDoubt)
    monkeypatch.setattr(robot_wire, "READ", 0.2)
    vendor.answer = "hang"
    assert isinstance(speak(robot(vendor), TEXT)[0], InDoubt)


def test_a_vendor_that_is_away_is_a_fault_of_the_channel(vendor):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{nobody.getsockname()[1]}"
        url = f"http://{host}{PATHS[RobotKind.WECOM]}"
        [fault] = speak(robot(vendor, url=url, gateways=frozenset({host})), TEXT)
    assert "无法与企业微信建立连接" in str(fault)
    assert TOKEN not in str(fault)


@pytest.fixture
def guard(monkeypatch) -> list[object]:
    """Every connection and every look-up of a name that is tried; none is made."""
    tried: list[object] = []

    def refuse(*asked: object, **_: object) -> None:
        tried.append(asked)
        raise OSError("guarded")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tried


@pytest.mark.parametrize(
    "url",
    [
        f"https://evil.example/cgi-bin/webhook/send?key={TOKEN}",
        f"http://127.0.0.1/cgi-bin/webhook/send?key={TOKEN}",
        f"https://oapi.dingtalk.com/robot/send?access_token=x&key={TOKEN}",
        f"http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}",
    ],
)
def test_no_request_leaves_for_an_address_that_is_not_allowed(vendor, guard, url):
    [fault] = speak(robot(vendor, url=url, gateways=frozenset()), TEXT)
    assert isinstance(fault, ChannelFault)
    assert guard == []


@pytest.mark.parametrize(
    ("kind", "host"),
    [
        (RobotKind.WECOM, "qyapi.weixin.qq.com"),
        (RobotKind.DINGTALK, "oapi.dingtalk.com"),
        (RobotKind.FEISHU, "open.feishu.cn"),
    ],
)
def test_the_only_host_that_is_asked_for_is_the_vendors(vendor, guard, monkeypatch, kind, host):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    url = f"https://{host}{PATHS[kind]}"
    [fault] = speak(robot(vendor, kind, url=url, gateways=frozenset()), TEXT)
    assert "无法与" in str(fault)
    assert {asked[0] for asked in guard} == {host}


def test_an_address_without_its_token_is_told_before_anything_is_sent(vendor, guard):
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
    [fault] = speak(robot(vendor, url=url, gateways=frozenset()), TEXT)
    assert "不完整" in str(fault)
    assert guard == []


def test_the_address_is_in_no_log_and_no_repr(vendor, caplog):
    caplog.set_level(logging.DEBUG)
    channel = robot(vendor)
    vendor.answer = (500, {})
    speak(channel, TEXT)
    vendor.answer = "drop"
    speak(channel, TEXT)
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(channel.settings)
