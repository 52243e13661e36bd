"""A made-up list of any length and how its units go about it: by a seed, so that a year of it is
the same each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from config.scenario import Desk, ExtensionPlan, Found, Habits, InspectionPlan, Scenario, Work
from engine.ledger.values import (
    Ledger,
    LedgerMilestone,
    LedgerPost,
    LedgerProject,
    LedgerTarget,
    LedgerUnit,
    UnitKind,
)
from engine.rules.targets import TargetForm
from engine.rules.words import DeadlineKind, InspectionKind, PostKind, Urgency

GOVERNMENT, OFFICE_UNIT = "市政府", "督查室"
OFFICE, SIGNER = "督查员", "秘书长"
LEADERS = 10
PER_UNIT = 20
FIRST, LAST = date(2023, 1, 3), date(2023, 12, 29)
MONTHS = tuple(f"2023-{month:02d}" for month in range(1, 13))
SEED = 2023
DAY = timedelta(days=1)


def a_list(projects: int, given: date = FIRST) -> Ledger:
    """So many projects, shared out over units in turn, every fifth led by two; most are due in
    the months after they are ``given``, some late in the year."""
    random, units = Random(SEED), _units(projects)
    return Ledger(
        title="2023年民生实事",
        year=2023,
        issuer=GOVERNMENT,
        basis="市政府常务会议纪要〔2023〕1号",
        document="市政府常务会议纪要〔2023〕1号",
        approver="市政府常务会议",
        approved_on=given,
        projects=tuple(_project(number, units, given, random) for number in range(1, projects + 1)),
        units=(
            LedgerUnit(GOVERNMENT, UnitKind.GOVERNMENT),
            LedgerUnit(OFFICE_UNIT, UnitKind.SUPERVISION_OFFICE),
            *(LedgerUnit(name) for name in units),
        ),
        posts=tuple(_posts(units)),
    )


def a_year(ledger: Ledger, first: date = FIRST, last: date = LAST) -> Scenario:
    """How its units and its office behave from day to day: most as they should, some late or
    silent, some behind, some never answering; some ask for time, some are inspected."""
    random = Random(SEED + 1)
    work = tuple(_work(project, first, random) for project in ledger.projects)
    on_time = [p for p, done in zip(ledger.projects, work, strict=True) if not done.completed_on]
    return Scenario(
        title="合成清单",
        ledger="",
        policy="default",
        calendar=("national",),
        first=first,
        last=last,
        registered_on=first + DAY,
        assigned_on=first + 2 * DAY,
        office=OFFICE,
        verify_after=2,
        desk=Desk(signer=SIGNER, after=2, basis="市长批示"),
        work=work,
        extensions=tuple(_extensions(on_time, first, random)),
        inspections=tuple(_inspections(on_time, first)),
    )


def _units(projects: int) -> list[str]:
    return [f"单位{number}" for number in range(1, -(-projects // PER_UNIT) + 1)]


def _posts(units: list[str]) -> Iterator[LedgerPost]:
    for number in range(1, LEADERS + 1):
        title, mail = f"副市长{number}", f"leader{number}@town.example"
        yield LedgerPost(GOVERNMENT, PostKind.LEADER, f"领导{number}", title, mail)
    yield LedgerPost(GOVERNMENT, PostKind.SIGNER, SIGNER, SIGNER, "s@town.example", may_sign=True)
    yield LedgerPost(OFFICE_UNIT, PostKind.OFFICE, OFFICE, OFFICE, "office@town.example")
    for number, unit in enumerate(units, 1):
        mail = f"u{number}@town.example"
        yield LedgerPost(unit, PostKind.CONTACT, f"联系人{number}", "联系人", mail)
        if number % 7:  # in every seventh unit there is nobody above the contact
            yield LedgerPost(unit, PostKind.UNIT_HEAD, f"负责人{number}", "局长", f"head-{mail}")


def _project(number: int, units: list[str], given: date, random: Random) -> LedgerProject:
    due = given + (12 + int(random.random() ** 2 * 320)) * DAY
    mine, other = units[(number - 1) % len(units)], random.choice(units)
    further = (other,) if number % 5 == 0 and other != mine else ()
    return LedgerProject(
        number=number,
        field=f"第{number % 10 + 1}类实事",
        title=f"老旧小区改造（第{number}片区）",
        content="改造供水、供热管网和道路，完善停车、照明、适老设施",
        lead_units=(mine, *further),
        support_units=(),
        sponsor=f"领导{number % LEADERS + 1}",
        due=due,
        targets=(LedgerTarget("改造户数", "户", TargetForm.AT_LEAST, Decimal(1000), "1000户"),),
        milestones=(
            LedgerMilestone("开工", given + (due - given) // 3, Decimal(30)),
            LedgerMilestone("过半", given + (due - given) * 2 // 3, Decimal(65)),
        ),
        urgency=Urgency.CRITICAL if number % 50 == 0 else Urgency.NORMAL,
    )


def _work(project: LedgerProject, first: date, random: Random) -> Work:
    said: dict[str, Any] = {"number": project.number, "habits": _habits(random)}
    kind, month, days = random.random(), random.randrange(len(MONTHS) - 3), random.randrange(100)
    if kind < 0.05:
        said["silent"] = MONTHS[month : month + 2]
    elif kind < 0.15:
        said["behind"] = dict.fromkeys(MONTHS[month : month + 3], Decimal(10 + days // 4))
    elif kind < 0.20:
        said["steps"] = {1: project.milestones[0].due + days // 5 * DAY}
    elif kind < 0.25:
        said["completed_on"] = project.due + (2 + days // 4) * DAY
    elif kind < 0.75:
        said["completed_on"] = first + (project.due - first) * (50 + days // 2) // 100
    return Work(**said)


def _habits(random: Random) -> Habits:
    return Habits(
        sign_for_after=random.choice((1, 1, 1, 1, 1, 1, 1, 1, 2, 4)),
        report_day=random.choice((23, 24, 24, 24, 24, 24, 24, 24, 25, 27)),
        answer_after=random.choice((1, 2, 2, 2, 2, 3, 5, None)),
        plan_after=random.choice((5, 5, 5, 5, 8, 12)),
    )


def _extensions(
    projects: Sequence[LedgerProject], first: date, random: Random
) -> Iterator[ExtensionPlan]:
    """Every fifteenth asks for three weeks more; of three one is refused."""
    for project in projects[::15]:
        day = project.due - random.randrange(10, 20) * DAY
        if day > first + 10 * DAY:
            yield ExtensionPlan(
                on=day,
                project=project.number,
                kind=DeadlineKind.COMPLETION,
                to=project.due + 20 * DAY,
                reason=f"第{project.number}片区征地推迟",  # by which it is found again
                progress="过半",
                approve=project.number % 3 != 0,
                decision="按程序办理",
            )


def _inspections(projects: Sequence[LedgerProject], first: date) -> Iterator[InspectionPlan]:
    """Every twentieth is visited once, and has to put something right, in time or late."""
    day = first + 20 * DAY
    for place, project in enumerate(projects[7::20]):
        if project.due > day + 20 * DAY:
            put_right = Found(
                project=project.number,
                text="现场无人施工",
                due=day + 10 * DAY,
                done_on=day + (8 + 10 * (place % 2)) * DAY,
            )
            yield InspectionPlan(
                on=day,
                kind=InspectionKind.ON_SITE,
                title=f"第{place + 1}次督查",
                leader=OFFICE,
                visited=(project.number,),
                findings=(put_right,),
                conclusion="限期整改",
            )
