"""A letter's link: who may do what with it, and what it says when it cannot be done."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy import update

from engine.assigning.reassigning import reassign
from engine.desk.people import find_person
from engine.desk.transition import find_project
from engine.notices.answering import answer
from engine.reports.reporting import Statement, report
from engine.rules.lifecycle import ProjectState
from engine.rules.log_words import readable
from engine.rules.policy_parts import LinkAct, Links
from engine.store.event_kinds import EventKind
from engine.store.tables import Person, Post, Project
from flows.tick import run_due_sweeps
from tests.engine.builders import CONTACT, DEPUTY, HEAD, OFFICE, OTHER_CONTACT, TODAY
from tests.engine.conftest import give_out
from tests.stores import Store
from tests.web.conftest import SEAL, Office, opened
from web.throttle import TRIES, WINDOW

LAST = date(2023, 4, 12)
"""The letters of the assignment are of 29 March and open for fourteen days."""


CHASED_ON = date(2023, 4, 4)
"""The first report was due the day before."""


@pytest.fixture
def chased(underway: Office) -> Office:
    """The first reports are overdue, and the units have been chased."""
    underway.go_to(CHASED_ON)
    run_due_sweeps(underway.service)
    return underway


def chase(office: Office, name: str = CONTACT) -> tuple[str, int]:
    """The address at which the chase in a person's letter is answered, and its number."""
    address = office.address(name)
    found = re.search(r"/answer/(\d+)", office.look(address).text)
    assert found is not None
    return f"{address}/answer/{found[1]}", int(found[1])


def test_a_letter_tells_what_it_carries_and_looking_changes_nothing(office: Office) -> None:
    address, before = office.address(CONTACT), office.world.snapshot()
    page = office.look(address)
    assert page.status_code == 200
    for words in (CONTACT, "市教育局", "2023-01", "新增学位", "待签收 2项", "2023年4月12日前有效"):
        assert words in page.text
    number = office.number("2023-01")
    for path in ("", "/answer/1", f"/report/{number}", f"?done={LinkAct.SIGN_FOR}"):
        assert office.client.head(address + path).status_code < 500
        office.look(address + path)
    assert office.world.snapshot() == before


def test_the_one_whom_the_letter_is_for_signs(office: Office) -> None:
    numbers = [office.number("2023-01"), office.number("2023-03")]
    address = office.address(CONTACT)
    answer = office.send(address, item=numbers, name=f" {CONTACT} ")
    assert answer.status_code == 303
    assert office.world.row("2023-01").state is ProjectState.UNDERWAY
    assert office.world.row("2023-03").state is ProjectState.UNDERWAY
    signed = next(e for e in office.world.journal("2023-01") if e.kind is EventKind.SIGNED_FOR)
    link = office.service.links.read(address.rpartition("/")[2])
    assert signed.actor == CONTACT
    assert (signed.data["by"], signed.data["delivery"]) == ("link", link.delivery_id)
    assert "由：邮件链接" in readable(signed.data)
    after = office.client.get(f"/l/{answer.headers['location']}").text
    assert "签收已经办好" in after
    assert f"{CONTACT}已在2023年4月3日签收" in after
    assert "待签收" not in after


def test_only_what_is_ticked_is_signed_for(office: Office) -> None:
    office.send(office.address(CONTACT), item=office.number("2023-03"), name=CONTACT)
    assert office.world.row("2023-01").state is ProjectState.ASSIGNED
    assert office.world.row("2023-03").state is ProjectState.UNDERWAY


def test_a_forwarded_link_is_told_whom_it_is_for_and_whom_to_ask(office: Office) -> None:
    address, before = office.address(CONTACT), office.world.snapshot()
    answer = office.send(address, item=office.number("2023-01"), name="路人甲")
    assert answer.status_code == 403
    assert f"这封信是发给市教育局{CONTACT}的，不是“路人甲”" in answer.text
    assert f"或者问{OFFICE}" in answer.text
    assert 'value="路人甲"' in answer.text
    assert office.world.snapshot() == before


def test_a_colleague_of_the_unit_does_not_sign_by_the_link_of_another(office: Office) -> None:
    answer = office.send(office.address(CONTACT), item=office.number("2023-01"), name=HEAD)
    assert answer.status_code == 403
    assert office.world.row("2023-01").state is ProjectState.ASSIGNED


def test_whoever_stands_in_for_the_post_today_signs_by_its_letter(office: Office) -> None:
    office.world.absent(CONTACT, TODAY)
    address = office.address(CONTACT)
    assert f"或由今天顶岗的{DEPUTY}填写" in office.look(address).text
    assert office.send(address, item=office.number("2023-01"), name=DEPUTY).status_code == 303
    signed = next(e for e in office.world.journal("2023-01") if e.kind is EventKind.SIGNED_FOR)
    assert signed.actor == DEPUTY


def test_of_two_persons_with_one_name_the_reader_is_meant(office: Office) -> None:
    address = office.address(CONTACT)
    with office.service.database.begin() as session:
        session.execute(update(Person).where(Person.name == OTHER_CONTACT).values(name=CONTACT))
    assert office.send(address, item=office.number("2023-01"), name=CONTACT).status_code == 303


def test_an_altered_link_says_so(office: Office) -> None:
    address = office.address(CONTACT)
    for altered in (address[:-1], address.replace("/l/", "/l/x"), "/l/什么"):
        page = office.look(altered)
        assert page.status_code == 404
        assert "这个链接不完整，或者被改动过" in page.text


def test_an_expired_link_says_until_when_it_was_good(office: Office) -> None:
    address = office.address(CONTACT)
    office.go_to(LAST)
    assert office.look(address).status_code == 200
    office.go_to(LAST + timedelta(days=1))
    page = office.look(address)
    assert page.status_code == 410
    assert "到2023年4月12日为止有效" in page.text
    assert office.send(address, item=1, name=CONTACT).status_code == 410


def test_a_reader_who_has_left_is_told_who_has_the_post(office: Office) -> None:
    address = office.address(CONTACT)
    with office.service.database.begin() as session:
        reader = find_person(session, CONTACT).id
        session.execute(update(Post).where(Post.holder_id == reader).values(holder_id=None))
        session.execute(update(Post).where(Post.deputy_id == reader).values(deputy_id=None))
    page = office.look(address)
    assert page.status_code == 403
    assert f"{CONTACT}已不在市教育局的岗位上" in page.text
    assert f"现在由{DEPUTY}负责" in page.text


def test_what_the_policy_does_not_allow_is_said_and_refused(
    sqlite_store: Store, tmp_path: Path
) -> None:
    links = Links(allow=(LinkAct.ANSWER,), days=14)
    with opened(sqlite_store, give_out, tmp_path, links) as office:
        address = office.address(CONTACT)
        page = office.look(address).text
        assert "签收不能凭邮件里的链接办理" in page
        assert "<button" not in page
        seal = office.service.links.form(f"{address.removeprefix('/l/')}/sign_for")
        fields = {"seal": seal, "item": office.number("2023-01"), "name": CONTACT}
        answer = office.client.post(address, data=fields)
        assert answer.status_code == 403
        assert office.world.row("2023-01").state is ProjectState.ASSIGNED


def test_a_chase_is_answered_once_and_then_says_by_whom(chased: Office) -> None:
    address, number = chase(chased)
    answer = chased.send(address, text="正在安排", name=CONTACT)
    assert answer.status_code == 303
    notice = chased.world.notice(number)
    assert (notice.answer, notice.answered_by) == ("正在安排", CONTACT)
    code = next(c for c in ("2023-01", "2023-03") if chased.number(c) == notice.project_id)
    events = chased.world.journal(code)
    told = next(event for event in events if event.kind is EventKind.NOTICE_ANSWERED)
    assert told.data["by"] == "link"
    page = chased.look(address)
    assert page.status_code == 200
    assert f"{CONTACT}已在2023年4月4日答复：“正在安排”" in page.text


def test_an_answer_that_comes_second_is_told_who_was_first_and_keeps_its_words(
    chased: Office,
) -> None:
    address, number = chase(chased)
    seal = dict(SEAL.findall(chased.look(address).text))
    with chased.service.at_desk() as desk:
        answer(desk, number, "局长已答复", HEAD)
    late = chased.client.post(address, data=seal | {"text": "我写了很久", "name": CONTACT})
    assert late.status_code == 409
    assert f"{HEAD}已在" in late.text
    assert "我写了很久" in late.text
    assert chased.world.notice(number).answer == "局长已答复"


def test_all_faults_of_an_answer_are_told_beside_their_fields(chased: Office) -> None:
    address, number = chase(chased)
    page = chased.send(address, text=" ", name="")
    assert page.status_code == 422
    assert "请写明原因、措施和完成时间" in page.text
    assert "请填写办理人姓名" in page.text
    assert "有2处要改" in page.text
    long = chased.send(address, text="长" * 2001, name=CONTACT)
    assert long.status_code == 422
    assert "最多2000字，现在有2001字" in long.text
    assert "长" * 2001 in long.text
    assert chased.world.notice(number).answered_at is None


def test_an_item_given_to_another_unit_is_no_longer_asked_of_this_one(office: Office) -> None:
    address = office.address(CONTACT)
    with office.service.at_desk() as desk:
        reassign(desk, find_project(desk, "2023-01"), "市卫健局", OFFICE, "职责调整")
    assert "现在由市卫健局牵头，不用再由市教育局办理" in office.look(address).text
    page = office.look(f"{address}/report/{office.number('2023-01')}")
    assert page.status_code == 403
    answer = office.send(address, item=office.number("2023-01"), name=CONTACT)
    assert answer.status_code == 403


def test_an_item_that_has_ended_says_so(underway: Office) -> None:
    address = underway.address(CONTACT)
    with underway.service.database.begin() as session:
        session.execute(update(Project).values(state=ProjectState.TERMINATED))
    page = underway.look(f"{address}/report/{underway.number('2023-01')}")
    assert page.status_code == 410
    assert "已终止" in page.text
    assert "不用再办理" in underway.look(address).text


def test_an_item_is_signed_for_before_it_is_reported_on(office: Office) -> None:
    page = office.look(f"{office.address(CONTACT)}/report/{office.number('2023-01')}")
    assert page.status_code == 409
    assert "还没有签收" in page.text


def report_page(office: Office) -> str:
    return f"{office.address(CONTACT)}/report/{office.number('2023-01')}"


def fill_in(office: Office, **fields: str) -> Response:
    return office.send(report_page(office), **({"name": CONTACT} | fields))


def test_a_report_meets_its_dates_and_its_figures_are_offered_again(underway: Office) -> None:
    answer = fill_in(
        underway,
        **{"figure:学位": "１，２００个", "percent": "20", "text": "开工", "step": "全部开工"},
    )
    assert answer.status_code == 303
    events = {event.kind for event in underway.world.journal("2023-01") if "by" in event.data}
    assert {EventKind.REPORT_SUBMITTED, EventKind.MILESTONE_DONE} <= events
    form = underway.look(report_page(underway)).text
    assert 'name="figure:学位" value="1200"' in form
    assert 'name="percent" value="20"' in form
    assert "上次：开工" in form and "已经填报，再填即为更正" in form
    assert 'value="全部开工"' not in form
    assert (
        f"{CONTACT}已在2023年4月3日填报2023年4月" in underway.look(underway.address(CONTACT)).text
    )


def test_wrong_figures_are_told_beside_their_fields_and_nothing_typed_is_lost(
    underway: Office,
) -> None:
    typed = {"figure:学位": "很多", "figure:幼儿园": "-1", "percent": "101", "text": "说明<b>"}
    page = fill_in(underway, **typed, step="全部开工")
    assert page.status_code == 422
    for words in ("应填数字，单位个", "不能小于0", "应在0到100之间", "有3处要改"):
        assert words in page.text
    for kept in (
        'value="很多"',
        'value="-1"',
        'value="101"',
        "说明&lt;b&gt;",
        f'value="{CONTACT}"',
    ):
        assert kept in page.text
    assert 'value="全部开工" checked' in page.text
    assert "report_submitted" not in [e.kind.value for e in underway.world.journal("2023-01")]


def test_one_whose_item_ended_meanwhile_gets_back_what_was_typed(underway: Office) -> None:
    page = report_page(underway)
    hidden = dict(SEAL.findall(underway.look(page).text))
    with underway.service.database.begin() as session:
        session.execute(update(Project).values(state=ProjectState.TERMINATED))
    typed = {"figure:学位": "1200", "text": "开工", "name": CONTACT}
    answer = underway.client.post(page, data=hidden | typed)
    assert answer.status_code == 410
    assert "学位：1200\n开工" in answer.text


def test_figures_that_do_not_go_together_want_a_reason_which_is_kept(underway: Office) -> None:
    doubted = fill_in(underway, **{"figure:学位": "7500", "figure:幼儿园": "1"})
    assert doubted.status_code == 422
    reasons = re.findall(r'<textarea id="reason-\d+" name="([^"]+)"', doubted.text)
    assert reasons
    given = {name: "已逐项核对台账" for name in reasons}
    answer = fill_in(underway, **{"figure:学位": "7500", "figure:幼儿园": "1"}, **given)
    assert answer.status_code == 303
    told = underway.world.journal("2023-01")
    report = next(event for event in told if event.kind is EventKind.REPORT_SUBMITTED)
    assert {doubt["text"]: doubt["explanation"] for doubt in report.data["doubts"]}
    assert all(doubt["explanation"] == "已逐项核对台账" for doubt in report.data["doubts"])


def test_a_report_made_meanwhile_is_told_and_the_second_can_be_sent_after_a_look(
    underway: Office,
) -> None:
    address = report_page(underway)
    seal = dict(SEAL.findall(underway.look(address).text))
    with underway.service.at_desk() as desk:
        project = find_project(desk, "2023-01")
        report(desk, project, Statement("2023-04", {"学位": Decimal(300)}, text="开工"), HEAD)
    typed = {"figure:学位": "310", "text": "更正", "name": CONTACT}
    late = underway.client.post(address, data=seal | typed)
    assert late.status_code == 409
    assert f"{HEAD}已在4月3日填报" in late.text
    assert 'value="310"' in late.text
    again = dict(SEAL.findall(late.text))
    assert underway.client.post(address, data=again | typed, follow_redirects=False).is_redirect


def test_one_who_mistypes_is_still_told_of_a_report_made_meanwhile(underway: Office) -> None:
    address = report_page(underway)
    seal = dict(SEAL.findall(underway.look(address).text))
    with underway.service.at_desk() as desk:
        project = find_project(desk, "2023-01")
        report(desk, project, Statement("2023-04", {"学位": Decimal(300)}, text="开工"), HEAD)
    typed = {"figure:学位": "很多", "name": CONTACT}
    wrong = underway.client.post(address, data=seal | typed)
    assert wrong.status_code == 422
    hidden = dict(SEAL.findall(wrong.text))
    late = underway.client.post(address, data=hidden | typed | {"figure:学位": "310"})
    assert late.status_code == 409
    assert f"{HEAD}已在4月3日填报" in late.text


def test_a_form_from_elsewhere_does_nothing(office: Office) -> None:
    address, before = office.address(CONTACT), office.world.snapshot()
    seal = office.service.links.form(f"{address.removeprefix('/l/')}/sign_for")
    fields = {"item": str(office.number("2023-01")), "name": CONTACT}

    def post(data: dict[str, str], **headers: str) -> int:
        return office.client.post(address, data=data, headers=headers).status_code

    whole = fields | {"seal": seal}
    assert post(fields) == 403
    assert post(fields | {"seal": office.service.links.form("other")}) == 403
    assert post(whole, **{"Sec-Fetch-Site": "cross-site"}) == 403
    assert post(whole, Origin="https://elsewhere.example") == 403
    assert office.client.post(address, json=whole).status_code == 415
    assert post(whole | {"text": "长" * 50_000}) == 413
    assert post(whole | {f"f{n}": "" for n in range(2_500)}) == 400
    assert office.world.snapshot() == before
    assert office.client.post(
        address, data=whole, headers={"Sec-Fetch-Site": "same-origin"}, follow_redirects=False
    ).is_redirect


def test_one_who_tries_many_addresses_is_slowed_down_and_a_good_link_still_opens(
    office: Office,
) -> None:
    found = [office.look(f"/l/{number}").status_code for number in range(TRIES + 2)]
    assert found == [404] * TRIES + [429] * 2
    assert office.look("/l/x").headers["retry-after"] == str(WINDOW)
    assert office.look(office.address(CONTACT)).status_code == 200


def test_pages_of_links_are_kept_nowhere_and_send_forms_only_home(office: Office) -> None:
    for address in (office.address(CONTACT), "/l/x"):
        headers = office.look(address).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "form-action 'self'" in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
    assert "form-action 'none'" in office.look("/board/").headers["content-security-policy"]


def test_a_letter_answers_only_for_the_notices_and_items_in_it(chased: Office) -> None:
    address = chased.address(CONTACT)
    for path in ("/answer/999999", "/report/999999"):
        assert chased.look(address + path).status_code == 404
    other, _ = chase(chased, OTHER_CONTACT)
    number = other.rpartition("/")[2]
    assert chased.look(f"{address}/answer/{number}").status_code == 404
