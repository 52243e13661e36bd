from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from engine.assigning import assignment
from engine.dates import extending
from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed
from engine.desk.transition import find_project
from engine.ledger.values import Ledger, LedgerProject, LedgerUnit, UnitKind
from engine.lists.levels import flat, tree
from engine.lists.registering import compare
from engine.lists.revising import RevisionRefused, revise
from engine.plans.breaking_down import BreakdownRefused, break_down
from engine.reports.reporting import Statement, report
from engine.results.ending import open_parts
from engine.rules.lifecycle import ProjectState
from engine.rules.words import DeadlineKind, PostKind, ProjectKind, UnitLevel
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.loading import load_projects
from engine.store.tables import Project, Target
from tests.engine.builders import (
    ASSIGNED_ON,
    CONTACT,
    LEADER,
    LIST,
    OFFICE,
    OTHER_CONTACT,
    SCHOOLS,
    TODAY,
    World,
    assign_all,
    milestone,
    post,
    program_of,
    race,
    register_list,
    target,
    with_project,
)
from tests.stores import Store, lend

COUNTY_CONTACT, TOWN_CONTACT = "罗县联络", "丁镇联络"
COUNTY, TOWN, STRANGER = "利通区教育局", "金积镇人民政府", "市卫健局"


def a_measure(title: str, unit: str = "市教育局", **given: Any) -> LedgerProject:
    values: dict[str, Any] = {
        "number": 1,
        "field": "教育",
        "title": title,
        "content": "",
        "lead_units": (unit,),
        "support_units": (),
        "sponsor": "副市长",
        "due": date(2023, 11, 30),
        "targets": (),
    }
    return LedgerProject(**(values | given))


def levelled(ledger: Ledger = LIST) -> Ledger:
    """The list with a county bureau and a town below the city's bureau."""
    city = [
        replace(unit, level=UnitLevel.CITY, parent="市政府" if unit.name != "市政府" else "")
        for unit in ledger.units
    ]
    below = [
        LedgerUnit(COUNTY, UnitKind.DEPARTMENT, UnitLevel.COUNTY, "市教育局"),
        LedgerUnit(TOWN, UnitKind.LOWER_GOVERNMENT, UnitLevel.TOWN, COUNTY),
    ]
    posts = [
        post(COUNTY, PostKind.CONTACT, COUNTY_CONTACT, "科员"),
        post(TOWN, PostKind.CONTACT, TOWN_CONTACT, "干事"),
    ]
    return replace(ledger, units=(*city, *below), posts=(*ledger.posts, *posts))


FIRST = a_measure(
    "建设幼儿园",
    targets=(target("幼儿园", "所", "6"),),
    milestones=(milestone("主体完工", date(2023, 8, 31), "60"),),
)
SECOND = a_measure("配备校医", STRANGER, number=2, due=date(2023, 10, 31))
MEASURED = levelled(with_project(LIST, 1, measures=(FIRST, SECOND)))


def with_levels(database: Database) -> None:
    world = World(database)
    register_list(world, levelled())
    assign_all(world, "2023-01", "2023-02")
    with world.desk(ASSIGNED_ON) as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT)


def with_measures(database: Database) -> None:
    world = World(database)
    register_list(world, MEASURED)
    assign_all(world, "2023-01", "2023-01-1", "2023-01-2")


@pytest.fixture
def city(store: Store) -> Iterator[World]:
    """The first item under way, nothing broken down yet."""
    with lend(store, with_levels) as database:
        yield World(database)


@pytest.fixture
def measured(store: Store) -> Iterator[World]:
    """The first item came with two measures; all three are given out."""
    with lend(store, with_measures) as database:
        yield World(database)


def broken(world: World, *measures: LedgerProject, by: str = OFFICE, code: str = "2023-01"):
    with world.desk() as desk:
        return break_down(desk, find_project(desk, code), measures, by)


# The list's own measures.


def test_measures_of_a_list_are_registered_with_units_dates_and_targets(measured: World) -> None:
    first, second = measured.row("2023-01-1"), measured.row("2023-01-2")
    item = measured.row("2023-01")
    assert (first.kind, first.parent_id, first.number) == (ProjectKind.MEASURE, item.id, 1)
    assert first.leader_post_id == item.leader_post_id is not None
    assert measured.pending("2023-01-2")[DeadlineKind.COMPLETION, ""] == date(2023, 10, 31)
    with measured.database.read() as session:
        (promise,) = session.scalars(select(Target).where(Target.project_id == first.id))
        assert promise.metric == "幼儿园"
    assert second.lead_unit_id != first.lead_unit_id


def test_measures_report_in_the_place_of_their_item(measured: World) -> None:
    kinds = {kind for kind, _ in measured.pending("2023-01")}
    assert DeadlineKind.SIGN_FOR in kinds
    assert not kinds & {DeadlineKind.REPORT, DeadlineKind.FIRST_REPORT}
    own = {kind for kind, _ in measured.pending("2023-01-1")}
    assert own >= {
        DeadlineKind.SIGN_FOR,
        DeadlineKind.FIRST_REPORT,
        DeadlineKind.REPORT,
        DeadlineKind.MILESTONE,
        DeadlineKind.COMPLETION,
    }
    assert DeadlineKind.PLAN not in own


def test_each_unit_signs_for_its_own_measure(measured: World) -> None:
    with measured.refuses(NotAllowed, "不在该事项牵头单位") as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01-2"), CONTACT)
    with measured.desk() as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01-2"), OTHER_CONTACT)
    assert measured.row("2023-01-2").state is ProjectState.UNDERWAY


def test_an_item_is_as_far_as_its_measures_say(measured: World) -> None:
    with measured.desk() as desk:
        for code, who in (("2023-01-1", CONTACT), ("2023-01-2", OTHER_CONTACT)):
            assignment.sign_for(desk, find_project(desk, code), who)
        said = Statement("2023-04", percent=Decimal(10))
        report(desk, find_project(desk, "2023-01-2"), said, OTHER_CONTACT)
    with measured.desk() as desk:
        top = tree(desk.session, find_project(desk, "2023-01"), desk.day)
    assert [(depth, line.code, line.percent) for depth, line in flat(top)] == [
        (0, "2023-01", Decimal("5.0")),
        (1, "2023-01-1", Decimal(0)),
        (1, "2023-01-2", Decimal("10.0")),
    ]


def differences(world: World, ledger: Ledger) -> list[str] | None:
    with world.database.read() as session:
        return compare(session, ledger)


def revised(world: World, ledger: Ledger) -> None:
    with world.desk() as desk:
        revise(desk, program_of(desk), ledger, OFFICE)


def test_the_same_list_with_measures_changes_nothing(measured: World) -> None:
    assert differences(measured, MEASURED) == []


def test_a_changed_list_changes_its_measures_and_adds_new_ones(measured: World) -> None:
    later = replace(SECOND, due=date(2023, 11, 15), support_units=("市教育局",), number=3)
    third = a_measure("培训教师", number=2)
    wanted = with_project(MEASURED, 1, measures=(FIRST, third, later))
    assert differences(measured, wanted) == [
        "第1项措施2 配合单位：无 → 市教育局",
        "第1项措施2 完成时限：2023年10月31日 → 2023年11月15日",
        "第1项 新增措施：培训教师",
    ]
    revised(measured, wanted)
    assert differences(measured, wanted) == []
    assert measured.pending("2023-01-2")[DeadlineKind.COMPLETION, ""] == date(2023, 11, 15)
    assert measured.row("2023-01-3").title == "培训教师"
    assert measured.row("2023-01-3").state is ProjectState.REGISTERED


def test_what_measures_take_from_their_item_is_told_once(measured: World) -> None:
    wanted = with_project(
        MEASURED,
        1,
        sponsor=LEADER,
        measures=tuple(replace(m, sponsor=LEADER) for m in (FIRST, SECOND)),
    )
    assert differences(measured, wanted) == [f"第1项 领办领导：副市长 → {LEADER}"]
    revised(measured, wanted)
    assert differences(measured, wanted) == []
    assert measured.row("2023-01-2").sponsor == LEADER


def test_a_measure_does_not_vanish_by_an_import(measured: World) -> None:
    wanted = with_project(MEASURED, 1, measures=(FIRST,))
    assert differences(measured, wanted) == ["第1项措施2 删除：配备校医"]
    with measured.refuses(RevisionRefused, "新文件中少了第1项措施2“配备校医”") as desk:
        revise(desk, program_of(desk), wanted, OFFICE)


def test_a_measure_is_not_extended_beyond_the_date_of_its_item(measured: World) -> None:
    """2023-01 is promised for 15 December 2023."""

    def ask(desk: Desk, code: str, day: date) -> int:
        item, kind = find_project(desk, code), DeadlineKind.COMPLETION
        return extending.request(desk, item, kind, "", day, "汛期停工", "过半", CONTACT).id

    says = "措施不得晚于 2023-01 的办结时限2023年12月15日，.*请先申请延长 2023-01 的办结时限$"
    with measured.refuses(extending.ExtensionRefused, says) as desk:
        ask(desk, "2023-01-1", date(2023, 12, 16))
    with measured.desk() as desk:
        ask(desk, "2023-01-1", date(2023, 12, 15))
        number = ask(desk, "2023-01", date(2023, 12, 28))
        extending.review(desk, number, OFFICE, "属实")
        extending.decide(desk, number, LEADER, approve=True, decision="同意")
    with measured.refuses(extending.ExtensionRefused, "已有延期申请在审批中（[^；]*$") as desk:
        ask(desk, "2023-01-1", date(2023, 12, 28))


# Breaking down later.


def test_the_office_breaks_an_item_down_and_its_reports_cease(city: World) -> None:
    assert DeadlineKind.REPORT in {kind for kind, _ in city.pending("2023-01")}
    codes = broken(city, FIRST, SECOND)
    assert codes == ["2023-01-1", "2023-01-2"]
    assert not {kind for kind, _ in city.pending("2023-01")} & {
        DeadlineKind.REPORT,
        DeadlineKind.FIRST_REPORT,
    }
    row = city.row("2023-01-1")
    assert (row.state, row.starts_on) == (ProjectState.REGISTERED, TODAY)
    told = city.journal("2023-01")
    (event,) = [event for event in told if event.kind is EventKind.BROKEN_DOWN]
    assert (event.actor, event.data["measures"]) == (OFFICE, codes)
    assert event.data["units"]["2023-01-2"] == [STRANGER]
    assert city.kinds("2023-01-1", 3)[0] is EventKind.PROJECT_REGISTERED


def test_what_was_broken_down_is_assigned_by_the_office_and_broken_down_again(
    city: World,
) -> None:
    broken(city, a_measure("县区建设", COUNTY), by=CONTACT)
    with city.desk() as desk:
        assignment.assign(desk, [find_project(desk, "2023-01-1")], OFFICE)
    with city.desk() as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01-1"), COUNTY_CONTACT)
    codes = broken(city, a_measure("镇上建设", TOWN), by=COUNTY_CONTACT, code="2023-01-1")
    assert codes == ["2023-01-1-1"]
    assert DeadlineKind.REPORT not in {kind for kind, _ in city.pending("2023-01-1")}


def test_a_lead_unit_breaks_down_to_units_below_it_alone(city: World) -> None:
    with city.refuses(BreakdownRefused, f"“{STRANGER}”不是本单位的下级单位") as desk:
        break_down(desk, find_project(desk, "2023-01"), [SECOND], CONTACT)
    with city.refuses(NotAllowed, "不在该事项牵头单位") as desk:
        break_down(desk, find_project(desk, "2023-01"), [SECOND], COUNTY_CONTACT)
    assert broken(city, a_measure("建园", TOWN), FIRST, by=CONTACT) == ["2023-01-1", "2023-01-2"]


def test_all_that_is_wrong_is_told_together(city: World) -> None:
    broken(city, FIRST)
    wrong = [
        FIRST,
        a_measure("太晚", due=date(2023, 12, 20)),
        a_measure("已过", due=date(2023, 3, 31)),
        a_measure("没有单位", "某局"),
        a_measure("没有联络员", "市政府", support_units=("乙局",)),
    ]
    with city.refuses(BreakdownRefused, "2023-01 没有分解") as desk:
        try:
            break_down(desk, find_project(desk, "2023-01"), wrong, OFFICE)
        except BreakdownRefused as error:
            assert str(error) == (
                "2023-01 没有分解："
                f"“建设幼儿园”已由{OFFICE}分解为2023-01-1；"
                "“太晚”的完成时限2023年12月20日晚于2023-01的2023年12月15日；"
                "“已过”的完成时限2023年3月31日已过；"
                "“没有单位”的单位“某局”不在联系表中，请写全称；"
                "“没有联络员”的单位“乙局”不在联系表中，请写全称；"
                "“没有联络员”的责任单位“市政府”没有联络员，请先在联系表中补上"
            )
            raise


def test_what_has_ended_or_waits_is_not_broken_down(city: World) -> None:
    with city.desk() as desk:
        assignment.send_back(desk, find_project(desk, "2023-02"), OTHER_CONTACT, "不是职责")
    with city.refuses(BreakdownRefused, "事项处于“已退回”，不能再分解") as desk:
        break_down(desk, find_project(desk, "2023-02"), [FIRST], OFFICE)
    with city.refuses(BreakdownRefused, "没有写明任何措施") as desk:
        break_down(desk, find_project(desk, "2023-01"), [], OFFICE)


def test_two_who_break_down_alike_at_once_are_one_and_the_other_is_told_who(city: World) -> None:
    def verb(by: str):
        return lambda desk: break_down(desk, find_project(desk, "2023-01"), [FIRST], by)

    told = race(city, verb(OFFICE), verb(CONTACT))
    assert told.count(None) == 1
    winner = (OFFICE, CONTACT)[told.index(None)]
    assert f"“建设幼儿园”已由{winner}分解为2023-01-1" in str(next(e for e in told if e))
    with city.database.read() as session:
        parts = select(Project).where(Project.kind == ProjectKind.MEASURE)
        assert len(session.scalars(parts).all()) == 1


def test_what_was_broken_down_later_is_not_taken_back_by_the_same_list(city: World) -> None:
    broken(city, FIRST)
    assert differences(city, levelled()) == []
    whole = levelled(with_project(LIST, 1, measures=(FIRST, SECOND)))
    assert differences(city, whole) == ["第1项 新增措施：配备校医"]
    revised(city, whole)
    assert differences(city, whole) == []
    assert city.row("2023-01-2").title == "配备校医"
    assert differences(city, levelled(with_project(LIST, 1, measures=(SECOND,)))) == []


def test_an_item_cannot_be_completed_while_a_measure_is_open(city: World) -> None:
    broken(city, FIRST)
    with city.desk() as desk:
        assert open_parts(desk, find_project(desk, "2023-01")) == ("2023-01-1",)


def test_the_facts_of_an_item_hold_its_measures_at_all_depths(city: World) -> None:
    deep = replace(a_measure("镇上建设", TOWN), targets=(target("幼儿园", "所", "2"),))
    broken(city, replace(FIRST, lead_units=(COUNTY,), measures=(deep,)))
    with city.database.read() as session:
        (facts,) = load_projects(session, [city.row("2023-01").id], TODAY).projects
    (part,) = facts.parts
    (inner,) = part.parts
    assert (part.code, inner.code) == ("2023-01-1", "2023-01-1-1")
    assert [t.planned for t in inner.targets] == [Decimal(2)]
    assert SCHOOLS.due == facts.due


def test_figures_from_before_the_breakdown_are_not_said_again(city: World) -> None:
    with city.desk(ASSIGNED_ON) as desk:
        before = Statement("2023-03", {"学位": Decimal(75)}, text="刚刚开始")
        report(desk, find_project(desk, "2023-01"), before, CONTACT)
    with city.desk(ASSIGNED_ON) as desk:
        break_down(desk, find_project(desk, "2023-01"), [FIRST], OFFICE)
    with city.desk(TODAY) as desk:
        steps = Statement("2023-04", milestones=["全部开工"])
        report(desk, find_project(desk, "2023-01"), steps, CONTACT)
    with city.desk(TODAY) as desk:
        (facts,) = load_projects(desk.session, [find_project(desk, "2023-01").id], TODAY).projects
    assert [t.actual for t in facts.targets] == [None, None]
