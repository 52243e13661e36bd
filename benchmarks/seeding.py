"""A store with many projects in mid-year, filled in sets; every twelfth has something due today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from shutil import copyfile
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from config.calendar_loader import load_calendar
from config.policy_loader import load_policy
from engine.rules.lifecycle import ProjectState
from engine.rules.rulebook import Rulebook
from engine.rules.targets import TargetForm
from engine.rules.words import (
    DeadlineKind,
    DeadlineState,
    Light,
    PostKind,
    ProjectKind,
    Reason,
    Urgency,
)
from engine.rules.zone import ZONE
from engine.store.database import Database
from engine.store.event_kinds import EventKind
from engine.store.journal import Event, append, project_chain
from engine.store.rulebooks import adopt
from engine.store.schema import upgrade
from engine.store.tables import (
    Base,
    Batch,
    Deadline,
    LightRecord,
    Milestone,
    Person,
    Post,
    Program,
    ProgressReport,
    Project,
    ReportedValue,
    Target,
    Unit,
)

DAY = date(2023, 6, 15)
"""The Thursday of the daily sweep. On the days before it nothing is due."""

REMINDED, CHASED, LATER = date(2023, 6, 27), date(2023, 6, 14), date(2023, 6, 30)
"""When the second step is due: seven working days ahead, a day past, or not to be looked at."""

EVERY = 12
PER_UNIT = 25
LEADERS = 10
CHUNK = 1000
PLAN = (
    (date(2023, 3, 31), "20"),
    (LATER, "50"),
    (date(2023, 9, 28), "80"),
    (date(2023, 11, 24), "100"),
)

Rows = dict[type[Base], list[dict[str, Any]]]


def at(day: date, local: time = time(8, 30)) -> datetime:
    """A local moment as the store keeps it."""
    return datetime.combine(day, local, ZONE).astimezone(UTC)


@cache
def rulebook() -> Rulebook:
    """The shipped policy under the national calendar."""
    return Rulebook(load_policy("default"), load_calendar(["national"]))


def seeded(folder: Path, projects: int) -> Path:
    """A store with so many projects; made once in a folder, to be copied by those who write."""
    path = folder / f"{projects}.db"
    if not path.exists():
        database = Database(f"sqlite:///{path}")
        upgrade(database)
        fill(database, projects)
        database.close()
    return path


def copied(original: Path, name: str) -> Path:
    """A fresh copy of a store."""
    path = original.with_name(f"{name}.db")
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    copyfile(original, path)
    return path


def fill(database: Database, projects: int) -> None:
    """Write so many projects, with all that belongs to them, into a store with tables."""
    with database.begin() as session:
        adopt(session, rulebook(), at(date(2023, 1, 3)))
        _insert(session.connection(), _people(projects))
    for first in range(1, projects + 1, CHUNK):
        numbers = range(first, min(first + CHUNK, projects + 1))
        with database.begin() as session:
            _insert(session.connection(), _batch(numbers))
            begin_journal(session, numbers)


def begin_journal(session: Session, numbers: Iterable[int]) -> None:
    """The event with which the history of each item begins."""
    begun = at(date(2023, 1, 3))
    kind = EventKind.PROJECT_REGISTERED
    append(session, [Event(project_chain(n), kind, begun, "督查室", {"n": n}) for n in numbers])


def _insert(connection: Any, rows: Rows) -> None:
    for table, values in rows.items():
        connection.execute(insert(Base.metadata.tables[table.__tablename__]), values)


def _people(projects: int) -> Rows:
    """The government with its leaders, the office, and units with a contact and a head each."""
    rows: Rows = defaultdict(list)
    rows[Program] = [
        {"id": 1, "year": 2023, "title": "民生实事", "issuer": "市政府", "basis": "会议"}
    ]
    rows[Batch] = [
        {
            "program_id": 1,
            "number": 1,
            "issuer": "市政府",
            "basis": "会议",
            "document": "政发〔2023〕1号",
            "approver": "会议",
            "approved_on": date(2023, 1, 10),
        }
    ]
    above = [(1, PostKind.LEADER, n) for n in range(LEADERS)]
    above += [(2, PostKind.OFFICE, 0), (2, PostKind.SIGNER, 1)]
    units = range(3, 3 + -(-projects // PER_UNIT))
    posts = above + [(u, kind, 0) for u in units for kind in (PostKind.CONTACT, PostKind.UNIT_HEAD)]
    rows[Unit] = [{"id": u, "name": f"单位{u}", "kind": "department"} for u in (1, 2, *units)]
    for number, (unit, kind, place) in enumerate(posts, 1):
        name = f"{kind.label}{place}"
        rows[Person].append(
            {"id": number, "unit_id": unit, "name": name, "email": f"p{number}@example.gov.cn"}
        )
        rows[Post].append(
            {"id": number, "unit_id": unit, "kind": kind, "title": name, "holder_id": number}
        )
    return rows


def _batch(numbers: range) -> Rows:
    rows: Rows = defaultdict(list)
    for number in numbers:
        for table, row in _project(number):
            rows[table].append(row)
    return rows


def _project(number: int) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    due = number % EVERY == 0
    second = (REMINDED if number % (2 * EVERY) else CHASED) if due else LATER
    yield (
        Project,
        {
            "id": number,
            "program_id": 1,
            "kind": ProjectKind.PROJECT,
            "code": f"2023-{number}",
            "number": number,
            "field": f"第{number % 10 + 1}类实事",
            "title": f"老旧小区改造（第{number}片区）",
            "content": "改造供水、供热管网和道路，完善停车、照明、适老设施",
            "lead_unit_id": 3 + (number - 1) // PER_UNIT,
            "leader_post_id": number % LEADERS + 1,
            "urgency": Urgency.NORMAL,
            "state": ProjectState.UNDERWAY,
            "version": 1,
            "light": Light.GREEN,
            "starts_on": date(2023, 1, 1),
        },
    )
    yield Target, _target(number)
    for position, (day, percent) in enumerate(PLAN, 1):
        planned = second if position == 2 else day
        yield Milestone, _milestone(number, position, planned, percent)
        yield Deadline, _deadline(number, DeadlineKind.MILESTONE, str(position), planned, due)
    yield Deadline, _deadline(number, DeadlineKind.REPORT, "2023-06", date(2023, 6, 26), due)
    yield Deadline, _deadline(number, DeadlineKind.COMPLETION, "", date(2023, 11, 30), due)
    yield from _history(number)


def _target(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "project_id": number,
        "position": 1,
        "metric": "改造户数",
        "unit": "户",
        "form": TargetForm.AT_LEAST,
        "planned": Decimal(1000),
        "text": "1000户",
    }


def _milestone(number: int, position: int, day: date, percent: str) -> dict[str, Any]:
    return {
        "project_id": number,
        "position": position,
        "name": f"第{position}步",
        "due": day,
        "planned_percent": Decimal(percent),
        "done_on": day if position == 1 else None,
    }


def _deadline(number: int, kind: DeadlineKind, slot: str, day: date, due: bool) -> dict[str, Any]:
    """A date; the first step is done, and the second of a project that is due is looked at."""
    met = kind is DeadlineKind.MILESTONE and slot == "1"
    looked_at = DAY if due and slot == "2" else date(2023, 6, 25)
    return {
        "project_id": number,
        "kind": kind,
        "slot": slot,
        "name": f"第{slot}步" if slot else "办结",
        "version": 1,
        "due": day,
        "original_due": day,
        "provisional": False,
        "state": DeadlineState.MET if met else DeadlineState.PENDING,
        "met_on": day if met else None,
        "next_check_on": None if met else looked_at,
    }


def _history(number: int) -> Iterator[tuple[type[Base], dict[str, Any]]]:
    """Two reports, the newer one behind the plan for every tenth project, and two lights."""
    for place, month in enumerate((4, 5)):
        report = 2 * number + place
        percent = Decimal(25 if number % 10 == 0 else 30 + 12 * place)
        yield (
            ProgressReport,
            {
                "id": report,
                "project_id": number,
                "period": f"2023-{month:02d}",
                "version": 1,
                "reported_at": at(date(2023, month, 24)),
                "reported_by": "联系人",
                "percent": percent,
                "statement": "按计划推进",
            },
        )
        yield ReportedValue, {"report_id": report, "target_id": number, "value": percent * 10}
        yield (
            LightRecord,
            {
                "project_id": number,
                "on_day": date(2023, month, 4),
                "period": f"2023-{month:02d}",
                "colour": Light.GREEN,
                "reason": Reason.ON_PLAN,
                "text": Reason.ON_PLAN.label,
            },
        )
