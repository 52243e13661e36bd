"""Accounts: opened by an administrator, signed in to, and shut."""

from __future__ import annotations

import re
from datetime import timedelta

from fastapi.testclient import TestClient
from sqlalchemy import select

from engine.accounts.passwords import LETTERS
from engine.accounts.tokens import Scope
from engine.store.tables import ApiAnswer
from tests.engine.builders import CONTACT, OFFICE, TODAY
from tests.web.console.conftest import BASE, Browser, ConsoleOffice

NEW = "明天要下雨记得带伞"


def stranger(office: ConsoleOffice) -> Browser:
    return Browser(TestClient(office.office.client.app, base_url=BASE))


def secret_of(text: str) -> str:
    found = re.search(r'class="secret">([^<]*)<', text)
    assert found is not None
    return found[1]


def test_who_has_not_signed_in_is_sent_to_do_so_and_comes_back(assigned: ConsoleOffice) -> None:
    browser = stranger(assigned)
    answer = browser.look("/me?x=1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?to=%2Fme%3Fx%3D1"


def test_a_new_account_must_change_its_password_before_anything_else(
    assigned: ConsoleOffice,
) -> None:
    administrator = assigned.browser(administrator=True)
    answer = administrator.send("/system/accounts/open", login="maxm")
    password = secret_of(answer.text)
    assert set(password) <= {*LETTERS, "-"}
    browser = stranger(assigned)
    entered = browser.client.post("/login", data={"login": "maxm", "password": password})
    assert entered.url.path == "/password"
    assert browser.look("/me").headers["location"] == "/password"
    assert "10" in browser.refused("/password", old=password, new="短", again="短")
    assert "密码已修改" in browser.do("/password", old=password, new=NEW + NEW, again=NEW + NEW)
    assert "maxm" in browser.page("/me")


def test_a_wrong_password_and_a_wrong_name_are_told_alike(assigned: ConsoleOffice) -> None:
    assigned.account(OFFICE)
    said = {
        stranger(assigned).client.post("/login", data={"login": name, "password": "x"}).text
        for name in (OFFICE, "无此人")
    }
    assert len({re.sub(r'value="[^"]*"', "", text) for text in said}) == 1


def test_after_eight_wrong_passwords_the_right_one_opens_nothing_for_a_while(
    assigned: ConsoleOffice,
) -> None:
    administrator = assigned.browser(administrator=True)
    password = secret_of(administrator.send("/system/accounts/open", login="maxm").text)
    browser = stranger(assigned)
    for _ in range(8):
        browser.client.post("/login", data={"login": "maxm", "password": "wrong"})
    said = browser.client.post("/login", data={"login": "maxm", "password": password}).text
    assert "已锁定" in said
    assert "已锁定" in administrator.page("/system/accounts")


def test_a_disabled_account_is_out_at_once(assigned: ConsoleOffice) -> None:
    browser, administrator = assigned.browser(CONTACT), assigned.browser(administrator=True)
    assert browser.look("/me").status_code == 200
    assert "已停用" in administrator.do(f"/system/accounts/{CONTACT}/disable")
    assert browser.look("/me").status_code == 303


def test_the_last_administrator_stays_one(assigned: ConsoleOffice) -> None:
    administrator = assigned.browser(administrator=True)
    login = "nobody-administrator"
    assert "最后一个管理员" in administrator.refused(f"/system/accounts/{login}/disable")
    assert "最后一个管理员" in administrator.refused(f"/system/accounts/{login}/appoint")


def test_a_form_without_the_seal_of_its_session_does_nothing(assigned: ConsoleOffice) -> None:
    administrator = assigned.browser(administrator=True)
    answer = administrator.client.post("/system/accounts/open", data={"login": "maxm"})
    assert answer.status_code == 403
    answer = administrator.client.post(
        "/system/accounts/open", data={}, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403
    assert "maxm" not in administrator.page("/system/accounts")


def test_a_form_sent_twice_does_it_once(assigned: ConsoleOffice) -> None:
    administrator = assigned.browser(administrator=True)
    hidden = dict(
        re.findall(
            r'name="(seal|once)" value="([^"]*)"', administrator.page("/system/accounts/open")
        )
    )
    sent = hidden | {"login": "maxm"}
    first = administrator.client.post("/system/accounts/open", data=sent, follow_redirects=False)
    again = administrator.client.post("/system/accounts/open", data=sent, follow_redirects=False)
    assert 'class="secret"' in first.text
    assert again.status_code == 303


def test_an_address_to_go_on_to_is_one_of_ours(assigned: ConsoleOffice) -> None:
    browser = assigned.browser(OFFICE)
    for address in ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x"):
        assert browser.look(f"/login?to={address}").headers["location"] == "/"
    assert browser.look("/login?to=/me").headers["location"] == "/me"


def test_a_token_reads_and_does_no_more_than_its_scopes(assigned: ConsoleOffice) -> None:
    reader = assigned.program("", Scope.READ, administrator=True)
    assert reader.get("/me").json()["login"] == "nobody-administrator"
    refused = reader.post("/system/accounts/open", {"login": "maxm"})
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    writer = assigned.program("", Scope.WRITE, administrator=True)
    assert writer.post("/system/accounts/open", {"login": "maxm"}, key="k1").json()["secret"]
    again = writer.post("/system/accounts/open", {"login": "maxm"}, key="k1").json()
    assert "已开通" in again["text"] and not again["secret"]
    other = writer.post("/system/accounts/open", {"login": "other"}, key="k1")
    assert other.status_code == 422
    assert writer.get("/me").status_code == 403


def test_a_key_is_kept_as_long_as_a_form_can_be_open_and_no_longer(assigned: ConsoleOffice) -> None:
    writer = assigned.program("", Scope.WRITE, administrator=True)
    writer.post("/system/accounts/open", {"login": "maxm"}, key="k1")
    assigned.office.go_to(TODAY + timedelta(days=8))
    writer.post("/system/accounts/open", {"login": "other"}, key="k2")
    with assigned.service.database.read() as session:
        assert session.scalars(select(ApiAnswer.key)).all() == ["api:k2"]
