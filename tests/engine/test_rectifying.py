from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.desk.people import NotAllowed
from engine.desk.transition import find_project
from engine.inspections.inspected import inspection_card
from engine.inspections.rectifying import RecheckRefused, recheck
from engine.results.completing import close
from engine.rules.evidence import File
from engine.rules.inspections import FindingState
from engine.rules.lifecycle import ProjectState
from engine.rules.words import DeadlineKind, Light
from engine.store.event_kinds import EventKind
from tests.engine.builders import (
    CONTACT,
    HEAD,
    OFFICE,
    SECOND_OFFICER,
    World,
    ask_completion,
    race,
    seen_by,
)
from tests.engine.inspections import DUE, PNG, concluded, put_right

CODE = "2023-01-改1"
LATER, NEW_DUE = date(2023, 5, 15), date(2023, 6, 9)


@pytest.fixture
def closed(underway: World) -> World:
    """One finding, put right and closed."""
    concluded(underway, ("2023-01", "围挡缺失", DUE))
    put_right(underway, CODE)
    return underway


def look(desk, code: str = CODE, **changed: Any) -> None:
    said: dict[str, Any] = {"passed": True, "text": "围挡齐全"}
    by = changed.pop("by", OFFICE)
    recheck(desk, find_project(desk, code), by, **(said | changed))


def finding(world: World):
    with world.database.read() as session:
        (only,) = inspection_card(session, 1).findings
        return only


def test_a_recheck_that_passes_is_kept_with_its_evidence(closed: World) -> None:
    with closed.desk(LATER) as desk:
        look(desk, evidence=[File("复查.png", PNG)])
    assert finding(closed).state is FindingState.CONFIRMED
    assert finding(closed).recheck == "围挡齐全"
    assert closed.kinds(CODE, 2) == [EventKind.EVIDENCE_ADDED, EventKind.RECHECKED]
    with closed.database.read() as session:
        (kept,) = inspection_card(session, 1).evidence
    assert (kept.code, kept.name) == (CODE, "复查.png")


def test_a_recheck_that_fails_opens_the_rectification_again(closed: World) -> None:
    with closed.desk(LATER) as desk:
        look(desk, passed=False, text="围挡又缺", due=NEW_DUE)
    row = closed.row(CODE)
    assert (row.state, row.light) == (ProjectState.UNDERWAY, Light.YELLOW)
    old, new = closed.dates(CODE, DeadlineKind.RECTIFICATION)
    assert (new.due, new.original_due, old.due) == (NEW_DUE, DUE, DUE)
    assert finding(closed).state is FindingState.REOPENED
    kinds = closed.kinds(CODE, 99)
    assert kinds.index(EventKind.RECHECKED) < kinds.index(EventKind.REOPENED)


def test_a_rectification_that_failed_once_is_closed_again_and_rechecked_again(
    closed: World,
) -> None:
    with closed.desk(LATER) as desk:
        look(desk, passed=False, text="围挡又缺", due=NEW_DUE)
    again = date(2023, 6, 5)
    with closed.desk(again) as desk:
        ask_completion(desk, find_project(desk, CODE), CONTACT)
        close(desk, find_project(desk, CODE), seen_by(OFFICE), OFFICE)
    assert finding(closed).state is FindingState.CLOSED
    with closed.desk(date(2023, 6, 20)) as desk:
        look(desk)
    assert finding(closed).state is FindingState.CONFIRMED


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"text": " "}, "须写明复查情况"),
    ({"passed": False}, "复查不合格的须写明新的整改时限"),
    ({"due": NEW_DUE}, "复查合格的不写新的整改时限"),
    ({"passed": False, "due": LATER}, "新的整改时限2023年5月15日须晚于今天"),
    ({"text": "", "passed": False}, "须写明复查情况；复查不合格的须写明新的整改时限"),
    ({"evidence": [File("a.txt", b"text")]}, "“a.txt”的内容不是可接受的文件"),
    ({"code": "2023-01"}, "2023-01 不是督查中发现的限期整改"),
]


@pytest.mark.parametrize(("changed", "says"), FAULTS)
def test_an_incomplete_recheck_is_refused(closed: World, changed: dict[str, Any], says: str):
    with closed.refuses(RecheckRefused, says, LATER) as desk:
        look(desk, **changed)


def test_only_what_is_closed_is_rechecked_and_only_by_the_office(underway: World) -> None:
    concluded(underway, ("2023-01", "围挡缺失", DUE))
    with underway.refuses(RecheckRefused, "处于“已交办”，销号之后才能复查", LATER) as desk:
        look(desk)
    with underway.refuses(NotAllowed, f"{HEAD}不在督查室岗位", LATER) as desk:
        look(desk, by=HEAD)


def test_of_two_who_recheck_at_once_one_wins_and_the_other_is_told(closed: World) -> None:
    said = race(
        closed,
        lambda desk: look(desk),
        lambda desk: look(desk, passed=False, text="仍缺", due=NEW_DUE, by=SECOND_OFFICER),
        day=LATER,
    )
    (refusal,) = [error for error in said if error]
    winner = SECOND_OFFICER if said[0] else OFFICE
    assert winner in str(refusal)
