from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from engine.assigning import assignment
from engine.assigning.reassigning import lead_units, reassign
from engine.dates import extending
from engine.desk.people import NotAllowed
from engine.desk.transition import find_project
from engine.ledger.values import Ledger, LedgerUnit, UnitKind
from engine.lists.registering import compare, register
from engine.lists.revising import RevisionRefused, revise
from engine.reports.reporting import Statement, report
from engine.results import completing
from engine.rules.targets import TargetForm
from engine.rules.words import DeadlineKind, DeadlineState, PostKind, Urgency
from engine.store.event_kinds import EventKind
from engine.store.journal import history, program_chain
from engine.store.tables import Milestone, Person, Post, Project, Target
from tests.engine.builders import (
    ASSIGNED_ON,
    CONTACT,
    HEAD,
    LEADER,
    LIST,
    OFFICE,
    SCHOOLS,
    SCREENING,
    TODAY,
    World,
    ask_completion,
    figures,
    milestone,
    post,
    program_of,
    seen_by,
    target,
    with_post,
    with_project,
)

OPENED, BUILT = SCHOOLS.milestones


def differences(world: World, ledger: Ledger) -> list[str] | None:
    with world.database.read() as session:
        return compare(session, ledger)


def apply(world: World, ledger: Ledger, day: date = TODAY) -> None:
    with world.desk(day) as desk:
        revise(desk, program_of(desk), ledger, OFFICE)


CHANGES: list[tuple[Ledger, str]] = [
    (replace(LIST, issuer="市政府办"), "发文机关：市人民政府 → 市政府办"),
    (replace(LIST, basis="市政府第3次常务会议"), f"依据：{LIST.basis} → 市政府第3次常务会议"),
    (with_project(LIST, 1, field="文教"), "第1项 领域：教育 → 文教"),
    (with_project(LIST, 1, title="新增公办学位"), "第1项 项目名称：新增学位 → 新增公办学位"),
    (with_project(LIST, 1, content="新增"), f"第1项 目标任务：{SCHOOLS.content} → 新增"),
    (with_project(LIST, 1, lead_units=("市卫健局",)), "第1项 牵头单位：市教育局 → 市卫健局"),
    (with_project(LIST, 1, support_units=()), "第1项 配合单位：市卫健局 → 无"),
    (with_project(LIST, 1, sponsor=LEADER), f"第1项 领办领导：副市长 → {LEADER}"),
    (
        with_project(LIST, 1, due=date(2023, 11, 30)),
        "第1项 完成时限：2023年12月15日 → 2023年11月30日",
    ),
    (
        with_project(LIST, 2, targets=(target("义诊", "场", "320"),)),
        "第2项 量化指标：义诊300场 → 义诊320场",
    ),
    (
        with_project(LIST, 2, targets=(replace(SCREENING.targets[0], note="含乡镇"),)),
        "第2项 量化指标：义诊300场 → 义诊300场（含乡镇）",
    ),
    (
        with_project(LIST, 1, milestones=(replace(OPENED, due=date(2023, 6, 15)), BUILT)),
        "第1项 节点：2023年5月31日全部开工（30%）、2023年9月28日主体完工（70%）"
        " → 2023年6月15日全部开工（30%）、2023年9月28日主体完工（70%）",
    ),
    (with_project(LIST, 1, urgency=Urgency.URGENT), "第1项 紧急程度：一般 → 紧急"),
    (with_project(LIST, 1, remark="人大票决"), "第1项 备注：无 → 人大票决"),
    (with_post(LIST, HEAD, holder="纳文"), f"市教育局 局长 姓名：{HEAD} → 纳文"),
    (with_post(LIST, HEAD, may_sign=True), "市教育局 局长 签发权：无 → 有"),
    (with_post(LIST, CONTACT, deputy=None), "市教育局 科员 AB角：杨洁 → 无"),
    (
        replace(LIST, units=(*LIST.units[:3], LedgerUnit("市卫健局", UnitKind.AUTHORISED_BODY))),
        "市卫健局 单位类别：政府部门 → 授权或受托组织",
    ),
    (
        replace(LIST, projects=(*LIST.projects, replace(SCREENING, number=4, title="养老"))),
        "第4项 新增：养老",
    ),
]


@pytest.mark.parametrize(("ledger", "line"), CHANGES, ids=[line[:12] for _, line in CHANGES])
def test_every_kind_of_change_is_shown_and_then_applied(
    registered: World, ledger: Ledger, line: str
) -> None:
    said = differences(registered, ledger)
    assert said is not None
    assert said[0] == line
    apply(registered, ledger)
    assert differences(registered, ledger) == []
    with registered.database.read() as session:
        last = history(session, program_chain(registered.program().id))[-1]
    assert (last.kind, last.actor) == (EventKind.PROGRAM_IMPORTED, OFFICE)
    assert last.data["changes"] == said


def test_an_item_cannot_be_removed_by_an_import(assigned: World) -> None:
    smaller = replace(LIST, projects=LIST.projects[:2])
    assert differences(assigned, smaller) == ["第3项 删除：校医全覆盖"]
    with assigned.refuses(RevisionRefused, "第3项“校医全覆盖”.*须经原审议机关决定") as desk:
        revise(desk, program_of(desk), smaller, OFFICE)


def test_a_moved_date_is_a_new_version_and_the_first_promise_is_kept(assigned: World) -> None:
    for day in (date(2023, 11, 30), date(2023, 12, 20)):
        apply(assigned, with_project(LIST, 1, due=day))
    rows = assigned.dates("2023-01", DeadlineKind.COMPLETION)
    assert [(row.version, row.due, row.state) for row in rows] == [
        (1, date(2023, 12, 15), DeadlineState.REPLACED),
        (2, date(2023, 11, 30), DeadlineState.REPLACED),
        (3, date(2023, 12, 20), DeadlineState.PENDING),
    ]
    assert {row.original_due for row in rows} == {date(2023, 12, 15)}
    assert rows[-1].next_check_on == TODAY
    moved = [e for e in assigned.journal("2023-01") if e.kind is EventKind.DEADLINE_MOVED]
    assert [(e.data["from"], e.data["to"], e.data["why"]) for e in moved] == [
        ("2023-12-15", "2023-11-30", "清单调整"),
        ("2023-11-30", "2023-12-20", "清单调整"),
    ]


def test_a_date_moved_before_assignment_does_not_start_its_clock(registered: World) -> None:
    apply(registered, with_project(LIST, 1, due=date(2023, 11, 30)))
    rows = registered.dates("2023-01", DeadlineKind.COMPLETION)
    assert rows[-1].next_check_on is None
    assert DeadlineKind.REPORT not in {kind for kind, _ in registered.pending("2023-01")}


def extend(world: World, kind: DeadlineKind, slot: str, to: date) -> None:
    with world.desk() as desk:
        project = find_project(desk, "2023-01")
        asked = extending.request(desk, project, kind, slot, to, "汛期", "过半", CONTACT)
        extending.review(desk, asked.id, OFFICE, "属实")
        extending.decide(desk, asked.id, LEADER, approve=True, decision="同意")


def test_the_same_file_does_not_take_back_an_approved_extension(underway: World) -> None:
    extend(underway, DeadlineKind.COMPLETION, "", date(2023, 12, 28))
    extend(underway, DeadlineKind.MILESTONE, "1", date(2023, 6, 30))
    assert differences(underway, LIST) == []
    apply(underway, with_project(LIST, 1, remark="只改备注"))
    assert underway.pending("2023-01")[DeadlineKind.COMPLETION, ""] == date(2023, 12, 28)
    assert underway.pending("2023-01")[DeadlineKind.MILESTONE, "1"] == date(2023, 6, 30)


def test_a_list_brought_up_to_an_extension_moves_nothing_again(underway: World) -> None:
    extend(underway, DeadlineKind.COMPLETION, "", date(2023, 12, 28))
    updated = with_project(LIST, 1, due=date(2023, 12, 28))
    assert differences(underway, updated) != []
    apply(underway, updated)
    assert differences(underway, updated) == []
    assert [row.version for row in underway.dates("2023-01", DeadlineKind.COMPLETION)] == [1, 2]


def test_an_item_that_the_list_gives_more_time_reports_on_up_to_its_new_date(
    underway: World,
) -> None:
    before = underway.pending("2023-01").keys()
    apply(underway, with_project(LIST, 1, due=date(2023, 12, 28)))
    added = underway.pending("2023-01").keys() - before
    assert added == {(DeadlineKind.REPORT, "2023-12")}
    apply(underway, with_project(LIST, 1, due=date(2023, 12, 15)))


def test_a_date_the_list_changes_after_an_extension_moves(underway: World) -> None:
    extend(underway, DeadlineKind.COMPLETION, "", date(2023, 12, 28))
    apply(underway, with_project(LIST, 1, due=date(2023, 12, 20)))
    assert underway.pending("2023-01")[DeadlineKind.COMPLETION, ""] == date(2023, 12, 20)


def steps(world: World) -> dict[str, tuple[int, date, bool]]:
    number = world.row("2023-01").id
    with world.database.read() as session:
        rows = session.scalars(select(Milestone).where(Milestone.project_id == number))
        return {row.name: (row.position, row.due, row.done_on is not None) for row in rows}


def test_a_step_put_in_front_does_not_take_the_place_of_one_that_is_done(underway: World) -> None:
    with underway.desk() as desk:
        done = Statement("2023-04", milestones=["全部开工"])
        report(desk, find_project(desk, "2023-01"), done, CONTACT)
    land = milestone("完成征地", date(2023, 4, 28), "10")
    ledger = with_project(LIST, 1, milestones=(land, OPENED, BUILT))
    apply(underway, ledger)
    assert differences(underway, ledger) == []
    assert steps(underway) == {
        "全部开工": (1, date(2023, 5, 31), True),
        "主体完工": (2, date(2023, 9, 28), False),
        "完成征地": (3, date(2023, 4, 28), False),
    }
    (fresh,) = underway.dates("2023-01", DeadlineKind.MILESTONE, "3")
    assert (fresh.due, fresh.next_check_on) == (date(2023, 4, 28), TODAY)


def test_a_renamed_step_keeps_its_place(underway: World) -> None:
    renamed = replace(OPENED, name="六所全部开工")
    apply(underway, with_project(LIST, 1, milestones=(renamed, BUILT)))
    assert steps(underway)["六所全部开工"][0] == 1
    (row,) = underway.dates("2023-01", DeadlineKind.MILESTONE, "1")
    assert row.name == "六所全部开工"


def test_a_step_taken_out_and_put_back_is_a_new_one(underway: World) -> None:
    apply(underway, with_project(LIST, 1, milestones=(OPENED,)))
    (gone,) = underway.dates("2023-01", DeadlineKind.MILESTONE, "2")
    assert gone.state is DeadlineState.CANCELLED
    apply(underway, LIST)
    assert differences(underway, LIST) == []
    assert underway.pending("2023-01")[DeadlineKind.MILESTONE, "3"] == BUILT.due


ALTERED: list[tuple[Ledger, str]] = [
    (with_project(LIST, 1, targets=SCHOOLS.targets[1:]), "第1项“学位”7500个被删去"),
    (
        with_project(LIST, 1, targets=(target("学位", "个", "7000"), SCHOOLS.targets[1])),
        "第1项“学位”7500个 → 7000个",
    ),
    (
        with_project(
            LIST, 2, targets=(replace(SCREENING.targets[0], form=TargetForm.ABOUT, text="300余场"),)
        ),
        "第2项“义诊”300场 → 300余场",
    ),
]


@pytest.mark.parametrize(("ledger", "says"), ALTERED, ids=[says for _, says in ALTERED])
def test_a_promise_that_a_unit_was_given_is_altered_by_decision_only(
    assigned: World, ledger: Ledger, says: str
) -> None:
    with assigned.refuses(
        RevisionRefused, f"{says}.*须有人大决定，请另行办理调整（duban change）"
    ) as desk:
        revise(desk, program_of(desk), ledger, OFFICE)


def test_every_altered_promise_is_named_at_once(assigned: World) -> None:
    altered = with_project(ALTERED[0][0], 2, targets=(target("义诊", "场", "280"),))
    with assigned.refuses(RevisionRefused, "第1项“学位”7500个被删去；第2项“义诊”300场") as desk:
        revise(desk, program_of(desk), altered, OFFICE)


def target_ids(world: World) -> list[int]:
    query = select(Target.id).where(Target.project_id == world.row("2023-01").id)
    with world.database.read() as session:
        return list(session.scalars(query.order_by(Target.position)))


def test_an_item_that_a_unit_was_given_goes_to_another_by_reassignment_only(
    assigned: World,
) -> None:
    told = "第1项“市教育局”→“市卫健局”。请另行办理改派（duban reassign）"
    with pytest.raises(RevisionRefused, match=told):
        apply(assigned, with_project(LIST, 1, lead_units=("市卫健局",)))
    both = with_project(LIST, 1, lead_units=("市教育局", "市卫健局"), support_units=())
    apply(assigned, both)
    assert differences(assigned, both) == []


def test_a_file_from_before_a_reassignment_does_not_take_it_back(assigned: World) -> None:
    with assigned.desk() as desk:
        reassign(desk, find_project(desk, "2023-01"), "市卫健局", OFFICE, "职能划转")
    said = differences(assigned, LIST)
    assert said is not None
    assert not any("牵头单位" in line for line in said)
    apply(assigned, LIST)
    with assigned.desk() as desk:
        project = find_project(desk, "2023-01")
        assert [unit.name for unit in lead_units(desk, project)] == ["市卫健局"]


def test_a_file_from_before_a_reassignment_may_not_even_know_the_unit_of_today(
    assigned: World,
) -> None:
    known = replace(LIST, units=(*LIST.units, LedgerUnit("市文旅局")))
    apply(
        assigned,
        replace(known, posts=(*LIST.posts, post("市文旅局", PostKind.CONTACT, "新任", "科员"))),
    )
    with assigned.desk() as desk:
        reassign(desk, find_project(desk, "2023-01"), "市文旅局", OFFICE, "机构改革")
    apply(assigned, with_project(LIST, 1, remark="另一处改动"))
    with assigned.desk() as desk:
        project = find_project(desk, "2023-01")
        assert [unit.name for unit in lead_units(desk, project)] == ["市文旅局"]
        assert project.remark == "另一处改动"


def test_a_file_that_names_the_unit_of_today_changes_nothing(assigned: World) -> None:
    with assigned.desk() as desk:
        reassign(desk, find_project(desk, "2023-01"), "市卫健局", OFFICE, "职能划转")
    assert differences(assigned, with_project(LIST, 1, lead_units=("市卫健局",))) == []


def test_a_reworded_target_keeps_its_figures(underway: World) -> None:
    with underway.desk() as desk:
        figures(desk, "2023-04", day_values={"学位": 100})
    reworded = replace(SCHOOLS.targets[0], metric="新增公办学位", text="7500个（公办）")
    ledger = with_project(LIST, 1, targets=(reworded, SCHOOLS.targets[1]))
    before = target_ids(underway)
    apply(underway, ledger)
    assert differences(underway, ledger) == []
    assert target_ids(underway) == before


def test_targets_may_change_their_order_and_keep_their_figures(underway: World) -> None:
    with underway.desk() as desk:
        figures(desk, "2023-04", day_values={"学位": 100})
        before = {t.metric: t.id for t in desk.session.scalars(select(Target))}
    turned = with_project(LIST, 1, targets=(target("操场", "个", "2"), *reversed(SCHOOLS.targets)))
    apply(underway, turned)
    assert differences(underway, turned) == []
    with underway.database.read() as session:
        after = {t.metric: t.id for t in session.scalars(select(Target))}
    assert before.items() <= after.items()


def test_a_new_item_is_registered_and_can_be_assigned(assigned: World) -> None:
    fourth = replace(SCREENING, number=4, title="养老")
    apply(assigned, replace(LIST, projects=(*LIST.projects, fourth)))
    with assigned.desk() as desk:
        assignment.assign(desk, [find_project(desk, "2023-04")], OFFICE)
    assert assigned.kinds("2023-04", 99)[0] is EventKind.PROJECT_REGISTERED


def test_a_replaced_contact_may_no_longer_act(assigned: World) -> None:
    apply(assigned, with_post(LIST, CONTACT, holder="纳文", email="na@wz.example"))
    with assigned.refuses(NotAllowed, "不在该事项牵头单位的岗位上") as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT)
    with assigned.desk() as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), "纳文")


def test_a_new_address_takes_the_fault_of_the_old_one_away(assigned: World) -> None:
    assigned.change_person(CONTACT, email_fault="550")
    apply(assigned, with_post(LIST, CONTACT, email="new@wz.example"))
    with assigned.database.read() as session:
        person = session.scalars(select(Person).where(Person.name == CONTACT)).one()
    assert (person.email, person.email_fault) == ("new@wz.example", "")


def test_a_list_without_a_contact_sheet_keeps_the_leaders(registered: World) -> None:
    bare = replace(with_project(LIST, 1, remark="改"), posts=())
    apply(registered, bare)
    assert registered.row("2023-01").leader_post_id is not None


def test_a_leader_that_comes_with_a_later_file_leads_from_then_on(database: Any) -> None:
    world = World(database)
    with world.desk() as desk:
        register(desk, replace(LIST, posts=()), "督查室")
    assert world.row("2023-01").leader_post_id is None
    apply(world, LIST)
    assert world.row("2023-01").leader_post_id is not None


def test_the_date_of_a_closed_item_is_not_moved_by_an_import(underway: World) -> None:
    with underway.desk() as desk:
        figures(desk, "2023-04")
        project = find_project(desk, "2023-01")
        ask_completion(desk, project, CONTACT)
        completing.close(desk, project, seen_by(OFFICE), OFFICE)
    assert differences(underway, LIST) == []
    with underway.refuses(RevisionRefused, "2023-01 已销号.*请办理重新办理") as desk:
        later = with_project(LIST, 1, due=date(2023, 12, 20))
        revise(desk, program_of(desk), later, OFFICE)


def test_a_change_of_one_item_is_told_in_its_own_journal(assigned: World) -> None:
    apply(assigned, with_project(LIST, 1, title="新增公办学位"))
    last = assigned.journal("2023-01")[-1]
    assert (last.kind, last.data["fields"]) == (EventKind.PROJECT_CHANGED, ["项目名称"])
    assert EventKind.PROJECT_CHANGED not in assigned.kinds("2023-02", 99)


def test_units_posts_and_rectifications_are_left_alone(assigned: World) -> None:
    before = assigned.snapshot()
    apply(assigned, with_project(LIST, 1, remark="改"), ASSIGNED_ON)
    after = assigned.snapshot()
    for table in (Post, Person):
        assert after[table.__tablename__] == before[table.__tablename__]
    assert len(after[Project.__tablename__]) == 3
