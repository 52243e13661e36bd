"""Which addresses a robot may have."""

from __future__ import annotations

import pytest

from engine.rules.robots import HOSTS, RATES, RobotKind, address_fault
from engine.rules.routes import Group, Routes

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"


def test_each_vendor_has_its_own_host_and_rate():
    for kind in RobotKind:
        assert address_fault(f"https://{HOSTS[kind]}/x?key=abc", kind, ()) == ""
        assert RATES[kind]
    assert address_fault("https://QYAPI.weixin.qq.com:443/x", RobotKind.WECOM, ()) == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc",
        "https://oapi.dingtalk.com/robot/send?access_token=abc",
        "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=abc",
        "https://evil.example/qyapi.weixin.qq.com",
        "https://qyapi.weixin.qq.com@evil.example/",
        "https://user:pass@qyapi.weixin.qq.com/",
        "https://qyapi.weixin.qq.com:8443/",
        "https://qyapi.weixin.qq.com:port/",
        "https://evil.example\\@qyapi.weixin.qq.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "file:///etc/passwd",
        "ftp://qyapi.weixin.qq.com/",
        "qyapi.weixin.qq.com",
        "",
    ],
)
def test_any_other_address_is_refused_without_repeating_it(url):
    fault = address_fault(url, RobotKind.WECOM, ())
    assert fault
    assert "evil" not in fault
    assert "key" not in fault


def test_a_gateway_is_allowed_by_name_alone_or_by_name_and_port():
    url = "http://gateway.city.example:8080/qyapi?key=abc"
    assert address_fault(url, RobotKind.WECOM, ())
    assert address_fault(url, RobotKind.WECOM, ("gateway.city.example",)) == ""
    assert address_fault(url, RobotKind.WECOM, ("Gateway.city.example:8080",)) == ""
    assert address_fault(url, RobotKind.WECOM, ("gateway.city.example:80",))


def test_a_group_hears_of_its_units_or_of_all():
    routes = Routes((Group("教育群", frozenset({"市教育局"})), Group("总群")))
    assert routes.groups_of("市教育局") == ("教育群", "总群")
    assert routes.groups_of("市卫健局") == ("总群",)
