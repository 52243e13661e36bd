from __future__ import annotations

import pytest

from engine.assigning import assignment
from engine.dates import suspending
from engine.desk.transition import ProjectChanged, ProjectUnknown, find_project, hold, take_step
from engine.results import completing
from engine.rules.lifecycle import ProjectEvent, ProjectState
from engine.rules.steps import Role, StepFacts, StepRefused
from engine.rules.words import DeadlineKind
from engine.store.event_kinds import EventKind
from tests.engine.builders import (
    CONTACT,
    DEPUTY,
    HEAD,
    OFFICE,
    World,
    ask_completion,
    figures,
    race,
    seen_by,
)


def test_a_project_is_found_by_its_code(registered: World) -> None:
    with registered.desk() as desk:
        assert find_project(desk, "2023-02").title == "义诊进乡村"
    with registered.refuses(ProjectUnknown, "没有编号为“2023-77”的事项，请用 duban list") as desk:
        find_project(desk, "2023-77")


def test_a_step_counts_the_version_up_and_is_told_in_the_journal(registered: World) -> None:
    with registered.desk() as desk:
        project = find_project(desk, "2023-01")
        take_step(desk, project, ProjectEvent.ASSIGN, Role.OFFICE, OFFICE, StepFacts(reason="急"))
        assert (project.state, project.version) == (ProjectState.ASSIGNED, 2)
    last = registered.journal("2023-01")[-1]
    assert (last.kind, last.actor) == (EventKind.ASSIGNED, OFFICE)
    assert last.data == {"from": "registered", "to": "assigned", "reason": "急"}


def test_a_step_of_the_wrong_state_or_role_leaves_nothing_behind(registered: World) -> None:
    with registered.refuses(StepRefused, "事项处于“已立项”，不能签收") as desk:
        project = find_project(desk, "2023-01")
        take_step(desk, project, ProjectEvent.SIGN_FOR, Role.UNIT, CONTACT, StepFacts())
    with registered.refuses(StepRefused, "交办须由督查室办理，责任单位无权办理") as desk:
        project = find_project(desk, "2023-01")
        take_step(desk, project, ProjectEvent.ASSIGN, Role.UNIT, CONTACT, StepFacts())


def test_who_acts_on_what_has_changed_is_told_who_did_what(assigned: World) -> None:
    seen = assigned.row("2023-01")
    with assigned.desk() as desk:
        assignment.sign_for(desk, find_project(desk, "2023-01"), HEAD)
    told = f"2023-01 刚刚由{HEAD}办理了签收，现在为“推进中”，请查看后再办理"
    with assigned.refuses(ProjectChanged, told) as desk:
        assignment.send_back(desk, desk.session.merge(seen, load=False), CONTACT, "非本单位职责")
    with assigned.refuses(ProjectChanged, told) as desk:
        hold(desk, desk.session.merge(seen, load=False))


RACES = {
    "signing for and returning": (
        lambda desk: assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT),
        lambda desk: assignment.send_back(desk, find_project(desk, "2023-01"), HEAD, "不属本局"),
    ),
    "signing for twice": (
        lambda desk: assignment.sign_for(desk, find_project(desk, "2023-01"), CONTACT),
        lambda desk: assignment.sign_for(desk, find_project(desk, "2023-01"), DEPUTY),
    ),
}


@pytest.mark.parametrize("pair", RACES.values(), ids=RACES.keys())
def test_of_two_at_the_same_moment_one_wins_and_the_other_is_told(
    assigned: World, pair: tuple
) -> None:
    told = race(assigned, *pair)
    (loser,) = [error for error in told if error is not None]
    assert isinstance(loser, (ProjectChanged, StepRefused))
    steps = (EventKind.SIGNED_FOR, EventKind.RETURNED)
    assert sum(event.kind in steps for event in assigned.journal("2023-01")) == 1
    assert assigned.row("2023-01").version == 3


def test_of_a_closure_and_a_return_at_the_same_moment_one_wins(underway: World) -> None:
    with underway.desk() as desk:
        figures(desk, "2023-04")
        ask_completion(desk, find_project(desk, "2023-01"), CONTACT)
    told = race(
        underway,
        lambda desk: completing.close(desk, find_project(desk, "2023-01"), seen_by(OFFICE), OFFICE),
        lambda desk: completing.send_back(desk, find_project(desk, "2023-01"), OFFICE, "缺验收"),
    )
    assert told.count(None) == 1
    closed = underway.row("2023-01").state is ProjectState.CLOSED
    assert closed == (told[0] is None)
    assert ((DeadlineKind.COMPLETION, "") in underway.pending("2023-01")) != closed
    underway.journal("2023-01")


def test_of_a_suspension_and_a_report_neither_is_lost_half(underway: World) -> None:
    told = race(
        underway,
        lambda desk: suspending.suspend(desk, find_project(desk, "2023-01"), OFFICE, "洪水"),
        lambda desk: figures(desk, "2023-04"),
    )
    assert told[0] is None
    kinds = [event.kind for event in underway.journal("2023-01")]
    assert (EventKind.REPORT_SUBMITTED in kinds) == (told[1] is None)
    if told[1] is None:
        assert kinds.index(EventKind.REPORT_SUBMITTED) < kinds.index(EventKind.SUSPENDED)
