"""时限与规则: read, drafted, rehearsed on the real past, and put in force by the head alone."""

from __future__ import annotations

from sqlalchemy import select

from config.policy_loader import policy_text
from engine.store.event_kinds import EventKind
from engine.store.tables import Account, JournalEvent
from flows.hindsight import AT_WORK
from flows.service import open_service
from tests.engine.builders import CONTACT, OFFICE
from tests.web.console.conftest import Browser, ConsoleOffice

SOURCE = policy_text("default")
STRICTER = SOURCE.replace("sign_for: {days: 1,", "sign_for: {days: 2,")


def test_the_policy_is_a_table_with_the_source_of_each_figure(assigned: ConsoleOffice) -> None:
    page = assigned.browser(CONTACT).page("/policy")
    assert "交办后1个工作日" in page and "公开规定未见签收的统一时限" in page
    assert "修改规则" not in page
    assert "正在使用" in assigned.browser(OFFICE).page("/policy")


def test_a_faulty_policy_is_refused_with_the_line_and_the_cure(assigned: ConsoleOffice) -> None:
    wrong = SOURCE.replace("report_day: 25", "report_day: 40").replace(
        "  look_ahead", "  look_ahed"
    )
    said = assigned.browser(OFFICE).refused("/policy/edit", source=wrong, note="试")
    assert "第" in said and "report_day" in said and "不能大于 28" in said
    assert "是否想写“look_ahead”" in said
    assert "相同" in assigned.browser(OFFICE).refused("/policy/edit", source=SOURCE, note="试")


def test_a_draft_changes_nothing_until_the_head_puts_it_in_force(assigned: ConsoleOffice) -> None:
    office, before = assigned.browser(OFFICE), assigned.service.rulebook.policy.version
    done = office.do("/policy/edit", source=STRICTER, note="签收放宽一天")
    assert "签收时限" in done and assigned.service.rulebook.policy.version == before
    assert office.look("/policy/adopt").status_code == 403
    draft = assigned.program(OFFICE).get("/policy/draft").json()["version"]
    chief = chief_of(assigned)
    assert "已由" in chief.refused("/policy/adopt", seen="0" * 16)
    assert "已启用" in chief.do("/policy/adopt", seen=draft)
    assert assigned.service.rulebook.policy.version == draft
    assert "交办后2个工作日" in office.page("/policy")
    with assigned.service.database.read() as session:
        query = (
            select(JournalEvent.actor)
            .where(JournalEvent.kind == EventKind.POLICY_ADOPTED.value)
            .order_by(JournalEvent.id)
        )
        assert list(session.scalars(query))[-1] == OFFICE


def chief_of(assigned: ConsoleOffice) -> Browser:
    number = assigned.account(OFFICE)
    with assigned.service.at_desk() as desk:
        desk.session.get_one(Account, number).is_chief = True
    return assigned.browser(OFFICE)


def test_another_process_of_the_installation_goes_by_what_was_adopted(
    assigned: ConsoleOffice,
) -> None:
    other = open_service(assigned.service.settings, assigned.service.now)
    office = assigned.browser(OFFICE)
    office.do("/policy/edit", source=STRICTER, note="签收放宽一天")
    draft = assigned.program(OFFICE).get("/policy/draft").json()["version"]
    chief_of(assigned).do("/policy/adopt", seen=draft)
    assert other.rulebook.policy.version == draft
    with other.at_desk() as desk:  # and does not put the old one back
        assert desk.rulebook.policy.version == draft
    assert assigned.service.rulebook.policy.version == draft
    again = open_service(assigned.service.settings, assigned.service.now)
    assert again.rulebook.policy.version == draft
    other.database.close()
    again.database.close()


def test_the_draft_is_rehearsed_on_the_real_past(underway: ConsoleOffice) -> None:
    office = underway.browser(OFFICE)
    office.do("/policy/edit", source=STRICTER, note="签收放宽一天")
    assert "还没有预演" in office.page("/policy/draft")
    assert "已开始预演" in office.do("/policy/rehearse")
    runner = underway.office.runner
    runner.background.wait(AT_WORK, 60)
    assert runner.background.fault(AT_WORK) == ""
    page = office.page("/policy/draft")
    assert "现行规则" in page and "按种类" in page
    found = underway.program(OFFICE).get("/policy/draft").json()["comparison"]
    assert found["items"] == 3
    assert underway.browser(CONTACT).look("/policy/draft").status_code == 403


def test_the_dates_of_the_year_are_listed_filtered_and_scoped(underway: ConsoleOffice) -> None:
    everything = underway.program(OFFICE).get("/deadlines", ended=True).json()
    assert len(everything["lines"]) > 5
    signed = underway.program(OFFICE).get("/deadlines", kind="sign_for", state="met").json()
    assert {line["code"] for line in signed["lines"]} == {"2023-01", "2023-02"}
    assert underway.program(OFFICE).get("/deadlines", year=1999).json()["lines"] == []
    mine = underway.program(CONTACT).get("/deadlines").json()["lines"]
    assert mine and {line["code"] for line in mine} < {line["code"] for line in everything["lines"]}
    assert "没有符合条件" in underway.browser(OFFICE).page("/deadlines?year=1999")
