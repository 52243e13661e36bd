"""Posts, leaves, plans of implementation and reassignment through the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import OFFICE, Duban

CONTACT = "示例·城管甲"
HEAD = "示例·城管乙"
EDUCATION = "市教育局"
PARTS = {
    "departments": "市城管局牵头",
    "tasks": "免费早餐947人",
    "schedule": "2023年12月底前",
    "funds": "市财政",
    "safeguards": "专班推进",
}


def options(parts: dict[str, str]) -> list[str]:
    return [word for name, text in parts.items() for word in (f"--{name}", text)]


def post_of(duban: Duban, holder: str) -> dict[str, object]:
    posts = duban.json("post", "list")["posts"]
    found: dict[str, object] = next(post for post in posts if post["holder"] == holder)
    return found


def test_a_post_changes_hands_and_the_new_holder_signs(assigned: Duban) -> None:
    duban = assigned
    number = post_of(duban, CONTACT)["number"]
    given = ("--holder", "示例·新来", "--email", "new@wuzhong.example.com", "--by", OFFICE)
    wrong = duban("post", "hold", number, *given)
    assert wrong.code == 1
    assert f"现由{CONTACT}担任" in wrong.err
    told = duban.json("post", "hold", number, *given, "--replaces", CONTACT)
    assert (told["readdressed"], told["warnings"]) == (1, [])
    duban.json("sign-for", "2023-01", "--by", "示例·新来")
    duban.json("post", "deputy", number, "--deputy", HEAD, "--by", OFFICE)
    assert post_of(duban, "示例·新来")["deputy"] == HEAD


def test_a_leave_is_recorded_listed_and_ended(assigned: Duban) -> None:
    duban = assigned
    number = post_of(duban, CONTACT)["number"]
    days = ("--from", "2023-03-29", "--until", "2023-04-14", "--by", OFFICE)
    leave = duban.json("leave", "add", CONTACT, *days, "--post", number, "--reason", "休假")
    (line,) = duban.json("leave", "list")["leaves"]
    assert (line["number"], line["person"], line["ends_on"]) == (
        leave["leave"],
        CONTACT,
        "2023-04-14",
    )
    assert post_of(duban, CONTACT)["today"] != CONTACT
    assert duban("leave", "add", CONTACT, *days).code == 1
    duban.json("leave", "end", leave["leave"], "--by", CONTACT)
    assert duban.json("leave", "list")["leaves"] == []
    assert post_of(duban, CONTACT)["today"] == CONTACT
    assert "没有离岗登记" in duban("leave", "list").out


def test_a_plan_is_handed_in_from_options_and_corrected_from_a_file(
    assigned: Duban, tmp_path: Path
) -> None:
    duban = assigned
    duban.json("sign-for", "2023-01", "--by", CONTACT)
    submit = ("implementation", "submit", "2023-01", "--by", CONTACT)
    missing = duban(*submit, "--tasks", "免费早餐")
    assert missing.code == 1
    assert "请写明责任部门、完成时限、资金安排、保障措施" in missing.err
    assert duban.json(*submit, *options(PARTS))["version"] == 1
    file = tmp_path / "方案.yaml"
    file.write_text(
        "责任部门: 市城管局\n目标任务: 免费早餐947人\n完成时限: 2023-12-20\n"
        "资金安排: 市财政\nsafeguards: 专班推进\n",
        encoding="utf-8",
    )
    fixed = (*submit, "--file", file, "--corrects", "1", "--funds", "市财政120万元")
    assert duban.json(*fixed)["version"] == 2
    versions = duban.json("implementation", "show", "2023-01")["versions"]
    assert [v["funds"] for v in versions] == ["市财政", "市财政120万元"]
    assert versions[-1]["schedule"] == "2023-12-20"
    shown = duban("implementation", "show", "2023-01").out
    assert "保障措施：专班推进" in shown
    assert "还没有报送过实施方案" in duban("implementation", "show", "2023-02").out


def test_a_file_with_a_misspelt_part_is_refused_with_its_line(
    assigned: Duban, tmp_path: Path
) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text("责任部门: 甲\n资金: 乙\n", encoding="utf-8")
    given = ("--by", CONTACT, "--file", file)
    refused = assigned("implementation", "submit", "2023-01", *given)
    assert refused.code == 1
    assert "第2行 资金" in refused.err


def test_a_returned_item_is_given_to_another_unit_by_document(assigned: Duban) -> None:
    duban = assigned
    duban.json("return", "2023-01", "--by", CONTACT, "--reason", "非本单位职责")
    reason = ("--reason", "职责划转", "--by", OFFICE)
    told = duban.json(
        "reassign", "2023-01", "--unit", EDUCATION, *reason, "--document", "吴政督1号"
    )
    assert (told["unit"], told["state"]) == (EDUCATION, "assigned")
    again = duban("reassign", "2023-01", "--unit", told["before"], *reason)
    assert again.code == 1
    assert f"{told['before']}已退回过该事项" in again.err


def test_items_are_assigned_by_a_document(imported: Duban) -> None:
    imported.json("assign", "2023-01", "--document", "吴政督〔2023〕1号", "--by", OFFICE)
    too_long = imported("assign", "2023-02", "--document", "号" * 101, "--by", OFFICE)
    assert too_long.code == 1
    assert "交办文号有101个字" in too_long.err
