from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.dates.changing import Alteration, ChangeRefused, change
from engine.dates.suspending import suspend
from engine.desk.people import NotAllowed
from engine.desk.transition import ProjectChanged, find_project
from engine.lists.registering import compare
from engine.lists.revising import RevisionRefused, revise
from engine.rules.changes import ChangeKind, Decision
from engine.rules.targets import TargetForm
from engine.store.event_kinds import EventKind
from engine.store.tables import Change, Deadline, Target
from tests.engine.builders import (
    LEADER,
    LIST,
    OFFICE,
    SCHOOLS,
    TODAY,
    World,
    bound_dates,
    program_of,
    race,
    target,
    with_project,
)

DECISION = Decision("市人大常委会", "吴人发〔2023〕5号", date(2023, 3, 30))
FEWER = Alteration(ChangeKind.TARGET, "7000个", "生源减少", "学位")


def alter(desk: Any, code: str = "2023-01", by: str = LEADER, **changed: Any) -> Change:
    alteration = replace(FEWER, **changed)
    return change(desk, find_project(desk, code), alteration, DECISION, by)


def targets(world: World) -> dict[str, tuple[Decimal, TargetForm, str]]:
    with world.database.read() as session:
        rows = session.scalars(select(Target).where(Target.project_id == world.row("2023-01").id))
        return {row.metric: (row.planned, row.form, row.text) for row in rows}


def test_a_changed_target_keeps_what_it_was_and_who_decided(underway: World) -> None:
    with underway.desk() as desk:
        alter(desk)
    at_least = TargetForm.AT_LEAST
    assert targets(underway)["学位"] == (Decimal(7000), at_least, "7000个")
    assert targets(underway)["幼儿园"] == (Decimal(6), at_least, "6所")
    with underway.database.read() as session:
        row = session.scalars(select(Change)).one()
    assert (row.subject, row.before, row.after) == ("学位（个）", "7500个", "7000个")
    last = underway.journal("2023-01")[-1]
    assert (last.kind, last.actor) == (EventKind.CHANGED, LEADER)
    assert last.data == {
        "what": "target",
        "subject": "学位（个）",
        "before": "7500个",
        "after": "7000个",
        "reason": "生源减少",
        "body": "市人大常委会",
        "document": "吴人发〔2023〕5号",
        "decided_on": "2023-03-30",
    }


def test_a_bare_figure_is_in_the_unit_of_the_target(underway: World) -> None:
    with underway.desk() as desk:
        alter(desk, to="7,000")
    assert targets(underway)["学位"][2] == "7,000个"


def test_a_rounded_figure_is_another_promise(underway: World) -> None:
    with underway.desk() as desk:
        alter(desk, to="7500余个")
    assert targets(underway)["学位"] == (Decimal(7500), TargetForm.ABOUT, "7500余个")


def test_changed_content_keeps_what_it_was(underway: World) -> None:
    with underway.desk() as desk:
        row = alter(desk, what=ChangeKind.CONTENT, metric="", to="新建公办幼儿园，新增学位7500个")
        assert row.before == SCHOOLS.content
    assert underway.row("2023-01").content == "新建公办幼儿园，新增学位7500个"


def test_all_dates_are_looked_at_again_the_same_day(underway: World) -> None:
    with underway.desk() as desk:
        desk.session.execute(update(Deadline).values(next_check_on=None))
    with underway.desk() as desk:
        alter(desk)
        rows = bound_dates(desk, find_project(desk, "2023-01"))
        assert {row.next_check_on for row in rows} == {TODAY}


def test_a_suspended_item_can_be_changed(underway: World) -> None:
    with underway.desk() as desk:
        suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水")
        alter(desk)
    assert targets(underway)["学位"][0] == 7000


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"metric": "公路"}, "没有指标“公路”，该事项的指标有：学位（个）、幼儿园（所）"),
    ({"to": "7500个"}, "“学位”已是7500个，没有变化"),
    ({"to": "若干"}, "读不懂，请写成“7000个”这样的数量"),
    ({"to": "7000所"}, "“7000所”须是一个以“个”为单位的数量"),
    ({"to": " ", "reason": ""}, "请写明调整后的内容、理由"),
    ({"what": ChangeKind.CONTENT, "to": SCHOOLS.content}, "与原内容相同"),
]


@pytest.mark.parametrize(("changed", "says"), FAULTS, ids=[says[:12] for _, says in FAULTS])
def test_a_change_with_a_fault_is_refused(
    underway: World, changed: dict[str, Any], says: str
) -> None:
    with underway.refuses(ChangeRefused, says) as desk:
        alter(desk, **changed)


def test_everything_that_is_missing_is_told_at_once(underway: World) -> None:
    says = "没有指标“路”.*请写明理由；请写明决定机关、决定文号；决定日期2023年4月4日晚于今天"
    nothing = Decision("", " ", date(2023, 4, 4))
    with underway.refuses(ChangeRefused, says) as desk:
        alteration = Alteration(ChangeKind.TARGET, "7000个", "", "路")
        change(desk, find_project(desk, "2023-01"), alteration, nothing, LEADER)


def test_only_a_leader_changes_a_promise_and_only_one_under_way(underway: World) -> None:
    with underway.refuses(NotAllowed, f"{OFFICE}不在领导岗位") as desk:
        alter(desk, by=OFFICE)


def test_before_assignment_the_list_itself_is_corrected(registered: World) -> None:
    with registered.refuses(ChangeRefused, "尚未交办，请直接修改清单重新导入") as desk:
        alter(desk)


def test_of_two_changes_at_once_one_is_made_and_the_other_told(underway: World) -> None:
    seen = underway.row("2023-01")

    def verb(to: str):
        def carry_out(desk: Any) -> None:
            project = desk.session.merge(seen, load=False)
            change(desk, project, replace(FEWER, to=to), DECISION, LEADER)

        return carry_out

    told = race(underway, verb("7000个"), verb("6000个"))
    assert told.count(None) == 1
    (error,) = (error for error in told if error)
    assert isinstance(error, ProjectChanged)
    assert f"刚刚由{LEADER}办理了目标调整" in str(error)


def test_the_file_from_before_the_decision_does_not_take_it_back(underway: World) -> None:
    with underway.desk() as desk:
        alter(desk)
        alter(desk, what=ChangeKind.CONTENT, metric="", to="新建公办幼儿园")
    with underway.database.read() as session:
        assert compare(session, LIST) == []
    with underway.desk() as desk:
        revise(desk, program_of(desk), with_project(LIST, 1, remark="只改备注"), OFFICE)
    assert targets(underway)["学位"][0] == 7000
    assert underway.row("2023-01").content == "新建公办幼儿园"


def test_a_file_brought_up_to_the_decision_changes_nothing_more(underway: World) -> None:
    with underway.desk() as desk:
        alter(desk)
    updated = with_project(LIST, 1, targets=(target("学位", "个", "7000"), SCHOOLS.targets[1]))
    with underway.database.read() as session:
        assert compare(session, updated) == []
    other = with_project(LIST, 1, targets=(target("学位", "个", "6500"), SCHOOLS.targets[1]))
    with underway.refuses(RevisionRefused, "“学位”7000个 → 6500个") as desk:
        revise(desk, program_of(desk), other, OFFICE)
