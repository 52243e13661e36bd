from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from engine.desk.people import NotAllowed
from engine.desk.transition import ProjectChanged, find_project
from engine.lists.registering import compare
from engine.lists.revising import revise
from engine.plans.planning import PlanRefused, Step, draft_plan, set_plan
from engine.reports import reporting
from engine.rules.backward import PlanImpossible
from engine.rules.words import DeadlineKind, DeadlineState
from engine.store.event_kinds import EventKind
from engine.store.tables import Milestone
from tests.engine.builders import (
    CONTACT,
    LIST,
    OFFICE,
    OTHER_CONTACT,
    SECOND_OFFICER,
    World,
    milestone,
    program_of,
    race,
    with_project,
)

MILESTONE = DeadlineKind.MILESTONE
STEPS = (
    Step("招标", 40, Decimal(20)),
    Step("全部开工", 10, Decimal(30)),
    Step("竣工验收", 60, Decimal(100)),
)
ENDS = {"招标": date(2023, 9, 4), "全部开工": date(2023, 9, 18), "竣工验收": date(2023, 12, 15)}


def planned(world: World, steps: Sequence[Step] = STEPS, by: str = OFFICE, code: str = "2023-01"):
    with world.desk() as desk:
        return set_plan(desk, find_project(desk, code), steps, by)


def milestones(world: World, code: str = "2023-01") -> list[tuple[int, str, date]]:
    number = world.row(code).id
    with world.database.read() as session:
        rows = session.query(Milestone).filter_by(project_id=number).order_by(Milestone.position)
        return [(row.position, row.name, row.due) for row in rows]


def test_a_plan_takes_the_place_of_the_open_milestones(underway: World) -> None:
    made = planned(underway)
    assert {step.name: step.end for step in made.steps} == ENDS
    assert (made.due, made.is_feasible) == (date(2023, 12, 15), True)
    assert milestones(underway) == [
        (1, "全部开工", ENDS["全部开工"]),
        (3, "招标", ENDS["招标"]),
        (4, "竣工验收", ENDS["竣工验收"]),
    ]
    first, second = underway.dates("2023-01", MILESTONE, "1")
    assert (first.state, first.due) == (DeadlineState.REPLACED, date(2023, 5, 31))
    assert (second.version, second.due, second.original_due) == (
        2,
        ENDS["全部开工"],
        date(2023, 5, 31),
    )
    (gone,) = underway.dates("2023-01", MILESTONE, "2")
    assert gone.state is DeadlineState.CANCELLED
    (new,) = underway.dates("2023-01", MILESTONE, "3")
    assert new.next_check_on is not None


def test_a_plan_is_told_in_the_journal_with_its_slack(underway: World) -> None:
    made = planned(underway)
    event = next(e for e in underway.journal("2023-01") if e.kind is EventKind.PLAN_SET)
    assert event.actor == OFFICE
    assert event.data["slack"] == made.slack
    assert event.data["days"] == {"招标": 40, "全部开工": 10, "竣工验收": 60}
    assert [step["name"] for step in event.data["listed"]] == ["全部开工", "主体完工"]


def test_what_is_done_stays_and_is_not_planned_again(underway: World) -> None:
    with underway.desk() as desk:
        done = reporting.Statement("2023-04", milestones=["全部开工"])
        reporting.report(desk, find_project(desk, "2023-01"), done, CONTACT)
    faults = "“招标”的累计进度20%没有高于之前的30%；“全部开工”已经完成，不必再排"
    with underway.refuses(PlanRefused, faults) as desk:
        set_plan(desk, find_project(desk, "2023-01"), STEPS, OFFICE)
    planned(underway, [Step("竣工验收", 60)])
    assert [name for _, name, _ in milestones(underway)] == ["全部开工", "竣工验收"]


def test_the_lead_unit_makes_the_first_plan_and_the_office_changes_it(underway: World) -> None:
    steps = [Step("筹备", 20), Step("义诊", 60)]
    planned(underway, steps, by=OTHER_CONTACT, code="2023-02")
    with underway.refuses(PlanRefused, "已有节点，调整须由督查室办理.*申请延期") as desk:
        set_plan(desk, find_project(desk, "2023-02"), steps, OTHER_CONTACT)
    with underway.refuses(NotAllowed, "不在该事项牵头单位") as desk:
        set_plan(desk, find_project(desk, "2023-02"), steps, CONTACT)
    planned(underway, [Step("义诊", 50)], code="2023-02")
    assert [name for _, name, _ in milestones(underway, "2023-02")] == ["义诊"]


def test_missing_days_need_a_reason_and_a_past_step_is_refused(underway: World) -> None:
    tight = [Step("招标", 60), Step("施工", 130)]
    with underway.refuses(PlanRefused, "工期不够：各步共需190个工作日，还差12个工作日") as desk:
        set_plan(desk, find_project(desk, "2023-01"), tight, OFFICE)
    with underway.desk() as desk:
        project = find_project(desk, "2023-01")
        made = set_plan(desk, project, tight, OFFICE, accept="招标与施工准备交叉进行")
    assert not made.is_feasible
    event = next(e for e in underway.journal("2023-01") if e.kind is EventKind.PLAN_SET)
    assert event.data["accepted"] == "招标与施工准备交叉进行"
    past = [Step("招标", 10), Step("施工", 190)]
    with underway.refuses(PlanRefused, "按倒排“招标”（2023年.*）应当已经完成") as desk:
        set_plan(desk, find_project(desk, "2023-01"), past, OFFICE, accept="交叉")


def test_a_preview_writes_nothing(underway: World) -> None:
    before = underway.snapshot()
    with underway.desk() as desk:
        made = draft_plan(desk, find_project(desk, "2023-01"), STEPS, date(2023, 6, 1))
    assert made.begin == date(2023, 6, 1)
    assert underway.snapshot() == before


def test_wrong_steps_and_items_without_a_date_are_refused(underway: World) -> None:
    with underway.refuses(PlanImpossible, "“招标”的工期应为不少于1的整数") as desk:
        set_plan(desk, find_project(desk, "2023-01"), [Step("招标", 0)], OFFICE)
    with underway.refuses(PlanRefused, "“招标”的累计进度应在0到100之间：120") as desk:
        planned_too_far = [Step("招标", 5, Decimal(120))]
        set_plan(desk, find_project(desk, "2023-01"), planned_too_far, OFFICE)


def test_a_plan_is_not_taken_back_by_importing_the_same_list(underway: World) -> None:
    planned(underway)
    with underway.database.read() as session:
        assert compare(session, LIST) == []
    planned(underway, [Step("竣工验收", 60)])
    with underway.database.read() as session:
        assert compare(session, LIST) == []


def test_a_list_with_other_steps_takes_the_place_of_the_plan(underway: World) -> None:
    planned(underway)
    wanted = with_project(LIST, 1, milestones=(milestone("封顶", date(2023, 9, 28), "70"),))
    with underway.desk() as desk:
        revise(desk, program_of(desk), wanted, OFFICE)
    assert [name for _, name, _ in milestones(underway)] == ["封顶"]
    with underway.database.read() as session:
        assert compare(session, wanted) == []


def test_two_plans_at_the_same_moment_are_two_versions_in_order(underway: World) -> None:
    """Neither is lost: the later one finds the earlier one's milestones."""

    def verb(by: str, days: int):
        steps = [Step("竣工验收", days)]
        return lambda desk: set_plan(desk, find_project(desk, "2023-01"), steps, by)

    told = race(underway, verb(OFFICE, 30), verb(SECOND_OFFICER, 40))
    assert told == [None, None]
    plans = [e for e in underway.journal("2023-01") if e.kind is EventKind.PLAN_SET]
    assert {event.actor for event in plans} == {OFFICE, SECOND_OFFICER}
    assert [name for _, name, _ in milestones(underway)] == ["竣工验收"]


@pytest.mark.parametrize("who", [OTHER_CONTACT])
def test_of_two_first_plans_of_a_unit_and_the_office_one_may_be_refused(
    underway: World, who: str
) -> None:
    def verb(by: str):
        steps = [Step("义诊", 30)]
        return lambda desk: set_plan(desk, find_project(desk, "2023-02"), steps, by)

    told = race(underway, verb(OFFICE), verb(who))
    assert told[0] is None
    assert told[1] is None or isinstance(told[1], PlanRefused | ProjectChanged)
    assert [name for _, name, _ in milestones(underway, "2023-02")] == ["义诊"]
