"""What the public does on the board: verifies papers, objects, asks what became of it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from httpx2 import Response

from engine.publicity.publishing import publish
from tests.engine.builders import CONTACT, OFFICE, program_of
from tests.web.conftest import Office
from tests.web.console.conftest import ConsoleOffice
from tests.web.console.test_notices import first_of
from web import board

FORM = "/board/objections/2023-01"
SAID = {"name": "丁先生", "contact": "0953-1234567", "text": "学位没有增加"}
SEAL = re.compile(r'name="seal" value="([^"]*)"')


@pytest.fixture
def published(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An installation whose list was published."""
    monkeypatch.setattr(board, "LOOK_EVERY", 0.0)
    with office.service.at_desk() as desk:
        publish(desk, program_of(desk), OFFICE)
    return office


def file(office: Office, **typed: str) -> Response:
    seal = SEAL.findall(office.look(FORM).text)[0]
    return office.client.post(FORM, data={"seal": seal} | typed, follow_redirects=False)


def test_an_objection_gets_a_receipt_by_which_its_maker_alone_follows_it(
    published: Office,
) -> None:
    answer = file(published, **SAID)
    assert answer.status_code == 303
    shown = published.look(f"/board/objections/{answer.headers['location']}").text
    assert "异议已登记" in shown and "已受理，核实中" in shown
    assert not any(said in shown for said in SAID.values())
    receipt = re.findall(r'class="receipt">([^<]*)<', shown)[0]
    assert "办结期限" in published.look(f"/board/objections?receipt={receipt.lower()}").text
    forged = receipt[:-1] + ("0" if receipt[-1] != "0" else "1")
    assert published.look(f"/board/objections?receipt={forged}").status_code == 404
    number = receipt.partition("-")[0]
    assert "丁先生" not in published.look("/board/").text
    assert f"异议{number}" in published.look("/board/").text


def test_who_objects_is_kept_for_the_office_and_never_in_the_journal(published: Office) -> None:
    file(published, **SAID)
    console = ConsoleOffice(published)
    assert "0953-1234567" in console.browser(OFFICE).page("/objections")
    lines = console.browser(OFFICE).look("/log.jsonl").text
    assert "public_objection_received" in lines
    assert not any(said in lines for said in SAID.values())


def test_what_is_missing_or_too_long_is_told_beside_its_field_and_nothing_is_lost(
    published: Office,
) -> None:
    answer = file(published, name="", contact="1", text="学" * 2001)
    text = unescape(answer.text)
    assert answer.status_code == 422
    assert "请填写姓名" in text and "最多2000字，现在2001字" in text and "学" * 2001 in text


def test_the_same_objection_is_not_taken_twice(published: Office) -> None:
    assert file(published, **SAID).status_code == 303
    assert "已经登记过" in file(published, **SAID).text


def test_a_form_that_is_not_ours_or_was_filled_in_by_a_program_is_refused(
    published: Office,
) -> None:
    assert published.client.post(FORM, data=SAID).status_code == 403
    assert file(published, **SAID, seal="x").status_code == 403
    assert file(published, **SAID, website="http://spam.example").status_code == 400
    foreign = {"sec-fetch-site": "cross-site"}
    assert published.client.post(FORM, data=SAID, headers=foreign).status_code == 403
    assert published.look("/board/objections/2099-01").status_code == 404


def test_one_sender_cannot_flood_the_office(published: Office) -> None:
    answers = [file(published, **SAID | {"text": f"第{n}处不符"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]


def test_after_the_seventh_day_the_form_is_closed(published: Office) -> None:
    seal = SEAL.findall(published.look(FORM).text)[0]
    published.go_to(date(2023, 4, 11))
    assert "异议期已于2023年4月10日结束" in published.look(FORM).text
    late = published.client.post(FORM, data={"seal": seal} | SAID)
    assert late.status_code in (403, 422)


def test_a_paper_is_verified_by_its_code_however_it_is_typed(published: Office) -> None:
    console = ConsoleOffice(published)
    number = first_of(console, CONTACT)
    office = console.browser(OFFICE)
    office.look(f"/notices/{number}/document")
    code = re.findall(r"([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})", office.page(f"/notices/{number}"))[0]
    shown = published.look(f"/board/verify?code={code.replace('-', '').lower()}").text
    assert "这个验证码是真的" in shown and "交办单" in shown
    assert "不是公文验证码" in published.look("/board/verify?code=1").text
    unknown = published.look("/board/verify?code=0000-0000-0000-0000")
    assert unknown.status_code == 404 and "查无此码" in unknown.text


def test_who_guesses_codes_is_slowed_down_and_good_ones_stay_good(published: Office) -> None:
    answers = [published.look(f"/board/verify?code={n}").status_code for n in range(21)]
    assert answers[-1] == 429 and set(answers[:-1]) == {404}
    assert published.look("/board/verify").status_code == 200


def test_the_totals_on_the_board_are_the_sums_of_their_parts(published: Office) -> None:
    page = published.look("/board/").text
    rows = re.findall(r'<tr(?: class="total")?><th scope="row">[^<]*</th>(.*?)</tr>', page)
    figures = [[int(n) for n in re.findall(r"<td>(\d+)</td>", row)] for row in rows]
    *fields, total = figures
    assert [sum(column) for column in zip(*fields, strict=True)] == total
    assert all(row[0] == sum(row[1:]) for row in figures)
    assert total[0] == page.count('<p class="head">')


def test_pages_for_the_public_take_no_scripts_and_are_not_framed(published: Office) -> None:
    for address in (FORM, "/board/verify", "/board/objections"):
        policy = published.look(address).headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "script-src" not in policy and "<script" not in published.look(address).text
    assert 'href="../objections/2023-01"' in published.look("/board/projects/2023-01.html").text
