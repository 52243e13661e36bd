"""日历: the year, and the import of a notice with what it moves."""

from __future__ import annotations

from tests.engine.builders import CONTACT, OFFICE
from tests.web.console.conftest import ConsoleOffice
from tests.web.console.test_policy import chief_of

NOTICE = """国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕9号
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（农历腊月二十九、周五）至11日（农历正月初六、周四）放假调休，共7天。1月31日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。4月25日（周日）、5月8日（周六）上班。
五、端午节：6月9日（周三）放假，共1天。
六、中秋节：9月15日（周三）放假，共1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
"""


def test_a_year_shows_holidays_and_working_weekends_by_a_word_and_their_document(
    assigned: ConsoleOffice,
) -> None:
    page = assigned.browser(CONTACT).page("/calendar?year=2023")
    assert "国办发明电〔2022〕16号" in page and "<b>班</b>" in page and "<b>休</b>" in page
    assert "9月30日至10月6日" in page
    assert "暂定" in assigned.browser(CONTACT).page("/calendar?year=2030")
    assert assigned.program(CONTACT).get("/calendar", year=1900).status_code == 422


def test_a_notice_that_was_pasted_in_part_is_refused_and_changes_nothing(
    assigned: ConsoleOffice,
) -> None:
    part = NOTICE[: NOTICE.index("六、中秋节")]
    refused = assigned.browser(OFFICE).refused("/calendar/import", text=part, note="试")
    assert "没有读出中秋节、国庆节的安排，请粘贴通知全文" in refused
    assert 2027 not in assigned.service.rulebook.calendar.published_years


def test_a_notice_is_pasted_looked_at_and_put_in_force(assigned: ConsoleOffice) -> None:
    office = assigned.browser(OFFICE)
    assert "没有找到" in office.refused("/calendar/import", text="随便什么", note="试")
    done = office.do("/calendar/import", text=NOTICE, note="导入2027年安排")
    assert "2027年放假调休安排" in done and "会移动的时限" in done
    assert 2027 not in assigned.service.rulebook.calendar.published_years
    draft = assigned.program(OFFICE).get("/calendar/draft").json()["version"]
    assert office.look("/calendar/adopt").status_code == 403
    chief_of(assigned).do("/calendar/adopt", seen=draft)
    assert 2027 in assigned.service.rulebook.calendar.published_years
    assert "国办发明电〔2026〕9号" in office.page("/calendar?year=2027")


def test_units_do_not_import(assigned: ConsoleOffice) -> None:
    browser = assigned.browser(CONTACT)
    assert browser.look("/calendar/import").status_code == 403
    assert "导入放假安排" not in browser.page("/calendar?year=2023")
