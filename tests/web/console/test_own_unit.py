"""我的单位: what is to be done now, the letters, the dates; and nothing of anybody else's."""

from __future__ import annotations

from datetime import date

from tests.engine.builders import CONTACT, HEAD, LEADER, OFFICE, OTHER_CONTACT
from tests.web.console.conftest import ConsoleOffice


def test_what_is_to_be_signed_for_comes_first_with_its_last_day(assigned: ConsoleOffice) -> None:
    text = assigned.browser(CONTACT).page("/unit")
    assert "市教育局" in text
    assert "/projects/2023-01/sign-for" in text
    assert "2023-02" not in text  # another unit's
    duties = assigned.program(CONTACT).get("/unit").json()["duties"]
    assert [(one["duty"], one["code"]) for one in duties][:2] == [
        ("sign_for", "2023-01"),
        ("sign_for", "2023-03"),
    ]
    assert duties[0]["due"] == "2023-03-30"
    shared = assigned.program(OTHER_CONTACT).get("/unit").json()["duties"]
    assert {one["code"] for one in shared} == {"2023-02", "2023-03"}  # the third is led by both


def test_what_is_done_is_no_longer_to_be_done(underway: ConsoleOffice) -> None:
    program = underway.program(CONTACT)
    before = {(one["duty"], one["code"]) for one in program.get("/unit").json()["duties"]}
    assert ("report", "2023-01") in before
    given = {"figures": [{"metric": "学位", "value": 10}], "text": "已开工"}
    assert program.post("/projects/2023-01/report", given).status_code == 200
    after = {(one["duty"], one["code"]) for one in program.get("/unit").json()["duties"]}
    assert ("report", "2023-01") not in after


def test_a_pause_leaves_nothing_to_do(underway: ConsoleOffice) -> None:
    underway.browser(OFFICE).do("/projects/2023-01/suspend", reason="等待土地批复")
    duties = underway.program(CONTACT).get("/unit").json()["duties"]
    assert "2023-01" not in {one["code"] for one in duties}


def test_the_inbox_has_the_letters_and_what_they_ask(assigned: ConsoleOffice) -> None:
    text = assigned.browser(CONTACT).page("/unit/letters")
    assert "交办通知" in text and "/projects/2023-01/sign-for" in text
    assert "还没有收到过通知" in assigned.browser(HEAD).page("/unit/letters")


def test_the_calendar_shows_a_month_and_where_to_subscribe(underway: ConsoleOffice) -> None:
    browser = underway.browser(CONTACT)
    text = browser.page("/unit/calendar?month=2023-05")
    assert "2023年5月的时限" in text and "全部开工" in text and "/feeds/" in text
    assert "调休上班" in text
    assert browser.look("/unit/calendar?month=2023-13").status_code == 404
    assert browser.look("/unit/calendar?month=x").status_code == 422
    weeks = underway.program(CONTACT).get("/unit/calendar", month="2023-05").json()["weeks"]
    days = {day["day"]: day for week in weeks for day in week}
    assert [one["name"] for one in days["2023-05-31"]["entries"]] == ["全部开工"]
    assert date.fromisoformat(weeks[0][0]["day"]).weekday() == 0


def test_only_units_have_a_unit_page(underway: ConsoleOffice) -> None:
    for name in (OFFICE, LEADER):
        for address in ("/unit", "/unit/letters", "/unit/calendar"):
            assert underway.browser(name).look(address).status_code == 403
