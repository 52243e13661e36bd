from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import OFFICE, Duban

CONTACT = "示例·城管甲"
UNIT = "市城市管理局"
CODE = "2023-议1"


def unit_of(duban: Duban, code: str) -> str:
    projects = duban.json("list")["projects"]
    unit: str = next(project["unit"] for project in projects if project["code"] == code)
    return unit


def opinion(unit: str) -> tuple[str, ...]:
    return (
        *("opinion", "receive", "--title", "审议意见", "--body", "市六届人大常委会"),
        *("--session", "第十二次会议", "--document", "吴人常发〔2023〕15号"),
        *("--date", "2023-10-27", "--unit", unit, "--due", "2024-01-26"),
        *("--result", "满意", "--by", OFFICE),
    )


def test_an_opinion_goes_from_receipt_to_a_second_report(assigned: Duban) -> None:
    duban = assigned
    duban.at("2023-11-01T10:00:00")
    unit = unit_of(duban, "2023-01")
    assert duban.json(*opinion(unit)) == {"ok": True, "code": CODE, "problems": []}
    given = ("--title", "供餐点偏少", "--unit", unit, "--due", "2023-12-15")
    handed = duban.json("opinion", "problem", CODE, *given, "--by", OFFICE)
    assert handed["problems"] == [f"{CODE}-1"]
    duban.at("2024-01-10T10:00:00")
    written = ("opinion", "report", CODE, "--document", "吴政函〔2024〕3号", "--text", "已整改")
    refused = duban(*written, "--by", OFFICE)
    assert refused.code == 1 and f"请逐项说明：{CODE}-1" in refused.err
    said = duban.json(*written, "--unfinished", f"{CODE}-1=新点位施工中", "--by", OFFICE)
    assert (said["state"], said["timeliness"]) == ("closed", "on_time")
    judged = ("--result", "不满意", "--date", "2024-01-10", "--votes", "不满意18票")
    result = duban.json("opinion", "evaluate", CODE, *judged, "--by", OFFICE)
    assert (result["due"], result["state"]) == ("2024-04-10", "underway")
    (listed,) = duban.json("opinion", "list")["opinions"]
    shown = duban.json("opinion", "show", CODE)
    assert shown == {"ok": True, **listed}
    (report,) = shown["reports"]
    assert (report["satisfaction"], report["votes"]) == ("dissatisfied", "不满意18票")
    assert "未办结 2023-议1-1：新点位施工中" in duban("opinion", "show", CODE).out


def test_an_opinion_with_faults_is_refused_with_all_of_them(assigned: Duban) -> None:
    result = assigned("opinion", "receive", "--title", "审议意见", "--by", OFFICE)
    assert result.code == 1
    assert "请写明人大机关、会议、审议意见的文号、会议日期、承办单位、报告时限" in result.err
    assert assigned("opinion", "show", CODE).code == 1


def test_an_opinion_is_read_from_a_file_with_its_problems(assigned: Duban, tmp_path: Path) -> None:
    unit = unit_of(assigned, "2023-01")
    path = tmp_path / "审议意见.yaml"
    path.write_text(
        "title: 审议意见\nbody: 市六届人大常委会\nsession: 第二次会议\ndocument: 常发〔2023〕2号\n"
        f"held_on: 2023-03-28\nunit: {unit}\nreport_by: 2023-06-30\nproblems:\n"
        f"  - {{title: 供餐点偏少, unit: {unit}, due: 2023-05-31}}\n"
        f"  - {{title: 菜品单一, unit: {unit}, due: 2023-05-31}}\n",
        encoding="utf-8",
    )
    said = assigned.json("opinion", "receive", "--file", path, "--by", OFFICE)
    assert said["problems"] == [f"{CODE}-1", f"{CODE}-2"]


def test_instructions_are_handed_over_with_their_limits(assigned: Duban, tmp_path: Path) -> None:
    unit = unit_of(assigned, "2023-01")
    given = ("--title", "增设供餐点", "--unit", unit, "--leader", "示例·领导甲")
    papers = ("--date", "2023-03-28", "--document", "批示件第12号", "--urgency", "紧急")
    said = assigned.json("instruct", *given, *papers, "--by", OFFICE)
    assert said["items"] == [{"code": "2023-批1", "due": "2023-04-03"}]
    path = tmp_path / "批示.yaml"
    line = f"unit: {unit}, leader: 示例·领导甲, given_on: 2023-03-28, document: 批示件第13号"
    path.write_text(
        f"instructions:\n  - {{title: 甲, {line}}}\n  - {{title: 乙, {line}, due: 2023-04-28}}\n",
        encoding="utf-8",
    )
    said = assigned.json("instruct", "--file", path, "--by", OFFICE)
    assert said["items"] == [
        {"code": "2023-批2", "due": "2023-04-13"},
        {"code": "2023-批3", "due": "2023-04-28"},
    ]
    assert assigned("instruct", "--file", path, "--by", OFFICE).code == 1


def test_a_request_for_completion_is_shown_with_its_proof(assigned: Duban, tmp_path: Path) -> None:
    duban = assigned
    duban.at("2023-11-20T10:00:00")
    duban.json("sign-for", "2023-01", "--by", CONTACT)
    done = ("--value", "免费享用早餐的环卫绿化工人=947", "--confirm", "集中验收")
    duban.json("report", "2023-01", "--by", CONTACT, "--period", "2023-11", *done)
    photo = tmp_path / "台账.pdf"
    photo.write_bytes(b"%PDF-1.7\n%%EOF\n")
    proof = ("--proof", "免费享用早餐的环卫绿化工人=供餐台账", "--evidence", f"={photo}")
    asked = ("complete", "request", "2023-01", "--by", CONTACT)
    assert duban(*asked).code == 1
    assert duban.json(*asked, "--statement", "全年供餐", *proof)["request"] == 1
    (shown,) = duban.json("complete", "show", "2023-01")["requests"]
    assert (shown["state"], shown["statement"]) == ("requested", "全年供餐")
    assert shown["proofs"][0]["text"] == "供餐台账"
    assert len(shown["files"]) == 1
    assert "第1次申请（待核验）" in duban("complete", "show", "2023-01").out
