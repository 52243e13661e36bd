from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from engine.desk.people import NotAllowed, PersonUnknown
from engine.desk.transition import find_project
from engine.inspections.inspected import inspection_lines
from engine.inspections.inspecting import (
    Group,
    InspectionRefused,
    InspectionUnknown,
    cancel,
    find_inspection,
    open_,
)
from engine.rules.inspections import InspectionState
from engine.rules.lifecycle import ProjectState
from engine.rules.steps import StepRefused
from engine.rules.words import InspectionKind
from engine.store.event_kinds import EventKind
from engine.store.journal import history, program_chain
from engine.store.tables import Inspection, InspectionMember, Person, Unit
from tests.engine.builders import (
    CONTACT,
    HEAD,
    OFFICE,
    SECOND_OFFICER,
    TODAY,
    World,
    race,
)
from tests.engine.inspections import DUE, concluded, opened, plan_one, planned

MAY = date(2023, 5, 8)


def start(desk, number: int, *, leader: str = "示例组长", members=(), by=OFFICE, period=None):
    open_(desk, find_inspection(desk.session, number), Group(leader, members), by, period)


def row(world: World, number: int) -> Inspection:
    with world.database.read() as session:
        return find_inspection(session, number)


def told(world: World) -> list:
    with world.database.read() as session:
        return history(session, program_chain(world.program().id))


def test_a_planned_inspection_is_in_the_plan_of_its_year(underway: World) -> None:
    number = planned(underway, starts_on=MAY, ends_on=date(2023, 5, 12), about="开工情况")
    with underway.database.read() as session:
        (line,) = inspection_lines(session, 2023)
        assert inspection_lines(session, 2024) == []
    assert (line.number, line.state, line.items) == (
        number,
        InspectionState.PLANNED,
        ("2023-01", "2023-02"),
    )
    event = told(underway)[-1]
    assert (event.kind, event.actor) == (EventKind.INSPECTION_PLANNED, OFFICE)
    assert (event.data["from"], event.data["about"]) == ("2023-05-08", "开工情况")


def test_the_units_learn_nothing_before_the_conclusion(underway: World) -> None:
    mails, events = underway.mails(), underway.journal("2023-01")
    opened(underway)
    assert underway.mails() == mails
    assert underway.journal("2023-01") == events


def test_all_that_is_wrong_with_a_plan_is_said_at_once(registered: World) -> None:
    says = "须写明督查名称；督查结束日期早于开始日期"
    with registered.refuses(InspectionRefused, says) as desk:
        plan_one(desk, title=" ", starts_on=MAY, ends_on=TODAY)


def test_only_the_office_plans_opens_and_cancels(underway: World) -> None:
    number = planned(underway)
    with underway.refuses(NotAllowed, f"{HEAD}不在督查室岗位") as desk:
        plan_one(desk, starts_on=MAY, ends_on=MAY, by=HEAD)
    with underway.refuses(NotAllowed, f"{HEAD}不在督查室岗位") as desk:
        start(desk, number, by=HEAD)
    with underway.refuses(NotAllowed, f"{HEAD}不在督查室岗位") as desk:
        cancel(desk, find_inspection(desk.session, number), HEAD, "重复")


def test_the_same_item_soon_again_is_refused_with_the_earlier_inspection_named(
    underway: World,
) -> None:
    number = concluded(underway, codes=["2023-01"])
    says = (
        rf"2023-01（市教育局）已列入督查{number}“春季督查”（2023年4月3日），相隔29日.*写明批示依据"
    )
    soon = date(2023, 5, 2)
    with underway.refuses(InspectionRefused, says, soon) as desk:
        plan_one(desk, "2023-01", title="再查")
    assert planned(underway, "2023-01", day=date(2023, 5, 3)) > number


def test_an_instruction_with_its_basis_goes_before_the_limits(underway: World) -> None:
    planned(underway, "2023-01")
    number = planned(underway, "2023-01", basis="李副市长2023年4月3日批示")
    assert row(underway, number).basis == "李副市长2023年4月3日批示"
    assert told(underway)[-1].data["basis"] == "李副市长2023年4月3日批示"


def test_another_item_of_the_unit_may_be_inspected_until_its_yearly_count(
    underway: World,
) -> None:
    days = [date(2023, month, 10) for month in (4, 6, 8, 10)]
    numbers = [planned(underway, "2023-02", starts_on=day, ends_on=day) for day in days]
    names = "、".join(f"督查{number}“春季督查”.*?" for number in numbers)
    says = f"市卫健局2023年已有4次督查，达到规则的每年4次：{names}"
    with underway.refuses(InspectionRefused, says) as desk:
        plan_one(desk, "2023-03", starts_on=date(2023, 12, 11), ends_on=date(2023, 12, 11))
    next_year = date(2024, 1, 10)
    planned(underway, "2023-03", starts_on=next_year, ends_on=next_year)


def test_a_cancelled_inspection_counts_no_more(underway: World) -> None:
    number = planned(underway, "2023-01")
    with underway.desk() as desk:
        cancel(desk, find_inspection(desk.session, number), OFFICE, "并入联合督查")
    assert row(underway, number).state is InspectionState.CANCELLED
    assert told(underway)[-1].data == {"inspection": number, "reason": "并入联合督查"}
    planned(underway, "2023-01")


def test_a_visit_to_rectifications_is_a_recheck_that_no_limit_counts(underway: World) -> None:
    concluded(underway, ("2023-01", "围挡缺失", DUE), codes=["2023-01"])
    for _ in range(5):
        planned(underway, "2023-01-改1")


def test_what_is_not_on_the_list_is_not_inspected(underway: World) -> None:
    with underway.refuses(InspectionRefused, "2023-01 处于“草拟”，不能列入督查") as desk:
        find_project(desk, "2023-01").state = ProjectState.DRAFT
        plan_one(desk, "2023-01")


def test_a_group_has_a_leader_and_knows_people_of_the_contact_sheet(underway: World) -> None:
    number = opened(underway, leader=OFFICE, members=(SECOND_OFFICER, "外请专家", OFFICE))
    with underway.database.read() as session:
        members = session.scalars(
            select(InspectionMember).order_by(InspectionMember.leads.desc(), InspectionMember.name)
        ).all()
        known = {person.name: person.id for person in session.scalars(select(Person))}
    assert {(m.name, m.leads, m.person_id) for m in members} == {
        (OFFICE, True, known[OFFICE]),
        (SECOND_OFFICER, False, known[SECOND_OFFICER]),
        ("外请专家", False, None),
    }
    assert row(underway, number).leader == OFFICE
    assert told(underway)[-1].data["members"] == [SECOND_OFFICER, "外请专家"]


def test_a_name_that_means_two_people_must_say_which(underway: World) -> None:
    with underway.database.begin() as session:
        unit = session.scalars(select(Unit).where(Unit.name == "市卫健局")).one()
        session.add(Person(unit_id=unit.id, name=OFFICE))
    number = planned(underway, by=SECOND_OFFICER)
    with underway.refuses(PersonUnknown, "督查组成员.*姓名@单位") as desk:
        start(desk, number, leader=OFFICE, by=SECOND_OFFICER)
    with underway.desk() as desk:
        start(desk, number, leader=f"{OFFICE}@督查室", by=SECOND_OFFICER)


def test_an_inspection_is_not_opened_without_a_leader(underway: World) -> None:
    number = planned(underway)
    with underway.refuses(InspectionRefused, "须写明督查组组长（组长负责制）") as desk:
        start(desk, number, leader=" ")


def test_a_new_period_is_held_against_the_limits_again(underway: World) -> None:
    planned(underway, "2023-01")
    number = planned(underway, "2023-01", starts_on=MAY, ends_on=MAY)
    with underway.refuses(InspectionRefused, "期间重叠") as desk:
        start(desk, number, period=(TODAY, TODAY))
    with underway.desk() as desk:
        start(desk, number, period=(MAY, date(2023, 5, 10)))
    assert row(underway, number).ends_on == date(2023, 5, 10)


def test_a_step_that_was_taken_is_refused_with_who_took_it(underway: World) -> None:
    number = opened(underway)
    says = rf"处于“督查中”，不能启动督查（督查{number}，上一步由{OFFICE}办理）"
    with underway.refuses(StepRefused, says) as desk:
        start(desk, number, by=SECOND_OFFICER)
    with underway.refuses(InspectionUnknown, "没有编号为 99 的督查") as desk:
        find_inspection(desk.session, 99)


def test_of_two_who_plan_the_same_one_is_refused(underway: World) -> None:
    said = race(
        underway,
        lambda desk: plan_one(desk, "2023-01"),
        lambda desk: plan_one(desk, "2023-01", by=SECOND_OFFICER, kind=InspectionKind.JOINT),
    )
    (refusal,) = [error for error in said if error]
    assert "2023-01（市教育局）已列入督查1" in str(refusal)


def test_of_two_who_open_and_cancel_one_wins_and_the_other_is_told(underway: World) -> None:
    number = opened(underway)

    def call_off(by: str):
        return lambda desk: cancel(desk, find_inspection(desk.session, number), by, "不再需要")

    said = race(underway, call_off(OFFICE), call_off(SECOND_OFFICER))
    (refusal,) = [error for error in said if error]
    winner = SECOND_OFFICER if said[0] else OFFICE
    assert f"上一步由{winner}办理" in str(refusal)


def test_a_contact_is_not_asked(underway: World) -> None:
    with underway.refuses(NotAllowed, CONTACT) as desk:
        plan_one(desk, by=CONTACT)
    with pytest.raises(InspectionUnknown), underway.desk() as desk:
        find_inspection(desk.session, 1)
