"""公示 in the console: what would be published, publishing it, and objections."""

from __future__ import annotations

from tests.engine.builders import CONTACT, LEADER, OFFICE
from tests.web.console.conftest import ConsoleOffice


def publish(office: ConsoleOffice) -> str:
    browser = office.browser(OFFICE)
    number = office.program(OFFICE).get("/publishing").json()["coming"]["program_id"]
    return browser.do(f"/publishing/{number}/publish")


def test_what_would_be_published_is_shown_and_published_once(underway: ConsoleOffice) -> None:
    office = underway.browser(OFFICE)
    assert "还没有公示过" in office.page("/publishing")
    assert "已公示" in publish(underway)
    shown = office.page("/publishing")
    assert "与本月公示的一样" in shown and "异议期内" in shown
    assert "没有再公示" in publish(underway)
    assert underway.browser(LEADER).look("/publishing").status_code == 200
    assert underway.browser(LEADER).look("/publishing/1/publish").status_code == 403
    assert underway.browser(CONTACT).look("/publishing").status_code == 403


def test_an_objection_that_came_by_letter_is_recorded_and_answered(
    underway: ConsoleOffice,
) -> None:
    publish(underway)
    office = underway.browser(OFFICE)
    said = {"project": "2023-01", "name": "丁先生", "contact": "0953-1234567", "on": "2023-04-03"}
    assert "请填写" in office.refused("/objections/receive", **said, text="")
    assert "已登记，异议号" in office.do("/objections/receive", **said, text="学位没有增加")
    assert "公示异议待办1件" in office.page("/publishing")
    (one,) = underway.program(OFFICE).get("/objections").json()["objections"]
    handle = f"/objections/{one['line']['number']}/handle"
    assert "人名" in office.refused(handle, result="answer", finding="丁先生所说不实")
    assert "还没有更正" in office.refused(handle, result="uphold", finding="确有出入")
    assert "已核实并答复" in office.do(handle, result="answer", finding="学位已于3月交付")
    assert "学位已于3月交付" in office.page("/objections?all=1")
    assert underway.browser(CONTACT).look("/objections").status_code == 403
    assert underway.browser(LEADER).look("/objections").status_code == 403
