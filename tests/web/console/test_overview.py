"""总览: what each role finds on opening the console."""

from __future__ import annotations

from dataclasses import replace

from engine.lists.registering import register
from tests.engine.builders import CONTACT, LEADER, LIST, OFFICE
from tests.web.console.conftest import INSTRUCTION, ConsoleOffice


def test_the_office_sees_all_lights_and_what_waits_for_it(registered: ConsoleOffice) -> None:
    page = registered.browser(OFFICE).page("/")
    assert "待交办" in page
    assert 'href="/projects/assign-all"' in page
    assert 'href="/projects?light=red"' in page
    assert "运行" in page
    told = registered.program(OFFICE).get("/").json()
    assert told["lights"]["all"]["lights"] == {"red": 0, "yellow": 0, "green": 3, "blue": 0}
    assert [unit["name"] for unit in told["lights"]["units"]] == ["市教育局", "市卫健局"]
    assert [(todo["title"], todo["count"]) for todo in told["todos"]][:1] == [("待交办", 3)]


def test_items_without_a_field_have_a_row_of_their_own_so_that_the_fields_add_up(
    underway: ConsoleOffice,
) -> None:
    underway.browser(OFFICE).send("/instructions/new", **INSTRUCTION)
    told = underway.program(OFFICE).get("/").json()["lights"]
    assert told["fields"][-1]["name"] == ""
    for light, count in told["all"]["lights"].items():
        assert sum(field["lights"][light] for field in told["fields"]) == count
    assert "未分领域" in underway.browser(OFFICE).page("/")


def test_a_unit_sees_what_lies_with_it_and_nothing_of_the_others(assigned: ConsoleOffice) -> None:
    told = assigned.program(CONTACT).get("/").json()
    waiting = {todo["title"]: todo["count"] for todo in told["todos"]}
    assert waiting["待签收"] == 2
    assert told["health"] is None
    codes = {line["code"] for line in told["coming"]["this_week"]["lines"]}
    assert codes == {"2023-01", "2023-03"}
    page = assigned.browser(CONTACT).page("/")
    assert "新增学位" in page
    assert "义诊进乡村" not in page


def test_what_was_missed_and_what_comes_is_told_with_its_item(assigned: ConsoleOffice) -> None:
    told = assigned.program(OFFICE).get("/").json()["coming"]
    assert told["missed"]["total"] >= 3  # nobody signed for anything
    assert {line["kind"] for line in told["missed"]["lines"]} >= {"sign_for"}
    assert "已过时限" in assigned.browser(LEADER).page("/")


def test_who_is_in_no_unit_has_an_empty_desk(assigned: ConsoleOffice) -> None:
    page = assigned.browser().page("/")
    assert "没有等您办理的事" in page
    assert "没有与您有关的事项" in page
    assert "学位" not in page


def test_the_administrator_sees_when_checks_run_next(assigned: ConsoleOffice) -> None:
    told = assigned.program(administrator=True).get("/").json()
    assert [run["cadence"] for run in told["runs"]] == ["daily", "weekly", "monthly", "quarterly"]
    assert all(run["at"] > "2023-04-03" for run in told["runs"])
    assert told["health"] is not None


def test_the_overview_and_the_items_are_of_this_year_even_when_the_next_list_is_there(
    underway: ConsoleOffice,
) -> None:
    with underway.service.at_desk() as desk:
        register(desk, replace(LIST, title="明年民生实事", year=LIST.year + 1, posts=()), OFFICE)
    program = underway.program(OFFICE)
    assert program.get("/").json()["lights"]["year"] == LIST.year
    assert program.get("/projects").json()["year"] == LIST.year
    assert program.get("/wall").json()["year"] == LIST.year
