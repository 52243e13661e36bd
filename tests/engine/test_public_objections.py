from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.desk.issuing import Desk
from engine.desk.people import NotAllowed
from engine.desk.transition import find_project
from engine.errors import DubanError
from engine.publicity.objection_list import (
    objection_lines,
    open_objections,
    overdue_objections,
)
from engine.publicity.objections import (
    Objector,
    PublicObjectionRefused,
    handle,
    receive,
)
from engine.publicity.publishing import PublicationRefused, kept_state, latest, publish
from engine.rules.public_objections import TEXT_LENGTH, PublicObjectionEvent, PublicObjectionState
from engine.rules.steps import StepRefused
from engine.store.event_kinds import EventKind
from engine.store.tables import PublicObjection
from tests.engine.builders import (
    CONTACT,
    OFFICE,
    SECOND_OFFICER,
    World,
    figures,
    program_of,
    race,
)

PUBLISHED, LAST_DAY, LATE, LATER = (
    date(2023, 4, 10),
    date(2023, 4, 17),
    date(2023, 4, 18),
    date(2023, 4, 20),
)
UPHOLD, ANSWER, DECLINE = PublicObjectionEvent
SAID = Objector("丁先生", "13900000000", "北街幼儿园还没有动工", LAST_DAY)


@pytest.fixture
def public(underway: World) -> World:
    """The list is published, with figures on the first item."""
    with underway.desk(PUBLISHED) as desk:
        figures(desk, "2023-04", day_values={"学位": 2500, "幼儿园": 2})
        publish(desk, program_of(desk), OFFICE)
    return underway


def enter(world: World, said: Objector = SAID, day: date = LATER, by: str = OFFICE) -> int:
    with world.desk(day) as desk:
        return receive(desk, find_project(desk, "2023-01"), said, by).id


def corrected(world: World, day: date = LATER) -> None:
    """The unit puts its figures right."""
    with world.desk(day) as desk:
        figures(desk, "2023-04", day_values={"学位": 1200, "幼儿园": 1})


def said(**changed: Any) -> Objector:
    return replace(Objector("丁先生", "1", "不实", LAST_DAY), **changed)


def row(world: World, number: int) -> PublicObjection:
    with world.database.read() as session:
        return session.get_one(PublicObjection, number)


def test_an_objection_within_the_limit_is_received_and_its_clock_runs_from_the_day_it_came_in(
    public: World,
) -> None:
    kept = row(public, enter(public))
    assert (kept.state, kept.received_by) == (PublicObjectionState.RECEIVED, OFFICE)
    assert kept.handle_by == date(2023, 5, 9)  # 15 working days, the holidays of May left out


def test_the_journal_does_not_tell_who_objected_nor_what_they_wrote(public: World) -> None:
    enter(public)
    event = public.journal("2023-01")[-1]
    assert event.kind is EventKind.PUBLIC_OBJECTION_RECEIVED
    told = str(event)
    assert [w for w in (SAID.name, SAID.contact, SAID.text) if w in told] == []


def test_a_late_objection_is_recorded_and_declined_with_the_reason(public: World) -> None:
    kept = row(public, enter(public, said(on=LATE)))
    assert kept.state is PublicObjectionState.NOT_ACCEPTED
    assert kept.finding == "异议期至2023年4月17日止，2023年4月18日收到，已过异议期"
    assert public.kinds("2023-01", 2) == [
        EventKind.PUBLIC_OBJECTION_RECEIVED,
        EventKind.PUBLIC_OBJECTION_HANDLED,
    ]


def test_all_that_is_wrong_with_an_objection_is_told_at_once(public: World) -> None:
    wrong = said(on=date(2023, 4, 21), name=" ", text="长" * (TEXT_LENGTH + 1))
    says = "晚于今天；请写明异议人；异议内容有2001个字，最多2000个字"
    with public.refuses(PublicObjectionRefused, says, LATER) as desk:
        receive(desk, find_project(desk, "2023-01"), wrong, OFFICE)


def test_what_was_not_published_yet_cannot_be_objected_to(public: World) -> None:
    with public.refuses(PublicObjectionRefused, "2023年4月9日以前没有公示过", LATER) as desk:
        receive(desk, find_project(desk, "2023-01"), said(on=date(2023, 4, 9)), OFFICE)


def test_only_the_office_enters_and_handles_objections(public: World) -> None:
    number = enter(public)
    with public.refuses(NotAllowed, "不在督查室岗位", LATER) as desk:
        receive(desk, find_project(desk, "2023-02"), SAID, CONTACT)
    with public.refuses(NotAllowed, "不在督查室岗位", LATER) as desk:
        handle(desk, number, ANSWER, "已核实", CONTACT)


def test_the_same_letter_entered_twice_is_refused_and_names_who_entered_it(public: World) -> None:
    enter(public)
    with public.refuses(PublicObjectionRefused, f"{OFFICE}已登记同一异议，异议号", LATER) as desk:
        receive(desk, find_project(desk, "2023-01"), SAID, SECOND_OFFICER)


def test_an_objection_that_is_not_right_is_answered_and_nothing_is_published(
    public: World,
) -> None:
    number = enter(public)
    with public.desk(LATER) as desk:
        before = latest(desk.session, program_of(desk))
        handle(desk, number, ANSWER, "经现场核实，北街幼儿园3月28日已开工", OFFICE)
        assert latest(desk.session, program_of(desk)) is before
    assert row(public, number).state is PublicObjectionState.ANSWERED
    assert public.kinds("2023-01", 1) == [EventKind.PUBLIC_OBJECTION_HANDLED]


def test_one_that_is_right_is_put_right_by_a_publication_that_says_so(public: World) -> None:
    number = enter(public)
    corrected(public)
    with public.desk(LATER) as desk:
        handle(desk, number, UPHOLD, "北街幼儿园未开工，已更正为开工1所", OFFICE)
    with public.desk(LATER) as desk:
        last = latest(desk.session, program_of(desk))
        assert last is not None
        state = kept_state(last)
    assert last.key.endswith(":2023-04:2")
    assert [(c.objection, c.code) for c in state.corrections] == [(number, "2023-01")]
    assert [c.code for c in state.changed] == ["2023-01"]
    shown = state.project("2023-01")
    assert shown is not None
    assert shown.targets[1].result == "完成1所，为承诺的16.7%"
    assert last.object_by == date(2023, 4, 27)


def test_nothing_is_found_right_before_the_figures_are_corrected(public: World) -> None:
    number = enter(public)
    with public.refuses(PublicationRefused, "还没有更正。请先由责任单位更正填报", LATER) as desk:
        handle(desk, number, UPHOLD, "属实", OFFICE)


def test_a_finding_is_wanted_and_names_nobody(public: World) -> None:
    number = enter(public)
    with public.refuses(StepRefused, "请写明理由", LATER) as desk:
        handle(desk, number, ANSWER, " ", OFFICE)
    says = "写有“丁先生”.*写有“13900000000”.*写有“马晓明”.*请不要写人名"
    words = "丁先生（13900000000）所说不实，马晓明已说明"
    with public.refuses(PublicObjectionRefused, says, LATER) as desk:
        handle(desk, number, ANSWER, words, OFFICE)


def test_what_was_handled_is_not_handled_again_and_names_who_did(public: World) -> None:
    number = enter(public)
    with public.desk(LATER) as desk:
        handle(desk, number, DECLINE, "不属于公示内容", SECOND_OFFICER)
    says = f"异议 {number} 已由{SECOND_OFFICER}办理：不予受理"
    with public.refuses(PublicObjectionRefused, says, LATER) as desk:
        handle(desk, number, ANSWER, "已核实", OFFICE)
    with public.refuses(PublicObjectionRefused, "没有异议 999", LATER) as desk:
        handle(desk, 999, ANSWER, "已核实", OFFICE)


def losers(told: list[DubanError | None]) -> list[str]:
    return [str(error) for error in told if error is not None]


def test_of_two_who_handle_an_objection_at_once_one_does_and_the_other_is_told_who(
    public: World,
) -> None:
    number = enter(public)

    def verb(by: str) -> Callable[[Desk], object]:
        return lambda desk: handle(desk, number, ANSWER, "已核实", by)

    told = losers(race(public, verb(OFFICE), verb(SECOND_OFFICER), day=LATER))
    assert len(told) == 1
    assert f"已由{row(public, number).handled_by}办理" in told[0]


def test_of_two_who_enter_the_same_letter_at_once_one_does(public: World) -> None:
    def verb(by: str) -> Callable[[Desk], object]:
        return lambda desk: receive(desk, find_project(desk, "2023-01"), SAID, by)

    told = losers(race(public, verb(OFFICE), verb(SECOND_OFFICER), day=LATER))
    assert len(told) == 1
    assert "已登记同一异议" in told[0]


def test_the_office_sees_what_waits_and_what_is_overdue(public: World) -> None:
    first, _ = enter(public), enter(public, said(on=LATE))
    with public.database.read() as session:
        (waiting,) = open_objections(session)
        assert len(objection_lines(session)) == 2
    assert waiting.number == first
    assert waiting.left(date(2023, 5, 9)) == "应于2023年5月9日前办结"
    assert waiting.left(date(2023, 5, 11)) == "应于2023年5月9日前办结，已逾期2天"


def test_an_overdue_objection_is_told_by_program_for_the_weekly_list(public: World) -> None:
    number, program_id = enter(public), public.program().id
    with public.database.read() as session:
        assert overdue_objections(session, [program_id], date(2023, 5, 9)) == {}
        assert overdue_objections(session, [program_id + 1], date(2023, 5, 10)) == {}
        found = overdue_objections(session, [program_id], date(2023, 5, 10))
    assert found == {
        program_id: [
            {
                "number": str(number),
                "code": "2023-01",
                "title": "新增学位",
                "unit": "市教育局",
                "text": "应于2023年5月9日前办结，已逾期1天",
            }
        ]
    }
