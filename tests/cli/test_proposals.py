"""From the hotline to the list, through the command line."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook, load_workbook

from tests.cli.conftest import OFFICE, Duban

BY = ("--by", OFFICE)
COLLECT = ("proposal", "collect", "--year", "2024", "--channel", "12345热线", "--on", "2023-03-20")


def collect(duban: Duban, title: str) -> int:
    number: int = duban.json(*COLLECT, "--title", title, "--field", "养老", *BY)["proposal"]
    return number


def pass_(duban: Duban, *numbers: int) -> None:
    for number in numbers:
        duban.json(
            *("proposal", "assess", number, "--feasible"),
            *("--funds", "300", "--opinion", "可行", *BY),
        )
    said = [part for number in numbers for part in ("--pass", str(number))]
    duban.json(
        *("meeting", "record", "--body", "市政府常务会议", "--title", "第12次常务会议"),
        *("--on", "2023-03-29", "--document", "会议纪要〔2023〕12号", *said, *BY),
    )


def workbook(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    for row in (("标题", "渠道", "收到日期", "领域"), *rows):
        book.worksheets[0].append(list(row))
    book.save(path)
    return path


def test_a_wish_becomes_an_item_of_next_years_list(imported: Duban, tmp_path: Path) -> None:
    duban = imported
    food, same, lift = (collect(duban, title) for title in ("老年食堂", "社区食堂", "加装电梯"))
    assert duban.json("proposal", "merge", same, "--into", food, *BY)["into"] == food
    duban.json("proposal", "decline", lift, "--reason", "资金未落实", *BY)
    [carried] = duban.json("proposal", "carry-over", "2023-01", "--year", "2024", *BY)["proposals"]
    assert carried["origins"] == ["2023-01"]
    pass_(duban, food, carried["proposal"])
    assert duban.json("meeting", "list", "--year", "2024")["meetings"][0]["passed"] == [
        food,
        carried["proposal"],
    ]

    draft = tmp_path / "草案.xlsx"
    written = duban.json("proposal", "draft", "--year", "2024", "--out", draft)
    assert (written["items"], written["batch"]) == (2, 1)
    assert duban("proposal", "draft", "--year", "2024", "--out", draft).code == 1
    fill(draft)
    new = duban.json("import", draft, *BY)
    assert (new["status"], new["written"], new["projects"]) == ("new", True, 2)
    lines = {p["number"]: p for p in duban.json("proposal", "list")["proposals"]}
    assert (lines[food]["state"], lines[food]["adopted_as"]) == ("adopted", "2024-01")
    assert (lines[food]["merged"], lines[same]["merged_into"]) == (1, food)
    assert lines[carried["proposal"]]["adopted_as"] == "2024-02"
    assert lines[lift]["declined_reason"] == "资金未落实"
    again = duban.json("import", draft, *BY)
    assert (again["status"], again["written"]) == ("same", False)
    declined = duban.json("proposal", "list", "--year", "2024", "--state", "未采纳")
    assert [p["number"] for p in declined["proposals"]] == [lift]


def fill(path: Path) -> None:
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet["A2"] = "依据：市六届人大四次会议决定\n文号：示例〔2024〕1号\n批准日期：2024年1月10日"
    for row in (5, 6):
        sheet.cell(row, 5).value = f"指标{row}"
        sheet.cell(row, 6).value = "20处"
        sheet.cell(row, 7).value = "市民政局"
        sheet.cell(row, 10).value = "11月底前"
    book.save(path)


def test_a_workbook_of_proposals_is_taken_in_whole_or_not_at_all(
    imported: Duban, tmp_path: Path
) -> None:
    duban = imported
    good = ("老年食堂", "12345热线", "2023-03-01", "养老")
    broken = workbook(tmp_path / "a.xlsx", good, ("加装电梯", "传闻", "3月", "住房"))
    result = duban("proposal", "import", broken, "--year", "2024", *BY, "--json")
    assert result.code == 1
    assert [(e["row"], e["column"]) for e in result.data["errors"]] == [
        ("3", "B列（渠道）"),
        ("3", "C列（收到日期）"),
    ]
    assert "建议汇总表有2处问题" in result.data["error"]
    assert duban.json("proposal", "list")["proposals"] == []

    whole = workbook(tmp_path / "b.xlsx", good, ("加装电梯", "网络", "2023-03-02", "住房"))
    assert duban.json("proposal", "import", whole, "--year", "2024", *BY)["collected"] == 2
    twice = duban("proposal", "import", whole, "--year", "2024", *BY, "--json")
    assert twice.code == 1
    assert len(twice.data["errors"]) == 2
    assert len(duban.json("proposal", "list")["proposals"]) == 2


def test_proposals_are_collected_before_there_is_any_list(duban: Duban) -> None:
    said = ("--title", "老年食堂")
    assert duban.json(*COLLECT, *said)["state"] == "collected"
    assert "老年食堂" in duban("proposal", "list").out


def test_an_unknown_channel_and_a_stranger_are_refused(imported: Duban) -> None:
    wrong = duban_collect("传闻")
    assert imported(*wrong, "--title", "老年食堂", *BY).code == 2
    refused = imported(*COLLECT, "--title", "老年食堂", "--by", "示例·城管甲")
    assert refused.code == 1
    assert "不在督查室岗位" in refused.err


def duban_collect(channel: str) -> tuple[str, ...]:
    return tuple(channel if part == "12345热线" else part for part in COLLECT)


def test_a_meeting_with_a_verdict_that_cannot_be_read_is_wrong_usage(imported: Duban) -> None:
    result = imported(
        *("meeting", "record", "--body", "常务会议", "--title", "第1次"),
        *("--on", "2023-03-28", "--pass", "食堂", *BY),
    )
    assert result.code == 2
    assert "应写成 建议号" in result.err


def test_a_second_batch_is_imported_beside_the_first(imported: Duban, tmp_path: Path) -> None:
    duban = imported
    path = tmp_path / "second.yaml"
    path.write_text(SECOND_BATCH, encoding="utf-8")
    result = duban("import", path, "--dry-run")
    assert "新增第2批" in result.out
    added = duban.json("import", path, *BY)
    assert (added["status"], added["batch"], added["written"]) == ("new", 2, True)
    assert duban.json("import", path, *BY)["status"] == "same"
    codes = [p["code"] for p in duban.json("list")["projects"]]
    assert codes[-1] == "2023-26"

    path.write_text(SECOND_BATCH.replace("number: 26", "number: 25"), encoding="utf-8")
    refused = duban("import", path, *BY, "--json")
    assert refused.code == 1
    assert "序号25已用于第1批" in refused.data["errors"][0]["message"]


SECOND_BATCH = """\
title: 2023年度吴忠市政府民生实事办理台账
year: 2023
batch: 第二批
issuer: 吴忠市人民政府
basis: 示例：市政府第20次常务会议决定
document: 示例〔2023〕20号
approver: 市政府第20次常务会议（示例）
approved_on: 2023-03-20
projects:
  - number: 26
    field: 养老
    title: 老年食堂（示例）
    targets: [建老年食堂20处]
    lead_units: [市民政局]
    due: 11月底前
"""
