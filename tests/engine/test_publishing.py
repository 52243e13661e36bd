from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from engine.dates import suspending
from engine.dates.changing import Alteration, change
from engine.dates.extending import decide, request, review
from engine.dates.suspending import suspend
from engine.desk.people import NotAllowed
from engine.desk.transition import find_project
from engine.lists.revising import revise
from engine.plans.implementing import submit
from engine.publicity.publishing import PublicationRefused, Published, kept_state, publish
from engine.publicity.reading import public_state
from engine.results.completing import close, terminate
from engine.rules.changes import ChangeKind, Decision
from engine.rules.implementation import PlanParts
from engine.rules.public_classes import PublicClass
from engine.rules.public_facts import PublicProject, PublicState
from engine.rules.words import DeadlineKind, Light
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, history, program_chain
from engine.store.tables import Person, Project, Publication
from tests.engine.builders import (
    CONTACT,
    LEADER,
    LIST,
    OFFICE,
    SECOND_OFFICER,
    World,
    ask_completion,
    figures,
    program_of,
    race,
    seen_by,
    with_project,
)

APRIL, MAY, DECEMBER = date(2023, 4, 10), date(2023, 5, 8), date(2023, 11, 10)
PLAN = PlanParts("市教育局基建科", "新建6所", "11月底前", "市级财政2000万元", "专班推进")
DECISION = Decision("市人大常委会", "吴人常〔2023〕9号", APRIL)


def show(world: World, day: date = APRIL, by: str = OFFICE, confirmed: str = "") -> Published:
    with world.desk(day) as desk:
        return publish(desk, program_of(desk), by, confirmed)


def state_of(world: World, day: date = APRIL) -> PublicState:
    with world.desk(day) as desk:
        return public_state(desk, program_of(desk))


def item(world: World, code: str = "2023-01", day: date = APRIL) -> PublicProject:
    found = state_of(world, day).project(code)
    assert found is not None
    return found


def chain(world: World) -> list[Event]:
    with world.database.read() as session:
        return history(session, program_chain(world.program().id))


def set_columns(world: World, code: str, **values: Any) -> None:
    with world.desk() as desk:
        project = find_project(desk, code)
        for name, value in values.items():
            setattr(project, name, value)


def test_what_is_public_about_an_item_is_a_closed_list():
    assert [field.name for field in fields(PublicProject)] == [
        "code", "field", "title", "promise", "lead", "support", "targets", "due", "first_due",
        "moved", "changes", "light", "planned", "actual", "standing", "result", "done_on", "plan",
    ]  # fmt: skip


def test_an_item_is_published_with_its_promise_its_units_its_dates_and_its_figures(
    underway: World,
) -> None:
    with underway.desk(APRIL) as desk:
        figures(desk, "2023-04", day_values={"学位": 2500, "幼儿园": 2})
        submit(desk, find_project(desk, "2023-01"), PLAN, CONTACT)
    shown = item(underway)
    assert (shown.title, shown.promise) == ("新增学位", "新建幼儿园，新增学位7500个")
    assert (shown.lead, shown.support) == (("市教育局",), ("市卫健局",))
    assert (shown.due, shown.first_due) == (date(2023, 12, 15), None)
    assert [t.result for t in shown.targets] == [
        "完成2500个，为承诺的33.3%",
        "完成2所，为承诺的33.3%",
    ]
    assert shown.actual == Decimal("33.3")
    assert shown.plan["safeguards"] == "专班推进"
    assert item(underway, "2023-03").lead == ("市教育局", "市卫健局")


def test_tasks_problems_and_rectifications_are_not_published(underway: World) -> None:
    with underway.desk() as desk:
        row = find_project(desk, "2023-02")
        desk.session.add(
            Project(
                program_id=row.program_id,
                parent_id=row.id,
                kind="rectification",
                code="2023-02-整改1",
                title="整改",
                lead_unit_id=row.lead_unit_id,
                state="underway",
                starts_on=row.starts_on,
            )
        )
    assert [p.code for p in state_of(underway).projects] == ["2023-01", "2023-02", "2023-03"]


def test_a_date_moved_with_approval_shows_the_first_date_and_the_approval(underway: World) -> None:
    with underway.desk(APRIL) as desk:
        project = find_project(desk, "2023-02")
        kind = DeadlineKind.COMPLETION
        asked = request(desk, project, kind, "", date(2023, 12, 20), "到货迟", "六成", "苏丽")
        review(desk, asked.id, OFFICE, "属实")
        decide(desk, asked.id, LEADER, approve=True, decision="同意")
    shown = item(underway, "2023-02")
    assert (shown.first_due, shown.due) == (date(2023, 11, 30), date(2023, 12, 20))
    assert shown.moved == f"经批准延期（延期申请第{asked.id}号）"
    assert shown.standing is PublicClass.ADJUSTED


def test_a_date_moved_by_a_revised_list_or_by_a_pause_is_told_by_its_own_cause(
    underway: World,
) -> None:
    with underway.desk(APRIL) as desk:
        revise(desk, program_of(desk), with_project(LIST, 1, due=date(2023, 12, 20)), OFFICE)
    revised = item(underway)
    assert revised.first_due is not None
    assert revised.moved == "清单调整"
    with underway.desk(APRIL) as desk:
        suspending.suspend(desk, find_project(desk, "2023-02"), OFFICE, "汛期")
    with underway.desk(MAY) as desk:
        suspending.resume(desk, find_project(desk, "2023-02"), OFFICE, "汛期已过")
    assert item(underway, "2023-02", MAY).moved == "暂停后顺延"


def test_a_changed_promise_and_an_ended_one_name_the_decision(underway: World) -> None:
    with underway.desk(APRIL) as desk:
        project = find_project(desk, "2023-01")
        alteration = Alteration(ChangeKind.TARGET, "7000个", "学龄人口减少", "学位")
        change(desk, project, alteration, DECISION, LEADER)
        terminate(desk, find_project(desk, "2023-02"), DECISION, "并入另一项目", LEADER)
    altered, ended = item(underway), item(underway, "2023-02")
    assert altered.changes[0].decision == "市人大常委会 吴人常〔2023〕9号（2023年4月10日）"
    assert altered.standing is PublicClass.ADJUSTED
    assert ended.standing is PublicClass.ENDED
    assert ended.result == "终止：市人大常委会 吴人常〔2023〕9号（2023年4月10日）"


def test_an_item_done_early_is_called_early_and_one_suspended_paused(underway: World) -> None:
    with underway.desk(DECEMBER) as desk:
        figures(desk, "2023-11")
        project = find_project(desk, "2023-01")
        ask_completion(desk, project, CONTACT)
        close(desk, project, seen_by(SECOND_OFFICER), SECOND_OFFICER)
        suspend(desk, find_project(desk, "2023-02"), OFFICE, "选址待定")
    done, paused = item(underway, day=DECEMBER), item(underway, "2023-02", DECEMBER)
    assert (done.standing, done.result) == (PublicClass.EARLY, "提前办结")
    assert (done.done_on, done.planned) == (DECEMBER, Decimal(100))
    assert paused.standing is PublicClass.PAUSED
    statistics = state_of(underway, DECEMBER).statistics
    assert (statistics.total.done, statistics.total.stopped) == (1, 1)


def test_the_statistics_add_up_by_field_by_light_and_by_class(underway: World) -> None:
    set_columns(underway, "2023-02", light=Light.RED)
    found = state_of(underway).statistics
    assert (found.total.total, found.total.red, found.total.green) == (3, 1, 2)
    assert sum(row.total for row in found.by_field) == 3
    assert found.classes[PublicClass.BEHIND] == 1
    assert sum(found.classes.values()) == 3


def test_publishing_keeps_what_was_shown_and_tells_the_journal(underway: World) -> None:
    made = show(underway)
    assert made.is_new
    assert made.state.key == f"progress:{underway.program().id}:2023-04"
    assert (made.state.reviewed_by, made.state.object_by) == (OFFICE, date(2023, 4, 17))
    assert kept_state(made.state) == state_of(underway)
    last = chain(underway)[-1]
    assert last.kind is EventKind.PUBLISHED
    assert last.data["items"] == 3


def test_a_repeat_changes_nothing_and_names_who_published(underway: World) -> None:
    show(underway)
    before = underway.snapshot()
    again = show(underway, date(2023, 4, 20), SECOND_OFFICER)
    assert not again.is_new
    assert again.state.reviewed_by == OFFICE
    assert underway.snapshot() == before


def test_what_is_different_in_the_same_month_is_a_further_publication_that_says_what(
    underway: World,
) -> None:
    show(underway)
    set_columns(underway, "2023-02", light=Light.YELLOW)
    made = show(underway, date(2023, 4, 20))
    assert made.state.key.endswith(":2023-04:2")
    assert [(c.code, c.text) for c in kept_state(made.state).changed] == [
        ("2023-02", "灯色由绿灯变为黄灯；办理类别由按计划推进变为进度滞后")
    ]
    assert chain(underway)[-1].data["changed"] == ["2023-02"]


def test_a_new_month_is_published_even_when_nothing_has_changed(underway: World) -> None:
    show(underway)
    made = show(underway, MAY)
    assert made.is_new
    assert made.state.key.endswith(":2023-05")
    assert kept_state(made.state).changed == ()


def test_only_the_office_publishes(underway: World) -> None:
    with underway.refuses(NotAllowed, "不在督查室岗位") as desk:
        publish(desk, program_of(desk), CONTACT)


def test_names_and_addresses_of_persons_are_found_before_anything_is_public(
    underway: World,
) -> None:
    parts = PlanParts("责任人马晓明", "新建6所", "11月底前", "见附表", "联系 王海@wz.example")
    with underway.desk(APRIL) as desk:
        submit(desk, find_project(desk, "2023-01"), parts, CONTACT)
    with underway.refuses(
        PublicationRefused, "2023-01写有“马晓明”.*王海@wz.example", APRIL
    ) as desk:
        publish(desk, program_of(desk), OFFICE)


def test_a_word_that_is_also_a_name_is_published_once_somebody_says_why(underway: World) -> None:
    with underway.desk() as desk:
        desk.session.scalars(select(Person).where(Person.name == "王海")).one().name = "学位"
    with underway.refuses(PublicationRefused, "写有“学位”", APRIL) as desk:
        publish(desk, program_of(desk), OFFICE)
    show(underway, confirmed="“学位”是指标，不是人名")
    assert chain(underway)[-1].data["confirmed"] == "“学位”是指标，不是人名"


def test_no_name_post_or_address_of_the_store_is_in_what_is_published(underway: World) -> None:
    with underway.desk(APRIL) as desk:
        figures(desk, "2023-04", day_values={"学位": 2500, "幼儿园": 2})
        find_project(desk, "2023-01").remark = "请李副市长过问"
    made = show(underway)
    with underway.database.read() as session:
        private = [
            word for row in session.execute(select(Person.name, Person.email)) for word in row
        ]
    assert [word for word in (*private, "副市长", "过问") if word in str(made.state.content)] == []


def test_of_two_who_publish_at_once_one_publishes(underway: World) -> None:
    found: list[Published] = []

    def verb(by: str) -> Any:
        return lambda desk: found.append(publish(desk, program_of(desk), by))

    assert race(underway, verb(OFFICE), verb(SECOND_OFFICER)) == [None, None]
    assert sorted(made.is_new for made in found) == [False, True]
    with underway.database.read() as session:
        assert len(session.scalars(select(Publication)).all()) == 1


@pytest.mark.parametrize("day", [APRIL, MAY])
def test_a_publication_is_read_back_as_it_was_written(underway: World, day: date) -> None:
    made = show(underway, day)
    with underway.database.read() as session:
        kept = session.get_one(Publication, made.state.id)
        assert kept_state(kept) == kept_state(made.state)
