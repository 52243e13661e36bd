"""实施方案: five parts or none, a clock of its own, and corrections as versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.desk.people import NotAllowed
from engine.desk.transition import find_project
from engine.plans.implementing import PlanRefused, latest_plan, plan_versions, submit
from engine.rules.implementation import PARTS, PlanParts, missing_parts
from engine.rules.policy import Policy
from engine.rules.rulebook import Rulebook
from engine.rules.words import DeadlineKind, DeadlineState
from engine.store.event_kinds import EventKind
from tests.engine.builders import (
    CONTACT,
    DEPUTY,
    HEAD,
    OTHER_CONTACT,
    RULEBOOK,
    TODAY,
    World,
    assign_all,
    race,
)

PLAN = PlanParts(
    departments="市教育局牵头，市住建局配合",
    tasks="新建幼儿园6所",
    schedule="2023年12月15日前",
    funds="市财政1.2亿元",
    safeguards="专班推进，每周调度",
)


def handed_in(world: World, plan: PlanParts = PLAN, by: str = CONTACT, **given: int) -> int:
    with world.desk() as desk:
        return submit(desk, find_project(desk, "2023-01"), plan, by, **given).version


def test_a_plan_stops_its_clock_and_is_kept_whole(underway: World) -> None:
    assert handed_in(underway) == 1
    (row,) = underway.dates("2023-01", DeadlineKind.PLAN)
    assert (row.due, row.state, row.met_on) == (date(2023, 4, 13), DeadlineState.MET, TODAY)
    with underway.desk() as desk:
        plan = latest_plan(desk, find_project(desk, "2023-01"))
    assert plan is not None
    assert {name: getattr(plan, name) for name in PARTS} == PLAN.texts
    (event,) = [e for e in underway.journal("2023-01") if e.kind is EventKind.PLAN_SUBMITTED]
    assert event.data == {"version": 1, **PLAN.texts}


def test_all_missing_parts_are_told_at_once(underway: World) -> None:
    with underway.refuses(PlanRefused, "请写明责任部门、资金安排、保障措施$") as desk:
        plan = replace(PLAN, departments="", funds=" ", safeguards="")
        submit(desk, find_project(desk, "2023-01"), plan, CONTACT)


def test_the_parts_are_those_of_the_rule_in_its_order() -> None:
    assert missing_parts(PlanParts()) == list(PARTS.values())
    assert missing_parts(PLAN) == []


def test_a_correction_is_a_new_version_and_names_what_it_corrects(underway: World) -> None:
    handed_in(underway)
    says = f"{CONTACT}已于2023年4月3日报送第1版，请看过后再更正（写 --corrects 1）"
    with underway.refuses(PlanRefused, says) as desk:
        submit(desk, find_project(desk, "2023-01"), PLAN, HEAD)
    assert handed_in(underway, replace(PLAN, funds="市财政1.3亿元"), HEAD, corrects=1) == 2
    with underway.desk() as desk:
        versions = plan_versions(desk, find_project(desk, "2023-01"))
    assert [plan.funds for plan in versions] == ["市财政1.2亿元", "市财政1.3亿元"]
    assert len(underway.dates("2023-01", DeadlineKind.PLAN)) == 1


def test_nothing_is_corrected_that_was_not_handed_in(underway: World) -> None:
    with underway.refuses(PlanRefused, "还没有报送过实施方案") as desk:
        submit(desk, find_project(desk, "2023-01"), PLAN, CONTACT, corrects=1)


def test_a_plan_comes_from_the_lead_unit_and_after_the_signature(assigned: World) -> None:
    with assigned.refuses(NotAllowed, f"{OTHER_CONTACT}不在该事项牵头单位") as desk:
        submit(desk, find_project(desk, "2023-01"), PLAN, OTHER_CONTACT)
    with assigned.refuses(PlanRefused, "事项处于“已交办”，签收后方可报送；请写明目标任务") as desk:
        submit(desk, find_project(desk, "2023-01"), replace(PLAN, tasks=""), CONTACT)


@pytest.mark.parametrize("corrects", [None, 1])
def test_of_two_who_hand_in_at_once_one_wins_and_the_other_is_told(
    underway: World, corrects: int | None
) -> None:
    if corrects:
        handed_in(underway)

    def hand_in(by: str):
        return lambda desk: submit(desk, find_project(desk, "2023-01"), PLAN, by, corrects)

    told = race(underway, hand_in(HEAD), hand_in(DEPUTY))
    (lost,) = [error for error in told if error]
    assert f"{DEPUTY if told[0] else HEAD}已于2023年4月3日报送第{(corrects or 0) + 1}版" in str(
        lost
    )


def test_a_policy_without_the_limit_asks_for_no_plan(registered: World) -> None:
    data = RULEBOOK.policy.to_data()
    data["limits"] = {**data["limits"], "plan_within": None}
    world = replace(registered, rulebook=Rulebook(Policy.from_data(data), RULEBOOK.calendar))
    assign_all(world, "2023-01")
    assert (DeadlineKind.PLAN, "") not in world.pending("2023-01")
