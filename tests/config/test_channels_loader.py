"""The file of the channels: read strictly, and its passwords never repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.channels_loader import SHIPPED, load_channels
from config.errors import ConfigError
from engine.rules.robots import RobotKind
from engine.rules.throttles import Rate

EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "channels.yaml"
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=topsecret"
ENVIRONMENT = {
    "DUBAN_ROBOT_EDUCATION": WECOM,
    "DUBAN_ROBOT_HEALTH": "https://oapi.dingtalk.com/robot/send?access_token=topsecret",
    "DUBAN_ROBOT_HEALTH_SECRET": "SECtopsecret",
    "DUBAN_ROBOT_ALL": "https://open.feishu.cn/open-apis/bot/v2/hook/topsecret",
}


@pytest.fixture
def load(tmp_path):
    def load(text: str, **environment: str):
        path = tmp_path / "channels.yaml"
        path.write_text(text, encoding="utf-8")
        return load_channels(path, environment)

    return load


@pytest.fixture
def refusal(load):
    def refusal(text: str, **environment: str) -> str:
        with pytest.raises(ConfigError) as refused:
            load(text, **environment)
        assert "topsecret" not in str(refused.value)
        return str(refused.value)

    return refusal


def test_by_default_there_is_mail_only():
    opened = load_channels(SHIPPED, {})
    assert (opened.inbox, opened.groups) == (False, ())
    assert (opened.routes.groups, opened.routes.rates) == ((), {})


def test_the_example_is_a_file_that_works():
    opened = load_channels(EXAMPLE, ENVIRONMENT)
    assert opened.inbox
    assert [robot.kind for robot in opened.groups] == list(RobotKind)
    assert opened.routes.groups_of("市教育局") == ("教育局工作群", "督办总群")
    assert opened.routes.rates["卫健委工作群"] == (Rate(20, 60),)
    assert opened.routes.rates["督办总群"] == (Rate(10, 60),)
    assert "topsecret" not in repr(opened)


def test_mail_may_have_a_rate(load):
    opened = load("mail: {rates: [{count: 100, seconds: 60}]}")
    assert opened.routes.rates == {"email": (Rate(100, 60),)}


def test_an_address_may_stand_in_the_file(load):
    opened = load(f"groups: [{{name: 群, kind: wecom, url: '{WECOM}'}}]")
    assert opened.groups[0].url is not None


def test_a_gateway_must_be_on_the_list(load, refusal):
    robot = "groups: [{name: 群, kind: wecom, url: 'http://gateway.example/x?key=topsecret'}]"
    assert "qyapi.weixin.qq.com" in refusal(robot)
    assert load(f"hosts: [gateway.example]\n{robot}").groups


def test_all_faults_are_told_at_once_with_line_and_cure(refusal):
    told = refusal(
        """
inbox: false
groups:
  - {name: email, kind: wecom, url: 'https://evil.example/?key=topsecret'}
  - {name: 群, kind: dingtalk, url_env: DUBAN_MISSING}
  - {name: 群, kind: feishu}
  - {name: 一个二十个字都写不下的名字非常长的工作群啊, kind: feishu, url_env: A, secret_env: B}
""",
        A="https://open.feishu.cn/open-apis/bot/v2/hook/topsecret",
        B="topsecret",
    )
    for words in (
        "有 7 处错误",
        "第4行 groups[1].name：“email”重名或不能用",
        "第4行 groups[1].url：企业微信只能用 qyapi.weixin.qq.com",
        "第5行 groups[2].url_env：环境变量 DUBAN_MISSING 没有设置",
        "“群”重名",
        "缺少地址",
        "20字以内",
        "只有钉钉的“加签”用密钥",
    ):
        assert words in told


def test_misspelt_names_and_kinds_are_refused(refusal):
    told = refusal("groups: [{name: 群, kind: weixin, urlenv: A}]")
    assert "wecom（企业微信）" in told
    assert "是否想写“url_env”" in told
