"""项目: the list, the page of one, its history, and the remarks of leaders."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import update

from engine.desk.desk import ENGINE
from engine.desk.transition import find_project
from engine.overseeing.choice import Choice
from engine.overseeing.item_list import Order, item_page
from engine.reports.reporting import Statement, report
from engine.rules.lifecycle import ProjectState
from engine.rules.words import Light, ProjectKind
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.tables import Program, Project
from tests.engine.builders import CONTACT, LEADER, OFFICE, OTHER_CONTACT, TODAY
from tests.web.console.conftest import INSTRUCTION, ConsoleOffice
from web.console.item_acts import item_acts


def test_the_list_is_filtered_and_tells_how_far_each_item_is(underway: ConsoleOffice) -> None:
    office = underway.program(OFFICE)
    told = office.get("/projects").json()
    assert [item["code"] for item in told["items"]] == ["2023-01", "2023-02", "2023-03"]
    assert told["total"] == 3
    first = told["items"][0]
    assert (first["unit"], first["state"], first["light"]) == ("市教育局", "underway", "green")
    assert float(first["planned"]) > 0
    for query, codes in (
        ({"state": "assigned"}, ["2023-03"]),
        ({"unit": "市卫健局"}, ["2023-02", "2023-03"]),
        ({"field": "教育"}, ["2023-01"]),
        ({"text": "义诊"}, ["2023-02"]),
        ({"text": "23-0"}, ["2023-01", "2023-02", "2023-03"]),
        ({"text": "100%"}, []),
        ({"light": "red"}, []),
        ({"year": 2022}, []),
        ({"year": 0, "kind": "project", "order": "code"}, ["2023-01", "2023-02", "2023-03"]),
    ):
        found = office.get("/projects", **query).json()["items"]
        assert [item["code"] for item in found] == codes, query


def test_a_filter_that_finds_nothing_leads_back_to_all(underway: ConsoleOffice) -> None:
    browser = underway.browser(OFFICE)
    assert "没有符合条件的事项" in browser.page("/projects?text=没有的")
    assert browser.look("/projects?light=pink").status_code == 422
    assert browser.look("/projects?after=nonsense").status_code == 409 or "翻页的位置" in (
        browser.look("/projects?after=nonsense").text
    )


def test_a_unit_lists_its_own_items_alone(underway: ConsoleOffice) -> None:
    told = underway.program(CONTACT).get("/projects").json()
    assert {item["code"] for item in told["items"]} == {"2023-01", "2023-03"}
    other = underway.program(OTHER_CONTACT)
    assert {i["code"] for i in other.get("/projects").json()["items"]} >= {"2023-02", "2023-03"}
    assert "没有与您有关的事项" in underway.browser().page("/projects")


def test_pages_go_forwards_and_back_over_lights_and_years(underway: ConsoleOffice) -> None:
    with underway.service.database.begin() as session:
        one = session.query(Project).filter_by(code="2023-02").one()
        older = Program(year=2022, title="上年", issuer="市政府", basis="会议")
        session.add(older)
        session.flush()
        for number in range(120):
            session.add(
                Project(
                    program_id=one.program_id if number % 3 else older.id,
                    kind=ProjectKind.PROJECT,
                    code=f"甲{number:03}",
                    title=f"第{number}项",
                    lead_unit_id=one.lead_unit_id,
                    state=ProjectState.UNDERWAY,
                    light=(Light.GREEN, Light.YELLOW, Light.RED)[number % 7 % 3],
                    starts_on=TODAY,
                )
            )
        session.flush()
        every: list[tuple[str, str]] = []
        after = ""
        pages = []
        while True:
            page = item_page(session, Choice(), Order.WORST, TODAY, after=after)
            every += [(item.light.value, item.code) for item in page.items]
            pages.append(page)
            if page.after is None:
                break
            after = page.after
        assert len(every) == len(set(every)) == 123
        order = [light for light, _ in every]
        assert order == sorted(order, key=["red", "yellow", "green"].index)
        assert len(pages) == 3
        assert pages[0].before is None
        back = item_page(session, Choice(), Order.WORST, TODAY, before=pages[2].before or "")
        assert back.items == pages[1].items
        again = item_page(session, Choice(), Order.WORST, TODAY, before=back.before or "")
        assert again.items == pages[0].items
        assert again.before is None


def test_the_page_of_an_item_tells_all_about_it(underway: ConsoleOffice) -> None:
    with underway.service.at_desk() as desk:
        project = desk.session.query(Project).filter_by(code="2023-01").one()
        values = {"学位": Decimal(500), "幼儿园": Decimal(1)}
        report(desk, project, Statement("2023-04", values, Decimal(20)), CONTACT)
    page = underway.browser(OFFICE).page("/projects/2023-01")
    for text in ("新增学位7500个", "市六届人大", "全部开工", "大事记", "序时计划", "今天计划"):
        assert text in page, text
    assert "为什么是绿灯" in page
    assert "出处" in page
    told = underway.program(OFFICE).get("/projects/2023-01").json()
    assert told["promise"]["due"] == "2023-12-15"
    assert told["promise"]["slack"] > 100
    assert [target["metric"] for target in told["targets"]] == ["学位", "幼儿园"]
    assert told["curve"]["reports"][0]["percent"] == "20"
    assert [unit["role"] for unit in told["people"]] == ["领办领导", "牵头", "配合"]
    assert told["reason"]["today"] == "green"
    assert all(rule["source"] for rule in told["reason"]["rules"])
    assert {notice["kind"] for notice in told["papers"]["notices"]} >= {"assignment"}


def test_a_unit_may_look_at_its_items_and_is_told_of_no_others(underway: ConsoleOffice) -> None:
    browser = underway.browser(OTHER_CONTACT)
    assert browser.look("/projects/2023-01").status_code == 200  # which it supports
    contact = underway.browser(CONTACT)
    assert contact.look("/projects/2023-02").status_code == 404
    assert contact.look("/projects/2023-02/history").status_code == 404
    assert contact.look("/projects/2099-99").status_code == 404


def test_buttons_are_those_of_the_state_and_of_the_reader(underway: ConsoleOffice) -> None:
    page = underway.browser(CONTACT).page("/projects/2023-01")
    assert '/projects/2023-01/report"' in page
    assert "/projects/2023-01/suspend" not in page
    page = underway.browser(OFFICE).page("/projects/2023-01")
    assert "/projects/2023-01/suspend" in page
    assert '/projects/2023-01/report"' not in page
    supporting = underway.browser(OTHER_CONTACT).page("/projects/2023-01")
    assert '/projects/2023-01/report"' not in supporting


@pytest.mark.parametrize("state", list(ProjectState))
def test_nobody_of_no_part_in_an_item_is_offered_anything(state: ProjectState) -> None:
    kind = ProjectKind.PROJECT
    assert item_acts(state, kind, is_office=False, is_leader=False, is_led=False) == []


def test_a_leader_comments_and_all_who_see_the_item_read_it(underway: ConsoleOffice) -> None:
    leader = underway.browser(LEADER)
    page = leader.do("/projects/2023-01/comment", text="请教育局抓紧，五月底前全部开工。")
    assert "五月底前全部开工" in page
    assert "五月底前全部开工" in underway.browser(CONTACT).page("/projects/2023-01")
    told = underway.program(OFFICE).get("/projects/2023-01/history").json()
    assert told["events"]["lines"][0]["kind"] == "领导批注"
    office = underway.program(OFFICE).get("/").json()
    assert ("一周内的领导批注", 1) in [(t["title"], t["count"]) for t in office["todos"]]


def test_of_many_comments_the_older_ones_are_folded(underway: ConsoleOffice) -> None:
    for n in range(12):
        underway.browser(LEADER).do("/projects/2023-01/comment", text=f"第{n}次催办")
    page = underway.browser(CONTACT).page("/projects/2023-01")
    folded = page.partition("<summary>更早的2条</summary>")[2].partition("</details>")[0]
    assert "第1次催办" in folded and "第0次催办" in folded and "第2次催办" not in folded


def test_only_leaders_comment_and_only_in_words(underway: ConsoleOffice) -> None:
    for name in (OFFICE, CONTACT):
        assert underway.browser(name).look("/projects/2023-01/comment").status_code == 403
        answer = underway.program(name).post("/projects/2023-01/comment", {"text": "好"})
        assert answer.status_code == 403
    leader = underway.browser(LEADER)
    assert "请填写" in leader.refused("/projects/2023-01/comment", text="  ")
    assert "最多1000个字" in leader.refused("/projects/2023-01/comment", text="长" * 1001)


def test_history_is_paged_and_hides_from_units_what_is_not_yet_theirs(
    underway: ConsoleOffice,
) -> None:
    for number in range(40):
        done = underway.program(LEADER).post("/projects/2023-01/comment", {"text": f"第{number}次"})
        assert done.status_code == 200
    program = underway.program(OFFICE)
    first = program.get("/projects/2023-01/history").json()["events"]
    assert len(first["lines"]) == 30
    second = program.get("/projects/2023-01/history", before=first["older"]).json()["events"]
    assert second["lines"][0]["number"] < first["lines"][-1]["number"]
    assert "立项" in {line["kind"] for line in second["lines"]}


def test_a_unit_does_not_read_in_the_history_that_a_summons_was_drafted(
    underway: ConsoleOffice,
) -> None:
    with underway.service.at_desk() as desk:
        number = find_project(desk, "2023-01").id
        data = {"by": f"p{number}/summons-lag/project/after/2023-04", "steps": ["lag-red@2023-04"]}
        superseded = Event(
            project_chain(number), EventKind.NOTICES_SUPERSEDED, desk.at, ENGINE, data
        )
        append(desk.session, [superseded])
    for path in ("/projects/2023-01", "/projects/2023-01/history"):
        assert "summons" in underway.browser(OFFICE).page(path)
        assert "summons" not in underway.browser(CONTACT).page(path)


def test_what_was_handed_over_and_not_reported_on_is_not_shown_as_behind_a_plan_that_it_has_not(
    underway: ConsoleOffice,
) -> None:
    office = underway.browser(OFFICE)
    given = {"given_on": "2023-03-20", "urgency": "normal"}
    office.send("/instructions/new", **INSTRUCTION | given)
    page = office.page("/projects/2023-批1")
    assert "还没有填报" in page
    assert "序时计划" not in page
    assert "0% / " not in office.page("/projects?kind=instruction")
    assert "0% / " in office.page("/projects?kind=project")


def test_an_item_that_was_put_aside_says_so_to_those_who_mend_it(underway: ConsoleOffice) -> None:
    with underway.service.database.begin() as session:
        session.execute(
            update(Project).where(Project.code == "2023-01").values(set_aside_error="数据有误")
        )
    assert "数据有误" in underway.browser(OFFICE).page("/projects/2023-01")
    assert "数据有误" not in underway.browser(CONTACT).page("/projects/2023-01")
