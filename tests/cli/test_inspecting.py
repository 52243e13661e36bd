from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import OFFICE, Duban

SECOND = "示例·督查乙"
CONTACT = "示例·城管甲"
PNG = b"\x89PNG\r\n\x1a\n picture"


def plan(duban: Duban, *items: str, day: str = "2023-04-06") -> int:
    scope = [part for item in items for part in ("--item", item)]
    said = ("--title", "春季督查", "--kind", "暗访（四不两直）", "--from", day, "--by", OFFICE)
    number: int = duban.json("inspection", "plan", *said, *scope)["inspection"]
    return number


def test_an_inspection_goes_from_the_plan_to_the_recheck(assigned: Duban, tmp_path: Path) -> None:
    duban, photo = assigned, tmp_path / "现场.png"
    photo.write_bytes(PNG)
    number = plan(duban, "2023-01", "2023-02")
    opened = ("--leader", OFFICE, "--member", "外请专家", "--by", OFFICE)
    assert duban.json("inspection", "open", number, *opened)["state"] == "underway"
    found = ("--finding", "2023-01：2023-04-14：餐厅未公示", "--evidence", f"2023-01:{photo}")
    result = duban.json(
        "inspection", "conclude", number, "--conclusion", "总体较好", *found, "--by", OFFICE
    )
    assert result["rectifications"] == ["2023-01-改1"]
    shown = duban.json("inspection", "show", number)
    assert (shown["line"]["findings"], shown["line"]["closed"]) == (1, 0)
    assert shown["members"] == ["外请专家"]
    assert shown["evidence"][0]["name"] == "现场.png"
    (line,) = duban.json("inspection", "list", "--year", 2023)["inspections"]
    assert line["state"] == "concluded"
    failed = ("--failed", "--text", "仍未公示", "--due", "2023-05-31", "--by", OFFICE)
    refused = duban("inspection", "recheck", "2023-01-改1", *failed)
    assert refused.code == 1 and "销号之后才能复查" in refused.err


def test_the_same_item_again_is_refused_and_a_cancelled_plan_makes_room(assigned: Duban) -> None:
    duban = assigned
    number = plan(duban, "2023-01")
    again = ("--title", "再查", "--from", "2023-04-20", "--item", "2023-01", "--by", OFFICE)
    refused = duban("inspection", "plan", *again)
    assert refused.code == 1 and f"已列入督查{number}“春季督查”" in refused.err
    duban.json("inspection", "cancel", number, "--reason", "合并", "--by", OFFICE)
    duban.json("inspection", "plan", *again)


def test_evidence_is_listed_taken_out_and_checked(assigned: Duban, tmp_path: Path) -> None:
    duban, photo, out = assigned, tmp_path / "现场.png", tmp_path / "取出.png"
    photo.write_bytes(PNG)
    number = plan(duban, "2023-01")
    duban.json("inspection", "open", number, "--leader", OFFICE, "--by", OFFICE)
    told = ("--conclusion", "正常", "--evidence", f"2023-01:{photo}", "--by", OFFICE)
    duban.json("inspection", "conclude", number, *told)
    (piece,) = duban.json("evidence", "list", "--item", "2023-01")["evidence"]
    duban.json("evidence", "get", piece["number"], "--out", out)
    assert out.read_bytes() == PNG
    assert duban("evidence", "get", piece["number"], "--out", out).code == 2
    assert duban.json("evidence", "verify") == {"ok": True, "checked": 1, "faults": []}
    assert duban("inspection", "conclude", number, *told[:2], "--evidence", "2023-01:无.png").code


def test_a_conclusion_is_signed_for_and_contested(assigned: Duban) -> None:
    duban = assigned
    number = plan(duban, "2023-01")
    duban.json("inspection", "open", number, "--leader", "外请专家", "--by", OFFICE)
    duban.json("inspection", "conclude", number, "--conclusion", "供餐不足", "--by", OFFICE)
    notice = next(n for n in duban.json("notices")["notices"] if n["kind"] == "conclusion")
    duban.json("answer", notice["notice"], "--by", CONTACT)
    ask = ("request", "2023-01", "--inspection", number, "--by", CONTACT, "--reason", "当日停电")
    review = duban.json("review", *ask)["review"]
    listed = {p["code"]: p["disputed"] for p in duban.json("list")["projects"]}
    assert listed["2023-01"] is True and listed["2023-02"] is False
    assert "异议中" in duban("list").out
    ruling = ("--outcome", "upheld", "--decision", "经核实属实")
    refused = duban("review", "decide", review, *ruling, "--by", OFFICE)
    assert refused.code == 1 and "应当回避" in refused.err
    assert duban("review", "decide", review, "--outcome", "withdrawn", *ruling[2:]).code == 2
    assert duban.json("review", "decide", review, *ruling, "--by", SECOND)["state"] == "upheld"
    assert duban.json("review", "list")["reviews"] == []
    (line,) = duban.json("review", "list", "--all")["reviews"]
    assert (line["state"], line["decided_by"]) == ("upheld", SECOND)
    late = duban("review", "withdraw", review, "--by", CONTACT, "--reason", "已沟通")
    assert late.code == 1 and SECOND in late.err
