from __future__ import annotations

import pytest

from tests.cli.conftest import OFFICE, Duban

CONTACT = "示例·城管甲"
LEADER = "示例·领导甲"


def state_of(duban: Duban, code: str) -> str:
    projects = duban.json("list")["projects"]
    state: str = next(project["state"] for project in projects if project["code"] == code)
    return state


def test_an_item_goes_from_assignment_to_closure(assigned: Duban) -> None:
    duban = assigned
    assert state_of(duban, "2023-01") == "assigned"
    duban.json("sign-for", "2023-01", "--by", CONTACT)
    duban.at("2023-12-11T10:00:00")
    report = ("report", "2023-01", "--by", CONTACT, "--period", "2023-12")
    done = ("--value", "免费享用早餐的环卫绿化工人=947", "--percent", "100%")
    duban.json(*report, *done, "--confirm", "12月集中验收")
    asked = ("complete", "request", "2023-01", "--by", CONTACT, "--statement", "全年供餐")
    proof = ("--proof", "免费享用早餐的环卫绿化工人=供餐台账")
    duban.json(*asked, *proof)
    duban.json("complete", "back", "2023-01", "--reason", "缺验收材料", "--by", OFFICE)
    duban.json(*asked, *proof)
    seen = ("--verified-by", OFFICE, "--method", "on_site", "--finding", "随机走访属实")
    closed = duban.json("complete", "close", "2023-01", *seen, "--by", OFFICE)
    assert (closed["state"], closed["timeliness"]) == ("closed", "on_time")
    due = ("--due", "2023-12-29", "--reason", "复查不合格", "--by", OFFICE)
    duban.json("complete", "reopen", "2023-01", *due)
    assert state_of(duban, "2023-01") == "underway"


def test_a_unit_may_return_what_is_not_its_duty(assigned: Duban) -> None:
    assigned.json("return", "2023-01", "--by", CONTACT, "--reason", "非本单位职责")
    assert state_of(assigned, "2023-01") == "returned"


def test_an_extension_is_asked_reviewed_and_decided(assigned: Duban) -> None:
    duban = assigned
    duban.json("sign-for", "2023-01", "--by", CONTACT)
    asked = ("--until", "2023-12-28", "--reason", "供餐协议续签", "--progress", "已完成九成")
    number = duban.json("extend", "request", "2023-01", "--by", CONTACT, *asked)["extension"]
    duban.json("extend", "review", number, "--opinion", "属实", "--by", OFFICE)
    decided = duban.json(
        "extend", "decide", number, "--approve", "--decision", "同意", "--by", LEADER
    )
    assert decided["approved"] is True
    again = duban("extend", "decide", number, "--refuse", "--decision", "不同意", "--by", LEADER)
    assert again.code == 1


def test_an_item_is_suspended_resumed_and_exempted(assigned: Duban) -> None:
    duban = assigned
    duban.json("sign-for", "2023-01", "--by", CONTACT)
    duban.json("suspend", "2023-01", "--reason", "洪水", "--by", OFFICE)
    assert state_of(duban, "2023-01") == "suspended"
    duban.json("resume", "2023-01", "--reason", "水退", "--by", OFFICE)
    assert state_of(duban, "2023-01") == "underway"
    exempt = ("--until", "2023-05-31", "--reason", "等待上级批复")
    assert duban("exempt", "2023-01", *exempt, "--by", OFFICE).code == 1
    duban.json("exempt", "2023-01", *exempt, "--by", LEADER)


def test_of_several_office_people_one_must_be_named(imported: Duban) -> None:
    duban = imported
    result = duban("assign", "--all")
    assert result.code == 1
    assert "请用 --by 写明督查室办理人：示例·督查乙、示例·督查甲" in result.err
    assert state_of(duban, "2023-01") == "registered"


def test_assigning_one_that_cannot_be_assigned_assigns_none(imported: Duban) -> None:
    duban = imported
    duban.json("assign", "2023-02", "--by", OFFICE)
    assert duban("assign", "2023-01", "2023-02", "--by", OFFICE).code == 1
    assert state_of(duban, "2023-01") == "registered"


@pytest.mark.parametrize("verb", ["answer", "sign", "dismiss", "explain"])
def test_a_notice_that_does_not_exist_is_refused(duban: Duban, verb: str) -> None:
    said = {
        "answer": ["--by", CONTACT, "--text", "已整改"],
        "sign": ["--by", LEADER, "--basis", "批示"],
        "dismiss": ["--by", LEADER, "--reason", "情况属实"],
        "explain": [],
    }[verb]
    result = duban(verb, 99, *said)
    assert result.code == 1
    assert "没有编号为 99 的通知" in result.err
