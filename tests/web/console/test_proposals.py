"""点单 in the console: collected, assessed, put before a meeting, laid out as the next list."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from tests.engine.builders import CONTACT, LEADER, OFFICE, TODAY
from tests.engine.wishes import YEAR, assessed, collected
from tests.stores import SqliteStore
from tests.web.console.conftest import ConsoleOffice

WISH = {"title": "增设社区食堂", "channel": "hotline", "received_on": "2023-03-20", "year": "2024"}


@pytest.fixture
def store(sqlite_store: SqliteStore) -> SqliteStore:
    """The screens need one database; what they ask of it is tested on both with the engine."""
    return sqlite_store


def sheet(*rows: tuple[str, ...]) -> bytes:
    workbook, out = Workbook(), BytesIO()
    page = workbook.worksheets[0]
    for row in (("标题", "渠道", "收到日期", "领域"), *rows):
        page.append(row)
    workbook.save(out)
    return out.getvalue()


def test_a_wish_goes_its_way_from_the_hotline_to_the_draft_of_the_list(
    registered: ConsoleOffice,
) -> None:
    browser = registered.browser(OFFICE)
    assert "还没有建议" in browser.page("/proposals")
    assert "已登记为建议1" in browser.do("/proposals/collect", **WISH)
    assert "已登记为建议1" in browser.refused("/proposals/collect", **WISH)
    said = browser.refused("/proposals/1/assess", result="feasible", opinion="可行")
    assert "请写明所需资金" in said
    assess = {"result": "feasible", "opinion": "可行", "funds": "1,200"}
    assert "1200万元" in browser.do("/proposals/1/assess", **assess)
    form = browser.page("/meetings/record")
    assert "增设社区食堂（评估为可行）" in form
    sitting = {"body": "市政府常务会议", "title": "第12次常务会议", "held_on": str(TODAY)}
    verdict = {"verdicts.0.proposal": "1", "verdicts.0.ruled": "passed"}
    assert "通过1条" in browser.do("/meetings/record", **sitting, **verdict)
    assert "第12次常务会议" in browser.page("/proposals/1")
    assert "清单草案" in browser.page("/proposals")
    made = load_workbook(BytesIO(browser.look("/proposals/draft?year=2024").content))
    assert made.worksheets[0]["C5"].value == "增设社区食堂"


def test_a_workbook_of_wishes_is_taken_in_whole_or_its_errors_are_shown_all(
    registered: ConsoleOffice,
) -> None:
    browser = registered.browser(OFFICE)
    bad = sheet(("建公园", "飞鸽传书", "2023-03-01", ""), ("", "热线", "2030-01-01", ""))
    answer = browser.send("/proposals/import", {"file": ("建议.xlsx", bad)}, year="2024")
    assert answer.status_code == 422
    assert "第2行" in answer.text and "第3行" in answer.text
    good = sheet(("建公园", "热线", "2023-03-01", ""), ("修路", "走访", "2023-03-02", ""))
    page = browser.do("/proposals/import", {"file": ("建议.xlsx", good)}, year="2024")
    assert "已登记2条建议" in page and "建公园" in page


def test_wishes_are_merged_declined_and_carried_over(registered: ConsoleOffice) -> None:
    first, second, third = collected(registered.world, "社区食堂", "老年食堂", "直升机场")
    browser = registered.browser(OFFICE)
    page = browser.do("/proposals/merge", numbers=f"{second}", into=str(first))
    assert "有1条并入" in page
    assert "不是建议号" in browser.refused("/proposals/merge", numbers="第二条", into=str(first))
    assert "请填写" in browser.refused(f"/proposals/{third}/decline")
    assert "不具备条件" in browser.do(f"/proposals/{third}/decline", reason="不具备条件")
    carried = {"codes": "2023-01", "year": "2024", "succession": "extended"}
    assert "拓展什么" in browser.refused("/proposals/carry-over", **carried)
    page = browser.do("/proposals/carry-over", **carried, content="再增2000个学位")
    assert "拓展2023-01" in page


def test_a_page_of_many_wishes_leads_on_and_back(registered: ConsoleOffice) -> None:
    collected(registered.world, *(f"建议事项{n:03}" for n in range(120)))
    program = registered.program(LEADER)
    seen, after = [], None
    for _ in range(3):
        page = program.get("/proposals", **({} if after is None else {"after": after})).json()
        seen += [line["number"] for line in page["lines"]]
        after = page["after"]
    assert seen == list(range(1, 121)) and after is None
    back = program.get("/proposals", before=101).json()
    assert [line["number"] for line in back["lines"]] == list(range(51, 101))
    assert back["before"] == 51
    found = program.get("/proposals", text="事项07", year=YEAR).json()
    assert len(found["lines"]) == 10


def test_units_have_no_part_in_it_and_leaders_only_look(registered: ConsoleOffice) -> None:
    assessed(registered.world, "社区食堂")
    unit, leader = registered.browser(CONTACT), registered.browser(LEADER)
    assert unit.look("/proposals").status_code == 403
    assert leader.look("/proposals/1").status_code == 200
    assert leader.look("/proposals/9").status_code == 404
    for address in ("/proposals/collect", "/proposals/1/decline", "/meetings/record"):
        assert leader.look(address).status_code == 403
