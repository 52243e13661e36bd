"""Inspections at their stages, for tests of what follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.assigning import assignment
from engine.desk.issuing import Desk
from engine.desk.transition import find_project
from engine.inspections.concluding import Attached, Found, conclude
from engine.inspections.inspecting import Group, Plan, find_inspection, open_, plan
from engine.results.completing import close
from engine.rules.evidence import File
from engine.rules.words import InspectionKind
from engine.store.tables import Inspection
from tests.engine.builders import (
    CONTACT,
    OFFICE,
    TODAY,
    World,
    ask_completion,
    program_of,
    seen_by,
)

DUE = date(2023, 4, 28)
PDF = b"%PDF-1.7 measured"
PNG = b"\x89PNG\r\n\x1a\n picture"

FindingSaid = tuple[str, str, date]


def plan_one(desk: Desk, *codes: str, **changed: Any) -> Inspection:
    """An unannounced visit of the day, unless something else is said."""
    said: dict[str, Any] = {
        "kind": InspectionKind.UNANNOUNCED,
        "title": "春季督查",
        "starts_on": desk.day,
        "ends_on": desk.day,
    }
    by = changed.pop("by", OFFICE)
    scope = tuple(find_project(desk, code) for code in codes or ("2023-01", "2023-02"))
    return plan(desk, program_of(desk), Plan(scope=scope, **(said | changed)), by)


def planned(world: World, *codes: str, day: date = TODAY, **changed: Any) -> int:
    with world.desk(day) as desk:
        return plan_one(desk, *codes, **changed).id


def opened(
    world: World,
    *codes: str,
    day: date = TODAY,
    leader: str = "示例组长",
    members: Sequence[str] = (),
    **changed: Any,
) -> int:
    number = planned(world, *codes, day=day, **changed)
    with world.desk(day) as desk:
        group = Group(leader, tuple(members))
        open_(desk, find_inspection(desk.session, number), group, OFFICE)
    return number


def conclude_one(
    desk: Desk,
    number: int,
    *findings: FindingSaid,
    conclusion: str = "总体较好",
    by: str = OFFICE,
    evidence: Sequence[tuple[str, File]] = (),
) -> list[str]:
    """Conclude; returns the codes of the rectifications."""
    found = [Found(find_project(desk, code), text, due) for code, text, due in findings]
    attached = [Attached(find_project(desk, code), file) for code, file in evidence]
    row = find_inspection(desk.session, number)
    return [p.code for p in conclude(desk, row, found, conclusion, by, attached)]


def concluded(
    world: World,
    *findings: FindingSaid,
    codes: Sequence[str] = (),
    day: date = TODAY,
    **changed: Any,
) -> int:
    """An inspection made in one go, as what was done on paper is recorded."""
    number = opened(world, *codes, day=day, **changed)
    with world.desk(day) as desk:
        conclude_one(desk, number, *findings)
    return number


def put_right(world: World, code: str, on: date = date(2023, 4, 20), by: str = CONTACT) -> None:
    """A rectification is signed for, done, and closed."""
    with world.desk(on) as desk:
        assignment.sign_for(desk, find_project(desk, code), by)
    with world.desk(on) as desk:
        ask_completion(desk, find_project(desk, code), by)
    with world.desk(on) as desk:
        close(desk, find_project(desk, code), seen_by(OFFICE), OFFICE)
