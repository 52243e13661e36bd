"""Channels, inbox and load as users see them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.cli.conftest import Duban
from tests.notifications.vendors import Vendor, open_vendor

SECRET = "topsecret"
DAY, LATER = "2023-03-30T08:30:00", "2023-03-30T08:35:00"
CONTACT = "示例·教育甲"


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    with open_vendor() as server:
        yield server


@pytest.fixture
def with_robot(assigned: Duban, vendor: Vendor, tmp_path: Path) -> Duban:
    """The sample list, its people with an inbox, and a work group that hears of all units."""
    path = tmp_path / "channels.yaml"
    path.write_text(
        f"inbox: true\nhosts: ['{vendor.host}']\n"
        "groups: [{name: 总群, kind: wecom, url_env: DUBAN_ROBOT}]\n",
        encoding="utf-8",
    )
    url = f"http://{vendor.host}/cgi-bin/webhook/send?key={SECRET}"
    assigned.monkeypatch.setenv("DUBAN_ROBOT", url)
    assigned.monkeypatch.setenv("DUBAN_CHANNELS", str(path))
    return assigned


def test_by_default_there_is_mail_into_files_and_no_inbox(assigned: Duban) -> None:
    told = assigned.json("channel", "list")
    assert [one["name"] for one in told["channels"]] == ["email"]
    assert told["channels"][0]["waiting"] > 0
    assert "站内收件箱没有开" in assigned("channel", "list").out


def test_a_test_mail_is_a_mail_and_no_notice(assigned: Duban) -> None:
    before = assigned.json("notices")
    assigned.json("channel", "test", "email", "--to", "office@example.gov.cn")
    [file] = (assigned.home / "mail").glob("*.eml")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (mail["To"], mail["Subject"]) == ("office@example.gov.cn", "【督办】发送渠道测试")
    assert assigned.json("notices") == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("email",), "--to"),
        (("email", "--to", "不是邮箱"), "邮件地址无效"),
        (("email", "--to", "a@b.example\nBcc: c@d.example"), "邮件地址无效"),
        (("无",), "可写：email"),
    ],
)
def test_what_cannot_be_tested_is_said(assigned: Duban, arguments, says) -> None:
    result = assigned("channel", "test", *arguments)
    assert result.code == 1
    assert says in result.err


def test_a_robot_is_listed_and_tested_without_showing_its_address(with_robot, vendor) -> None:
    result = with_robot("channel", "list")
    assert "企业微信机器人，全部单位" in result.out
    assert "60秒20条" in result.out
    assert with_robot.json("channel", "test", "总群")["said"] == "对方已接收"
    [(_, body)] = vendor.heard
    assert body["text"]["content"].startswith("【督办】发送渠道测试")
    vendor.answer = (200, {"errcode": 93000, "errmsg": f"invalid url {SECRET}"})
    refused = with_robot("channel", "test", "总群", "--json")
    assert refused.code == 1
    assert "更新地址" in refused.data["error"]
    assert SECRET not in result.out + refused.out + refused.err


def test_a_group_for_a_unit_that_is_not_in_the_directory_is_told(
    assigned: Duban, tmp_path: Path
) -> None:
    path = tmp_path / "channels.yaml"
    path.write_text(
        "groups: [{name: 总群, kind: wecom, url_env: DUBAN_ROBOT, units: [市教育所, 市教育局]}]\n",
        encoding="utf-8",
    )
    assigned.monkeypatch.setenv("DUBAN_ROBOT", "https://qyapi.weixin.qq.com/?key=x")
    assigned.monkeypatch.setenv("DUBAN_CHANNELS", str(path))
    assert assigned.json("channel", "list")["unknown_units"] == {"总群": ["市教育所"]}
    assert "联系表中没有“市教育所”" in assigned("channel", "list").out


def test_a_test_without_a_final_answer_does_not_claim_that_nothing_left(
    with_robot: Duban, vendor: Vendor
) -> None:
    vendor.answer = "drop"
    told = with_robot("channel", "test", "总群")
    assert told.code == 1
    assert "不能确定是否送达" in told.err and "没有发出" not in told.err


def test_a_days_reminders_reach_mail_inbox_and_group(with_robot: Duban, vendor: Vendor) -> None:
    with_robot.at(DAY)
    with_robot.json("sweep", "daily")
    with_robot.at(LATER)
    sent = with_robot.json("dispatch")
    texts = [body["text"]["content"] for _, body in vendor.heard]
    assert texts
    assert all(text.startswith("【督办】") and "示例·" not in text for text in texts)
    assert len(texts) <= 20
    assert sent["sent"] == len(texts) + len(list((with_robot.home / "mail").glob("*.eml")))
    stored = (with_robot.home / "duban.db").read_bytes()
    assert SECRET.encode() not in stored


def test_a_robot_at_fault_leaves_mail_alone_and_is_told(with_robot: Duban, vendor: Vendor) -> None:
    vendor.answer = (200, {"errcode": 93000})
    with_robot.at(DAY)
    with_robot.json("sweep", "daily")
    with_robot.at(LATER)
    result = with_robot("dispatch", "--json")
    assert result.code == 1
    assert list(result.data["faults"]) == ["总群"]
    assert (with_robot.home / "mail").exists()
    [group] = [c for c in with_robot.json("channel", "list")["channels"] if c["name"] == "总群"]
    assert group["waiting"] > 0
    assert "更新地址" in group["fault"]


def test_the_inbox_lists_what_can_be_done(with_robot: Duban) -> None:
    notices = with_robot.json("inbox", CONTACT)["notices"]
    assert notices
    assert all("--by" in command for one in notices for command in one["to_do"])
    unheard = with_robot("inbox", "查无此人")
    assert (unheard.code, "通讯录中没有" in unheard.err) == (1, True)
    assert len(with_robot.json("inbox", CONTACT, "--limit", "1")["notices"]) == 1


def test_the_load_of_a_month_stands_against_the_budget(assigned: Duban) -> None:
    told = assigned.json("load", "--month", "2023-03")
    assert told["limit"] == 12
    assert all(unit["letters"] > 0 for unit in told["units"])
    assert "每个单位的额度：12封" in assigned("load", "--month", "2023-03").out
    assert "没有给单位发过邮件" in assigned("load", "--month", "2022-01").out
    assert assigned("load", "--month", "三月").code == 2
    assert assigned("load", "--unit", "查无此局").code == 1


def test_a_channels_file_with_faults_stops_every_command_without_its_secret(
    assigned: Duban, tmp_path: Path
) -> None:
    path = tmp_path / "channels.yaml"
    path.write_text(
        json.dumps({"groups": [{"name": "群", "kind": "wecom", "url": f"https://x/?key={SECRET}"}]})
    )
    assigned.monkeypatch.setenv("DUBAN_CHANNELS", str(path))
    result = assigned("list")
    assert result.code == 1
    assert "qyapi.weixin.qq.com" in result.err
    assert SECRET not in result.err
