"""What was typed into a form outlives a session that has ended, and no row of it is left out."""

from __future__ import annotations

import re
from html import unescape

import pytest

from engine.accounts.passwords import hashed
from engine.store.tables import Account
from tests.engine.builders import CONTACT, OFFICE
from tests.web.console.conftest import ConsoleOffice
from web.console.doors import COOKIE
from web.console.fields import ROWS

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
RETURN, REPORT = "/projects/2023-01/return", "/projects/2023-01/report"
WORDS = "属市教育局职责\n见<三定>方案"
PASSWORD = "明天要下雨记得带伞"
HIDDEN = re.compile(r'type="hidden" name="([^"]*)" value="([^"]*)"', re.S)


def hidden(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(text)}


def test_a_form_sent_after_its_session_ended_waits_until_one_has_signed_in(
    assigned: ConsoleOffice,
) -> None:
    browser, number = assigned.browser(CONTACT), assigned.account(CONTACT)
    with assigned.service.at_desk() as desk:
        desk.session.get_one(Account, number).password = hashed(PASSWORD)
    sealed = hidden(browser.page(RETURN))
    browser.client.cookies.delete(COOKIE)
    door = browser.client.post(RETURN, data=sealed | {"reason": WORDS}, follow_redirects=False)
    assert door.status_code == 401 and "刚才提交的没有办理" in door.text
    wrong = browser.client.post("/login", data=hidden(door.text) | {"login": CONTACT})
    assert wrong.status_code == 422
    entered = browser.client.post(
        "/login", data=hidden(wrong.text) | {"login": CONTACT, "password": PASSWORD}
    )
    assert "已经登录" in entered.text and f'action="{RETURN}"' in entered.text
    form = browser.client.post(RETURN, data=hidden(entered.text), follow_redirects=False)
    assert form.status_code == 403 and "填写的内容还在" in form.text
    assert f">{WORDS}</textarea>" in unescape(form.text)
    again = hidden(form.text) | {"reason": WORDS}
    assert browser.client.post(RETURN, data=again, follow_redirects=False).status_code == 303


def test_a_form_of_an_older_session_is_shown_again_with_what_was_typed(
    assigned: ConsoleOffice,
) -> None:
    browser = assigned.browser(CONTACT)
    answer = browser.client.post(RETURN, data={"reason": WORDS, "seal": "旧"})
    assert answer.status_code == 403 and WORDS in unescape(answer.text)
    assert "已退回" not in browser.page("/projects/2023-01")


def test_more_rows_than_a_table_takes_are_refused_and_none_is_dropped(
    underway: ConsoleOffice,
) -> None:
    row = {"title": "措施", "unit": "市教育局", "due": "2023-06-30"}
    rows = {f"measures.{n}.{name}": text for n in range(ROWS + 1) for name, text in row.items()}
    answer = underway.browser(OFFICE).send("/projects/2023-01/breakdown", **rows)
    assert answer.status_code == 422 and f"最多{ROWS}项" in answer.text
    assert f'name="measures.{ROWS}.title" id="f-measures-{ROWS}-title" value="措施"' in answer.text


def test_of_an_item_with_many_targets_each_figure_is_read(underway: ConsoleOffice) -> None:
    rows = {f"figures.{n}.metric": f"没有的指标{n}" for n in range(40)}
    values = {f"figures.{n}.value": "1" for n in range(40)}
    said = underway.browser(CONTACT).refused(REPORT, **rows, **values)
    assert "没有的指标39" in said, said


def test_as_many_may_be_ticked_as_an_act_takes(underway: ConsoleOffice) -> None:
    administrator = underway.browser(administrator=True)
    people = [str(number) for number in range(100_000, 100_500)]
    said = administrator.refused("/system/accounts/open-many", person_ids=people)
    assert "无法读取" not in said


def test_a_refused_form_says_that_its_files_must_be_chosen_again(underway: ConsoleOffice) -> None:
    file = {"file": ("台账.xlsx", b"no workbook")}
    said = underway.browser(OFFICE).refused("/import/upload", file)
    assert "请重新选择附件：台账.xlsx" in said
