"""Instructions of leaders become items with a basis, a unit and a limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.desk.people import NotAllowed
from engine.lists.programs import program_of
from engine.lists.registering import register
from engine.rules.instructions import Instruction
from engine.rules.lifecycle import ProjectState
from engine.rules.words import DeadlineKind, ProjectKind, Urgency
from engine.store.event_kinds import EventKind
from engine.store.journal import history, program_chain
from engine.tasks.handing_over import HandingOverRefused
from engine.tasks.instructing import instruct
from tests.engine.builders import CONTACT, LEADER, LIST, OFFICE, SECOND_OFFICER, World, race

DAY = date(2023, 4, 3)
ORDER = Instruction(
    title="协调解决城南片区供水",
    unit="市教育局",
    leader=LEADER,
    given_on=date(2023, 4, 1),
    document="市政府批示件第12号",
    content="请抓紧研究",
)


def due_of(world: World, code: str) -> date:
    return world.pending(code)[DeadlineKind.COMPLETION, ""]


def test_an_instruction_becomes_an_item_that_says_who_asked(assigned: World) -> None:
    with assigned.desk(DAY) as desk:
        (project,) = instruct(desk, [replace(ORDER, due=date(2023, 4, 28))], OFFICE)
        assert project.code == "2023-批1"
    row = assigned.row("2023-批1")
    assert (row.kind, row.state) == (ProjectKind.INSTRUCTION, ProjectState.ASSIGNED)
    assert row.basis == f"{LEADER}2023年4月1日批示（市政府批示件第12号）"
    assert row.leader_post_id == assigned.row("2023-01").leader_post_id
    assert due_of(assigned, "2023-批1") == date(2023, 4, 28)
    assert assigned.mails()[-1][0] == CONTACT
    with assigned.database.read() as session:
        told = history(session, program_chain(row.program_id))[-1]
    assert (told.kind, told.actor) == (EventKind.HANDED_OVER, OFFICE)
    assert (told.data["code"], told.data["due"]) == ("2023-批1", "2023-04-28")


@pytest.mark.parametrize(
    ("urgency", "difficult", "due"),
    [
        (Urgency.CRITICAL, False, date(2023, 4, 4)),
        (Urgency.URGENT, False, date(2023, 4, 10)),  # the 8th is a Saturday
        (Urgency.URGENT, True, date(2023, 4, 10)),
        (Urgency.NORMAL, False, date(2023, 4, 18)),
        (Urgency.NORMAL, True, date(2023, 5, 4)),  # the 3rd is the last day of the holiday
    ],
)
def test_without_a_date_the_urgency_gives_the_limit(
    assigned: World, urgency: Urgency, difficult: bool, due: date
) -> None:
    with assigned.desk(DAY) as desk:
        instruct(desk, [replace(ORDER, urgency=urgency, difficult=difficult)], OFFICE)
    assert due_of(assigned, "2023-批1") == due
    assert assigned.row("2023-批1").urgency is urgency


def test_several_are_handed_over_together_or_not_at_all(assigned: World) -> None:
    second = replace(ORDER, title="校车安全", unit="市卫健局")
    wrong = replace(ORDER, title="", document=" ", unit="市国资委")
    says = "第2件：请写明事项、批示件名称和文号；第2件：通讯录中没有单位“市国资委”"
    with assigned.refuses(HandingOverRefused, says) as desk:
        instruct(desk, [ORDER, wrong], OFFICE)
    with assigned.desk(DAY) as desk:
        opened = instruct(desk, [ORDER, second], OFFICE)
        assert [project.code for project in opened] == ["2023-批1", "2023-批2"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"leader": CONTACT}, f"{CONTACT}不在领导岗位，只能交办通讯录中领导的批示"),
        ({"leader": "王市长"}, "通讯录中没有“王市长”"),
        ({"leader": "", "given_on": None}, "请写明批示领导、批示日期"),
        ({"given_on": date(2023, 4, 4)}, "批示日期2023-04-04还没有到"),
        ({"due": DAY}, "办理时限2023-04-03须晚于今天"),
    ],
)
def test_an_instruction_with_a_fault_is_refused(
    assigned: World, changed: dict[str, object], says: str
) -> None:
    with assigned.refuses(HandingOverRefused, says) as desk:
        instruct(desk, [replace(ORDER, **changed)], OFFICE)  # type: ignore[arg-type]


def test_only_the_office_hands_instructions_over(assigned: World) -> None:
    with assigned.refuses(NotAllowed, "不在督查室岗位") as desk:
        instruct(desk, [ORDER], LEADER)


def test_an_instruction_is_handed_over_once(assigned: World) -> None:
    with assigned.desk(DAY) as desk:
        instruct(desk, [ORDER], OFFICE)
    with assigned.refuses(
        HandingOverRefused, f"已由{OFFICE}于2023-04-03交办，编号2023-批1"
    ) as desk:
        instruct(desk, [ORDER], SECOND_OFFICER)
    with assigned.refuses(HandingOverRefused, "写了不止一次，请只留一件") as desk:
        other = replace(ORDER, title="校车安全")
        instruct(desk, [other, other], OFFICE)
    with assigned.refuses(HandingOverRefused, "没有2022年的清单") as desk:
        instruct(desk, [replace(ORDER, title="校车安全")], OFFICE, year=2022)


def test_of_two_who_hand_over_the_same_one_is_told_and_others_get_their_own_number(
    assigned: World,
) -> None:
    told = race(
        assigned,
        lambda desk: instruct(desk, [ORDER], OFFICE),
        lambda desk: instruct(desk, [ORDER], SECOND_OFFICER),
    )
    assert told.count(None) == 1
    assert "编号2023-批1" in str(next(error for error in told if error))
    others = [replace(ORDER, title=title) for title in ("校车安全", "食堂卫生")]
    told = race(
        assigned,
        lambda desk: instruct(desk, others[:1], OFFICE),
        lambda desk: instruct(desk, others[1:], SECOND_OFFICER),
    )
    assert told == [None, None]
    titles = {assigned.row(code).title for code in ("2023-批2", "2023-批3")}
    assert titles == {"校车安全", "食堂卫生"}


def test_it_goes_with_the_list_of_this_year_even_when_the_next_one_is_there(
    assigned: World,
) -> None:
    following = replace(LIST, title="吴忠市2024年民生实事", year=2024, posts=())
    with assigned.desk(date(2023, 11, 20)) as desk:
        register(desk, following, OFFICE)
    with assigned.desk(date(2023, 12, 1)) as desk:
        assert instruct(desk, [ORDER], OFFICE)[0].code == "2023-批1"
        assert program_of(desk.session, desk.day).year == 2023
    with assigned.desk(date(2024, 1, 2)) as desk:
        given = replace(ORDER, given_on=date(2024, 1, 2))
        assert instruct(desk, [given], OFFICE)[0].code == "2024-批1"
        assert program_of(desk.session, desk.day).year == 2024
