"""调整、终止、延期一览、日历影响, through the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import OFFICE, Duban

CONTACT = "示例·城管甲"
LEADER = "示例·领导甲"
DECISION = ("--body", "吴忠市人大常委会", "--document", "吴人发〔2023〕9号", "--date", "2023-03-28")
METRIC = "免费享用早餐的环卫绿化工人"

FLOOD = """\
id: flood
title: 防汛停工
source: 市政府通知
days:
  - {date: 2023-03-30, working: false, name: 防汛停工}
"""


def test_a_promise_is_changed_by_decision_and_the_original_date_is_shown(assigned: Duban) -> None:
    said = ("--metric", METRIC, "--to", "900名", "--reason", "岗位调整", "--by", LEADER)
    changed = assigned.json("change", "2023-01", "--what", "target", *said, *DECISION)
    assert changed["subject"] == f"{METRIC}（名）"
    assert changed["after"] == "900名"
    assert changed["decision"] == "吴忠市人大常委会 吴人发〔2023〕9号（2023年3月28日）"
    lines = assigned.json("list")["projects"]
    assert all(line["original_due"] == line["due"] for line in lines)


def test_a_change_without_a_decision_names_all_that_is_missing(assigned: Duban) -> None:
    said = ("--metric", METRIC, "--to", "900名", "--by", LEADER)
    result = assigned("change", "2023-01", *said, "--json")
    assert result.code == 1
    assert "请写明理由；请写明决定机关、决定文号、决定日期" in result.data["error"]


def test_a_termination_takes_the_decision_in_its_parts(assigned: Duban) -> None:
    duban = assigned
    refused = duban("terminate", "2023-01", "--by", LEADER, "--json")
    assert refused.code == 1
    assert "终止须有原审议机关的决定；请写明决定机关、决定文号、决定日期" in refused.data["error"]
    reason = ("--reason", "政策调整")
    ended = duban.json("terminate", "2023-01", "--by", LEADER, *DECISION, *reason)
    assert ended["state"] == "terminated"


def test_what_waits_for_an_extension_is_listed(assigned: Duban) -> None:
    duban = assigned
    assert duban.json("extend", "list")["extensions"] == []
    duban.json("sign-for", "2023-01", "--by", CONTACT)
    asked = ("--until", "2023-12-28", "--reason", "供餐协议续签", "--progress", "已完成九成")
    number = duban.json("extend", "request", "2023-01", "--by", CONTACT, *asked)["extension"]
    (line,) = duban.json("extend", "list")["extensions"]
    assert (line["number"], line["state"], line["new_due"]) == (number, "requested", "2023-12-28")
    duban.json("extend", "review", number, "--opinion", "属实", "--by", OFFICE)
    duban.json("extend", "decide", number, "--refuse", "--decision", "理由不足", "--by", LEADER)
    assert duban.json("extend", "list")["extensions"] == []
    assert len(duban.json("extend", "list", "--all")["extensions"]) == 1


def test_the_effect_of_a_calendar_is_seen_before_it_is_adopted(
    assigned: Duban, tmp_path: Path
) -> None:
    layer = tmp_path / "flood.yaml"
    layer.write_text(FLOOD, encoding="utf-8")
    found = assigned.json("calendar", "effect", "national", "ningxia-2023", layer)
    moving = {(line["code"], line["kind"]): line for line in found["moving"]}
    assert moving["2023-01", "first_report"]["due"] == "2023-04-03"
    assert moving["2023-01", "first_report"]["new_due"] == "2023-04-04"
    assert "completion" not in {kind for _, kind in moving}
    assert {line["kind"] for line in found["staying"]} <= {"completion", "milestone"}
    assert not found["same"]
    again = assigned.json("calendar", "effect", "national", "ningxia-2023", layer)
    assert again == found
